from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from engine.documents import MAX_BYTES, MAX_DEPTH, dump, load
from engine.errors import InvalidDocument

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
# Text made of what is hard for YAML: breaks of every kind, blanks at the edges, indicators, words that mean something.
hard_text = st.lists(
    st.sampled_from(
        [
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "\t",
            " ",
            "  ",
            "a",
            "b c",
            "#",
            " #",
            ":",
            ": ",
            "- ",
            "? ",
            "{{ x }}",
            "{% if y %}",
            "'",
            '"',
            "\\",
            "\x85",
            "\u2028",
            "\ufeff",
            "\x00",
            "\x7f",
            "é",
            "😀",
            "|",
            ">",
            "&a",
            "*a",
            "!t",
            "%",
            "@",
            "`",
            "true",
            "null",
            "~",
            "1",
            "1.5",
            "0x1f",
            "2026-11-22",
            "...",
            "---",
            "\ud800",
            "yes",
            ".inf",
            "=",
            "<<",
        ]
    ),
    max_size=8,
).map("".join)
texts = st.one_of(any_text, hard_text)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
documents = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=20,
)


@given(texts)
@example("")
@example("\n")
@example("a\n")
@example("a")
@example(" a\n\n")
@example("\n\n a\n  \n")
@example("a\n   ")
@example("\ta\nb")
@example("x" * 3000 + "\n" + "y" * 3000)
def test_any_text_comes_back_exactly(text: str) -> None:
    for wrapped in (text, {"k": text}, [text], {"a": [{"b": text, "c": 1}]}, [[text]], {text: text}):
        assert load(dump(wrapped), "test") == wrapped


@given(documents)
def test_any_document_comes_back_exactly(data: Any) -> None:
    dumped = dump(data)
    loaded = load(dumped, "test")
    assert loaded == data
    assert repr(loaded) == repr(data)  # 1 is not 1.0 is not True, and keys keep their order
    dumped.encode("utf-8")


@given(documents)
def test_other_readers_see_the_same_text(data: Any) -> None:
    def only_text(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: only_text(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [only_text(inner) for inner in value]
        return value if isinstance(value, str) else None

    data = only_text(data)
    assert yaml.load(dump(data), yaml.SafeLoader) == data


@pytest.mark.parametrize("number", [math.inf, -math.inf, 1e-7, 1e300, -0.0, 10**200])
def test_numbers_at_the_edge(number: float) -> None:
    assert repr(load(dump({"n": number}), "test")["n"]) == repr(number)


def test_not_a_number_stays_one() -> None:
    assert math.isnan(load(dump([math.nan]), "test")[0])


def test_templates_read_as_they_are() -> None:
    data = {
        "name": "Provider",
        "path": "providers/{{ locale }}/__init__.py",
        "slot": '{{ "x" }}',
        "files": [
            {"template": "class {{ name | pascal }}:\n\n    pass\n", "eol": "lf"},
            {"template": "\n  indented\n\n\n"},
            {"template": "no newline\nat the end"},
        ],
        "odd": "one\r\n  two\r\n",
        "nothing": None,
        "empty": [],
    }
    assert dump(data) == (
        "name: Provider\n"
        "path: providers/{{ locale }}/__init__.py\n"
        "slot: '{{ \"x\" }}'\n"
        "files:\n"
        "  - template: |\n"
        "      class {{ name | pascal }}:\n"
        "\n"
        "          pass\n"
        "    eol: lf\n"
        "  - template: |2+\n"
        "\n"
        "        indented\n"
        "\n"
        "\n"
        "  - template: |-\n"
        "      no newline\n"
        "      at the end\n"
        'odd: "\\\n'
        "  one\\r\\n\\\n"
        "  \\  two\\r\\n\\\n"
        '  "\n'
        "nothing: null\n"
        "empty: []\n"
    )


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("2026-11-22", "2026-11-22"),
        ("1:30", "1:30"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("<<", "<<"),
        ("true", True),
        ("null", None),
        ("~", None),
        ("-3", -3),
        ("1.0", 1.0),
        ("1e3", 1000.0),
        ("!!str 5", "5"),
        ("'5'", "5"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_what_a_word_means(word: str, meaning: object) -> None:
    assert load(f"k: {word}\n", "test") == {"k": meaning}


def test_keys_are_text() -> None:
    assert load("1: a\ntrue: b\nnull: c\non: d\n", "test") == {"1": "a", "true": "b", "null": "c", "on": "d"}


def test_an_empty_document_is_none() -> None:
    assert load("", "test") is None
    assert load("# nothing\n", "test") is None


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: {a: 1, a: 2}\na: 3\n", ["b.a: stands twice", "a: stands twice"]),
        (
            "a: &x [1]\nb: *x\nc: *x\n",
            ["b: uses the alias *x: write the value out", "c: uses the alias *x: write the value out"],
        ),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            ["a: has the tag tag:yaml.org,2002:python/object/apply:os.system: only plain data is read"],
        ),
        ("- !!binary aGk=\n", ["[0]: has the tag tag:yaml.org,2002:binary: only plain data is read"]),
        ("? [a, b]\n: c\n", ["has a key that is not text"]),
        ("a: 1\n---\nb: 2\n", ["holds more than one document"]),
        ("a: b: c\n", ["line 1, column 5: is not YAML here: mapping values are not allowed in this context"]),
        ("a: \x00\n", ["is not YAML: control characters are not allowed"]),
        ("a: \ud800\n", ["is not valid Unicode text"]),
        ("[" * 500_000, [f"{'[0]' * 41}: is nested deeper than {MAX_DEPTH} levels"]),
        ("a: " + "x" * MAX_BYTES, ["is larger than 2 MB"]),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_refused_and_why(text: str, problems: list[str]) -> None:
    with pytest.raises(InvalidDocument) as caught:
        load(text, "x.yaml")
    assert [str(problem) for problem in caught.value.problems] == problems


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    with pytest.raises(InvalidDocument, match="alias"):
        load(bomb, "bomb.yaml")


def test_what_no_document_can_hold() -> None:
    with pytest.raises(TypeError, match="set"):
        dump({"a": {1, 2}})
    with pytest.raises(TypeError, match="keys"):
        dump({1: 2})
    deep: list[Any] = []
    for _ in range(MAX_DEPTH + 1):
        deep = [deep, 1]
    with pytest.raises(ValueError, match="deeper"):
        dump(deep)
