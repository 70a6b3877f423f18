"""Rows that hold a text, found in whatever column, and removed so that not even the file has it any more."""

# ruff: noqa: S608 - names of tables and columns only, quoted

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from contextlib import suppress

from engine.errors import StoreError
from engine.store.connection import Store, explained
from engine.store.driver import sqlite3

Holds = Callable[[str], bool]
"""Whether a text holds what is to be removed."""

# They hold numbers of rows and places in files, and are kept by other tables' triggers.
_LEFT_ALONE = frozenset({"changes", "spool_positions"})
_DETAILS = ("execution_details", "execution_outputs")
_PATIENCE_SECONDS = 10.0


def count(store: Store, holds: Holds) -> dict[str, int]:
    """How many rows hold it, by table; tables without one are left out."""
    connection = store.read()
    _teach(connection, holds)
    try:
        found = {table: len(_rows(connection, table, columns)) for table, columns in _tables(connection).items()}
    except sqlite3.Error as error:
        raise explained(error, store.path) from error
    return {table: number for table, number in found.items() if number}


def remove(store: Store, holds: Holds) -> dict[str, int]:
    """Removes the rows, and then what is left of them in the file and in its log; how many by table.

    An execution goes as a whole when any of its parts holds it. Raises StoreError when another process keeps the log in
    use for too long: the rows are gone then, and their bytes go with the next try.
    """
    connection = store.read()
    _teach(connection, holds)
    removed: dict[str, int] = {}
    connection.execute("PRAGMA secure_delete = ON")
    with store.write():
        tables = _tables(connection)
        for table in sorted(tables, key=lambda name: name not in _DETAILS):  # parts first: they name their whole
            rows = _rows(connection, table, tables[table])
            for row in rows:
                if table in _DETAILS:
                    connection.execute("DELETE FROM execution_logs WHERE id = ?", (row,))
                connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row,))
            if rows:
                removed[table] = len(rows)
    empty(store)
    return removed


def empty(store: Store) -> None:
    """Writes the file anew without what was deleted, and empties the log."""
    connection = store.read()
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        _empty_log(store, connection)
        connection.execute("VACUUM")
        _empty_log(store, connection)
    except sqlite3.Error as error:
        raise explained(error, store.path) from error


def _empty_log(store: Store, connection: sqlite3.Connection) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > until:
            raise StoreError(f"{store.path}: another program keeps its log in use: close it and purge again")
        time.sleep(0.05)


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The columns of each table that can hold a text."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
    ]
    return {
        name: [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(name)})")]
        for name in names
        if name not in _LEFT_ALONE
    }


def _rows(connection: sqlite3.Connection, table: str, columns: list[str]) -> list[int]:
    hits = " OR ".join(f"patui_holds({_quoted(column)})" for column in columns)
    return [row[0] for row in connection.execute(f"SELECT rowid FROM {_quoted(table)} WHERE {hits}")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _teach(connection: sqlite3.Connection, holds: Holds) -> None:
    def test(value: object) -> bool:
        if isinstance(value, bytes):
            return any(holds(text) for text in _texts_of(value))
        # Lists and mappings are stored as JSON, in which a text may be written otherwise.
        return isinstance(value, str) and (holds(value) or ("\\" in value and any(map(holds, _inside(value)))))

    connection.create_function("patui_holds", 1, test)


def _texts_of(value: bytes) -> list[str]:
    texts = [value.decode("utf-8", "replace")]
    with suppress(zlib.error):
        texts.append(zlib.decompress(value).decode("utf-8", "replace"))
    return texts


def _inside(value: str) -> list[str]:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return []
    texts, waiting = [], [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            texts.append(" ".join(part for part in one if isinstance(part, str)))
            waiting += one
    return texts
