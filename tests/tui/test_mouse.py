"""What a person does, by the mouse alone."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from engine.model import Status
from tests.tui import fake_past
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import FakeEngine, offer
from tests.tui.test_flows import app_of, compared, current, footer, notice, press, rows
from tui.screens.apply import ApplyScreen
from tui.screens.candidates import CandidatesScreen
from tui.screens.choosing import InboxScreen, ThemeScreen
from tui.screens.help import HelpScreen
from tui.widgets.bars import BarLine
from tui.widgets.diff_view import DiffView
from tui.widgets.document import DocumentView
from tui.widgets.row_list import RowList
from tui.widgets.variable_form import PATH, Toggle, VariableForm


async def click_on(pilot: Pilot[None], widget: str, text: str, shown: str, times: int = 1) -> None:
    """Clicks on `text` where it stands in the one line `shown` of a widget."""
    assert text in shown, shown
    await pilot.click(widget, offset=(shown.index(text), 0), times=times)
    await pilot.pause()


async def click_key(pilot: Pilot[None], hint: str) -> None:
    await click_on(pilot, "#keys", hint, footer(pilot))


@pytest.mark.parametrize(
    ("hint", "status"),
    [("a approve", Status.APPROVED), ("r reject", Status.REJECTED), ("d defer", Status.DEFERRED)],
)
async def test_a_decision_and_back(opened: Opened, engine: FakeEngine, hint: str, status: Status) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await pilot.click("#list", offset=(4, 1))
        await click_key(pilot, hint)
        await until(pilot, lambda: engine.decided == [(2, status)])
        await until(pilot, lambda: "u undo" in notice(pilot))
        await pilot.click("#notice", offset=(2 + notice(pilot).index("u undo"), 1))
        await until(pilot, lambda: engine.decided == [])


async def test_the_filter_opens_and_a_click_on_the_list_leaves_it(opened: Opened) -> None:
    async with opened(size=(200, 40)) as pilot:
        await compared(pilot)
        await click_key(pilot, "/ filter")
        await press(pilot, *"shpo")
        await until(pilot, lambda: [row.name for row in rows(pilot).rows] == ["shop-migration"])
        await pilot.click("#list", offset=(4, 0))
        await until(pilot, lambda: rows(pilot).has_focus)


async def test_a_toast_is_opened_and_its_file_written(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        engine.suggestions.append(offer(1))
        engine.changed.add("suggestions")
        await until(pilot, lambda: bool(pilot.app.screen.query(".toast.-on")))
        await pilot.pause()
        await pilot.click("#toast-2", offset=(4, 1))
        await until(pilot, lambda: isinstance(pilot.app.screen, ApplyScreen))
        screen = pilot.app.screen
        assert isinstance(screen, ApplyScreen)
        await until(pilot, lambda: screen._preview is not None and screen._shown == screen._asked)
        await click_key(pilot, "⏎ write")
        await until(pilot, lambda: len(engine.written) == 1)


async def test_a_toast_is_put_away(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        engine.suggestions.append(offer(1))
        engine.changed.add("suggestions")
        await until(pilot, lambda: bool(pilot.app.screen.query(".toast.-on")))
        await pilot.pause()
        toast = pilot.app.screen.query_one("#toast-2")
        await pilot.click("#toast-2", offset=(4 + len("p preview  "), toast.size.height))
        await until(pilot, lambda: engine.settled == [(1, "dismissed")])


async def test_every_screen_by_its_tab(opened: Opened) -> None:
    async with opened("live", (60, 40)) as pilot:
        for name in ("patterns", "reports", "evolution", "recoveries", "candidates", "live"):
            bar = app_of(pilot)._frame._tabs(60)
            start = next(start for start, _, what in bar.spots if what == name)
            await pilot.click("#tabs", offset=(start + 1, 0))
            await until(pilot, lambda name=name: pilot.app.screen.name == name)  # type: ignore[misc]


@pytest.mark.parametrize(("size", "by"), [((120, 34), (10, 0)), ((60, 40), (0, 4))])
async def test_a_pane_is_dragged_and_stays_so(
    opened: Opened, engine: FakeEngine, size: tuple[int, int], by: tuple[int, int]
) -> None:
    async with opened(size=size) as pilot:
        await compared(pilot)
        panel = pilot.app.screen.query_one("#list-panel")
        before = panel.outer_size
        x, y = (panel.region.right, 6) if by[0] else (20, panel.region.bottom)
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + by[0], y + by[1]))
        await pilot.mouse_up(offset=(x + by[0], y + by[1]))
        await until(pilot, lambda: panel.outer_size == (before.width + by[0], before.height + by[1]))
        await pilot.hover(offset=(x + 30, y))
        assert panel.outer_size == (before.width + by[0], before.height + by[1]), "it was let go"
        app_of(pilot).keep()
    async with opened(size=size) as pilot:
        again = pilot.app.screen.query_one("#list-panel")
        await until(pilot, lambda: again.outer_size == (before.width + by[0], before.height + by[1]))


async def test_a_second_click_opens_and_a_line_of_the_help_is_done(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await pilot.click("#list", offset=(4, 0), times=2)
        await until(pilot, lambda: pilot.app.screen.has_class("-details"))
        await pilot.click("#tabs", offset=(115, 0))
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        entries = pilot.app.screen.query_one("#keys-list", RowList)
        await until(pilot, lambda: bool(entries.rows))
        at = next(index for index, entry in enumerate(entries.rows) if entry[1].startswith("Approve"))
        await pilot.click("#keys-list", offset=(4, at))
        await pilot.click("#keys-list", offset=(4, at), times=2)
        await until(pilot, lambda: engine.decided == [(1, Status.APPROVED)])
        assert isinstance(pilot.app.screen, CandidatesScreen)


async def test_a_column_of_a_chart_is_its_week_and_a_link_is_only_named(opened: Opened, engine: FakeEngine) -> None:
    async with opened("reports") as pilot:
        await until(pilot, lambda: bool(rows(pilot).rows))
        document = pilot.app.screen.query_one(DocumentView)
        await until(pilot, lambda: bool(document.text))
        assert current(pilot).name == "2025-W47"
        await pilot.click("#uses", offset=(5, 3))
        assert current(pilot).name == "2025-W36"


async def test_a_fold_opens_where_it_is_clicked(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    old = "".join(f"line {number}\n" for number in range(40))
    monkeypatch.setattr(fake_past, "OLD", old)
    monkeypatch.setattr(fake_past, "NEW", old.replace("line 3\n", "changed\n"))
    async with opened("evolution", (120, 30)) as pilot:
        await compared(pilot)
        view = pilot.app.screen.query_one(DiffView)
        folds = [index for index in range(view.count) if "equal lines" in view.line(index, 100).plain]
        before = view.count
        await pilot.click("#diff", offset=(4, folds[0]))
        await until(pilot, lambda: view.count > before)
        assert "equal lines" not in view.line(folds[0], 100).plain


async def test_a_pattern_is_applied_and_that_is_taken_back(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await pilot.click("#list", offset=(4, 0), times=2)
        await until(pilot, lambda: bool(pilot.app.screen.query(VariableForm)))
        form = pilot.app.screen.query_one(VariableForm)
        form.put(PATH, "providers/color/lt_LT/__init__.py")  # letters are typed; everything else is clicked
        await pilot.click("Toggle")
        panel = pilot.app.screen.query_one("#preview-panel")
        await until(pilot, lambda: "lt_LT" in str(panel.border_title))
        await until(pilot, lambda: form.query_one("Toggle", Toggle).value == "on")
        await pilot.pause(0.1)
        await click_key(pilot, "⏎ write")
        await until(pilot, lambda: len(engine.written) == 1)
        await until(pilot, lambda: "u undo" in notice(pilot))
        await pilot.click("#notice", offset=(2 + notice(pilot).index("u undo"), 1))
        await until(pilot, lambda: "took back" in notice(pilot))


async def test_all_missing_places_but_one(opened: Opened, engine: FakeEngine) -> None:
    async with opened("patterns") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await click_key(pilot, "m all missing")
        await until(pilot, lambda: bool(pilot.app.screen.query("#targets")) and len(rows(pilot, "#targets").rows) == 2)
        await pilot.click("#targets", offset=(4, 0))
        await click_key(pilot, "space leave out")
        await click_key(pilot, "⏎ write")
        await until(pilot, lambda: [len(plan.targets) for plan in engine.written] == [1])


async def test_a_report_is_written_and_a_proposed_version_approved(opened: Opened, engine: FakeEngine) -> None:
    async with opened("reports") as pilot:
        await until(pilot, lambda: bool(rows(pilot).rows))
        await pilot.click("#list", offset=(4, 2))
        await click_key(pilot, "w write")
        await until(pilot, lambda: engine.reported == ["2025-W45"])
        await click_on(pilot, "#tabs", "Evolution", tabs(pilot))
        await until(pilot, lambda: pilot.app.screen.name == "evolution")
        await compared(pilot)
        await click_key(pilot, "a approve")
        await until(pilot, lambda: engine.judged == [("PAT-LOCALE-PROVIDER-001", "seen")])


async def test_what_has_no_room_in_the_footer_is_done_from_the_help(opened: Opened) -> None:
    async with opened(size=(84, 30)) as pilot:
        await compared(pilot)
        await click_key(pilot, "? more")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        for sentence, screen in (("Choose a theme", ThemeScreen), ("All offers", InboxScreen)):
            entries = rows(pilot, "#keys-list")
            await until(pilot, lambda entries=entries: bool(entries.rows))  # type: ignore[misc]
            at = next(index for index, entry in enumerate(entries.rows) if entry[1].startswith(sentence))
            entries.cursor = at
            await pilot.pause()
            await pilot.click("#keys-list", offset=(4, at - entries.scroll_offset.y), times=2)
            await until(pilot, lambda screen=screen: isinstance(pilot.app.screen, screen))  # type: ignore[misc]
            await until(pilot, lambda: bool(rows(pilot, "#choices").rows))
            if screen is ThemeScreen:
                at = rows(pilot, "#choices").rows.index("patui-light")
                await pilot.click("#choices", offset=(4, at), times=2)
                await until(pilot, lambda: isinstance(pilot.app.screen, CandidatesScreen))
                assert pilot.app.theme == "patui-light"
                await click_on(pilot, "#tabs", "? help", tabs(pilot))
                await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))


async def test_a_line_of_the_keys_behind_the_prefix_is_done_by_a_click(opened: Opened) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "comma")
        await until(pilot, lambda: bool(pilot.app.screen.query("#choices")) and bool(rows(pilot, "#choices").rows))
        at = next(index for index, row in enumerate(rows(pilot, "#choices").rows) if row[2].startswith("Wrap"))
        await pilot.click("#choices", offset=(4, at))
        await pilot.click("#choices", offset=(4, at), times=2)
        await until(pilot, lambda: isinstance(pilot.app.screen, CandidatesScreen))
        await until(pilot, lambda: pilot.app.screen.query_one(DiffView).wrap)


def tabs(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#tabs", BarLine).render_line(0).text
