"""What reviewing a draft takes, on the app itself: its keys are pressed, and what it paints is counted.

The reviewer opens Candidates, reads the draft beside its first example, goes through two more examples, opens the
variables and the evidence, and approves. Seconds by the Keystroke-Level Model: K for a key, M for each screen that is
taken in; and what is read: the words of a screen that were not on the one before, at 238 words a minute (Brysbaert
2019, "How many words do we read per minute?", J. of Memory and Language: silent reading of non-fiction).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from benchmarks.simulated_developer import Developer
from benchmarks.simulated_work import START, story
from engine.actions.find import find
from engine.model import Candidate, Status
from engine.savings import KEYSTROKE, MENTAL, edit_cost
from engine.workspace import Workspace, open_workspace
from tui.app import PatuiApp
from tui.cli.shapes import template_text
from tui.widgets.diff_view import DiffView
from tui.widgets.row_list import RowList

WORDS_A_MINUTE = 238
_WEEKS = 3
_LOOKS = ("right_square_bracket", "right_square_bracket", "enter")
_FILES = ("file", "scaffold")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One draft: keys pressed, screens taken in, words read, the seconds of all that; and what a person without patui
    would have done: read three siblings and type the template into a copy of the newest."""

    name: str
    keys: int
    screens: int
    words: int
    by_hand_seconds: float

    @property
    def seconds(self) -> float:
        return KEYSTROKE * self.keys + MENTAL * self.screens + 60 * self.words / WORDS_A_MINUTE


def review_times(place: Path, seed: int) -> list[Reviewed]:
    """Every draft of files that stands after three weeks without a review, reviewed in the app."""
    developer = Developer(place, reviews=False)
    developer.live_through(story(seed, _WEEKS), _WEEKS)
    with developer.at_work():
        clock = START.timestamp() + (_WEEKS * 7 + 1) * 86_400
        with open_workspace(developer.root, clock=lambda: clock) as workspace:
            return asyncio.run(_review_all(workspace))


async def _review_all(workspace: Workspace) -> list[Reviewed]:
    reviewed = []
    app = PatuiApp(workspace, screen="live")
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        await pilot.press("2")
        await _until(pilot, lambda: bool(app.screen.query("#list")))
        rows = app.screen.query_one("#list", RowList)
        await _until(pilot, lambda: bool(rows.rows) and rows.has_focus)
        for candidate in _pending(workspace):
            rows.go_to(candidate.id)
            await _settled(pilot)
            reviewed.append(await _review(workspace, pilot, candidate))
    return reviewed


async def _review(workspace: Workspace, pilot: Pilot[None], candidate: Candidate) -> Reviewed:
    screen = pilot.app.screen
    await _until(pilot, lambda: bool(screen.query_one(DiffView).difference.rows))
    before: Counter[str] = Counter()
    words = 0
    for key in ("", *_LOOKS):
        if key:
            await pilot.press(key)
            await _settled(pilot)
        shown = _words(pilot)
        words += (shown - before).total()
        before = shown
    await pilot.press("enter", "a")
    await _until(pilot, lambda: candidate.id not in {row.id for row in _pending(workspace)})
    await _settled(pilot)
    keys = len(_LOOKS) + 3  # the way to its row, back from the details, and the approval
    return Reviewed(candidate.name, keys, 1 + len(_LOOKS), words, _by_hand(workspace, candidate))


def _by_hand(workspace: Workspace, candidate: Candidate) -> float:
    pattern = find(workspace, candidate.pattern_id).pattern
    siblings = []
    for member in candidate.members[-3:]:
        whole = workspace.root / member
        paths = sorted(whole.rglob("*")) if whole.is_dir() else [whole]
        siblings.append("".join(path.read_text() for path in paths if path.is_file()))
    read = 60 * sum(len(text.split()) for text in siblings) / WORDS_A_MINUTE
    return MENTAL * len(siblings) + read + edit_cost(siblings[-1], template_text(pattern)).seconds


def _pending(workspace: Workspace) -> list[Candidate]:
    from engine.store import candidates

    rows = candidates.listing(workspace.store, (Status.PENDING,))
    return [row for row in rows if row.kind in _FILES]


def _words(pilot: Pilot[None]) -> Counter[str]:
    strips = pilot.app.screen._compositor.render_strips()
    text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
    return Counter(word for word in text.split() if any(map(str.isalnum, word)))


async def _settled(pilot: Pilot[None]) -> None:
    await _until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
    await pilot.pause(0.3)


async def _until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    for _ in range(500):
        await pilot.pause()
        if true():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the app never came to where the review goes on")
