"""The app on the real engine: a repository with a family, from the candidate to the written file and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.model import Event, EventType, Status, Suggestion, SuggestionKind
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.screens.apply import ApplyScreen
from tui.widgets.bars import Words
from tui.widgets.diff_view import DiffView
from tui.widgets.row_list import RowList
from tui.widgets.variable_form import VariableForm


@pytest.fixture
def workspace(repository: Path) -> Iterator[Workspace]:
    from engine.actions.analyze import analyze

    with open_workspace(repository) as opened:
        assert analyze(opened), "the repository's jobs are one family"
        yield opened


def notice(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#notice", Words).content.plain


async def test_from_the_candidate_to_the_file_and_back(workspace: Workspace) -> None:
    from engine.actions import review

    app = PatuiApp(workspace, screen="candidates")
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: bool(app.screen.query_one("#list", RowList).rows))
        await until(pilot, lambda: bool(app.screen.query_one(DiffView).difference.rows))
        (candidate,) = review.candidates(workspace)
        await pilot.press("a")
        await until(pilot, lambda: notice(pilot).startswith("approved"))
        assert [row.status for row in review.candidates(workspace, None)] == [Status.APPROVED]

        await pilot.press("3")
        await until(pilot, lambda: app.screen.name == "patterns")
        rows = app.screen.query_one("#list", RowList)
        await until(pilot, lambda: any(row.pattern.pattern_id == candidate.pattern_id for row in rows.rows))
        rows.go_to(candidate.pattern_id)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ApplyScreen) and bool(app.screen.query(VariableForm)))
        screen = app.screen
        assert isinstance(screen, ApplyScreen)
        form = screen.form
        assert form.path == "jobs/"
        await pilot.press(*"night_shift.py")
        await until(pilot, lambda: screen._shown == screen._asked and screen._preview is not None)
        await until(pilot, lambda: screen._preview is not None and not screen._preview.missing)
        assert not (workspace.root / "jobs/night_shift.py").exists()
        await pilot.press("enter")
        await until(pilot, lambda: (workspace.root / "jobs/night_shift.py").exists())
        text = (workspace.root / "jobs/night_shift.py").read_text()
        assert "class NightShiftJob(Job):" in text
        assert '@register("night_shift")' in text
        await until(pilot, lambda: app.screen.name == "patterns")
        await pilot.press("u")
        await until(pilot, lambda: not (workspace.root / "jobs/night_shift.py").exists())


async def test_another_process_is_heard(workspace: Workspace) -> None:
    from engine.actions import review
    from engine.store import feed, suggestions

    app = PatuiApp(workspace, screen="candidates")
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: len(app.screen.query_one("#list", RowList).rows) == 1)
        await until(pilot, lambda: app._listener is not None and app._listener.is_alive())
        with open_workspace(workspace.root) as other:
            (candidate,) = review.candidates(other)
            feed.tell(other.store, Event(EventType.FILE, other.clock(), "", path="jobs/night.py"))
            suggestions.put(
                other.store,
                Suggestion(
                    "fill:jobs/night.py",
                    SuggestionKind.FILL,
                    "9th job",
                    "",
                    "jobs/night.py",
                    candidate.pattern_id,
                    other.clock(),
                ),
            )
            review.reject(other, str(candidate.id))
        await until(pilot, lambda: len(app.screen.query_one("#list", RowList).rows) == 0)
        await until(pilot, lambda: app.session.toasts.first is not None)
        await pilot.press("1")
        await until(pilot, lambda: app.screen.name == "live")
        await until(pilot, lambda: any(e.path == "jobs/night.py" for e in app.screen.query_one("#feed", RowList).rows))


async def test_a_preview_of_a_draft_leads_to_its_verdict_and_writes_nothing(workspace: Workspace) -> None:
    from engine.actions import review
    from engine.store import suggestions

    (candidate,) = review.candidates(workspace)
    app = PatuiApp(workspace)
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: app._listener is not None and app._listener.is_alive())
        offered = Suggestion(
            "fill:jobs/night.py",
            SuggestionKind.FILL,
            "9th job",
            "",
            "jobs/night.py",
            candidate.pattern_id,
            workspace.clock(),
        )
        suggestions.put(workspace.store, offered)
        await until(pilot, lambda: app.session.toasts.first is not None)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, ApplyScreen) and app.screen._preview is not None)
        screen = app.screen
        assert isinstance(screen, ApplyScreen)
        await until(pilot, lambda: screen._shown == screen._asked)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.name == "candidates")
        assert not (workspace.root / "jobs/night.py").exists()
