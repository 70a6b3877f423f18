"""The app over a real database and a real engine: a long feed, a killed engine, a vanished workspace, many sizes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from engine.actions import live
from engine.actions.engine_process import EngineHandle, ensure_engine
from engine.model import Event, EventType, Suggestion, SuggestionKind
from engine.store import feed, suggestions
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.screens.listening import BUSY
from tui.screens.live import LiveScreen
from tui.widgets.bars import BarLine, Words

NOW = 1_763_769_600.0


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "work").mkdir()
    with open_workspace(tmp_path / "work", clock=lambda: NOW) as opened:
        yield opened


def _told(workspace: Workspace, count: int) -> None:
    feed.tell_all(workspace.store, [Event(EventType.FILE, NOW, "", path=f"src/{number}.py") for number in range(count)])


def _live(app: PatuiApp) -> LiveScreen:
    assert isinstance(app.screen, LiveScreen)
    return app.screen


async def test_a_long_feed_is_read_page_by_page(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    _told(workspace, 5_000)
    read: list[int] = []
    recent = live.recent_events

    def counted(*arguments: object) -> list[Event]:
        events = recent(*arguments)  # type: ignore[arg-type]
        read.append(len(events))
        return events

    monkeypatch.setattr(live, "recent_events", counted)
    app = PatuiApp(workspace, screen="live")
    async with app.run_test() as pilot:
        rows = _live(app).feed
        await until(pilot, lambda: rows.count == 200)
        assert set(read) == {200}
        await pilot.press("end")
        await until(pilot, lambda: rows.count == 400)
        assert rows.current is not None and rows.current.path == "src/4800.py"  # the cursor stayed on its line
        await pilot.press("home")
        _told(workspace, 1)
        await until(pilot, lambda: rows.count == 200 and rows.rows[0].path == "src/0.py")
        for number in range(3):  # who stands at the top sees each new line, not only the first
            feed.tell(workspace.store, Event(EventType.FILE, NOW, "", path=f"new/{number}.py"))
            await until(pilot, lambda path=f"new/{number}.py": rows.rows[0].path == path)  # type: ignore[misc]
            assert rows.cursor == 0
    assert set(read) == {200}


async def test_an_engine_that_is_killed_is_started_again(workspace: Workspace) -> None:
    engines: list[EngineHandle] = []
    app = PatuiApp(workspace, screen="live", after_paint=lambda: engines.append(ensure_engine(workspace)))
    try:
        async with app.run_test() as pilot:
            await until(pilot, lambda: app.session.state.running, 30)
            first = engines[0].process
            assert first is not None
            os.kill(first.pid, signal.SIGKILL)
            await until(pilot, lambda: len(engines) == 2, 30)
            await until(pilot, lambda: live.engine_runs(workspace), 30)
            second = engines[1].process
            assert second is not None and second.pid != first.pid
    finally:
        for handle in engines:
            handle.stop()


async def test_a_workspace_that_vanishes_is_said_and_comes_back(workspace: Workspace) -> None:
    _told(workspace, 3)
    app = PatuiApp(workspace, screen="live")
    away = workspace.root.with_name("away")
    async with app.run_test() as pilot:
        await until(pilot, lambda: _live(app).feed.count == 3)
        workspace.root.rename(away)
        await until(pilot, lambda: bool(app.session.trouble))
        await pilot.press("2", "3", "1")
        away.rename(workspace.root)
        await until(pilot, lambda: not app.session.trouble)
        _told(workspace, 1)
        await until(pilot, lambda: _live(app).feed.count == 4)


async def test_a_deleted_database_is_made_anew_under_the_app(workspace: Workspace) -> None:
    _told(workspace, 3)
    app = PatuiApp(workspace, screen="live")
    async with app.run_test() as pilot:
        await until(pilot, lambda: _live(app).feed.count == 3)
        shutil.rmtree(workspace.home)
        await until(pilot, lambda: _live(app).feed.count == 0)
        _told(workspace, 2)
        await until(pilot, lambda: _live(app).feed.count == 2)


async def test_a_storm_of_sizes_ends_with_the_last(workspace: Workspace) -> None:
    _told(workspace, 300)
    app = PatuiApp(workspace, screen="live")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: _live(app).feed.count == 200)
        for width in range(5, 200, 7):
            await pilot.resize_terminal(width, 3 + width % 40)
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: app.screen.size == (100, 30))
        await pilot.press("j")
        await until(pilot, lambda: _live(app).feed.cursor == 1)


async def test_a_database_that_another_program_holds_stops_nothing_but_writes(workspace: Workspace) -> None:
    _told(workspace, 30)
    offer = Suggestion("fill:a.py", SuggestionKind.FILL, "fill a.py", "", "a.py", "PAT-A-001", NOW)
    suggestions.put(workspace.store, offer)
    app = PatuiApp(workspace, screen="live")
    with open_workspace(workspace.root, clock=lambda: NOW) as other:
        async with app.run_test() as pilot:
            live_screen = _live(app)
            await until(pilot, lambda: live_screen.feed.count == 30 and bool(app.session.suggestions))
            with other.store.write():
                await pilot.press("x")
                await until(pilot, lambda: app.session.trouble == BUSY)
                assert "the database is busy" in str(live_screen.query_one("#header", BarLine).render())
                for row in range(1, 4):
                    await pilot.press("j")
                    await until(pilot, lambda row=row: live_screen.feed.cursor == row)  # type: ignore[misc]
                assert live.waiting(workspace) == 1
                await pilot.press("q")
                await until(pilot, lambda: "Quit again" in live_screen.query_one("#notice", Words).content.plain)
                assert [one.status for one in live.recent_suggestions(other)] == ["open"]
            await until(pilot, lambda: not app.session.trouble)
            assert app.is_running
            await until(pilot, lambda: [one.status for one in live.recent_suggestions(other)] == ["dismissed"])
            assert "free again" in live_screen.query_one("#notice", Words).content.plain


async def test_who_quits_twice_does_not_wait_for_another_program(workspace: Workspace) -> None:
    workspace.store.patience = 3_600.0
    offer = Suggestion("fill:a.py", SuggestionKind.FILL, "fill a.py", "", "a.py", "PAT-A-001", NOW)
    suggestions.put(workspace.store, offer)
    app = PatuiApp(workspace, screen="live")
    with open_workspace(workspace.root, clock=lambda: NOW) as other, other.store.write():
        async with app.run_test() as pilot:
            await until(pilot, lambda: bool(app.session.suggestions))
            await pilot.press("x")
            await until(pilot, lambda: live.waiting(workspace) == 1)
            await pilot.press("q")
            await until(pilot, lambda: app._asked_to_quit)
            await pilot.press("q")
            await until(pilot, lambda: not app.is_running or app._exit)
        while live.waiting(workspace):
            await asyncio.sleep(0.01)
        assert [one.status for one in live.recent_suggestions(other)] == ["open"]


async def test_who_comes_back_to_the_terminal_is_where_they_were(workspace: Workspace) -> None:
    _told(workspace, 30)
    offer = Suggestion("fill:a.py", SuggestionKind.FILL, "fill a.py", "", "a.py", "PAT-A-001", NOW)
    suggestions.put(workspace.store, offer)
    app = PatuiApp(workspace, screen="live")
    async with app.run_test() as pilot:
        screen = _live(app)
        await until(pilot, lambda: screen.feed.count == 30 and screen.offers.count == 1)
        screen.offers.focus()
        await until(pilot, lambda: screen.offers.has_focus)
        app.post_message(events.AppBlur())
        await until(pilot, lambda: screen.focused is None and app._ear is not None and app._ear.calm)
        _told(workspace, 2)
        await until(pilot, lambda: screen.feed.count == 32)
        assert screen.focused is None, "nothing takes the keys while another window has the keyboard"
        app.post_message(events.AppFocus())
        await until(pilot, lambda: screen.offers.has_focus and app._ear is not None and not app._ear.calm)
