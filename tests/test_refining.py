"""Changing a draft in the review, on a real repository: saved, measured, taken back, never drafted over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.actions import refining, review
from engine.actions.analyze import analyze
from engine.actions.find import Standing, find
from engine.errors import Conflict, NotTrusted, RefusedError
from engine.model import (
    AsText,
    AsVariable,
    Candidate,
    Pattern,
    Refinement,
    Refusal,
    Rename,
    SetDefault,
    Status,
    VariableType,
)
from engine.workspace import Workspace, open_workspace
from tests.conftest import Commit, job_text


@pytest.fixture
def workspace(repository: Path) -> Iterator[Workspace]:
    with open_workspace(repository) as opened:
        assert analyze(opened), "the repository's jobs are one family"
        yield opened


def only(workspace: Workspace) -> Candidate:
    (candidate,) = review.candidates(workspace)
    return candidate


def typed(pattern: Pattern) -> str:
    """A variable that nobody but the person decides."""
    return next(v.name for v in pattern.variables if not v.derivation and v.type is not VariableType.BOOLEAN)


def change(workspace: Workspace, refinement: Refinement) -> refining.Refined:
    shown = review.show(workspace, only(workspace).pattern_id)
    done = refining.refine(workspace, only(workspace).pattern_id, refinement, shown.digest)
    assert isinstance(done, refining.Refined), done
    return done


def test_a_change_is_saved_stays_patuis_own_and_is_taken_back_byte_for_byte(workspace: Workspace) -> None:
    before = only(workspace)
    file = workspace.root / before.path
    text, name = file.read_bytes(), typed(review.show(workspace, before.pattern_id).pattern)
    first = change(workspace, Rename(name, "how"))
    second = change(workspace, AsVariable("Job", "base"))
    assert not second.reflowed
    found = find(workspace, before.pattern_id)
    assert found.standing is Standing.OWN_DRAFT
    assert found.pattern == second.pattern
    assert {"how", "base"} <= {variable.name for variable in found.pattern.variables}
    assert found.pattern.provenance["refinements"] == [f"renamed {name} to how", "made the variable base of text"]
    with pytest.raises(Conflict):
        refining.take_back(workspace, first)
    refining.take_back(workspace, second)
    refining.take_back(workspace, first)
    assert file.read_bytes() == text
    assert only(workspace) == before
    assert find(workspace, before.pattern_id).standing is Standing.OWN_DRAFT


def test_what_was_not_shown_is_not_changed(workspace: Workspace) -> None:
    candidate = only(workspace)
    file = workspace.root / candidate.path
    shown = review.show(workspace, candidate.pattern_id)
    text = "# mine\n" + file.read_text()
    file.write_text(text)
    name = typed(shown.pattern)
    with pytest.raises(NotTrusted):
        refining.refine(workspace, candidate.pattern_id, Rename(name, "how"), shown.digest)
    assert file.read_text() == text
    done = change(workspace, Rename(name, "how"))
    assert done.reflowed, "the comment is lost, and that is said"
    assert find(workspace, candidate.pattern_id).standing is Standing.FOREIGN, "an edited draft stays the person's"
    refining.take_back(workspace, done)
    assert file.read_text() == text


def test_a_refusal_changes_nothing_and_a_decided_candidate_is_left_alone(workspace: Workspace) -> None:
    candidate = only(workspace)
    shown = review.show(workspace, candidate.pattern_id)
    text = (workspace.root / candidate.path).read_bytes()
    refused = refining.refine(workspace, candidate.pattern_id, Rename(typed(shown.pattern), "for"), shown.digest)
    assert isinstance(refused, Refusal)
    assert (workspace.root / candidate.path).read_bytes() == text
    review.approve(workspace, candidate.pattern_id)
    approved = review.show(workspace, candidate.pattern_id)
    with pytest.raises(RefusedError, match="is approved"):
        refining.refine(workspace, candidate.pattern_id, SetDefault(typed(shown.pattern), "x"), approved.digest)
    assert review.candidates(workspace, [Status.APPROVED])[0].pattern_id == candidate.pattern_id


def test_the_preview_shows_what_would_be_lost_and_writes_nothing(workspace: Workspace) -> None:
    candidate = only(workspace)
    pattern = review.show(workspace, candidate.pattern_id).pattern
    text = (workspace.root / candidate.path).read_bytes()
    member = candidate.members[0]
    alike = refining.preview(workspace, candidate.pattern_id, Rename(typed(pattern), "how"), member)
    assert isinstance(alike, refining.Preview)
    now = review.compare(workspace, candidate.pattern_id, member)
    assert (alike.lost, alike.comparison.rendered) == ((), now.rendered)
    other = refining.preview(workspace, candidate.pattern_id, AsText(typed(pattern), "no such value"), member)
    assert isinstance(other, refining.Preview)
    assert len(other.lost) == len(pattern.presets)
    assert "no such value" in other.comparison.rendered
    assert (workspace.root / candidate.path).read_bytes() == text
    assert any(word.text == "Job" for word in refining.words(workspace, candidate.pattern_id))


def test_the_backtest_follows(workspace: Workspace) -> None:
    name = typed(review.show(workspace, only(workspace).pattern_id).pattern)
    same = refining.measure(workspace, change(workspace, Rename(name, "how")))
    assert same.before == same.after
    assert same.after["predicted"] > 0
    worse = refining.measure(workspace, change(workspace, AsText("how", "a value that no file has")))
    assert worse.before == same.before, "the baseline stays that of the draft as it was first"
    assert worse.after["exact"] < same.after["exact"] or worse.after["seconds"] < same.after["seconds"]
    assert only(workspace).evidence[refining.KEY]["after"] == worse.after


def test_a_changed_draft_is_not_drafted_over_when_the_family_grows(workspace: Workspace, commit: Commit) -> None:
    done = change(workspace, AsVariable("Job", "base"))
    commit(workspace.root, {"jobs/night_shift.py": job_text("night_shift", 9)}, 20)
    analyze(workspace)
    after = only(workspace)
    assert after.support == done.candidate.support + 1
    assert find(workspace, after.pattern_id).pattern == replace(done.pattern)
