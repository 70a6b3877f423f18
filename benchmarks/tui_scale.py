"""The app over a full database: keys, frames and pages at 1,000,000 executions and feed lines and 10,000 candidates.

In process, on Textual's headless driver: what is measured is our work and Textual's, not the terminal's. Beside each
key press stands that of a trivial widget in the same run. PATUI_BENCH_ROWS sets the number of executions.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip

from benchmarks.measure import p95, ratio, spread
from engine.model import Candidate, Event, EventType, Kind, Status
from engine.store import candidates, feed
from engine.workspace import Workspace, open_workspace
from tui.app import PatuiApp
from tui.presentation.compare import Difference, difference
from tui.widgets.diff_view import DiffView
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList

ROWS = int(os.environ.get("PATUI_BENCH_ROWS", "1000000"))
CANDIDATES = 10_000
HOUR = int(os.environ.get("PATUI_BENCH_EVENTS", "36000"))  # an hour of ten events a second


class Plain(ScrollView, can_focus=True):
    """The least that scrolls: a line of text each."""

    def on_mount(self) -> None:
        self.virtual_size = Size(80, 100_000)

    def render_line(self, y: int) -> Strip:
        return Strip.blank(self.size.width)

    def key_j(self) -> None:
        self.scroll_to(y=self.scroll_offset.y + 1, animate=False, immediate=True)


class PlainApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Plain()


def fill(workspace: Workspace) -> None:
    """A database such as years of work leave behind."""
    store = workspace.store
    with store.write() as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO execution_logs (operation_kind, input_signature, success, time_taken_seconds) "
            "SELECT 'command', 'make test ' || (i % 997), i % 9 > 0, i % 60 FROM n",
            (ROWS,),
        )
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO feed (type, time, text, path, about) "
            "SELECT 'file', ?, '', 'src/part_' || i || '.py', '{}' FROM n",
            (ROWS, workspace.clock()),
        )
        for number in range(CANDIDATES):
            candidates.put(
                store,
                Candidate(
                    id=0,
                    pattern_id=f"PAT-X-{number:05}",
                    name=f"family-{number}",
                    kind=Kind.FILE,
                    status=Status.PENDING,
                    confidence=0.9,
                    support=5,
                    hours_saved=2.0,
                    hours_per_month=number / 1000,
                    signature=f"s{number}",
                    path=f"patterns/drafts/{number}.yaml",
                    detected_at=workspace.clock(),
                    members=tuple(f"src/{number}/{index}.py" for index in range(5)),
                ),
            )


async def _until(pilot: Pilot[None], true: Callable[[], bool]) -> float:
    started = time.perf_counter()
    while not true():
        await asyncio.sleep(0.002)
        if time.perf_counter() - started > 120:
            raise SystemExit("this never came true")
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Pressed:
    """Milliseconds of each key press: until its frame stood, and what the thread of the app worked for that.

    The work is all of it: the key's way to its action, the action, the rendering, and what a terminal is written.
    The rest of the first is Textual's wait for its next frame (60 a second), and other threads' and processes' work.
    """

    until_frame: list[float]
    worked: list[float]


async def _presses(pilot: Pilot[None], at: Callable[[], int], times: int = 200) -> Pressed:
    """Presses `j` again and again, each time when what the last one changed is rendered."""
    framed, display = asyncio.Event(), pilot.app._display

    def displayed(screen: Screen[Any], update: Any) -> None:
        if isinstance(update, CompositorUpdate):  # a terminal would be written this; the headless driver makes nothing
            update.render_segments(pilot.app.console)
        display(screen, update)
        framed.set()

    pilot.app._display = displayed  # type: ignore[method-assign]
    found = Pressed([], [])
    for _ in range(times):
        before, started, worked = at(), time.perf_counter(), time.thread_time()
        pilot.app.simulate_key("j")
        while at() == before or pilot.app.screen._dirty_widgets or pilot.app.screen._repaint_required:
            framed.clear()
            try:
                await asyncio.wait_for(framed.wait(), 1)
            except TimeoutError:
                break
        found.until_frame.append(1000 * (time.perf_counter() - started))
        found.worked.append(1000 * (time.thread_time() - worked))
    pilot.app._display = display  # type: ignore[method-assign]
    return found


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def _app(workspace: Workspace, other: Workspace) -> None:
    plain = PlainApp()
    async with plain.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        base = await _presses(pilot, lambda: plain.query_one(Plain).scroll_offset.y)
    app = PatuiApp(workspace, screen="live")
    async with app.run_test(size=(120, 36)) as pilot:
        rows = app.screen.query_one("#feed", RowList)
        seconds = await _until(pilot, lambda: rows.count > 0)
        print(f"- live over {ROWS:,} feed lines: {1000 * seconds:.0f} ms to the first page")
        gc.freeze()  # as `patui` does after its first frame
        ours = await _presses(pilot, lambda: rows.cursor)
        _say("live", ours, base)
        lags = []
        await pilot.press("home")
        for number in range(40):
            await asyncio.sleep(random.uniform(0.0, 0.3))
            feed.tell(other.store, Event(EventType.FILE, other.clock(), "", path=f"new/{number}.py"))
            lags.append(await _until(pilot, lambda number=number: rows.rows[0].path == f"new/{number}.py"))
        print(f"- another process's row is shown after {1000 * p95(lags):.0f} ms at p95 (goal 500 or less)")
        pilot.app.simulate_key("2")
        started = time.perf_counter()
        await _until(pilot, lambda: app.screen.name == "candidates" and bool(app.screen.query("#list")))
        listed = app.screen.query_one("#list", RowList)
        await _until(pilot, lambda: listed.count >= CANDIDATES)
        print(f"- {CANDIDATES:,} candidates open in {time.perf_counter() - started:.2f} s (goal 1 or less)")
        _say("candidates", await _presses(pilot, lambda: listed.cursor, 100), base)
        rests = []
        title = app.screen.query_one("#diff-panel", Panel)
        for _ in range(20):
            at = listed.rows[listed.cursor + 1].name
            pilot.app.simulate_key("j")
            rests.append(await _until(pilot, lambda at=at: at in str(title.border_title)))
        print(f"- the detail of a candidate stands {1000 * p95(rests):.0f} ms after the last key at p95")
        pilot.app.simulate_key("1")
        await _until(pilot, lambda: app.screen.name == "live")
        await _hour(pilot, other, rows)


async def _hour(pilot: Pilot[None], other: Workspace, rows: RowList[Event]) -> None:
    """An hour of ten events a second, told as fast as they are shown: 10 a commit, gc'ed before each look."""
    sizes = []
    for part in range(4):
        for number in range(0, HOUR // 4, 10):
            feed.tell_all(
                other.store,
                [Event(EventType.FILE, other.clock(), "", path=f"hour/{part}/{number + one}.py") for one in range(10)],
            )
            if number % 1000 == 0:
                last = f"hour/{part}/{number + 9}.py"
                await _until(pilot, lambda last=last: rows.rows[0].path == last)
        gc.collect()
        sizes.append(_megabytes())
    growth = sizes[-1] - sizes[1]
    print(f"- after each quarter of {HOUR:,} events: {', '.join(f'{size:.0f}' for size in sizes)} MB; ", end="")
    print(f"the last half added {growth:.1f} MB (goal: no growth)")


def _say(where: str, ours: Pressed, base: Pressed) -> None:
    mine, theirs = ours.until_frame, base.until_frame
    print(f"- a key in {where}: {spread(mine, 'ms', 1)}, p95 {p95(mine):.1f} ms; ", end="")
    print(f"a trivial widget {spread(theirs, 'ms', 1)}, p95 {p95(theirs):.1f} ms; ", end="")
    print(
        f"ratio of medians {ratio(mine, theirs):.2f}, of p95 {p95(mine) / p95(theirs):.2f} (goal 1.5 or less); ", end=""
    )
    print(f"handlers and render {spread(ours.worked, 'ms', 1)}, p95 {p95(ours.worked):.1f} ms ", end="")
    print(f"(goal 8 or less; the trivial widget's p95 {p95(base.worked):.1f} ms)")


class DiffApp(App[None]):
    CSS_PATH = PatuiApp.CSS_PATH

    def compose(self) -> ComposeResult:
        yield DiffView()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        from tui.themes import fallbacks

        return fallbacks(self.current_theme)


async def _diffs() -> None:
    def pair(lines: int) -> tuple[str, str]:
        left = [f"    value_{index} = compute({index})" for index in range(lines)]
        right = [line.replace("compute", "measure") if index % 10 == 0 else line for index, line in enumerate(left)]
        return "\n".join(left), "\n".join(right)

    times = []
    for _ in range(15):
        left, right = pair(1_000)
        started = time.perf_counter()
        difference(left, right)
        times.append(1000 * (time.perf_counter() - started))
    print(f"- a comparison of 1,000 lines: {spread(times, 'ms', 0)} (goal 50 or less)")
    steps: dict[int, list[float]] = {}
    for lines in (100, 100_000):
        compared: Difference = difference(*pair(lines))
        app = DiffApp()
        async with app.run_test(size=(120, 36)) as pilot:
            view = app.query_one(DiffView)
            view.show(compared)
            view.toggle_folds()
            view.focus()
            await pilot.pause()
            steps[lines] = (await _presses(pilot, lambda view=view: view.scroll_offset.y, 60)).until_frame
    print(f"- a step in 100 lines {p95(steps[100]):.1f} ms, in 100,000 lines {p95(steps[100_000]):.1f} ms at p95")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, state = Path(folder) / "work", Path(folder) / "state"
        root.mkdir()
        with open_workspace(root, user_state=state, user_config=state) as workspace:
            fill(workspace)
        scan = subprocess.Popen(
            [sys.executable, "-P", "-m", "tui", "scan", str(Path(sys.prefix) / "lib")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.nice(10),
        )
        try:
            with (
                open_workspace(root, user_state=state, user_config=state) as workspace,
                open_workspace(root, user_state=state, user_config=state) as other,
            ):
                asyncio.run(_app(workspace, other))
        finally:
            scan.terminate()
            scan.wait()
        asyncio.run(_diffs())
        print(f"- this process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
