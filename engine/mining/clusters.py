"""Clusters: which places (`shapes`) really hold files of one kind, and which of their files.

Every place gets a score, its cohesion weighed by its size and by how much its shape says; the best one takes the files
that have its core, the rest are scored again without them (lazy greedy cover). So a file lies in one cluster at most, a
chain of weak similarities can never join strangers (members are compared with what their group has in common, not with
each other), and the work is linear in the number of files: places are judged by a sample, members by one intersection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import sqrt

from engine.mining.cohesion import (
    LEAST_CONTRAST,
    NOTHING,
    Core,
    contrast,
    core_of,
    divide,
    frequencies,
    share_of,
    spread,
)
from engine.mining.shapes import ANYWHERE, extension, places, split
from engine.mining.sketches import Sketch

MIN_LINES = 3
SIZE_WEIGHT = 0.25  # a place for 16 times as many files may be half as uniform
SMALL = 1.5  # a place of n files counts (1 - SMALL / n): three files may agree by chance
# How much the shape of a place says: a scattered one, or one that rests on a word of the stem, is a second choice; so
# is one whose files differ in a directory and in the name.
SCATTERED_WEIGHT = 0.5
WORD_WEIGHT = 0.8
STARRED_WEIGHT = 0.8
# The least share of the core in a very large group, and how much more a group of n files needs (CHANCE / n ** 1.5). A
# name that recurs, or a word of it, is chosen on purpose, so little content confirms it; an extension says less, and
# less again for each directory that differs.
NAMED, LISTED, STARRED, SCATTERED = 0.03, 0.04, 0.06, 0.3
CHANCE = 1.0
# Where this part of a place's files are members, or too few are for a group, the others are stragglers: they may lack
# STRAGGLER times as much of the core as a member may.
PURE = 0.5
USUAL_SAMPLE = 200
STRAGGLER = 3.2
LEAST_COVERAGE = 0.1


@dataclass(frozen=True, slots=True)
class Cluster:
    """`members` are positions in the list of sketches; `coverage` is parallel to it."""

    shape: str
    members: tuple[int, ...]
    coverage: tuple[float, ...]
    core: Core


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """A place in the queue: the best score first, then the shape, so that the order is the same in every run."""

    cost: float
    shape: str
    size: int


@dataclass(frozen=True, slots=True)
class _Usual:
    """What is usual among the files of each extension, and how many such files there are."""

    keys: Mapping[str, Mapping[int, float]]
    files: dict[str, int]

    @staticmethod
    def among(sketches: Sequence[Sketch], numbers: Sequence[int]) -> _Usual:
        groups: dict[str, list[int]] = {}
        for number in numbers:
            groups.setdefault(_extension(sketches[number]), []).append(number)
        keys = {
            suffix: frequencies([sketches[number].key_set() for number in spread(group, USUAL_SAMPLE)])
            for suffix, group in groups.items()
        }
        return _Usual(keys, {suffix: len(group) for suffix, group in groups.items()})

    def of(self, sketches: Sequence[Sketch], shape: str, numbers: Sequence[int]) -> Mapping[int, float]:
        """How often the other files of the extension have a key; nothing for a chosen name, or when they are few."""
        if "*" not in split(shape)[1]:
            return NOTHING
        suffix = _extension(sketches[numbers[0]])
        return self.keys.get(suffix, NOTHING) if len(numbers) * 3 < self.files.get(suffix, 0) else NOTHING


def _speaking(sketches: Sequence[Sketch]) -> list[int]:
    return [number for number, sketch in enumerate(sketches) if sketch.lines >= MIN_LINES and sketch.keys]


def _extension(sketch: Sketch) -> str:
    return extension(split(sketch.path)[1])


def find_clusters(
    sketches: Sequence[Sketch], *, threshold: float, min_files: int, among: Sequence[Sketch] = ()
) -> list[Cluster]:
    """The clusters among `sketches`, which must be in order of their paths, each path once.

    `among` (by default `sketches`) says what is usual.
    """
    order = _speaking(sketches)
    found = places([sketches[number].path for number in order], min_files)
    groups = {shape: [order[position] for position in positions] for shape, positions in found.items()}
    usual = _Usual.among(among, _speaking(among)) if among else _Usual.among(sketches, order)
    taken: set[int] = set()
    clusters: list[Cluster] = []
    # A place that holds several kinds may have too little in common to be heard until other places took theirs away.
    sizes: dict[str, int] = {}
    while True:
        queue = []
        for shape, numbers in groups.items():
            groups[shape] = left = [number for number in numbers if number not in taken]
            if len(left) >= min_files and sizes.get(shape) != len(left):
                sizes[shape] = len(left)
                if entry := _entry(sketches, shape, left, usual):
                    queue.append(entry)
        if not queue:
            return clusters
        heapify(queue)
        _cover(sketches, groups, queue, taken, clusters, usual, threshold, min_files)


def _cover(
    sketches: Sequence[Sketch],
    groups: dict[str, list[int]],
    queue: list[_Entry],
    taken: set[int],
    clusters: list[Cluster],
    usual: _Usual,
    threshold: float,
    min_files: int,
) -> None:
    """Serves the queue to its end: adds to `clusters` and `taken`."""
    while queue:
        entry = heappop(queue)
        numbers = groups[entry.shape] = [number for number in groups[entry.shape] if number not in taken]
        if len(numbers) < min_files:
            continue
        if len(numbers) != entry.size:
            again = _entry(sketches, entry.shape, numbers, usual)
            if again and queue and again > queue[0]:
                heappush(queue, again)
            if again is None or (queue and again > queue[0]):
                continue
        cluster = _cluster(sketches, numbers, entry.shape, threshold, min_files, usual)
        if cluster is None:
            continue
        clusters.append(cluster)
        taken.update(cluster.members)
        rest = groups[entry.shape] = [number for number in numbers if number not in taken]
        if len(rest) >= min_files and (again := _entry(sketches, entry.shape, rest, usual)):
            heappush(queue, again)


def least_share(shape: str, files: int) -> float:
    """The share of its core that a group of `files` files at places of this shape needs."""
    directory, name = split(shape)
    if ANYWHERE in directory:
        base = SCATTERED
    elif "*" not in name:
        base = NAMED
    else:
        base = (LISTED if name.startswith("*.") else NAMED) + STARRED * directory.count("*")
    return base + CHANCE / (files * sqrt(files))


def _entry(sketches: Sequence[Sketch], shape: str, numbers: Sequence[int], usual: _Usual) -> _Entry | None:
    share = core_of(
        [sketches[number].key_set() for number in spread(numbers)], usual.of(sketches, shape, numbers)
    ).share
    size = len(numbers)
    if share < least_share(shape, size):
        return None
    directory, name = split(shape)
    weight = SCATTERED_WEIGHT if ANYWHERE in directory else 1.0
    if "*" in name:
        weight *= 1.0 if name.startswith("*.") else WORD_WEIGHT
        weight *= STARRED_WEIGHT ** directory.replace(ANYWHERE, "").count("*")
    return _Entry(-share * weight * size**SIZE_WEIGHT * (1 - SMALL / max(size, 3)), shape, size)


def _cluster(
    sketches: Sequence[Sketch], numbers: Sequence[int], shape: str, threshold: float, min_files: int, usual: _Usual
) -> Cluster | None:
    """The largest cluster at one place; files of a second kind at the same place are left for later."""
    sample = [sketches[number].key_set() for number in spread(numbers)]
    known = usual.of(sketches, shape, numbers)
    parts = divide(sample, min_files)
    if len(parts) > 1:
        core, rival = core_of(parts[0]), core_of(parts[1])
        nearer = [
            number for number in numbers if _coverage(sketches[number], core) >= _coverage(sketches[number], rival)
        ]
        cluster = _members(sketches, nearer, shape, core, threshold, min_files, known)
        if cluster:
            return cluster
    return _members(sketches, numbers, shape, core_of(sample), threshold, min_files, known)


def _members(
    sketches: Sequence[Sketch],
    numbers: Sequence[int],
    shape: str,
    core: Core,
    threshold: float,
    min_files: int,
    usual: Mapping[int, float],
) -> Cluster | None:
    covered = [(number, _coverage(sketches[number], core)) for number in numbers]
    kept = [(number, coverage) for number, coverage in covered if coverage >= threshold]
    least = max(LEAST_COVERAGE, 1 - (1 - threshold) * STRAGGLER)
    if len(kept) < min_files <= len(covered) < 2 * min_files:  # what three files have in common two may decide
        kept = [(number, coverage) for number, coverage in covered if coverage >= least]
    if len(kept) < min_files:
        return None
    core = core_of([sketches[number].key_set() for number, _ in spread(kept)], usual)
    if core.share < least_share(shape, len(kept)):
        return None
    if len(kept) >= PURE * len(covered):
        far = [number for number, coverage in covered if coverage < threshold]
        if not _are_a_kind(sketches, far, core, min_files):
            kept = [(number, coverage) for number, coverage in covered if coverage >= least]
    return Cluster(shape, tuple(number for number, _ in kept), tuple(coverage for _, coverage in kept), core)


def _coverage(sketch: Sketch, core: Core) -> float:
    return core.coverage(sketch.key_set(), sketch.limit)


def _are_a_kind(sketches: Sequence[Sketch], numbers: Sequence[int], core: Core, least: int) -> bool:
    """Whether the stragglers have much more in common with each other than with `core`."""
    if len(numbers) < least:
        return False
    key_sets = [sketches[number].key_set() for number in spread(numbers)]
    return contrast(core_of(key_sets).share, share_of(core, key_sets)) >= LEAST_CONTRAST
