"""The three one-line bars: header, tabs, keys. Each knows which of its cells answer to a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from tui.presentation import ink
from tui.presentation.text import amount, clean, crop_path, number


@dataclass(frozen=True, slots=True)
class Bar:
    """A line and its clickable cells: `(start, end, what)`, where `what` is a key or the name of a screen."""

    content: Content
    spots: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What the header says of the workspace. `new` counts candidates nobody has looked at yet, `offers` suggestions;
    `trouble` says in few words what is wrong, and stands in the place of all that is known of the engine."""

    path: str
    running: bool = False
    files: int = 0
    commits: int = 0
    busy: str = ""
    new: int = 0
    offers: int = 0
    trouble: str = ""


def header(state: State, time: str, width: int) -> Bar:
    """`patui  ~/src/shop      ● watching 2,310 files · 412 commits mined · 3 new      14:02`."""
    waiting = [
        text
        for count, text in ((state.new, f"{number(state.new)} new"), (state.offers, amount(state.offers, "offer")))
        if count
    ]
    mark = Content.styled("●", ink.WAITS) if waiting else Content.styled("○", ink.MUTED)
    if state.trouble:
        mark, facts = Content.styled("✗", ink.BAD), [clean(state.trouble)]
    elif not state.running:
        facts = ["engine not running"]
    else:
        watched = [f"watching {amount(state.files, 'file')}", f"{amount(state.commits, 'commit')} mined"]
        facts = [clean(state.busy)] if state.busy else watched
    for kept in (facts, facts[:1], [], None):
        middle = _middle(mark, kept or [], waiting if kept is not None else [])
        right = Content.assemble(
            middle if kept is not None else "", "   " if kept is not None else "", (time, ink.MUTED)
        )
        room = width - right.cell_length - 4
        if room >= min(len(state.path), 20) + 9 or kept is None:
            break
    left = Content.assemble(
        (" patui", ink.STRONG), "  ", (crop_path(clean(state.path), max(room - 8, 4)), ink.MUTED)
    ).truncate(max(width - right.cell_length - 2, 0), ellipsis=True)
    gap = max(width - left.cell_length - right.cell_length - 1, 1)
    return Bar(Content.assemble(left, " " * gap, right, " ").truncate(width, pad=True))


def _middle(mark: Content, facts: Sequence[str], waiting: Sequence[str]) -> Content:
    parts: list[Content | str] = [" · ".join(facts)] if facts else []
    if waiting:
        parts.append(Content.styled(" · ".join(waiting), ink.WAITS))
    pieces: list[Content | str] = []
    for index, part in enumerate(parts):
        pieces += [" · ", part] if index else [part]
    return Content.assemble(mark, " ", *pieces)


@dataclass(frozen=True, slots=True)
class Tab:
    """One screen in the tab line; `count` 0 is not shown, `waits` gives it the colour of what waits."""

    key: str
    name: str
    title: str
    count: int = 0
    waits: bool = False
    short: str = ""  # where the title is too long


_HELP: Final = "? help "
# From the most to the least that the tab line says: cells between two tabs, and which tabs have their title.
_SPACINGS: Final = ((2, "all"), (1, "all"), (1, "short"), (0, "short"), (1, "waiting"), (1, "current"))


def tabs(tabs: Sequence[Tab], current: str, width: int) -> Bar:
    """The screens with their numbers, each to be clicked; where room is scarce only some have their title."""
    for gap, titled in _SPACINGS:
        bar = _tab_line(tabs, current, width, gap, titled)
        if bar.content.cell_length + len(_HELP) <= width:
            break
    room = width - bar.content.cell_length
    if room < len(_HELP):
        return Bar(bar.content.rstrip().truncate(width, ellipsis=True, pad=True), bar.spots)
    help_spot = (width - 7, width - 1, "help")
    line = Content.assemble(bar.content, " " * (room - len(_HELP)), (_HELP, ink.MUTED))
    return Bar(line, (*bar.spots, help_spot))


def _tab_line(tabs: Sequence[Tab], current: str, width: int, gap: int, titled: str) -> Bar:
    pieces: list[Content | str] = [" "]
    spots = []
    at = 1
    for tab in tabs:
        here = tab.name == current
        label = Content.styled(tab.key, ink.STRONG if here else ink.FAINT)
        if here or titled in ("all", "short") or (titled == "waiting" and tab.waits):
            title = tab.short if titled == "short" and tab.short and not here else tab.title
            label = Content.assemble(label, " ", (title, ink.STRONG if here else ink.MUTED))
        if tab.count and (here or titled == "all" or tab.waits):
            label = Content.assemble(label, " ", (number(tab.count), ink.WAITS if tab.waits else ink.MUTED))
        label = Content.assemble(("▸", ink.STRONG) if here else " ", label)
        spots.append((at, at + label.cell_length, tab.name))
        pieces += [label, " " * gap]
        at += label.cell_length + gap
    return Bar(Content.assemble(*pieces), tuple(spots))


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key that works now: how it is written, what it does, and the key itself for a click."""

    shown: str
    does: str
    key: str
    available: bool = True


def keys(hints: Sequence[KeyHint], width: int) -> Bar:
    """As many hints as fit, in order; `? more` at the end when some did not."""
    more = 8
    pieces: list[Content] = []
    spots = []
    at = 1
    for index, hint in enumerate(hints):
        length = len(hint.shown) + 1 + len(hint.does) + 2
        rest = index < len(hints) - 1
        if at + length > width - (more if rest else 0):
            if at + more <= width:
                pieces.append(Content.assemble(("?", ink.KEY), (" more", ink.MUTED)))
                spots.append((at, at + 6, "question_mark"))
            break
        style = ink.MUTED if hint.available else ink.FAINT
        pieces.append(
            Content.assemble((hint.shown, ink.KEY if hint.available else ink.FAINT), (f" {hint.does}  ", style))
        )
        spots.append((at, at + length - 2, hint.key))
        at += length
    return Bar(Content.assemble(" ", *pieces).truncate(width, pad=True), tuple(spots))
