"""Closed sequential patterns with bounded gaps, exactly.

A pattern is a list of symbols; it occurs where its symbols stand in order with at most `max_gap` others between two
neighbours. Its support is the number of sequences in which it occurs. It is closed when no pattern that contains it (as
a subsequence of its list) has the same support. Grown depth first over projected occurrences as in PrefixSpan (Pei et
al., ICDE 2001), except that every end of an occurrence is kept: with bounded gaps the first is not enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Pattern = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the search; `most` patterns at most are grown, those of the most frequent beginnings first."""

    min_support: int = 3
    max_gap: int = 5
    max_length: int = 12
    most: int = 20_000


def frequent_patterns(sequences: Sequence[Sequence[int]], limits: Limits) -> dict[Pattern, int]:
    """Every pattern with enough support, with its support."""
    ends: defaultdict[int, dict[int, set[int]]] = defaultdict(dict)
    for number, sequence in enumerate(sequences):
        for at, symbol in enumerate(sequence):
            ends[symbol].setdefault(number, set()).add(at)
    waiting: list[tuple[Pattern, dict[int, set[int]]]] = [
        ((symbol,), places) for symbol, places in ends.items() if len(places) >= limits.min_support
    ]
    waiting.sort(key=lambda one: (len(one[1]), one[0]))
    found: dict[Pattern, int] = {}
    while waiting and len(found) < limits.most:
        pattern, places = waiting.pop()
        found[pattern] = len(places)
        if len(pattern) < limits.max_length:
            longer = _extended(sequences, places, limits.max_gap)
            frequent = [
                ((*pattern, symbol), them) for symbol, them in longer.items() if len(them) >= limits.min_support
            ]
            waiting += sorted(frequent, key=lambda one: (len(one[1]), one[0]))
    return found


def closed_patterns(sequences: Sequence[Sequence[int]], limits: Limits) -> dict[Pattern, int]:
    """The frequent patterns that no frequent longer pattern of the same support contains."""
    found = frequent_patterns(sequences, limits)
    by_support: defaultdict[int, list[Pattern]] = defaultdict(list)
    for pattern, support in found.items():
        by_support[support].append(pattern)
    closed: dict[Pattern, int] = {}
    for support, patterns in by_support.items():
        patterns.sort(key=len, reverse=True)
        kept: list[Pattern] = []
        for pattern in patterns:
            if not any(len(other) > len(pattern) and contains(other, pattern) for other in kept):
                kept.append(pattern)
        closed.update(dict.fromkeys(kept, support))
    return closed


def contains(longer: Sequence[int], shorter: Sequence[int]) -> bool:
    """Whether `shorter` is a subsequence of `longer`."""
    rest = iter(longer)
    return all(symbol in rest for symbol in shorter)


def _extended(
    sequences: Sequence[Sequence[int]], places: Mapping[int, set[int]], max_gap: int
) -> dict[int, dict[int, set[int]]]:
    """Each symbol that can follow, with its ends by sequence."""
    longer: defaultdict[int, dict[int, set[int]]] = defaultdict(dict)
    for number, ends in places.items():
        sequence = sequences[number]
        reach = {at for end in ends for at in range(end + 1, min(end + max_gap + 2, len(sequence)))}
        for at in reach:
            longer[sequence[at]].setdefault(number, set()).add(at)
    return longer
