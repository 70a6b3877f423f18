"""The texts of patterns' earlier versions, so that one can be brought back."""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.columns import storable
from engine.store.connection import Store


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of a pattern's file; `path` is where it lay, relative to the workspace."""

    pattern_id: str
    version: str
    at: float
    path: str
    text: str


def keep(store: Store, version: StoredVersion) -> None:
    """Keep a version's text; a version that is kept already gets the newer text."""
    with store.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO pattern_versions (pattern_id, version, at, path, text) VALUES (?, ?, ?, ?, ?)",
            (version.pattern_id, version.version, version.at, storable(version.path), storable(version.text)),
        )


def of_pattern(store: Store, pattern_id: str) -> list[StoredVersion]:
    """The versions that are kept, the oldest first."""
    rows = store.rows("SELECT * FROM pattern_versions WHERE pattern_id = ? ORDER BY at, version", (pattern_id,))
    return [StoredVersion(row["pattern_id"], row["version"], row["at"], row["path"], row["text"]) for row in rows]
