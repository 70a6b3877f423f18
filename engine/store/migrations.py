"""The schema as a list of functions: number n brings a database from version n - 1 to n, inside one transaction.

A migration that was released is never edited; the next change is a new function at the end of the list. Versions are
SQLite's `user_version`. Our own tables are STRICT, those of the plan are not (`plan_schema`).
"""

# ruff: noqa: S608 - the statements are put together from fixed names only

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from engine.store import plan_schema
from engine.store.driver import sqlite3

if TYPE_CHECKING:
    from sqlite_utils import Database

CHANGES_KEPT = 100_000

# Tables whose inserts and updates a viewer wants to know of, with the column that names a row.
WATCHED = {
    "execution_logs": "id",
    "pattern_candidates": "id",
    "candidate_details": "candidate_id",
    "verdicts": "id",
    "applications": "id",
    "feed": "id",
    "suggestions": "id",
    "pattern_metrics": "pattern_id",
    "anti_patterns": "id",
}
# Tables of which a viewer shows every row, so that it must know of a row that is gone too.
SHOWN_WHOLE = ("pattern_candidates", "suggestions", "pattern_metrics", "anti_patterns")


def first_schema(connection: sqlite3.Connection) -> None:
    """The plan's tables, and beside them the review, the applications, the feed and what files were seen."""
    for statement in _statements(plan_schema.TABLES + plan_schema.INDEXES):
        connection.execute(statement)
    database = _database(connection)
    _create(
        database,
        "candidate_details",
        {"candidate_id": int, "pattern_id": str, "name": str, "kind": str, "support": int, "hours_saved": float}
        | {"hours_per_month": float, "aliases": str, "members": str, "evidence": str, "why": str, "detected_at": float}
        | {"defer_until": float, "deferred_support": int},
        pk="candidate_id",
    )
    _create(
        database,
        "verdicts",
        {"id": int, "candidate_id": int, "before_status": str, "after_status": str, "before_path": str}
        | {
            "after_path": str,
            "before_why": str,
            "why": str,
            "before_defer_until": float,
            "at": float,
            "undone_at": float,
        },
        pk="id",
    )
    _create(
        database,
        "applications",
        {"id": int, "pattern_id": str, "version": str, "name": str, "at": float, "targets": str, "given_values": str}
        | {"unchecked": str, "seconds_saved": float, "undone_at": float},
        pk="id",
    )
    _create(
        database,
        "application_files",
        {
            "application_id": int,
            "position": int,
            "path": str,
            "action": str,
            "hash_after": str,
            "text_before_empty": int,
        },
        pk=("application_id", "position"),
    )
    _create(database, "feed", {"id": int, "type": str, "time": float, "text": str, "path": str, "about": str}, pk="id")
    _create(
        database,
        "suggestions",
        {"id": int, "key": str, "kind": str, "title": str, "detail": str, "path": str, "pattern": str, "time": float}
        | {"first_shown": float, "count": int, "status": str, "settled_at": float},
        pk="id",
    )
    _create(database, "live_files", {"path": str, "created": float, "signature": bytes, "extension": str}, pk="path")
    _create(database, "skips", {"source": str, "path": str, "reason": str}, pk=("source", "path"))
    _create(database, "settings", {"key": str, "value": str}, pk="key")
    for table, columns in (
        ("pattern_candidates", ["signature"]),
        ("candidate_details", ["pattern_id"]),
        ("applications", ["pattern_id"]),
        ("suggestions", ["pattern"]),
        ("suggestions", ["first_shown"]),
        ("live_files", ["created"]),
    ):
        database.table(table).create_index(columns, if_not_exists=True)
    connection.execute("CREATE UNIQUE INDEX suggestions_open ON suggestions(key) WHERE status = 'open'")
    # Another program may delete a candidate and use its number again: the details must not outlive it.
    connection.execute(
        "CREATE TRIGGER candidate_details_follow AFTER DELETE ON pattern_candidates "
        "BEGIN DELETE FROM candidate_details WHERE candidate_id = OLD.id; END"
    )
    _record_changes(connection)


def _record_changes(connection: sqlite3.Connection) -> None:
    # `row` is ANY: some tables count their rows, some name them.
    connection.execute(
        'CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, "table" TEXT NOT NULL, "row" ANY) STRICT'
    )
    for table, key in WATCHED.items():
        _watch(connection, table, key)
    connection.execute(
        "CREATE TRIGGER changes_prune AFTER INSERT ON changes WHEN NEW.seq % 1000 = 0 "
        f"BEGIN DELETE FROM changes WHERE seq <= NEW.seq - {CHANGES_KEPT}; END"
    )


def _watch(connection: sqlite3.Connection, table: str, key: str) -> None:
    events = [("INSERT", "NEW"), ("UPDATE", "NEW")] + [("DELETE", "OLD")] * (table in SHOWN_WHOLE)
    for event, row in events:
        connection.execute(
            f"CREATE TRIGGER changes_{table}_{event.lower()} AFTER {event} ON {table} "
            f'BEGIN INSERT INTO changes ("table", "row") VALUES (\'{table}\', {row}.{key}); END'
        )


def families(connection: sqlite3.Connection) -> None:
    """What mining found, for the live engine to recognise new files by."""
    database = _database(connection)
    _create(
        database,
        "families",
        {"signature": str, "name": str, "kind": str, "path_template": str, "confidence": float, "members": str},
        pk="signature",
    )
    _create(database, "family_sketches", {"path": str, "sketch": bytes}, pk="path")


# Watched from the third schema on.
WATCHED_TELEMETRY = {"errors": "id", "resolutions": "id", "outcomes": "id"}


def telemetry(connection: sqlite3.Connection) -> None:
    """What the plan's four tables have no column for: command lines, errors, what fixed them, what came of a use."""
    database = _database(connection)
    _create(
        database,
        "execution_details",
        {"execution_id": int, "key": str, "at": float, "command": str, "argv": str, "cwd": str, "exit_code": int}
        | {"seconds": float, "session": str, "source": str, "by_agent": int, "inputs": str, "outputs": str}
        | {"verification": str, "error_signature": str, "pattern_version": str},
        pk="execution_id",
        nullable=("exit_code", "seconds"),
    )
    _create(database, "execution_outputs", {"execution_id": int, "at": float, "text": str}, pk="execution_id")
    _create(
        database,
        "errors",
        {"id": int, "at": float, "signature": str, "type": str, "message": str, "template": str, "parameters": str}
        | {"tool": str, "path": str, "line": int, "frames": str, "session": str, "command": str, "execution_id": int}
        | {"by_agent": int, "resolution_id": int},
        pk="id",
    )
    _create(
        database,
        "resolutions",
        {"id": int, "at": float, "signature": str, "steps": str, "session": str, "by_agent": int, "error_id": int}
        | {"execution_id": int, "parameters": str},
        pk="id",
    )
    _create(database, "spool_positions", {"file": str, "offset": int, "at": float}, pk="file")
    _create(database, "file_texts", {"path": str, "at": float, "text": bytes}, pk="path")
    _create(
        database,
        "outcomes",
        {"id": int, "application_id": int, "path": str, "stage": str, "at": float, "kept": float, "seconds_left": float}
        | {"workarounds": str},
        pk="id",
    )
    _create(
        database,
        "feedback",
        {"id": int, "pattern_id": str, "version": str, "at": float, "value": int, "why": str},
        pk="id",
    )
    _create(
        database,
        "anti_pattern_details",
        {"anti_pattern_id": str, "pattern_id": str, "cause": str, "error_signature": str, "recommendation": str}
        | {"evidence": str, "first_at": float, "last_at": float, "fixed_in": str},
        pk="anti_pattern_id",
    )
    _create(
        database,
        "pattern_versions",
        {"pattern_id": str, "version": str, "at": float, "path": str, "text": str},
        pk=("pattern_id", "version"),
    )
    for table, columns in (
        ("execution_details", ["session", "at"]),
        ("execution_details", ["at"]),
        ("execution_details", ["error_signature"]),
        ("execution_outputs", ["at"]),
        ("errors", ["signature", "at"]),
        ("errors", ["at"]),
        ("errors", ["execution_id"]),
        ("resolutions", ["signature", "at"]),
        ("outcomes", ["application_id"]),
        ("feedback", ["pattern_id"]),
        ("anti_pattern_details", ["pattern_id"]),
    ):
        database.table(table).create_index(columns, if_not_exists=True)
    connection.execute("CREATE UNIQUE INDEX execution_details_key ON execution_details(key) WHERE key <> ''")
    for table, own in (("execution_details", "execution_id"), ("execution_outputs", "execution_id")):
        connection.execute(
            f"CREATE TRIGGER {table}_follow AFTER DELETE ON execution_logs "
            f"BEGIN DELETE FROM {table} WHERE {own} = OLD.id; END"
        )
    for table, key in WATCHED_TELEMETRY.items():
        _watch(connection, table, key)


def applied_texts(connection: sqlite3.Connection) -> None:
    """What an application wrote, compressed: what a person keeps of it is measured against it."""
    _create(
        _database(connection),
        "applied_texts",
        {"application_id": int, "path": str, "text": bytes},
        pk=("application_id", "path"),
    )


def suggestion_confidence(connection: sqlite3.Connection) -> None:
    """How sure patui was of a suggestion: what became of it moves the threshold for the next ones."""
    connection.execute("ALTER TABLE suggestions ADD COLUMN confidence REAL NOT NULL DEFAULT 0")


def file_versions(connection: sqlite3.Connection) -> None:
    """What files held when something failed and when it was green again: how an edit made an error go away."""
    database = _database(connection)
    _create(database, "file_versions", {"id": int, "path": str, "at": float, "digest": str, "text": bytes}, pk="id")
    database.table("file_versions").create_index(["path", "at"], if_not_exists=True)
    database.table("errors").create_index(["session", "at"], if_not_exists=True)
    database.table("errors").create_index(["resolution_id"], if_not_exists=True)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    first_schema,
    families,
    telemetry,
    applied_texts,
    suggestion_confidence,
    file_versions,
)


def _database(connection: sqlite3.Connection) -> Database:
    from sqlite_utils import Database  # 100 ms, and only a schema that must change needs it

    return Database(connection, recursive_triggers=False, execute_plugins=False)


def _create(
    database: Database,
    table: str,
    columns: dict[str, Any],
    *,
    pk: str | tuple[str, ...],
    nullable: Collection[str] = (),
) -> None:
    """A STRICT table; a missing text, number or blob is an empty one, and null only where `nullable` says so."""
    empty: dict[type, Any] = {int: 0, float: 0.0, str: "", bytes: b""}
    keys = (pk,) if isinstance(pk, str) else pk
    others = {name: kind for name, kind in columns.items() if name not in keys and name not in nullable}
    database.table(table).create(
        columns,
        pk=pk,
        not_null=set(others) | (set() if isinstance(pk, str) and columns[pk] is int else set(keys)),
        defaults={name: empty[kind] for name, kind in others.items() if kind is not bytes},
        strict=True,
    )


def _statements(script: str) -> Iterable[str]:
    """The statements of a script one by one: `executescript` would commit the transaction around it."""
    return (statement for statement in script.split(";\n") if statement.strip())
