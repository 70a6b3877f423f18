"""Recipes in the app on the real engine: their steps in the review, and a run with a question before each command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.actions.recipe_finding import find_recipes
from engine.model import Execution, Source
from engine.recording import keep
from engine.store import executions
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.screens.recipe import RecipeScreen
from tui.widgets.bars import BarLine, Words
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

LINES = ("mkdir {0}", "touch {0}/notes.md", "cp README {0}/README")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "w"
    root.mkdir()
    (root / "README").write_text("hello\n")
    with open_workspace(root, clock=lambda: 1_700_100_000.0, user_state=tmp_path / "state") as opened:
        at, done = 1_700_000_000.0, []
        for value in ("alpha", "beta", "gamma", "delta"):
            for line in LINES:
                at += 30
                done.append(Execution(at, line.format(value), exit_code=0, success=True, seconds=1.0, session="s"))
        keep(opened.store, done)
        assert find_recipes(opened)
        yield opened


def lines(pilot: Pilot[None], id: str) -> list[str]:
    view = pilot.app.screen.query_one(id, TextView)
    return [view.line(index, 100).plain.rstrip() for index in range(view.count)]


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#notice", Words).content.plain


async def reviewed(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: bool(pilot.app.screen.query_one("#list", RowList).rows))
    await until(pilot, lambda: len(lines(pilot, "#steps")) == 3)
    await pilot.pause()


async def listed(pilot: Pilot[None]) -> None:
    await reviewed(pilot)
    await pilot.press("a")
    await until(pilot, lambda: said(pilot).startswith("approved"))
    await pilot.press("3")
    await until(pilot, lambda: pilot.app.screen.name == "patterns")
    rows = pilot.app.screen.query_one("#list", RowList)
    await until(pilot, lambda: any(row.pattern.steps for row in rows.rows))
    rows.go_to(next(row.pattern.pattern_id for row in rows.rows if row.pattern.steps))
    await until(pilot, lambda: any("‹" in line for line in lines(pilot, "#template")))
    await pilot.pause()


async def approved(pilot: Pilot[None]) -> None:
    await listed(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, RecipeScreen) and len(lines(pilot, "#steps")) == 3)


async def test_the_review_shows_the_steps_of_each_run(workspace: Workspace) -> None:
    app = PatuiApp(workspace, screen="candidates")
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: len(lines(pilot, "#steps")) == 3)
        assert lines(pilot, "#steps")[0].endswith("mkdir ‹delta›")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: lines(pilot, "#steps")[0].endswith("mkdir ‹alpha›"))
        evidence = lines(pilot, "#evidence")
        assert any("by hand" in line for line in evidence) and not any(line.startswith("last:") for line in evidence)
        example = app.screen.query_one("#example", BarLine)
        assert "run 1/4" in example.render_line(0).text


async def test_each_command_waits_for_an_answer(workspace: Workspace) -> None:
    app = PatuiApp(workspace, screen="candidates")
    async with app.run_test(size=(120, 34)) as pilot:
        await approved(pilot)
        await pilot.press(*"new one")
        await until(pilot, lambda: "new one" in lines(pilot, "#steps")[0])
        await pilot.press("enter")
        await until(pilot, lambda: "▸" in lines(pilot, "#steps")[0])
        assert not (workspace.root / "new one").exists()
        await pilot.press("enter")
        await until(pilot, lambda: "▸" in lines(pilot, "#steps")[1])
        assert (workspace.root / "new one").is_dir() and "✓" in lines(pilot, "#steps")[0]
        assert not (workspace.root / "new one" / "notes.md").exists()
        await pilot.press("a")
        await until(pilot, lambda: "✓" in lines(pilot, "#steps")[2])
        await until(pilot, lambda: bool(executions.recent(workspace.store, 1)[0].pattern_id))
        assert (workspace.root / "new one" / "README").read_text() == "hello\n"
        use = executions.recent(workspace.store, 1)[0]
        assert (use.source, use.success) == (Source.PATUI, True)


async def test_a_step_that_fails_stops_and_offers_what_is_left(workspace: Workspace) -> None:
    app = PatuiApp(workspace, screen="candidates")
    (workspace.root / "xyz").mkdir()
    async with app.run_test(size=(120, 34)) as pilot:
        await approved(pilot)
        await pilot.press(*"xyz")
        await until(pilot, lambda: "xyz" in lines(pilot, "#steps")[0])
        await pilot.press("enter")
        await until(pilot, lambda: "▸" in lines(pilot, "#steps")[0])
        await pilot.press("a")
        await until(pilot, lambda: "✗" in lines(pilot, "#steps")[0])
        await until(pilot, lambda: any("exists" in line for line in lines(pilot, "#said")))
        assert not (workspace.root / "xyz" / "README").exists()
        (workspace.root / "xyz").rmdir()
        await until(pilot, lambda: app.screen._talk is None)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: "▸" in lines(pilot, "#steps")[0])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen._talk is None)  # type: ignore[attr-defined]
        assert not (workspace.root / "xyz").exists()
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.name == "patterns")


async def running(pilot: Pilot[None]) -> None:
    """The first command ran, the second waits."""
    await approved(pilot)
    await pilot.press(*"epsilon")
    await until(pilot, lambda: "epsilon" in lines(pilot, "#steps")[0])
    await pilot.press("enter")
    await until(pilot, lambda: "▸" in lines(pilot, "#steps")[0])
    await pilot.press("enter")
    await until(pilot, lambda: "▸" in lines(pilot, "#steps")[1])
    await pilot.pause()


async def stopped(pilot: Pilot[None]) -> None:
    """The last command failed: what is left is offered."""
    await running(pilot)
    Path(pilot.app.session.workspace.root, "README").unlink()  # type: ignore[attr-defined]
    await pilot.press("a")
    await until(pilot, lambda: "✗" in lines(pilot, "#steps")[2])
    await until(pilot, lambda: pilot.app.screen._talk is None)  # type: ignore[attr-defined]
    await pilot.pause()


LOOKS = [
    (look, width, theme)
    for look in ("reviewed", "listed", "running", "stopped")
    for width, theme in ((120, "patui-dark"), (84, "patui-light"))
]


@pytest.mark.parametrize(
    ("look", "width", "theme"), LOOKS, ids=[f"{look} {width} {theme}" for look, width, theme in LOOKS]
)
def test_how_a_recipe_looks(
    snap_compare: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, look: str, width: int, theme: str
) -> None:
    monkeypatch.setenv("HOME", str(workspace.root.parent))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    app = PatuiApp(workspace, screen="candidates")
    app.session.zone = UTC
    app.theme = theme
    before = {"reviewed": reviewed, "listed": listed, "running": running, "stopped": stopped}[look]
    assert snap_compare(app, terminal_size=(width, 30), run_before=before)
