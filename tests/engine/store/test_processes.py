"""Several processes on one database: none loses a write, none is corrupted by another's death, all see each other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.store import changes, executions
from engine.store.connection import open_store
from engine.store.driver import sqlite3

WRITERS, ROUNDS = 8, 40

# Reads, then inserts what it read plus one: a lost update or a failed write shows in the result.
COUNT = """
import sys, pathlib
from engine.store.connection import open_store
store = open_store(pathlib.Path(sys.argv[1]), clock=float)
for _ in range(int(sys.argv[2])):
    with store.write() as database:
        (most,) = database.execute("SELECT coalesce(max(time_taken_seconds), 0) FROM execution_logs").fetchone()
        database.execute("INSERT INTO execution_logs (time_taken_seconds) VALUES (?)", (most + 1,))
store.close()
"""
# Says a number only after its transaction was committed.
ACKNOWLEDGE = """
import sys, pathlib, itertools
from engine.store.connection import open_store
store = open_store(pathlib.Path(sys.argv[1]), clock=float)
for number in itertools.count(int(sys.argv[2])):
    with store.write() as database:
        database.execute("INSERT INTO execution_logs (time_taken_seconds) VALUES (?)", (number,))
        database.execute("INSERT INTO execution_logs (time_taken_seconds) VALUES (?)", (number,))
    print(number, flush=True)
"""


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.db"  # they also meet in making it
    writers = [run(COUNT, path, ROUNDS) for _ in range(WRITERS)]
    assert [(writer.communicate(), writer.returncode) for writer in writers] == [(("", ""), 0)] * WRITERS
    with open_store(path, clock=float) as store:
        counted = sorted(row[0] for row in store.rows("SELECT time_taken_seconds FROM execution_logs"))
        assert counted == list(range(1, WRITERS * ROUNDS + 1))
        assert changes.latest(store) == WRITERS * ROUNDS
        assert store.rows("PRAGMA integrity_check")[0][0] == "ok"


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    acknowledged = 0
    for _ in range(4):
        writer = run(ACKNOWLEDGE, path, acknowledged + 1)
        assert writer.stdout is not None
        for _ in range(15):
            acknowledged = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.communicate()[0].split()
        acknowledged = int(rest[-1]) if rest else acknowledged
        with open_store(path, clock=float) as store:
            numbers = [row[0] for row in store.rows("SELECT time_taken_seconds FROM execution_logs ORDER BY id")]
            assert store.rows("PRAGMA integrity_check")[0][0] == "ok"
        assert set(range(1, acknowledged + 1)) <= set(numbers)
        assert len(numbers) == 2 * len(set(numbers))  # no half transaction
        acknowledged = max(numbers)


@pytest.mark.parametrize("deferred", [False, True])
def test_another_programs_plain_sql_shows_at_once(tmp_path: Path, deferred: bool) -> None:
    with open_store(tmp_path / "x.db", clock=float) as store:
        seen, version = changes.latest(store), changes.data_version(store)
        other = sqlite3.connect(tmp_path / "x.db", isolation_level="DEFERRED" if deferred else None)
        other.execute("INSERT INTO execution_logs (operation_kind, file_types) VALUES ('build', 'no json')")
        other.execute("INSERT INTO pattern_metrics (pattern_id) VALUES ('PAT-A-001')")
        other.execute("INSERT INTO anti_patterns (id) VALUES ('ANTI-PAT-001')")
        if deferred:
            assert changes.data_version(store) == version
            other.commit()
        other.close()
        assert changes.data_version(store) != version
        assert changes.tables_since(store, seen)[1] == {"execution_logs", "pattern_metrics", "anti_patterns"}
        assert executions.recent(store)[0].file_types == ("no json",)


def test_a_plain_program_writes_while_patui_has_it_open(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute(\"INSERT INTO pattern_candidates (signature) VALUES ('theirs')\"); c.commit()"
    )
    with open_store(path, clock=float) as store:
        version = changes.data_version(store)
        writer = run(code, path)
        assert (writer.communicate(), writer.returncode) == (("", ""), 0)
        assert changes.data_version(store) != version
        assert [(one.table, one.row) for one in changes.since(store, 0)] == [("pattern_candidates", 1)]
