"""What a key press costs, counted and not timed: widgets painted, layouts, searches of the tree, engine calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from textual.css.query import DOMQuery
from textual.screen import Screen
from textual.widget import Widget

from engine.model import Event, EventType
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import NOW, FakeEngine
from tui.screens import frame
from tui.screens.candidates import CandidatesScreen
from tui.widgets.row_list import RowList


@pytest.fixture
def work(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts from now on what is done."""
    from engine.actions import review  # the one that the frozen world stands in for

    done: Counter[str] = Counter()

    def count(owner: object, name: str, what: str) -> None:
        original = getattr(owner, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            done[what] += 1
            if what == "refresh" and len(arguments) == 1:
                done[f"whole {arguments[0].id or type(arguments[0]).__name__}"] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, counted)

    count(Widget, "refresh", "refresh")
    count(Screen, "_refresh_layout", "layout")
    count(DOMQuery, "__init__", "search")
    count(frame, "hints", "keys asked")
    count(review, "show", "engine")
    count(review, "compare", "engine")
    return done


def whole(work: Counter[str]) -> set[str]:
    """What was painted as a whole, not only a line or two of it."""
    return {name.removeprefix("whole ") for name in work if name.startswith("whole ")}


async def test_a_key_in_live_paints_two_lines(opened: Opened, engine: FakeEngine, work: Counter[str]) -> None:
    engine.events = [Event(EventType.FILE, NOW - n, "", path=f"src/{n}.py", id=100 - n) for n in range(90)]
    async with opened("live") as pilot:
        feed = pilot.app.screen.query_one("#feed", RowList)
        await until(pilot, lambda: feed.count == 90 and feed.has_focus)
        await pilot.pause()
        work.clear()
        await pilot.press("j")
        await pilot.pause()
        assert feed.cursor == 1
        assert work["layout"] == work["search"] == work["keys asked"] == 0
        assert whole(work) == set()
        assert work["refresh"] <= 3


async def test_a_key_held_down_in_candidates_paints_the_list(
    opened: Opened, engine: FakeEngine, work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = engine.candidates[0]
    engine.candidates = [replace(first, id=n, name=f"family-{n}") for n in range(1, 31)]
    monkeypatch.setattr("tui.screens.candidates._REST", 3600.0)
    async with opened("candidates") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CandidatesScreen)
        await until(pilot, lambda: len(screen.rows.rows) == 30 and screen._compared is not None)
        await pilot.pause()
        work.clear()
        for _ in range(8):
            pilot.app.simulate_key("j")
        await until(pilot, lambda: screen.rows.cursor == 8)
        assert work["engine"] == work["layout"] == work["keys asked"] == 0
        assert whole(work) <= {"header"}, "how many are new"
        assert work["search"] == 0
        screen._show_candidate()  # what happens when the cursor has rested
        await until(pilot, lambda: screen._compared is not None and screen._compared.candidate == 9)
        assert work["engine"] == 2, "only the row on which the cursor rests is read"
