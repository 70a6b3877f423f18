"""Clusters: which places (`shapes`) really hold files of one kind, and which of their files.

Every place is scored by cohesion × size ** SIZE_WEIGHT; the best one takes the files that have its core, the rest are
scored again without them (lazy greedy cover). So a file lies in one cluster at most, a chain of weak similarities can
never join strangers (members are compared with what their group has in common, not with each other), and the work is
linear in the number of files: places are judged by a sample, and members by one set intersection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from engine.mining.cohesion import CHANCE, Core, core_of, spread
from engine.mining.shapes import ANYWHERE, places, split
from engine.mining.sketches import Sketch

MIN_LINES = 3
PURE = 0.6
STRAGGLER = 0.6
SIZE_WEIGHT = 0.25
# The least share of a very large group. A name that recurs in sibling directories is chosen on purpose: little content
# has to confirm it. An extension alone says little, the more so anywhere in the tree.
NAMED, LISTED, SCATTERED = 0.08, 0.13, 0.3


@dataclass(frozen=True, slots=True)
class Cluster:
    """`members` are positions in the list of sketches; `coverage` is parallel to it."""

    shape: str
    members: tuple[int, ...]
    coverage: tuple[float, ...]
    core: Core


def least_share(shape: str, files: int) -> float:
    directory, name = split(shape)
    if ANYWHERE in directory:
        base = SCATTERED
    elif name.startswith("*."):
        base = LISTED
    else:
        base = NAMED
    return base + CHANCE / files


def find_clusters(sketches: Sequence[Sketch], *, threshold: float, min_files: int) -> list[Cluster]:
    """The clusters among `sketches`, whose order matters for nothing but the numbering; paths must be unique."""
    order = sorted(
        (number for number, sketch in enumerate(sketches) if sketch.lines >= MIN_LINES and sketch.keys),
        key=lambda number: sketches[number].path,
    )
    groups = places([sketches[number].path for number in order], min_files)
    free = [True] * len(order)
    clusters = []
    queue: list[tuple[float, str, int, float]] = []
    for shape, positions in groups.items():
        entry = _entry(sketches, order, shape, positions)
        if entry:
            queue.append(entry)
    heapify(queue)
    while queue:
        score, shape, size, _ = heappop(queue)
        positions = [position for position in groups[shape] if free[position]]
        if len(positions) < min_files:
            continue
        if len(positions) != size:
            groups[shape] = positions
            entry = _entry(sketches, order, shape, positions)
            if entry and entry[0] > score * 0.9 and queue and entry[0] > queue[0][0]:
                heappush(queue, entry)
                continue
            if entry is None:
                continue
        cluster = _cluster(sketches, [order[position] for position in positions], shape, threshold, min_files)
        if cluster is None:
            continue
        members = set(cluster.members)
        for position in positions:
            if order[position] in members:
                free[position] = False
        clusters.append(cluster)
        rest = [position for position in positions if free[position]]
        groups[shape] = rest
        if len(rest) >= min_files:
            entry = _entry(sketches, order, shape, rest)
            if entry:
                heappush(queue, entry)
    return clusters


def _entry(
    sketches: Sequence[Sketch], order: Sequence[int], shape: str, positions: Sequence[int]
) -> tuple[float, str, int, float] | None:
    core = core_of([sketches[order[position]].key_set() for position in spread(positions)])
    if core.share < least_share(shape, len(positions)):
        return None
    return (-core.share * len(positions) ** SIZE_WEIGHT, shape, len(positions), core.share)


def _cluster(
    sketches: Sequence[Sketch], numbers: Sequence[int], shape: str, threshold: float, min_files: int
) -> Cluster | None:
    core = core_of([sketches[number].key_set() for number in spread(numbers)])
    covered = [(number, core.coverage(sketches[number].key_set(), sketches[number].limit)) for number in numbers]
    kept = [(number, coverage) for number, coverage in covered if coverage >= threshold]
    if len(kept) >= PURE * len(covered):
        kept = [(number, coverage) for number, coverage in covered if coverage >= threshold * STRAGGLER]
    if len(kept) < min_files:
        return None
    core = core_of([sketches[number].key_set() for number, _ in spread(kept)])
    if core.share < least_share(shape, len(kept)):
        return None
    return Cluster(shape, tuple(number for number, _ in kept), tuple(coverage for _, coverage in kept), core)
