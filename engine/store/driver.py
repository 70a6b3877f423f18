"""The one place that chooses the SQLite library: two of them on one file in one process break each other's locks.

SQLite before 3.51.3 can corrupt a write-ahead log when two processes checkpoint at once; `pysqlite3` brings a newer one
than most Pythons. sqlite-utils prefers `pysqlite3` by the same rule, so the schema is made through the same library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["CHECKPOINTS_SAFELY", "sqlite3"]

# When false only the engine's process may checkpoint (see `open_store`).
CHECKPOINTS_SAFELY: bool = sqlite3.sqlite_version_info >= (3, 51, 3)
