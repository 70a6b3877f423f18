"""What became of the files that a pattern wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import compress, decompress, error

from engine.store.columns import insert, storable, texts, to_json
from engine.store.connection import Store
from engine.store.driver import sqlite3

KEPT_ENOUGH = 0.8
"""A use of which people kept a smaller share of the saving failed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file after it settled, or at the next commit (`stage`).

    `kept` is the share of the saving that stayed saved, `seconds_left` what the edits cost by the Keystroke-Level
    Model, `workarounds` the edits in words.
    """

    application_id: int
    path: str
    stage: str
    at: float
    kept: float
    seconds_left: float
    workarounds: tuple[str, ...] = ()
    id: int = 0


def record(store: Store, outcome: Outcome) -> int:
    """Keep what was measured; the same file at the same stage is measured anew, and the same result changes nothing."""
    for known in of_application(store, outcome.application_id):
        if replace(known, id=0, at=outcome.at) == replace(outcome, id=0):
            return known.id
    with store.write() as connection:
        connection.execute(
            "DELETE FROM outcomes WHERE application_id = ? AND path = ? AND stage = ?",
            (outcome.application_id, storable(outcome.path), outcome.stage),
        )
        row = {
            "application_id": outcome.application_id,
            "path": storable(outcome.path),
            "stage": outcome.stage,
            "at": outcome.at,
            "kept": outcome.kept,
            "seconds_left": outcome.seconds_left,
            "workarounds": to_json(list(outcome.workarounds)),
        }
        return insert(connection, "outcomes", row)


def of_application(store: Store, application_id: int) -> list[Outcome]:
    rows = store.rows("SELECT * FROM outcomes WHERE application_id = ? ORDER BY id", (application_id,))
    return [_outcome(row) for row in rows]


def _outcome(row: sqlite3.Row) -> Outcome:
    return Outcome(
        row["application_id"],
        row["path"],
        row["stage"],
        row["at"],
        row["kept"],
        row["seconds_left"],
        texts(row["workarounds"]),
        row["id"],
    )


def keep_texts(store: Store, application_id: int, texts: Mapping[str, str]) -> None:
    """Remember what an application wrote, by path, to measure later what was kept of it."""
    with store.write() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO applied_texts (application_id, path, text) VALUES (?, ?, ?)",
            [(application_id, storable(path), compress(text.encode())) for path, text in texts.items()],
        )


def texts_of(store: Store, application_id: int) -> dict[str, str]:
    """What an application wrote, by path, as far as it was remembered."""
    found = {}
    for row in store.rows("SELECT path, text FROM applied_texts WHERE application_id = ?", (application_id,)):
        try:
            found[row["path"]] = decompress(row["text"]).decode()
        except (error, UnicodeDecodeError):
            continue
    return found


def waiting(store: Store, since: float, limit: int = 500) -> list[int]:
    """The newest applications from `since` on that stand, and whose files were not yet measured at a commit."""
    rows = store.rows(
        "SELECT a.id FROM applications a WHERE a.at >= ? AND a.undone_at = 0 AND EXISTS "
        "(SELECT 1 FROM applied_texts t WHERE t.application_id = a.id AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE "
        "o.application_id = a.id AND o.path = t.path AND o.stage = 'commit')) ORDER BY a.id DESC LIMIT ?",
        (since, limit),
    )
    return [row["id"] for row in rows]


def of_pattern(store: Store, pattern_id: str) -> dict[int, list[Outcome]]:
    """What became of the applications of a pattern, by application."""
    rows = store.rows(
        "SELECT o.* FROM outcomes o JOIN applications a ON a.id = o.application_id WHERE a.pattern_id = ? "
        "ORDER BY o.id",
        (pattern_id,),
    )
    found: dict[int, list[Outcome]] = {}
    for row in rows:
        found.setdefault(row["application_id"], []).append(_outcome(row))
    return found


def workarounds(store: Store, start: float, end: float) -> dict[str, tuple[int, int, tuple[str, ...]]]:
    """By pattern: how many of its applications in a time were edited afterwards, of how many measured, and examples."""
    rows = store.rows(
        "SELECT a.pattern_id, a.id, o.seconds_left, o.workarounds FROM applications a "
        "JOIN outcomes o ON o.application_id = a.id WHERE a.at >= ? AND a.at < ? AND a.undone_at = 0 ORDER BY o.id",
        (start, end),
    )
    measured: dict[str, set[int]] = {}
    edited: dict[str, set[int]] = {}
    examples: dict[str, list[str]] = {}
    for row in rows:
        pattern = row["pattern_id"]
        measured.setdefault(pattern, set()).add(row["id"])
        if row["seconds_left"] > 0:
            edited.setdefault(pattern, set()).add(row["id"])
            examples.setdefault(pattern, []).extend(texts(row["workarounds"]))
    return {
        pattern: (len(some), len(measured[pattern]), tuple(dict.fromkeys(examples[pattern])))
        for pattern, some in edited.items()
    }


def feedback(store: Store, pattern_id: str) -> Sequence[int]:
    """The thumbs people gave, newest first: 1 or -1."""
    rows = store.rows("SELECT value FROM feedback WHERE pattern_id = ? ORDER BY id DESC", (pattern_id,))
    return [row["value"] for row in rows]


def give_feedback(store: Store, pattern_id: str, version: str, value: int, at: float, why: str = "") -> None:
    with store.write() as connection:
        row = {"pattern_id": pattern_id, "version": version, "at": at, "value": value, "why": storable(why)}
        insert(connection, "feedback", row)
