"""The tick as a process: one at a time, in bounded time, and nothing left running."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from engine.actions.schedule import Job
from engine.actions.tick_child import TickChild
from engine.actions.ticking import End, tick
from engine.workspace import open_workspace
from tui.cli.group import run


def test_a_tick_does_what_is_due_and_the_next_one_nothing(repository: Path) -> None:
    with open_workspace(repository) as workspace:
        first = {one.job: one for one in tick(workspace).jobs}
        assert first[Job.DETECTION].end is End.DONE and first[Job.DETECTION].says == {"candidates": 1}
        assert first[Job.REPORT].end is End.DONE and first[Job.CLEANUP].end in (End.NOT_DUE, End.DONE)
        text = (workspace.home / "reports" / "pattern_candidates.md").read_text()
        assert "PAT-" in text
        second = tick(workspace)
        assert second.ran and {one.end for one in second.jobs} == {End.NOT_DUE}
        assert all(one.next > one.last for one in second.jobs)


def test_a_second_tick_at_the_same_time_says_so_and_does_nothing(
    repository: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    with open_workspace(repository) as workspace:
        workspace.store.read()
        lock = os.open(workspace.database_path.parent / "tick.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        capfd.readouterr()
        assert run(["tick", "--json"]) == 0
        out, said = capfd.readouterr()
        document: dict[str, Any] = json.loads(out)
        assert document["ran"] is False and document["jobs"] == []
        assert "another tick" in said
    finally:
        os.close(lock)


def test_when_the_time_is_up_the_job_at_work_is_ended_and_is_due_again(repository: Path) -> None:
    with open_workspace(repository) as workspace:
        done = tick(workspace, budget=0.01)
        ends = {one.job: one.end for one in done.jobs}
        assert End.STOPPED in ends.values() or End.WAITS in ends.values()
        assert End.DONE not in ends.values()
        assert {one.end for one in tick(workspace).jobs} == {End.DONE, End.NOT_DUE}


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    child = TickChild.started(tmp_path)
    try:
        assert child.process.stdin is not None
        child.process.stdin.close()
        child.process.wait(20)  # raises when it goes on
    finally:
        child.end()


def test_a_child_that_dies_is_a_failed_job(tmp_path: Path) -> None:
    child = TickChild.started(tmp_path / "missing")
    try:
        answer = child.do(Job.DIGESTS, 20)
        assert answer is not None and not answer["ok"]
    finally:
        child.end()
