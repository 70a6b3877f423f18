from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from engine.errors import StoreBusy, StoreCorrupt, StoreError, StoreTooNew
from engine.store import candidates, changes, plan_schema
from engine.store.connection import Store, explained, open_store
from engine.store.driver import CHECKPOINTS_SAFELY, sqlite3
from engine.store.migrations import MIGRATIONS


def opened(path: Path) -> Store:
    return open_store(path, clock=lambda: 0.0)


def schema(store: Store) -> list[tuple[str, str]]:
    return [(row["name"], row["sql"]) for row in store.rows("SELECT name, sql FROM sqlite_master ORDER BY name")]


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_database_is_the_users_own_and_shared_by_a_log(tmp_path: Path) -> None:
    path = tmp_path / "patterns" / "metrics" / "x.db"
    old = os.umask(0)
    try:
        with opened(path) as store, store.write() as database:
            database.execute("INSERT INTO settings (key) VALUES ('k')")
            modes = {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {0o600}
    with opened(path) as store:
        pragmas = {
            name: store.rows(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "busy_timeout", "mmap_size", "trusted_schema", "user_version")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 10_000,
        "mmap_size": 0,
        "trusted_schema": 0,
        "user_version": len(MIGRATIONS),
    }


def test_opening_again_needs_no_schema_library(tmp_path: Path) -> None:
    opened(tmp_path / "x.db").close()
    code = (
        "import sys, pathlib; from engine.store.connection import open_store; "
        f"open_store(pathlib.Path({str(tmp_path / 'x.db')!r}), clock=float).close(); "
        "assert not {'sqlite_utils', 'jinja2', 'yaml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_schema_is_made_through_the_same_sqlite_library() -> None:
    from sqlite_utils import utils

    theirs = utils.sqlite3  # type: ignore[attr-defined]

    assert theirs.sqlite_version == sqlite3.sqlite_version
    assert theirs.connect is sqlite3.connect


def test_old_libraries_leave_checkpoints_to_the_engine(tmp_path: Path) -> None:
    for allowed, pages in ((True, 1000), (False, 0), (CHECKPOINTS_SAFELY, 1000 if CHECKPOINTS_SAFELY else 0)):
        with open_store(tmp_path / "x.db", clock=lambda: 0.0, checkpoints=allowed) as store:
            assert store.rows("PRAGMA wal_autocheckpoint")[0][0] == pages


def test_names_of_directories_may_be_odd(tmp_path: Path) -> None:
    with opened(tmp_path / "a b?#%41é" / "x.db") as store:
        assert candidates.listing(store) == []
    assert (tmp_path / "a b?#%41é" / "x.db").stat().st_size > 0


# ── what cannot be opened ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with opened(path) as store, store.write() as database:
        database.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match=r"x.db has schema 99, and this patui knows \d: .*Upgrade patui"):
        opened(path)
    assert path.read_bytes() == before


def garbage(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 500)


def torn(path: Path) -> None:
    with opened(path) as store, store.write() as database:
        database.execute("INSERT INTO settings (key, value) VALUES ('k', zeroblob(0) || hex(randomblob(60000)))")
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [garbage, torn])
def test_what_is_no_database_or_damaged_is_told(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "x.db"
    damage(path)
    with pytest.raises(StoreCorrupt, match="is not an SQLite database, or is damaged: move it away"):
        opened(path)
    assert path.exists()


def test_damage_found_later_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with opened(path) as store, store.write() as database:
        for number in range(200):
            database.execute("INSERT INTO settings (key, value) VALUES (?, hex(randomblob(3000)))", (f"{number}",))
    content = bytearray(path.read_bytes())
    content[-400_000:] = os.urandom(400_000)
    path.write_bytes(content)
    with opened(path) as store, pytest.raises(StoreCorrupt):
        store.rows("SELECT sum(length(value)) FROM settings")


def test_a_directory_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "x.db").mkdir()
    with pytest.raises(StoreError, match=r"x.db is a directory, not a database"):
        opened(tmp_path / "x.db")


def test_a_file_where_a_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "patterns").write_text("")
    with pytest.raises(StoreError, match="cannot be opened for writing"):
        opened(tmp_path / "patterns" / "x.db")


def test_a_read_only_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(StoreError, match="cannot be opened for writing: Read-only file system"):
            opened(tmp_path / "x.db")
    with opened(tmp_path / "x.db") as store:
        store.read().execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="cannot be written: check its permissions"), store.write() as database:
            database.execute("INSERT INTO settings (key) VALUES ('k')")


def test_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "x.db") as store:
        with store.write() as database:
            database.execute("INSERT INTO settings (key) VALUES ('before')")
        pages = store.rows("PRAGMA page_count")[0][0]
        store.read().execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match="the disk is full"), store.write() as database:
            database.execute("INSERT INTO settings (key) VALUES ('half')")
            database.execute("INSERT INTO settings (key, value) VALUES ('big', hex(randomblob(100000)))")
        assert [row["key"] for row in store.rows("SELECT key FROM settings")] == ["before"]
        store.read().execute("PRAGMA max_page_count = 1000000")
        with store.write() as database:
            database.execute("INSERT INTO settings (key) VALUES ('after')")


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    code = (
        "import pathlib, resource, signal; from engine.store.connection import open_store; "
        "from engine.errors import StoreError; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000))\n"
        f"try: open_store(pathlib.Path({str(tmp_path / 'x.db')!r}), clock=float)\n"
        "except StoreError as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "full" in said.stdout and not said.stderr
    with opened(tmp_path / "x.db") as store:
        assert candidates.listing(store) == []


def test_every_error_has_words() -> None:
    assert str(explained(sqlite3.OperationalError("odd"), Path("/x.db"))) == "/x.db: odd"


# ── other programs' databases ────────────────────────────────────────────────────────────────────────────────────────

PLAN = (
    plan_schema.TABLES
    + plan_schema.INDEXES.replace("IF NOT EXISTS ", "")
    + """
INSERT INTO execution_logs (operation_kind, tools_used, success) VALUES ('create', '["git"]', 1);
INSERT INTO pattern_metrics (pattern_id, total_uses) VALUES ('PAT-OLD-001', 12);
INSERT INTO pattern_candidates (signature, confidence) VALUES ('theirs', 0.9);
INSERT INTO anti_patterns (id, name) VALUES ('ANTI-PAT-001', 'rigid');
"""
)


def test_a_database_made_by_the_plans_sql_is_adopted(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.db")
    other.executescript(PLAN)
    with opened(tmp_path / "x.db") as adopted, opened(tmp_path / "new.db") as new:
        assert {name for name, _ in schema(adopted)} == {name for name, _ in schema(new)}
        assert [one.signature for one in candidates.listing(adopted)] == ["theirs"]
        assert adopted.rows("SELECT total_uses FROM pattern_metrics")[0][0] == 12
        assert changes.latest(adopted) == 0
        other.execute("INSERT INTO execution_logs (operation_kind) VALUES ('later')")
        other.commit()
        assert [(one.table, one.row) for one in changes.since(adopted, 0)] == [("execution_logs", 2)]
    other.close()


def test_another_programs_table_is_not_taken_over(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.db")
    other.executescript("CREATE TABLE feed (theirs TEXT); INSERT INTO feed VALUES ('x');")
    with pytest.raises(StoreError, match="is another program's database"):
        opened(tmp_path / "x.db")
    tables = [row[0] for row in other.execute("SELECT name FROM sqlite_master")]
    assert tables == ["feed"]  # nothing of ours stayed behind
    assert other.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    other.close()


def test_another_programs_version_is_not_taken_for_ours(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.db")
    other.executescript("CREATE TABLE t (a); PRAGMA user_version = 1;")
    other.close()
    with pytest.raises(StoreError, match="is another program's database"):
        opened(tmp_path / "x.db")


def test_each_migration_leads_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.store import migrations

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:1])
        with opened(tmp_path / "x.db") as store, store.write() as database:
            database.execute("INSERT INTO pattern_candidates (signature) VALUES ('kept')")

    def broken(database: sqlite3.Connection) -> None:
        database.execute("CREATE TABLE half (a)")
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, broken))
        with pytest.raises(RuntimeError):
            opened(tmp_path / "x.db")
    with opened(tmp_path / "x.db") as store, opened(tmp_path / "new.db") as new:
        assert schema(store) == schema(new)
        assert [one.signature for one in candidates.listing(store)] == ["kept"]


# ── threads and transactions ─────────────────────────────────────────────────────────────────────────────────────────


def test_each_thread_has_its_connection_and_all_see_each_other(store: Store) -> None:
    mine = store.read()
    assert store.read() is mine
    theirs: list[object] = []

    def work() -> None:
        theirs.append(store.read())
        with store.write() as database:
            database.execute("INSERT INTO settings (key) VALUES ('theirs')")

    for _ in range(3):
        thread = threading.Thread(target=work)
        version = store.data_version()
        thread.start()
        thread.join()
        assert store.data_version() != version
        with store.write() as database:
            database.execute("DELETE FROM settings")
    assert mine not in theirs
    assert len(store._opened) == 2  # connections of threads that ended are closed


def test_the_version_changes_with_own_writes_too(store: Store) -> None:
    version = changes.data_version(store)
    assert changes.data_version(store) == version
    with store.write() as database:
        database.execute("INSERT INTO settings (key) VALUES ('mine')")
    assert changes.data_version(store) != version


def test_a_nested_write_joins_the_outer_one(store: Store) -> None:
    with pytest.raises(KeyError), store.write() as outer:
        with store.write() as inner:
            assert inner is outer
            inner.execute("INSERT INTO settings (key) VALUES ('inner')")
        assert outer.in_transaction
        raise KeyError
    assert store.rows("SELECT * FROM settings") == []
    with store.write() as outer, store.write() as inner:
        inner.execute("INSERT INTO settings (key) VALUES ('inner')")
    assert len(store.rows("SELECT * FROM settings")) == 1


def test_a_failed_statement_is_told_and_rolled_back(store: Store) -> None:
    with pytest.raises(StoreError, match="UNIQUE"), store.write() as database:
        database.execute("INSERT INTO settings (key) VALUES ('k')")
        database.execute("INSERT INTO settings (key) VALUES ('k')")
    with store.write() as database:
        assert database.execute("SELECT count(*) FROM settings").fetchone()[0] == 0


def test_a_busy_database_is_told(store: Store) -> None:
    store.patience = 0.0
    with opened(store.path) as other, other.write() as database:
        database.execute("INSERT INTO settings (key) VALUES ('k')")
        with pytest.raises(StoreBusy, match="another program has kept the database locked"), store.write():
            pass
        assert store.rows("SELECT * FROM settings") == []  # reading is never kept waiting
        assert not store.is_free()
    assert store.is_free()
    assert store.rows("PRAGMA busy_timeout")[0][0] == 10_000


def _waits(store: Store) -> bool:
    """Whether some thread comes to wait to write."""
    return any(store.waiting or Event().wait(0.01) for _ in range(2_000))


def _writing(store: Store) -> tuple[Thread, list[Exception]]:
    """A thread that writes a setting as soon as it can, and what it was refused."""
    refused: list[Exception] = []

    def write() -> None:
        try:
            with store.write() as database:
                database.execute("INSERT INTO settings (key) VALUES ('late')")
        except StoreError as error:
            refused.append(error)

    thread = Thread(target=write)
    thread.start()
    return thread, refused


def test_who_waits_to_write_is_counted_and_writes_when_it_can(store: Store) -> None:
    with opened(store.path) as other:
        with other.write():
            thread, refused = _writing(store)
            assert _waits(store)
            assert store.data_version() >= 0, "who only asks is not kept waiting by who waits"
        thread.join()
        assert refused == []
        assert store.waiting == 0
        assert [row["key"] for row in store.rows("SELECT key FROM settings")] == ["late"]


def test_who_waits_gives_up_when_the_process_ends(store: Store) -> None:
    store.patience = 3_600.0
    with opened(store.path) as other, other.write():
        thread, refused = _writing(store)
        assert _waits(store)
        store.stop_waiting()
        thread.join(60.0)
        assert not thread.is_alive()
    assert [type(error) for error in refused] == [StoreBusy]


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = opened(tmp_path / "x.db")
    store.data_version()
    store.close()
    store.close()
    for use in (store.read, store.data_version):
        with pytest.raises(StoreError, match="is closed"):
            use()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.db"]  # the log is folded in
