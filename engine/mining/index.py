"""The live index: the known families of a workspace, small enough to keep in memory, asked once per saved file.

What to persist per family: the `Family` itself, and `representatives` of its sketches (`Sketch.to_bytes`, some hundred
bytes each); `learn` takes both back. A lookup compares with family cores, so its time grows with the families, not with
the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    files: frozenset[str]


class FamilyIndex:
    """Families by signature. Not safe for concurrent writers; lookups change nothing."""

    def __init__(self, threshold: float = 0.75) -> None:
        self._threshold = threshold
        self._entries: dict[str, _Entry] = {}
        self._created: dict[str, float] = {}
        self._by_extension: dict[str, dict[str, list[_Role]]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def learn(self, family: Family, sketches: Iterable[Sketch]) -> None:
        """Adds or replaces a family; `sketches` of some of its files (others are ignored) give its content."""
        known = {sketch.path: sketch for sketch in sketches}
        groups = roles_of(family)
        roles = tuple(_role(family, paths, known, alone=len(groups) == 1) for paths in groups)
        scaffold = family.kind is Kind.SCAFFOLD
        self.forget(family.signature)
        for role in roles:
            self._by_extension.setdefault(role.extension, {}).setdefault(family.signature, []).append(role)
        self._entries[family.signature] = _Entry(
            family,
            _expression(family.path_template) if scaffold else None,
            _literal(family.path_template),
            roles,
            frozenset(family.files),
        )
        self._created |= {path: member.created for member in family.members for path in member.files}

    def forget(self, signature: str) -> None:
        if self._entries.pop(signature, None) is not None:
            for known in self._by_extension.values():
                known.pop(signature, None)

    def add(self, sketch: Sketch) -> tuple[Match, ...]:
        """The families that a file with this content belongs to, best first; a fitting place breaks ties."""
        found = []
        for signature, roles in self._of(sketch).items():
            best = max(self._similarities(roles, sketch))
            if best[0] >= self._threshold:
                found.append((best, self._entries[signature].family))
        found.sort(key=lambda pair: (-round(pair[0][0], 2), -pair[0][1], pair[1].signature))
        return tuple(_match(family, similarity) for (similarity, _), family in found)

    def nearest(self, sketch: Sketch) -> tuple[str, float]:
        """The signature of the family whose content is nearest, and how near (0..1); `("", 0.0)` when there is none."""
        best = max(
            ((found, signature) for signature, roles in self._of(sketch).items()
             for found in self._similarities(roles, sketch)),
            default=None,
        )  # fmt: skip
        return (best[1], best[0][0]) if best and best[0][0] else ("", 0.0)

    def for_path(self, path: str) -> tuple[Match, ...]:
        """The families to which a new, still empty file at `path` would belong, the most specific place first."""
        found = []
        for entry in self._entries.values():
            fitting = (role.literal for role in entry.roles if role.place and role.place.fullmatch(path))
            literal = max(fitting, default=-1)
            if literal >= 0 and path not in entry.files:
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
            found[signature] = len(there & entry.files), len(there)
        return found

    def lies_with(self, signature: str, path: str, other: str) -> bool:
        """Whether `other` lies at the place of a family at which `path` lies."""
        entry = self._entries.get(signature)
        places = (role.place for role in entry.roles if role.place) if entry else ()
        return any(place.fullmatch(path) and place.fullmatch(other) for place in places)

    def files_of(self, signature: str) -> frozenset[str]:
        """The files of a family; none of one that is not known."""
        entry = self._entries.get(signature)
        return entry.files if entry else frozenset()

    def holds(self, path: str) -> bool:
        """Whether a file is of any family."""
        return any(path in entry.files for entry in self._entries.values())

    def families_of(self, path: str) -> frozenset[str]:
        """The families of a file by signature."""
        return frozenset(signature for signature, entry in self._entries.items() if path in entry.files)

    def created(self, path: str) -> float:
        """When a member with this path was made, seconds since 1970; 0 where none is known."""
        return self._created.get(path, 0.0)

    def match_of(self, signature: str) -> Match | None:
        """A family as a match by path."""
        entry = self._entries.get(signature)
        return _match(entry.family, entry.family.confidence) if entry else None

    def kind_of(self, signature: str) -> Kind | None:
        entry = self._entries.get(signature)
        return entry.family.kind if entry else None

    def families(self) -> list[Family]:
        """The families, the largest first."""
        known = (entry.family for entry in self._entries.values())
        return sorted(known, key=lambda family: (-len(family.members), family.signature))

    def _of(self, sketch: Sketch) -> Mapping[str, Sequence[_Role]]:
        """The families, by signature, that have files of the sketch's extension: no other can be its own."""
        return self._by_extension.get(extension(split(sketch.path)[1]), {})

    def _similarities(self, roles: Iterable[_Role], sketch: Sketch) -> Iterator[tuple[float, int]]:
        """The coverage of each role's core, and how much the place says where the sketch lies at it."""
        keys = sketch.key_set()
        for role in roles:
            at_place = role.place is not None and role.place.fullmatch(sketch.path) is not None
            yield role.core.coverage(keys, sketch.limit), role.literal if at_place else 0


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
