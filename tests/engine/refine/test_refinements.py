"""The laws of changing a pattern in one respect, on any template and on tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.cases import apply_filters
from engine.library.pattern_file import parse_document, to_document
from engine.model import (
    AsText,
    AsVariable,
    FileTemplate,
    Kind,
    Literal,
    Node,
    Pattern,
    Preset,
    RawTemplate,
    Refinement,
    Refusal,
    Rename,
    Repeat,
    SetDefault,
    Slot,
    Switch,
    Template,
    Value,
    Values,
    Variable,
    VariableType,
)
from engine.refine import Reach, lost_examples, reach_of, refined, unavailable, words_of_template
from engine.template import render

TEXTS = st.sampled_from(
    ["class Provider:\n", "all_colors", "\n", " = 5\n", "ColorMap", "{{ x }}", "colors ", "# color\n"]
)
FILTERS = st.sampled_from([(), ("pascal",), ("upper",), ("plural", "snake")])
VALUES: st.SearchStrategy[str] = st.sampled_from(["de_AT", "color", "5", "", "two words", "a/b", "{{ x }}"])
RECORDS = st.lists(st.fixed_dictionaries({"field": VALUES}), max_size=3)


def nodes(depth: int, items: tuple[str, ...] = ()) -> st.SearchStrategy[tuple[Node, ...]]:
    names = ["name", "other", *(f"{item}.field" for item in items)]
    some: st.SearchStrategy[Node] = st.builds(Literal, TEXTS) | st.builds(Slot, st.sampled_from(names), FILTERS)
    if depth:
        inner = nodes(depth - 1, items)
        some |= st.builds(Switch, st.sampled_from(["on", "off"]), inner, inner)
        some |= st.builds(
            Repeat, st.just("item"), st.just("rows"), nodes(depth - 1, ("item",)), st.sampled_from(["", ", "])
        )
    return st.lists(some, max_size=5).map(tuple)


VARIABLES = (
    Variable("place", derivation="match.place"),
    Variable("name"),
    Variable("other", default="color"),
    Variable("on", VariableType.BOOLEAN),
    Variable("off", VariableType.BOOLEAN, default=False),
    Variable("rows", VariableType.RECORDS),
)
PRESETS: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.fixed_dictionaries(
        {"place": VALUES, "name": VALUES, "other": VALUES, "on": st.booleans(), "off": st.booleans(), "rows": RECORDS}
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    path = Template((Literal("src/"), Slot("place"), Literal(".py")))
    return Pattern(
        "PAT-X-001",
        "x",
        Kind.FILE,
        variables=VARIABLES,
        files=(FileTemplate(path, Template(draw(nodes(2)))),),
        presets=tuple(Preset(f"example {n}", values) for n, values in enumerate(draw(PRESETS))),
    )


def texts(pattern: Pattern) -> list[str]:
    """What the examples render to, from their own values alone."""
    body = pattern.files[0].body
    assert isinstance(body, Template)
    return [render(body, preset.values) for preset in pattern.presets]


def done(pattern: Pattern, refinement: Refinement) -> Pattern:
    after = refined(pattern, refinement)
    assert isinstance(after, Pattern), after
    assert texts(parse_document(to_document(after), "x")) == texts(after), "what is written is what was meant"
    return after


@given(patterns(), st.sampled_from([variable.name for variable in VARIABLES]))
def test_a_renamed_variable_renders_alike_and_back_again_is_the_same(pattern: Pattern, name: str) -> None:
    after = done(pattern, Rename(name, "renamed"))
    assert texts(after) == texts(pattern)
    assert lost_examples(pattern, after) == ()
    assert f"'{name}'" not in repr((after.files, after.presets, [one.name for one in after.variables]))
    assert done(after, Rename("renamed", name)) == pattern


@given(patterns(), st.sampled_from(["name", "other", "on", "off", "rows"]), st.integers(0, 2))
def test_an_example_with_the_value_that_became_text_renders_as_before(pattern: Pattern, name: str, at: int) -> None:
    value = pattern.presets[at % len(pattern.presets)].values[name]
    after = done(pattern, AsText(name, value))
    assert name not in {one.name for one in after.variables}
    assert not any(name in preset.values for preset in after.presets)
    before, now = texts(pattern), texts(after)
    for preset, old, new in zip(pattern.presets, before, now, strict=True):
        assert old == new or preset.values[name] != value
    differing = [preset.name for preset, old, new in zip(pattern.presets, before, now, strict=True) if old != new]
    assert list(lost_examples(pattern, after)) == differing


@given(
    patterns(),
    st.sampled_from(["color", "Provider", "colors", "5", "x", "class Provider"]),
    st.booleans(),
    st.integers(0, 2),
)
def test_text_that_became_a_variable_renders_as_before_and_can_be_text_again(
    pattern: Pattern, text: str, forms: bool, place: int
) -> None:
    reach = reach_of(pattern, text)
    wanted = min(reach.spelled, 1) * (place <= reach.spelled) if place else reach.forms if forms else reach.spelled
    after = refined(pattern, AsVariable(text, "new", forms, place))
    assert isinstance(after, Pattern) == bool(wanted)
    assume(isinstance(after, Pattern))
    after = done(pattern, AsVariable(text, "new", forms, place))
    assert texts(after) == texts(pattern)
    assert repr(after.files).count("'new'") == wanted
    assert after.variables[-1].default == text
    assert texts(done(after, AsText("new", text))) == texts(pattern)


@given(patterns(), st.sampled_from([None, "red", ""]))
def test_a_default_changes_nothing_else(pattern: Pattern, value: Value | None) -> None:
    after = done(pattern, SetDefault("other", value))
    assert replace(after, variables=pattern.variables) == pattern
    assert [one.default for one in after.variables if one.name == "other"] == [value]


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def one_file(body: tuple[Node, ...], *, path: tuple[Node, ...] = (Literal("a.py"),), switch: str = "") -> FileTemplate:
    return FileTemplate(Template(path), Template(body), switch=switch)


SCAFFOLD = Pattern(
    "PAT-S-001",
    "s",
    Kind.SCAFFOLD,
    variables=(
        Variable("name", derivation="name"),
        Variable("tests", VariableType.BOOLEAN),
        Variable("kind", choices=("hub", "device"), default="hub"),
        Variable("count", VariableType.INTEGER),
        Variable("tags", VariableType.LIST),
    ),
    files=(
        one_file((Slot("name"),)),
        one_file((Slot("kind"), Slot("count")), path=(Slot("kind"), Literal(".py"))),
        one_file((Literal("x = 1\n"),), path=(Literal("test.py"),), switch="tests"),
    ),
    presets=(Preset("one", {"name": "n", "tests": True, "kind": "hub", "count": "3", "tags": ["a"]}),),
    invariants=("x = 1 in every file", "{{ kind }} first"),
)


@pytest.mark.parametrize(
    ("refinement", "reason"),
    [
        (Rename("gone", "x"), "no variable is called gone"),
        (Rename("kind", "kind"), "it is called so already"),
        (Rename("kind", "name"), "another variable is called name"),
        (Rename("kind", "two words"), "cannot be a name"),
        (Rename("kind", "for"), "cannot be a name"),
        (Rename("kind", ""), "type a name"),
        (SetDefault("name", "x"), "comes from the path"),
        (SetDefault("kind", "hub"), "its default already"),
        (SetDefault("count", None), "has no default"),
        (SetDefault("kind", "bridge"), "it is one of hub, device"),
        (SetDefault("count", "three"), "whole number"),
        (SetDefault("tests", "on"), "on or off"),
        (SetDefault("tags", "a"), "list of texts"),
        (AsText("kind", "test"), "two of its files would have one path"),
        (AsText("tags", [{"a": "b"}]), "list of texts"),
        (AsVariable("x", "kind"), "another variable is called kind"),
        (AsVariable("", "new"), "choose the text"),
        (AsVariable("absent", "new"), "stands nowhere"),
        (AsVariable("x", "new", place=2), "no such place"),
    ],
)
def test_what_cannot_be_done_says_why(refinement: Refinement, reason: str) -> None:
    after = refined(SCAFFOLD, refinement)
    assert isinstance(after, Refusal)
    assert reason in after.reason


def test_a_file_that_is_switched_off_goes() -> None:
    after = done(SCAFFOLD, AsText("tests", False))
    assert len(after.files) == 2
    assert lost_examples(SCAFFOLD, after) == ("one",)
    kept = done(SCAFFOLD, AsText("tests", True))
    assert [file.switch for file in kept.files] == ["", "", ""]
    last = replace(SCAFFOLD, files=SCAFFOLD.files[1:])
    assert refined(last, AsText("tests", False)) == Refusal("no more than one file would be left")


def test_what_is_known_from_the_start_is_said_before_anything_is_typed() -> None:
    file = Pattern(
        "PAT-F-001",
        "f",
        Kind.FILE,
        variables=(Variable("name", derivation="match.name"), Variable("twin", derivation="match.name | pascal")),
        files=(one_file((Slot("name"),), path=(Slot("name"), Literal(".py"))),),
    )
    assert "every file would be the same file" in unavailable(file, AsText, "name")
    assert "never be used" in unavailable(file, SetDefault, "name")
    assert unavailable(file, Rename, "name") == ""
    assert "read from there" in unavailable(replace(file, kind=Kind.SCAFFOLD), AsText, "name")
    renamed = done(file, Rename("name", "what"))
    assert [one.derivation for one in renamed.variables] == ["match.what", "match.what | pascal"]
    raw = replace(file, files=(FileTemplate(Template(()), RawTemplate("{{ name | indent }}")),))
    assert "more of Jinja" in unavailable(raw, AsText, "name")
    assert isinstance(refined(raw, Rename("name", "what")), Refusal)
    recipe = replace(SCAFFOLD, steps=({"run": "x {{ kind }}"},))
    assert "its steps" in unavailable(recipe, Rename, "kind")
    assert "its steps" in unavailable(recipe, AsText, "kind")


def test_an_item_of_a_list_hides_a_variable_of_its_name() -> None:
    body = (Slot("row"), Repeat("row", "rows", (Slot("row"),)))
    pattern = Pattern(
        "PAT-I-001",
        "i",
        Kind.FILE,
        variables=(Variable("row"), Variable("rows", VariableType.LIST)),
        files=(one_file(body),),
        presets=(Preset("one", {"row": "R", "rows": ["a", "b"]}),),
    )
    assert texts(done(pattern, Rename("row", "line"))) == ["Rab"]
    assert texts(done(pattern, AsText("row", "R"))) == ["Rab"]
    assert texts(done(pattern, AsText("rows", ["a", "b"]))) == ["Rab"]
    bare = replace(pattern, variables=pattern.variables[1:])
    assert "one item of a list" in str(refined(bare, Rename("rows", "row")))


def test_invariants_follow() -> None:
    assert done(SCAFFOLD, Rename("kind", "sort")).invariants == ("x = 1 in every file", "{{ sort }} first")
    assert done(SCAFFOLD, AsVariable("x", "new")).invariants == ("{{ kind }} first",)


def test_all_case_forms_are_linked_between_the_borders_of_words() -> None:
    body = 'class ColorMap(Base):\n    COLOR_MAP = "color-map"\n    bicolor_map = None\n'
    pattern = Pattern("PAT-C-001", "c", Kind.FILE, files=(one_file((Literal(body),)),))
    assert reach_of(pattern, "color_map") == Reach(0, 3)
    after = done(pattern, AsVariable("color_map", "what"))
    values: Values = {"what": "tint_table"}
    template = after.files[0].body
    assert isinstance(template, Template)
    assert render(template, values) == (
        f'class {apply_filters("tint_table", ("pascal",))}(Base):\n    TINT_TABLE = "tint-table"\n'
        "    bicolor_map = None\n"
    )


def test_words_to_choose_from_are_the_frequent_ones_with_quoted_texts_whole() -> None:
    body = 'name = "Ada Park"\nother = name\ntimeout = 5\n'
    pattern = Pattern("PAT-W-001", "w", Kind.FILE, files=(one_file((Literal(body), Slot("name"))),))
    words = {word.text: word.count for word in words_of_template(pattern)}
    assert words_of_template(pattern)[0].text == "name"
    assert words == {"name": 2, "Ada Park": 1, "Ada": 1, "Park": 1, "other": 1, "timeout": 1, "5": 1}
