"""Telemetry between real processes: a reader that is killed, fish on a terminal, and programs that know only SQL."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.actions.draining import Drain
from engine.actions.hooks import shell_hook
from engine.actions.learning import digester
from engine.sources.spool import spool_files, take
from engine.store import executions, feed
from engine.store.plan_schema import INDEXES, TABLES
from engine.workspace import open_workspace

PROMPT = b"ready>"
LINE = "1\t{}\t2000000\t0\ts\t{}\tmake {}\n"
# Drains for ever, and says after each file that it has.
READER = """
import sys
from engine.actions.draining import Drain
from engine.workspace import open_workspace
with open_workspace(sys.argv[1]) as workspace:
    while True:
        for kept in Drain(workspace).run():
            print(kept.execution.command, flush=True)
        print("all", flush=True)
"""


def test_a_reader_killed_in_the_middle_has_taken_each_line_once(tmp_path: Path, own_user: Path) -> None:
    (tmp_path / ".git").mkdir()
    spool = own_user / "state" / "patui" / "spool"
    spool.mkdir(parents=True)
    for name in range(30):
        lines = (LINE.format(1_763_769_600_000_000 + n, tmp_path, f"{name}-{n}") for n in range(20))
        (spool / f"bash-{name}.spool").write_text("".join(lines))
    for files_seen in (1, 7, 15):
        command = [sys.executable, "-P", "-c", READER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
            assert reader.stdout is not None
            database = tmp_path / "patterns" / "metrics" / "pattern_performance.db"
            wait_for_rows(database, files_seen * 20, reader)
            reader.send_signal(signal.SIGKILL)
    with open_workspace(tmp_path) as workspace:
        Drain(workspace).run()
        commands = [one.command for one in executions.recent(workspace.store, 10_000)]
    assert sorted(commands) == sorted(f"make {name}-{n}" for name in range(30) for n in range(20))


def wait_for_rows(database: Path, count: int, reader: subprocess.Popen[str]) -> None:
    """Until the reader has committed that many, seen from outside."""
    while reader.poll() is None:
        if database.exists():
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                try:
                    (rows,) = connection.execute("SELECT count(*) FROM execution_logs").fetchone()
                except sqlite3.OperationalError:  # it is being made
                    continue
                if rows >= count:
                    return
    raise AssertionError("the reader ended by itself")


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_tells_on_a_terminal(tmp_path: Path) -> None:
    hook, state = tmp_path / "hook.fish", tmp_path / "state"
    hook.write_text(shell_hook("fish", state))
    (tmp_path / ".config" / "fish").mkdir(parents=True)
    (tmp_path / ".config" / "fish" / "config.fish").write_text("function fish_prompt; echo -n 'ready> '; end\n")
    # Not with --no-config: that makes the session a private one, of which nothing is told.
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm"}
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(tmp_path)
        os.execvpe("fish", ["fish", "-i"], environment)
    waiting = [
        f". {hook}",
        "true one",
        "false",
        "curl -u mara:Wuerfel7haus x.invalid",
        " true hidden",
        "echo 'a;b'",
        "exit",
    ]
    shown = b""
    until = time.monotonic() + 60
    try:
        while time.monotonic() < until:
            ready, _, _ = select.select([terminal], [], [], 5)
            try:
                block = os.read(terminal, 1 << 16) if ready else b""
            except OSError:  # fish has ended
                break
            if b"\x1b[c" in block or b"\x1b[0c" in block:  # it asks what kind of terminal this is
                os.write(terminal, b"\x1b[?62c")
            shown += block
            if waiting and PROMPT in shown:
                os.write(terminal, waiting.pop(0).encode() + b"\r")
                shown = b""
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    lines = [line for path, _, _ in spool_files(state / "spool") for line in take(path, 0).lines]
    told = {line.command: line.exit_code for line in lines}
    assert told["true one"] == 0 and told["false"] == 1 and told["echo 'a;b'"] == 0
    assert "curl -u mara:‹secret:argument› x.invalid" in told and " true hidden" not in told
    assert all(abs(line.at - time.time()) < 120 and Path(line.directory) == tmp_path for line in lines)


def test_a_database_made_with_the_plans_sql_alone_is_adopted_and_followed(tmp_path: Path) -> None:
    root = tmp_path / "w"
    (root / "patterns" / "config").mkdir(parents=True)
    (root / "patterns" / ".gitignore").write_text("# patui: x\n*\n")
    (root / "patterns" / "config" / "settings.yaml").write_text("database: var/telemetry.db\n")
    (root / "var").mkdir()
    insert = "INSERT INTO execution_logs (operation_kind, tools_used, success, time_taken_seconds) VALUES (?, ?, ?, ?)"
    with closing(sqlite3.connect(root / "var" / "telemetry.db")) as theirs, open_workspace(root) as workspace:
        theirs.executescript(TABLES + INDEXES)
        with theirs:
            theirs.execute(insert, ("deploy", '["kubectl"]', 1, 40))
        digest = digester(workspace)
        assert digest.run() == 1
        with theirs:
            theirs.execute(insert, ("deploy", "kubectl, helm", "False", 41))
            theirs.execute(insert, ("test", None, None, None))
        assert digest.run() == 2 and digest.run() == 0
        newest, failed, first = executions.recent(workspace.store)
        assert (first.operation_kind, first.tools_used, first.success, first.seconds) == (
            "deploy",
            ("kubectl",),
            True,
            40,
        )
        assert failed.success is False and failed.tools_used == ("kubectl", "helm") and newest.success is None
        assert [event.about["operation_kind"] for event in feed.recent(workspace.store)] == ["deploy", "deploy", "test"]
        with theirs:  # and they go on writing beside ours
            assert theirs.execute("SELECT count(*) FROM execution_logs").fetchone() == (3,)
