"""`patui fix` without a terminal: it says what would run, runs nothing, and tells by its exit code whether it knew."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tui.cli.group import run


def told(workspace: Path, rows: list[tuple[str, int, str]], session: str, at: float) -> None:
    lines = [
        json.dumps(
            {"operation_kind": "command", "command": command, "exit_code": code, "error_output": output}
            | {"session_id": session, "timestamp": at + number}
        )
        for number, (command, code, output) in enumerate(rows)
    ]
    path = workspace / "records.jsonl"
    path.write_text("\n".join(lines) + "\n")
    assert run(["-C", str(workspace), "log", "--file", str(path)]) == 0


def missing(name: str) -> str:
    return f"Error: Cannot find module '{name}'\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


def test_fix(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(workspace), "fix", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"error": None, "fixes": []}
    now = time.time()
    for number, name in enumerate(("chalk", "zod")):
        rows = [("node a.js", 1, missing(name)), (f"npm install {name}", 0, ""), ("node a.js", 0, "")]
        told(workspace, rows, f"s{number}", now - 9000.0 + 4000 * number)
    told(workspace, [("node a.js", 1, missing("ink"))], "now", now - 5.0)
    capsys.readouterr()
    assert run(["-C", str(workspace), "fix", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["error"]["message"] == "Cannot find module 'ink'"
    (fix,) = shown["fixes"]
    assert fix["steps"] == [{"argv": ["npm", "install", "ink"]}] and fix["source"] == "history"
    assert fix["times"] == 2 and fix["success_rate"] == 1.0 and fix["marks"] == ["installs", "network"]
    assert run(["-C", str(workspace), "fix"]) == 0
    said = capsys.readouterr()
    assert "npm install ink" in said.err and "nothing was run" in said.err and said.out == ""
    assert run(["-C", str(workspace), "fix", "--yes"]) == 1  # nobody approved it, and it installs
    assert "nothing was run" in capsys.readouterr().err
    assert run(["-C", str(workspace), "fix", "--number", "7"]) == 2


def test_an_error_that_nothing_helped_with(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(workspace, [("node a.js", 1, missing("ink"))], "now", time.time() - 5.0)
    assert run(["-C", str(workspace), "fix"]) == 1
    assert "nothing is known" in capsys.readouterr().err
