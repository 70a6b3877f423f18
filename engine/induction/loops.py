"""Repeated blocks: lines, or groups of lines, that look alike and whose number differs between the examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.induction.align import Column
from engine.induction.holes import row_pieces
from engine.induction.pieces import Field, Hole, Loop, Option, PathRef, Piece, Text
from engine.induction.tokens import Line

if TYPE_CHECKING:
    from engine.induction.blocks import Region

_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_WORDS = re.compile(r"[\w@][\w.\-@/+]*(?: [\w@][\w.\-@/+]*)*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_LONGEST_PERIOD = 12
_MOST_FIELDS = 5
_LEAST_ROWS = 3
_LEAST_RECURRING = 3  # lines: two of a short list recur by chance

Found = tuple[int, int, list[Piece]]
Items = Mapping[int, Sequence[Line]]


@lru_cache(maxsize=8192)
def look(line: str) -> str:
    """The line with strings and words blanked and a last comma dropped: equal for items of one list."""
    body = line.rstrip("\n")
    if body.endswith(","):
        body = body[:-1]
    return _WORDS.sub("w", _STRING.sub('"', body))


def find_loop(columns: Sequence[Column], least: int, start: int, end: int, region: Region) -> Found | None:
    """A loop over the run `columns[start:end]`, widened over neighbours (not before `least`) that look the same.

    Returns the widened run and its pieces, or None, which it also is for a run whose items come and go as a whole.
    """
    if _come_and_go(columns[start:end], region):
        return None
    return _lines(columns, least, start, end, region) or _groups(columns, least, start, end, region)


def _come_and_go(columns: Sequence[Column], region: Region) -> bool:
    """Whether lines that look like the items of a list are options: most of them stand in several examples, word for
    word and always at one place. Of the items of a list few recur, and they do so in any order."""
    codes: set[str] = set()
    recurring = 0
    for column in columns:
        own = {region.line(column, member).code for member in region.members if region.has(column, member)}
        if len(own) > 1 or own & codes:
            return False
        codes |= own
        recurring += sum(region.has(column, member) for member in region.members) > 1
    return recurring >= _LEAST_RECURRING and recurring * 2 >= len(columns)


def _looks(column: Column, region: Region) -> set[str]:
    return {look(region.line(column, member).text) for member in region.members if region.has(column, member)}


# ── one line an item ─────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(columns: Sequence[Column], least: int, start: int, end: int, region: Region) -> Found | None:
    looks = {one for column in columns[start:end] for one in _looks(column, region)}
    if len(looks) != 1:
        return None
    shape = looks.pop()
    if "w" not in shape and '"' not in shape:
        return None
    for bridging in (True, False):
        first, last = _widened(columns, least, start, end, shape, bridging, region)
        found = _best(columns, first, last, region)
        if found and (_speaks(found[2]) or not (bridging or shape.strip() == "w")):
            return found
    return None


def _widened(
    columns: Sequence[Column], least: int, start: int, end: int, shape: str, bridging: bool, region: Region
) -> tuple[int, int]:
    """The run with its neighbours that are items too; `bridging` goes over one that may be none to columns that some
    lack, because in a list a line may stand at one place in all examples by chance."""
    keys = {key for column in columns[start:end] for key in _keys(column, region)}
    edge = start
    while edge > least and _looks(columns[edge - 1], region) == {shape}:
        edge -= 1
        if (_is_item(columns[edge], keys, region) and edge == start - 1) or (
            bridging and not region.full(columns[edge])
        ):
            start = edge
    edge = end
    while edge < len(columns) and _looks(columns[edge], region) == {shape}:
        edge += 1
        if (_is_item(columns[edge - 1], keys, region) and edge == end + 1) or (
            bridging and not region.full(columns[edge - 1])
        ):
            end = edge
    return start, end


def _best(columns: Sequence[Column], start: int, end: int, region: Region) -> Found | None:
    equal = sum(1 for column in columns[start:end] if region.equal(column))
    if end - start - equal < 2 or equal * 2 > end - start:
        return None
    inner_start, inner_end = start, end
    while region.equal(columns[inner_start]):
        inner_start += 1
    while region.equal(columns[inner_end - 1]):
        inner_end -= 1
    best: tuple[int, Found] | None = None
    for first, last in {(start, end), (inner_start, inner_end), (start, inner_end), (inner_start, end)}:
        lists = {
            member: [region.line(column, member) for column in columns[first:last] if region.has(column, member)]
            for member in region.members
        }
        pieces = _loop(lists, region)
        if pieces:
            # The more every item shares the better: a line that is in all files and shares less is no item.
            score = sum(len(part.text) for part in _body(pieces) if isinstance(part, Text)) * 1000 + last - first
            if best is None or (score, -first) > (best[0], -best[1][0]):
                best = (score, (first, last, pieces))
    return best[1] if best else None


def _is_item(column: Column, keys: set[str], region: Region) -> bool:
    """Whether a column that looks like the items next to it is one: it is no `key: value` of its own."""
    own = _keys(column, region)
    if sum(region.has(column, member) for member in region.members) < 2:
        return True
    return len(own) > 1 or own == keys or (region.equal(column) and len(keys) > 1)


def _keys(column: Column, region: Region) -> set[str]:
    """The first words of a column's lines (as codes)."""
    found = set()
    for member in region.members:
        if region.has(column, member):
            line = region.line(column, member)
            pairs = zip(line.code, line.tokens, strict=True)
            found.add(next((code for code, token in pairs if token.text[0].isalnum()), ""))
    return found


def _body(pieces: Sequence[Piece]) -> tuple[Text | Field | PathRef, ...]:
    return next(piece.body for piece in pieces if isinstance(piece, Loop))


def _speaks(pieces: Sequence[Piece]) -> bool:
    """Whether the items share a word: lines of which nothing but the shape agrees are text, no list."""
    return any(isinstance(part, Text) and _LETTERS.search(part.text) for part in _body(pieces))


# ── groups of lines ──────────────────────────────────────────────────────────────────────────────────────────────────


def _groups(columns: Sequence[Column], least: int, start: int, end: int, region: Region) -> Found | None:
    """The sequence of looks is the same group of lines again and again in every example.

    A run of columns that some lack need not begin where a group begins, so every shift by full columns is tried.
    """
    counts = {
        member: sum(1 for column in columns[start:end] if region.has(column, member)) for member in region.members
    }
    for period in range(2, _LONGEST_PERIOD + 1):
        rests = {count % period for count in counts.values()}
        if len(rests) != 1:
            continue
        rest = rests.pop()
        best: tuple[tuple[int, int], int, int] | None = None
        for shift in range(period):
            begin, stop = start - shift, end + (-(rest + shift)) % period
            if begin < least or stop > len(columns):
                continue
            if not all(region.full(column) for column in (*columns[begin:start], *columns[end:stop])):
                continue
            group = _group(columns, begin, stop, period, region)
            if group is None:
                continue
            while begin - period >= least and _is_group(columns[begin - period : begin], group, region):
                begin -= period
            while stop + period <= len(columns) and _is_group(columns[stop : stop + period], group, region):
                stop += period
            indent = len(group[0]) - len(group[0].lstrip()) if group[0].strip() else 99
            score = (stop - begin, -indent)
            if best is None or score > best[0]:
                best = (score, begin, stop)
        if best is not None:
            _, begin, stop = best
            pieces = _loop(_grouped(columns[begin:stop], period, region), region)
            if pieces and _speaks(pieces):
                return begin, stop, pieces
    return None


def _group(columns: Sequence[Column], begin: int, stop: int, period: int, region: Region) -> list[str] | None:
    """The looks of one group when every member's lines in `begin:stop` are groups; else None."""
    group: list[str] | None = None
    for member in region.members:
        looks = [look(region.line(column, member).text) for column in columns[begin:stop] if region.has(column, member)]
        if not looks:
            continue
        group = group or looks[:period]
        if looks != group * (len(looks) // period):
            return None
    return group if group and len(set(group)) > 1 else None


def _is_group(columns: Sequence[Column], group: Sequence[str], region: Region) -> bool:
    return all(
        region.full(column) and _looks(column, region) == {wanted}
        for column, wanted in zip(columns, group, strict=True)
    )


def _grouped(columns: Sequence[Column], period: int, region: Region) -> dict[int, list[Line]]:
    lists: dict[int, list[Line]] = {}
    for member in region.members:
        lines = [region.line(column, member) for column in columns if region.has(column, member)]
        lists[member] = [_together(lines[k : k + period]) for k in range(0, len(lines), period)]
    return lists


def _together(lines: Sequence[Line]) -> Line:
    tokens = tuple(token for line in lines for token in line.tokens)
    return Line("".join(line.code for line in lines), tokens, sum(line.weight for line in lines))


# ── items to a loop ──────────────────────────────────────────────────────────────────────────────────────────────────


def _loop(lists: Items, region: Region) -> list[Piece]:
    """The loop whose items are in `lists`; empty when they are no list, or do not share enough to be one."""
    distinct = {tuple(line.text for line in items) for items in lists.values() if items}
    if len(distinct) < 2 or max(map(len, lists.values())) < 2 or sum(map(len, lists.values())) < _LEAST_ROWS:
        return []
    separator, ending = _separator(lists)
    rows: dict[int, Line] = {}
    owners: list[int] = []
    for member, items in lists.items():
        for index, item in enumerate(items):
            cut = len(separator if index < len(items) - 1 else ending)
            rows[len(owners)] = _shortened(item, cut)
            owners.append(member)
    body: list[Text | Field | PathRef] = []
    fields: list[tuple[str | None, ...]] = []
    for piece in row_pieces(rows, len(owners)):
        match piece:
            case Text():
                body.append(piece)
            case PathRef(variable, filters, texts):
                body.append(PathRef(variable, filters, _by_member(texts, owners, region.count)))
            case Hole(values):
                body.append(Field(len(fields)))
                fields.append(values)
            case Option(present, inner):
                word = "".join(part.text for part in inner if isinstance(part, Text))
                body.append(Field(len(fields)))
                fields.append(tuple(word if on else "" for on in present))
            case Loop():
                return []
    if not fields or len(fields) > _MOST_FIELDS:
        return []
    spread: list[tuple[tuple[str, ...], ...] | None] = [None] * region.count
    for member in lists:
        spread[member] = tuple(
            tuple(field[row] or "" for field in fields) for row, owner in enumerate(owners) if owner == member
        )
    if separator == ending:
        return [Loop(tuple(spread), (*body, Text(separator)) if separator else tuple(body), "")]
    if any(not items for items in lists.values()):
        return []
    return [Loop(tuple(spread), tuple(body), separator), Text(ending)]


def _by_member(texts: Sequence[str | None], owners: Sequence[int], count: int) -> tuple[str | None, ...]:
    spread: list[str | None] = [None] * count
    for text, owner in zip(texts, owners, strict=True):
        spread[owner] = text
    return tuple(spread)


def _shortened(line: Line, characters: int) -> Line:
    """`line` without its last tokens, which are single characters."""
    if not characters:
        return line
    return Line(line.code[:-characters], line.tokens[:-characters], line.weight)


def _separator(lists: Items) -> tuple[str, str]:
    """(what stands between items, what stands behind the last) of the line ends `,\\n` and `\\n`."""
    inner = [line.text for lines in lists.values() for line in lines[:-1]]
    last = [lines[-1].text for lines in lists.values() if lines]
    if inner and all(item.endswith(",\n") for item in inner) and not any(item.endswith(",\n") for item in last):
        if all(item.endswith("\n") for item in last):
            return ",\n", "\n"
        if not any(item.endswith("\n") for item in last):
            return ",\n", ""
    if inner and all(item.endswith("\n") for item in inner) and not any(item.endswith("\n") for item in last):
        return "\n", ""
    return "", ""
