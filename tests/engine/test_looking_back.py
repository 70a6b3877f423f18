"""Reports, evolutions, recoveries and anti-patterns, read back from files and rows as they lie in a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.actions import evolutions, recoveries, weeks
from engine.documents import dump
from engine.errors import PatuiError
from engine.library.pattern_file import to_document
from engine.model import (
    Candidate,
    Execution,
    FileTemplate,
    Kind,
    Literal,
    Pattern,
    Plan,
    Slot,
    Status,
    Template,
    Variable,
)
from engine.model.figures import AntiPattern, Improvement, ReportFile, VersionFigures, WeekFigures
from engine.store import applications, candidates, executions
from engine.weeks import week_names, week_of
from engine.workspace import Workspace, open_workspace

NOW = 1_763_647_200.0  # Thursday 2025-11-20 14:00 UTC, week 47
WEEK = 7 * 86_400.0
TEMPLATE = Template((Literal("job "), Slot("name"), Literal("\n")))
JOB = Pattern(
    "PAT-JOB-001",
    "job",
    Kind.FILE,
    variables=(Variable("name", derivation="stem"),),
    files=(FileTemplate(Template((Literal("jobs/"), Slot("name"))), TEMPLATE),),
    version="1.1.0",
    lineage=({"version": "1.0.0"},),
)
FIX = Pattern(
    "PAT-FIX-001",
    "missing-module",
    Kind.RECOVERY,
    steps=({"argv": ["pip", "install", "{{ module }}"]}, {"argv": ["pytest", "-k", "a b"]}),
    match={"error_type": "ModuleNotFoundError", "error_signature": "No module named <*>"},
    variables=(Variable("module"),),
    evidence={"support": 4},
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "w"
    root.mkdir()
    with open_workspace(root, clock=lambda: NOW) as opened:
        yield opened


def put(workspace: Workspace, path: str, text: str) -> None:
    workspace.make_home()
    workspace.shelf.save(workspace.home / path, text)


def applied(workspace: Workspace, version: str, ago: float, *, undone: bool = False) -> None:
    plan = Plan(JOB.pattern_id, version, JOB.name, ("jobs/a",), (), {})
    done = applications.record(workspace.store, plan, (), NOW - ago, seconds_saved=1800.0)
    if undone:
        applications.mark_undone(workspace.store, done.id, NOW)


def test_an_empty_workspace_has_nothing_to_look_back_on(workspace: Workspace) -> None:
    assert weeks.reports(workspace) == ()
    assert weeks.weekly(workspace) == ()
    assert evolutions.evolutions(workspace) == ()
    assert recoveries.recoveries(workspace) == ()
    assert recoveries.anti_patterns(workspace) == ()


def test_the_reports_newest_first(workspace: Workspace) -> None:
    for name in ("2025-W46", "2025-W47", "notes", "2024-W52"):
        put(workspace, f"reports/weekly/{name}.md", f"# {name}\n")
    (workspace.home / "reports/weekly/2025-W45.md").mkdir()
    found = weeks.reports(workspace)
    assert [report.week for report in found] == ["2025-W47", "2025-W46", "2025-W45", "2024-W52"]
    assert found[0] == ReportFile("2025-W47", "patterns/reports/weekly/2025-W47.md", "# 2025-W47\n")
    assert "is not a file" in found[2].text


def test_the_weeks_from_the_first_use_on(workspace: Workspace) -> None:
    applied(workspace, "1.0.0", 2 * WEEK)
    applied(workspace, "1.0.0", 2 * WEEK, undone=True)
    applied(workspace, "1.1.0", 0.0)
    executions.record(workspace.store, [Execution(NOW, operation_kind="x", success=True, seconds=7200)])
    executions.record(
        workspace.store, [Execution(NOW, operation_kind="x", success=True, seconds=3600, pattern_id="PAT-X-001")]
    )
    assert weeks.weekly(workspace) == (
        WeekFigures("2025-W45", 1, 0.5, 0.5),
        WeekFigures("2025-W46", 0, 0.0, None),
        WeekFigures("2025-W47", 2, 1.5, 1.0),
    )


@pytest.mark.parametrize(
    ("at", "week"),
    [(1_763_647_200.0, "2025-W47"), (1_735_516_800.0, "2025-W01"), (1_609_459_200.0, "2020-W53")],
)
def test_iso_weeks(at: float, week: str) -> None:
    assert week_of(at) == week
    assert week_names(at, 3)[-1] == week
    assert len(set(week_names(at, 60))) == 60


def test_a_pattern_over_time_with_what_is_proposed(workspace: Workspace) -> None:
    put(workspace, "templates/auto-job.template.yaml", to_document(replace(JOB, status=Status.APPROVED)))
    for version, ago, undone in (("1.0.0", 2 * WEEK, False), ("1.0.0", 2 * WEEK, True), ("1.1.0", 0.0, False)):
        applied(workspace, version, ago, undone=undone)
    revision = replace(
        JOB, version="1.2.0", files=(replace(JOB.files[0], body=Template((*TEMPLATE.nodes, Literal("end\n")))),)
    )
    put(workspace, "drafts/job_v1.2.yaml", to_document(revision))
    put(
        workspace,
        "reports/evolution/PAT-JOB-001.yaml",
        dump(
            {
                "pattern_id": "PAT-JOB-001",
                "version": "1.1.0",
                "performance": {"success_rate": 0.73, "avg_time_saved": "42min", "total_uses": 127},
                "issues_detected": ["Fails on nested names (8 occurrences)"],
                "recommended_improvements": [{"priority": "high", "change": "a loop", "estimated_impact": "+15%"}],
                "proposed_version": "1.2.0",
                "auto_generated_spec": "patterns/drafts/job_v1.2.yaml",
            }
        ),
    )
    (found,) = evolutions.evolutions(workspace)
    assert (found.pattern_id, found.name, found.version, found.uses, found.success) == (
        "PAT-JOB-001",
        "job",
        "1.1.0",
        127,
        0.73,
    )
    assert found.weeks == (0.5, None, 1.0)
    assert found.versions == (VersionFigures("1.0.0", 1, 0.5), VersionFigures("1.1.0", 1, 1.0))
    assert found.improvements == (Improvement("high", "a loop", "+15%"),)
    assert evolutions.templates(workspace, found) == ("job {{ name }}\n", "job {{ name }}\nend\n")


def test_without_a_proposal_both_texts_are_the_pattern(workspace: Workspace) -> None:
    put(workspace, "templates/auto-job.template.yaml", to_document(replace(JOB, status=Status.APPROVED)))
    (found,) = evolutions.evolutions(workspace)
    assert (found.uses, found.success, found.weeks, found.proposed_version) == (0, None, (), "")
    assert evolutions.templates(workspace, found) == ("job {{ name }}\n",) * 2


@pytest.mark.parametrize(
    "written", ["- a list\n", "a: &x 1\nb: *x\n", "performance: [1]\nissues_detected: 3\n", "\x00"]
)
def test_a_strange_evolution_file_costs_nothing_but_itself(workspace: Workspace, written: str) -> None:
    applied(workspace, "1.0.0", 0.0)
    put(workspace, "reports/evolution/PAT-ODD-001.yaml", written)
    found = {one.pattern_id: one for one in evolutions.evolutions(workspace)}
    assert found["PAT-JOB-001"].success == 1.0
    assert bool(found["PAT-ODD-001"].trouble) is not written.startswith("performance")


def test_a_draft_outside_the_workspace_is_not_read(workspace: Workspace) -> None:
    put(workspace, "templates/auto-job.template.yaml", to_document(JOB))
    (found,) = evolutions.evolutions(workspace)
    with pytest.raises(PatuiError):
        evolutions.templates(workspace, replace(found, draft="../../etc/passwd"))


def test_recoveries_that_wait_and_that_work(workspace: Workspace) -> None:
    put(workspace, "specs/self_heal/AUTO-module.yaml", to_document(FIX))
    waiting = replace(FIX, pattern_id="PAT-FIX-002", name="stale-lock", match={"error_type": "LockError"})
    put(workspace, "drafts/lock.pattern.yaml", to_document(waiting))
    candidates.put(
        workspace.store,
        Candidate(
            0,
            "PAT-FIX-002",
            "stale-lock",
            Kind.RECOVERY,
            Status.PENDING,
            0.9,
            3,
            0.2,
            0.1,
            "s",
            "patterns/drafts/lock.pattern.yaml",
            NOW,
        ),
    )
    for success in (True, True, True, False):
        executions.record(workspace.store, [Execution(NOW, pattern_id="PAT-FIX-001", success=success)])
    waits, works = recoveries.recoveries(workspace)
    assert (waits.name, waits.status, waits.seen, waits.signature) == ("stale-lock", Status.PENDING, 3, "LockError")
    assert works.signature == "ModuleNotFoundError: No module named <*>"
    assert works.steps == ("pip install {{ module }}", "pytest -k 'a b'")
    assert (works.seen, works.success, works.last, works.last_result) == (4, 0.75, NOW, False)


def test_a_candidate_whose_draft_is_gone_says_so(workspace: Workspace) -> None:
    candidates.put(
        workspace.store,
        Candidate(
            0, "PAT-A-001", "a", Kind.RECOVERY, Status.PENDING, 0.9, 3, 0.2, 0.1, "s", "patterns/drafts/no.yaml", NOW
        ),
    )
    (found,) = recoveries.recoveries(workspace)
    assert found.steps == ()
    assert "no.yaml" in found.description


def test_the_registry_of_what_keeps_failing(workspace: Workspace) -> None:
    put(
        workspace,
        "anti_patterns/registry.yaml",
        dump(
            {
                "anti_patterns": [
                    {"id": "ANTI-PAT-001", "name": "Old", "occurrences": 9, "status": "fixed_in_v1.1"},
                    {
                        "id": "ANTI-PAT-002",
                        "name": "Rigid variables",
                        "description": "d",
                        "detected": "2025-11-18",
                        "occurrences": 4,
                        "affected_patterns": ["PAT-JOB-001"],
                        "fix": "f",
                        "status": "active",
                    },
                    "no entry",
                ]
            }
        ),
    )
    first, second = recoveries.anti_patterns(workspace)
    assert first == AntiPattern(
        "ANTI-PAT-002", "Rigid variables", "d", "2025-11-18", 4, ("PAT-JOB-001",), "f", "active"
    )
    assert second.id == "ANTI-PAT-001"
    put(workspace, "anti_patterns/registry.yaml", "[")
    with pytest.raises(PatuiError):
        recoveries.anti_patterns(workspace)
