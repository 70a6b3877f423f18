"""From aligned columns of lines to pieces: literal lines, lines with holes, optional blocks, loops, free blocks.

Columns that all examples share are literal. Between them a run of columns that only some have becomes, by what
explains it with the least: a loop (all lines look alike, their number differs), options (blocks shared as a whole, and
in a short run also those of one example alone, because the next file often has one of them), or one hole that spans
the run (a free block).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.induction.align import Column
from engine.induction.holes import one_hole, row_pieces
from engine.induction.loops import find_loop
from engine.induction.pieces import Hole, Option, Piece, merged
from engine.induction.tokens import Alphabet, Line

_WEAK = 1.3  # weight of a line with at most one word: `)`, `else:`, a blank line
_SHARED = 0.35  # of a run's content stands in several examples: then its parts are blocks, however long the run is
_MOST_OPTIONS = 12
_RUN = 0.5  # of a file, in lines: a longer run of which little is shared is text that is written anew
_MOST_PARTS = 4  # a run with certain blocks in it is cut into: more would be a hail of small ones
_TELLING = 8.0  # weight of a block, words about, that several examples have by no chance


@dataclass(slots=True)
class Region:
    """What the functions here share: the texts' lines, which examples take part, and how many examples there are."""

    texts: Sequence[Sequence[Line]]
    members: Sequence[int]
    count: int
    alphabet: Alphabet

    def row(self, columns: Sequence[Column], member: int) -> Line:
        """All lines of `member` in `columns` as one."""
        lines = [self.texts[member][column.lines[member]] for column in columns if column.lines[member] >= 0]
        if len(lines) == 1:
            return lines[0]
        tokens = tuple(token for line in lines for token in line.tokens)
        return Line("".join(line.code for line in lines), tokens, sum(line.weight for line in lines))

    def has(self, column: Column, member: int) -> bool:
        return column.lines[member] >= 0

    def full(self, column: Column) -> bool:
        return all(column.lines[member] >= 0 for member in self.members)

    def equal(self, column: Column) -> bool:
        return self.full(column) and len({self.line(column, member).code for member in self.members}) == 1

    def line(self, column: Column, member: int) -> Line:
        return self.texts[member][column.lines[member]]


def column_pieces(columns: Sequence[Column], region: Region) -> list[Piece]:
    """The pieces of all `columns`; each example's text is spelled by them exactly."""
    pieces: list[Piece] = []
    runs = _runs(columns, region)
    at = 0
    for start, end in runs:
        start = max(start, at)  # a loop may have grown over the runs behind it
        if start >= end:
            continue
        loop = find_loop(columns, at, start, end, region)
        if loop:
            start, end, found = loop
        pieces += _full(columns[at:start], region)
        pieces += found if loop else _partial(columns[start:end], region)
        at = end
    pieces += _full(columns[at:], region)
    return merged(pieces)


def _runs(columns: Sequence[Column], region: Region) -> list[tuple[int, int]]:
    """Maximal runs of columns that not all have; free runs with only weak lines between them are one."""
    runs: list[tuple[int, int]] = []
    for index, column in enumerate(columns):
        if region.full(column):
            continue
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined:
            before, last = joined[-1]
            between = columns[last:start]
            if (
                len(between) <= 2
                and all(region.line(column, region.members[0]).weight < _WEAK for column in between)
                and len(_groups(columns[before:last], region)) > 1
                and len(_groups(columns[start:end], region)) > 1
            ):
                joined[-1] = (before, end)
                continue
        joined.append((start, end))
    return joined


def _full(columns: Sequence[Column], region: Region) -> list[Piece]:
    """Columns that all members have, line by line."""
    pieces: list[Piece] = []
    for column in columns:
        pieces += row_pieces({member: region.line(column, member) for member in region.members}, region.count)
    return pieces


@dataclass(slots=True)
class _Group:
    """Neighbouring columns that the same examples have."""

    present: frozenset[int]
    columns: list[Column]


def _groups(columns: Sequence[Column], region: Region) -> list[_Group]:
    groups: list[_Group] = []
    for column in columns:
        present = frozenset(member for member in region.members if region.has(column, member))
        if groups and groups[-1].present == present:
            groups[-1].columns.append(column)
        else:
            groups.append(_Group(present, [column]))
    return groups


def _partial(columns: Sequence[Column], region: Region) -> list[Piece]:
    groups = _groups(columns, region)
    if len(groups) == 1 and len(groups[0].present) == len(region.members):
        return _full(columns, region)
    content = {id(group): _content(group, region) for group in groups}
    total = sum(content.values()) or 1.0
    shared = sum(content[id(group)] for group in groups if len(group.present) > 1)
    short = len(columns) <= _RUN * sum(len(region.texts[member]) for member in region.members) / len(region.members)
    if len(groups) == 1 or (len(groups) <= _MOST_OPTIONS and (short or shared >= _SHARED * total)):
        return [piece for group in groups for piece in _option(group, region)]
    certain = [index for index, group in enumerate(groups) if _is_certain(group, content[id(group)], region)]
    gaps = [groups[before + 1 : index] for before, index in pairwise([-1, *certain, len(groups)])]
    if certain and len(certain) + sum(map(bool, gaps)) <= _MOST_PARTS:
        pieces: list[Piece] = []
        for between, index in zip(gaps, [*certain, None], strict=True):
            columns = [column for group in between for column in group.columns]
            pieces += _partial(columns, region) if columns else []
            pieces += _option(groups[index], region) if index is not None else []
        return pieces
    rows = {member: region.row(columns, member) for member in region.members}
    if any(not row.tokens for row in rows.values()):
        values: list[str | None] = [None] * region.count
        for member, row in rows.items():
            values[member] = row.text
        return [Hole(tuple(values))]
    return one_hole(rows, region.count)


def _is_certain(group: _Group, content: float, region: Region) -> bool:
    """Whether a group is a block by itself whatever stands around it: several examples have it, word for word."""
    some = len(group.present)
    inner = Region(region.texts, sorted(group.present), region.count, region.alphabet)
    return 1 < some < len(region.members) and content >= _TELLING and all(map(inner.equal, group.columns))


def _content(group: _Group, region: Region) -> float:
    return sum(region.line(column, member).weight for column in group.columns for member in group.present) / len(
        group.present
    )


def _option(group: _Group, region: Region) -> list[Piece]:
    inner = Region(region.texts, sorted(group.present), region.count, region.alphabet)
    if len(group.present) == len(region.members):
        return column_pieces(group.columns, inner)
    body = column_pieces(group.columns, inner)
    present: list[bool | None] = [None] * region.count
    for member in region.members:
        present[member] = member in group.present
    return [Option(tuple(present), tuple(body))]
