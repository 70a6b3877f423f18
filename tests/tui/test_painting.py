"""What reaches the screen is what Textual's own compositor would paint, piece by piece: only less is made for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from rich.style import Style
from textual._compositor import ChopsUpdate, Compositor
from textual._styles_cache import StylesCache
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from engine.model import Event, EventType
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import NOW, FakeEngine, offer
from tui.widgets.diff_view import DiffView
from tui.widgets.line_view import LineView
from tui.widgets.painting import Painter
from tui.widgets.row_list import RowList
from tui.widgets.thumb import Thumb

Cell = tuple[str, Style | None]


def cells(strips: Iterable[Strip]) -> list[Cell]:
    return [(letter, segment.style) for strip in strips for segment in strip for letter in segment.text]


class Checked:
    """Every frame of every screen, compared with what Textual makes of the same widgets."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.frames = self.pieces = 0
        partial = Painter.render_partial_update

        def checked(painter: Painter) -> ChopsUpdate | None:
            update = partial(painter)
            if update is not None:
                self.compare(painter, update)
            return update

        patch.setattr(Painter, "render_partial_update", checked)

    def theirs(self, painter: Painter) -> list[dict[int, Strip]]:
        """All pieces, made from nothing; what our frames rely on stays as it was."""
        with pytest.MonkeyPatch.context() as patch:
            for ours in (LineView, Thumb):
                patch.setattr(ours, "render_lines", Widget.render_lines)
            for widget in painter.visible_widgets:
                patch.setattr(widget, "_styles_cache", StylesCache())
                patch.setattr(widget, "_render_cache", widget._render_cache)
                patch.setattr(widget, "_dirty_regions", {widget.size.region})
            return [dict(line) for line in Compositor._render_chops(painter, painter.size.region, lambda _: True)]

    def compare(self, painter: Painter, update: ChopsUpdate) -> None:
        expected = self.theirs(painter)
        self.frames += 1
        for y, start, end in update.spans:
            for first, behind in zip(painter.cuts[y], painter.cuts[y][1:], strict=False):
                if first < end and behind > start:
                    piece = update.chops[y][first]
                    assert piece is not None, (y, first)
                    assert cells([piece]) == cells([expected[y][first]]), (y, first)
                    self.pieces += 1


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Iterator[Checked]:
    checked = Checked(monkeypatch)
    yield checked
    assert checked.frames > 5
    assert checked.pieces > checked.frames


async def settle(pilot: Pilot[None], frames: Checked | None = None) -> None:
    for _ in range(3):
        await pilot.pause()
    painter = pilot.app.screen._compositor
    if frames is not None and isinstance(painter, Painter):
        whole = [cells([strip]) for strip in painter.render_strips()]
        assert whole == [cells(line.values()) for line in frames.theirs(painter)]


@pytest.mark.parametrize(("size", "theme"), [((120, 34), "nord"), ((60, 24), "patui-ansi")])
async def test_every_frame_is_textuals(
    opened: Opened, engine: FakeEngine, frames: Checked, size: tuple[int, int], theme: str
) -> None:
    engine.events = [Event(EventType.FILE, NOW - n, "", path=f"src/{n}.py", id=400 - n) for n in range(150)]
    first = engine.candidates[0]
    engine.candidates = [*engine.candidates, *(replace(first, id=n, name=f"family-{n}") for n in range(60, 160))]
    async with opened("live", size=size, theme=theme) as pilot:
        feed = pilot.app.screen.query_one("#feed", RowList)
        await until(pilot, lambda: feed.count == 150 and feed.has_focus)
        for key in (*"jk", "pagedown", "end", "tab", "greater_than_sign"):
            await pilot.press(key)
            await settle(pilot, frames)
        engine.suggestions.append(offer(1))
        engine.changed.add("suggestions")
        await until(pilot, lambda: bool(pilot.app.screen.query(".toast.-on")))
        await pilot.press("2")
        await until(pilot, lambda: pilot.app.screen.name == "candidates")
        rows = pilot.app.screen.query_one("#list", RowList)
        await until(pilot, lambda: len(rows.rows) > 100 and bool(pilot.app.screen.query_one(DiffView).count))
        for key in (
            "j",
            "pagedown",
            "space",
            "v",
            "z",
            "n",
            "w",
            "f",
            "f",
            "enter",
            "enter",
            "slash",
            "f",
        ):
            await pilot.press(key)
            await settle(pilot, frames)
        await pilot.press("escape", "3")
        await settle(pilot, frames)
        for key in "456":
            await pilot.press(key)
            await settle(pilot, frames)
            await pilot.press("j", "k")
            await settle(pilot, frames)


async def test_every_frame_is_textuals_after_each_size(opened: Opened, engine: FakeEngine, frames: Checked) -> None:
    engine.events = [Event(EventType.FILE, NOW - n, "", path=f"src/{n}.py", id=400 - n) for n in range(150)]
    async with opened("live") as pilot:
        feed = pilot.app.screen.query_one("#feed", RowList)
        await until(pilot, lambda: feed.count == 150 and feed.has_focus)
        for size in ((40, 12), (4, 3), (99, 30)):
            await pilot.resize_terminal(*size)
            await settle(pilot, frames)
            await pilot.press("j", "pagedown")
            await settle(pilot, frames)


async def test_a_key_asks_only_what_lies_in_front(
    opened: Opened, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.events = [Event(EventType.FILE, NOW - n, "", path=f"src/{n}.py", id=9_000 - n) for n in range(5_000)]
    async with opened("live") as pilot:
        feed = pilot.app.screen.query_one("#feed", RowList)
        await until(pilot, lambda: feed.count == 5_000 and feed.has_focus)
        await pilot.press("pagedown", "j")
        await settle(pilot)
        asked: Counter[str] = Counter()
        for kind in (Widget, LineView, Thumb):
            original = kind.render_lines

            def counted(self: Widget, crop: object, original: object = original) -> list[Strip]:
                asked[self.id or type(self).__name__] += 1
                return original(self, crop)  # type: ignore[operator, no-any-return]

            monkeypatch.setattr(kind, "render_lines", counted)
        made: Counter[int] = Counter()
        line = RowList.line
        monkeypatch.setattr(
            RowList, "line", lambda rows, index, width: made.update([index]) or line(rows, index, width)
        )
        await pilot.press("j")
        await settle(pilot)
        assert set(asked) <= {"feed", "Thumb"}, "neither what lies behind nor what stands beside"
        assert sum(made.values()) <= 3, "the row that was left, the one that is reached, and one that comes into view"
