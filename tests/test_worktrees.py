"""Worktrees of one repository share the database; drafts lie in each of them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from threading import Event as Flag

import pytest

from engine.actions.analyze import analyze
from engine.actions.find import find
from engine.errors import BrokenInput
from engine.service import Engine
from engine.workspace import open_workspace


def test_a_draft_of_another_worktree_is_said_to_be_there_and_drafted_here_too(repository: Path, tmp_path: Path) -> None:
    with open_workspace(repository) as workspace:
        (candidate, *_) = analyze(workspace)
        assert not _engine_is_due(repository)
    other = tmp_path / "other"
    subprocess.run(["git", "-C", str(repository), "worktree", "add", "-q", "-b", "topic", str(other)], check=True)
    with open_workspace(other) as workspace, pytest.raises(BrokenInput, match="another worktree"):
        find(workspace, candidate.pattern_id)
    assert _engine_is_due(other)
    with open_workspace(other) as workspace:
        analyze(workspace)
        assert find(workspace, candidate.pattern_id).pattern.name == candidate.name
    assert not _engine_is_due(other)
    with open_workspace(repository) as workspace:
        assert find(workspace, candidate.pattern_id).pattern.name == candidate.name


def _engine_is_due(root: Path) -> bool:
    with open_workspace(root) as workspace:
        return Engine(workspace, lambda event: None, Flag(), lambda: True)._is_due(workspace.clock())
