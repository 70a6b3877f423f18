"""What a person does, key by key, on a frozen world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from engine.errors import BrokenInput
from engine.model import Event, EventType, Status, SuggestionKind
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import NOW, FakeEngine, offer
from tui.app import PatuiApp
from tui.screens.apply import ApplyScreen
from tui.screens.candidates import CandidatesScreen
from tui.screens.live import LiveScreen
from tui.screens.missing import MissingScreen
from tui.widgets.bars import BarLine, Words
from tui.widgets.diff_view import DiffView
from tui.widgets.row_list import RowList
from tui.widgets.variable_form import PATH, VariableForm


def app_of(pilot: Pilot[None]) -> PatuiApp:
    assert isinstance(pilot.app, PatuiApp)
    return pilot.app


def rows(pilot: Pilot[None], id: str = "#list") -> RowList[Any]:
    return pilot.app.screen.query_one(id, RowList)


def current(pilot: Pilot[None], id: str = "#list") -> Any:
    """The row under the cursor."""
    assert rows(pilot, id).current is not None
    return rows(pilot, id).current


def notice(pilot: Pilot[None]) -> str:
    return app_of(pilot).screen.query_one("#notice", Words).content.plain


def footer(pilot: Pilot[None]) -> str:
    rendered = pilot.app.screen.query_one("#keys", BarLine).render()
    assert isinstance(rendered, Content)
    return rendered.plain


def shown_toasts(pilot: Pilot[None]) -> list[str]:
    return [words.content.plain for words in pilot.app.screen.query(".toast").results(Words) if words.has_class("-on")]


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def compared(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: bool(pilot.app.screen.query_one(DiffView).difference.rows))


# ── review ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_candidate_is_approved_by_one_key_and_taken_back_by_another(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "a")
        await until(pilot, lambda: engine.decided == [(1, Status.APPROVED)])
        await until(pilot, lambda: notice(pilot) == "approved locale-provider · u undo")
        assert current(pilot).name == "release", "the next one is selected"
        await press(pilot, "u")
        await until(pilot, lambda: notice(pilot) == "locale-provider waits again")
        await until(pilot, lambda: len(rows(pilot).rows) == 5)
        assert engine.decided == []


@pytest.mark.parametrize(("key", "status"), [("r", Status.REJECTED), ("d", Status.DEFERRED)])
async def test_the_other_verdicts(opened: Opened, engine: FakeEngine, key: str, status: Status) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "j", key)
        await until(pilot, lambda: engine.decided == [(2, status)])
        await until(pilot, lambda: len(rows(pilot).rows) == 4)
        assert current(pilot).name == "shop-migration"


async def test_what_was_looked_at_is_no_longer_new(opened: Opened) -> None:
    async with opened() as pilot:
        await until(pilot, lambda: app_of(pilot).session.state.new == 4)
        await press(pilot, "j", "j")
        assert app_of(pilot).session.state.new == 2


async def test_examples_hunks_folds_and_views(opened: Opened, engine: FakeEngine) -> None:
    text = "\n".join(f"line {n}" for n in range(80))
    engine.comparison = (text, text.replace("line 10\n", "line ten\n").replace("line 70\n", "line 7O\n"))
    async with opened() as pilot:
        await compared(pilot)
        screen, view = pilot.app.screen, pilot.app.screen.query_one(DiffView)
        assert isinstance(screen, CandidatesScreen)
        assert view.split
        assert view.where == "hunk 1/2"
        folded = view.count
        await press(pilot, "n")
        assert view.where == "hunk 2/2"
        await press(pilot, "N", "z")
        assert view.count == 80 > folded
        await press(pilot, "v")
        assert not view.split
        assert view.count == 82, "unified: two lines for each that differs"
        await press(pilot, "v", "f")
        assert screen.has_class("-full")
        await press(pilot, "f", "left_square_bracket")
        await until(pilot, lambda: "3/4" in str(screen._example_line(80).content))


async def test_below_a_hundred_columns_it_is_unified_and_the_choice_is_kept(opened: Opened) -> None:
    async with opened(size=(84, 32)) as pilot:
        await compared(pilot)
        view = pilot.app.screen.query_one(DiffView)
        assert not view.split
        await press(pilot, "v", "v")
        await until(pilot, lambda: "needs 100 columns" in notice(pilot))
        await pilot.resize_terminal(120, 34)
        await until(pilot, lambda: view.split)


async def test_the_filter_finds_by_name(opened: Opened) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "slash", *"shpo")
        await until(pilot, lambda: [row.name for row in rows(pilot).rows] == ["shop-migration"])
        await press(pilot, "enter")
        assert rows(pilot).has_focus
        await press(pilot, "escape")
        await until(pilot, lambda: len(rows(pilot).rows) == 5)


async def test_letters_typed_into_the_filter_decide_nothing(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "slash", *"ardux")
        assert pilot.app.screen.query_one(Input).value == "ardux"
        assert engine.decided == []


async def test_without_candidates_the_screen_says_what_brings_some(opened: Opened, engine: FakeEngine) -> None:
    engine.candidates.clear()
    async with opened() as pilot:
        empty = pilot.app.screen.query_one("#empty", Words)
        await until(pilot, lambda: "three similar files" in empty.content.plain)
        assert empty.display
        assert "approve" not in footer(pilot)
        await press(pilot, "a")
        await until(pilot, lambda: notice(pilot) == "approve: there is no candidate here")
        assert engine.decided == []


async def test_a_refusal_is_said_and_nothing_is_lost(
    opened: Opened, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.actions import review

    def refuse(*_: object) -> None:
        raise BrokenInput("the draft [b]is[/b] broken")

    async with opened() as pilot:
        await compared(pilot)
        monkeypatch.setattr(review, "approve", refuse)
        await press(pilot, "a")
        await until(pilot, lambda: notice(pilot) == "✗ the draft [b]is[/b] broken")
        assert len(rows(pilot).rows) == 5


# ── apply ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def form(pilot: Pilot[None]) -> ApplyScreen:
    await until(pilot, lambda: isinstance(pilot.app.screen, ApplyScreen) and bool(pilot.app.screen.query(VariableForm)))
    screen = pilot.app.screen
    assert isinstance(screen, ApplyScreen)
    return screen


async def test_a_pattern_is_applied_with_a_form_whose_preview_follows(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "enter")
        screen = await form(pilot)
        assert screen.form.path == "providers/color/"
        await press(pilot, *"lv/x.py")
        await until(pilot, lambda: screen.form.text_of("locale") == "lv")
        assert engine.written == []
        await press(pilot, "tab", "tab", "space")
        await until(pilot, lambda: screen._preview is not None and screen._preview.values["safe"] is True)
        await until(pilot, lambda: screen._shown == screen._asked)
        await press(pilot, "enter")
        await until(pilot, lambda: [plan.targets for plan in engine.written] == [("providers/color/lv/x.py",)])
        await until(pilot, lambda: notice(pilot) == "wrote 1 file, 2 values to check · u undo")
        await press(pilot, "u")
        await until(pilot, lambda: notice(pilot) == "took back 1 file")
        assert engine.written == []


async def test_a_typed_value_stands_and_emptied_it_is_derived_again(opened: Opened) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "enter")
        screen = await form(pilot)
        await press(pilot, *"lv/x", "tab")
        await until(pilot, lambda: screen.form.text_of("locale") == "lv")
        await press(pilot, "end", "2")
        await until(pilot, lambda: screen._preview is not None and screen._preview.sources["locale"] == "given")
        assert screen.form.text_of("locale") == "lv2"
        await press(pilot, *["backspace"] * 3)
        await until(pilot, lambda: screen._preview is not None and screen._preview.sources["locale"] == "path")
        await press(pilot, "shift+tab")
        await press(pilot, "x")
        await until(pilot, lambda: screen.form.text_of("locale") == "lv")


async def test_escape_leaves_the_form_and_writes_nothing(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "enter")
        await form(pilot)
        await press(pilot, *"lv/x", "escape")
        assert not isinstance(pilot.app.screen, ApplyScreen)
        assert engine.written == []


async def test_nothing_is_written_before_the_preview_shows_what_was_typed(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "enter")
        screen = await form(pilot)
        await press(pilot, *"lv/x")
        await until(pilot, lambda: screen._shown == screen._asked)
        screen._asked += 1  # a key was typed whose preview is still to come
        await press(pilot, "enter")
        assert engine.written == []
        assert isinstance(pilot.app.screen, ApplyScreen)


async def test_an_example_can_be_the_start(opened: Opened) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "enter")
        screen = await form(pilot)
        await press(pilot, *"lv/x", "ctrl+l")
        await until(pilot, lambda: screen._preview is not None and screen.form.text_of("safe") == "on")


async def test_all_missing_places_but_one(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "m")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, MissingScreen) and len(rows(pilot, "#targets").rows) == 2
        )
        await press(pilot, "space", "enter")
        await until(
            pilot, lambda: [plan.targets for plan in engine.written] == [("providers/color/lv_LV/__init__.py",)]
        )
        await until(pilot, lambda: notice(pilot) == "wrote 1 file · u undo takes all of them back")


async def test_with_all_places_left_out_nothing_is_written(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "m")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, MissingScreen) and len(rows(pilot, "#targets").rows) == 2
        )
        await press(pilot, "a", "enter")
        assert engine.written == []
        assert isinstance(pilot.app.screen, MissingScreen)


# ── toasts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_toast_opens_a_preview_and_only_there_enter_writes(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        engine.suggestions.append(offer(1))
        engine.changed.add("suggestions")
        await until(pilot, lambda: len(shown_toasts(pilot)) == 1)
        assert "p preview" in footer(pilot)
        await press(pilot, "p")
        screen = await form(pilot)
        await until(pilot, lambda: screen._preview is not None)
        assert engine.written == []
        assert screen.form.text_of(PATH) == "providers/color/l1_LT/__init__.py"
        await press(pilot, "enter")
        await until(pilot, lambda: len(engine.written) == 1)
        await until(
            pilot, lambda: notice(pilot) == "filled, 2 values to check · u undo · reload the file in your editor"
        )
        await until(pilot, lambda: engine.settled == [(1, "accepted")])
        assert shown_toasts(pilot) == []


async def test_a_toast_is_put_away(opened: Opened, engine: FakeEngine) -> None:
    async with opened(size=(120, 60)) as pilot:
        await compared(pilot)
        engine.suggestions += [offer(n, time=NOW + n) for n in range(1, 6)]
        engine.changed.add("suggestions")
        await until(pilot, lambda: len(shown_toasts(pilot)) == 3)
        assert "+2 more in Live" in shown_toasts(pilot)[-1]
        await pilot.resize_terminal(84, 30)
        await until(pilot, lambda: len(shown_toasts(pilot)) == 1)
        assert "+4 more in Live" in shown_toasts(pilot)[-1], "they leave most of a small screen free"
        await press(pilot, "x")
        await until(pilot, lambda: engine.settled == [(5, "dismissed")])
        assert app_of(pilot).session.toasts.first is not None


async def test_a_toast_takes_no_key_from_an_input_and_waits_while_somebody_types(
    opened: Opened, engine: FakeEngine
) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "slash")
        engine.suggestions.append(offer(1))
        engine.changed.add("suggestions")
        await until(pilot, lambda: app_of(pilot).session.toasts.first is not None)
        assert shown_toasts(pilot) == []
        await press(pilot, "p", "x")
        assert pilot.app.screen.query_one(Input).value == "px"
        assert engine.settled == []
        await press(pilot, "escape")
        await until(pilot, lambda: len(shown_toasts(pilot)) == 1)


async def test_an_offer_about_a_family_leads_to_its_candidate(opened: Opened, engine: FakeEngine) -> None:
    async with opened("live") as pilot:
        engine.suggestions.append(replace(offer(1, kind=SuggestionKind.FAMILY), pattern="3"))
        engine.changed.add("suggestions")
        await until(pilot, lambda: len(shown_toasts(pilot)) == 1)
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CandidatesScreen) and bool(rows(pilot).rows))
        await until(pilot, lambda: current(pilot).name == "shop-migration")


async def test_of_what_was_open_at_the_start_the_newest_stands_for_all(opened: Opened, engine: FakeEngine) -> None:
    engine.suggestions += [offer(1), offer(2, time=NOW - 60)]
    async with opened("live") as pilot:
        await until(pilot, lambda: len(rows(pilot, "#offers").rows) == 2)
        await until(pilot, lambda: len(shown_toasts(pilot)) == 1)
        assert "+1 more in Live" in shown_toasts(pilot)[0]
        await press(pilot, "x")
        await until(pilot, lambda: engine.settled == [(1, "dismissed")])


# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_feed_holds_still_under_a_reader(opened: Opened, engine: FakeEngine) -> None:
    async with opened("live") as pilot:
        await until(pilot, lambda: len(rows(pilot, "#feed").rows) == 5)
        await press(pilot, "j", "j")
        engine.events += [Event(EventType.FILE, NOW + n, "", path=f"f{n}", id=10 + n) for n in range(12)]
        engine.changed.add("feed")
        screen = pilot.app.screen
        assert isinstance(screen, LiveScreen)
        await until(pilot, lambda: "+12 new" in str(screen.query_one("#feed-panel").border_subtitle))
        assert len(rows(pilot, "#feed").rows) == 5
        await press(pilot, "home")
        await until(pilot, lambda: len(rows(pilot, "#feed").rows) == 17)
        assert current(pilot, "#feed").id == 21


async def test_a_stopped_engine_is_said(opened: Opened, engine: FakeEngine) -> None:
    engine.running, engine.events = False, []
    async with opened("live") as pilot:
        empty = pilot.app.screen.query_one("#empty", Words)
        await until(pilot, lambda: "the engine is not running" in empty.content.plain)


# ── the frame ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("screen", "id"), [("live", "#feed"), ("candidates", "#list"), ("patterns", "#list")])
async def test_the_list_has_the_focus_as_soon_as_it_holds_something(opened: Opened, screen: str, id: str) -> None:
    async with opened(screen) as pilot:
        await until(pilot, lambda: bool(rows(pilot, id).rows))
        await until(pilot, lambda: rows(pilot, id).has_focus)


async def test_number_keys_and_clicks_go_from_screen_to_screen(opened: Opened) -> None:
    async with opened("live") as pilot:
        for key, name in (("2", "candidates"), ("3", "patterns"), ("1", "live")):
            await press(pilot, key)
            await until(pilot, lambda name=name: pilot.app.screen.name == name)  # type: ignore[misc]
        await pilot.click("#tabs", offset=(12, 0))
        await until(pilot, lambda: pilot.app.screen.name == "candidates")


async def test_the_help_lists_what_works_here_and_can_be_searched(opened: Opened) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "question_mark", *"defer")
        await until(pilot, lambda: [keys for keys, *_ in rows(pilot, "#keys-list").rows][:1] == ["d"])
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, CandidatesScreen)


async def test_the_palette_runs_what_a_key_would(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "ctrl+p", *"approve: the")
        await until(pilot, lambda: bool(pilot.app.screen.query("CommandList").first(OptionList).option_count))
        await press(pilot, "enter")
        await until(pilot, lambda: engine.decided == [(1, Status.APPROVED)])


async def test_a_keymap_gives_other_keys(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    workspace = engine.workspace(Path.home())
    workspace.config = replace(workspace.config, keymap={"candidates.approve": "Y", "nowhere.key": "z"})
    app = PatuiApp(workspace, screen="candidates")
    async with app.run_test(size=(120, 34)) as pilot:
        await compared(pilot)
        assert "Y approve" in footer(pilot)
        await until(pilot, lambda: "nowhere.key" in notice(pilot))
        await press(pilot, "a")
        assert engine.decided == []
        await press(pilot, "Y")
        await until(pilot, lambda: engine.decided == [(1, Status.APPROVED)])


async def test_markup_and_control_characters_in_data_stay_text(opened: Opened, engine: FakeEngine) -> None:
    evil = "[@click=app.quit]x[/]\x1b[2J\r"
    engine.candidates = [replace(engine.candidates[0], name=evil, members=(evil,), why=evil)]
    engine.suggestions = [replace(offer(1), title=evil, detail=evil, path=evil)]
    engine.events = [Event(EventType.FILE, NOW, evil, path=evil, id=1)]
    engine.comparison = (evil, evil + evil)
    engine.busy = evil
    async with opened() as pilot:
        await compared(pilot)
        await pilot.click("#list", offset=(4, 0))
        for key in ("1", "2"):
            await press(pilot, key)
            await pilot.pause()
            for strip in pilot.app.screen._compositor.render_strips():
                for segment in strip:
                    assert not any(ord(character) < 0x20 for character in segment.text)
                    assert segment.style is None or "@click" not in segment.style.meta
        assert pilot.app.is_running


@pytest.mark.parametrize("screen", ["live", "candidates", "patterns"])
async def test_no_size_breaks_it(opened: Opened, screen: str) -> None:
    async with opened(screen, (20, 10)) as pilot:
        assert pilot.app.screen.query_one("#small", Words).display, "it says that it needs more room"
        for size in ((80, 5), (30, 8), (1, 1), (120, 34)):
            await pilot.resize_terminal(*size)
            await press(pilot, "j")
        await until(pilot, lambda: "undo" in footer(pilot))


async def test_an_engine_that_does_not_start_is_said_and_the_app_goes_on(engine: FakeEngine) -> None:
    from pathlib import Path

    def start() -> None:
        raise OSError("no more processes")

    app = PatuiApp(engine.workspace(Path.home()), screen="candidates", after_paint=start)
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: notice(pilot) == "✗ no more processes")
        await compared(pilot)


async def test_our_themes_and_others_can_be_worn(opened: Opened) -> None:
    async with opened() as pilot:
        await compared(pilot)
        ours = [name for name in pilot.app.available_themes if name.startswith("patui")]
        assert len(ours) == 4
        for theme in (*ours, "textual-dark", "textual-light", "ansi-dark", "nord"):
            pilot.app.theme = theme
            await pilot.pause()
            assert pilot.app.screen.query_one("#list", RowList).render_line(0).text.startswith("▌locale-provider")


async def test_trouble_with_the_database_is_said_and_goes(opened: Opened, engine: FakeEngine) -> None:
    async with opened("live") as pilot:
        engine.trouble = "the database has gone"
        await until(pilot, lambda: notice(pilot) == "✗ the database has gone")
        engine.trouble = ""
        await until(pilot, lambda: notice(pilot) == "the database can be read again")
