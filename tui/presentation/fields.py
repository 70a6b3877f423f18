"""Values of variables as text that a person edits, and back.

A list is one item a line; records are one record a line with ` | ` between its fields. What stands in a field is kept
exactly: nothing is stripped from a string.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from engine.model import Record, Value, Variable, VariableType
from tui.presentation import ink
from tui.presentation.candidates import short_value
from tui.presentation.text import clean

SEPARATOR: Final = " | "
_SAYS: Final = {
    "given": "typed",
    "path": "from path",
    "preset": "like",
    "default": "default",
    "analogy": "by analogy",
    "missing": "needed",
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was typed cannot be a value of the variable; `why` says so in a few words."""

    why: str


def as_text(variable: Variable, value: Value | None) -> str:
    """`value` as it stands in the field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    names = record_fields(variable)
    return "\n".join(
        item if isinstance(item, str) else SEPARATOR.join(item.get(name, "") for name in names) for item in value
    )


def as_value(variable: Variable, text: str) -> Value | Unreadable:
    """The value that `text` stands for."""
    if variable.type is VariableType.BOOLEAN:
        return text == "on"
    if variable.type is VariableType.INTEGER:
        digits = text.strip()
        return digits if digits.removeprefix("-").isdecimal() else Unreadable("a whole number")
    if variable.type is VariableType.LIST:
        return [line for line in text.split("\n") if line]
    if variable.type is VariableType.RECORDS:
        return _records(variable, text)
    return text


def record_fields(variable: Variable) -> tuple[str, ...]:
    """The field names of a records variable, as its examples and default show them."""
    names: dict[str, None] = {}
    for value in (*variable.examples, variable.default):
        if isinstance(value, list):
            names |= {name: None for item in value if isinstance(item, dict) for name in item}
    return tuple(names)


def _records(variable: Variable, text: str) -> Value | Unreadable:
    names = record_fields(variable)
    if not names:
        return Unreadable("no field of it is known")
    records: list[Record] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != len(names):
            return Unreadable(f"{len(names)} fields a line: {SEPARATOR.join(names)}")
        records.append(dict(zip(names, cells, strict=True)))
    return records


def field_note(variable: Variable, source: str, preset: str = "", problem: str = "") -> Content:
    """What stands behind a field: where its value comes from, or what is wrong with it."""
    if problem:
        return Content.assemble(("✗ ", ink.BAD), problem)
    if source == "missing":
        return Content.assemble(("● ", ink.WAITS), "needed")
    said = _SAYS.get(source, source)
    if source == "preset" and preset:
        said = f"like {clean(preset)}"
    return Content.styled(said, ink.STRONG if source == "given" else ink.MUTED)


def hint_of(variable: Variable) -> str:
    """What a person may type, when the field is empty."""
    if variable.choices:
        return " · ".join(short_value(choice) for choice in variable.choices)
    if variable.description:
        return clean(variable.description)
    seen = [short_value(example) for example in variable.examples[:3] if isinstance(example, str)]
    return f"such as {', '.join(seen)}" if seen else ""


def lines_hint(variable: Variable) -> str:
    """What a person may type into a field of several lines, when it is empty."""
    if variable.type is VariableType.RECORDS:
        return SEPARATOR.join(record_fields(variable)) or "one a line"
    return "one a line" if variable.type is VariableType.LIST else hint_of(variable)


def takes_lines(variable: Variable) -> bool:
    """Whether a value of it needs a field of several lines: in a field of one, a line break would break the screen."""
    if variable.type in (VariableType.LIST, VariableType.RECORDS):
        return True
    values = (*variable.examples, *variable.choices, variable.default)
    return any(isinstance(value, str) and "\n" in value for value in values)


def next_choice(choices: tuple[str, ...], current: str, step: int) -> str:
    """The choice after (or before) `current`, round and round."""
    if not choices:
        return current
    if current not in choices:
        return choices[0 if step > 0 else -1]
    return choices[(choices.index(current) + step) % len(choices)]
