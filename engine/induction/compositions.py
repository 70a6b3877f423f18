"""Holes that hold another value with the same text around it: `6.1.3` beside `6.1` is `{{ version }}.3`.

A person then fills one value where it looked like two. The relation must hold in every example, between values that
differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.cases import apply_filters
from engine.induction.paths import CASES, PathVariable
from engine.induction.pieces import Hole, Option, PathRef, Piece, Text, merged, walk

_LONGEST = 200  # characters of a value that is looked into
_SHORTEST = 3  # characters of a value that is looked for; without letters it must be seen in _SURE examples
_SURE = 3
_MOST = 40  # values that are looked for

Vector = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A value to look for, in one form."""

    piece: Hole | PathRef
    texts: tuple[str, ...]


def composed(bodies: Sequence[Sequence[Piece]], known: Sequence[PathVariable]) -> list[list[Piece]]:
    """The same pieces, holes of several parts as these parts; `known` are the variables that a PathRef speaks of."""
    holes = {piece.values: piece for body in bodies for piece in walk(body) if isinstance(piece, Hole)}
    words = _words(list(holes), known)
    found = {vector: parts for vector in holes if (parts := _parts(vector, words))}
    return [_replaced(body, found) for body in bodies] if found else [list(body) for body in bodies]


def _words(vectors: Sequence[Vector], known: Sequence[PathVariable]) -> list[_Word]:
    sources: list[tuple[int, tuple[str, ...]]] = [(index, one.values) for index, one in enumerate(known)]
    whole = [tuple(value for value in vector if value is not None) for vector in vectors]
    sources += [(-1, own) for vector, own in zip(vectors, whole, strict=True) if own == vector]
    words = []
    for variable, values in sources[:_MOST]:
        fits = all(_SHORTEST <= len(value) <= _LONGEST and "\n" not in value for value in values)
        if len(set(values)) < 2 or not fits:
            continue
        if len(values) < _SURE and not all(any(map(str.isalpha, value)) for value in values):
            continue
        if variable < 0:
            words.append(_Word(Hole(values), values))
            continue
        for filters in ((), *((case,) for case in CASES)):
            texts = tuple(apply_filters(value, filters) for value in values)
            words.append(_Word(PathRef(variable, filters, texts), texts))
    return words


def _parts(vector: Vector, words: Sequence[_Word]) -> tuple[Piece, ...]:
    """The parts of a hole that is a word with a constant text before or behind it; none where it is no such hole."""
    if any(value is None or len(value) > _LONGEST for value in vector):
        return ()
    values = tuple(value or "" for value in vector)
    for word in words:
        extra = len(values[0]) - len(word.texts[0])
        if extra <= 0 or any(len(one) - len(two) != extra for one, two in zip(values, word.texts, strict=True)):
            continue
        at = values[0].find(word.texts[0])
        if at < 0:
            continue
        before, after = values[0][:at], values[0][at + len(word.texts[0]) :]
        if all(before + text + after == value for text, value in zip(word.texts, values, strict=True)):
            return tuple(part for part in (Text(before), word.piece, Text(after)) if part != Text(""))
    return ()


def _replaced(body: Sequence[Piece], found: dict[Vector, tuple[Piece, ...]]) -> list[Piece]:
    pieces: list[Piece] = []
    for piece in body:
        match piece:
            case Hole(values) if values in found:
                # Every place has a piece of its own: what a place shows is kept by the piece's identity.
                pieces += [Hole(part.values) if isinstance(part, Hole) else part for part in found[values]]
            case Option(present, yes, no):
                pieces.append(Option(present, tuple(_replaced(yes, found)), tuple(_replaced(no, found))))
            case _:
                pieces.append(piece)
    return merged(pieces)
