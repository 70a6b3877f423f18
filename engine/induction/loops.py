"""Repeated blocks: lines that look alike and whose number differs between the examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.induction.align import Column
from engine.induction.holes import row_pieces
from engine.induction.pieces import Field, Hole, Loop, Option, Piece, Text
from engine.induction.tokens import Alphabet, Line, Token, tokens_of

if TYPE_CHECKING:
    from engine.induction.blocks import Region

_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_WORDS = re.compile(r"[\w@][\w.\-@/+]*(?: [\w@][\w.\-@/+]*)*")
_LONGEST_PERIOD = 10
_MOST_FIELDS = 5
_LEAST_ROWS = 3


@lru_cache(maxsize=8192)
def look(line: str) -> str:
    """The line with strings and words blanked and a last comma dropped: equal for items of one list."""
    body = line.rstrip("\n")
    if body.endswith(","):
        body = body[:-1]
    return _WORDS.sub("w", _STRING.sub("s", body))


def find_loop(
    columns: Sequence[Column], least: int, start: int, end: int, region: Region
) -> tuple[int, int, list[Piece]] | None:
    """A loop over the run `columns[start:end]`, widened over neighbours (not before `least`) that look the same.

    Returns the widened run and its pieces, or None.
    """
    return _single(columns, least, start, end, region) or _periodic(columns, least, start, end, region)


def _looks(column: Column, region: Region) -> set[str]:
    return {look(region.line(column, member).text) for member in region.members if region.has(column, member)}


def _single(
    columns: Sequence[Column], least: int, start: int, end: int, region: Region
) -> tuple[int, int, list[Piece]] | None:
    looks = {one for column in columns[start:end] for one in _looks(column, region)}
    if len(looks) != 1:
        return None
    shape = looks.pop()
    if not shape.strip() or shape.strip() in ("w", "s") or not ("w" in shape or "s" in shape):
        return None
    partial = end - start
    while start > least and _looks(columns[start - 1], region) == {shape}:
        start -= 1
    while end < len(columns) and _looks(columns[end], region) == {shape}:
        end += 1
    common = sum(1 for column in columns[start:end] if region.equal(column))
    if partial < 2 or common > partial:
        return None
    lists = {
        member: [region.line(column, member).text for column in columns[start:end] if region.has(column, member)]
        for member in region.members
    }
    pieces = _loop(lists, region)
    return (start, end, pieces) if pieces else None


def _periodic(
    columns: Sequence[Column], least: int, start: int, end: int, region: Region
) -> tuple[int, int, list[Piece]] | None:
    """Blocks of several lines: the sequence of looks is the same block again and again in every example."""
    for back in range(min(_LONGEST_PERIOD, start - least) + 1):
        begin = start - back
        if back and not region.full(columns[begin]):
            return None
        lines = {
            member: [region.line(column, member).text for column in columns[begin:end] if region.has(column, member)]
            for member in region.members
        }
        looks = {member: [look(line) for line in rows] for member, rows in lines.items()}
        longest = max(looks.values(), key=len)
        for period in range(2, min(_LONGEST_PERIOD, len(longest) // 2) + 1):
            block = longest[:period]
            if (
                all(len(one) % period == 0 and one == block * (len(one) // period) for one in looks.values())
                and len(set(block)) > 1
            ):
                lists = {
                    member: ["".join(rows[k : k + period]) for k in range(0, len(rows), period)]
                    for member, rows in lines.items()
                }
                pieces = _loop(lists, region)
                if pieces:
                    return begin, end, pieces
    return None


def _loop(lists: dict[int, list[str]], region: Region) -> list[Piece]:
    """The loop whose items are the texts in `lists`; empty when the items do not share enough to be one."""
    counts = {len(items) for items in lists.values()}
    total = sum(len(items) for items in lists.values())
    if max(counts) < 2 or total < _LEAST_ROWS:
        return []
    separator, ending = _separator(lists)
    alphabet = Alphabet()
    rows: dict[int, Line] = {}
    place: dict[int, list[int]] = {}
    number = 0
    for member, items in lists.items():
        place[member] = []
        for index, item in enumerate(items):
            cut = len(separator) if index < len(items) - 1 else len(ending)
            text = item[: len(item) - cut] if cut else item
            rows[number] = alphabet.line(Token(token) for token in tokens_of(text))
            place[member].append(number)
            number += 1
    pieces = row_pieces(rows, number)
    body: list[Text | Field] = []
    columns: list[tuple[str | None, ...]] = []
    for piece in pieces:
        if isinstance(piece, Text):
            body.append(piece)
        elif isinstance(piece, Hole):
            body.append(Field(len(columns)))
            columns.append(piece.values)
        elif isinstance(piece, Option):
            word = piece.body[0].text if isinstance(piece.body[0], Text) else ""
            body.append(Field(len(columns)))
            columns.append(tuple(word if on else "" for on in piece.present))
        else:
            return []
    if not columns or len(columns) > _MOST_FIELDS:
        return []
    spread: list[tuple[tuple[str, ...], ...] | None] = [None] * region.count
    for member, numbers in place.items():
        spread[member] = tuple(tuple(column[row] or "" for column in columns) for row in numbers)
    loop = Loop(tuple(spread), tuple(body), separator if ending != separator else "")
    if ending == separator:
        return [_with_text(loop, separator)]
    if any(not items for items in lists.values()):
        return []
    return [loop, Text(ending)]


def _with_text(loop: Loop, text: str) -> Loop:
    return Loop(loop.rows, (*loop.body, Text(text)), "")


def _separator(lists: dict[int, list[str]]) -> tuple[str, str]:
    """(what stands between items, what stands behind the last) of the line ends `,\\n` and `\\n`."""
    inner = [item for items in lists.values() for item in items[:-1]]
    last = [items[-1] for items in lists.values() if items]
    if inner and all(item.endswith(",\n") for item in inner) and not any(item.endswith(",\n") for item in last):
        if all(item.endswith("\n") for item in last):
            return ",\n", "\n"
        if not any(item.endswith("\n") for item in last):
            return ",\n", ""
    if inner and not any(item.endswith("\n") for item in last):
        return "\n", ""
    return "", ""
