"""Cleanup: what is unused is put away and can be taken back; what is used, new or a use stays."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.actions import review
from engine.actions.analyze import analyze
from engine.actions.applying import preview, write
from engine.actions.cleaning import clean_up, unused_patterns
from engine.model import Execution, Source, Status
from engine.store import anti_patterns, executions
from engine.store.anti_patterns import AntiPatternRow
from engine.workspace import Workspace, open_workspace
from tui.cli.group import run

NOW = 1_800_000_000.0
DAY = 86_400.0


class Past:
    def __init__(self, root: Path) -> None:
        self.now = NOW - 200 * DAY
        self.workspace: Workspace = open_workspace(root, clock=lambda: self.now)
        (self.row,) = analyze(self.workspace)
        self.row = review.approve(self.workspace, self.row.pattern_id)


@pytest.fixture
def past(repository: Path) -> Any:
    made = Past(repository)
    with made.workspace:
        yield made


def test_an_unused_pattern_is_archived_with_its_file_and_approving_takes_it_back(past: Past) -> None:
    path = past.workspace.root / past.row.path
    text = path.read_text()
    past.now = NOW
    done = clean_up(past.workspace)
    assert [one.candidate.pattern_id for one in done.archived] == [past.row.pattern_id]
    (row,) = review.candidates(past.workspace, [Status.ARCHIVED])
    assert row.path == f"patterns/archive/templates/{path.name}" and not path.exists()
    assert "status: archived" in (past.workspace.root / row.path).read_text()
    assert clean_up(past.workspace).archived == ()
    back = review.approve(past.workspace, row.pattern_id)
    assert back.status is Status.APPROVED and path.read_text() == text
    assert clean_up(past.workspace).archived == ()  # it was approved just now


def test_undo_takes_an_archived_pattern_back(past: Past) -> None:
    past.now = NOW
    clean_up(past.workspace)
    restored = review.undo_verdict(past.workspace)
    assert restored == past.row
    assert (past.workspace.root / past.row.path).is_file()


def test_undo_of_taking_it_back_archives_it_again(past: Past) -> None:
    past.now = NOW
    clean_up(past.workspace)
    (row,) = review.candidates(past.workspace, [Status.ARCHIVED])
    text = (past.workspace.root / row.path).read_text()
    review.approve(past.workspace, row.pattern_id)
    assert review.undo_verdict(past.workspace) == row
    assert (past.workspace.root / row.path).read_text() == text


def test_an_archived_pattern_may_not_write(past: Past) -> None:
    past.now = NOW
    clean_up(past.workspace)
    plan = preview(past.workspace, past.row.pattern_id, "jobs/new_job.py").plan
    with pytest.raises(Exception, match="approve"):
        write(past.workspace, plan)


@pytest.mark.parametrize("days", [89.0, 91.0])
def test_an_application_is_a_use(past: Past, days: float) -> None:
    past.now = NOW - days * DAY
    write(past.workspace, preview(past.workspace, past.row.pattern_id, "jobs/new_job.py").plan)
    past.now = NOW
    assert bool(unused_patterns(past.workspace)) == (days > 90)


def test_a_run_that_another_program_recorded_is_a_use(past: Past) -> None:
    with past.workspace.store.write() as connection:
        connection.execute(
            "INSERT INTO execution_logs (timestamp, pattern_id, success) VALUES (?, ?, 1)",
            (int(NOW - 5 * DAY), past.row.pattern_id),
        )
    past.now = NOW
    assert unused_patterns(past.workspace) == []


def test_a_dry_run_changes_nothing(past: Past) -> None:
    past.now = NOW
    old = Execution(at=NOW - 181 * DAY, operation_kind="x", success=True, source=Source.LOG)
    executions.record(past.workspace.store, [old])
    done = clean_up(past.workspace, dry_run=True)
    assert len(done.archived) == 1 and done.executions == 1
    assert review.candidates(past.workspace, [Status.APPROVED]) == [past.row]
    assert executions.newest(past.workspace.store) == 1


def test_raw_executions_are_forgotten_after_their_time_and_uses_never(past: Past) -> None:
    store = past.workspace.store
    past.now = NOW
    for days in (181, 179):
        one = Execution(at=NOW - days * DAY, operation_kind="x", success=False, source=Source.LOG, error_output="boom")
        executions.record(store, [one, Execution(at=NOW - days * DAY, pattern_id="PAT-A-001", source=Source.LOG)])
    with store.write() as connection:  # other programs write numbers
        connection.execute("INSERT INTO execution_logs (timestamp) VALUES (?), (?)", (NOW - DAY, NOW - 181 * DAY))
    done = clean_up(past.workspace)
    assert (done.executions, done.outputs) == (2, 2)
    left = executions.recent(store, 100)
    assert [one.pattern_id for one in left if one.at < NOW - 180 * DAY] == ["PAT-A-001"]
    assert len(left) == 4


def test_fixed_anti_patterns_are_archived_in_file_and_table(past: Past) -> None:
    past.now = NOW
    for number, status in enumerate(("active", "fixed"), 1):
        anti_patterns.put(past.workspace.store, AntiPatternRow(f"ANTI-PAT-00{number}", "n", 3, status=status))
    assert clean_up(past.workspace).anti_patterns == ("ANTI-PAT-002",)
    assert [row.status for row in anti_patterns.listing(past.workspace.store)] == ["active", "archived"]
    assert "archived" in (past.workspace.home / "anti_patterns" / "ANTI-PAT-002.md").read_text()


def test_a_pattern_whose_file_is_gone_is_said_and_stays(past: Past) -> None:
    past.now = NOW
    (past.workspace.root / past.row.path).unlink()
    done = clean_up(past.workspace)
    assert done.archived == () and done.kept[0][0] == past.row.pattern_id


def test_the_command_line(past: Past, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(past.workspace.root)
    capfd.readouterr()
    assert run(["cleanup", "--archive-unused", "--days", "0", "--dry-run", "--json"]) == 0
    document = json.loads(capfd.readouterr()[0])
    assert document["dry_run"] is True and document["archived"][0]["pattern_id"] == past.row.pattern_id
    assert run(["cleanup", "--archive-unused", "--days", "0"]) == 0
    capfd.readouterr()
    assert run(["candidates", "--status", "archived", "--json"]) == 0
    assert json.loads(capfd.readouterr()[0])["candidates"][0]["status"] == "archived"
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    said = subprocess.run(status, capture_output=True, text=True, check=True).stdout
    assert "patterns/archive/" in said  # shared like the approved ones
