"""Case forms: splitting names, converting them, and finding the value behind a form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases import FORMS, apply_filters, form_of, inversions, invert, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("x", ("x",)),
        ("ABC", ("ABC",)),
        ("foo", ("foo",)),
        ("foo_bar", ("foo", "bar")),
        ("foo-bar_baz", ("foo", "bar", "baz")),
        ("fooBar", ("foo", "Bar")),
        ("FooBar", ("Foo", "Bar")),
        ("HTTPServer2", ("HTTP", "Server2")),
        ("HTTP2Server", ("HTTP2", "Server")),
        ("OAuth2Client", ("O", "Auth2", "Client")),
        ("parseURLs", ("parse", "URLs")),
        ("URLsOf", ("URLs", "Of")),
        ("oslo.cache", ("oslo", "cache")),
        ("de_AT", ("de", "AT")),
        ("v1_2", ("v1", "2")),
        ("2fa_token", ("2fa", "token")),
        ("base64decode", ("base64decode",)),
        ("_private__name_", ("private", "name")),
        ("Foo bar: baz!", ("Foo", "bar", "baz")),
        ("größeÄndern", ("größe", "Ändern")),
        ("имяФайла", ("имя", "Файла")),
        ("日本語", ("日本語",)),
        ("café_au", ("café", "au")),
        ("cafe\u0301Bar", ("cafe\u0301", "Bar")),
        ("._-", ()),
    ],
)
def test_words_of(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


NAMES = "foo_bar HTTPServer oslo.cache de_AT FOO_BAR ABC v1_2 x größe_maß"
EXPECTED = {
    "snake": "foo_bar http_server oslo_cache de_at foo_bar abc v1_2 x größe_maß",
    "camel": "fooBar httpServer osloCache deAT fooBar abc v12 x größeMaß",
    "pascal": "FooBar HTTPServer OsloCache DeAT FooBar ABC V12 X GrößeMaß",
    "kebab": "foo-bar http-server oslo-cache de-at foo-bar abc v1-2 x größe-maß",
    "constant": "FOO_BAR HTTP_SERVER OSLO_CACHE DE_AT FOO_BAR ABC V1_2 X GRÖSSE_MASS",
    "title": "Foo·Bar HTTP·Server Oslo·Cache De·AT Foo·Bar ABC V1·2 X Größe·Maß",
    "train": "Foo-Bar HTTP-Server Oslo-Cache De-AT Foo-Bar ABC V1-2 X Größe-Maß",
    "words": "foo·bar http·server oslo·cache de·at foo·bar abc v1·2 x größe·maß",
    "sentence": "Foo·bar HTTP·server Oslo·cache De·AT Foo·bar ABC V1·2 X Größe·maß",
    "dotted": "foo.bar http.server oslo.cache de.at foo.bar abc v1.2 x größe.maß",
    "slashed": "foo/bar http/server oslo/cache de/at foo/bar abc v1/2 x größe/maß",
    "joined": "foobar httpserver oslocache deat foobar abc v12 x größemaß",
    "upper": "FOO_BAR HTTPSERVER OSLO.CACHE DE_AT FOO_BAR ABC V1_2 X GRÖSSE_MASS",
    "lower": "foo_bar httpserver oslo.cache de_at foo_bar abc v1_2 x größe_maß",
    "capital": "Foo_bar HTTPServer Oslo.cache De_AT FOO_BAR ABC V1_2 X Größe_maß",
    "plural": "foo_bars HTTPServers oslo.caches de_ATs FOO_BARS ABCS v1_2 xes größe_maß",
    "singular": "foo_bar HTTPServer oslo.cache de_AT FOO_BAR ABC v1_2 x größe_maß",
}


def test_every_form_has_a_row() -> None:
    assert tuple(EXPECTED) == FORMS


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    rendered = [apply_filters(name, (form,)).replace(" ", "·") for name in NAMES.split()]
    assert rendered == EXPECTED[form].split()


@pytest.mark.parametrize(
    ("value", "filters", "expected"),
    [
        ("foo_bar", (), "foo_bar"),
        ("user_category", ("plural", "pascal"), "UserCategories"),
        ("user_category", ("pascal", "plural"), "UserCategories"),
        ("Foo Bar", ("kebab", "upper"), "FOO-BAR"),
        ("FooBar", ("joined", "upper"), "FOOBAR"),
        ("", ("pascal", "plural"), ""),
    ],
)
def test_filters_apply_from_left_to_right(value: str, filters: tuple[str, ...], expected: str) -> None:
    assert apply_filters(value, filters) == expected


def test_an_unknown_filter_is_misuse() -> None:
    with pytest.raises(KeyError):
        apply_filters("a", ("nonesuch",))


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("foo", "snake camel kebab words dotted slashed joined lower singular"),
        ("Foo", "pascal title train sentence capital singular"),
        ("foo_bars", "snake lower plural"),
        ("FooBar", "pascal capital singular"),
        ("Foo bar", "sentence capital singular"),
        ("HTTPServer", "pascal capital singular"),
        ("FOO_BAR", "constant upper capital singular"),
        ("Foo-bar_baz", "capital singular"),
        ("oslo.cache", "dotted lower singular"),
    ],
)
def test_form_of(text: str, forms: str) -> None:
    assert form_of(text) == tuple(forms.split())


@pytest.mark.parametrize(
    ("text", "filters", "value"),
    [
        ("anything at all", (), "anything at all"),
        ("FooBar", ("pascal",), "foo_bar"),
        ("fooBar", ("camel",), "foo_bar"),
        ("Foo Bar", ("title",), "foo_bar"),
        ("foo.bar", ("dotted",), "foo_bar"),
        ("FOO_BAR", ("constant",), "foo_bar"),
        ("FOO-BAR", ("kebab", "upper"), "foo_bar"),
        ("UserCategories", ("plural", "pascal"), "user_category"),
        ("user_groups", ("plural",), "user_group"),
        ("user_group", ("singular",), "user_group"),
        ("HTTPServer", ("pascal",), "HTTPServer"),
        ("DeAT", ("pascal",), "DeAT"),
        ("Foo_bar", ("capital",), "foo_bar"),
        ("", ("snake",), ""),
        ("foo_bar", ("pascal",), None),
        ("_foo", ("snake",), None),
        ("foo__bar", ("snake",), None),
        ("Foo", ("lower",), None),
        ("user_group", ("plural",), None),
        ("Foo  Bar", ("title",), None),
    ],
)
def test_invert(text: str, filters: tuple[str, ...], value: str | None) -> None:
    assert invert(text, filters) == value


WORDS = st.lists(st.from_regex(r"[a-z]{1,6}[0-9]{0,2}", fullmatch=True), min_size=1, max_size=4)
FILTERS = st.lists(st.sampled_from(FORMS), max_size=3)
TEXT = st.text(st.sampled_from("aBcSs1_- .é/ßİǆ日") | st.characters(), max_size=8)


@given(TEXT, FILTERS)
def test_an_inversion_renders_to_exactly_the_text(text: str, filters: list[str]) -> None:
    value = invert(text, filters)
    assert value is None or apply_filters(value, filters) == text
    assert all(apply_filters(other, filters) == text for other in inversions(text, filters))


SEPARATING = ("snake", "kebab", "constant", "words", "dotted", "slashed")


@given(WORDS, st.sampled_from(SEPARATING))
def test_separated_words_are_found_again(words: list[str], form: str) -> None:
    value = "_".join(words)
    assert invert(apply_filters(value, (form,)), (form,)) == value


@given(st.lists(st.from_regex(r"[a-z]{2,6}", fullmatch=True), min_size=2, max_size=4), st.sampled_from(FORMS[:6]))
def test_every_form_of_a_name_leads_to_every_other(words: list[str], form: str) -> None:
    value = "_".join(words)
    for other in FORMS[:11]:
        assert apply_filters(apply_filters(value, (form,)), (other,)) == apply_filters(value, (other,))


@given(TEXT, st.sampled_from(["upper", "lower", "plural", "singular", "snake", "joined"]))
def test_filters_that_do_not_depend_on_humps_are_idempotent(text: str, form: str) -> None:
    once = apply_filters(text, (form,))
    assert apply_filters(once, (form,)) == once


PLURALS = """
user users  category categories  day days  key keys  box boxes  class classes  address addresses  process processes
status statuses  alias aliases  bus buses  virus viruses  cache caches  batch batches  branch branches  dish dishes
image images  database databases  response responses  license licenses  case cases  use uses  house houses
movie movies  cookie cookies  query queries  policy policies  proxy proxies  index indexes  matrix matrices
vertex vertices  analysis analyses  axis axes  person people  child children  man men  mouse mice  leaf leaves
drive drives  archive archives  hero heroes  photo photos  shoe shoes  menu menus  cpu cpus  api apis  uri uris
quiz quizzes  size sizes  news news  data data  series series  redis redis  gas gases  taxi taxis  bonus bonuses
"""


@pytest.mark.parametrize(("singular", "plural"), re.findall(r"(\w+) (\w+)", PLURALS))
def test_plurals(singular: str, plural: str) -> None:
    assert apply_filters(singular, ("plural",)) == plural
    assert apply_filters(plural, ("singular",)) == singular
    assert apply_filters(plural, ("plural",)) == plural
    assert apply_filters(singular, ("singular",)) == singular


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("UserCategory", "UserCategories"),
        ("USER_KEY", "USER_KEYS"),
        ("user-person", "user-people"),
        ("Person", "People"),
        ("parseURL", "parseURLs"),
        ("user_2", "user_2"),
        ("user_", "user_"),
        ("größe", "größe"),
    ],
)
def test_only_the_last_word_is_inflected(singular: str, plural: str) -> None:
    assert apply_filters(singular, ("plural",)) == plural
    assert apply_filters(plural, ("singular",)) == singular
