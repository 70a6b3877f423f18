"""Changing a draft in one line: what the line starts with, what it means, and what is said of the outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content

from engine.model import (
    AsText,
    AsVariable,
    Pattern,
    Refinement,
    Refusal,
    Rename,
    SetDefault,
    Value,
    Variable,
    VariableType,
)
from tui.presentation import fields, ink
from tui.presentation.candidates import short_value
from tui.presentation.text import amount, clean, crop, pad

_MOST_CHOICES: Final = 40
_NAMED: Final = 3  # examples that are named before the rest is counted


@dataclass(frozen=True, slots=True)
class Edit:
    """What is being typed about: a kind of refinement, and the variable, or the `text` that becomes one.

    `turn` says how far a new variable reaches: 0 every case form, 1 as spelled, 2 and on one place each.
    """

    kind: type[Refinement]
    variable: str = ""
    text: str = ""
    turn: int = 0


def label(edit: Edit, width: int) -> str:
    """What stands before the line."""
    words = {Rename: "rename", SetDefault: "default of", AsText: "text for", AsVariable: "name for"}[edit.kind]
    name = clean(edit.text if edit.kind is AsVariable else edit.variable)
    return f"{words} {crop(name, max(width - len(words) - 1, 4))}"


def start(edit: Edit, pattern: Pattern) -> str:
    """What the line holds at first."""
    if edit.kind is AsVariable:
        return free_name(pattern, edit.text)
    if edit.kind is Rename:
        return edit.variable
    choices = choices_of(pattern, edit.variable)
    variable = variable_of(pattern, edit.variable)
    default = variable.default if variable else None
    held = next((words for words, value in choices.items() if value == default and default is not None), None)
    if held is not None or edit.kind is SetDefault:
        return held or ""
    return next(iter(choices), "")


def free_name(pattern: Pattern, text: str) -> str:
    """A name for a variable that holds `text`, and that none has yet."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = "_".join(re.findall(r"[A-Za-z0-9]+", words)[:4]).lower() or "value"
    name = f"value_{name}" if name[0].isdigit() else name
    taken = {variable.name for variable in pattern.variables}
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name}_{number}"
    return free


def variable_of(pattern: Pattern, name: str) -> Variable | None:
    return next((variable for variable in pattern.variables if variable.name == name), None)


def by_example(pattern: Pattern, variable: Variable) -> bool:
    """Whether its value does not fit into a line: then the line holds the name of the example that has it."""
    if variable.type in (VariableType.LIST, VariableType.RECORDS):
        return True
    known = (*variable.examples, variable.default, *(preset.values.get(variable.name) for preset in pattern.presets))
    return any(isinstance(value, str) and "\n" in value for value in known)


def choices_of(pattern: Pattern, name: str) -> dict[str, Value]:
    """What ↑ and ↓ go through, with the values that the words stand for: of examples the commonest value first."""
    variable = variable_of(pattern, name)
    if variable is None:
        return {}
    held = [(preset.name, preset.values[name]) for preset in pattern.presets if name in preset.values]
    if by_example(pattern, variable):
        own = {"as now": variable.default} if variable.default is not None else {}
        return {**own, **dict(held[:_MOST_CHOICES])}
    if variable.type is VariableType.BOOLEAN:
        return {"on": True, "off": False}
    values = [value for _, value in held if isinstance(value, str)]
    seen = sorted(dict.fromkeys(values), key=lambda value: -values.count(value))
    more = [value for value in (*variable.choices, *variable.examples) if isinstance(value, str)]
    return {value: value for value in [*dict.fromkeys([*seen, *more])][:_MOST_CHOICES]}


def refinement_of(edit: Edit, typed: str, pattern: Pattern) -> Refinement | Refusal:
    """What the line means as it stands."""
    if edit.kind is AsVariable:
        return AsVariable(edit.text, typed.strip(), forms=not edit.turn, place=max(edit.turn - 1, 0))
    if edit.kind is Rename:
        return Rename(edit.variable, typed.strip())
    variable = variable_of(pattern, edit.variable)
    if variable is None:
        return Refusal("the variable is gone")
    value: Value | None
    if by_example(pattern, variable) or variable.type is VariableType.BOOLEAN:
        choices = choices_of(pattern, edit.variable)
        if typed and typed not in choices:
            return Refusal(f"↑ and ↓ go through {'on and off' if 'on' in choices else 'the examples'}")
        value = choices.get(typed)
    elif not typed and edit.kind is SetDefault:
        value = None
    else:
        read = fields.as_value(variable, typed)
        if isinstance(read, fields.Unreadable):
            return Refusal(f"it is {read.why}")
        value = read
    if edit.kind is SetDefault:
        return SetDefault(edit.variable, value)
    return Refusal("choose a value") if value is None else AsText(edit.variable, value)


def hint(edit: Edit, pattern: Pattern, spelled: int, forms: int) -> str:
    """What can be done in the line, besides typing."""
    if edit.kind is AsVariable:
        if edit.turn > 1:
            return f"↑↓ place {edit.turn - 1} of {spelled} only"
        return f"↑↓ {amount(spelled, 'place')} as spelled" if edit.turn else f"↑↓ {amount(forms, 'place')}, every case"
    if edit.kind is Rename:
        return "in the form, the template, its file"
    variable = variable_of(pattern, edit.variable)
    if variable is None:
        return ""
    what = "↑↓ as in an example" if by_example(pattern, variable) else "↑↓ values of examples"
    return f"{what}, empty: none" if edit.kind is SetDefault else what


def turned(edit: Edit, step: int, spelled: int, forms: int) -> int:
    """The next reach of a new variable, round and round; those that would be the same are left out."""
    turns: list[int] = [
        0,
        *([1] if spelled and spelled != forms else []),
        *(range(2, spelled + 2) if forms > 1 else ()),
    ]
    at = turns.index(edit.turn) if edit.turn in turns else 0
    return turns[(at + step) % len(turns)]


def outcome(lost: Sequence[str], examples: int) -> Content:
    """What becomes of the examples."""
    if not examples:
        return Content("")
    if not lost:
        return Content.styled("✓ every example renders as before", ink.GOOD)
    named = ", ".join(clean(name) for name in lost[:_NAMED]) + (" …" if len(lost) > _NAMED else "")
    return Content.assemble(("✗ ", ink.BAD), f"{len(lost)} of {amount(examples, 'example')} would differ: {named}")


def refused(reason: str) -> Content:
    return Content.assemble(("✗ ", ink.BAD), clean(reason))


def measured(noted: object) -> str:
    """How the changed draft does on later members against what it was: `exact 3 → 2 of 5, saves 41 s → 38 s each`."""
    if not isinstance(noted, Mapping):
        return ""
    before, after = noted.get("before"), noted.get("after")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or not after:
        return ""
    count = _number(after, "predicted")
    if not count:
        return "no later member to measure the change on"
    exact = _change(f"{_number(before, 'exact'):.0f}", f"{_number(after, 'exact'):.0f}")
    saved = _change(f"{_number(before, 'seconds'):.0f} s", f"{_number(after, 'seconds'):.0f} s")
    return f"exact {exact} of {count:.0f}, saves {saved} each"


def _number(figures: Mapping[Any, Any], key: str) -> float:
    value = figures.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def _change(before: str, after: str) -> str:
    return f"{before} → {after}" if before != after else before


def word_row(text: str, count: int, width: int) -> Content:
    """A word of the template and how often it stands there."""
    right = f"{count:>5}×" if count else ""
    return Content.assemble(pad(crop(clean(text), width - 8), max(width - 7, 0)), (right, ink.MUTED))


def value_words(value: Value | None) -> str:
    """A value in a notice."""
    return short_value(value) if value is not None else "none"
