"""Several candidates at once, a reason, the editor: decisions on a frozen world."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Problem
from engine.model import Status
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import PATTERN, FakeEngine
from tests.tui.test_flows import compared, notice, press, rows
from tui.screens.line import LineScreen, ProblemsScreen
from tui.screens.outside import editor_command
from tui.widgets.text_view import TextView

FILE = Path("/w/a b.yaml")


async def test_several_are_decided_at_once_and_taken_back_at_once(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "space", "space", "k", "space", "space")
        assert "■ locale-" in rows(pilot).render_line(0).text
        await press(pilot, "r")
        await until(pilot, lambda: engine.decided == [(1, Status.REJECTED), (3, Status.REJECTED)])
        await until(pilot, lambda: notice(pilot) == "rejected 2 candidates · u undo")
        await press(pilot, "u")
        await until(pilot, lambda: notice(pilot) == "2 candidates wait again")
        await until(pilot, lambda: len(rows(pilot).rows) == 5)


async def test_escape_lets_the_selection_go(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "space", "space", "escape", "d")
        await until(pilot, lambda: engine.decided == [(3, Status.DEFERRED)])


async def test_a_rejection_may_have_a_reason(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "R")
        await until(pilot, lambda: isinstance(pilot.app.screen, LineScreen))
        await press(pilot, *"auto", "enter")
        await until(pilot, lambda: engine.decided == [(1, Status.REJECTED)])
        assert engine.whys == ["auto"]
        await press(pilot, "R")
        await until(pilot, lambda: isinstance(pilot.app.screen, LineScreen))
        await press(pilot, "escape")
        assert len(engine.decided) == 1


async def test_what_is_approved_is_what_was_shown(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "a")
        await until(pilot, lambda: engine.whys == [f"digest of {PATTERN.pattern_id}"])


async def test_the_draft_is_edited_and_all_its_problems_are_shown(
    opened: Opened, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "edited"
    editor = tmp_path / "editor"
    editor.write_text(f'#!{sys.executable}\nimport sys\nopen({str(log)!r}, "a").write(sys.argv[-1] + "\\n")\n')
    editor.chmod(0o755)
    monkeypatch.setitem(os.environ, "VISUAL", str(editor))
    async with opened() as pilot:
        await compared(pilot)
        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        engine.problems = (Problem("variables[0].type", "must be text"), Problem("name", "is missing"))
        await press(pilot, "e")
        await until(pilot, lambda: isinstance(pilot.app.screen, ProblemsScreen))
        text: TextView[Any] = pilot.app.screen.query_one(TextView)
        await until(pilot, lambda: [line.plain for line in text.lines][:1] == ["· variables[0].type: must be text"])
        assert len(text.lines) == 2
        engine.problems = ()
        await press(pilot, "e")
        await until(pilot, lambda: "approves exactly this" in notice(pilot))
        assert [Path(line).name for line in log.read_text().splitlines()] == [Path(engine.candidates[0].path).name] * 2


async def test_a_missing_editor_is_said(
    opened: Opened, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(os.environ, "VISUAL", str(tmp_path / "none"))
    async with opened() as pilot:
        await compared(pilot)
        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        await press(pilot, "e")
        await until(pilot, lambda: notice(pilot).endswith("No such file or directory"))


@pytest.mark.parametrize(
    ("editor", "line", "expected"),
    [
        ("vim", 0, ["vim", "/w/a b.yaml"]),
        ("vim -u NONE", 7, ["vim", "-u", "NONE", "+7", "/w/a b.yaml"]),
        ("hx", 7, ["hx", "/w/a b.yaml:7"]),
        ("code", 7, ["code", "--wait", "--goto", "/w/a b.yaml:7"]),
        ("/usr/bin/code --wait", 0, ["/usr/bin/code", "--wait", "--goto", "/w/a b.yaml:1"]),
        ("'unclosed", 0, []),
        ("", 0, []),
    ],
)
def test_editors_are_called_their_own_way(editor: str, line: int, expected: list[str]) -> None:
    assert editor_command({"EDITOR": editor, "PATH": "/nowhere"}, FILE, line) == expected


def test_visual_comes_before_editor() -> None:
    assert editor_command({"EDITOR": "ed", "VISUAL": "vim"}, FILE) == ["vim", str(FILE)]


async def test_a_filter_goes_when_all_it_found_is_decided(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "slash", *"shop", "enter")
        await until(pilot, lambda: len(rows(pilot).rows) == 1)
        await press(pilot, "d")
        await until(pilot, lambda: len(rows(pilot).rows) == 4)
        await until(pilot, lambda: rows(pilot).has_focus)
        await press(pilot, "u")
        await until(pilot, lambda: engine.decided == [])
