"""Screens 4 to 6 on the frozen past: what they show, when there is nothing, and when it cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import FakeEngine
from tests.tui.test_flows import current, notice, press, rows
from tui.widgets.bars import Words
from tui.widgets.diff_view import DiffView
from tui.widgets.document import DocumentView
from tui.widgets.text_view import TextView


@pytest.mark.parametrize(("key", "screen"), [("4", "reports"), ("5", "evolution"), ("6", "recoveries")])
async def test_an_empty_screen_says_why_and_what_fills_it(
    opened: Opened, engine: FakeEngine, key: str, screen: str
) -> None:
    engine.reports = engine.weeks = engine.evolutions = engine.recoveries = engine.anti_patterns = ()
    async with opened("live") as pilot:
        await press(pilot, key)
        await until(pilot, lambda: pilot.app.screen.name == screen)
        await until(pilot, lambda: "Reading" not in pilot.app.screen.query_one("#empty", Words).content.plain)
        empty = pilot.app.screen.query_one("#empty", Words)
        assert empty.display
        assert any(way in empty.content.plain for way in ("`patui", "Press"))


@pytest.mark.parametrize("screen", ["reports", "evolution", "recoveries"])
async def test_what_cannot_be_read_is_said(opened: Opened, engine: FakeEngine, screen: str) -> None:
    engine.past_trouble = "registry.yaml: line 3: is not YAML"
    async with opened(screen) as pilot:
        await until(pilot, lambda: "is not YAML" in pilot.app.screen.query_one("#empty", Words).content.plain)
        await until(pilot, lambda: "is not YAML" in notice(pilot))


async def test_a_week_its_report_and_its_figures(opened: Opened) -> None:
    async with opened("reports", (60, 40)) as pilot:
        document = pilot.app.screen.query_one(DocumentView)
        await until(pilot, lambda: "Top Patterns" in document.text)
        await press(pilot, "j")
        await until(pilot, lambda: "quiet week" in document.text)
        await press(pilot, "j")
        await until(pilot, lambda: "patui report --week 2025-W45" in document.text)
        await press(pilot, "v", "v")
        assert pilot.app.screen.query_one("#table", TextView).display
        await press(pilot, "v")
        assert document.display


async def test_a_report_is_written_for_the_chosen_week(opened: Opened, engine: FakeEngine) -> None:
    async with opened("reports") as pilot:
        document = pilot.app.screen.query_one(DocumentView)
        await until(pilot, lambda: "Top Patterns" in document.text)
        await press(pilot, "j", "j")
        await until(pilot, lambda: "`w` writes it" in document.text)
        await press(pilot, "w")
        await until(pilot, lambda: document.text == "# Written 2025-W45\n")
        assert engine.reported == ["2025-W45"]
        assert notice(pilot) == "wrote the report of 2025-W45"
        engine.past_trouble = "reports/weekly: no room on the disk"
        await press(pilot, "w")
        await until(pilot, lambda: "no room on the disk" in notice(pilot))


async def test_a_report_is_text_whatever_it_says(opened: Opened, engine: FakeEngine) -> None:
    evil = "# [@click=app.quit]x[/] \x1b[2J &#x202E; &#27;\n\n<script>y</script>\n\n    \x9b31m\n\n`\x07`\n"
    engine.reports = (replace(engine.reports[0], text=evil),)
    async with opened("reports") as pilot:
        await until(pilot, lambda: pilot.app.screen.query_one(DocumentView).text == evil)
        await pilot.pause()
        text = "".join(segment.text for strip in pilot.app.screen._compositor.render_strips() for segment in strip)
        assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text)
        assert "\u202e" not in text
        assert "<script>" in text
        assert "[@click=app.quit]x[/]" in text


async def test_what_is_proposed_beside_what_is(opened: Opened) -> None:
    async with opened("evolution") as pilot:
        view = pilot.app.screen.query_one(DiffView)
        await until(pilot, lambda: view.where == "hunk 1/2")
        await press(pilot, "n")
        assert view.where == "hunk 2/2"
        await press(pilot, "j")
        await until(pilot, lambda: pilot.app.screen.has_class("-same"))
        await press(pilot, "enter")
        await until(pilot, lambda: "no new version" in notice(pilot))
        await press(pilot, "k", "enter")
        await until(pilot, lambda: pilot.app.screen.name == "candidates")


async def test_a_fix_step_by_step_and_what_keeps_failing(opened: Opened) -> None:
    async with opened("recoveries") as pilot:
        await until(pilot, lambda: len(rows(pilot).rows) == 3)
        known = pilot.app.screen.query_one("#known", TextView)
        await press(pilot, "j")
        assert current(pilot).name == "missing-module"
        await until(pilot, lambda: any("pip install {{ module }}" in line.plain for line in known.lines))
        rows(pilot, "#anti").focus()
        await until(pilot, lambda: any("Ask git for the tag" in line.plain for line in known.lines))


async def test_a_proposed_version_is_approved_where_it_is_shown(opened: Opened, engine: FakeEngine) -> None:
    async with opened("evolution") as pilot:
        await until(pilot, lambda: bool(pilot.app.screen.query_one(DiffView).difference.rows))
        await press(pilot, "a")
        await until(pilot, lambda: engine.judged == [("PAT-LOCALE-PROVIDER-001", "seen")])
        await press(pilot, "minus")
        await until(pilot, lambda: engine.judged[-1] == ("PAT-LOCALE-PROVIDER-001", "-1"))


async def test_lines_are_laid_out_for_the_room_that_a_scroll_bar_leaves(opened: Opened, engine: FakeEngine) -> None:
    issue = "Fails on a locale with a script, as sr_Latn_RS (8 times)"
    engine.evolutions = (replace(engine.evolutions[0], issues=(issue,) * 20), *engine.evolutions[1:])
    async with opened("evolution", (60, 40)) as pilot:
        known = pilot.app.screen.query_one("#known", TextView)
        await until(pilot, lambda: known.show_vertical_scrollbar and known.count > 20)
        await until(
            pilot,
            lambda: (
                "".join(known.line(index, known.line_width).plain for index in range(known.count)).count("times)") == 20
            ),
        )
