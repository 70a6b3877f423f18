"""Patterns over time: figures, evolution files, what people keep, next versions and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import documents, open_workspace
from engine.actions import applying, evolving, review
from engine.actions.inducing import induce
from engine.analyzers.evolution_tracker import as_document, bumped, duration, metrics_of, wilson
from engine.errors import NoSuchPattern, RefusedError
from engine.measuring import changes, kept_of
from engine.model import Instance, Kind, Pattern, Source, Status, Variable
from engine.model.evolution import RecordedUse
from engine.model.work import Example
from engine.recording import execution_of, keep
from engine.revising import bump_of, revised, work_left
from engine.store import candidates, outcomes, versions
from engine.workspace import Workspace
from tests.conftest import NAMES, job_text

NOW = 1_795_370_000.0


def use(number: int, success: bool | None, **other: object) -> RecordedUse:
    failed = {"input_signature": f"in{number}", "error": "e", "message": "ValueError: nope"} if success is False else {}
    return RecordedUse(at=NOW + number, success=success, id=number, **{**failed, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 0, 0.0, 1.0), (8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_wilsons_interval(successes: int, trials: int, low: float, high: float) -> None:
    assert list(wilson(successes, trials)) == pytest.approx([low, high], abs=1e-4)


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_share(good: int, bad: int) -> None:
    low, high = wilson(good, good + bad)
    assert 0.0 <= low <= high <= 1.0
    if good + bad:
        assert low - 1e-9 <= good / (good + bad) <= high + 1e-9


@pytest.mark.parametrize(
    ("version", "part", "expected"),
    [("1.0.0", "minor", "1.1.0"), ("1.4.2", "patch", "1.4.3"), ("1.4.2", "major", "2.0.0"), ("2", "minor", "2.1.0")],
)
def test_versions_are_bumped(version: str, part: str, expected: str) -> None:
    assert bumped(version, part) == expected


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "unknown"), (35.2, "35s"), (2520.0, "42min"), (9000.0, "2.5h"), (-90.0, "-2min")]
)
def test_durations(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_only_below_four_fifths_and_from_five_edge_cases_on_something_is_proposed() -> None:
    def keys(good: int, bad: int) -> set[str]:
        uses = [use(n, True) for n in range(good)] + [use(n, False) for n in range(100, 100 + bad)]
        metrics = metrics_of("PAT-X-001", uses)
        assert metrics.flagged == (good / (good + bad) < 0.8)
        return set(as_document(metrics)) & {"proposed_version", "auto_generated_spec", "proposed_variants"}

    assert keys(80, 20) == {"proposed_variants"}
    assert keys(16, 4) == set()


# ── uses that were logged ────────────────────────────────────────────────────────────────────────────────────────────


def log(workspace: Workspace, number: int, **record: object) -> None:
    known = {"timestamp": NOW - 1000 + number, "pattern_id": "PAT-X-001", "operation_kind": "make_x", **record}
    execution = execution_of(known, source=Source.LOG, root=workspace.root, now=NOW)
    assert not isinstance(execution, str)
    keep(workspace.store, [execution])


def written(root: Path) -> dict[str, bytes]:
    home = root / "patterns"
    return {str(path): path.read_bytes() for path in sorted(home.rglob("*.yaml"))}


def test_a_pattern_without_a_file_gets_its_evolution_file_row_draft_and_event(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(6):
            text = f"ValueError: variable 'name' value 'my-{number}' does not match ^[a-z_]+$"
            log(workspace, number, success=False, error_output=text, input_signature=f"in{number}")
        for number in range(6, 14):
            log(workspace, number, success=True, duration_seconds=10)
        for number in range(14, 17):
            log(workspace, number, success=True, duration_seconds=130, pattern_id="")
        metrics = workspace.pattern_evolution_tracker().track_pattern_metrics("PAT-X-001")
        path = tmp_path / "patterns" / "reports" / "evolution" / "PAT-X-001.yaml"
        document = documents.load(path.read_text(), "evolution")
        assert document == as_document(metrics)
        assert document["performance"]["success_rate"] == round(8 / 14, 4)
        assert document["performance"]["total_uses"] == 14 and document["performance"]["avg_time_saved"] == "2min"
        assert document["proposed_version"] == "1.1.0" and len(document["proposed_variants"]) == 1
        draft = workspace.shelf.load(tmp_path / document["auto_generated_spec"])
        assert draft.pattern_id == "PAT-X-001" and draft.version == "1.1.0" and draft.extra["preconditions"]
        (row,) = candidates.listing(workspace.store)
        assert (row.kind, row.status, row.path) == (Kind.REVISION, Status.PENDING, document["auto_generated_spec"])
        plan_row = workspace.store.row("SELECT * FROM pattern_metrics WHERE pattern_id = 'PAT-X-001'")
        assert plan_row is not None and (plan_row["total_uses"], plan_row["failure_count"]) == (14, 6)
        before = written(tmp_path)
        assert evolving.evolve(workspace, "PAT-X-001") == [metrics] and written(tmp_path) == before
        assert evolving.used_patterns(workspace) == ["PAT-X-001"]
        with pytest.raises(NoSuchPattern):
            evolving.evolve(workspace, "PAT-NOBODY-001")


def test_ids_of_other_programs_stay_in_the_folder(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(4):
            log(workspace, number, success=False, pattern_id="../../x y/☃", error_output="boom")
        evolving.evolve(workspace)
        names = [path.name for path in (tmp_path / "patterns" / "reports" / "evolution").iterdir()]
        assert len(names) == 1 and not (tmp_path.parent / "x y").exists()


# ── what people keep ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_kept_is_the_share_of_the_saving() -> None:
    written_text = job_text("billing", 0)
    assert kept_of(written_text, written_text).share == 1.0
    small = kept_of(written_text, written_text.replace("30", "45"))
    assert 0.8 < small.share < 1.0 and small.seconds_left > 0 and small.workarounds
    assert kept_of(written_text, "").share == 0.0
    assert kept_of(written_text, "something else entirely\n" * 30).share == 0.0


def test_edits_in_words() -> None:
    assert changes("a\nb\nc\n", "a\nx\nc\n") == ("changed “b” to “x”",)
    assert changes("a\nc\n", "a\nb\nb2\nc\n") == ("added “b” and 1 more lines",)
    assert changes("a\nb\nc\n", "a\nc\n") == ("removed “b”",)
    assert changes("a\n", "a\n") == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_edit_can_be_measured(before: str, after: str) -> None:
    kept = kept_of(before, after)
    assert 0.0 <= kept.share <= 1.0 and kept.seconds_left >= 0.0
    assert (kept.share == 1.0 and not kept.workarounds) or before != after


def family(root: Path, count: int) -> list[str]:
    (root / "jobs").mkdir(exist_ok=True)
    for number, name in enumerate(NAMES[:count]):
        (root / f"jobs/{name}.py").write_text(job_text(name, number))
    return [f"jobs/{name}.py" for name in NAMES[:count]]


def approved(workspace: Workspace) -> str:
    made = induce(workspace, family(workspace.root, 4))
    review.approve(workspace, made.pattern.pattern_id)
    return made.pattern.pattern_id


def apply(workspace: Workspace, pattern_id: str, name: str) -> str:
    target = f"jobs/{name}.py"
    applying.write(workspace, applying.preview(workspace, pattern_id, target).plan)
    return target


DRIFT = "\n    def cancel(self) -> None:\n        self.log.warning('cancelled, nothing is stored and nobody is told')\n"


def test_an_application_is_measured_edited_is_failed_and_a_better_version_is_drafted(tmp_path: Path) -> None:
    now = [NOW]
    with open_workspace(tmp_path, clock=lambda: now[0]) as workspace:
        pattern_id = approved(workspace)
        for name in ("alpha", "beta", "gamma", "delta_one"):
            now[0] += 60
            path = tmp_path / apply(workspace, pattern_id, name)
            text = (
                path.read_text()
                .replace("(Job)", "(LoudJob)")
                .replace("jobs.base import Job", "jobs.loud import LoudJob")
            )
            path.write_text(text + DRIFT)
        now[0] += 60
        apply(workspace, pattern_id, "epsilon")
        (metrics,) = evolving.evolve(workspace, pattern_id)
        assert (metrics.overall.uses, metrics.overall.failed) == (5, 4) and metrics.edited == 4
        assert any("cancel" in text for text in metrics.workarounds)
        assert metrics.proposal is not None and "exact 1 → 5" in metrics.proposal.backtest
        draft = workspace.shelf.load(tmp_path / metrics.proposal.draft)
        assert draft.version == metrics.proposal.version and draft.lineage[-1]["version"] == "1.0.0"
        before = written(tmp_path)
        assert evolving.evolve(workspace, pattern_id) == [metrics] and written(tmp_path) == before

        ((standing, _),) = workspace.shelf.approved().patterns
        old = standing.read_text()
        assert review.show(workspace, pattern_id).pattern.version == "1.0.0"  # the id means what stands
        review.approve(workspace, str(metrics.proposal.candidate))
        assert review.show(workspace, pattern_id).pattern.version == metrics.proposal.version
        assert "cancel" in standing.read_text() and not (tmp_path / metrics.proposal.draft).exists()
        assert [(one.version, one.text) for one in versions.of_pattern(workspace.store, pattern_id)] == [("1.0.0", old)]
        apply(workspace, pattern_id, "zeta")
        assert "cancel" in (tmp_path / "jobs/zeta.py").read_text()

        review.undo_verdict(workspace)
        assert standing.read_text() == old and (tmp_path / metrics.proposal.draft).exists()
        review.approve(workspace, str(metrics.proposal.candidate))
        with pytest.raises(NoSuchPattern):
            evolving.restore(workspace, pattern_id, "9.0.0")
        assert evolving.restore(workspace, pattern_id, "1.0.0").version == "1.0.0" and standing.read_text() == old
        with pytest.raises(RefusedError):
            evolving.restore(workspace, pattern_id, "1.0.0")
        apply(workspace, pattern_id, "eta")  # trusted again


def test_fresh_files_wait_until_they_settle(tmp_path: Path) -> None:
    now = [NOW]
    with open_workspace(tmp_path, clock=lambda: now[0]) as workspace:
        pattern_id = approved(workspace)
        path = tmp_path / apply(workspace, pattern_id, "alpha")
        made = path.stat().st_mtime
        now[0] = max(now[0], made) + 1
        assert evolving.measure_outcomes(workspace) == 0
        now[0] += evolving.SETTLES
        assert evolving.measure_outcomes(workspace) == 1 and evolving.measure_outcomes(workspace) == 0
        (found,) = outcomes.of_application(workspace.store, 1)
        assert (found.stage, found.kept, found.workarounds) == ("settled", 1.0, ())


def test_a_file_made_by_hand_that_does_not_fit_is_a_failed_use_once(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        pattern_id = approved(workspace)
        evolving.note_fit(workspace, "jobs/fitting.py", job_text("fitting", 1))
        assert evolving.used_patterns(workspace) == []
        for _ in range(2):
            evolving.note_fit(workspace, "jobs/other.py", "from jobs.new import run\n\nrun('other', 3)\n" * 8)
        (metrics,) = evolving.evolve(workspace, pattern_id)
        assert (metrics.overall.uses, metrics.overall.failed, len(metrics.edge_cases)) == (1, 1, 1)


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_contract_decides_which_number_moves() -> None:
    def pattern(*variables: Variable) -> Pattern:
        return Pattern("PAT-X-001", "x", Kind.FILE, variables=variables)

    name, retries = Variable("name", derivation="stem"), Variable("retries", default="3", required=False)
    assert bump_of(pattern(name), pattern(name)) == "patch"
    assert bump_of(pattern(name), pattern(name, retries)) == "minor"
    assert bump_of(pattern(name), pattern(name, Variable("owner"))) == "major"
    assert bump_of(pattern(name, Variable("owner")), pattern(name)) == "major"


def test_a_revision_that_leaves_as_much_to_do_is_none() -> None:
    texts = [
        Instance(f"jobs/{name}.py", (Example(f"jobs/{name}.py", job_text(name, number)),))
        for number, name in enumerate(NAMES)
    ]
    from engine.analyzers.template_generator import draft_pattern

    pattern = draft_pattern(texts[:5], kind=Kind.FILE, name="job", pattern_id="PAT-JOB-001")
    assert work_left(pattern, texts[0])[0] and revised(pattern, texts[:5], texts[5:]) is None
    assert revised(pattern, texts[:5], []) is None
