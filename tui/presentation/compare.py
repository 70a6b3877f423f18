"""Two texts as rows of lines: what a file says against what its template renders, slots kept apart from differences.

Lines and words are aligned by rapidfuzz's longest common subsequence. Where the two differ only inside a slot (a place
that the template fills) the line counts as equal: another value there is no defect of the template.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tui.presentation.code import Paint

Slots = Sequence[tuple[int, int]]

MOST_LINES: Final = 10_000
MOST_CHARACTERS: Final = 1_000_000
MOST_SHOWN: Final = 10_000  # characters of one line
_PAIRABLE: Final = 2_500  # cells of similarity that one changed block may cost (50 × 50 lines)
_SIMILAR: Final = 45.0  # of 100: below it, two lines are not shown as one changed line
_LONGEST_LINE: Final = 400  # characters; beyond it the inside of a line is not compared
_TOKEN: Final = re.compile(r"[^\W_]+|\s+|.", re.DOTALL)


class Mark(StrEnum):
    SLOT = "slot"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Side:
    """One line of one text: its number (from 1), its text, marked ranges `(start, end, mark)` in order, and its
    syntax colours `(start, end, style)`."""

    number: int
    text: str
    marks: tuple[tuple[int, int, Mark], ...] = ()
    paint: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the original beside its counterpart; a side is None where the other text has no such line."""

    left: Side | None
    right: Side | None
    same: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """`count` equal rows from `start` on, shown as one line."""

    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """`rows` in order; `note` says what was left out of the comparison, or is empty."""

    rows: tuple[Row, ...] = ()
    note: str = ""

    @property
    def exact(self) -> bool:
        return all(row.same for row in self.rows)


def difference(original: str, rendered: str, slots: Slots = (), paint: Paint | None = None) -> Difference:
    """The rows of `original` against `rendered`. `slots` are the ranges `(start, end)` of `rendered` that were filled.

    `paint` are the syntax colours of `original`; lines that are equal have them on both sides.
    Over 10,000 lines or 1,000,000 characters only common beginnings and ends are found, and of a line only its first
    10,000 characters are given; `note` says so.
    """
    left, right = original.split("\n"), rendered.split("\n")
    note = ""
    if original.endswith("\n") and rendered.endswith("\n"):
        left, right = left[:-1], right[:-1]
    elif original.endswith("\n") != rendered.endswith("\n"):
        shorter = "rendered text" if original.endswith("\n") else "original"
        note = f"no newline at the end of the {shorter}"
        left, right = (lines[:-1] if lines[-1] == "" and len(lines) > 1 else lines for lines in (left, right))
    if left and right and all(line.endswith("\r") for line in left + right):
        left, right, note = [line[:-1] for line in left], [line[:-1] for line in right], note or "CRLF lines"
    marks = slots_by_line(rendered, slots)
    large = max(len(left), len(right)) > MOST_LINES or max(len(original), len(rendered)) > MOST_CHARACTERS
    if large:
        note = "too large to compare line by line: common beginning and end only"
    rows: list[Row] = []
    for equal, i, i_end, j, j_end in _blocks(left, right, coarse=large):
        if equal:
            for k in range(i_end - i):
                marked, colours = marks.get(j + k, ()), (paint or {}).get(i + k + 1, ())
                left_side = Side(i + k + 1, left[i + k], marked, colours)
                rows.append(Row(left_side, Side(j + k + 1, right[j + k], marked, colours), True))
            continue
        for a, b in _pairs(left[i:i_end], right[j:j_end], coarse=large):
            if a is None or b is None:
                rows.append(
                    Row(
                        None if a is None else Side(i + a + 1, left[i + a]),
                        None if b is None else Side(j + b + 1, right[j + b], marks.get(j + b, ())),
                        False,
                    )
                )
            else:
                rows.append(_pair(i + a + 1, left[i + a], j + b + 1, right[j + b], marks.get(j + b, ())))
    if any(len(line) > MOST_SHOWN for line in (*left, *right)):
        rows = [Row(_cut(row.left), _cut(row.right), row.same) for row in rows]
        note = "; ".join(part for part in (note, f"lines are cut at {MOST_SHOWN:,} characters") if part)
    return Difference(tuple(rows), note)


def _cut(side: Side | None) -> Side | None:
    if side is None or len(side.text) <= MOST_SHOWN:
        return side
    marks = tuple((start, min(end, MOST_SHOWN), mark) for start, end, mark in side.marks if start < MOST_SHOWN)
    colours = tuple((start, min(end, MOST_SHOWN), style) for start, end, style in side.paint if start < MOST_SHOWN)
    return Side(side.number, side.text[:MOST_SHOWN], marks, colours)


def fold(rows: Sequence[Row], opened: frozenset[int] = frozenset(), context: int = 3) -> tuple[Row | Fold, ...]:
    """`rows` with long runs of equal ones folded: `context` rows around each change stay, and rows with slots stay.

    `opened` holds the starts of folds that were opened. Without any change nothing is folded.
    """
    if all(row.same for row in rows):
        return tuple(rows)
    keep = bytearray(len(rows))
    for index, row in enumerate(rows):
        if not row.same:
            start, end = max(index - context, 0), min(index + context + 1, len(rows))
            keep[start:end] = b"\1" * (end - start)
        elif row.right is not None and row.right.marks:
            keep[index] = 1
    shown: list[Row | Fold] = []
    index = 0
    while index < len(rows):
        end = index
        while end < len(rows) and not keep[end]:
            end += 1
        if end - index >= 4 and index not in opened:
            shown.append(Fold(index, end - index))
            index = end
        else:
            end = max(end, index + 1)
            shown += rows[index:end]
            index = end
    return tuple(shown)


def hunks(shown: Sequence[Row | Fold]) -> tuple[int, ...]:
    """Where in `shown` each run of differing rows begins."""
    differs = [isinstance(entry, Row) and not entry.same for entry in shown]
    return tuple(i for i, (before, here) in enumerate(pairwise([False, *differs])) if here and not before)


def line_of(difference: Difference, number: int, *, split: bool) -> int:
    """Where line `number` of the rendered text is shown while no fold is closed, counted from 0."""
    at = 0
    for row in difference.rows:
        if row.right is not None and row.right.number >= number:
            break
        at += 1 if split or row.same else (row.left is not None) + (row.right is not None)
    return at


def slots_by_line(text: str, slots: Slots) -> dict[int, tuple[tuple[int, int, Mark], ...]]:
    """Per line index, the pieces of slots that lie on it (line ends left out)."""
    found: dict[int, list[tuple[int, int, Mark]]] = {}
    if not slots:
        return {}
    starts = [0] + [match.end() for match in re.finditer("\n", text)]
    line = 0
    for start, end in sorted(slots):
        while line + 1 < len(starts) and starts[line + 1] <= start:
            line += 1
        at = line
        while at < len(starts) and starts[at] < end:
            stop = starts[at + 1] - 1 if at + 1 < len(starts) else len(text)
            first, last = max(start, starts[at]) - starts[at], min(end, stop) - starts[at]
            if last > first:
                found.setdefault(at, []).append((first, last, Mark.SLOT))
            at += 1
    return {at: tuple(pieces) for at, pieces in found.items()}


def _blocks(left: Sequence[str], right: Sequence[str], *, coarse: bool) -> list[tuple[bool, int, int, int, int]]:
    """Alternating equal and changed blocks `(equal, left start, left end, right start, right end)`."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    ends = len(left) - tail, len(right) - tail
    blocks = [(True, 0, head, 0, head)] if head else []
    if coarse:
        blocks.append((False, head, ends[0], head, ends[1]))
    else:
        blocks += (
            (equal, i + head, i_end + head, j + head, j_end + head)
            for equal, i, i_end, j, j_end in _aligned(left[head : ends[0]], right[head : ends[1]])
        )
    if tail:
        blocks.append((True, ends[0], len(left), ends[1], len(right)))
    return [block for block in blocks if block[1] < block[2] or block[3] < block[4]]


def _aligned(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[tuple[bool, int, int, int, int]]:
    from rapidfuzz.distance import LCSseq  # 30 ms on first use: never before first paint

    ids: dict[Hashable, int] = {}
    numbered = [[ids.setdefault(item, len(ids)) for item in side] for side in (left, right)]
    blocks: list[tuple[bool, int, int, int, int]] = []
    for op in LCSseq.opcodes(*numbered):
        equal = op.tag == "equal"
        if blocks and blocks[-1][0] == equal:
            last = blocks.pop()
            blocks.append((equal, last[1], op.src_end, last[3], op.dest_end))
        else:
            blocks.append((equal, op.src_start, op.src_end, op.dest_start, op.dest_end))
    return blocks


def _pairs(left: Sequence[str], right: Sequence[str], *, coarse: bool) -> list[tuple[int | None, int | None]]:
    """The lines of a changed block, similar ones paired in order so that the sum of similarities is greatest."""
    rows, columns = len(left), len(right)
    if not rows or not columns or coarse or rows * columns > _PAIRABLE:
        return [(i, None) for i in range(rows)] + [(None, j) for j in range(columns)]
    from rapidfuzz.fuzz import ratio

    score = [[ratio(a[:_LONGEST_LINE], b[:_LONGEST_LINE]) for b in right] for a in left]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            paired = best[i + 1][j + 1] + score[i][j] if score[i][j] >= _SIMILAR else -1.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < rows and j < columns:
        if score[i][j] >= _SIMILAR and best[i][j] == best[i + 1][j + 1] + score[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs + [(k, None) for k in range(i, rows)] + [(None, k) for k in range(j, columns)]


def _pair(number: int, old: str, other: int, new: str, slots: tuple[tuple[int, int, Mark], ...]) -> Row:
    """Two similar lines, with what differs inside them marked; equal when they differ inside slots only."""
    if max(len(old), len(new)) > _LONGEST_LINE:
        return Row(Side(number, old), Side(other, new, slots), False)
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    at_left, at_right = _offsets(left), _offsets(right)
    old_marks: list[tuple[int, int, Mark]] = []
    new_marks: list[tuple[int, int, Mark]] = list(slots)
    same = True
    for equal, i, i_end, j, j_end in _aligned(left, right):
        a, a_end, b, b_end = at_left[i], at_left[i_end], at_right[j], at_right[j_end]
        if equal:
            old_marks += (
                (max(s, b) - b + a, min(e, b_end) - b + a, Mark.SLOT) for s, e, _ in slots if s < b_end and e > b
            )
        elif b < b_end and any(s <= b and b_end <= e for s, e, _ in slots):
            if a < a_end:
                old_marks.append((a, a_end, Mark.SLOT))
        else:
            same = False
            if a < a_end:
                old_marks.append((a, a_end, Mark.CHANGED))
            if b < b_end:
                new_marks = _without(new_marks, b, b_end)
                new_marks.append((b, b_end, Mark.CHANGED))
    return Row(Side(number, old, _merged(old_marks)), Side(other, new, _merged(new_marks)), same)


def _offsets(tokens: Sequence[str]) -> list[int]:
    at = [0]
    for token in tokens:
        at.append(at[-1] + len(token))
    return at


def _without(marks: list[tuple[int, int, Mark]], start: int, end: int) -> list[tuple[int, int, Mark]]:
    """`marks` with the range cut out of them."""
    kept: list[tuple[int, int, Mark]] = []
    for s, e, mark in marks:
        kept += [(s, min(e, start), mark)] if s < start else []
        kept += [(max(s, end), e, mark)] if e > end else []
    return kept


def _merged(marks: list[tuple[int, int, Mark]]) -> tuple[tuple[int, int, Mark], ...]:
    """`marks` in order, touching ones of one kind joined."""
    joined: list[tuple[int, int, Mark]] = []
    for start, end, mark in sorted(marks):
        if joined and joined[-1][2] is mark and joined[-1][1] >= start:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), mark)
        else:
            joined.append((start, end, mark))
    return tuple(joined)
