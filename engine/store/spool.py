"""How far each file of the spool was read into this database."""

from __future__ import annotations

from engine.store.columns import storable
from engine.store.connection import Store


def positions(store: Store) -> dict[str, int]:
    """The offset behind the last line taken, by file name."""
    return {row["file"]: row["offset"] for row in store.rows("SELECT file, offset FROM spool_positions")}


def move(store: Store, file: str, offset: int, at: float) -> None:
    """Note how far a file was read; inside the `write()` that keeps its lines, both are kept or neither."""
    with store.write() as connection:
        connection.execute(
            "INSERT INTO spool_positions (file, offset, at) VALUES (?, ?, ?) "
            "ON CONFLICT (file) DO UPDATE SET offset = excluded.offset, at = excluded.at",
            (storable(file), offset, at),
        )


def forget(store: Store, file: str) -> None:
    with store.write() as connection:
        connection.execute("DELETE FROM spool_positions WHERE file = ?", (storable(file),))
