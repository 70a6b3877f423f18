"""The app on a frozen world, and the moves that tests of it share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.fake_engine import FakeEngine
from tui.app import PatuiApp

Settled = Callable[[Callable[[], bool]], Awaitable[None]]
Opened = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEngine:
    """A fake façade in the place of the real one."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    fake = FakeEngine(tmp_path / "state")
    fake.stand_in(monkeypatch)
    return fake


async def until(pilot: Pilot[None], true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Lets the app run until something holds; a test that waits in vain fails."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        await pilot.pause()
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("this never came true")


@pytest.fixture
def opened(engine: FakeEngine) -> Opened:
    """Opens the app on the frozen world: `async with opened(screen="candidates", size=(120, 34)) as pilot`."""

    @asynccontextmanager
    async def open_app(
        screen: str = "candidates", size: tuple[int, int] = (120, 34), theme: str = ""
    ) -> AsyncIterator[Pilot[None]]:
        app = PatuiApp(engine.workspace(Path.home() / "src/shop"), screen=screen)
        app.session.zone = UTC
        if theme:
            app.theme = theme
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.session.state.files == 2310 and app.session.patterns == 1)
            yield pilot

    return open_app
