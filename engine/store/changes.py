"""What changed since a viewer last looked, whoever changed it: triggers write it down (see `migrations`)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.connection import Store


@dataclass(frozen=True, slots=True)
class Change:
    """An insert, an update, or where a viewer shows the whole table a deletion, of the row that `row` names."""

    seq: int
    table: str
    row: int | str | None


def latest(store: Store) -> int:
    """The number of the newest change; 0 when there was none."""
    newest = store.row("SELECT coalesce(max(seq), 0) FROM changes")
    return newest[0] if newest else 0


def since(store: Store, seq: int, limit: int = 1000) -> list[Change]:
    """Changes after number `seq`, oldest first. Only the newest hundred thousand are kept."""
    rows = store.rows('SELECT seq, "table", "row" FROM changes WHERE seq > ? ORDER BY seq LIMIT ?', (seq, limit))
    return [Change(*row) for row in rows]


def tables_since(store: Store, seq: int) -> tuple[int, frozenset[str]]:
    """The newest change's number, and the tables that changed after `seq`: one query however much there is."""
    newest = store.row("SELECT coalesce(max(seq), 0) FROM changes")
    end: int = newest[0] if newest else 0
    if end <= seq:
        return max(end, seq), frozenset()
    rows = store.rows('SELECT DISTINCT "table" FROM changes WHERE seq > ? AND seq <= ?', (seq, end))
    return end, frozenset(row[0] for row in rows)


def data_version(store: Store) -> int:
    """Changes when anybody commits anything; costs microseconds, so a viewer asks this first."""
    return store.data_version()
