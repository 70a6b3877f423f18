"""Applying a recipe: what is shown is what runs, nothing unapproved runs, and a step that fails stops the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine import open_workspace
from engine.actions import review, running_recipes
from engine.actions.recipe_finding import find_recipes
from engine.errors import MissingValue, NotTrusted, UsageError
from engine.model import Candidate, Execution, Source
from engine.recording import keep
from engine.sources.run import Ran
from engine.store import executions
from engine.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "w"
    root.mkdir()
    with open_workspace(root, clock=lambda: 1_700_100_000.0, user_state=tmp_path / "state") as opened:
        yield opened


class Calls:
    """A runner that runs nothing: what it was asked for, and the exit codes it gives."""

    def __init__(self, *codes: int) -> None:
        self.seen: list[tuple[list[str], str]] = []
        self._codes = list(codes)

    def __call__(self, argv: Sequence[str], cwd: Path) -> Ran:
        self.seen.append((list(argv), cwd.name))
        code = self._codes.pop(0) if self._codes else 0
        return Ran(code, 2.0, "boom\n" if code else "")


def recipe(
    workspace: Workspace, lines: Sequence[str], values: Sequence[str] = ("1.0.0", "1.1.0", "2.0.0")
) -> Candidate:
    """The candidate after the lines were done once with each value."""
    at, done = 1_700_000_000.0, []
    for value in values:
        for line in lines:
            at += 30
            done.append(Execution(at, line.format(value), exit_code=0, success=True, seconds=2.0, session="s"))
    keep(workspace.store, done)
    (candidate,) = find_recipes(workspace)
    return candidate


RELEASE = ("hatch version {0}", 'git commit -am "release {0}"', "git tag v{0}", "twine upload dist/*")


def test_an_approved_recipe_runs_with_its_values_and_is_remembered_as_a_use(workspace: Workspace) -> None:
    found = recipe(workspace, RELEASE)
    (workspace.root / "dist").mkdir()
    for name in ("b.whl", "a.tar.gz"):
        (workspace.root / "dist" / name).touch()
    review.approve(workspace, found.pattern_id)
    calls = Calls()
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    outcome = running_recipes.run(workspace, ready, calls)
    assert outcome.succeeded
    assert [argv for argv, _ in calls.seen] == [
        ["hatch", "version", "3.0.0"],
        ["git", "commit", "-am", "release 3.0.0"],
        ["git", "tag", "v3.0.0"],
        ["twine", "upload", "dist/a.tar.gz", "dist/b.whl"],
    ]
    (use,) = executions.of_pattern(workspace.store, found.pattern_id)
    assert (use.source, use.success, use.seconds, use.inputs) == (Source.PATUI, True, 8.0, {"version": "3.0.0"})
    assert find_recipes(workspace) == []  # what it did itself is nothing to learn from


def test_nothing_runs_before_it_is_approved_or_after_it_was_changed(workspace: Workspace) -> None:
    found = recipe(workspace, RELEASE)
    with pytest.raises(NotTrusted):
        running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    approved = review.approve(workspace, found.pattern_id)
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    path = workspace.root / approved.path
    path.write_text(path.read_text().replace("twine", "curl"))
    calls = Calls()
    with pytest.raises(NotTrusted):
        running_recipes.run(workspace, ready, calls)
    assert calls.seen == []


def test_a_step_that_fails_stops_the_rest_and_the_rest_can_be_run_alone(workspace: Workspace) -> None:
    found = recipe(workspace, RELEASE)
    review.approve(workspace, found.pattern_id)
    calls = Calls(0, 1)
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    outcome = running_recipes.run(workspace, ready, calls)
    assert len(calls.seen) == 2 and [step.argv[0] for step in outcome.left] == ["git", "twine"]
    (use,) = executions.of_pattern(workspace.store, found.pattern_id)
    assert use.success is False and use.exit_code == 1
    again = Calls()
    rest = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"}, from_step=3)
    assert running_recipes.run(workspace, rest, again).succeeded
    assert [argv[0] for argv, _ in again.seen] == ["git", "twine"]


def test_what_a_person_stops_did_not_fail(workspace: Workspace) -> None:
    found = recipe(workspace, RELEASE)
    review.approve(workspace, found.pattern_id)
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    running_recipes.run(workspace, ready, Calls(), before=lambda number, step: number < 1)
    assert [use.success for use in executions.of_pattern(workspace.store, found.pattern_id)] == [None]
    running_recipes.run(workspace, ready, Calls(), before=lambda number, step: False)
    assert len(executions.of_pattern(workspace.store, found.pattern_id)) == 1  # nothing was done: no use


def test_values_are_checked_and_missing_ones_named(workspace: Workspace) -> None:
    found = recipe(workspace, RELEASE)
    review.approve(workspace, found.pattern_id)
    with pytest.raises(MissingValue, match="version"):
        running_recipes.prepare(workspace, found.pattern_id, {})
    with pytest.raises(UsageError, match="option"):
        running_recipes.prepare(workspace, found.pattern_id, {"version": "--force"})
    with pytest.raises(UsageError, match="no parameter 'color'"):
        running_recipes.preview(workspace, found.pattern_id, {"color": "red"})
    with pytest.raises(UsageError, match="no step 9"):
        running_recipes.prepare(workspace, found.pattern_id, {"version": "1"}, from_step=9)
    shown = running_recipes.preview(workspace, found.pattern_id, {})
    assert shown.missing == ("version",) and shown.steps[0].line == "hatch version '{{ version }}'"


def test_what_needs_a_shell_is_shown_and_left_to_the_person(workspace: Workspace) -> None:
    lines = ("hatch version {0}", "cat notes-{0}.md > CHANGES.md", "git tag v{0}")
    found = recipe(workspace, lines)
    review.approve(workspace, found.pattern_id)
    shown = running_recipes.preview(workspace, found.pattern_id, {"version": "3.0.0"})
    assert [bool(step.by_hand) for step in shown.steps] == [False, True, False]
    calls = Calls()
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    outcome = running_recipes.run(workspace, ready, calls)
    assert [argv for argv, _ in calls.seen] == [["hatch", "version", "3.0.0"]] and len(outcome.left) == 2


@pytest.mark.parametrize(("place", "reached"), [("app", True), ("../w2", False), ("missing", False), ("link", False)])
def test_a_change_of_directory_stays_in_the_workspace(workspace: Workspace, place: str, reached: bool) -> None:
    (workspace.root / "app").mkdir()
    (workspace.root.parent / "w2").mkdir()
    (workspace.root / "link").symlink_to(workspace.root.parent / "w2")
    found = recipe(workspace, ("git tag v{0}", f"cd {place}", "make build-{0}"))
    review.approve(workspace, found.pattern_id)
    calls = Calls()
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": "3.0.0"})
    outcome = running_recipes.run(workspace, ready, calls)
    assert outcome.succeeded is reached
    assert calls.seen[1:] == ([(["make", "build-3.0.0"], "app")] if reached else [])


def test_a_value_is_one_word_whatever_stands_in_it(workspace: Workspace) -> None:
    found = recipe(workspace, ("git tag v{0}", "hatch version {0}"))
    review.approve(workspace, found.pattern_id)
    calls = Calls()
    nasty = "$(id) `id`; a > b {{ version }} *"
    ready = running_recipes.prepare(workspace, found.pattern_id, {"version": nasty})
    assert running_recipes.run(workspace, ready, calls).succeeded
    assert [argv for argv, _ in calls.seen] == [["git", "tag", f"v{nasty}"], ["hatch", "version", nasty]]
