"""Holes that hold the same thing become one variable.

Two holes are one variable when their values agree in every example that has both, or when one's values are case forms
of the other's (then the one with more to say is the variable and the others pass it through a filter). Options are one
switch when the same examples have them and they speak of the same words, or one has no word of its own; when just the
others have them, one is the other's `else`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.cases import apply_filters, words_of
from engine.induction.alternatives import opposite
from engine.induction.paths import PathVariable
from engine.induction.pieces import Hole, Loop, Option, Piece, Text, walk

_CASES = (
    "snake",
    "kebab",
    "pascal",
    "camel",
    "constant",
    "title",
    "words",
    "sentence",
    "dotted",
    "joined",
    "upper",
    "lower",
    "capital",
)
_WORD = re.compile(r"[^\W_]{4,}")
_LONGEST_NAME = 200  # characters; longer values are no case forms of each other
_MANY = 3  # from so many examples on, blocks that the same examples have are one switch


@dataclass(slots=True)
class Draft:
    """A variable before it has a name: its values by example, and its `path` source if a path variable decides it."""

    values: tuple[object, ...]
    derivation: str = ""
    name: str = ""
    path_variable: int = -1
    first: Option | None = None
    """Of a switch, the option that it is named after."""


@dataclass(slots=True)
class Links:
    """Which draft each piece uses, by the piece's identity; for holes with the filters."""

    drafts: list[Draft] = field(default_factory=list)
    holes: dict[int, tuple[Draft, tuple[str, ...]]] = field(default_factory=dict)
    options: dict[int, tuple[Draft, bool]] = field(default_factory=dict)
    """For an option whether it is there when the switch is on, and not when it is off."""
    loops: dict[int, Draft] = field(default_factory=dict)


def link(pieces: Iterable[Piece], path_variables: Sequence[PathVariable]) -> Links:
    """The variables of all `pieces` (of all files), path variables first; one without a name is a term of the texts."""
    everything = list(pieces)
    links = Links()
    for index, variable in enumerate(path_variables):
        links.drafts.append(Draft(variable.values, variable.derivation, variable.name, index if variable.name else -1))
    _link_holes([piece for piece in everything if isinstance(piece, Hole)], links, path_variables)
    _link_options([piece for piece in everything if isinstance(piece, Option)], links)
    for piece in everything:
        if isinstance(piece, Loop):
            draft = next(
                (one for one in links.loops.values() if one.values == piece.rows),
                None,
            )
            if draft is None:
                draft = Draft(piece.rows)
                links.drafts.append(draft)
            links.loops[id(piece)] = draft
    return links


# ── holes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _link_holes(holes: Sequence[Hole], links: Links, path_variables: Sequence[PathVariable]) -> None:
    vectors: dict[tuple[str | None, ...], list[Hole]] = {}
    for hole in holes:
        vectors.setdefault(hole.values, []).append(hole)
    groups: dict[object, list[tuple[str | None, ...]]] = {}
    for vector in vectors:
        groups.setdefault(_normal(vector), []).append(vector)
    for normal, members in groups.items():
        left = list(members)
        if normal is not None:
            for index, variable in enumerate(path_variables):
                draft = links.drafts[index]
                for vector in list(left):
                    filters = _filters_between(variable.values, vector)
                    if filters is not None:
                        left.remove(vector)
                        for hole in vectors[vector]:
                            links.holes[id(hole)] = (draft, filters)
        while left:
            base, covered = _best_base(left)
            draft = Draft(base, _soft_derivation(base, path_variables))
            links.drafts.append(draft)
            for vector, filters in covered:
                left.remove(vector)
                for hole in vectors[vector]:
                    links.holes[id(hole)] = (draft, filters)


def _normal(vector: tuple[str | None, ...]) -> object:
    """What case forms share: the letters and digits in lower case. None where that says nothing."""
    if any(value is not None and len(value) > _LONGEST_NAME for value in vector):
        return vector
    joined = tuple(None if value is None else "".join(words_of(value)).lower() for value in vector)
    known = {one for one in joined if one is not None}
    if len(known) < 2 or any(value is not None and "\n" in value for value in vector) or max(map(len, known)) < 3:
        return vector
    return joined


def _best_base(
    vectors: Sequence[tuple[str | None, ...]],
) -> tuple[tuple[str | None, ...], list[tuple[tuple[str | None, ...], tuple[str, ...]]]]:
    """The vector from which filters give the most others, with those and their filters."""
    best: tuple[tuple[str | None, ...], list[tuple[tuple[str | None, ...], tuple[str, ...]]]] | None = None
    for base in vectors[:12]:
        covered = []
        for vector in vectors:
            filters = () if vector == base else _filters_between(base, vector)
            if filters is not None:
                covered.append((vector, filters))
        if best is None or len(covered) > len(best[1]):
            best = (base, covered)
    return best or (vectors[0], [(vectors[0], ())])


def _filters_between(base: Sequence[str | None], other: Sequence[str | None]) -> tuple[str, ...] | None:
    """The filters that give every value of `other` from `base`; None when there are none, or a value is missing."""
    if any(one is None and two is not None for one, two in zip(base, other, strict=True)):
        return None
    if any(one is not None and len(one) > _LONGEST_NAME for one in base):
        return () if tuple(base) == tuple(other) else None
    for filters in ((), *((case,) for case in _CASES)):
        if all(
            two is None or (one is not None and apply_filters(one, filters) == two)
            for one, two in zip(base, other, strict=True)
        ):
            return filters
    return None


def _soft_derivation(vector: Sequence[str | None], path_variables: Sequence[PathVariable]) -> str:
    """How the path decides the value in most examples; what is given wins where it does not."""
    known = [index for index, value in enumerate(vector) if value is not None]
    best, derivation = 0, ""
    for variable in path_variables:
        if not variable.derivation:
            continue
        for case in ("", *_CASES):
            filters = (case,) if case else ()
            hits = sum(1 for index in known if apply_filters(variable.values[index], filters) == vector[index])
            if hits > best:
                best, derivation = hits, variable.derivation + (f" | {case}" if case else "")
    return derivation if best > 1 and best * 2 >= len(known) else ""


# ── switches ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _link_options(options: Sequence[Option], links: Links) -> None:
    counts: Counter[str] = Counter()
    words = []
    for option in options:
        own = {word.lower() for word in _WORD.findall(_literal(option))}
        words.append(own)
        counts.update(own)
    drafts: list[tuple[Draft, set[str]]] = []
    for option, own in sorted(zip(options, words, strict=True), key=lambda pair: not pair[1]):  # blank ones last
        known = next((one for one in drafts if one[0].values == option.present and _alike(option, own, one[1])), None)
        if known is None and (not own or _twofold(option)):
            known = next((one for one in drafts if one[0].values == opposite(option.present)), None)
        if known is None:
            known = (Draft(option.present, first=option), set())
            links.drafts.append(known[0])
            drafts.append(known)
        known[1].update(own)
        links.options[id(option)] = (known[0], known[0].values == option.present)


def _alike(option: Option, own: set[str], known: set[str]) -> bool:
    return bool(known & own or not own or _certain(option))


def _certain(option: Option) -> bool:
    return len(option.present) >= _MANY


def _twofold(option: Option) -> bool:
    """Whether two examples have the option and two do not."""
    counts = Counter(option.present)
    return min(counts[True], counts[False]) > 1


def _literal(option: Option) -> str:
    return " ".join(piece.text for piece in walk([option]) if isinstance(piece, Text))
