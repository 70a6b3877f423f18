"""Small things to remember between runs, by name, as JSON."""

from __future__ import annotations

import json
from typing import Any

from engine.store.columns import storable, to_json
from engine.store.connection import Store


def get(store: Store, key: str, default: Any = None) -> Any:
    row = store.row("SELECT value FROM settings WHERE key = ?", (key,))
    if row is None:
        return default
    try:
        return json.loads(row["value"])
    except ValueError:
        return default


def starting_with(store: Store, start: str) -> dict[str, Any]:
    """Everything remembered under a name that starts so."""
    rows = store.rows("SELECT key FROM settings WHERE substr(key, 1, ?) = ?", (len(start), start))
    return {row["key"]: get(store, row["key"]) for row in rows}


def put(store: Store, key: str, value: Any) -> None:
    with store.write() as connection:
        connection.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (storable(key), to_json(value)),
        )
