"""What a proposed next version must hold to: it can be approved, a rejected one stays so, and one version stands."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import documents, open_workspace
from engine.actions import applying, evolving, inducing, review
from engine.actions.analyze import analyze
from engine.actions.inducing import induce
from engine.library.pattern_file import parse_document
from engine.model import Candidate, Kind, Source, Status
from engine.model.evolution import PatternMetrics
from engine.recording import execution_of, keep
from engine.store import candidates, executions, outcomes
from engine.workspace import Workspace
from tests.conftest import NAMES, job_text
from tui.cli.differences import difference
from tui.cli.group import run

NOW = 1_795_370_000.0


def log(workspace: Workspace, number: int, **record: object) -> None:
    known = {"timestamp": NOW - 1000 + number, "pattern_id": "PAT-X-001", "operation_kind": "make_x", **record}
    execution = execution_of(known, source=Source.LOG, root=workspace.root, now=NOW)
    assert not isinstance(execution, str)
    keep(workspace.store, [execution])


def fail(workspace: Workspace, number: int, message: str = "ValueError: nope", **record: Any) -> PatternMetrics:
    log(workspace, number, success=False, error_output=message, input_signature=f"in{number}", **record)
    (metrics,) = evolving.evolve(workspace)
    return metrics


def evolution(root: Path, pattern_id: str) -> dict[str, Any]:
    path = root / "patterns" / "reports" / "evolution" / f"{pattern_id}.yaml"
    document = documents.load(path.read_text(), "evolution")
    assert isinstance(document, dict)
    return document


# ── patterns that no file describes ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"command": "make it"},
        {"command": "make {{ what }}"},
        {"argv": ["make", "{{ what }}"], "command": "make {{ what }}"},
        {"command": "make it && push it"},
        {"inputs": {"class": "a", "true": "b", "loop": "c", "name": "d"}},
        {"tools_used": ["editor", "git"]},
    ],
)
def test_a_next_version_of_a_pattern_without_a_file_can_be_approved(tmp_path: Path, record: dict[str, Any]) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        metrics = fail(workspace, 1, **record)
        assert metrics.proposal is not None
        approved = review.approve(workspace, "PAT-X-001")
        assert approved.status is Status.APPROVED and approved.kind is Kind.REVISION
        ((_, pattern),) = workspace.shelf.approved().patterns
        assert (pattern.pattern_id, pattern.version) == ("PAT-X-001", "1.1.0")


@pytest.mark.parametrize("name", ["../../x y/☃", "PAT X 1", "☃", "x" * 150])
def test_an_id_that_no_file_can_have_is_proposed_to_read_and_not_to_approve(tmp_path: Path, name: str) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        metrics = fail(workspace, 1, pattern_id=name)
        document = documents.load(evolving_file(tmp_path).read_text(), "evolution")
        assert metrics.proposal is not None and not candidates.listing(workspace.store)
        assert (document["proposed_version"], document["auto_generated_spec"]) == ("1.1.0", metrics.proposal.draft)
        parse_document((tmp_path / metrics.proposal.draft).read_text(), "draft")


def evolving_file(root: Path) -> Path:
    (path,) = (root / "patterns" / "reports" / "evolution").iterdir()
    return path


# ── rejected ones ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rejected_version_stays_rejected_until_another_change_is_proposed(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        assert fail(workspace, 1).proposal is not None
        review.reject(workspace, "PAT-X-001", "not worth it")
        assert fail(workspace, 2).proposal is None
        assert fail(workspace, 3, pattern_version="1.0.7").proposal is None  # it would be 1.1.0 once more
        assert fail(workspace, 4, pattern_version="1.1.0").proposal is None  # the same checks under another number
        assert [one.status for one in candidates.listing(workspace.store)] == [Status.REJECTED]
        other = "PermissionError: [Errno 13] Permission denied: '/srv/shop/current'"
        found = fail(workspace, 5, other, pattern_version="1.1.0")
        assert found.proposal is not None and found.proposal.version == "1.2.0"


# ── the version that stands ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_approved_file_stands_and_the_evolution_file_says_its_version(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        pattern_id = job_pattern(workspace)
        ((standing, _),) = workspace.shelf.approved().patterns
        left = standing.with_name("auto-a-copy.template.yaml")  # as earlier releases left them
        left.write_text(standing.read_text())
        for number in range(3):
            log(workspace, number, pattern_id=pattern_id, success=False, error_output="ValueError: nope")
        (metrics,) = evolving.evolve(workspace, pattern_id)
        assert metrics.proposal is not None and metrics.proposal.version == "1.1.0"
        review.approve(workspace, str(metrics.proposal.candidate))
        assert [pattern.version for _, pattern in workspace.shelf.approved().patterns] == ["1.1.0"]
        assert evolution(tmp_path, pattern_id)["version"] == "1.1.0"
        assert [path.name for path in (tmp_path / "patterns/archive/templates").iterdir()]
        review.undo_verdict(workspace)
        assert evolution(tmp_path, pattern_id)["version"] == "1.0.0"


def job_pattern(workspace: Workspace) -> str:
    (workspace.root / "jobs").mkdir(exist_ok=True)
    for number, name in enumerate(NAMES[:4]):
        (workspace.root / f"jobs/{name}.py").write_text(job_text(name, number))
    made = induce(workspace, [f"jobs/{name}.py" for name in NAMES[:4]])
    review.approve(workspace, made.pattern.pattern_id)
    return made.pattern.pattern_id


def apply(workspace: Workspace, pattern_id: str, name: str) -> Path:
    target = f"jobs/{name}.py"
    applying.write(workspace, applying.preview(workspace, pattern_id, target).plan)
    return workspace.root / target


# ── files that are not there ─────────────────────────────────────────────────────────────────────────────────────────


def git(root: Path, *words: str) -> None:
    me = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    day = f"@{int(NOW) + 60} +0000"
    dates = {"GIT_COMMITTER_DATE": day, "GIT_AUTHOR_DATE": day}
    subprocess.run(["git", *me, *words], cwd=root, check=True, capture_output=True, env={**os.environ, **dates})


@pytest.mark.parametrize(
    ("how", "removed"),
    [("other branch", False), ("deleted", True), ("committed away", True), ("never committed", True), ("no git", True)],
)
def test_a_file_of_another_branch_is_not_removed(tmp_path: Path, how: str, removed: bool) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        if how != "no git":
            git(tmp_path, "init", "-q", "-b", "main")
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", "start")
        pattern_id = job_pattern(workspace)
        path = apply(workspace, pattern_id, "alpha")
        if how == "never committed" or how == "no git":
            path.unlink()
        else:
            git(tmp_path, "switch", "-q", "-c", "topic")
            git(tmp_path, "add", "jobs/alpha.py")
            git(tmp_path, "commit", "-q", "-m", "add")
            if how == "other branch":
                git(tmp_path, "switch", "-q", "main")
            else:
                path.unlink()
        if how == "committed away":
            git(tmp_path, "rm", "-q", "--cached", "jobs/alpha.py")
            git(tmp_path, "commit", "-q", "-m", "take it away")
        assert not path.exists()
        evolving.measure_outcomes(workspace, settled=True)
        gone = [one for one in outcomes.of_application(workspace.store, 1) if one.kept == 0.0]
        assert bool(gone) == removed


# ── what a next version changes, on the command line ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("a\nb\n", "a\nb\n", []),
        ("a\nb\n", "a\nc\n", [" a", "-b", "+c"]),
        ("", "x\n", ["+x"]),
        ("1\n2\n3\n4\n5\n6\nend\n", "1\n2\n3\n4\n5\n6\nEND\n", ["…", " 4", " 5", " 6", "-end", "+END"]),
        ("x\n" + "=\n" * 9 + "y\n", "=\n" * 9 + "y\nz\n", ["-x", " =", " =", " =", "…", " =", " =", " y", "+z"]),
    ],
)
def test_a_difference_shows_what_goes_and_comes(old: str, new: str, lines: list[str]) -> None:
    assert list(difference(old, new)) == lines


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_a_difference_has_every_line_that_changed(old: list[str], new: list[str]) -> None:
    shown = list(difference("\n".join(old), "\n".join(new)))
    gone = [line[1:] for line in shown if line.startswith("-")]
    came = [line[1:] for line in shown if line.startswith("+")]
    assert Counter(old) - Counter(gone) == Counter(new) - Counter(came)
    assert bool(shown) == (old != new)


def test_a_next_version_is_shown_as_what_it_changes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        metrics = fail(workspace, 1, command="make it")
        assert metrics.proposal is not None
        review.approve(workspace, "PAT-X-001")
        (path,) = (tmp_path / "patterns" / "specs").glob("*.yaml")
        number = candidates.put(workspace.store, replace(revision_of(workspace), status=Status.PENDING)).id
        draft = workspace.root / "patterns" / "drafts" / "next.pattern.yaml"
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(path.read_text().replace("- it", "- that"))
    assert run(["-C", str(tmp_path), "show", str(number)]) == 0
    said = capfd.readouterr().out
    assert "-make it" in said and "+make that" in said


def revision_of(workspace: Workspace) -> Candidate:
    (row,) = candidates.listing(workspace.store)
    return replace(row, id=0, path="patterns/drafts/next.pattern.yaml", signature="revision:next")


# ── what counts as failed, and what for ──────────────────────────────────────────────────────────────────────────────


def test_a_fit_that_fails_is_a_failed_use_with_its_own_input(repository: Path, tmp_path: Path) -> None:
    with open_workspace(repository, clock=lambda: NOW) as workspace:
        (row, *_) = analyze(workspace)
        odd = tmp_path / "odd.py"
        odd.write_text(
            "".join(f"{word} = {number} ** {number}  # {word[::-1]}\n" for number, word in enumerate(NAMES * 5))
        )
        fitter = inducing.Fitter(workspace, row.pattern_id)
        fitter.fit(str(odd), "jobs/odd.py")
        assert executions.of_pattern(workspace.store, row.pattern_id) == []  # a draft is nothing that one uses
        review.approve(workspace, row.pattern_id)
        fitter = inducing.Fitter(workspace, row.pattern_id)
        fitter.fit(f"jobs/{NAMES[0]}.py", f"jobs/{NAMES[0]}.py")
        assert executions.of_pattern(workspace.store, row.pattern_id) == []
        for name in ("odd", "odd", "other"):
            fitter.fit(str(odd), f"jobs/{name}.py")
        found = executions.of_pattern(workspace.store, row.pattern_id)
        assert [one.success for one in found] == [False, False]
        assert len({one.input_signature for one in found}) == 2


def test_a_use_that_was_edited_brings_no_next_version_of_checks_alone(repository: Path) -> None:
    with open_workspace(repository, clock=lambda: NOW) as workspace:
        (row, *_) = analyze(workspace)
        review.approve(workspace, row.pattern_id)
        values = dict.fromkeys(applying.preview(workspace, row.pattern_id, "jobs/newest.py").missing, "thing")
        done = applying.write(workspace, applying.preview(workspace, row.pattern_id, "jobs/newest.py", values).plan)
        (repository / done.paths[0]).write_text("import this\n" * 40)
        (metrics,) = evolving.evolve(workspace, row.pattern_id)
        assert metrics.overall.failed == 1 and metrics.proposal is None
        log(workspace, 1, success=False, pattern_id=row.pattern_id, error_output="ValueError: no", input_signature="i")
        (metrics,) = evolving.evolve(workspace, row.pattern_id)
        assert metrics.proposal is not None
