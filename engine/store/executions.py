"""Executions: the plan's `execution_logs`, which any program may write, and our details beside it.

A row without details was inserted by another program with plain SQL; it is read as an execution all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.model import Execution, Source
from engine.store import columns
from engine.store.columns import datetime_text, mapping, member, moment, number, storable, text, texts, to_json
from engine.store.connection import Store
from engine.store.driver import sqlite3

_DETAILS = (
    "key, at, command, argv, cwd, exit_code, seconds, session, source, by_agent, inputs, outputs, verification, "
    "error_signature, pattern_version"
)
_SELECT = (
    f"SELECT l.*, d.execution_id, {_DETAILS} FROM execution_logs l "  # noqa: S608 - fixed text
    "LEFT JOIN execution_details d ON d.execution_id = l.id "
)


def record(store: Store, executions: Iterable[Execution]) -> list[Execution]:
    """Add what was done, in one transaction, and give it back with its numbers, in order.

    One whose `key` stands already is not added again: it comes back with the number it has. Texts must have been
    redacted. Output is kept beside the row, where retention finds it.
    """
    kept = []
    with store.write() as connection:
        for execution in executions:
            kept.append(_record(connection, execution, store.clock()))
    return kept


def _record(connection: sqlite3.Connection, execution: Execution, now: float) -> Execution:
    if execution.key:
        found = connection.execute(
            "SELECT execution_id FROM execution_details WHERE key = ? AND key <> ''", (storable(execution.key),)
        ).fetchone()
        if found is not None:
            return replace(execution, id=found[0])
    at = execution.at or now
    row = {
        "timestamp": datetime_text(at),
        "operation_kind": execution.operation_kind,
        "pattern_id": execution.pattern_id,
        "file_types": to_json(list(execution.file_types)),
        "tools_used": to_json(list(execution.tools_used)),
        "input_signature": execution.input_signature,
        "output_signature": execution.output_signature,
        "success": None if execution.success is None else int(execution.success),
        "time_taken_seconds": None if execution.seconds is None else round(execution.seconds),
        "user_id": execution.user_id,
    }
    number = columns.insert(connection, "execution_logs", _storable(row, empty_is_null=True))
    details = {
        "execution_id": number,
        "key": execution.key,
        "at": at,
        "command": execution.command,
        "argv": to_json(list(execution.argv)),
        "cwd": execution.cwd,
        "exit_code": execution.exit_code,
        "seconds": execution.seconds,
        "session": execution.session,
        "source": str(execution.source),
        "by_agent": int(execution.by_agent),
        "inputs": "" if execution.inputs is None else to_json(execution.inputs),
        "outputs": "" if execution.outputs is None else to_json(execution.outputs),
        "verification": execution.verification,
        "error_signature": execution.error_signature,
        "pattern_version": execution.pattern_version,
    }
    columns.insert(connection, "execution_details", _storable(details))
    if execution.error_output:
        output = {"execution_id": number, "at": at, "text": storable(execution.error_output)}
        columns.insert(connection, "execution_outputs", output)
    return replace(execution, id=number, at=at)


def after(store: Store, number: int, limit: int = 1000) -> list[Execution]:
    """The executions with a higher number, oldest first: what a reader that remembers its place has not seen."""
    return _read(store, "WHERE l.id > ? ORDER BY l.id LIMIT ?", (number, limit))


def recent(store: Store, limit: int = 100, *, before: int | None = None) -> list[Execution]:
    """The newest executions, newest first; `before` goes on from a number."""
    where, parameters = ("", ()) if before is None else ("WHERE l.id < ? ", (before,))
    return _read(store, f"{where}ORDER BY l.id DESC LIMIT ?", (*parameters, limit))


def since(store: Store, at: float, limit: int = 100_000) -> list[Execution]:
    """The executions that ended at `at` or later, in order of time."""
    # Others may write numbers, which sort before every text, or a zone: a day's margin, and then the exact time.
    clause = "WHERE l.timestamp >= ? OR (l.timestamp >= ? AND l.timestamp < '') ORDER BY l.id DESC LIMIT ?"
    found = _read(store, clause, (datetime_text(max(0.0, at - 86_400)), at, limit))
    return sorted((one for one in found if one.at >= at), key=lambda one: (one.at, one.id))


def between(store: Store, start: float, end: float, *, with_pattern: bool | None = None) -> list[Execution]:
    """The executions that ended in `start` .. `end` (end excluded), in order of time; only those with a pattern, or
    only those without one, when told."""
    which = {None: "", True: " AND l.pattern_id > ''", False: " AND coalesce(l.pattern_id, '') = ''"}[with_pattern]
    clause = f"WHERE (l.timestamp >= ? OR (l.timestamp >= ? AND l.timestamp < '')){which}"
    found = _read(store, clause, (datetime_text(max(0.0, start - 86_400)), start))
    return sorted((one for one in found if start <= one.at < end), key=lambda one: (one.at, one.id))


def get(store: Store, number: int) -> Execution | None:
    found = _read(store, "WHERE l.id = ?", (number,))
    return found[0] if found else None


def of_session(store: Store, session: str, since: float, limit: int = 1000) -> list[Execution]:
    """A session's executions from `since` on, in order of time (the newest `limit` of them)."""
    found = _read(
        store,
        "WHERE l.id IN (SELECT execution_id FROM execution_details WHERE session = ? AND at >= ? "
        "ORDER BY at DESC LIMIT ?)",
        (session, since, limit),
    )
    return sorted(found, key=lambda one: (one.at, one.id))


def of_pattern(store: Store, pattern_id: str, since: float = 0.0) -> list[Execution]:
    """The uses of a pattern, in order of time."""
    found = _read(store, "WHERE l.pattern_id = ? ORDER BY l.id", (pattern_id,))
    return sorted((one for one in found if one.at >= since), key=lambda one: (one.at, one.id))


def of_numbers(store: Store, numbers: Iterable[int]) -> list[Execution]:
    """The executions with these numbers that are still there, in order."""
    wanted = to_json(sorted(set(numbers)))
    return _read(store, "WHERE l.id IN (SELECT value FROM json_each(?)) ORDER BY l.id", (wanted,))


def failures(store: Store, since: float, limit: int = 5000) -> list[Execution]:
    """The newest executions that failed at `since` or later, in order of time."""
    clause = (
        "WHERE l.success IS NOT NULL AND l.success <> 1 AND "
        "(l.timestamp >= ? OR (l.timestamp >= ? AND l.timestamp < '')) ORDER BY l.id DESC LIMIT ?"
    )
    found = _read(store, clause, (datetime_text(max(0.0, since - 86_400)), since, limit))
    return sorted((one for one in found if one.success is False and one.at >= since), key=lambda one: (one.at, one.id))


def of_operation(store: Store, operation_kind: str, since: float, limit: int = 1000) -> list[Execution]:
    """The newest executions of one kind without a pattern that ended at `since` or later, in order of time."""
    clause = (
        "WHERE l.operation_kind = ? AND coalesce(l.pattern_id, '') = '' AND "
        "(l.timestamp >= ? OR (l.timestamp >= ? AND l.timestamp < '')) ORDER BY l.id DESC LIMIT ?"
    )
    found = _read(store, clause, (operation_kind, datetime_text(max(0.0, since - 86_400)), since, limit))
    return sorted((one for one in found if one.at >= since), key=lambda one: (one.at, one.id))


def is_known(store: Store, key: str) -> bool:
    """Whether a record with this `key` was added before."""
    return bool(known(store, [key]))


def known(store: Store, keys: Iterable[str]) -> set[str]:
    """Those of the `keys` by which a record was added before."""
    wanted = {storable(key): key for key in keys if key}
    sql = "SELECT d.key FROM json_each(?) j CROSS JOIN execution_details d ON d.key = j.value AND d.key <> ''"
    return {wanted[row["key"]] for row in store.rows(sql, (to_json(list(wanted)),))}


def pattern_ids(store: Store) -> list[str]:
    """The patterns that executions name, in order."""
    rows = store.rows("SELECT DISTINCT pattern_id FROM execution_logs WHERE pattern_id > '' ORDER BY 1")
    return [text(row["pattern_id"]) for row in rows]


def newest(store: Store) -> int:
    """The highest number, 0 when there is none."""
    row = store.row("SELECT max(id) FROM execution_logs")
    return (row[0] or 0) if row else 0


def output(store: Store, number: int) -> str:
    row = store.row("SELECT text FROM execution_outputs WHERE execution_id = ?", (number,))
    return text(row["text"]) if row else ""


def set_error(store: Store, number: int, signature: str) -> None:
    """Note which error an execution ended with, found after it was recorded."""
    with store.write() as connection:
        connection.execute(
            "UPDATE execution_details SET error_signature = ? WHERE execution_id = ?", (signature, number)
        )


# Numbers, which other programs write, sort before every text.
_OLD = (
    "((typeof(timestamp) = 'text' AND timestamp < ?) OR (typeof(timestamp) <> 'text' AND timestamp < ?)) "
    "AND coalesce(pattern_id, '') = ''"
)


def forget(store: Store, *, executions_before: float, outputs_before: float) -> tuple[int, int]:
    """Delete raw executions and outputs that are older than their retention; how many of each went.

    Uses of a pattern stay: what a pattern achieved is counted from them.
    """
    old = (datetime_text(executions_before), executions_before)
    with store.write() as connection:
        outputs = connection.execute("DELETE FROM execution_outputs WHERE at < ?", (outputs_before,)).rowcount
        rows = connection.execute(f"DELETE FROM execution_logs WHERE {_OLD}", old).rowcount  # noqa: S608 - fixed text
    return rows, outputs


def forgettable(store: Store, *, executions_before: float, outputs_before: float) -> tuple[int, int]:
    """How many executions and outputs `forget` would delete."""
    old = (datetime_text(executions_before), executions_before, outputs_before)
    row = store.row(
        f"SELECT (SELECT count(*) FROM execution_logs WHERE {_OLD}), "  # noqa: S608 - fixed text
        "(SELECT count(*) FROM execution_outputs WHERE at < ?)",
        old,
    )
    return (row[0], row[1]) if row else (0, 0)


def _read(store: Store, clause: str, parameters: tuple[object, ...]) -> list[Execution]:
    return [_remembered(row) for row in store.rows(_SELECT + clause, parameters)]


# Learners read the newest executions again and again, and making one of a row costs thirty times what comparing does.
_MOST_REMEMBERED = 5000
_made: dict[tuple[object, ...], Execution] = {}


def _remembered(row: sqlite3.Row) -> Execution:
    columns_as_they_stand = tuple(row)
    found = _made.get(columns_as_they_stand)
    if found is None:
        if len(_made) >= _MOST_REMEMBERED:
            _made.clear()
        found = _made[columns_as_they_stand] = _execution(row)
    return found


def _execution(row: sqlite3.Row) -> Execution:
    detailed = row["execution_id"] is not None
    seconds = row["seconds"] if row["seconds"] is not None else row["time_taken_seconds"]
    success = row["success"]
    return Execution(
        at=row["at"] if detailed and row["at"] else moment(row["timestamp"]),
        command=text(row["command"]),
        argv=texts(row["argv"]),
        cwd=text(row["cwd"]),
        exit_code=row["exit_code"],
        success=None if success is None else _true(success),
        seconds=None if seconds is None else number(seconds),
        session=text(row["session"]),
        source=member(Source, row["source"], Source.SQL),
        by_agent=bool(row["by_agent"]),
        operation_kind=text(row["operation_kind"]),
        pattern_id=text(row["pattern_id"]),
        pattern_version=text(row["pattern_version"]),
        user_id=text(row["user_id"]),
        file_types=_listed(row["file_types"]),
        tools_used=_listed(row["tools_used"]),
        inputs=_value(row["inputs"]),
        outputs=_value(row["outputs"]),
        input_signature=text(row["input_signature"]),
        output_signature=text(row["output_signature"]),
        verification=text(row["verification"]),
        error_signature=text(row["error_signature"]),
        key=text(row["key"]),
        id=row["id"],
    )


def _true(value: object) -> bool:
    """SQLite has no booleans: other programs write 1, "1", "true", "True"."""
    return value.strip().lower() in ("1", "true", "t", "yes") if isinstance(value, str) else bool(value)


def _listed(value: object) -> tuple[str, ...]:
    """A JSON array, or what another program wrote in its place: words with commas between."""
    found = texts(value)
    plain = text(value).strip()
    if found or not plain or plain.startswith("["):
        return found
    return tuple(part.strip() for part in plain.split(",") if part.strip())


def _value(value: object) -> Any:
    plain = text(value)
    return mapping(f'{{"value": {plain}}}').get("value") if plain else None


def _storable(row: Mapping[str, Any], *, empty_is_null: bool = False) -> dict[str, Any]:
    stored = {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}
    return {name: None if empty_is_null and value == "" else value for name, value in stored.items()}
