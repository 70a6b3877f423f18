"""The pictures of docs/tour.md: the app on the demo workspace, at a fixed time, walked through by keys.

`python -m benchmarks.tour [folder]` writes them anew (default: docs/pictures).
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from engine.actions import demo, live, review
from engine.actions.analyze import analyze
from engine.actions.learning import digester
from engine.model import Candidate, Event, EventType, Kind, Status, Suggestion, SuggestionKind
from engine.store import feed, settings, suggestions
from engine.workspace import Workspace, open_workspace
from tui.app import PatuiApp
from tui.screens.apply import ApplyScreen
from tui.widgets.diff_view import DiffView
from tui.widgets.document import DocumentView
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

NOW = 1_763_647_318.0  # 2025-11-20 14:01:58 UTC
_SHIPPING = "shop/shipping/"
_NEW = f"{_SHIPPING}rail_cargo.py"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file, the screen to start on, the terminal's size, the keys to press, the theme."""

    name: str
    screen: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "patui-dark"


PICTURES = (
    Picture("live", "live", (120, 30)),
    Picture("candidates", "candidates", (120, 30)),
    Picture("candidates-60", "candidates", (60, 34)),
    Picture("candidates-200", "candidates", (200, 44)),
    Picture("whole-screen", "candidates", (120, 30), ("v", "w", "f")),
    Picture("more-keys", "candidates", (120, 34), ("comma",)),
    Picture("selected", "candidates", (120, 34), ("space",)),
    Picture("apply", "patterns", (120, 30), ("enter", *"rail_cargo.py")),
    Picture("reports", "reports", (120, 34), ("j",)),
    Picture("reports-60", "reports", (60, 40), ("v",)),
    Picture("evolution", "evolution", (120, 38)),
    Picture("next-version", "candidates", (84, 30)),
    Picture("recovery", "candidates", (84, 24)),
    Picture("recoveries", "recoveries", (120, 30)),
    Picture("light", "candidates", (120, 34), (), "patui-light"),
    Picture("contrast", "candidates", (120, 34), (), "patui-contrast"),
)
_KINDS = {"next-version": Kind.REVISION, "recovery": Kind.RECOVERY}


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        await pilot.pause()
        if true():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the app never came to show what the picture is of")


async def take(workspace: Workspace, picture: Picture) -> str:
    """The SVG of one picture."""
    app = PatuiApp(workspace, screen=picture.screen)
    app.session.zone = UTC
    app.session.state = replace(app.session.state, path="~/src/shop")
    app.theme = picture.theme
    async with app.run_test(size=picture.size) as pilot:
        await until(pilot, lambda: app.session.state.running and app.session.patterns > 0)
        rows = app.screen.query_one("#feed" if picture.screen == "live" else "#list", RowList)
        await until(pilot, lambda: bool(rows.rows) and rows.has_focus)
        for document in app.screen.query(DocumentView).results(DocumentView):
            await until(pilot, lambda document=document: bool(document.text))  # type: ignore[misc]
        if picture.screen == "candidates":
            rows.go_to(waiting_of(workspace, _KINDS.get(picture.name, Kind.FILE)).id)
            if picture.name == "recovery":
                await until(pilot, lambda: app.screen.query_one("#steps", TextView).count > 0)
            else:
                await until(pilot, lambda: bool(app.screen.query_one(DiffView).difference.rows))
        if picture.screen == "live":
            offer(workspace)
            await until(pilot, lambda: bool(app.screen.query(".toast.-on")))
        if picture.name == "apply":
            rows.go_to(carrier_of(workspace).pattern_id)
        await pilot.press(*picture.keys[:1])
        if picture.name == "apply":
            await until(pilot, lambda: isinstance(app.screen, ApplyScreen) and isinstance(app.screen.focused, Input))
            await pilot.press(*picture.keys[1:])
            await until(pilot, lambda: "rail_cargo" in str(app.screen.query_one("#preview-panel").border_title))
        else:
            await pilot.press(*picture.keys[1:])
        await until(pilot, lambda: not app.workers or all(worker.is_finished for worker in app.workers))
        await pilot.pause(0.2)
        # Textual names the classes of each picture by chance; without that, pictures change only when the app does.
        return re.sub(r"terminal-\d+", "terminal", app.export_screenshot(title="patui"))


def carrier_of(workspace: Workspace) -> Candidate:
    rows = review.candidates(workspace, (Status.APPROVED,))
    return next(row for row in rows if row.members and row.members[0].startswith(_SHIPPING))


def waiting_of(workspace: Workspace, kind: Kind) -> Candidate:
    return next(row for row in review.candidates(workspace) if row.kind is kind)


def offer(workspace: Workspace) -> None:
    carrier = carrier_of(workspace)
    suggestions.put(
        workspace.store,
        Suggestion(
            f"fill:{_NEW}", SuggestionKind.FILL, f"21st {carrier.name}. Fill it", "", _NEW, carrier.pattern_id, NOW
        ),
    )


def furnish(workspace: Workspace) -> None:
    """What the engine would do in the first seconds, and a few lines in the feed."""
    analyze(workspace)
    demo.push_refused(workspace)
    digester(workspace).run(everything=True)
    for one in live.open_suggestions(workspace):
        live.dismiss(workspace, one.id)
    for ago, path in ((60, "README.md"), (10, _NEW)):
        feed.tell(workspace.store, Event(EventType.FILE, NOW - ago, "", path=path))
    settings.put(workspace.store, "engine.status", {"files": 81, "commits": 41, "busy": ""})


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="patui-tour-") as home:
        root = Path(home) / "shop"
        root.mkdir()
        os.environ |= {"XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config"}
        demo.make(root, NOW)
        with open_workspace(root, clock=lambda: NOW) as workspace:
            furnish(workspace)
            lock = os.open(workspace.engine_lock, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)  # what a running engine holds
            for picture in PICTURES:
                for one in live.open_suggestions(workspace):
                    live.accept(workspace, one.id)
                (folder / f"{picture.name}.svg").write_text(asyncio.run(take(workspace, picture)), "utf-8")
            os.close(lock)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "docs" / "pictures")
