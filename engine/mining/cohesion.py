"""Cohesion: what a group of files has in common, and how much of each file that is.

The core of a group is the keys that at least half of its files have, each weighted by the share of files that have it.
Two numbers follow, and everything that patui calls similar is one of them:

- coverage of a file: the weighted part of the core that the file has. `similarity_threshold` is the least coverage of a
  member: at .75 a file belongs to a family when it has three quarters of what its files have in common.
- share of a group: the median part of a file's keys that are core. It says whether there is anything in common at all.
  A few files may agree by chance, so a small group needs a larger share than a large one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")

SAMPLE = 24
CHANCE = 0.9  # a group of n files needs CHANCE / n more share than a very large one


@dataclass(frozen=True, slots=True)
class Core:
    """`weights` maps each common key to the share of files that have it; `files` is how many were looked at."""

    weights: dict[int, float]
    share: float
    files: int

    def coverage(self, keys: Collection[int], limit: int) -> float:
        """The part of the core that `keys` have, 0..1; core keys above `limit` are unknown and do not count."""
        have = total = 0.0
        for key, weight in self.weights.items():
            if key <= limit:
                total += weight
                if key in keys:
                    have += weight
        return have / total if total else 0.0


def core_of(key_sets: Sequence[set[int]]) -> Core:
    """The core of a group; empty when no key is in half of the files (and in two at least)."""
    counts: Counter[int] = Counter()
    for keys in key_sets:
        counts.update(keys)
    least = max(2, (len(key_sets) + 1) // 2)
    weights = {key: (count / len(key_sets)) ** 2 for key, count in counts.items() if count >= least}
    share = median(len(weights.keys() & keys) / max(1, len(keys)) for keys in key_sets) if weights else 0.0
    return Core(weights, share, len(key_sets))


def spread(items: Sequence[T], most: int = SAMPLE) -> Sequence[T]:
    """At most `most` of `items`, evenly spaced, the first and the last among them."""
    if len(items) <= most:
        return items
    step = (len(items) - 1) / (most - 1)
    return [items[round(place * step)] for place in range(most)]
