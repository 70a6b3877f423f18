"""Values that are typed: whether a variable can have them, and its default."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.model import Pattern, Refusal, Value, Variable, VariableType


def value_problem(variable: Variable, value: Value) -> str:
    """Why `value` cannot be a value of `variable`; empty when it can."""
    match variable.type:
        case VariableType.BOOLEAN:
            return "" if isinstance(value, bool) else "it is on or off"
        case VariableType.INTEGER:
            whole = isinstance(value, str) and re.fullmatch(r"-?[1-9][0-9]{0,17}|0", value)
            return "" if whole else "it is a whole number"
        case VariableType.LIST:
            texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
            return "" if texts else "it is a list of texts"
        case VariableType.RECORDS:
            records = isinstance(value, list) and all(isinstance(item, dict) for item in value)
            return "" if records else "it is a list of records"
        case _:
            return "" if isinstance(value, str) else "it is text"


def default_problem(variable: Variable) -> str:
    """Why a default of `variable` would never be used; empty when it would."""
    return "its value comes from the path: a default would never be used" if variable.derivation else ""


def set_default(pattern: Pattern, variable: Variable, value: Value | None) -> Pattern | Refusal:
    """`pattern` with another default for one variable; None takes it away."""
    if problem := default_problem(variable):
        return Refusal(problem)
    if value == variable.default and type(value) is type(variable.default):
        return Refusal("that is its default already" if value is not None else "it has no default")
    if value is not None and (problem := value_problem(variable, value)):
        return Refusal(problem)
    if value is not None and variable.choices and value not in variable.choices:
        return Refusal(f"it is one of {', '.join(variable.choices)}")
    changed = replace(variable, default=value)
    return replace(pattern, variables=tuple(changed if one is variable else one for one in pattern.variables))
