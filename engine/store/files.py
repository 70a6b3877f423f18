"""The files seen lately (the window in which the third similar one is noticed), and those passed over, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.store.columns import storable
from engine.store.connection import Store


@dataclass(frozen=True, slots=True)
class Remembered:
    """A file of the live window; `signature` is whatever bytes the miner keeps of it."""

    path: str
    created: float
    signature: bytes
    extension: str


def remember(store: Store, path: str, created: float, signature_blob: bytes, extension: str) -> None:
    """Keep a file in the window; one that is there already keeps the time at which it came."""
    with store.write() as connection:
        connection.execute(
            "INSERT INTO live_files (path, created, signature, extension) VALUES (?, ?, ?, ?) ON CONFLICT (path) "
            "DO UPDATE SET signature = excluded.signature, extension = excluded.extension",
            (storable(path), created, signature_blob, storable(extension)),
        )


def recent(store: Store, since: float) -> list[Remembered]:
    """Files that came at or after `since`, oldest first."""
    rows = store.rows(
        "SELECT path, created, signature, extension FROM live_files WHERE created >= ? ORDER BY created, path", (since,)
    )
    return [Remembered(*row) for row in rows]


def beside(
    store: Store, path: str, ending: str, since: float, until: float, alike: int, others: int
) -> list[Remembered]:
    """The file `path` itself, then of the files that came between `since` and `until` the newest: `alike` whose paths
    end in `ending`, and `others`."""
    columns = "SELECT path, created, signature, extension FROM live_files"
    within = "created BETWEEN ? AND ? AND path != ? AND"
    newest = "ORDER BY created DESC, path LIMIT ?"
    ends = "substr(path, -length(?)) = ?"
    path, ending = storable(path), storable(ending)
    window = (since, until, path, ending, ending)
    rows = [
        *store.rows(f"{columns} WHERE path = ? AND created BETWEEN ? AND ?", (path, since, until)),
        *store.rows(f"{columns} WHERE {within} {ends} {newest}", (*window, alike)),
        *store.rows(f"{columns} WHERE {within} NOT {ends} {newest}", (*window, others)),
    ]
    return [Remembered(*row) for row in rows]


def forget(store: Store, path: str) -> None:
    """Take one file out of the window."""
    with store.write() as connection:
        connection.execute("DELETE FROM live_files WHERE path = ?", (storable(path),))


def prune(store: Store, before: float) -> int:
    """Take out all files that came before `before`; returns how many."""
    with store.write() as connection:
        return connection.execute("DELETE FROM live_files WHERE created < ?", (before,)).rowcount


def replace_skips(store: Store, source: str, reasons: Mapping[str, str]) -> None:
    """Note which files `source` (`tree`, `git` …) passed over in its last pass and why, in place of the pass before."""
    with store.write() as connection:
        connection.execute("DELETE FROM skips WHERE source = ?", (source,))
        connection.executemany(
            "INSERT OR REPLACE INTO skips (source, path, reason) VALUES (?, ?, ?)",
            ((source, storable(path), storable(reason)) for path, reason in reasons.items()),
        )


def skips(store: Store, limit: int = 100) -> list[tuple[str, str]]:
    """(path, reason), ordered by reason and path."""
    rows = store.rows("SELECT DISTINCT path, reason FROM skips ORDER BY reason, path LIMIT ?", (limit,))
    return [(row["path"], row["reason"]) for row in rows]


def skip_counts(store: Store) -> dict[str, int]:
    """How many files were passed over for each reason; a file that two sources skip counts once."""
    rows = store.rows(
        "SELECT reason, count(DISTINCT path) AS files FROM skips GROUP BY reason ORDER BY files DESC, reason"
    )
    return {row["reason"]: row["files"] for row in rows}
