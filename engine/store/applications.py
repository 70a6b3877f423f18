"""What was written into the workspace, so that it can be taken back, and what it saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.model import Application, Plan
from engine.store.columns import datetime_text, insert, storable, to_json
from engine.store.connection import Store
from engine.store.driver import sqlite3

# A directory that had to be made is remembered for the undo, and is no file of the application.
_DIRECTORY = "directory"


@dataclass(frozen=True, slots=True)
class AppliedFile:
    """One file that an application wrote: `hash_after` tells whether it was edited since, and `text_before_empty`
    whether an empty file stood there before (undo empties it again instead of removing it)."""

    path: str
    action: str
    hash_after: str
    text_before_empty: bool


def record(store: Store, plan: Plan, files: Sequence[AppliedFile], at: float, *, seconds_saved: float) -> Application:
    """Remember that `plan` was written as `files`, and count the use in `pattern_metrics`."""
    with store.write() as connection:
        number = insert(
            connection,
            "applications",
            {
                "pattern_id": plan.pattern_id,
                "version": plan.version,
                "name": storable(plan.name),
                "at": at,
                "targets": to_json(plan.targets),
                "given_values": to_json(plan.values),
                "unchecked": to_json(plan.unchecked),
                "seconds_saved": float(seconds_saved),
            },
        )
        connection.executemany(
            "INSERT INTO application_files (application_id, position, path, action, hash_after, text_before_empty) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, position, storable(file.path), file.action, file.hash_after, int(file.text_before_empty))
                for position, file in enumerate(files)
            ],
        )
        _count_use(connection, plan.pattern_id, uses=1, seconds=seconds_saved)
        connection.execute(
            "UPDATE pattern_metrics SET version = ?, last_used = ? WHERE pattern_id = ?",
            (plan.version, datetime_text(at), plan.pattern_id),
        )
    paths = tuple(file.path for file in files if file.action != _DIRECTORY)
    return Application(number, plan.pattern_id, plan.version, at, paths)


def get(store: Store, application_id: int) -> Application | None:
    found = _applications(store, "WHERE id = ?", (application_id,))
    return found[0] if found else None


def last_standing(store: Store) -> Application | None:
    """The newest application that was not taken back."""
    found = _applications(store, "WHERE undone_at = 0 ORDER BY id DESC LIMIT 1", ())
    return found[0] if found else None


def listing(store: Store, pattern_id: str = "") -> list[Application]:
    """All applications, or those of one pattern, newest first."""
    if pattern_id:
        return _applications(store, "WHERE pattern_id = ? ORDER BY id DESC", (pattern_id,))
    return _applications(store, "ORDER BY id DESC", ())


def between(store: Store, start: float, end: float) -> list[Application]:
    """What was applied in `start` .. `end` (end excluded), newest first."""
    return _applications(store, "WHERE at >= ? AND at < ? ORDER BY id DESC", (start, end))


def seconds_saved(store: Store, application_id: int) -> float:
    """What an application's plan saved by the Keystroke-Level Model."""
    row = store.row("SELECT seconds_saved FROM applications WHERE id = ?", (application_id,))
    return float(row["seconds_saved"]) if row else 0.0


def wrote_at(store: Store, path: str) -> bool:
    """Whether an application that stands wrote the file at `path`."""
    sql = (
        "SELECT 1 FROM application_files f JOIN applications a ON a.id = f.application_id "
        "WHERE f.path = ? AND a.undone_at = 0 LIMIT 1"
    )
    return store.row(sql, (storable(path),)) is not None


def files_of(store: Store, application_id: int) -> list[AppliedFile]:
    """What an application wrote, in the order in which it did."""
    rows = store.rows("SELECT * FROM application_files WHERE application_id = ? ORDER BY position", (application_id,))
    return [AppliedFile(row["path"], row["action"], row["hash_after"], bool(row["text_before_empty"])) for row in rows]


def mark_undone(store: Store, application_id: int, at: float) -> None:
    """Note that an application was taken back; it no longer counts as a use. A second time changes nothing."""
    with store.write() as connection:
        row = connection.execute(
            "SELECT pattern_id, seconds_saved FROM applications WHERE id = ? AND undone_at = 0", (application_id,)
        ).fetchone()
        if row is None:
            return
        _count_use(connection, row["pattern_id"], uses=-1, seconds=-row["seconds_saved"])
        connection.execute("UPDATE applications SET undone_at = ? WHERE id = ?", (at, application_id))


def _count_use(connection: sqlite3.Connection, pattern_id: str, *, uses: int, seconds: float) -> None:
    """Add to the plan's counters. They hold whole minutes: what is added is how far the sum of seconds moves them."""
    (total,) = connection.execute(
        "SELECT coalesce(sum(seconds_saved), 0) FROM applications WHERE pattern_id = ? AND undone_at = 0", (pattern_id,)
    ).fetchone()
    # The sum holds the new application already, and still holds one that is being undone.
    before, after = (total - seconds, total) if uses > 0 else (total, total + seconds)
    connection.execute("INSERT OR IGNORE INTO pattern_metrics (pattern_id) VALUES (?)", (pattern_id,))
    connection.execute(
        "UPDATE pattern_metrics SET total_uses = max(0, coalesce(total_uses, 0) + ?), total_time_saved_minutes = "
        "coalesce(total_time_saved_minutes, 0) + ? WHERE pattern_id = ?",
        (uses, round(after / 60) - round(before / 60), pattern_id),
    )


def _applications(store: Store, clause: str, parameters: Sequence[object]) -> list[Application]:
    # One read of both tables in one statement: an application and its files are never seen half.
    rows = store.rows(
        "SELECT a.id, a.pattern_id, a.version, a.at, a.undone_at, f.path FROM "  # noqa: S608 - fixed text
        f"(SELECT * FROM applications {clause}) a LEFT JOIN application_files f "
        f"ON f.application_id = a.id AND f.action <> '{_DIRECTORY}' "
        "ORDER BY a.id DESC, f.position",
        parameters,
    )
    found: dict[int, tuple[sqlite3.Row, list[str]]] = {}
    for row in rows:
        paths = found.setdefault(row["id"], (row, []))[1]
        if row["path"] is not None:
            paths.append(row["path"])
    return [
        Application(row["id"], row["pattern_id"], row["version"], row["at"], tuple(paths), row["undone_at"])
        for row, paths in found.values()
    ]


def wrote(store: Store, path: str, content_hash: str) -> bool:
    """Whether an application wrote this very content at `path` (a SHA-256 in hex): then it is nobody's work by hand."""
    sql = "SELECT 1 FROM application_files WHERE path = ? AND hash_after = ? LIMIT 1"
    return store.row(sql, (storable(path), content_hash)) is not None
