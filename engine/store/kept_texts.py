"""How long whole texts are kept: what patterns wrote, what files held, and the patterns' own earlier versions."""

# ruff: noqa: S608 - fixed texts only

from __future__ import annotations

from engine.store.connection import Store

# The newest earlier version of each pattern stays: an approval can be taken back however long ago it was.
_OLD = {
    "applied_texts": "application_id NOT IN (SELECT id FROM applications WHERE at >= ?)",
    "file_texts": "at < ?",
    "file_versions": "at < ?",
    "pattern_versions": "at < ? AND EXISTS (SELECT 1 FROM pattern_versions AS newer WHERE "
    "newer.pattern_id = pattern_versions.pattern_id AND newer.at > pattern_versions.at)",
}


def forget(store: Store, before: float) -> int:
    """Delete the texts that are older than their retention; how many."""
    with store.write() as connection:
        return sum(
            connection.execute(f"DELETE FROM {table} WHERE {old}", (before,)).rowcount for table, old in _OLD.items()
        )


def forgettable(store: Store, before: float) -> int:
    """How many texts `forget` would delete."""
    rows = [store.row(f"SELECT count(*) FROM {table} WHERE {old}", (before,)) for table, old in _OLD.items()]
    return sum(row[0] for row in rows if row)
