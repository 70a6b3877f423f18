"""What is kept from one start to the next, and what the prefix key, the inbox and the theme list do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events
from textual.color import Color

from engine.model import Status
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import NOW, FakeEngine, offer
from tests.tui.test_flows import app_of, compared, current, notice, press, rows
from tui.app import PatuiApp
from tui.screens import memory
from tui.screens.apply import ApplyScreen
from tui.screens.candidates import CandidatesScreen
from tui.screens.choosing import InboxScreen, MenuScreen, ThemeScreen
from tui.widgets.diff_view import DiffView
from tui.widgets.filter_line import FilterLine


def test_a_memory_comes_back_as_it_was(tmp_path: Path) -> None:
    path = memory.path_for(tmp_path / "app", Path("/w"))
    kept = memory.load(path)
    kept.of_all["screen"], kept.screens["live"] = "live", {"pane": 3}
    kept.save()
    assert memory.load(path) == kept
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o077 == 0
    assert memory.path_for(tmp_path, Path("/v")) != memory.path_for(tmp_path, Path("/w"))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 0, "all": {"screen": "live"}}', '{"version": 1, "all": 3, "screens": [1]}']
)
def test_what_cannot_be_read_is_forgotten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text)
    assert memory.load(path) == memory.Memory(path)


def test_a_disk_that_refuses_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "app").write_text("a file in the way")
    memory.load(memory.path_for(tmp_path / "app", Path("/w"))).save()
    assert (tmp_path / "app").read_text() == "a file in the way"


async def test_the_app_opens_where_it_was_left(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "j", "j", "v", "w", "greater_than_sign", "slash", *"mi", "enter")
        await until(pilot, lambda: rows(pilot).has_focus and len(rows(pilot).rows) == 2)
        left = current(pilot).name
        app_of(pilot).keep()
    engine.changed.clear()
    async with opened("") as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, CandidatesScreen)
        await until(pilot, lambda: len(rows(pilot).rows) == 2)
        assert screen.query_text == "mi"
        assert screen.query_one(FilterLine).display
        await until(pilot, lambda: current(pilot).name == left)
        view = screen.query_one(DiffView)
        await until(pilot, lambda: view.wrap and not view.split)
        assert screen.query_one("#list-panel").size.width == 42
        assert app_of(pilot).session.state.new == 2, "what was looked at is not new again"


async def test_keys_typed_fast_land_in_the_filter_and_then_on_the_list(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)

        def type_at_once(*keys: tuple[str, str | None]) -> None:
            for key, character in keys:
                pilot.app.post_message(events.Key(key, character))

        type_at_once(("slash", "/"), ("r", "r"), ("e", "e"), ("enter", None), ("d", "d"))
        await until(pilot, lambda: bool(engine.decided))
        screen = pilot.app.screen
        assert isinstance(screen, CandidatesScreen)
        assert screen.query_text == "re"
        assert engine.decided == [(2, Status.DEFERRED)], "r and e were letters, d was a key, for what the filter found"
        await press(pilot, "slash", "slash")
        assert screen.query_text == "/", "a new filter takes the place of the old one"


async def test_an_empty_filter_goes_away(opened: Opened) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "slash", "enter")
        await until(pilot, lambda: not pilot.app.screen.query_one(FilterLine).display)
        assert rows(pilot).has_focus


async def test_a_theme_is_worn_while_the_cursor_is_on_it_and_kept_when_taken(
    opened: Opened, engine: FakeEngine
) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "T")
        await until(pilot, lambda: isinstance(pilot.app.screen, ThemeScreen))
        await until(pilot, lambda: bool(rows(pilot, "#choices").rows))
        await press(pilot, "down")
        assert pilot.app.theme == "patui-light"
        await press(pilot, "escape")
        assert pilot.app.theme == "patui-dark"
        await press(pilot, "T")
        await until(pilot, lambda: bool(pilot.app.screen.query("#choices")) and bool(rows(pilot, "#choices").rows))
        await press(pilot, "home", "down", "enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ThemeScreen))
        assert pilot.app.theme == "patui-contrast"
    async with opened() as pilot:
        assert pilot.app.theme == "patui-contrast"


async def test_without_colour_nothing_is_coloured(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = PatuiApp(engine.workspace(Path.home() / "src/shop"), screen="candidates")
    async with app.run_test(size=(100, 30)) as pilot:
        await compared(pilot)
        assert app.theme == "patui-ansi"
        row = rows(pilot).render_line(0)
        assert row.text.startswith("▌"), "the cursor has a sign of its own"
        filtered = list(row.apply_filter(app._filters[-1], Color.parse("black")))
        assert all(
            segment.style is None or segment.style.color is None or segment.style.color.is_default
            for segment in filtered
        )


async def test_the_inbox_has_all_offers(opened: Opened, engine: FakeEngine) -> None:
    engine.suggestions.append(offer(1))
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "i")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
        await until(pilot, lambda: len(rows(pilot, "#choices").rows) == 2)
        assert "✗ put away" in rows(pilot, "#choices").render_line(1).text
        await press(pilot, "down", "enter", "x", "up", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ApplyScreen))
        assert engine.settled == []


async def test_an_offer_is_put_away_in_the_inbox(opened: Opened, engine: FakeEngine) -> None:
    engine.suggestions.append(offer(1, time=NOW))
    async with opened("live") as pilot:
        await press(pilot, "i")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))
        await until(pilot, lambda: len(rows(pilot, "#choices").rows) == 2)
        await press(pilot, "x")
        await until(pilot, lambda: engine.settled == [(1, "dismissed")])


async def test_the_prefix_key_shows_the_other_keys_and_the_next_one_is_done(opened: Opened) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "comma")
        await until(pilot, lambda: isinstance(pilot.app.screen, MenuScreen))
        await until(pilot, lambda: bool(rows(pilot, "#choices").rows))
        shown = [what for _, _, what in rows(pilot, "#choices").rows]
        assert any(what.startswith("Wrap") for what in shown)
        assert not any(what.startswith("Approve") for what in shown), "that one is in the footer"
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CandidatesScreen))
        await press(pilot, "comma", "w")
        await until(pilot, lambda: isinstance(pilot.app.screen, CandidatesScreen))
        await until(pilot, lambda: pilot.app.screen.query_one(DiffView).wrap)


@pytest.mark.parametrize("size", [(120, 34), (60, 40)])
async def test_panes_take_another_size(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(size=size) as pilot:
        await compared(pilot)
        panel = pilot.app.screen.query_one("#list-panel")
        side = "width" if size[0] == 120 else "height"
        await press(pilot, "greater_than_sign")
        await pilot.pause()
        before = getattr(panel.size, side)
        await press(pilot, "greater_than_sign", "greater_than_sign")
        await until(pilot, lambda: getattr(panel.size, side) > before)
        wide = "wide" if size[0] == 120 else "narrow"
        assert app_of(pilot).session.panes == {f"candidates/{wide}/list-panel": getattr(panel.outer_size, side)}


async def test_the_diff_is_copied_wrapped_and_unfolded(
    opened: Opened, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    text = "\n".join(f"line {n} " + "x" * (n % 3 * 60) for n in range(90)) + "\n"
    engine.comparison = (text, text.replace("line 40 ", "line forty "))
    async with opened(size=(84, 34)) as pilot:
        await compared(pilot)
        view = pilot.app.screen.query_one(DiffView)
        plain = view.count
        await press(pilot, "w")
        assert view.count > plain
        assert view.where == "hunk 1/1"
        assert view.at_line == 41
        heights = [view.render_line(y).cell_length for y in range(min(view.count, 20))]
        assert set(heights) == {view.line_width}
        await press(pilot, "o", "o")
        assert not any(type(entry).__name__ == "Fold" for entry in view._entries)
        await press(pilot, "o")
        await until(pilot, lambda: notice(pilot) == "no fold is closed here")
        await press(pilot, "y")
        await until(pilot, lambda: "also in" in notice(pilot))
        assert Path(notice(pilot).split(" in ")[-1]).read_text() == text
        assert pilot.app.clipboard == text


def test_the_memory_is_plain_json(tmp_path: Path) -> None:
    kept = memory.Memory(tmp_path / "a" / "m.json", {"theme": "x"}, {})
    kept.save()
    assert kept.path is not None
    assert json.loads(kept.path.read_text()) == {"version": 1, "all": {"theme": "x"}, "screens": {}}
