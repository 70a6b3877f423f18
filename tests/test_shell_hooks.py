"""The hooks in real shells: what was run reaches the spool, once, without its secrets, and nothing is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.actions.draining import Drain, delete_old
from engine.actions.hooks import shell_hook
from engine.model import Execution
from engine.sources.spool import SpoolLine, spool_files, take
from engine.store import executions
from engine.workspace import open_workspace
from tests.engine.test_redact import COMMANDS, ISSUED

SHELLS = {"bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"]}
installed = pytest.mark.parametrize(
    "shell",
    [pytest.param(s, marks=pytest.mark.skipif(not shutil.which(s), reason=f"{s} is not installed")) for s in SHELLS],
)


def run(shell: str, state: Path, cwd: Path, typed: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What an interactive shell makes of `typed`, read from a pipe, with its hook."""
    hook = cwd / f"hook.{shell}"
    hook.write_text(shell_hook(shell, state))
    return subprocess.run(
        SHELLS[shell],
        input=f". {hook}\n".encode() + typed.encode("utf-8", "surrogateescape"),
        cwd=cwd,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "TERM": "xterm", "HISTSIZE": "5000", **environment},
        timeout=60,
        check=False,
    )


def spooled(state: Path) -> list[SpoolLine]:
    return [line for path, _, _ in spool_files(state / "spool") for line in take(path, 0).lines]


@installed
def test_a_shell_tells_what_was_run_where_and_how_it_ended(shell: str, tmp_path: Path) -> None:
    (tmp_path / "sub dir").mkdir()
    typed = "true one\nfalse\nfalse\ncd 'sub dir'\n(exit 7)\necho 'a\nb'\\\\c\n true hidden\n"
    run(shell, tmp_path / "state", tmp_path, typed)
    told = [(line.command, line.exit_code) for line in spooled(tmp_path / "state")]
    assert told == [
        ("true one", 0),
        ("false", 1),
        ("false", 1),
        ("cd 'sub dir'", 0),
        ("(exit 7)", 7),
        ("echo 'a\nb'\\\\c", 0),
    ]
    lines = spooled(tmp_path / "state")
    assert [Path(line.directory).name for line in lines[2:5]] == [tmp_path.name, "sub dir", "sub dir"]
    assert len({line.session for line in lines}) == 1
    assert all(line.at > 1_700_000_000 and 0 <= line.seconds < 60 for line in lines)
    (file,) = (tmp_path / "state" / "spool").iterdir()
    assert file.parent.stat().st_mode & 0o077 == 0


@installed
def test_the_spool_holds_no_secret(shell: str, tmp_path: Path) -> None:
    cases = [("deploy " + token, token) for _, token in ISSUED] + [(b + s + a, s) for b, s, a in COMMANDS]
    run(shell, tmp_path / "state", tmp_path, "".join(f": {line}\n" for line, _ in cases))
    text = "\n".join(line.command for line in spooled(tmp_path / "state"))
    assert text.count("‹secret:") >= len(cases)
    assert [line for line, secret in cases if secret in text] == []


@installed
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("PATUI_DISABLE=1\ntrue\n", []),
        ("rm -r state/spool\ntrue\n", []),  # patui is gone
        ("true 'caf\udce9'\n", ["true 'caf\udce9'"]),  # no UTF-8
    ],
)
def test_a_shell_goes_on_whatever_happens(shell: str, tmp_path: Path, typed: str, told: list[str]) -> None:
    done = run(shell, tmp_path / "state", tmp_path, typed + "echo still here\n")
    assert b"still here" in done.stdout
    commands = [line.command for line in spooled(tmp_path / "state")]
    assert [one for one in commands if not one.startswith(("echo", "rm"))] == told


@installed
def test_a_command_of_a_megabyte_is_cut(shell: str, tmp_path: Path) -> None:
    run(shell, tmp_path / "state", tmp_path, f": {'x' * 1_000_000}\n")
    (line,) = spooled(tmp_path / "state")
    assert line.command == ": " + "x" * 8190


LINE = "1\t1763769600000000\t2000000\t1\ts\t{}\t{}\n"


def test_each_line_is_taken_once_by_the_workspace_it_belongs_to(tmp_path: Path) -> None:
    state = tmp_path / "state"
    for name in ("one", "two", "one/deep"):
        (tmp_path / name / ".git").mkdir(parents=True)
    (tmp_path / "one/src").mkdir()
    spool = state / "spool"
    spool.mkdir(parents=True)
    file = spool / "bash-1.spool"
    places = ["one", "one/src", "two", "one/deep", "."]
    text = "".join(LINE.format(tmp_path / place, f"make {place}") for place in places)
    file.write_text(text + "1\t17637")  # the shell is in the middle of a line
    with open_workspace(tmp_path / "one", user_state=state) as workspace:
        drain = Drain(workspace)
        assert [kept.execution.command for kept in drain.run()] == ["make one", "make one/src"]
        assert drain.run() == []
        with file.open("a") as more:
            more.write(
                "69600000000\t0\t0\ts\t" + f"{tmp_path / 'one'}\tls\nno line\n" + LINE.format(tmp_path / "one", "x")
            )
        assert [kept.execution.command for kept in Drain(workspace).run()] == ["ls", "x"]
        assert Drain(workspace).run() == []
        (newest, *_) = executions.recent(workspace.store)
        assert (newest.at, newest.seconds, newest.exit_code, newest.session) == (1_763_769_600.0, 2.0, 1, "s")
        assert newest.cwd == "." and newest.success is False
        with workspace.users_own() as own:
            assert [kept.execution.command for kept in Drain(own, users_own=True).run()] == ["make ."]


def test_a_reader_that_is_killed_in_between_takes_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    (state / "spool").mkdir(parents=True)
    (tmp_path / "one").mkdir()
    (state / "spool" / "a.spool").write_text(LINE.format(tmp_path / "one", "make"))
    with open_workspace(tmp_path / "one", user_state=state) as workspace:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr("engine.store.spool.move", killed)
            with pytest.raises(KeyboardInterrupt):
                Drain(workspace).run()
        assert executions.recent(workspace.store) == []
        assert len(Drain(workspace).run()) == 1
        assert [one.command for one in executions.recent(workspace.store)] == ["make"]


def test_old_spools_are_deleted(tmp_path: Path) -> None:
    spool = tmp_path / "state/spool"
    spool.mkdir(parents=True)
    for name, age in (("old.spool", 100), ("new.spool", 1)):
        (spool / name).write_text("x\n")
        os.utime(spool / name, (1e9 - age * 86_400,) * 2)
    with open_workspace(tmp_path, user_state=tmp_path / "state", clock=lambda: 1e9) as workspace:
        assert delete_old(workspace) == 1
    assert [path.name for path in spool.iterdir()] == ["new.spool"]


def test_secrets_that_a_hook_missed_are_not_stored(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "spool").mkdir(parents=True)
    (state / "spool" / "a.spool").write_text(LINE.format(tmp_path, "deploy " + ISSUED[0][1]))
    with open_workspace(tmp_path, user_state=state) as workspace:
        workspace.make_home()
        (kept,) = Drain(workspace).run()
        assert isinstance(kept.execution, Execution) and kept.execution.command.startswith("deploy ‹secret:aws:")
