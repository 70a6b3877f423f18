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
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")

NOTHING: Mapping[int, float] = MappingProxyType({})
SELDOM = 0.05
ANY = 0xFFFFFFFF
FEW = 40
SAMPLE = 24
TIGHT = 0.65  # only kinds that share most of their lines are told apart at one place
MINORITY = 0.25  # the smaller of two kinds at one place is at least this part of the files
LEAST_CONTRAST = 1.5


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


def core_of(key_sets: Sequence[set[int]], usual: Mapping[int, float] = NOTHING) -> Core:
    """The core of a group; empty when no key is in half of the files (and in two at least).

    `usual` is the share of the other files that have a key (the imports of every module): such a key is core, but adds
    to the share of the group only by as much as it is more frequent there.
    """
    counts: Counter[int] = Counter()
    for keys in key_sets:
        counts.update(keys)
    least = max(2, (len(key_sets) + 1) // 2)
    weights = {key: (count / len(key_sets)) ** 2 for key, count in counts.items() if count >= least}
    if not usual:
        share = median(len(weights.keys() & keys) / max(1, len(keys)) for keys in key_sets) if weights else 0.0
        return Core(weights, share, len(key_sets))
    own = {key: max(0.0, 1 - usual.get(key, 0.0) * len(key_sets) / counts[key]) for key in weights}
    share = median(sum(own[key] for key in own.keys() & keys) / max(1, len(keys)) for keys in key_sets) if own else 0.0
    return Core(weights, share, len(key_sets))


def share_of(core: Core, key_sets: Sequence[set[int]]) -> float:
    """The median part of the files' keys that are in `core`."""
    return median(len(core.weights.keys() & keys) / max(1, len(keys)) for keys in key_sets)


def contrast(own: float, foreign: float) -> float:
    """How many times more a group shares within itself than with another core; 1 where it shares little at all."""
    return own / max(foreign, 0.01) if own >= TIGHT else 1.0


def divide(key_sets: Sequence[set[int]], least: int) -> list[list[set[int]]]:
    """The two kinds of which `key_sets` are a mixture, the larger first; one list with all when they are one kind.

    Two steps of 2-means, begun with the file that has most of the core and one that has little; the one that has least
    may be a lone oddity, so others of the lowest quarter are tried too.
    """
    whole = core_of(key_sets)
    ranked = sorted(range(len(key_sets)), key=lambda place: (whole.coverage(key_sets[place], ANY), place))
    for start in sorted({0, len(ranked) // 8, len(ranked) // 4}):
        far, near = key_sets[ranked[start]], key_sets[ranked[-1]]
        for _ in range(2):
            parts: tuple[list[set[int]], list[set[int]]] = ([], [])
            for keys in key_sets:
                parts[_dice(keys, far) > _dice(keys, near)].append(keys)
            if min(map(len, parts)) < max(least, MINORITY * len(key_sets)):
                break
            near, far = (set(core_of(part).weights) for part in parts)
        else:
            shares = [core_of(part).share for part in parts]
            gains = [contrast(share, share_of(whole, part)) for share, part in zip(shares, parts, strict=True)]
            if max(gains) >= LEAST_CONTRAST and min(shares) >= TIGHT:
                return sorted(parts, key=len, reverse=True)
    return [list(key_sets)]


def _dice(one: Set[int], other: Set[int]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))


def spread(items: Sequence[T], most: int = SAMPLE) -> Sequence[T]:
    """At most `most` of `items`, evenly spaced, the first and the last among them."""
    if len(items) <= most:
        return items
    step = (len(items) - 1) / (most - 1)
    return [items[round(place * step)] for place in range(most)]


def frequencies(key_sets: Sequence[set[int]]) -> dict[int, float]:
    """The share of `key_sets` that have a key, where it is not small. Nothing when they are few."""
    if len(key_sets) < FEW:
        return {}
    counts: Counter[int] = Counter()
    for keys in key_sets:
        counts.update(keys)
    return {key: count / len(key_sets) for key, count in counts.items() if count >= SELDOM * len(key_sets)}
