"""Terms: values that a hole has in every example and that stand elsewhere in the texts too, perhaps in other case.

A first round of induction finds holes; the names among their values are then looked for in all of the text, as the
words of the path are, so that a second round links what the first could only see as different texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.cases import words_of
from engine.induction.paths import PathVariable, forms_of
from engine.induction.pieces import Hole, Loop, Option, PathRef, Piece, walk

MOST_TERMS = 16
_NAME = re.compile(r"(?=.{4,60}$)[\w.@/+-]{2,40}(?: [\w.@/+-]+){0,2}")


def find_terms(
    bodies: Sequence[Sequence[Piece]], known: Sequence[PathVariable], texts: Sequence[str]
) -> list[PathVariable]:
    """The value vectors worth looking for: names that differ, that occur more often than their holes explain."""
    holes: dict[tuple[str, ...], int] = {}
    for body in bodies:
        for piece in walk(body):
            if isinstance(piece, Hole) and all(value and _NAME.fullmatch(value) for value in piece.values):
                vector = tuple(value or "" for value in piece.values)
                holes[vector] = holes.get(vector, 0) + 1
    taken = {_normal(variable.values) for variable in known}
    terms: list[PathVariable] = []
    for vector, count in holes.items():
        normal = _normal(vector)
        if len(set(vector)) < 2 or normal in taken or len(terms) >= MOST_TERMS:
            continue
        counts = [_occurrences(vector, index, texts) for index in range(len(texts))]
        if max(counts) > count:
            taken.add(normal)
            terms.append(PathVariable("", "", vector))
    return terms


def _normal(vector: Sequence[str]) -> tuple[str, ...]:
    return tuple("".join(words_of(value)).lower() for value in vector)


def _occurrences(values: Sequence[str], index: int, texts: Sequence[str]) -> int:
    """How often a form of the value stands in its own text, forms that stand in texts with other values apart."""
    return sum(
        texts[index].count(form)
        for form in forms_of(values[index])
        if not any(form in other for value, other in zip(values, texts, strict=True) if value != values[index])
    )


def burden(bodies: Sequence[Sequence[Piece]]) -> float:
    """What a person has to see and fill, in characters: distinct values, and some for each variable and each switch."""
    vectors: set[object] = set()
    total = 0.0
    for body in bodies:
        for piece in walk(body):
            match piece:
                case Hole(values):
                    if values not in vectors:
                        vectors.add(values)
                        total += 8 + sum(len(value or "") for value in values) / len(values)
                case PathRef(variable, _, texts):
                    if ("ref", variable) not in vectors:
                        vectors.add(("ref", variable))
                        total += 8 + sum(len(text or "") for text in texts) / len(texts)
                case Option():
                    total += 8
                case Loop(rows):
                    total += 8 + sum(len(text) for items in rows for row in items or () for text in row) / len(rows)
                case _:
                    pass
    return total
