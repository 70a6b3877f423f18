"""The weekly report: every number can be computed by hand from what was recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions.analyze import analyze
from engine.actions.log import take_log
from engine.actions.reporting import generate_weekly_report, last_week
from engine.analyzers.performance_analyzer import PatternPerformanceAnalyzer, rank
from engine.analyzers.report_text import as_document, as_markdown
from engine.errors import UsageError
from engine.model import Execution
from engine.model.figures import AntiPattern
from engine.model.reports import AppliedUse, Underused, WeeklyReport, WeekOfWork, Workaround
from engine.store import executions
from engine.weeks import bounds, zone_named
from engine.workspace import Workspace, open_workspace

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)  # of 2026-W47


def at(days: float) -> str:
    return (MONDAY + timedelta(days=days)).isoformat()


def logged(workspace: Workspace, *records: dict[str, Any]) -> None:
    lines = "\n".join(json.dumps(record) for record in records)
    assert all(answer["ok"] for answer in take_log(workspace, [lines.encode()]))


def made(kind: str, day: float, seconds: float, **more: Any) -> dict[str, Any]:
    return {"operation_kind": kind, "timestamp": at(day), "duration_seconds": seconds, "success": True, **more}


def report(tmp_path: Path, *records: dict[str, Any], week: str = "2026-W47") -> dict[str, Any]:
    with open_workspace(tmp_path, clock=lambda: (MONDAY + timedelta(days=8)).timestamp()) as workspace:
        logged(workspace, *records)
        return as_document(generate_weekly_report(workspace, week))


def test_hours_saved_are_the_usual_time_by_hand_less_the_time_of_the_use(tmp_path: Path) -> None:
    by_hand = [made("create_module", -20 + n, seconds) for n, seconds in enumerate((1500.5, 1800, 2400))]
    used = [made("create_module", n, 60, pattern_id="PAT-A-001") for n in range(4)]
    failed = made("create_module", 5, 30, pattern_id="PAT-A-001", success=False)
    other = [made("deploy", 1, 30, pattern_id="PAT-B-001")]  # nobody deployed by hand
    outside = [
        made("create_module", 7, 60, pattern_id="PAT-A-001"),
        made("create_module", -0.1, 9, pattern_id="PAT-C-001"),
    ]
    found = report(tmp_path, *by_hand, *used, failed, *other, *outside)
    hours = 4 * (1800 - 60) / 3600
    assert [(one["pattern_id"], one["uses"], one["failures"], one["source"]) for one in found["top_patterns"]] == [
        ("PAT-A-001", 5, 1, "measured"),
        ("PAT-B-001", 1, 0, "none"),
    ]
    assert found["top_patterns"][0]["hours_saved"] == pytest.approx(hours, abs=1e-4)
    assert found["time_saved"]["hours"] == pytest.approx(hours, abs=1e-4)
    assert "1 successful uses count no saving" in found["note"]


def test_work_by_hand_that_repeats_is_a_candidate(tmp_path: Path) -> None:
    similar = [made("refactor", n / 10, 300, file_types=[".py"], tools_used=["rg", "sed"]) for n in range(8)]
    found = report(
        tmp_path, *similar, made("refactor", 1, 1, file_types=[".md"], tools_used=["vi"]), made("rare", 1, 1)
    )
    (candidate,) = found["new_pattern_candidates"]
    assert (candidate["operation_kind"], candidate["count"]) == ("refactor", 8)
    assert candidate["suggested_pattern_id"] == "PAT-REFACTOR-001" and candidate["similarity"] == 1.0


def test_the_suggested_id_is_a_free_one(tmp_path: Path) -> None:
    by_hand = [made("refactor", n / 10, 300) for n in range(3)]
    used = [made("refactor", 2, 30, pattern_id=f"PAT-REFACTOR-00{n}") for n in (1, 2)]
    (candidate,) = report(tmp_path, *by_hand, *used)["new_pattern_candidates"]
    assert candidate["suggested_pattern_id"] == "PAT-REFACTOR-003"


def test_commands_of_a_shell_are_no_operations(tmp_path: Path) -> None:
    typed = [{"operation_kind": "git status", "command": "git status", "timestamp": at(1)} for _ in range(5)]
    assert report(tmp_path, *typed)["new_pattern_candidates"] == []


def test_the_report_lies_in_its_place_and_is_indexed(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: (MONDAY + timedelta(days=8)).timestamp()) as workspace:
        logged(workspace, made("m", -9, 1800), *(made("m", n, 180, pattern_id="PAT-X-001") for n in range(3)))
        generate_weekly_report(workspace)
        generate_weekly_report(workspace, "2026-W46")
    folder = tmp_path / "patterns/reports"
    text = (folder / "weekly/2026-W47.md").read_text()
    assert "\n1. PAT-X-001: 3 uses, 1.4 hours saved (measured durations)\n" in text
    for heading in ("Top Patterns (by usage)", "📈 New Pattern Candidates", "⚠ Anti-Patterns Detected"):
        assert f"\n## {heading}\n" in text
    index = (folder / "README.md").read_text()
    assert "- [2026-W47](weekly/2026-W47.md): 1.4 hours saved\n- [2026-W46](weekly/2026-W46.md)\n" in index
    assert (folder / "pattern_candidates.md").exists() and (folder / "pattern_candidates_weekly.md").exists()


def test_too_little_data_is_said(tmp_path: Path) -> None:
    found = report(tmp_path, made("m", 1, 1))
    assert found["note"] == "Too little was recorded in this week to say anything."
    assert found["top_patterns"] == [] and found["time_saved"] == {"hours": 0}


@pytest.mark.parametrize("week", ["2026-W54", "2026-W00", "2026-47", "x", "2026-W5", "0000-W01", "9999-W53"])
def test_a_week_that_does_not_exist_is_refused(week: str) -> None:
    with pytest.raises(UsageError):
        bounds(week)


def test_weeks_are_those_of_the_zone_in_the_config(tmp_path: Path) -> None:
    (tmp_path / "patterns/config").mkdir(parents=True)
    (tmp_path / "patterns/.gitignore").write_text("# patui:\n*\n")
    (tmp_path / "patterns/config/settings.yaml").write_text("timezone: Pacific/Auckland\n")
    with open_workspace(tmp_path, clock=lambda: (MONDAY - timedelta(hours=1)).timestamp()) as workspace:
        start, end = bounds("2026-W47", zone_named(workspace.config.timezone))
        assert (start, end - start) == ((MONDAY - timedelta(hours=13)).timestamp(), 7 * 86_400)
        assert last_week(workspace) == "2026-W46"


uses = st.builds(
    Execution,
    at=st.floats(0, 9),
    success=st.none() | st.booleans(),
    seconds=st.none() | st.floats(0, 1e4),
    operation_kind=st.sampled_from("ab"),
    pattern_id=st.sampled_from(["P", "Q"]),
)
applied = st.builds(AppliedUse, st.sampled_from(["P", "R"]), st.just(1.0), st.floats(-9, 1e4), st.booleans())


@given(st.lists(uses), st.lists(applied), st.lists(st.floats(0, 1e4), min_size=1, max_size=5))
def test_the_ranking_is_the_plain_sum(used: list[Execution], files: list[AppliedUse], by_hand: list[float]) -> None:
    usual = {"a": median(by_hand)}
    found = {one.pattern_id: one for one in rank(WeekOfWork("w", 0, 9, tuple(used), tuple(files), usual=usual))}
    for name, one in found.items():
        mine = [use for use in used if use.pattern_id == name]
        plans = [use for use in files if use.pattern_id == name]
        assert one.uses == len(mine) + len(plans) > 0
        assert one.failures == sum(u.success is False for u in mine) + sum(p.undone for p in plans)
        expected = sum(
            usual["a"] - use.seconds
            for use in mine
            if use.success and use.seconds is not None and use.operation_kind == "a"
        ) + sum(plan.seconds_saved for plan in plans if not plan.undone)
        assert one.hours_saved == pytest.approx(expected / 3600)
    assert found.keys() == {use.pattern_id for use in used} | {use.pattern_id for use in files}


class Nowhere:
    def week(self, name: str | None) -> WeekOfWork:
        return FULL

    def keep(self, report: WeeklyReport) -> None:
        raise NotImplementedError


FULL = WeekOfWork(
    "2026-W47",
    0,
    1,
    used=tuple(Execution(0.5, pattern_id="PAT-X-001", success=False) for _ in range(3)),
    underused=(Underused("PAT-Y-001", "page_[x]", ("a/`b`\n.py",)),),
    anti_patterns=(
        (AntiPattern("ANTI-PAT-001", "Rigid", occurrences=3, fix="Add a\nvariable"), "PAT-X-001", "template_too_rigid"),
    ),
    workarounds=(Workaround("PAT-Z-001", 2, 4, ("*added* 3 lines",)),),
)


def test_every_part_is_said_in_markdown_that_data_cannot_break() -> None:
    made = PatternPerformanceAnalyzer(Nowhere()).report_of(FULL)
    text = as_markdown(made)
    assert "- PAT-X-001 failed 3 times (template too rigid, ANTI-PAT-001)\n  → Recommendation: Add a variable" in text
    assert "- PAT-Y-001 (page\\_\\[x\\]) was not used for 1 files: `a/b .py`" in text
    assert "2 of 4 uses were edited\n  - \\*added\\* 3 lines" in text
    assert [line for line in text.splitlines() if line.startswith(("1. `", "2. `", "3. `"))] == [
        "1. `patui apply PAT-Y-001 --missing`: 1 files of page\\_\\[x\\] were written by hand",
        "2. `patui evolve PAT-X-001`: Add a variable",
        "3. `patui evolve PAT-Z-001`: 2 of 4 uses were edited afterwards",
    ]
    assert all(
        action.startswith("patui ") and "\n" not in action for action in as_document(made)["recommended_actions"]
    )


def test_work_between_two_times_is_read_with_and_without_patterns(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        store = workspace.store
        executions.record(store, [Execution(float(n), pattern_id="P" * (n % 2)) for n in range(1, 7)])
        assert [one.at for one in executions.between(store, 2, 5)] == [2, 3, 4]
        assert [one.at for one in executions.between(store, 2, 5, with_pattern=True)] == [3]
        assert [one.at for one in executions.between(store, 2, 5, with_pattern=False)] == [2, 4]


def test_an_analysis_leaves_the_digest_of_what_waits(tmp_path: Path) -> None:
    records = [
        made("shell", -session - 1 + step / 1000, 2, command=command.format(branch), session_id=branch)
        for session, branch in enumerate(("login", "search", "cart", "stats"))
        for step, command in enumerate(("git switch -c {}", "make check", "git push -u origin {}", "gh pr create"))
    ]
    with open_workspace(tmp_path, clock=lambda: MONDAY.timestamp()) as workspace:
        logged(workspace, *records)
        (candidate,) = analyze(workspace)
        text = (tmp_path / "patterns/reports/pattern_candidates.md").read_text()
        assert f"`{candidate.pattern_id}`" in text and f"`patui approve {candidate.id}`" in text
