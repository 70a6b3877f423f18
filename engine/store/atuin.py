"""The history that atuin keeps, read without touching it: its columns by name, since its schema moves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.errors import BrokenInput
from engine.store.driver import sqlite3

_NEEDED = ("id", "timestamp", "command")
_WANTED = (*_NEEDED, "duration", "exit", "cwd", "session", "hostname", "deleted_at", "author", "intent", "author_kind")


def atuin_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Each row of the history by its columns, oldest first; a column that this version lacks is None.

    BrokenInput when it is no history of atuin's. A database with an open log is read from a copy: even a reader would
    write beside it.
    """
    log = path.with_name(f"{path.name}-wal")
    if not path.is_file():
        raise BrokenInput(f"{path}: there is no such file")
    try:
        with tempfile.TemporaryDirectory(prefix="patui-") as folder:
            if log.is_file() and log.stat().st_size:
                copy = Path(folder) / path.name
                shutil.copyfile(path, copy)
                shutil.copyfile(log, copy.with_name(log.name))
                uri = f"{copy.as_uri()}"
            else:
                uri = f"{path.absolute().as_uri()}?immutable=1"
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                yield from _rows(connection, path)
    except (sqlite3.Error, OSError) as error:
        raise BrokenInput(f"{path} is no history of atuin's: {error}") from None


def _rows(connection: sqlite3.Connection, path: Path) -> Iterator[dict[str, Any]]:
    there = {row[1] for row in connection.execute("PRAGMA table_info(history)")}
    if not there.issuperset(_NEEDED):
        raise BrokenInput(f"{path} is no history of atuin's: it has no table of commands with their times")
    names = [name if name in there else f"NULL AS {name}" for name in _WANTED]
    query = f"SELECT {', '.join(names)} FROM history ORDER BY timestamp"  # noqa: S608 - fixed names only
    for row in connection.execute(query):
        yield dict(zip(_WANTED, row, strict=True))
