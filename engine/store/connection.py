"""One database file, opened so that many processes can share it, and words for what SQLite refuses.

It has a write-ahead log, and every write is a `BEGIN IMMEDIATE` transaction: a deferred one that reads first fails
under contention whatever its timeout. Readers hold no transaction open, so the log stays small.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.errors import StoreBusy, StoreCorrupt, StoreError, StoreTooNew
from engine.model import Clock
from engine.store.driver import CHECKPOINTS_SAFELY, sqlite3

BUSY_SECONDS = 10.0
# Who waits to write waits in turns of this: a signal is heard between them, and `stop_waiting`.
_TURN_SECONDS = 0.2
# The log is cut back to this after a checkpoint; in between it may grow.
LOG_BYTES = 8_000_000


class Store:
    """An open database. One connection a thread, made when the thread first asks; made by `open_store` only.

    `patience` is how many seconds a write waits for another program's; reading never waits for a write.
    """

    def __init__(self, path: Path, clock: Clock, *, checkpoints: bool, patience: float = BUSY_SECONDS) -> None:
        self.path = path
        self.clock = clock
        self.patience = patience
        # By what a secret is known again when it is redacted: set by whoever has the user's key.
        self.marking: Callable[[str], str] | None = None
        self._waiting = 0
        self._impatient = False
        self._checkpoints = checkpoints
        self._mine = threading.local()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._poll: sqlite3.Connection | None = None

    def read(self) -> sqlite3.Connection:
        """This thread's connection (rows by name). Raises StoreError once the store is closed."""
        if self._closed:
            raise StoreError(f"{self.path}: the store is closed")
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._connect()
            with self._lock:
                # Threads end without saying so: their connections are closed when the next thread comes.
                for thread in [thread for thread in self._opened if not thread.is_alive()]:
                    self._opened.pop(thread).close()
                self._opened[threading.current_thread()] = connection
            self._mine.connection = connection
        return connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Every row of a query, read at once so that no reader stays open."""
        try:
            return self.read().execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction on this thread's connection: committed at the end, rolled back on any error.

        Inside another `write()` of the same thread it joins that one. Raises StoreError for what SQLite refuses.
        """
        connection = self.read()
        if getattr(self._mine, "writing", False):
            yield connection
            return
        try:
            self._begin(connection)
            self._mine.writing = True
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                self._mine.writing = False
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise explained(error, self.path, self.patience) from error

    def _begin(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA busy_timeout = {_TURN_SECONDS * 1000:.0f}")
        counted = False
        try:
            for left in range(max(round(self.patience / _TURN_SECONDS), 1), 0, -1):
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if not is_busy(error) or left == 1 or self._impatient or self._closed:
                        raise
                if not counted:
                    counted = True
                    self._count(1)
        finally:
            if counted:
                self._count(-1)
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")

    def _count(self, more: int) -> None:
        with self._lock:
            self._waiting += more

    @property
    def waiting(self) -> int:
        """How many threads wait to write because another program does."""
        return self._waiting

    def stop_waiting(self) -> None:
        """Lets whoever waits to write give up now, and nobody wait from now on: the process is about to end."""
        self._impatient = True

    def is_free(self) -> bool:
        """Whether a write could begin now; asked by beginning one that writes nothing (microseconds)."""
        try:
            with self._lock:
                poll = self._polling()
                poll.execute("PRAGMA busy_timeout = 0")
                try:
                    poll.execute("BEGIN IMMEDIATE")
                    poll.execute("ROLLBACK")
                finally:
                    poll.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        except sqlite3.Error as error:
            return not is_busy(error)  # what else is wrong is said by those who write
        return True

    def data_version(self) -> int:
        """A number that changes whenever anybody commits, the same for all threads; costs microseconds."""
        try:
            with self._lock:
                version: int = self._polling().execute("PRAGMA data_version").fetchone()[0]
                return version
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def _polling(self) -> sqlite3.Connection:
        """A connection does not see its own commits in its data version, so the one that is asked never writes."""
        if self._poll is None:
            if self._closed:
                raise StoreError(f"{self.path}: the store is closed")
            self._poll = self._connect()
        return self._poll

    def close(self) -> None:
        """Close every thread's connection. Closing twice does nothing."""
        with self._lock:
            self._closed = True
            for connection in self._opened.values():
                connection.close()
            self._opened.clear()
            if self._poll is not None:
                self._poll.close()
                self._poll = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                str(self.path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise explained(error, self.path) from error
        try:
            connection.row_factory = sqlite3.Row
            # A database may come from elsewhere: nothing in its schema may call what has effects.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA mmap_size = 0")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
            if not self._checkpoints:
                connection.execute("PRAGMA wal_autocheckpoint = 0")
        except sqlite3.Error as error:
            connection.close()
            raise explained(error, self.path) from error
        return connection


def open_store(
    path: Path, *, clock: Clock, checkpoints: bool = CHECKPOINTS_SAFELY, patience: float = BUSY_SECONDS
) -> Store:
    """Open the database at `path`, made (mode 0600) and brought to this version's schema where needed.

    `checkpoints`: whether this process may empty the write-ahead log; the engine passes True. `patience`: see Store.
    Raises StoreTooNew, StoreCorrupt, or StoreError when it cannot be used.
    """
    _make_file(path)
    store = Store(path, clock, checkpoints=checkpoints, patience=patience)
    try:
        _migrate(store)
        _use_log(store.read())  # only now: a database that is not ours stays as it was
    except sqlite3.Error as error:
        store.close()
        raise explained(error, path) from error
    except BaseException:
        store.close()
        raise
    return store


def is_busy(error: sqlite3.Error) -> bool:
    """Whether SQLite refused because another program has the database."""
    return _kind(error) == "SQLITE_BUSY"


def _kind(error: sqlite3.Error) -> str:
    return "_".join((getattr(error, "sqlite_errorname", "") or "").split("_")[:2])


def explained(error: sqlite3.Error, path: Path, patience: float = BUSY_SECONDS) -> StoreError:
    """What an error of SQLite means for a person; `patience`: the seconds that were waited."""
    name: str = getattr(error, "sqlite_errorname", "") or ""
    kind = _kind(error)
    if kind in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
        return StoreCorrupt(
            f"{path} is not an SQLite database, or is damaged: move it away and patui starts a new one "
            "(pattern files are not in it and stay)"
        )
    if kind == "SQLITE_BUSY":
        return StoreBusy(
            f"{path}: another program has kept the database locked for more than {patience:.0f} s: try again"
        )
    words = {
        "SQLITE_FULL": "the disk is full; nothing was half written: free some space and try again",
        "SQLITE_READONLY": "the database or its directory cannot be written: check its permissions, or name another "
        "place with `database:` in the config",
        "SQLITE_CANTOPEN": "the database cannot be opened: check that its directory exists and is yours",
        "SQLITE_PERM": "no permission to use the database",
        "SQLITE_LOCKED": "another part of patui has kept the database locked: try again",
        "SQLITE_IOERR": f"the disk gave an error ({name}): is it full or going away?",
    }
    return StoreError(f"{path}: {words.get(kind, str(error))}")


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except IsADirectoryError:
        raise StoreError(f"{path} is a directory, not a database") from None
    except OSError as error:
        raise StoreError(f"{path}: the database cannot be opened for writing: {error.strerror}") from error


def _use_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log unless it is in use; several processes may try at once."""
    for _ in range(20):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_BUSY":
                raise
            # The switch does not wait for the others by itself; an empty transaction does.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")


def _migrate(store: Store) -> None:
    from engine.store.migrations import MIGRATIONS

    newest = len(MIGRATIONS)
    if _version(store) == newest:
        return
    with store.write() as connection:
        version = _version(store)  # another process may have been faster
        if version > newest:
            raise StoreTooNew(
                f"{store.path} has schema {version}, and this patui knows {newest}: it was written by a newer patui "
                "(or by another program). Upgrade patui, or name another place with `database:` in the config"
            )
        if version and not store.rows("SELECT 1 FROM sqlite_master WHERE name = 'changes'"):
            raise StoreError(f"{store.path} is another program's database: name another place with `database:`")
        for number, migration in enumerate(MIGRATIONS[version:], version + 1):
            try:
                migration(connection)
            except sqlite3.OperationalError as error:
                if "already exists" not in str(error):
                    raise
                raise StoreError(
                    f"{store.path} is another program's database ({error}): name another place with `database:`"
                ) from error
            connection.execute(f"PRAGMA user_version = {number}")


def _version(store: Store) -> int:
    version: int = store.rows("PRAGMA user_version")[0][0]
    return version
