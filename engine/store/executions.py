"""Rows of `execution_logs`, in the plan's columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.store import columns
from engine.store.columns import datetime_text, storable, to_json
from engine.store.connection import Store

_COLUMNS = (
    "timestamp",
    "operation_kind",
    "pattern_id",
    "file_types",
    "tools_used",
    "input_signature",
    "output_signature",
    "success",
    "time_taken_seconds",
    "user_id",
)


def insert(store: Store, record: Mapping[str, Any]) -> int:
    """Add one record and return its number. Keys that are no column of the plan are left out.

    `timestamp` may be seconds or text (now when it is missing); lists and mappings are stored as JSON.
    """
    row = {name: _stored(name, record[name]) for name in _COLUMNS if record.get(name) is not None}
    row.setdefault("timestamp", datetime_text(store.clock()))
    with store.write() as connection:
        return columns.insert(connection, "execution_logs", row)


def recent(store: Store, limit: int = 100) -> list[dict[str, Any]]:
    """The newest rows as they stand, newest first; other programs may have written anything into them."""
    return [dict(row) for row in store.rows("SELECT * FROM execution_logs ORDER BY id DESC LIMIT ?", (limit,))]


def _stored(name: str, value: Any) -> Any:
    if name == "timestamp" and isinstance(value, (int, float)):
        return datetime_text(value)
    if name == "time_taken_seconds" and isinstance(value, float):
        return round(value)  # the plan's column counts whole seconds
    if isinstance(value, str):
        return storable(value)
    return value if isinstance(value, (bool, int, float)) else to_json(value)
