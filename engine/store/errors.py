"""Errors as they were seen, and what made them go away."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from engine.model import ErrorRecord, Resolution, Step, StepKind
from engine.store import columns
from engine.store.columns import member, storable, text, texts, to_json
from engine.store.connection import Store
from engine.store.driver import sqlite3


def record(store: Store, errors: Iterable[ErrorRecord]) -> list[ErrorRecord]:
    """Add errors in one transaction; they come back with their numbers, in order. Texts must have been redacted."""
    kept = []
    with store.write() as connection:
        for error in errors:
            row = asdict(error) | {"parameters": to_json(list(error.parameters)), "frames": to_json(list(error.frames))}
            row |= {"at": error.at or store.clock(), "by_agent": int(error.by_agent)}
            del row["id"]
            number = columns.insert(connection, "errors", _storable(row))
            kept.append(replace(error, id=number, at=row["at"]))
    return kept


def of_execution(store: Store, execution_id: int) -> list[ErrorRecord]:
    """The errors of one execution, the primary one first."""
    return _errors(store, "WHERE execution_id = ? ORDER BY id", (execution_id,))


def recent(store: Store, limit: int = 100) -> list[ErrorRecord]:
    """The newest errors, newest first."""
    return _errors(store, "ORDER BY id DESC LIMIT ?", (limit,))


def since(store: Store, at: float, limit: int = 100_000) -> list[ErrorRecord]:
    """The errors from `at` on, in order of time."""
    return _errors(store, "WHERE at >= ? ORDER BY at, id LIMIT ?", (at, limit))


def of_signature(store: Store, signature: str, limit: int = 1000) -> list[ErrorRecord]:
    """The newest errors of one signature, newest first."""
    return _errors(store, "WHERE signature = ? ORDER BY at DESC, id DESC LIMIT ?", (signature, limit))


def unresolved(store: Store, since: float, limit: int = 1000) -> list[ErrorRecord]:
    """The errors from `since` on that nothing has made go away yet, in order of time."""
    return _errors(store, "WHERE at >= ? AND resolution_id = 0 ORDER BY at, id LIMIT ?", (since, limit))


def counts(store: Store, since: float = 0.0) -> dict[str, int]:
    """How often each signature was seen."""
    rows = store.rows("SELECT signature, count(*) AS n FROM errors WHERE at >= ? GROUP BY signature", (since,))
    return {row["signature"]: row["n"] for row in rows}


def resolve(store: Store, resolution: Resolution) -> Resolution:
    """Keep what made an error go away, and mark the error it names as resolved."""
    row = {
        "at": resolution.at or store.clock(),
        "signature": resolution.signature,
        "steps": to_json([_without_empty(step) for step in resolution.steps]),
        "session": resolution.session,
        "by_agent": int(resolution.by_agent),
        "error_id": resolution.error_id,
        "execution_id": resolution.execution_id,
        "parameters": to_json(list(resolution.parameters)),
    }
    with store.write() as connection:
        number = columns.insert(connection, "resolutions", _storable(row))
        if resolution.error_id:
            connection.execute("UPDATE errors SET resolution_id = ? WHERE id = ?", (number, resolution.error_id))
    return replace(resolution, id=number, at=float(str(row["at"])))


def settle(store: Store, errors: Iterable[int], resolution: int) -> None:
    """Mark errors as resolved by a resolution that is kept already; -1: gone, and nobody knows how."""
    with store.write() as connection:
        connection.executemany(
            "UPDATE errors SET resolution_id = ? WHERE id = ? AND resolution_id = 0",
            [(resolution, number) for number in errors],
        )


def waiting(store: Store, session: str, since: float, limit: int = 200) -> list[ErrorRecord]:
    """The errors of one session from `since` on that nothing has made go away yet, in order of time."""
    where = "WHERE session = ? AND at >= ? AND resolution_id = 0 ORDER BY at DESC, id DESC LIMIT ?"
    return _errors(store, where, (storable(session), since, limit))[::-1]


def get(store: Store, number: int) -> ErrorRecord | None:
    found = _errors(store, "WHERE id = ?", (number,))
    return found[0] if found else None


def newest_waiting(store: Store, since: float) -> ErrorRecord | None:
    """The primary error of the newest execution with one that nothing has made go away yet."""
    found = _errors(
        store,
        "WHERE resolution_id = 0 AND at >= ? ORDER BY at DESC, execution_id DESC, id LIMIT 1",
        (since,),
    )
    return found[0] if found else None


def same_waiting(store: Store, error: ErrorRecord) -> list[int]:
    """The numbers of all rows that are this very error, by its signature and its words, and wait."""
    rows = store.rows(
        "SELECT id FROM errors WHERE signature = ? AND parameters = ? AND resolution_id = 0",
        (error.signature, storable(to_json(list(error.parameters)))),
    )
    return [row["id"] for row in rows]


def resolved(store: Store, signature: str, limit: int = 200) -> list[tuple[ErrorRecord, Resolution]]:
    """The newest errors of one signature that went away, each with what made it go, oldest first."""
    kept = resolutions_of(store, signature, limit)[::-1]
    numbers = to_json([one.error_id for one in kept])
    found = {one.id: one for one in _errors(store, "WHERE id IN (SELECT value FROM json_each(?))", (numbers,))}
    return [(found[one.error_id], one) for one in kept if one.error_id in found]


def spans(store: Store, since: float) -> list[tuple[int, int]]:
    """The executions in which errors that went away were seen, and those that were without them, from `since` on."""
    rows = store.rows(
        "SELECT e.execution_id AS first, r.execution_id AS last FROM errors e JOIN resolutions r "
        "ON r.id = e.resolution_id WHERE e.at >= ?",
        (since,),
    )
    return [(row["first"], row["last"]) for row in rows]


def resolutions_of(store: Store, signature: str, limit: int = 1000) -> list[Resolution]:
    """What made errors of one signature go away, newest first."""
    sql = "SELECT * FROM resolutions WHERE signature = ? ORDER BY at DESC, id DESC LIMIT ?"
    return [_resolution(row) for row in store.rows(sql, (signature, limit))]


def resolutions_since(store: Store, at: float, limit: int = 10_000) -> list[Resolution]:
    """All resolutions from `at` on, in order of time."""
    sql = "SELECT * FROM resolutions WHERE at >= ? ORDER BY at, id LIMIT ?"
    return [_resolution(row) for row in store.rows(sql, (at, limit))]


def _errors(store: Store, clause: str, parameters: tuple[object, ...]) -> list[ErrorRecord]:
    return [_error(row) for row in store.rows(f"SELECT * FROM errors {clause}", parameters)]  # noqa: S608 - fixed text


def _error(row: sqlite3.Row) -> ErrorRecord:
    return ErrorRecord(
        at=row["at"],
        signature=row["signature"],
        type=row["type"],
        message=row["message"],
        template=row["template"],
        parameters=texts(row["parameters"]),
        tool=row["tool"],
        path=row["path"],
        line=row["line"],
        frames=texts(row["frames"]),
        session=row["session"],
        command=row["command"],
        execution_id=row["execution_id"],
        by_agent=bool(row["by_agent"]),
        id=row["id"],
    )


def _resolution(row: sqlite3.Row) -> Resolution:
    return Resolution(
        at=row["at"],
        signature=row["signature"],
        steps=tuple(_step(one) for one in _entries(row["steps"])),
        session=row["session"],
        by_agent=bool(row["by_agent"]),
        error_id=row["error_id"],
        execution_id=row["execution_id"],
        parameters=texts(row["parameters"]),
        id=row["id"],
    )


def _step(entry: dict[str, Any]) -> Step:
    return Step(
        kind=member(StepKind, entry.get("kind"), StepKind.COMMAND),
        argv=tuple(map(text, entry.get("argv") or ())),
        path=text(entry.get("path")),
        before=text(entry.get("before")),
        after=text(entry.get("after")),
        cwd=text(entry.get("cwd")),
        seconds=columns.number(entry.get("seconds")),
    )


def _without_empty(step: Step) -> dict[str, Any]:
    return {name: value for name, value in asdict(step).items() if value}


def _entries(value: object) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(text(value) or "[]")
    except (ValueError, RecursionError):
        return []
    return [entry for entry in parsed if isinstance(entry, dict)] if isinstance(parsed, list) else []


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}
