"""What is offered before the work: at the plan's question, in an editor, for a refactoring, for a repetition."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from engine.actions.analyze import analyze
from engine.actions.live_matching import Matcher
from engine.actions.review import approve
from engine.detectors import pattern_suggester
from engine.model import Candidate, ChangeKind, FileChange, Kind, Source, Status, SuggestionKind
from engine.recording import execution_of, keep
from engine.store import candidates, suggestions
from engine.workspace import Workspace, open_workspace
from tui.cli.group import run

NOW = 1_795_370_000.0


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def known(repository: Path) -> Iterator[tuple[Workspace, Candidate]]:
    with open_workspace(repository, clock=lambda: NOW) as workspace:
        (row,) = analyze(workspace)
        yield workspace, row


@pytest.fixture
def ask(
    known: tuple[Workspace, Candidate], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """`create` at a terminal, with these answers to what it asks."""

    def create(path: str, *answers: Any) -> tuple[int, str]:
        given = iter(answers)
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr(click, "prompt", lambda *_, **__: next(given))
        monkeypatch.setattr(click, "confirm", lambda *_, **__: next(given))
        code = run(["-C", str(known[0].root), "create", path])
        return code, capfd.readouterr().err

    return create


@pytest.mark.parametrize(
    ("answers", "code", "status", "text"),
    [
        (("n",), 1, "dismissed", None),
        (("y",), 0, "dismissed", ""),
        (("p", False), 1, "accepted", None),
        (("p", True), 0, "accepted", "class"),
    ],
)
def test_the_plans_question_at_a_terminal(
    known: tuple[Workspace, Candidate],
    ask: Callable[..., tuple[int, str]],
    answers: tuple[Any, ...],
    code: int,
    status: str,
    text: str | None,
) -> None:
    workspace, row = known
    made = workspace.root / "jobs" / "brand_new.py"
    found, said = ask("jobs/brand_new.py", *answers)
    assert found == code, said
    assert f"Use pattern: {row.pattern_id}" in said
    assert [one.status for one in suggestions.recent(workspace.store)] == [status]
    assert made.exists() == (text is not None)
    if text is not None:
        assert text in made.read_text()


@pytest.mark.parametrize("kind", [ChangeKind.OPENED, ChangeKind.CREATED])
def test_a_file_that_an_editor_opens_or_that_is_empty_is_offered_to_be_filled(
    known: tuple[Workspace, Candidate], kind: ChangeKind
) -> None:
    workspace, row = known
    matcher = Matcher(workspace)
    matcher.load()
    if kind is ChangeKind.CREATED:
        (workspace.root / "jobs" / "brand_new.py").write_text("")
    matcher.take(FileChange("jobs/brand_new.py", kind, NOW))
    (one,) = suggestions.open_ones(workspace.store)
    assert (one.kind, one.path, one.pattern) == (SuggestionKind.FILL, "jobs/brand_new.py", row.pattern_id)
    matcher.take(FileChange("docs/notes.md", ChangeKind.OPENED, NOW))
    assert len(suggestions.open_ones(workspace.store)) == 1
    (workspace.root / "jobs" / "brand_new.py").write_text("import this\n")
    matcher.take(FileChange("jobs/brand_new.py", ChangeKind.CREATED, NOW))
    assert suggestions.open_ones(workspace.store) == []


def log(workspace: Workspace, number: int) -> None:
    record = {
        "timestamp": NOW - 900 + number * 60,
        "operation_kind": "rename_symbol",
        "file_types": [".py"],
        "tools_used": ["sed", "pytest"],
        "success": True,
        "inputs": {"old": f"a{number}", "new": f"b{number}"},
        "argv": ["sed", "-i", f"s/a{number}/b{number}/", "x.py"],
    }
    execution = execution_of(record, source=Source.LOG, root=workspace.root, now=NOW)
    assert not isinstance(execution, str)
    keep(workspace.store, [execution])


def test_a_refactoring_and_a_repetition_that_a_recipe_covers_are_suggested(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(4):
            log(workspace, number)
        found = [one for one in analyze(workspace) if one.kind in (Kind.EXECUTION, Kind.REFACTOR)]
        assert found
        row = found[0]
        suggester = workspace.pattern_suggester()
        context = {"operation_kind": "rename_symbol", "files": ["x.py"], "tools_used": ["sed", "pytest"]}
        (covering, *_) = suggester.covering("refactor", context)
        assert covering.pattern_id == row.pattern_id and covering.suggestion.kind is SuggestionKind.RECIPE
        poem = suggester.covering("refactor", {"operation_kind": "write_poem", "files": ["x.md"]})
        assert poem == suggester.covering("execute", {})
        (repeated, *_) = suggester.covering("execute", {})
        assert repeated.pattern_id == row.pattern_id and "4 times" in repeated.because
    later = NOW + pattern_suggester.HOUR
    with open_workspace(tmp_path, clock=lambda: later) as workspace:
        assert workspace.pattern_suggester().covering("execute", {}) == []


def test_what_was_rejected_is_suggested_no_more(known: tuple[Workspace, Candidate]) -> None:
    workspace, row = known
    approve(workspace, row.pattern_id)
    assert workspace.pattern_suggester().on_user_action("create_file", {"path": "jobs/one.py"}) is not None
    (path,) = [path for path, _ in workspace.shelf.approved().patterns]
    path.unlink()
    standing = candidates.get(workspace.store, row.id)
    assert standing is not None
    candidates.put(workspace.store, replace(standing, status=Status.REJECTED))
    candidates.decide(workspace.store, row.id, Status.REJECTED, why="", at=NOW, path="")
    assert workspace.pattern_suggester().on_user_action("create_file", {"path": "jobs/two.py"}) is None
