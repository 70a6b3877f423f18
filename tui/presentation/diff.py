"""Rows of `compare` as lines of a given width: side by side or unified, slots between ‹ and ›, changes with - and +."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from textual.content import Content, Span

from tui.presentation import ink
from tui.presentation.compare import Fold, Mark, Row, Side
from tui.presentation.text import amount, clean

TAB: Final = "→   "
_STYLES: Final = {"-": (ink.REMOVED, ink.REMOVED_STRONG), "+": (ink.ADDED, ink.ADDED_STRONG)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the unified view: `sign` is `-`, `+` or a blank."""

    sign: str
    side: Side


def unify(shown: Sequence[Row | Fold]) -> tuple[Line | Fold, ...]:
    """The side-by-side entries as unified ones: within a run of changes, all removed lines before all added ones."""
    lines: list[Line | Fold] = []
    added: list[Line] = []
    for entry in shown:
        if isinstance(entry, Row) and not entry.same:
            lines += [Line("-", entry.left)] if entry.left else []
            added += [Line("+", entry.right)] if entry.right else []
            continue
        lines += added
        added.clear()
        if isinstance(entry, Fold):
            lines.append(entry)
        elif entry.left:
            lines.append(Line(" ", entry.left))
    return (*lines, *added)


def hunks(lines: Sequence[Line | Fold]) -> tuple[int, ...]:
    """Where in the unified `lines` each run of differing lines begins."""
    found: list[int] = []
    inside = False
    for index, line in enumerate(lines):
        differs = isinstance(line, Line) and line.sign != " "
        if differs and not inside:
            found.append(index)
        inside = differs
    return tuple(found)


def split_line(entry: Row | Fold, width: int, digits: int, shift: int = 0) -> Content:
    """One line of the side-by-side view, exactly `width` cells; `shift` cells are scrolled away on the left."""
    if isinstance(entry, Fold):
        return fold_line(entry, width, digits)
    left = (width - 1) // 2
    signs = (" ", " ") if entry.same else ("-", "+")
    return Content.assemble(
        half(entry.left, signs[0], left, digits, shift),
        ("│", "$rule"),
        half(entry.right, signs[1], width - 1 - left, digits, shift),
    )


def unified_line(entry: Line | Fold, width: int, digits: int, shift: int = 0) -> Content:
    """One line of the unified view, exactly `width` cells."""
    if isinstance(entry, Fold):
        return fold_line(entry, width, digits)
    return half(entry.side, entry.sign, width, digits, shift)


def fold_line(entry: Fold, width: int, digits: int) -> Content:
    text = f"{'⋯':>{digits + 1}}   {amount(entry.count, 'equal line')}"
    return Content.styled(text, ink.FAINT).truncate(width, ellipsis=True, pad=True)


def height(entry: Row | Line | Fold, width: int, digits: int) -> int:
    """How many lines an entry takes when it is wrapped to `width` cells."""
    if isinstance(entry, Fold):
        return 1
    if isinstance(entry, Line):
        return _height(entry.side, width - digits - 4)
    left = (width - 1) // 2
    return max(_height(entry.left, left - digits - 4), _height(entry.right, width - 1 - left - digits - 4))


def _height(side: Side | None, room: int) -> int:
    return 1 if side is None or _fits(side, room) else len(_folded(side, "", room))


def wrapped_line(entry: Row | Line | Fold, width: int, digits: int, part: int) -> Content:
    """One of the lines that a wrapped entry takes; the number stands at the first only."""
    if isinstance(entry, Fold):
        return fold_line(entry, width, digits)
    if isinstance(entry, Line):
        return _wrapped_half(entry.side, entry.sign, width, digits, part)
    left = (width - 1) // 2
    signs = (" ", " ") if entry.same else ("-", "+")
    return Content.assemble(
        _wrapped_half(entry.left, signs[0], left, digits, part),
        ("│", "$rule"),
        _wrapped_half(entry.right, signs[1], width - 1 - left, digits, part),
    )


def _fits(side: Side, room: int) -> bool:
    """Whether the text surely takes one line; says so without laying it out."""
    cells = 1 if side.text.isascii() and "\t" not in side.text else 4  # a tab takes four, and no letter takes more
    return len(side.text) * cells + 2 * len(side.marks) <= room


@lru_cache(maxsize=64)  # what is wrapped is asked for line by line
def _folded(side: Side, strong: str, room: int) -> tuple[Content, ...]:
    if _fits(side, room):
        return (marked(side, strong),)
    return tuple(_pieces(marked(side, strong), max(room, 2)))


def _pieces(text: Content, room: int) -> list[Content]:
    """`text` in pieces of at most `room` cells. Textual's own `fold` loses what follows letters that take no cell."""
    if text.plain.isascii():
        return text.divide(range(room, len(text), room))
    cuts, taken = [], 0
    for index, letter in enumerate(text.plain):
        cells = cell_len(letter)
        if taken + cells > room:
            cuts.append(index)
            taken = 0
        taken += cells
    return text.divide(cuts)


def _wrapped_half(side: Side | None, sign: str, width: int, digits: int, part: int) -> Content:
    style, strong = _STYLES.get(sign, (ink.PLAIN, ink.PLAIN))
    room = max(width - digits - 4, 0)
    pieces = _folded(side, strong, room) if side else ()
    if side is None or part >= len(pieces):
        return Content(" " * max(width, 0))
    number = f"{side.number:>{digits + 1}} " if part == 0 else " " * (digits + 2)
    body = Content.assemble(f"{sign} ", pieces[part].truncate(room, pad=True))
    line = Content.assemble((number, ink.FAINT), body.stylize_before(style) if style else body)
    return line.truncate(width, pad=True)


def half(side: Side | None, sign: str, width: int, digits: int, shift: int = 0) -> Content:
    """One side of a row: number, sign, text, exactly `width` cells."""
    if side is None:
        return Content(" " * max(width, 0))
    gutter = Content.styled(f"{side.number:>{digits + 1}} ", ink.FAINT)
    style, strong = _STYLES.get(sign, (ink.PLAIN, ink.PLAIN))
    room = max(width - gutter.cell_length - 2, 0)
    text = marked(side, strong)
    if shift:
        text = text[shift:] if shift < len(text) else Content("")
    text = text.truncate(room, ellipsis=True, pad=True)
    body = Content.assemble(f"{sign} ", text)
    return Content.assemble(gutter, body.stylize_before(style) if style else body).truncate(width, pad=True)


def marked(side: Side, strong: str) -> Content:
    """The text of a line with its marks: slots as ‹value› in their style, changed ranges in `strong`."""
    text: list[str] = []
    spans: list[Span] = []
    length = at = 0

    def put(start: int, end: int, style: str, opening: str = "", closing: str = "") -> None:
        nonlocal length
        shown = opening + _tabs(side.text[start:end]) + closing
        if not opening:
            spans.extend(_painted(side, start, end, length))
        if style:
            spans.append(Span(length, length + len(shown), style))
        text.append(shown)
        length += len(shown)

    for start, end, mark in side.marks:
        if start > at:
            put(at, start, "")
        if mark is Mark.SLOT:
            put(start, end, ink.SLOT, "‹", "›")
        else:
            put(start, end, strong)
        at = end
    if at < len(side.text):
        put(at, len(side.text), "")
    return Content("".join(text), spans, strip_control_codes=False)


def _painted(side: Side, start: int, end: int, offset: int) -> list[Span]:
    """The syntax colours of a piece of the line, moved to where it is shown (`offset`; tabs take more room there)."""
    text, tabs = side.text, "\t" in side.text
    spans = []
    for first, last, style in side.paint:
        a, b = max(first, start), min(last, end)
        if a < b:
            shown = (len(_tabs(text[start:a])), len(_tabs(text[start:b]))) if tabs else (a - start, b - start)
            spans.append(Span(offset + shown[0], offset + shown[1], style))
    return spans


def _tabs(text: str) -> str:
    return clean(TAB.join(text.split("\t"))) if "\t" in text else clean(text)
