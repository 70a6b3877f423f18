"""What files held at certain moments, few and compressed: the before and after of an edit. Redacted by the caller."""

from __future__ import annotations

import zlib
from hashlib import sha256

from engine.store.columns import insert, storable
from engine.store.connection import Store

MOST_ROWS = 400
MOST_OF_A_FILE = 12


def keep(store: Store, path: str, at: float, text: str) -> None:
    """Remember what `path` held at `at`. A text that is the newest one already is not kept twice, and of one moment
    only what was told first: who tells later looked later."""
    content = text.encode("utf-8", "surrogatepass")
    digest = sha256(content).hexdigest()
    with store.write() as connection:
        rows = store.rows(
            "SELECT at, digest FROM file_versions WHERE path = ? AND at <= ? ORDER BY at DESC LIMIT 1",
            (storable(path), at),
        )
        if rows and (rows[0]["digest"] == digest or rows[0]["at"] == at):
            return
        row = {"path": storable(path), "at": at, "digest": digest, "text": zlib.compress(content, 6)}
        insert(connection, "file_versions", row)
        connection.execute(
            "DELETE FROM file_versions WHERE path = ? AND id NOT IN "
            "(SELECT id FROM file_versions WHERE path = ? ORDER BY at DESC LIMIT ?)",
            (storable(path), storable(path), MOST_OF_A_FILE),
        )
        connection.execute(
            "DELETE FROM file_versions WHERE id NOT IN (SELECT id FROM file_versions ORDER BY at DESC LIMIT ?)",
            (MOST_ROWS,),
        )


def before(store: Store, path: str, at: float) -> str | None:
    """What `path` held at `at`: its newest version that is no younger; None when none was kept."""
    return _text(store, "at <= ? ORDER BY at DESC", path, at)


def after(store: Store, path: str, at: float) -> str | None:
    """The oldest version of `path` that is no older than `at`; None when none was kept."""
    return _text(store, "at >= ? ORDER BY at", path, at)


def _text(store: Store, clause: str, path: str, at: float) -> str | None:
    row = store.row(f"SELECT text FROM file_versions WHERE path = ? AND {clause} LIMIT 1", (storable(path), at))  # noqa: S608 - fixed text
    return None if row is None else zlib.decompress(row["text"]).decode("utf-8", "surrogatepass")
