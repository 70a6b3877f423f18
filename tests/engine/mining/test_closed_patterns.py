"""Closed patterns with bounded gaps equal what trying everything finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from engine.mining.sequences.closed import Limits, closed_patterns, contains, frequent_patterns

_SEQUENCES = st.lists(st.lists(st.integers(1, 4), max_size=6), max_size=5)


def _subsequences(sequence: Sequence[int], max_gap: int, start: int = -1) -> Iterator[tuple[int, ...]]:
    reach = range(len(sequence)) if start < 0 else range(start + 1, min(len(sequence), start + max_gap + 2))
    for at in reach:
        yield (sequence[at],)
        for rest in _subsequences(sequence, max_gap, at):
            yield (sequence[at], *rest)


@given(_SEQUENCES, st.integers(1, 3), st.integers(0, 3))
def test_closed_patterns_equal_brute_force(sequences: list[list[int]], support: int, gap: int) -> None:
    counts = Counter(pattern for one in sequences for pattern in set(_subsequences(one, gap)))
    frequent = {pattern: count for pattern, count in counts.items() if count >= support}
    closed = {
        pattern: count
        for pattern, count in frequent.items()
        if not any(
            other != pattern and theirs == count and contains(other, pattern) for other, theirs in frequent.items()
        )
    }
    limits = Limits(min_support=support, max_gap=gap)
    assert frequent_patterns(sequences, limits) == frequent
    assert closed_patterns(sequences, limits) == closed
