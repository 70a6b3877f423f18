"""What patui offers: at most one open suggestion a key, and what became of the others."""

# ruff: noqa: S608 - the queries are put together from fixed names only

from __future__ import annotations

from dataclasses import replace

from engine.model import Suggestion, SuggestionKind
from engine.store.columns import insert, member, storable
from engine.store.connection import Store
from engine.store.driver import sqlite3

_COLUMNS = "key, kind, title, detail, path, pattern, time, count, status, id, confidence"


def put(store: Store, suggestion: Suggestion) -> Suggestion:
    """Add a suggestion, or merge it into the open one of the same key, whose count grows by at least one."""
    with store.write() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM suggestions WHERE key = ? AND status = 'open'",
            (storable(suggestion.key),),
        ).fetchone()
        count = max(suggestion.count, row["count"] + 1) if row else suggestion.count
        shown = {
            "title": storable(suggestion.title),
            "detail": storable(suggestion.detail),
            "path": storable(suggestion.path),
            "pattern": storable(suggestion.pattern),
            "time": suggestion.time,
            "count": count,
            "confidence": float(suggestion.confidence),
        }
        if row:
            changed = ", ".join(f"{name} = ?" for name in shown)
            connection.execute(f"UPDATE suggestions SET {changed} WHERE id = ?", (*shown.values(), row["id"]))
            return replace(suggestion, id=row["id"], count=count, status="open")
        shown |= {"key": storable(suggestion.key), "kind": suggestion.kind.value, "status": suggestion.status}
        return replace(suggestion, id=insert(connection, "suggestions", shown | {"first_shown": suggestion.time}))


def get(store: Store, suggestion_id: int) -> Suggestion | None:
    row = store.row(f"SELECT {_COLUMNS} FROM suggestions WHERE id = ?", (suggestion_id,))
    return _suggestion(row) if row else None


def open_ones(store: Store) -> list[Suggestion]:
    """Those that wait for an answer, oldest first."""
    rows = store.rows(f"SELECT {_COLUMNS} FROM suggestions WHERE status = 'open' ORDER BY time, id")
    return [_suggestion(row) for row in rows]


def recent(store: Store, limit: int = 100) -> list[Suggestion]:
    """The newest, whatever became of them, newest first."""
    rows = store.rows(f"SELECT {_COLUMNS} FROM suggestions ORDER BY id DESC LIMIT ?", (limit,))
    return [_suggestion(row) for row in rows]


def settle(store: Store, suggestion_id: int, status: str, at: float) -> None:
    """Close an open suggestion as `accepted` or `dismissed`; one that is closed stays as it is."""
    with store.write() as connection:
        connection.execute(
            "UPDATE suggestions SET status = ?, settled_at = ? WHERE id = ? AND status = 'open'",
            (status, at, suggestion_id),
        )


def dismissals(store: Store, pattern: str) -> int:
    """How often suggestions of this pattern were dismissed since one was last accepted."""
    row = store.row(
        "SELECT count(*) FROM suggestions WHERE pattern = ? AND status = 'dismissed' AND id > "
        "(SELECT coalesce(max(id), 0) FROM suggestions WHERE pattern = ? AND status = 'accepted')",
        (pattern, pattern),
    )
    return row[0] if row else 0


def shown_since(store: Store, time: float) -> int:
    """How many suggestions first appeared at or after `time` (merged ones count once)."""
    row = store.row("SELECT count(*) FROM suggestions WHERE first_shown >= ?", (time,))
    return row[0] if row else 0


def answers(store: Store, since: float, limit: int) -> list[tuple[float, bool]]:
    """The newest suggestions that were made at `since` or later and are closed: how sure each was, and whether it was
    accepted. One that was withdrawn because somebody did the work by hand was shown in vain."""
    rows = store.rows(
        "SELECT confidence, status FROM suggestions WHERE status <> 'open' AND first_shown >= ? AND confidence > 0 "
        "ORDER BY id DESC LIMIT ?",
        (since, limit),
    )
    return [(row["confidence"], row["status"] == "accepted") for row in rows]


def record(store: Store, pattern: str, since: float) -> tuple[int, int]:
    """Of the closed suggestions of a pattern that were made at `since` or later: the accepted ones, and all."""
    row = store.row(
        "SELECT coalesce(sum(status = 'accepted'), 0), count(*) FROM suggestions "
        "WHERE pattern = ? AND status <> 'open' AND first_shown >= ?",
        (storable(pattern), since),
    )
    return (row[0], row[1]) if row else (0, 0)


def tally(store: Store) -> dict[str, int]:
    """How many suggestions have each status."""
    return {row[0]: row[1] for row in store.rows("SELECT status, count(*) FROM suggestions GROUP BY status")}


def _suggestion(row: sqlite3.Row) -> Suggestion:
    return Suggestion(
        key=row["key"],
        kind=member(SuggestionKind, row["kind"], SuggestionKind.FAMILY),
        title=row["title"],
        detail=row["detail"],
        path=row["path"],
        pattern=row["pattern"],
        time=row["time"],
        count=row["count"],
        status=row["status"],
        id=row["id"],
        confidence=row["confidence"],
    )
