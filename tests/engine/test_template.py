"""The template language: printing, reading, rendering, provenance, paths."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from engine.cases import FORMS
from engine.errors import MissingValue, TemplateError
from engine.library.sandbox_child import environment
from engine.model import FileTemplate, Literal, Node, RawTemplate, Repeat, Slot, Switch, Template, Value, Values
from engine.template import (
    derive,
    idle_variables,
    is_variable_name,
    match_path,
    parse,
    render,
    segments,
    to_jinja,
    variables_of,
)

JINJA = environment()


def jinja(source: str, values: Values) -> str:
    return JINJA.from_string(source).render(values)


# ── any template, any values ─────────────────────────────────────────────────────────────────────────────────────────

DELIMITERS = ["{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "%", "#", "-", "+", '"', "\\"]
BLANKS = ["\r", "\n", "\r\n", "\n\n", " ", "\t", "    ", "\u2028", "\x1c", "\0"]
TAGS = ["{% raw %}", "{% endraw %}", "{%- endraw -%}", "{{ x }}", "{% if x %}", "{# no #}", "foo", "é"]
MARKUP = st.sampled_from([*DELIMITERS, *BLANKS, *TAGS])
TEXT = st.lists(MARKUP | st.text(st.characters(exclude_categories=["Cs"]), max_size=3), max_size=8).map("".join)
LINES = st.lists(st.sampled_from(["foo\n", "    bar\n", "\n", "{\n", "}}\n", "x", "{% y %}\n"]), max_size=4).map(
    "".join
)
WHOLE_LINES = st.sampled_from(["\n", "a\n", "\n\n", " \n", "  b\n", "c", "{\n"])
FILTERS = st.lists(st.sampled_from(FORMS), max_size=2).map(tuple)
STRINGS = ("name", "other")
SWITCHES = ("on", "off")


def nodes(items: tuple[str, ...], depth: int) -> st.SearchStrategy[tuple[Node, ...]]:
    slots = st.builds(Slot, st.sampled_from((*STRINGS, *items)), FILTERS)
    some: st.SearchStrategy[Node] = st.builds(Literal, TEXT | LINES) | slots
    if depth:
        inner = nodes(items, depth - 1)
        some |= st.builds(Switch, st.sampled_from((*SWITCHES, *items)), inner, inner | st.just(()))
        some |= st.builds(
            Repeat, st.just("item"), st.just("words"), nodes((*items, "item"), depth - 1), TEXT | st.just("")
        )
        some |= st.builds(
            Repeat,
            st.just("row"),
            st.just("rows"),
            nodes((*items, "row.type", "row.items"), depth - 1),
            LINES | st.just(""),
        )
    return st.lists(some, max_size=5).map(tuple)


TEMPLATES = st.builds(Template, nodes((), 2))
VALUES = st.fixed_dictionaries(
    {
        "name": TEXT | st.just("foo_bar"),
        "other": TEXT,
        "on": st.booleans(),
        "off": st.booleans() | st.sampled_from(["", "yes"]),
        "words": st.lists(TEXT, max_size=3),
        "rows": st.lists(st.fixed_dictionaries({"type": TEXT, "items": TEXT}), max_size=3),
    }
)


@settings(max_examples=150, deadline=None)
@given(TEMPLATES, VALUES)
def test_a_printed_template_renders_the_same_in_jinja_and_when_it_is_read_back(
    template: Template, values: dict[str, Any]
) -> None:
    expected = render(template, values)
    source = to_jinja(template)
    assert jinja(source, values) == expected
    again = parse(source)
    assert isinstance(again, Template)
    assert render(again, values) == expected
    assert to_jinja(again) == source


def blocks(depth: int) -> st.SearchStrategy[tuple[Node, ...]]:
    some: st.SearchStrategy[Node] = st.builds(Literal, WHOLE_LINES)
    if depth:
        inner = blocks(depth - 1)
        some |= st.builds(Switch, st.sampled_from(SWITCHES), inner, inner | st.just(()))
        some |= st.builds(Repeat, st.just("item"), st.just("words"), inner)
    return st.lists(some, max_size=4).map(tuple)


@settings(max_examples=250, deadline=None)
@given(st.builds(Template, blocks(2)), st.booleans(), st.booleans(), st.integers(0, 2))
def test_blocks_of_lines_keep_every_newline(template: Template, on: bool, off: bool, count: int) -> None:
    values: Values = {"on": on, "off": off, "words": ["w"] * count}
    source, expected = to_jinja(template), render(template, values)
    assert jinja(source, values) == expected
    again = parse(source)
    assert isinstance(again, Template)
    assert render(again, values) == expected
    assert to_jinja(again) == source


@settings(max_examples=150, deadline=None)
@given(TEMPLATES, VALUES, st.sets(st.sampled_from(["name", "other", "on", "off", "words", "rows"]), min_size=1))
def test_a_value_is_missed_exactly_where_strict_jinja_misses_it(
    template: Template, values: dict[str, Any], dropped: set[str]
) -> None:
    kept = {name: value for name, value in values.items() if name not in dropped}
    try:
        expected = jinja(to_jinja(template), kept)
    except UndefinedError:
        with pytest.raises(MissingValue) as caught:
            render(template, kept)
        assert set(caught.value.names) <= dropped & set(variables_of(template))
        shown = render(template, kept, lambda name: f"‹{name}›")
        assert shown == "".join(piece.text for piece in segments(template, kept, lambda name: f"‹{name}›"))
    else:
        assert render(template, kept) == expected


@settings(max_examples=60, deadline=None)
@given(TEMPLATES, VALUES)
def test_segments_are_the_rendered_text_in_order(template: Template, values: dict[str, Any]) -> None:
    text, start = render(template, values), 0
    for segment in segments(template, values):
        assert segment.start == start
        assert segment.text == text[start : start + len(segment.text)] != ""
        assert segment.variable in {"", *variables_of(template)}
        start += len(segment.text)
    assert start == len(text)


# ── written form ─────────────────────────────────────────────────────────────────────────────────────────────────────


def t(*nodes: Node) -> Template:
    return Template(nodes)


PRINTED: list[tuple[Template, str]] = [
    (t(), ""),
    (t(Slot("name")), "{{ name }}"),
    (t(Slot("name", ("plural", "pascal"))), "{{ name | plural | pascal }}"),
    (t(Literal("a{"), Literal("{b")), 'a{{ "{{" }}b'),
    (t(Literal("f'{"), Slot("x"), Literal("}'")), "f'{{ \"{\" }}{{ x }}}'"),
    (t(Literal("{")), "{"),
    (t(Literal("a\r\nb")), 'a{{ "\\r" }}\nb'),
    (t(Literal("{\r"), Slot("x")), '{{ "{\\r" }}{{ x }}'),
    (t(Literal("on: ${{ github.ref }}\n")), "on: ${% raw %}{{ github.ref }}{% endraw %}\n"),
    (t(Literal("{{a}} and {% b %}")), "{% raw %}{{a}} and {% b %}{% endraw %}"),
    (t(Literal("{{{a}}}")), "{% raw %}{{{a}}}{% endraw %}"),
    (t(Literal("{{ a }} {%")), '{{ "{{" }} a }} {{ "{%" }}'),
    (t(Literal("{% raw %}x{% endraw %}")), '{{ "{%" }} raw %}x{{ "{%" }} endraw %}'),
    (
        t(Literal("{{ a }}" + "." * 100 + "{# b #}")),
        "{% raw %}{{ a }}{% endraw %}" + "." * 100 + "{% raw %}{# b #}{% endraw %}",
    ),
    (t(Switch("x", (Literal("a"),), (Literal("b"),))), "{% if x %}a{% else %}b{% endif %}"),
    (t(Switch("x", (), (Literal("b"),))), "{% if not x %}b{% endif %}"),
    (
        t(Switch("x", (Literal("a"),), (Switch("y", (Literal("b"),), (Literal("c"),)),))),
        "{% if x %}a{% elif y %}b{% else %}c{% endif %}",
    ),
    (
        t(Repeat("field", "fields", (Slot("field.type"), Literal(" "), Slot("field.items")), ", ")),
        '{% for field in fields %}{{ field.type }} {{ field["items"] }}{% if not loop.last %}, {% endif %}{% endfor %}',
    ),
    # Whole lines: the tags stand on lines of their own, also one behind the other, indented, and between blank lines.
    (t(Literal("a\n"), Switch("x", (Literal("  b\n"),)), Literal("c\n")), "a\n{%- if x %}\n  b\n{%- endif %}\nc\n"),
    (
        t(Literal("a\n"), Switch("x", (Literal("b\n"),)), Switch("y", (Literal("c\n"),))),
        "a\n{%- if x %}\nb\n{%- endif %}\n{%- if y %}\nc\n{%- endif %}\n",
    ),
    (
        t(Literal("a\n\n"), Repeat("w", "words", (Slot("w"), Literal("\n\n"))), Literal("c")),
        "a\n{%- for w in words %}\n\n{{ w }}\n{%- endfor %}\n\nc",
    ),
    # Where stripping before would take too much, the newline behind the tag is stripped.
    (t(Switch("x", (Literal("b\n"),)), Literal("c")), "{% if x -%}\nb\n{% endif -%}\nc"),
    (t(Literal("a\n\n"), Switch("x", (Literal("b\n"),)), Literal("c")), "a\n\n{% if x -%}\nb\n{% endif -%}\nc"),
    (t(Literal("a"), Switch("x", (Literal("b\n"),)), Literal("c")), "a{% if x %}b\n{% endif %}c"),
    (t(Literal("a\n\n"), Switch("x", (Literal("  b\n"),)), Literal("c")), "a\n\n{% if x %}  b\n{% endif %}c"),
]


@pytest.mark.parametrize(("template", "source"), PRINTED)
def test_printing(template: Template, source: str) -> None:
    assert to_jinja(template) == source
    again = parse(source)
    assert isinstance(again, Template)
    assert to_jinja(again) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a{{ x }}b", t(Literal("a"), Slot("x"), Literal("b"))),
        ("{{x|snake|upper}}", t(Slot("x", ("snake", "upper")))),
        ("a{# gone #}b{% raw %}{{{% endraw %}", t(Literal("ab{{"))),
        ("{% for r in rows %}{{ r['type'] }}{% endfor %}", t(Repeat("r", "rows", (Slot("r.type"),)))),
        ("a{% if x %}\nb{% endif %}\nc", t(Literal("a\n"), Switch("x", (Literal("b\n"),)), Literal("c"))),
        (
            "{% if a %}1{% elif not b %}2{% endif %}",
            t(Switch("a", (Literal("1"),), (Switch("b", (), (Literal("2"),)),))),
        ),
        (
            "{% for x in a %}{% for y in b %}{{ x }}{{ y }}{% if not loop.last %};{% endif %}{% endfor %}{% endfor %}",
            t(Repeat("x", "a", (Repeat("y", "b", (Slot("x"), Slot("y")), ";"),))),
        ),
        (
            "a\n{%- if x %}\nb\n{%- endif %}\n{%- if y %}\nc\n{%- endif %}\n",
            t(Literal("a\n"), Switch("x", (Literal("b\n"),)), Switch("y", (Literal("c\n"),))),
        ),
        ("trailing\n\n", t(Literal("trailing\n\n"))),
    ],
)
def test_reading(source: str, expected: Template) -> None:
    assert parse(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ a.b }}",
        "{{ a ~ b }}",
        "{{ 3 }}",
        "{{ a|default('x') }}",
        "{{ a|join }}",
        "{{ 'a'|upper }}",
        "{% if a == b %}{% endif %}",
        "{% if a and b %}{% endif %}",
        "{% for a in b %}{{ loop.index }}{% endfor %}",
        "{% for a in b %}{% if not loop.last %},{% endif %}{{ a }}{% endfor %}",
        "{% for a in b %}{% if not loop.last %}{{ a }}{% endif %}{% endfor %}",
        "{% for a in b if a %}{% endfor %}",
        "{% for a in b %}{% else %}x{% endfor %}",
        "{% for a in b recursive %}{% endfor %}",
        "{% for a, c in b %}{% endfor %}",
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{{ loop }}",
        "{{ self }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
    ],
)
def test_what_uses_more_of_jinja_stays_raw(source: str) -> None:
    assert parse(source) == RawTemplate(source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a\n{% if x %}", "line 2: "),
        ("a\n\n{{ x", "line 3: "),
        ("{{ x|nonesuch }}", "line 1: no filter is called 'nonesuch'"),
        ("\n{% if x is nonesuch %}{% endif %}", "line 2: no test is called 'nonesuch'"),
        ("{{ " + "9" * 5000 + " }}", "integer"),
        ("{% if x %}" * 5000 + "{% endif %}" * 5000, "too deep"),
        ("{{ " + "(" * 5000 + "x" + ")" * 5000 + " }}", "too deep"),
    ],
)
def test_what_is_no_template_is_refused_with_its_line(source: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        parse(source)


@pytest.mark.parametrize(
    "template",
    [
        t(Slot("loop")),
        t(Slot("for")),
        t(Slot("a b")),
        t(Slot("")),
        t(Slot("a.b.c")),
        t(Slot("a", ("nonesuch",))),
        t(Repeat("self", "words", ())),
        t(Switch("ﬁ", ())),
    ],
)
def test_names_that_jinja_would_not_read_back_are_not_printed(template: Template) -> None:
    with pytest.raises(TemplateError):
        to_jinja(template)


@pytest.mark.parametrize(
    ("name", "expected"), [("a", True), ("größe", True), ("self", False), ("1a", False), ("", False)]
)
def test_variable_names(name: str, expected: bool) -> None:
    assert is_variable_name(name) is expected


# ── rendering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_values_are_inserted_verbatim() -> None:
    assert render(t(Slot("x"), Literal("|")), {"x": "{{ y }}{% if %}\r\n"}) == "{{ y }}{% if %}\r\n|"


def test_all_missing_values_are_named() -> None:
    template = t(Slot("a"), Switch("b", (Slot("hidden"),)), Repeat("r", "c", (Slot("r"),)), Slot("a"), Slot("d"))
    with pytest.raises(MissingValue) as caught:
        render(template, {"d": "here"})
    assert caught.value.names == ("a", "b", "c")
    assert render(template, {"d": "here"}, "<{}>".format) == "<a><a>here"


def test_a_field_that_a_record_lacks_is_missing() -> None:
    template = t(Repeat("r", "rows", (Slot("r.type"),)))
    with pytest.raises(MissingValue) as caught:
        render(template, {"rows": [{"type": "a"}, {"name": "b"}]})
    assert caught.value.names == ("r.type",)


@pytest.mark.parametrize(
    ("template", "values"),
    [
        (t(Slot("x")), {"x": ["a"]}),
        (t(Repeat("r", "x", (Slot("r"),))), {"x": [{"a": "b"}]}),
        (t(Repeat("r", "x", (Slot("r"),))), {"x": "letters"}),
        (t(Slot("x", ("nonesuch",))), {"x": "a"}),
    ],
)
def test_values_of_the_wrong_type_are_refused(template: Template, values: dict[str, Any]) -> None:
    with pytest.raises(TemplateError):
        render(template, values)


def test_segments_name_the_variable_a_person_can_set() -> None:
    template = t(Literal("a "), Slot("x", ("upper",)), Repeat("r", "rows", (Slot("r.k"),), ","), Slot("r"))
    found = segments(template, {"x": "b", "rows": [{"k": "c"}, {"k": "d"}], "r": "e"})
    assert [(piece.text, piece.variable, piece.start) for piece in found] == [
        ("a ", "", 0),
        ("B", "x", 2),
        ("c", "rows", 3),
        (",", "", 4),
        ("d", "rows", 5),
        ("e", "r", 6),
    ]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (t(Slot("b"), Slot("a"), Slot("b")), ("b", "a")),
        (t(Switch("s", (Slot("x"),), (Slot("y"),))), ("s", "x", "y")),
        (t(Repeat("i", "list", (Slot("i.f"), Slot("i"), Slot("z"))), Slot("i")), ("list", "z", "i")),
        (RawTemplate("{% for x in b|sort %}{{ x ~ a }}{% endfor %}{{ b }}"), ("b", "a")),
    ],
)
def test_variables_of(template: Template | RawTemplate, expected: tuple[str, ...]) -> None:
    assert variables_of(template) == expected


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("a/b.py", "a/b.py", {}),
        ("a/b.py", "a/b.pyc", None),
        ("a/{{ x }}.py", "a/b.py", {"x": "b"}),
        ("a/{{ x }}.py", "a/.py", None),
        ("a/{{ x }}.py", "a/b/c.py", None),
        ("{{ x }}/{{ x }}.py", "a/a.py", {"x": "a"}),
        ("{{ x }}/{{ x }}.py", "a/b.py", None),
        ("{{ x }}_{{ y }}.py", "a_b_c.py", {"x": "a_b", "y": "c"}),
        ("{{ x|kebab }}/{{ x|pascal }}.tsx", "user-card/UserCard.tsx", {"x": "user_card"}),
        ("{{ x|kebab }}/{{ x|pascal }}.tsx", "user-card/UserCards.tsx", None),
        ("{{ x|snake }}/{{ x|pascal }}.py", "http_server/HTTPServer.py", {"x": "HTTPServer"}),
        ("{{ x|plural|snake }}/{{ x }}.py", "categories/category.py", {"x": "category"}),
        ("{{ x|snake }}.py", "userCard.py", None),
        ("{{ x }}{{ y }}", "ab", {"x": "a", "y": "b"}),
        ("{{ x }}.{{ y }}.{{ x }}", "a.b.c.a.b", {"x": "a.b", "y": "c"}),
        ("{% if x %}a{% endif %}", "a", None),
    ],
)
def test_match_path(source: str, path: str, expected: dict[str, str] | None) -> None:
    template = parse(source)
    assert isinstance(template, Template)
    assert match_path(template, path) == expected
    if expected is not None:
        assert render(template, expected) == path


def test_an_ambiguous_path_template_gives_up_in_time() -> None:
    assert match_path(t(*[Slot(f"x{number}") for number in range(30)], Literal("!")), "a" * 200) is None


PATH = "src/billing_rules/v2/tax_rate.test.ts"


@pytest.mark.parametrize(
    ("derivation", "expected"),
    [
        ("stem", "tax_rate.test"),
        ("name", "tax_rate.test.ts"),
        ("ext", "ts"),
        ("dir[0]", "v2"),
        ("dir[1] | pascal", "BillingRules"),
        ("dir[1]|plural|constant", "BILLING_RULES"),
        ("dir[2]", "src"),
        ("dir[3]", None),
        ("match.what | title", "Tax Rate"),
        ("match.nonesuch", None),
    ],
)
def test_derive(derivation: str, expected: str | None) -> None:
    template = parse("src/{{ area }}/{{ version }}/{{ what }}.test.ts")
    assert isinstance(template, Template)
    assert derive(derivation, PATH, template) == expected


@pytest.mark.parametrize(
    ("derivation", "path", "expected"),
    [
        ("stem", ".eslintrc", ".eslintrc"),
        ("ext", ".eslintrc", None),
        ("ext", "Makefile", None),
        ("name", "modules/tax", "tax"),
        ("name", "modules/tax/", "tax"),
        ("dir[0]", "tax", None),
        ("match.x", "tax", None),
    ],
)
def test_derive_at_the_edges(derivation: str, path: str, expected: str | None) -> None:
    assert derive(derivation, path) == expected


@pytest.mark.parametrize("derivation", ["", "stern", "dir", "dir[-1]", "stem | nonesuch", "stem pascal", "match."])
def test_a_derivation_that_means_nothing_is_refused(derivation: str) -> None:
    with pytest.raises(TemplateError):
        derive(derivation, "a/b.c")


@pytest.mark.parametrize(
    ("values", "idle"),
    [
        ({}, {"deep", "mail", "topic"}),
        ({"send": True}, {"deep", "retry"}),
        ({"send": True, "twice": True}, {"retry"}),
        ({"send": False, "twice": True}, {"deep", "mail", "topic"}),
        ({"extra": True}, {"deep", "mail", "topic"}),
    ],
)
def test_variables_behind_switches_that_are_off_say_nothing(values: dict[str, Value], idle: set[str]) -> None:
    body = parse(
        "{{ name }}{% if send %}{{ mail }}{% if twice %}{{ deep }}{% endif %}{% else %}{{ retry }}{% endif %}"
        "{% for one in many %}{{ one }}{% if send %}{{ topic }}{% endif %}{% endfor %}"
    )
    path = parse("a/{{ name }}.txt")
    assert not isinstance(path, RawTemplate)
    files = (FileTemplate(path, body), FileTemplate(path, parse("{{ more }}"), switch="extra"))
    gated = set() if values.get("extra") else {"more"}
    behind = {"twice"} if not values.get("send") else set()
    assert idle_variables(files, values) == idle | gated | behind
