"""`patui hook agent`: what an agent did reaches the database, and the agent notices nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from engine.actions.draining import Drain
from engine.model import EventType, Execution, Source
from engine.sources.agent_hook import line_of, spool_directory
from engine.sources.spool import blot_out, lines_with, spool_files, take
from engine.store import errors, executions, feed
from engine.workspace import Workspace, open_workspace
from tests.engine.test_redact import COMMANDS, ISSUED

NOW = 1_763_769_600.0
HOOK = [sys.executable, "-P", "-m", "tui", "hook", "agent"]
FAILED = (
    'Exit code 1\nTraceback (most recent call last):\n  File "x.py", line 1\n'
    "ModuleNotFoundError: No module named 'babel'"
)


def event(name: str, tool: str = "Bash", use: str = "t1", **more: Any) -> dict[str, Any]:
    return {"session_id": "s1", "hook_event_name": name, "tool_name": tool, "tool_use_id": use} | more


def spooled(root: Path, *events: dict[str, Any], file: str = "agent-s1.spool") -> None:
    spool = Path(spool_directory())
    spool.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(events):
        line = line_of(json.dumps({"cwd": str(root), **one}).encode(), NOW + number)
        if line is not None:
            with (spool / file).open("ab") as out:
                out.write(line[1])


def drained(root: Path) -> tuple[list[Execution], Workspace]:
    workspace = open_workspace(root)
    return [kept.execution for kept in Drain(workspace).run()], workspace


SHELL = {"command": "pytest -x"}
ENDINGS: list[tuple[dict[str, Any], tuple[int | None, bool | None]]] = [
    (event("PostToolUse", tool_response={"stdout": "1 passed", "stderr": "", "interrupted": False}), (0, True)),
    (event("PostToolUse", tool_response={"stdout": "", "interrupted": True}), (None, None)),
    (event("PostToolUse", tool_response={"stdout": "", "backgroundTaskId": "b"}), (None, None)),
    (event("PostToolUse", tool_response={"output": "no", "exit_code": 2}), (2, False)),
    (event("PostToolUse", tool_response={"output": "no", "metadata": {"exit_code": 3}}), (3, False)),
    (event("PostToolUse", tool_response='{"output":"no","metadata":{"exit_code":4,"duration_seconds":1}}'), (4, False)),
    (event("PostToolUse", tool_response="Process exited with code 5\nOutput:\nno"), (5, False)),
    (event("PostToolUse", tool_response="a plain text"), (None, None)),
    (event("PostToolUse"), (None, None)),
    (event("PostToolUseFailure", error=FAILED), (1, False)),
    (event("PostToolUseFailure", error="Command exited with non-zero status code 127"), (127, False)),
    (event("PostToolUseFailure", error="no number"), (1, False)),
    (event("PostToolUseFailure", error="stopped", is_interrupt=True), (None, None)),
]


@pytest.mark.parametrize(("told", "ended"), ENDINGS)
def test_a_command_is_known_with_how_it_ended(
    tmp_path: Path, told: dict[str, Any], ended: tuple[int | None, bool | None]
) -> None:
    (tmp_path / ".git").mkdir()
    spooled(tmp_path, event("PreToolUse", tool_input=SHELL), {**told, "tool_input": SHELL})
    (done,), workspace = drained(tmp_path)
    with workspace:
        assert (done.exit_code, done.success) == ended
        assert (done.command, done.session, done.cwd, done.seconds) == ("pytest -x", "s1", ".", 1.0)
        assert done.by_agent and done.source is Source.AGENT
        assert executions.output(workspace.store, done.id) == done.error_output
        assert drained(tmp_path)[0] == []


def test_a_failure_is_an_error_of_an_agent(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    spooled(tmp_path, event("PostToolUseFailure", tool_input=SHELL, error=FAILED, duration_ms=2500))
    (done,), workspace = drained(tmp_path)
    with workspace:
        (error, *_) = errors.of_execution(workspace.store, done.id)
        assert (error.type, error.by_agent, done.seconds) == ("ModuleNotFoundError", True, 2.5)


def test_a_call_that_was_announced_before_the_last_reading_keeps_its_time(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    spooled(tmp_path, event("PreToolUse", tool_input=SHELL))
    assert drained(tmp_path)[0] == []
    (Path(spool_directory()) / "agent-s1.spool").touch()
    spooled(tmp_path, {}, {}, event("PostToolUse", tool_input=SHELL, tool_response={"stdout": ""}))
    assert [one.seconds for one in drained(tmp_path)[0]] == [2.0]


def test_files_that_an_agent_wrote_are_told(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    patch = "*** Begin Patch\n*** Update File: c.py\n@@\n-a\n+b\n*** Add File: d.py\n+x\n*** End Patch"
    spooled(
        tmp_path,
        event("PostToolUse", "Write", tool_input={"file_path": str(tmp_path / "a.py"), "content": "x" * 10_000}),
        event("PostToolUse", "Edit", tool_input={"file_path": "b.py", "old_string": "x"}),
        event("PostToolUse", "Edit", tool_input={"file_path": "/elsewhere/b.py"}),
        event("PostToolUse", "apply_patch", tool_input={"command": patch}),
        event("PreToolUse", "Write", tool_input={"file_path": "early.py"}),
        event("PostToolUseFailure", "Write", tool_input={"file_path": "failed.py"}),
    )
    done, workspace = drained(tmp_path)
    with workspace:
        told = [one for one in feed.recent(workspace.store) if one.type is EventType.FILE]
        assert done == [] and [one.path for one in told] == ["a.py", "b.py", "c.py", "d.py"]
        assert all(one.about["by_agent"] for one in told)
    assert "xxx" not in (Path(spool_directory()) / "agent-s1.spool").read_text()


@pytest.mark.parametrize(
    "told",
    [
        event("SubagentStop"),
        event("PostToolUse", "Read", tool_input={"file_path": "a"}),
        event("PostToolUse", tool_input=[]),
        event("PostToolUse", tool_input={"command": 7}),
        event("PostToolUse", tool_input={"command": " "}),
        event("PostToolUse", "Write", tool_input={}),
        {"hook_event_name": 7},
    ],
)
def test_what_is_none_of_ours_is_left_alone(tmp_path: Path, told: dict[str, Any]) -> None:
    assert line_of(json.dumps(told).encode(), NOW) is None


def test_a_shell_that_is_called_by_an_agent_is_its_line(tmp_path: Path) -> None:
    for given, command in (
        ({"command": ["bash", "-lc", "make all"]}, "make all"),
        ({"cmd": "ls"}, "ls"),
        ({"command": ["git", "status"]}, "git status"),
    ):
        line = line_of(json.dumps(event("PreToolUse", "shell", tool_input=given)).encode(), NOW)
        assert line is not None and json.loads(line[1][2:])["command"] == command


def test_the_spool_holds_no_secret_and_the_database_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    secrets = [token for _, token in ISSUED] + [secret for _, secret, _ in COMMANDS]
    lines = ["deploy " + token for _, token in ISSUED] + [before + secret + after for before, secret, after in COMMANDS]
    for number, line in enumerate(lines):
        given = {"command": line}
        spooled(tmp_path, event("PostToolUseFailure", use=str(number), tool_input=given, error=f"Exit code 1\n{line}"))
    file = Path(spool_directory()) / "agent-s1.spool"
    text = file.read_text() + "\n".join(one.command + one.output for one in take(file, 0).events)
    assert [secret for secret in secrets if secret in text] == []
    done, workspace = drained(tmp_path)
    with workspace:
        assert len(done) == len(lines)
    dump = "".join(file.read_bytes().decode("latin-1") for file in (tmp_path / "patterns/metrics").iterdir())
    assert [secret for secret in secrets if secret in dump] == []


def test_an_event_is_blotted_out_in_place(tmp_path: Path) -> None:
    spooled(tmp_path, *(event("PreToolUse", use=str(n), tool_input={"command": f"run {n}"}) for n in range(3)))
    ((path, size, _),) = spool_files(Path(spool_directory()))
    blot_out(path, lines_with(path, lambda text: "run 1" in text))
    assert path.stat().st_size == size
    assert [one.command for one in take(path, 0).events] == ["run 0", "run 2"]


# ── the process ──────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = json.dumps(event("PreToolUse", tool_input=SHELL, cwd="/w")).encode()


def answered(text: bytes, **environment: str) -> list[str]:
    """The commands in the spool after the hook got `text`; it must have said nothing and ended well."""
    done = subprocess.run(HOOK, input=text, capture_output=True, env={**os.environ, **environment}, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return [one.command for path, _, _ in spool_files(Path(spool_directory())) for one in take(path, 0).events]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD, ["pytest -x"]),
        (b"", []),
        (b"\xff\x00{", []),
        (b"[" * 100_000, []),
        (GOOD.replace(b'"/w"', b'"' + b"w" * 3_000_000 + b'"'), ["pytest -x"]),
        (GOOD.replace(b'"s1"', b'"../../x"'), ["pytest -x"]),
        (b" " * 17_000_000 + GOOD, []),
    ],
)
def test_the_hook_answers_with_nothing(text: bytes, told: list[str]) -> None:
    assert answered(text) == told
    files = [path.name for path in Path(spool_directory()).parent.rglob("*") if path.is_file()]
    assert all(name.startswith("agent-") for name in files) and len(files) == len(told)


def test_the_hook_is_silent_where_it_cannot_write(own_user: Path) -> None:
    assert answered(GOOD, PATUI_DISABLE="1") == []
    (own_user / "state").mkdir(exist_ok=True)
    (own_user / "state" / "patui").write_text("a file in the way")
    assert answered(GOOD) == []


def test_the_hook_needs_no_stream() -> None:
    script = f"exec <&- >&- 2>&-; exec {' '.join(HOOK)}"
    assert subprocess.run(["sh", "-c", script], timeout=60, check=False).returncode == 0


def test_the_spool_is_where_the_others_look() -> None:
    assert Path(spool_directory()) == platformdirs.user_state_path("patui") / "spool"


def test_the_hook_imports_the_standard_library_and_little_of_it() -> None:
    code = "import os, sys, json; sys.argv = ['patui', 'hook', 'agent']; leave = os._exit\n"
    code += "os._exit = lambda code: (print(json.dumps(sorted(sys.modules))), sys.stdout.flush(), leave(0))\n"
    code += "from tui.cli import main; main()"
    given = json.dumps(event("PostToolUseFailure", tool_input=SHELL, error="Exit code 1\ntoken=abcdefgh1")).encode()
    done = subprocess.run([sys.executable, "-P", "-c", code], input=given, capture_output=True, check=True)
    modules = set(json.loads(done.stdout))
    own = {name for name in modules if name.split(".")[0] in ("engine", "tui")}
    assert own == {
        *("engine", "engine.redact", "tui", "tui.cli"),
        *("engine.redact.shell_rule", "engine.redact.shell_rules", "engine.redact.shell_programs"),
        *("engine.sources", "engine.sources.agent_hook", "engine.sources.agent_answers"),
    }
    assert {name.split(".")[0] for name in modules - own} <= sys.stdlib_module_names | {"__main__"} | site_modules()
    assert modules.isdisjoint(
        {"typing", "dataclasses", "inspect", "pathlib", "sqlite3", "subprocess", "click", "platformdirs"}
    )


def site_modules() -> set[str]:
    """What the interpreter loads at every start by itself, such as the finder of an editable installation."""
    code = "import sys; print(' '.join(sys.modules))"
    return {
        name.split(".")[0] for name in subprocess.check_output([sys.executable, "-P", "-c", code], text=True).split()
    }
