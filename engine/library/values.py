"""The values of variables in a document: what each type of variable may hold, read and written.

In memory numbers are text (`engine.model.Value`); in a document the value of an integer variable may stand without
quotes.
"""

from __future__ import annotations

import re
from typing import Any

from engine.errors import Problem
from engine.library.fields import shown
from engine.model import Value, VariableType

_INTEGER = re.compile(r"-?[1-9][0-9]{0,17}|0")
_WANTED = {
    VariableType.STRING: "text",
    VariableType.INTEGER: "a whole number",
    VariableType.BOOLEAN: "true or false",
    VariableType.LIST: "a list of texts",
    VariableType.RECORDS: "a list of mappings from text to text",
}


def read_value(kind: VariableType, data: Any, where: str, problems: list[Problem]) -> Value | None:
    """The value that stands at `where`, or None and a problem."""
    value = _value(kind, data)
    if value is None:
        quote = ": put it in quotes" if kind is VariableType.STRING and isinstance(data, (bool, float)) else ""
        problems.append(Problem(where, f"must be {_WANTED[kind]}, not {shown(data)}{quote}"))
    return value


def _value(kind: VariableType, data: Any) -> Value | None:
    if kind is VariableType.BOOLEAN:
        return data if isinstance(data, bool) else None
    if kind is VariableType.LIST:
        return [text for one in data if (text := _text(one)) is not None] if _all_texts(data) else None
    if kind is VariableType.RECORDS:
        if not isinstance(data, list) or not all(isinstance(one, dict) and _all_texts([*one.values()]) for one in data):
            return None
        return [{name: _text(one) or "" for name, one in record.items()} for record in data]
    return _text(data)


def _all_texts(data: Any) -> bool:
    return isinstance(data, list) and all(_text(one) is not None for one in data)


def _text(data: Any) -> str | None:
    """Text, or a whole number as the text it was; a decimal is refused, since 1.10 would come back as 1.1."""
    if isinstance(data, str):
        return data
    return str(data) if isinstance(data, int) and not isinstance(data, bool) else None


def write_value(kind: VariableType, value: Value) -> Any:
    """`value` as it stands in a document."""
    if kind is VariableType.INTEGER and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return value
