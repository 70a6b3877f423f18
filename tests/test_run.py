"""`patui run`: the command cannot tell that it is there."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.store import errors, executions
from engine.workspace import open_workspace


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PATUI_SESSION", "s9")
    monkeypatch.chdir(tmp_path)


def patui_run(*argv: str) -> list[str]:
    return [sys.executable, "-m", "tui", "run", "--", *argv]


PRINTS = "import sys; sys.stdout.write('out\\n'); sys.stderr.write('err\\n'); sys.exit({})"


def test_pipes_stay_pipes_and_apart(tmp_path: Path) -> None:
    done = subprocess.run(
        patui_run(sys.executable, "-c", PRINTS.format(3)), capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("out\n", "err\n", 3)
    with open_workspace(tmp_path) as workspace:
        (kept,) = executions.recent(workspace.store)
        assert (kept.exit_code, kept.success, kept.session, kept.cwd, str(kept.source)) == (3, False, "s9", ".", "run")
        assert kept.argv[1:] == ("-c", PRINTS.format(3))
        assert sorted(executions.output(workspace.store, kept.id).split()) == ["err", "out"]


def test_input_is_the_commands_own() -> None:
    done = subprocess.run(patui_run("cat"), input=b"a\0b", capture_output=True, check=False)
    assert (done.stdout, done.returncode) == (b"a\0b", 0)


@pytest.mark.parametrize(
    ("argv", "code"),
    [(["/nowhere/at/all"], 127), (["."], 126), (["sh", "-c", "kill -TERM $$"], -signal.SIGTERM), (["true"], 0)],
)
def test_the_end_is_told_exactly(argv: list[str], code: int) -> None:
    assert subprocess.run(patui_run(*argv), capture_output=True, check=False).returncode == code


def test_a_failure_is_an_error_that_is_known_again(tmp_path: Path) -> None:
    for name in ("babel_is_not_here", "yaml_is_not_here"):
        subprocess.run(patui_run(sys.executable, "-c", f"import {name}"), capture_output=True, check=False)
    with open_workspace(tmp_path) as workspace:
        newer, older = errors.recent(workspace.store)
        assert newer.signature == older.signature and newer.type == "ModuleNotFoundError"
        assert (older.parameters, newer.parameters) == (("babel_is_not_here",), ("yaml_is_not_here",))


def test_a_database_that_cannot_be_used_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".patui").mkdir()
    (tmp_path / ".patui/metrics").write_text("no folder")
    done = subprocess.run(patui_run("sh", "-c", "echo hi; exit 4"), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("hi\n", "", 4)


def on_terminal(argv: Sequence[str], typed: bytes, until: bytes) -> tuple[bytes, int]:
    """What a command shows on a terminal of 91×33 when `typed` is typed once `until` has been shown, and its end."""
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(argv[0], list(argv))
    termios.tcsetwinsize(master, (33, 91))
    shown = b""
    while True:
        try:
            block = os.read(master, 4096)
        except OSError:
            break
        if not block:
            break
        shown += block
        if until in shown and typed:
            os.write(master, typed)
            typed = b""
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return shown, os.waitstatus_to_exitcode(status)


TELLS = """
import os, sys, termios
print([os.isatty(n) for n in (0, 1, 2)], termios.tcgetwinsize(1), flush=True)
print("got", input("name? "))
"""


def test_a_terminal_stays_one_with_its_size_and_its_keys() -> None:
    shown, code = on_terminal(patui_run(sys.executable, "-c", TELLS), b"mara\r", b"name? ")
    assert b"[True, True, True] (33, 91)" in shown and b"got mara" in shown and code == 0


def test_ctrl_c_ends_the_command_and_is_told() -> None:
    waits = "import signal; print('ready', flush=True); signal.pause()"
    shown, code = on_terminal(patui_run(sys.executable, "-c", waits), b"\x03", b"ready")
    assert b"KeyboardInterrupt" in shown and code == -signal.SIGINT
