"""One refinement applied to a pattern, what it costs, and which are available at all."""

from __future__ import annotations

from engine.model import (
    AsText,
    AsVariable,
    Pattern,
    Preset,
    Refinement,
    Refusal,
    Rename,
    SetDefault,
    Template,
    Value,
    Variable,
)
from engine.refine.fixing import fix_variable, fixed_problem
from engine.refine.naming import rename_variable
from engine.refine.values import default_problem, set_default
from engine.refine.words import make_variable
from engine.template import render


def refined(pattern: Pattern, refinement: Refinement) -> Pattern | Refusal:
    """`pattern` changed in this one respect; a Refusal says why it cannot be."""
    if isinstance(refinement, AsVariable):
        return make_variable(pattern, refinement.text, refinement.name, forms=refinement.forms, place=refinement.place)
    variable = _variable(pattern, refinement.variable)
    if variable is None:
        return Refusal(f"no variable is called {refinement.variable}")
    match refinement:
        case Rename(name=name):
            if pattern.steps:
                return Refusal("its steps may name it: e opens it in your editor")
            return rename_variable(pattern, variable.name, name)
        case SetDefault(value=value):
            return set_default(pattern, variable, value)
        case AsText(value=value):
            return fix_variable(pattern, variable, value)


def unavailable(pattern: Pattern, kind: type[Refinement], name: str) -> str:
    """Why nothing of this kind can be done to the variable, whatever is typed; empty when something can."""
    variable = _variable(pattern, name)
    if variable is None:
        return "no variable is there"
    if kind is SetDefault:
        return default_problem(variable)
    if kind is AsText:
        return fixed_problem(pattern, variable)
    if kind is Rename and pattern.steps:
        return "its steps may name it: e opens it in your editor"
    return ""


def in_words(refinement: Refinement) -> str:
    """What was done, as the pattern file keeps it."""
    match refinement:
        case Rename(variable=old, name=new):
            return f"renamed {old} to {new}"
        case SetDefault(variable=name, value=value):
            return f"took the default of {name} away" if value is None else f"gave {name} another default"
        case AsText(variable=name):
            return f"made {name} text"
        case AsVariable(name=name):
            return f"made the variable {name} of text"


def lost_examples(before: Pattern, after: Pattern) -> tuple[str, ...]:
    """The examples (presets) that `after` renders otherwise than `before`, by name; raw templates are not rendered."""
    return tuple(
        old.name
        for old, new in zip(before.presets, after.presets, strict=True)
        if _rendered(before, old) != _rendered(after, new)
    )


def _rendered(pattern: Pattern, preset: Preset) -> list[tuple[str, str]]:
    defaults: dict[str, Value] = {one.name: one.default for one in pattern.variables if one.default is not None}
    values = defaults | dict(preset.values)
    return [
        (render(file.path, values, _unknown), render(file.body, values, _unknown))
        for file in pattern.files
        if isinstance(file.body, Template) and (not file.switch or values.get(file.switch, True))
    ]


def _unknown(name: str) -> str:
    return "\0"  # the same whatever the variable is called


def _variable(pattern: Pattern, name: str) -> Variable | None:
    return next((variable for variable in pattern.variables if variable.name == name), None)
