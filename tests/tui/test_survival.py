"""The app over a real database and a real engine: a long feed, a killed engine, a vanished workspace, many sizes."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions import live
from engine.actions.engine_process import EngineHandle, ensure_engine
from engine.model import Event, EventType
from engine.store import feed
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.screens.live import LiveScreen

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
