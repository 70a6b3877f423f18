"""From a failure in the feed to the fix that helped before: shown word for word, run by one key, its verdict said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.actions.learning import digester
from engine.model import Execution, Source
from engine.recording import keep
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.presentation.fixing import verdict_line
from tui.screens.fixing import FixScreen
from tui.screens.live import LiveScreen
from tui.widgets.text_view import TextView

NOW = 1_763_769_600.0


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = tmp_path / "work"
    root.mkdir()
    (root / "check.py").write_text(
        "import pathlib, sys\n"
        "if not pathlib.Path('made').exists():\n"
        "    sys.exit(\"ModuleNotFoundError: No module named 'made'\")\n"
    )
    with open_workspace(root, clock=lambda: NOW) as opened:
        check, make = f"{sys.executable} check.py", "touch made"
        for day in (9, 5, 2):
            at, session = NOW - day * 86_400, f"s{day}"
            keep(opened.store, [_ran(at, check, session, "ModuleNotFoundError: No module named 'made'")])
            keep(opened.store, [_ran(at + 30, make, session), _ran(at + 60, check, session)])
            digester(opened).run(everything=True)
        keep(opened.store, [_ran(NOW - 5, check, "now", "ModuleNotFoundError: No module named 'made'")])
        digester(opened).run(everything=True)
        yield opened


def _ran(at: float, command: str, session: str, error: str = "") -> Execution:
    return Execution(
        at=at,
        command=command,
        argv=tuple(command.split()),
        cwd=".",
        exit_code=1 if error else 0,
        success=not error,
        seconds=1.0,
        session=session,
        source=Source.SHELL,
        error_output=error,
        key=f"{session} {at:.0f}",
    )


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(line.plain for line in pilot.app.screen.query_one(TextView).lines)


async def test_a_failure_is_fixed_by_what_helped_before(workspace: Workspace) -> None:
    app = PatuiApp(workspace, screen="live")
    async with app.run_test(size=(120, 36)) as pilot:
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        await until(pilot, lambda: screen.feed.count > 0 and screen.feed.has_focus)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, FixScreen) and "touch made" in shown(pilot))
        assert "check.py" in shown(pilot), "what had failed is run again"
        assert not (workspace.root / "made").exists(), "nothing runs before it was confirmed"
        await pilot.press("enter")
        await until(pilot, lambda: "green again" in shown(pilot), 30)
        assert (workspace.root / "made").exists()
        await pilot.press("enter", "escape")
        await until(pilot, lambda: app.screen is screen)


@pytest.mark.parametrize(
    ("fixed", "again", "succeeded", "words"),
    [
        (True, 0, True, "✓ fixed: what had failed is green again"),
        (True, 128, True, "! that error is gone; another one is in its place"),
        (True, None, True, "✓ fixed"),
        (None, None, True, "done; run what had failed again to see whether it helped"),
        (False, 1, True, "✗ not fixed: the error is still there"),
        (False, None, False, "✗ not fixed"),
    ],
)
def test_what_came_of_a_fix_is_said_as_it_is(
    fixed: bool | None, again: int | None, succeeded: bool, words: str
) -> None:
    assert verdict_line(fixed, again, succeeded=succeeded).plain == words
