"""Nearness: which of many files could be of one family with a given one, told without comparing them all.

Files of a family have a name in common, or a word of it, or a directory; or else much of their text. A file that has
none of these is no member, whatever the others are, so the family of one saved file is sought among those near to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.mining.shapes import extension, named_places, split
from engine.mining.sketches import Sketch

LEAST_SHARED = 0.2  # of the keys of the shorter file
_REMEMBERED_PATHS = 4096


def near(one: Sketch, others: Iterable[Sketch]) -> list[Sketch]:
    """Those of `others` that may be of a family with `one`, and what lies beside them, which may make it a scaffold."""
    ending = extension(split(one.path)[1])
    places, keys = _places(one.path), one.key_set()
    alike, different = [], []
    for other in others:
        if extension(split(other.path)[1]) != ending:
            different.append(other)
        elif not places.isdisjoint(_places(other.path)) or _shares(keys, other):
            alike.append(other)
    directories = {split(each.path)[0] for each in (one, *alike)}
    return [*alike, *(other for other in different if split(other.path)[0] in directories)]


def _shares(keys: set[int], other: Sketch) -> bool:
    theirs = other.key_set()
    return len(keys & theirs) >= LEAST_SHARED * min(len(keys), len(theirs))


@lru_cache(_REMEMBERED_PATHS)
def _places(path: str) -> frozenset[tuple[str, str]]:
    return frozenset(named_places(path))
