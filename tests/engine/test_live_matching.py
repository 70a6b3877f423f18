"""What one saved file costs: the work does not grow with the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actions.analyze import analyze
from engine.actions.live_matching import Matcher
from engine.model import ChangeKind, FileChange
from engine.workspace import Workspace, open_workspace

NOW = 1_763_769_600.0


def _filled(root: Path, count: int) -> None:
    for at in range(count):
        name = "".join("abcdefghij"[int(digit)] for digit in f"{at:04}")
        place = root / "jobs" / f"{name}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(
            f"from base import Job\n\n\nclass {name.title()}(Job):\n    retries = 3\n\n    def run(self):\n"
        )


def _work(root: Path, state: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """The statements of one save in a workspace of `count` files, and the files that it reads."""
    _filled(root, count)
    with open_workspace(root, clock=lambda: NOW, user_state=state, user_config=state) as workspace:
        analyze(workspace)
        matcher = Matcher(workspace)
        matcher.load()
        read: list[str] = []
        statements: list[str] = []
        whole = Workspace.read_example

        def counted(self: Workspace, path: str) -> object:
            read.append(path)
            return whole(self, path)

        monkeypatch.setattr(Workspace, "read_example", counted)
        workspace.store.read().set_trace_callback(statements.append)
        with workspace.store.write() as connection:
            connection.set_trace_callback(statements.append)
        statements.clear()
        matcher.take(FileChange("jobs/aaaa.py", ChangeKind.MODIFIED, NOW))
        monkeypatch.undo()
        return len(statements), read


def test_a_save_costs_the_same_in_a_large_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, few = _work(tmp_path / "small", tmp_path / "state1", 10, monkeypatch)
    large, many = _work(tmp_path / "large", tmp_path / "state2", 400, monkeypatch)
    assert few == many == ["jobs/aaaa.py"]
    assert 0 < large == small <= 12
