"""Values as text in a form, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Value, Variable, VariableType
from tui.presentation import fields

RECORDS = Variable("fields", VariableType.RECORDS, examples=([{"name": "id", "type": "int"}],))
PLAIN = st.text(st.characters(exclude_characters="\n|", exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text == text.strip()
)


@pytest.mark.parametrize(
    ("variable", "value", "text"),
    [
        (Variable("a"), "x y", "x y"),
        (Variable("a"), "", ""),
        (Variable("a"), None, ""),
        (Variable("a", VariableType.BOOLEAN), True, "on"),
        (Variable("a", VariableType.BOOLEAN), False, "off"),
        (Variable("a", VariableType.LIST), ["x", "y z"], "x\ny z"),
        (RECORDS, [{"name": "id", "type": "int"}, {"name": "at"}], "id | int\nat | "),
    ],
)
def test_as_text(variable: Variable, value: Value | None, text: str) -> None:
    assert fields.as_text(variable, value) == text


@pytest.mark.parametrize(
    ("variable", "text", "why"),
    [
        (Variable("a", VariableType.INTEGER), "4x", "a whole number"),
        (RECORDS, "id", "2 fields a line: name | type"),
        (Variable("a", VariableType.RECORDS), "id", "no field of it is known"),
    ],
)
def test_what_cannot_be_a_value_says_why(variable: Variable, text: str, why: str) -> None:
    assert fields.as_value(variable, text) == fields.Unreadable(why)


@given(st.lists(PLAIN), st.lists(st.tuples(PLAIN, PLAIN)), st.text(), st.booleans())
def test_text_and_back(items: list[str], cells: list[tuple[str, str]], text: str, on: bool) -> None:
    values: list[tuple[Variable, Value]] = [
        (Variable("a"), text),
        (Variable("a", VariableType.BOOLEAN), on),
        (Variable("a", VariableType.LIST), items),
        (RECORDS, [{"name": name, "type": kind} for name, kind in cells]),
    ]
    for variable, value in values:
        assert fields.as_value(variable, fields.as_text(variable, value)) == value


@pytest.mark.parametrize(
    ("source", "preset", "expected"),
    [("path", "", "from path"), ("given", "", "typed"), ("preset", "fr_FR", "like fr_FR"), ("missing", "", "● needed")],
)
def test_where_a_field_got_its_value(source: str, preset: str, expected: str) -> None:
    assert fields.field_note(Variable("a"), source, preset).plain == expected


@pytest.mark.parametrize(
    ("current", "step", "expected"), [("x", 1, "y"), ("y", 1, "x"), ("x", -1, "y"), ("", 1, "x"), ("", -1, "y")]
)
def test_choices_go_round(current: str, step: int, expected: str) -> None:
    assert fields.next_choice(("x", "y"), current, step) == expected


def test_without_choices_nothing_turns() -> None:
    assert fields.next_choice((), "x", 1) == "x"


def test_choices_are_what_was_seen_and_another_value_may_be_typed() -> None:
    assert fields.as_value(Variable("a", choices=("x", "y")), "z") == "z"


@pytest.mark.parametrize(
    ("variable", "lines"),
    [
        (Variable("a"), False),
        (Variable("a", examples=("x", "y")), False),
        (Variable("a", examples=("x", "y\nz")), True),
        (Variable("a", choices=("", "\n")), True),
        (Variable("a", default="x\n"), True),
        (Variable("a", VariableType.LIST), True),
        (Variable("a", VariableType.BOOLEAN, examples=(True,)), False),
    ],
)
def test_a_value_of_several_lines_gets_a_field_of_several(variable: Variable, lines: bool) -> None:
    assert fields.takes_lines(variable) is lines


def test_a_hint_is_one_line() -> None:
    hint = fields.hint_of(Variable("a", choices=("", "one\ntwo", "\x1b[2Jthree")))
    assert "\n" not in hint and "\x1b" not in hint and "one" in hint
