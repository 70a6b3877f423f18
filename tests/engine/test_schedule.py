"""What is due when, by the clock and by what came in; and that doing it leaves nothing due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.actions import schedule
from engine.actions.jobs import carry_out
from engine.actions.schedule import HOUR, Job
from engine.model import Execution, Source
from engine.store import executions, settings
from engine.workspace import Workspace, open_workspace


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


class Day:
    """A workspace whose clock stands where it is put."""

    def __init__(self, root: Path) -> None:
        self.now = at("2026-11-18T12:00")  # a Wednesday
        self.workspace: Workspace = open_workspace(root, clock=lambda: self.now)

    def due(self, *, patient: bool = False) -> set[str]:
        return {str(one.job) for one in schedule.standings(self.workspace, patient=patient) if one.due}

    def do(self, *jobs: Job) -> None:
        for job in jobs or tuple(Job):
            assert carry_out(self.workspace, job)["ok"], job

    def record(self, when: str, pattern: str = "PAT-X-001") -> None:
        one = Execution(at=at(when), operation_kind="build", pattern_id=pattern, success=True, source=Source.LOG)
        executions.record(self.workspace.store, [one])


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = Day(tmp_path)
    with made.workspace:
        yield made


def test_a_new_workspace_owes_everything_but_the_cleanup_and_after_that_nothing(day: Day) -> None:
    assert day.due() == {"detection", "anti-patterns", "evolution", "report", "digests"}
    day.do()
    assert day.due() == set()
    assert (day.workspace.home / "reports" / "weekly" / "2026-W46.md").is_file()
    assert (day.workspace.home / "reports" / "pattern_candidates.md").is_file()


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-18T17:59", set()),
        ("2026-11-18T18:01", {"detection", "evolution"}),
        ("2026-11-22T23:59", {"detection", "evolution", "anti-patterns"}),  # the week has not ended
        ("2026-11-23T00:00", {"detection", "evolution", "anti-patterns", "report"}),
        ("2026-12-01T00:00", {"detection", "evolution", "anti-patterns", "report", "cleanup"}),
        ("2027-02-11T00:00", {"detection", "evolution", "anti-patterns", "report", "cleanup"}),
        ("2026-11-18T11:00", {"detection", "evolution", "anti-patterns"}),  # the clock was set back
    ],
)
def test_each_job_is_due_by_the_clock(day: Day, now: str, due: set[str]) -> None:
    day.do()
    day.now = at(now)
    assert day.due() - {"digests"} == due


def test_a_cleanup_is_done_once_a_month(day: Day) -> None:
    schedule.note_since(day.workspace, day.now)
    day.now = at("2026-12-05T10:00")
    assert "cleanup" in day.due()  # the first was missed
    day.do(Job.CLEANUP)
    assert "cleanup" not in day.due()
    day.now = at("2026-12-31T23:00")
    assert "cleanup" not in day.due()
    day.now = at("2027-01-01T00:30")
    assert "cleanup" in day.due()


def test_on_the_first_of_a_month_the_first_tick_cleans_up(day: Day) -> None:
    day.now = at("2026-12-01T08:00")
    assert "cleanup" in day.due()


def test_weeks_that_ended_while_nobody_looked_are_all_reported(day: Day) -> None:
    day.do()
    day.now = at("2026-12-09T10:00")
    day.do(Job.REPORT)
    weekly = day.workspace.home / "reports" / "weekly"
    assert sorted(path.stem for path in weekly.glob("*.md")) == ["2026-W46", "2026-W47", "2026-W48", "2026-W49"]


def test_a_late_record_writes_the_report_of_its_week_again(day: Day) -> None:
    day.do()
    report = day.workspace.home / "reports" / "weekly" / "2026-W46.md"
    before = report.read_text()
    day.record("2026-11-18T09:00")  # of this week, which has no report yet
    assert "report" not in day.due()
    day.record("2026-11-12T09:00")
    assert "report" in day.due()
    day.do(Job.REPORT)
    assert "report" not in day.due()
    assert report.read_text() != before and "PAT-X-001" in report.read_text()


def test_a_late_record_that_another_program_wrote_counts_too(day: Day) -> None:
    day.do()
    with day.workspace.store.write() as connection:
        connection.execute(
            "INSERT INTO execution_logs (timestamp, operation_kind, pattern_id, success) "
            "VALUES ('2026-11-10 08:00:00', 'build', 'PAT-SQL-001', 1)"
        )
    assert {"report", "take-in"} <= day.due()


def test_the_engine_leaves_what_was_just_tried_alone(day: Day) -> None:
    day.do()
    day.record("2026-11-18T11:59", pattern="")
    assert "anti-patterns" in day.due()
    assert "anti-patterns" not in day.due(patient=True) and not schedule.overdue(day.workspace)
    day.now += HOUR
    assert "anti-patterns" in day.due(patient=True) and schedule.overdue(day.workspace)


def test_a_job_that_fails_says_why_and_is_due_again(day: Day) -> None:
    folder = day.workspace.root / "patterns" / "reports"
    day.workspace.make_home()
    folder.write_text("a file where a folder should be")
    answer = carry_out(day.workspace, Job.REPORT)
    assert not answer["ok"] and answer["says"]["error"]
    assert "report" in day.due() and "report" not in day.due(patient=True)


def test_what_waits_in_the_table_is_taken_in_once(day: Day) -> None:
    day.record("2026-11-18T11:00")
    assert "take-in" in day.due()
    assert carry_out(day.workspace, Job.TAKE_IN)["says"] == {"executions": 1}
    assert "take-in" not in day.due()


def test_settings_that_somebody_broke_are_no_trouble(day: Day) -> None:
    settings.put(day.workspace.store, schedule.STATE, ["nonsense"])
    assert "report" in day.due()
    settings.put(day.workspace.store, schedule.STATE, {"report": {"marks": {"executions": "x"}, "week": 3}})
    assert "report" in day.due()
