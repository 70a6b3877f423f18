"""The live feed: what happened, a line each, in the order in which it was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.model import Event, EventType
from engine.store.columns import insert, mapping, member, storable, to_json
from engine.store.connection import Store
from engine.store.driver import sqlite3

KEPT = 20_000


def tell(store: Store, event: Event) -> Event:
    """Append one event; returned with its number."""
    return tell_all(store, [event])[0]


def tell_all(store: Store, events: Iterable[Event]) -> list[Event]:
    """Append several in one transaction."""
    told: list[Event] = []
    with store.write() as connection:
        for event in events:
            row = {
                "type": event.type.value,
                "time": event.time,
                "text": storable(event.text),
                "path": storable(event.path),
                "about": to_json(event.about),
            }
            told.append(replace(event, id=insert(connection, "feed", row)))
    return told


def recent(store: Store, limit: int = 200, before_id: int | None = None) -> list[Event]:
    """The newest events, or those before number `before_id`; oldest first."""
    where, parameters = ("", [limit]) if before_id is None else ("WHERE id < ?", [before_id, limit])
    rows = store.rows(f"SELECT * FROM feed {where} ORDER BY id DESC LIMIT ?", parameters)  # noqa: S608 - fixed text
    return [_event(row) for row in reversed(rows)]


def after(store: Store, last_id: int, limit: int = 1000) -> list[Event]:
    """Events told after number `last_id`, oldest first."""
    return [_event(row) for row in store.rows("SELECT * FROM feed WHERE id > ? ORDER BY id LIMIT ?", (last_id, limit))]


def prune(store: Store, keep: int = KEPT) -> int:
    """Drop all but the newest `keep`; returns how many went."""
    with store.write() as connection:
        return connection.execute("DELETE FROM feed WHERE id <= (SELECT max(id) FROM feed) - ?", (keep,)).rowcount


def _event(row: sqlite3.Row) -> Event:
    return Event(
        type=member(EventType, row["type"], EventType.NOTICE),
        time=row["time"],
        text=row["text"],
        path=row["path"],
        about=mapping(row["about"]),
        id=row["id"],
    )
