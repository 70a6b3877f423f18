"""Which family a file that is about to be made will be of, told by the files that lie where it will lie.

The neighbours of a path are the files beside it; of a file that stands alone in its directory, those of its name in the
sibling directories (`*/manifest.json`), or one floor further up (`*/tasks/main.yml`). The share of a family among them
says how likely the next one is of it. What is known of all places of the family stands behind that as `PRIOR`
imagined neighbours, those whose name begins or ends with the same word say more than the rest (prediction by partial
matching: each narrower context corrects the wider one), and the newest more than the oldest (`MEMORY`).
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.mining.index import FamilyIndex, Match
from engine.mining.sketches import Sketch
from engine.model import Family, Kind

MOST: Final = 200  # neighbours that are looked at, the newest
MEMORY: Final = 0.97  # what a neighbour weighs, of the weight of the next newer one
PRIOR: Final = 2.0  # neighbours that what is known of the wider place counts for
EVEN: Final = 0.5  # what is thought of a family that only the neighbours show, before they are counted
LIKELIER: Final = 0.6
"""Of two families that share a place, how likely the likelier must be for the two to be offered."""
SPECIFIC: Final = 0.05  # how much surer a family of all places must be than one of this place alone
_FEW = 3  # neighbours from which on they are a convention of their own
_LOOKED_AT = 3  # families among the neighbours
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, slots=True)
class Around:
    """The neighbours of a path, oldest first, and which part of their path tells them apart, counted from its end."""

    path: str
    paths: tuple[str, ...]
    part: int = 0

    def kin(self, among: Sequence[str]) -> list[list[str]]:
        """Those of `among` whose varying part begins, and those whose ends, with the word that the path's does."""
        own = self._words(self.path)
        if len(own) < 2:
            return []
        found = []
        for at in (0, -1):
            alike = [one for one in among if len(words := self._words(one)) > 1 and words[at] == own[at]]
            if _FEW <= len(alike) < len(among):
                found.append(alike)
        return found

    def _words(self, path: str) -> list[str]:
        parts = path.split("/")
        name = parts[-1 - self.part] if len(parts) > self.part else ""
        return [word.lower() for word in _WORDS.findall(name if self.part else name.split(".")[0])]


@dataclass(frozen=True, slots=True)
class Chance:
    """A family that a new file may be of: `share` is how likely, 0..1. `together` says the same of it or the `second`,
    by signature, that shares the place. `family` is one that only the neighbours show, None for a known one."""

    match: Match
    share: float
    together: float
    second: Match | None = None
    family: Family | None = None

    @property
    def is_tie(self) -> bool:
        return self.second is not None and self.share >= LIKELIER


def around(path: str, listing: Callable[[str, str], Sequence[str]]) -> Around:
    """The neighbours of `path`. `listing(directory, tail)` gives, oldest first, the files of a directory that have the
    ending of `path` where `tail` is empty, else the files at that tail below each of its directories."""
    directory, name = posixpath.split(path)
    tries = [(directory, "")]
    if directory:
        above, own = posixpath.split(directory)
        tries += [(above, name), (posixpath.dirname(above), f"{own}/{name}")][: 2 if above else 1]
    alone = Around(path, ())
    for part, (where, tail) in enumerate(tries):
        found = Around(path, tuple([one for one in listing(where, tail) if one != path][-MOST:]), part)
        if len(found.paths) >= 2:
            return found
        alone = found if found.paths and not alone.paths else alone
    return alone


def known_chances(
    index: FamilyIndex, shares: Mapping[str, float], of: Callable[[str], Collection[str]], here: Around
) -> list[Chance]:
    """The known families at whose place a path lies. `shares` tells of all their places, `of` gives the families of a
    file by signature."""
    found = []
    for match in index.for_path(here.path):
        there = [one for one in here.paths if index.lies_with(match.signature, here.path, one)]
        share = shares.get(match.signature, 0.0)
        own = {one for one in there if match.signature in of(one)}
        for group in (there, *here.kin(there)):
            share = blended(group, own.__contains__, share, PRIOR)
        others = Counter(other for one in there for other in of(one) if other != match.signature)
        chance = Chance(match, share, share)
        if len(there) >= _FEW and others:
            other, times = others.most_common(1)[0]
            together = min(1.0, share + times / (len(there) + PRIOR))
            chance = Chance(match, share, together, index.match_of(other))
        found.append(chance)
    return found


def local_chances(found: Sequence[Family], here: Around) -> list[Chance]:
    """The families that only the neighbours show, as `find_families` found them among these: the likeliest one."""
    judged = []
    for family in [one for one in found if one.kind is Kind.FILE][:_LOOKED_AT]:
        own = set(family.files)
        share = blended(here.paths, own.__contains__, EVEN, 1.0)
        for group in here.kin(here.paths):
            share = blended(group, own.__contains__, share, PRIOR)
        judged.append((share, Match(family.signature, family.name, family.kind, family.confidence), family))
    judged.sort(key=lambda one: -one[0])
    if not judged:
        return []
    share, match, family = judged[0]
    second = judged[1] if len(judged) > 1 else None
    together = min(1.0, share + second[0]) if second else share
    return [Chance(match, share, together, second[1] if second else None, family)]


def blended(group: Sequence[str], is_own: Callable[[str], bool], prior: float, weight: float) -> float:
    """The share of a group, oldest first, that is its own, with `weight` more that have the `prior` share."""
    own = whole = 0.0
    for one in group:
        own = own * MEMORY + is_own(one)
        whole = whole * MEMORY + 1
    return (own + weight * prior) / (whole + weight)


def shows_more(known: Sequence[Chance], index: FamilyIndex, here: Around, sure: float) -> bool:
    """Whether the neighbours are worth looking at themselves: nothing known is `sure`, or the likeliest family has most
    of its files elsewhere, so that this place may have a convention of its own."""
    if len(here.paths) < 2:
        return False
    best = max(known, key=lambda one: one.share, default=None)
    if best is None or best.share < sure:
        return True
    files = index.files_of(best.match.signature)
    return len(files.intersection(here.paths)) * 2 < len(files)


def found_around(sketches: Sequence[Sketch], threshold: float, min_files: int = 2) -> tuple[Family, ...]:
    """The families among the sketches of neighbours."""
    from engine.mining.families import find_families  # 50 ms, and what mining found is known without it

    return find_families(sketches, threshold=threshold, min_files=min_files)


def joined(known: Sequence[Chance], local: Sequence[Chance], index: FamilyIndex) -> list[Chance]:
    """Both; a family that the neighbours show and that is known already stands once, as likely as the surer of the two
    says: what was mined may be older than the neighbours."""
    found = list(known)
    for one in local:
        at = next((at for at, other in enumerate(known) if _is_same(one, other, index)), None)
        if at is None:
            found.append(one)
        elif one.share > known[at].share:
            found[at] = replace(known[at], share=one.share, together=max(one.together, known[at].together))
    return found


def _is_same(one: Chance, other: Chance, index: FamilyIndex) -> bool:
    """Whether a family that the neighbours show is the known one: each has at least half of the other."""
    own, known = set(one.family.files if one.family else ()), index.files_of(other.match.signature)
    both = len(own & known) * 2
    return one.match.signature == other.match.signature or (both >= len(own) and both >= len(known))


def ordered(chances: Sequence[Chance]) -> list[Chance]:
    """The likeliest first; of those about as likely one of this very place comes before one of many places."""
    return sorted(chances, key=lambda one: -round(one.share, 2) - SPECIFIC * (one.family is not None))
