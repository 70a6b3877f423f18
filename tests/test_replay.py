"""A repository's past lived through again: what lay before, and nothing written."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import open_workspace
from engine.actions.replaying import replay
from engine.errors import UsageError
from tests.conftest import NAMES, job_text
from tui.cli.group import run

KEYS = {"files_added", "in_family", "suggested_before", "rendered_exact", "hours_saved", "suggestions_shown"}


def listing(root: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.stat().st_mtime_ns) for path in root.rglob("*"))


def test_each_file_after_the_third_was_suggested_before_it_was_written(repository: Path) -> None:
    before = listing(repository)
    with open_workspace(repository) as workspace:
        found = replay(workspace)
    assert (found.files_added, found.in_family, found.suggested_before) == (8, 5, 5)
    assert [one.path for one in found.shown] == [f"jobs/{name}.py" for name in NAMES[3:]]
    assert all(one.right and one.prediction is not None for one in found.shown)
    assert found.rendered == 5 and found.hours_saved > 0
    assert listing(repository) == before


def test_a_suggestion_knows_only_what_lay_before_its_commit(repository: Path) -> None:
    with open_workspace(repository) as workspace:
        found = replay(workspace)
    for number, one in enumerate(found.shown, 3):
        assert {member.path for member in one.before} <= {f"jobs/{name}.py" for name in NAMES[:number]}


def test_what_comes_in_one_commit_was_not_there_before(
    tmp_path: Path, commit: Callable[[Path, dict[str, str], int], None]
) -> None:
    root = tmp_path / "bulk"
    commit(root, {f"jobs/{name}.py": job_text(name, number) for number, name in enumerate(NAMES)}, 1)
    with open_workspace(root) as workspace:
        found = replay(workspace)
    assert (found.in_family, found.suggested_before, found.shown) == (0, 0, ())


def test_the_command_prints_the_documents(repository: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    assert run(["replay", str(repository), "--json", "--trace", str(trace), "--sample", "2"]) == 0
    document: dict[str, Any] = json.loads(capfd.readouterr()[0])
    assert document.keys() >= KEYS | {"suggestions_right", "choices_shown", "choices_right"}
    assert document["rendered_exact"] <= document["rendered_nearly"] <= document["rendered"]
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    assert len(lines) == document["suggestions_shown"]
    assert all(line.keys() >= {"commit", "path", "pattern_id", "similarity", "typed"} for line in lines)
    commits = subprocess.run(["git", "-C", str(repository), "rev-list", "HEAD"], capture_output=True, text=True).stdout
    assert all(line["commit"] in commits for line in lines)


def test_without_a_history_there_is_nothing_to_live_through(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace, pytest.raises(UsageError, match="no git repository"):
        replay(workspace)
