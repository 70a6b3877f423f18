"""How the screens look: a few pictures, each reviewed by eye. `pytest --snapshot-update` after a wanted change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import until
from tests.tui.fake_engine import FakeEngine, offer
from tui.app import PatuiApp
from tui.widgets.bars import Words
from tui.widgets.diff_view import DiffView
from tui.widgets.document import DocumentView
from tui.widgets.row_list import RowList
from tui.widgets.variable_form import VariableForm

Before = Callable[[Pilot[None]], Awaitable[None]]


async def read(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, PatuiApp)
    await until(pilot, lambda: app.session.state.files == 2310 and app.session.patterns == 1)
    for document in app.screen.query(DocumentView).results(DocumentView):
        await until(pilot, lambda document=document: bool(document.text))  # type: ignore[misc]
    if app.screen.name in ("candidates", "evolution"):
        await until(pilot, lambda: bool(app.screen.query_one(DiffView).difference.rows))
    for rows in app.screen.query(RowList).results(RowList):
        if rows.id in ("list", "feed"):
            await until(pilot, lambda rows=rows: bool(rows.rows) and rows.has_focus)  # type: ignore[misc]
    await pilot.pause()


async def nothing_read(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: "patui" in pilot.app.screen.query_one("#empty", Words).content.plain)
    await pilot.pause()


def with_offer(engine: FakeEngine) -> Before:
    async def before(pilot: Pilot[None]) -> None:
        await read(pilot)
        engine.suggestions.append(offer(1))
        engine.changed.add("suggestions")
        await until(pilot, lambda: bool(pilot.app.screen.query(".toast.-on")))
        await pilot.pause()

    return before


async def in_the_form(pilot: Pilot[None]) -> None:
    await read(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: bool(pilot.app.screen.query(VariableForm)))
    await pilot.press(*"lt_LT/x.py")
    form = pilot.app.screen.query_one(VariableForm)
    await until(pilot, lambda: form.text_of("locale") == "lt_LT")
    await until(pilot, lambda: "x.py" in str(pilot.app.screen.query_one("#preview-panel").border_title))


async def renaming(pilot: Pilot[None]) -> None:
    await read(pilot)
    await until(pilot, lambda: len(pilot.app.screen.query_one("#variables", RowList).rows) == 3)
    await pilot.press("t", "c", *"place")
    note = pilot.app.screen.query_one("EditLine .note", Words)
    await until(pilot, lambda: "renders as before" in note.content.plain)
    await pilot.pause()


LOOKS = (
    ("candidates", (60, 32), "patui-dark"),
    ("candidates", (84, 32), "patui-dark"),
    ("candidates", (120, 34), "patui-dark"),
    ("candidates", (200, 50), "patui-dark"),
    ("candidates", (120, 34), "patui-light"),
    ("renaming", (60, 32), "patui-dark"),
    ("live-offer", (120, 34), "patui-dark"),
    ("live-offer", (60, 32), "patui-dark"),
    ("live", (84, 32), "patui-light"),
    ("patterns", (120, 34), "patui-dark"),
    ("patterns", (60, 40), "patui-light"),
    ("reports", (60, 40), "patui-light"),
    ("reports", (84, 32), "patui-dark"),
    ("reports", (120, 34), "patui-dark"),
    ("reports", (200, 50), "patui-light"),
    ("evolution", (60, 40), "patui-dark"),
    ("evolution", (120, 34), "patui-light"),
    ("recoveries", (60, 40), "patui-light"),
    ("recoveries", (120, 34), "patui-dark"),
    ("reports-empty", (60, 40), "patui-dark"),
    ("recoveries-empty", (120, 34), "patui-light"),
    ("apply", (120, 34), "patui-dark"),
    ("apply", (60, 32), "patui-light"),
)


@pytest.mark.parametrize(
    ("screen", "size", "theme"), LOOKS, ids=[f"{screen} {size[0]} {theme}" for screen, size, theme in LOOKS]
)
def test_look(snap_compare: Any, engine: FakeEngine, screen: str, size: tuple[int, int], theme: str) -> None:
    name = {"apply": "patterns", "live-offer": "live", "renaming": "candidates"}.get(
        screen, screen.removesuffix("-empty")
    )
    if screen.endswith("-empty"):
        engine.reports, engine.weeks, engine.recoveries, engine.anti_patterns = (), (), (), ()
    before = {
        "apply": in_the_form,
        "renaming": renaming,
        "reports-empty": nothing_read,
        "recoveries-empty": nothing_read,
        "live-offer": with_offer(engine),
    }.get(screen, read)
    app = PatuiApp(engine.workspace(Path.home() / "src/shop"), screen=name)
    app.session.zone = UTC
    app.theme = theme
    assert snap_compare(app, terminal_size=size, run_before=before)
