"""What a text is made of while its template is being learned: variables have no names yet, only values by example.

Every sequence of values has one entry per example, None where the example does not have this piece (its switch is off).
`spell` re-renders one example from pieces: the law that induction keeps is checked with it before names exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class PathRef:
    """A path variable through filters; `texts` is what stands there in each example."""

    variable: int
    filters: tuple[str, ...]
    texts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """`body` where `present`, else `otherwise`."""

    present: tuple[bool | None, ...]
    body: tuple[Piece, ...]
    otherwise: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """The `index`-th column of a loop's rows."""

    index: int


@dataclass(frozen=True, slots=True)
class Loop:
    rows: tuple[tuple[tuple[str, ...], ...] | None, ...]
    body: tuple[Text | Field | PathRef, ...]
    separator: str


Piece: TypeAlias = "Text | PathRef | Hole | Option | Loop"


def spell(pieces: Sequence[Piece], example: int) -> str:
    return "".join(_spell(piece, example) for piece in pieces)


def _spell(piece: Piece, example: int) -> str:
    match piece:
        case Text(text):
            return text
        case PathRef(_, _, texts):
            return texts[example] or ""
        case Hole(values):
            return values[example] or ""
        case Option(present, body, otherwise):
            on = present[example]
            return "" if on is None else spell(body if on else otherwise, example)
        case Loop(rows, body, separator):
            return separator.join(
                "".join(row[part.index] if isinstance(part, Field) else _spell(part, example) for part in body)
                for row in rows[example] or ()
            )


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces with neighbouring texts joined and empty ones dropped."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Text):
            if not piece.text:
                continue
            if result and isinstance(result[-1], Text):
                result[-1] = Text(result[-1].text + piece.text)
                continue
        result.append(piece)
    return result


def walk(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """All pieces, those inside options behind their option."""
    for piece in pieces:
        yield piece
        if isinstance(piece, Option):
            yield from walk(piece.body)
            yield from walk(piece.otherwise)
