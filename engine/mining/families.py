"""Families: the clusters of a workspace as `Family` values, with names, path templates and lasting signatures.

A signature is a hash of the kind and of the shape of the place (`components/*/manifest.json`; of a scaffold, its path
template with `*` for the variables), not of contents, so that it stays while members come, go and change. Where one
place holds two families, the smaller one's signature also has the path of its earliest member, or its files where
two families share that directory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from engine.mining.clusters import Cluster, find_clusters
from engine.mining.joining import join_clusters
from engine.mining.locations import locate
from engine.mining.scaffolds import Scaffold, find_scaffolds
from engine.mining.sketches import Sketch
from engine.model import Family, Kind, Member

_SLOT = re.compile(r"\{\{[^}]*\}\}")


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Kind
    members: tuple[Member, ...]
    shape: str
    confidence: float


def find_families(
    sketches: Iterable[Sketch], *, threshold: float = 0.75, min_files: int = 3, among: Iterable[Sketch] = ()
) -> tuple[Family, ...]:
    """The families and scaffolds among `sketches`, largest first; the order of `sketches` does not matter.

    `threshold` is the part of what a family's files have in common that a file must have to be a member (`cohesion`).
    Where a path occurs twice, the earlier file counts. `among` are the files of the workspace that say what is usual in
    it, where `sketches` are a choice of them.
    """
    unique = _unique(sketches)
    found = find_clusters(unique, threshold=threshold, min_files=min_files, among=_unique(among))
    clusters = join_clusters(unique, found)
    paths = [[unique[number].path for number in cluster.members] for cluster in clusters]
    scaffolds = find_scaffolds(paths, {sketch.path: sketch.created for sketch in unique}, min_files)
    by_path = {sketch.path: sketch for sketch in unique}
    taken: set[str] = set()
    families = []
    for scaffold in scaffolds:
        taken.update(path for files in scaffold.directories.values() for path in files)
        families.append(_whole_directories(scaffold, by_path, clusters))
    for cluster in clusters:
        left = [unique[number] for number in cluster.members if unique[number].path not in taken]
        if len(left) >= min_files:
            families.append(_files(cluster, left))
    return _named(families)


def _unique(sketches: Iterable[Sketch]) -> list[Sketch]:
    first: dict[str, Sketch] = {}
    for sketch in sketches:
        known = first.get(sketch.path)
        if known is None or (sketch.created, sketch.keys) < (known.created, known.keys):
            first[sketch.path] = sketch
    return sorted(first.values(), key=lambda sketch: sketch.path)


def _files(cluster: Cluster, sketches: Sequence[Sketch]) -> _Found:
    members = (
        Member(sketch.path, (sketch.path,), sketch.created, sketch.author, sketch.by_agent) for sketch in sketches
    )
    return _Found(Kind.FILE, _in_order(members), cluster.shape, _confidence([cluster], len(sketches)))


def _whole_directories(scaffold: Scaffold, by_path: dict[str, Sketch], clusters: Sequence[Cluster]) -> _Found:
    members = []
    for directory, files in scaffold.directories.items():
        first = min((by_path[path] for path in files), key=lambda sketch: (sketch.created, sketch.path))
        agents = all(by_path[path].by_agent for path in files)
        members.append(Member(directory, files, first.created, first.author, agents))
    merged = [clusters[number] for number in scaffold.roles]
    return _Found(Kind.SCAFFOLD, _in_order(members), merged[0].shape, _confidence(merged, len(members)))


def _in_order(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(members, key=lambda member: (member.created, member.path)))


def _confidence(clusters: Sequence[Cluster], size: int) -> float:
    """Mean coverage × what a group of this size can show (1 - 1/n): how sure it is that these belong together."""
    values = [value for cluster in clusters for value in cluster.coverage]
    return round(sum(values) / len(values) * (1 - 1 / size), 3)


def _named(found: Sequence[_Found]) -> tuple[Family, ...]:
    families = []
    names: set[str] = set()
    signatures: set[str] = set()
    for one in sorted(found, key=lambda one: (-len(one.members), one.kind, one.shape, one.members[0].path)):
        location = locate([member.path for member in one.members], directories=one.kind is Kind.SCAFFOLD)
        name = _free("-".join(location.words), names)
        shape = one.shape if one.kind is Kind.FILE else _SLOT.sub("*", location.template)
        signature = _signature(one.kind, shape)
        if signature in signatures:
            signature = _signature(one.kind, shape, one.members[0].path)
        if signature in signatures:
            signature = _signature(one.kind, shape, one.members[0].path, *one.members[0].files)
        signatures.add(signature)
        families.append(Family(name, one.kind, one.members, signature, one.confidence, location.template))
    return tuple(families)


def _free(name: str, names: set[str]) -> str:
    free, number = name, 2
    while free in names:
        free, number = f"{name}-{number}", number + 1
    names.add(free)
    return free


def _signature(kind: Kind, *parts: str) -> str:
    return sha256("\0".join((kind.value, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
