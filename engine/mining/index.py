"""The live index: the known families of a workspace, small enough to keep in memory, asked once per saved file.

What to persist per family: the `Family` itself, and `representatives` of its sketches (`Sketch.to_bytes`, some hundred
bytes each); `learn` takes both back. A lookup compares with family cores, so its time grows with the families, not with
the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.mining.cohesion import Core, core_of, spread
from engine.mining.locations import locate
from engine.mining.shapes import extension, split
from engine.mining.sketches import Sketch
from engine.model import Family, Kind

REPRESENTATIVES = 8
_SLOT = re.compile(r"\{\{ *(\w+)(?: *\|[^}]*)? *\}\}")
_QUOTED = re.compile(r"\{\{ *'([^']*)' *\}\}")


@dataclass(frozen=True, slots=True)
class Match:
    """A family that a file may belong to. `similarity` is 0..1: the coverage of its core; by path its confidence."""

    signature: str
    name: str
    kind: Kind
    similarity: float


@dataclass(frozen=True, slots=True)
class _Role:
    """The files of a family that play one part: where they lie and what they have in common."""

    place: re.Pattern[str] | None
    literal: int  # characters of the path template that are fixed: how much a fitting path says
    extension: str
    core: Core


@dataclass(frozen=True, slots=True)
class _Entry:
    family: Family
    directory: re.Pattern[str] | None
    literal: int
    roles: tuple[_Role, ...]


class FamilyIndex:
    """Families by signature. Not safe for concurrent writers; lookups change nothing."""

    def __init__(self, threshold: float = 0.75) -> None:
        self._threshold = threshold
        self._entries: dict[str, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def learn(self, family: Family, sketches: Iterable[Sketch]) -> None:
        """Adds or replaces a family; `sketches` of some of its files (others are ignored) give its content."""
        known = {sketch.path: sketch for sketch in sketches}
        groups = roles_of(family)
        roles = tuple(_role(family, paths, known, alone=len(groups) == 1) for paths in groups)
        scaffold = family.kind is Kind.SCAFFOLD
        self._entries[family.signature] = _Entry(
            family,
            _expression(family.path_template) if scaffold else None,
            _literal(family.path_template),
            roles,
        )

    def forget(self, signature: str) -> None:
        self._entries.pop(signature, None)

    def add(self, sketch: Sketch) -> tuple[Match, ...]:
        """The families that a file with this content belongs to, best first; a fitting place breaks ties."""
        found = []
        for entry in self._entries.values():
            best = max((self._similarity(role, sketch) for role in entry.roles), default=(0.0, 0))
            if best[0] >= self._threshold:
                found.append((best, entry.family))
        found.sort(key=lambda pair: (-round(pair[0][0], 2), -pair[0][1], pair[1].signature))
        return tuple(_match(family, similarity) for (similarity, _), family in found)

    def nearest(self, sketch: Sketch) -> tuple[str, float]:
        """The signature of the family whose content is nearest, and how near (0..1); `("", 0.0)` when there is none."""
        best = max(
            ((self._similarity(role, sketch), entry) for entry in self._entries.values() for role in entry.roles),
            key=lambda pair: (pair[0], pair[1].family.signature),
            default=None,
        )
        return (best[1].family.signature, best[0][0]) if best and best[0][0] else ("", 0.0)

    def for_path(self, path: str) -> tuple[Match, ...]:
        """The families to which a new, still empty file at `path` would belong, the most specific place first."""
        found = []
        for entry in self._entries.values():
            fitting = (role.literal for role in entry.roles if role.place and role.place.fullmatch(path))
            literal = max(fitting, default=-1)
            if literal >= 0 and path not in entry.family.files:
                found.append((literal, entry.family))
        return _best_places(found)

    def for_directory(self, path: str) -> tuple[Match, ...]:
        """The scaffolds that a new directory at `path` would be an instance of, the most specific place first."""
        path = path.rstrip("/")
        return _best_places(
            (entry.literal, entry.family)
            for entry in self._entries.values()
            if entry.directory
            and entry.directory.fullmatch(path)
            and all(member.path != path for member in entry.family.members)
        )

    def shares(self, paths: Iterable[str]) -> dict[str, float]:
        """Of the files at the places of each family the share that belongs to it: how likely the next one there does.

        One imagined member stands beside the files of `paths` (rule of succession without a doubt for the first).
        """
        return {signature: (own + 1) / (there + 1) for signature, (own, there) in self.places(paths).items()}

    def places(self, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
        """How many of `paths` lie at the places of each family: its own files, and all of them."""
        by_extension: dict[str, list[str]] = {}
        for path in paths:
            by_extension.setdefault(extension(split(path)[1]), []).append(path)
        found = {}
        for signature, entry in self._entries.items():
            there = {
                path
                for role in entry.roles
                if role.place
                for path in by_extension.get(role.extension, ())
                if role.place.fullmatch(path)
            }
            found[signature] = len(there & set(entry.family.files)), len(there)
        return found

    def kind_of(self, signature: str) -> Kind | None:
        entry = self._entries.get(signature)
        return entry.family.kind if entry else None

    def families(self) -> list[Family]:
        """The families, the largest first."""
        known = (entry.family for entry in self._entries.values())
        return sorted(known, key=lambda family: (-len(family.members), family.signature))

    def _similarity(self, role: _Role, sketch: Sketch) -> tuple[float, int]:
        if role.extension != extension(split(sketch.path)[1]):
            return 0.0, 0
        coverage = role.core.coverage(sketch.key_set(), sketch.limit)
        at_place = role.place is not None and role.place.fullmatch(sketch.path) is not None
        return coverage, role.literal if at_place else 0


def representative_paths(family: Family) -> set[str]:
    """The few files of `family` whose sketches are worth storing for `FamilyIndex.learn`."""
    return {path for group in roles_of(family) for path in spread(group, REPRESENTATIVES)}


def representatives(family: Family, sketches: Iterable[Sketch]) -> list[Sketch]:
    """The sketches of `representative_paths`."""
    wanted = representative_paths(family)
    return [sketch for sketch in sketches if sketch.path in wanted]


def roles_of(family: Family) -> list[list[str]]:
    """The files of `family` by the part they play: one group for files, one per kind of file for a scaffold."""
    if family.kind is not Kind.SCAFFOLD:
        return [sorted(family.files)]
    groups: dict[str, list[str]] = {}
    for member in family.members:
        own = split(member.path)[1]
        for path in member.files:
            groups.setdefault(path[len(member.path) :].replace(own, "*"), []).append(path)
    return [groups[key] for key in sorted(groups)]


def _role(family: Family, paths: Sequence[str], known: dict[str, Sketch], *, alone: bool) -> _Role:
    template = family.path_template if alone and family.kind is not Kind.SCAFFOLD else locate(paths).template
    chosen = [known[path] for path in spread([path for path in paths if path in known], REPRESENTATIVES)]
    core = core_of([sketch.key_set() for sketch in chosen])
    return _Role(_expression(template) if template else None, _literal(template), extension(split(paths[0])[1]), core)


def _expression(template: str) -> re.Pattern[str] | None:
    if not template:
        return None
    plain = _QUOTED.sub(lambda found: found[1], template)
    pieces = _SLOT.split(plain)
    return re.compile("".join("[^/]+" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)))


def _literal(template: str) -> int:
    return len(_SLOT.sub("", template))


def _best_places(found: Iterable[tuple[int, Family]]) -> tuple[Match, ...]:
    ordered = sorted(found, key=lambda pair: (-pair[0], -len(pair[1].members), pair[1].signature))
    return tuple(_match(family, family.confidence) for _, family in ordered)


def _match(family: Family, similarity: float) -> Match:
    return Match(family.signature, family.name, family.kind, round(similarity, 3))
