"""What is done between a failure and its end is offered as a recovery, and not as a recipe too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.actions.analyze import analyze
from engine.actions.log import take_log
from engine.model import Kind
from engine.store import candidates
from engine.workspace import open_workspace

NOW = 1_795_000_000.0


def story(names: list[str], *, fails: bool) -> list[dict[str, Any]]:
    """The same commands in three sessions; `fails`: the first of them is red until the module is there."""
    lines = []
    for session, name in enumerate(names):
        error = f"ModuleNotFoundError: No module named '{name}'"
        for step, (command, code) in enumerate(
            [("pytest -q", int(fails)), (f"pip install {name}", 0), ("pytest -q", 0)]
        ):
            lines.append(
                {
                    "operation_kind": "shell",
                    "command": command,
                    "exit_code": code,
                    "error_output": error if code else "",
                    "session_id": f"s{session}",
                    "timestamp": NOW - 86_400 * (5 - session) + 60 * step,
                    "duration_seconds": 2,
                }
            )
    return lines


def kinds(root: Path, records: list[dict[str, Any]]) -> list[Kind]:
    root.mkdir()
    with open_workspace(root, clock=lambda: NOW, user_state=root / "state") as workspace:
        answers = list(take_log(workspace, ["\n".join(map(json.dumps, records)).encode()]))
        assert all(answer["ok"] for answer in answers)
        analyze(workspace)
        return [candidate.kind for candidate in candidates.listing(workspace.store)]


def test_a_fix_is_a_recovery_only(tmp_path: Path) -> None:
    names = ["babel", "yaml", "requests", "attrs"]
    assert kinds(tmp_path / "red", story(names, fails=True)) == [Kind.RECOVERY]
    assert kinds(tmp_path / "green", story(names, fails=False)) == [Kind.EXECUTION]
