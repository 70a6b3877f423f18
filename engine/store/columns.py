"""What stands in a column, read tolerantly and written exactly: other programs write some of these tables too."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from engine.store.driver import sqlite3

_Choice = TypeVar("_Choice", bound=StrEnum)


def storable(text: str) -> str:
    """`text` as SQLite can hold it: bytes of a file name that are no UTF-8 (lone surrogates) are percent-escaped."""
    if text.isascii():
        return text
    return re.sub("[\ud800-\udfff]", lambda found: _escaped(ord(found[0])), text)


def _escaped(point: int) -> str:
    return f"%{point - 0xDC00:02X}" if 0xDC80 <= point <= 0xDCFF else "\ufffd"


_ENCODER = json.JSONEncoder(default=str)


def to_json(value: object) -> str:
    """ASCII, so that any text survives. What is not plain data stands as its text."""
    if isinstance(value, Mapping):
        value = dict(value)
    return _ENCODER.encode(value)


def mapping(value: object) -> dict[str, Any]:
    parsed = _parsed(value)
    return parsed if isinstance(parsed, dict) else {}


def texts(value: object) -> tuple[str, ...]:
    """The entries of a JSON array, each as text; nothing when it is something else."""
    parsed = _parsed(value)
    if not isinstance(parsed, list):
        return ()
    return tuple(entry if isinstance(entry, str) else json.dumps(entry) for entry in parsed)


def _parsed(value: object) -> Any:
    if not isinstance(value, (str, bytes)):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def text(value: object) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def member(kind: type[_Choice], value: Any, otherwise: _Choice) -> _Choice:
    """The member of an enumeration that a column names, or `otherwise`: a newer patui may know more of them."""
    try:
        return kind(value)
    except ValueError:
        return otherwise


def number(value: object) -> float:
    try:
        return float(value) if isinstance(value, (int, float, str)) else 0.0
    except ValueError:
        return 0.0


def moment(value: object) -> float:
    """Seconds since the epoch of a DATETIME column: a number, or ISO 8601 with or without a zone (UTC then); else 0."""
    if isinstance(value, (int, float)):
        return float(value)
    try:
        stamp = datetime.fromisoformat(text(value).strip())
        return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def datetime_text(at: float) -> str:
    """`at` as SQLite's CURRENT_TIMESTAMP writes it (UTC)."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    """Add a row and return its number; the names come from our code, never from data."""
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
    return cursor.lastrowid or 0
