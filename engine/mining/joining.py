"""Joining: clusters that one kind of file was torn into.

The best place takes its files first, so of a directory's `*.md` those called `no-*.md` may be gone before the rest is
heard; and where members vary much, a second cluster may form of those that lack a part of the core. Two clusters at one
place are one when each has much of what the other has in common, and one of them most of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from engine.mining.clusters import Cluster
from engine.mining.cohesion import ANY, TIGHT, Core, core_of, spread
from engine.mining.shapes import extension, split
from engine.mining.sketches import Sketch

MUCH, MOST = 0.4, TIGHT


def join_clusters(sketches: Sequence[Sketch], clusters: Sequence[Cluster]) -> list[Cluster]:
    """`clusters` (with positions in `sketches`), those joined that are one kind; the order stays."""
    joined: list[Cluster] = []
    at_place: dict[tuple[str, str], list[int]] = {}
    for cluster in clusters:
        directory, name = split(cluster.shape)
        place = directory, extension(split(sketches[cluster.members[0]].path)[1])
        for number in at_place.setdefault(place, []):
            other = joined[number]
            if _nested(name, split(other.shape)[1]) and _alike(sketches, cluster, other):
                joined[number] = _one(sketches, other, cluster)
                break
        else:
            at_place[place].append(len(joined))
            joined.append(cluster)
    return joined


def _nested(name: str, other: str) -> bool:
    return name == other or name.startswith("*.") or other.startswith("*.")


def _alike(sketches: Sequence[Sketch], one: Cluster, other: Cluster) -> bool:
    ours, theirs = _shared(sketches, one, other.core), _shared(sketches, other, one.core)
    return min(ours, theirs) >= MUCH and max(ours, theirs) >= MOST


def _shared(sketches: Sequence[Sketch], cluster: Cluster, core: Core) -> float:
    """How much of `core` the files of `cluster` have, the median."""
    return median(core.coverage(sketches[number].key_set(), ANY) for number in spread(cluster.members))


def _one(sketches: Sequence[Sketch], one: Cluster, other: Cluster) -> Cluster:
    members = tuple(sorted({*one.members, *other.members}))
    core = core_of([sketches[number].key_set() for number in spread(members)])
    coverage = tuple(core.coverage(sketches[number].key_set(), sketches[number].limit) for number in members)
    wider = min((one.shape, other.shape), key=lambda shape: (not split(shape)[1].startswith("*."), shape))
    return Cluster(wider, members, coverage, core)
