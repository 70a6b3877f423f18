"""Values by which steps belong together: what one run names in two of its steps, and other runs do not.

A step that is common by itself (`cd src/billing`) is no accident where each time it names what the other steps of the
run name. How likely that is by chance is seen at the other places of the step.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from engine.mining.sequences.history import WIDTH, History

_PART = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
_LEAST = 3
"""Characters of a value that tells something by itself."""
_SHARED = 0.34
"""The part of the occurrences that may name the same value: what more of them name is no value of the run."""
_COMPARED = 40
_PRIOR = (0.2, 2.0)
"""One place in ten is taken to be linked where none was seen."""
RARE = 40
"""A step with more places is found by how often it comes."""

Occurrence = Sequence[int]


def pieces(history: History, at: int) -> frozenset[str]:
    """The values that the command at `at` names: its arguments and their parts."""
    known = history.pieces.get(at)
    if known is None:
        command = history.commands[at]
        found: set[str] = set()
        for place in command.arguments:
            word = command.value(place)
            found.add(word)
            for name in _PART.findall(word):
                found.update((name, posixpath.splitext(name)[0]))
        known = history.pieces[at] = frozenset(piece for piece in found if len(piece) >= _LEAST)
    return known


def telling(history: History, occurrences: Sequence[Occurrence]) -> list[set[str]]:
    """The values of each occurrence that few others have."""
    named = [set().union(*(pieces(history, at) for at in one if at >= 0)) for one in occurrences]
    times = Counter(piece for names in named for piece in names)
    most = max(1.0, _SHARED * len(occurrences))
    return [{piece for piece in names if times[piece] <= most} for names in named]


def by_accident(history: History, symbol: int, values: Sequence[Collection[str]], away: Collection[int]) -> float:
    """How often a step of this symbol that stands elsewhere names a value of one of the occurrences."""
    elsewhere = [at for at in history.places[symbol] if at not in away]
    stride = max(1, len(elsewhere) // _COMPARED)
    sample = elsewhere[::stride]
    linked = sum(not pieces(history, at).isdisjoint(names) for at in sample for names in values)
    return (linked + _PRIOR[0]) / (len(sample) * len(values) + _PRIOR[1])


def linked(history: History, occurrences: Sequence[Occurrence], step: int) -> int:
    """In how many of the occurrences the step names a value that another step names, and no other occurrence does."""
    values = telling(history, [[at for k, at in enumerate(one) if k != step] for one in occurrences])
    found = [
        pieces(history, one[step]) & names for one, names in zip(occurrences, values, strict=True) if one[step] >= 0
    ]
    return sum(map(bool, found))


def linked_runs(
    history: History, used: Collection[int], min_support: int
) -> Iterator[tuple[tuple[int, ...], list[tuple[int, ...]]]]:
    """Rare free steps that stand near each other and name the same value, where several runs have two such steps in
    common: the steps, and their places in each run (-1: not there); the longest first."""
    runs = _runs(history, used)
    found: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for whole in runs:
        alike = [run for run in runs if len(whole.keys() & run.keys()) > 1]
        if len(alike) < min_support:
            continue
        times = Counter(symbol for run in alike for symbol in run)
        steps = tuple(symbol for symbol in whole if times[symbol] > 1)
        if len(steps) > 1:
            found[steps] = [tuple(run.get(symbol, -1) for symbol in steps) for run in alike]
    yield from sorted(found.items(), key=lambda one: (-len(one[0]), one[0]))


def _runs(history: History, used: Collection[int]) -> list[dict[int, int]]:
    """Steps joined by what they name, each run as places by symbol, in order."""
    row, places = history.row, history.places
    rare = {symbol for symbol, them in places.items() if 1 < len(them) <= RARE}
    run_of: dict[int, list[int]] = {}
    for at in sorted(at for symbol in rare for at in places[symbol] if at not in used):
        own = run_of.setdefault(at, [at])
        for other in range(at + 1, at + 1 + WIDTH):
            if row[other] == 0:
                break
            if row[other] in rare and other not in used and not pieces(history, at).isdisjoint(pieces(history, other)):
                joined = run_of.get(other)
                if joined is None:
                    own.append(other)
                    run_of[other] = own
                elif joined is not own:
                    own.extend(joined)
                    run_of.update(dict.fromkeys(joined, own))
    distinct = {id(run): sorted(run) for run in run_of.values()}
    runs = [{row[at]: at for at in reversed(run)} for run in distinct.values()]
    return [dict(sorted(run.items(), key=lambda one: one[1])) for run in runs if len(run) > 1]


def linked_pairs(history: History, used: Collection[int]) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
    """Pairs of rare free steps that stand near each other twice or more, each time with another value in both; with
    their places, what was seen most often first."""
    row, places = history.row, history.places
    rare = {symbol for symbol, them in places.items() if len(them) <= RARE}
    found: defaultdict[tuple[int, int], dict[str, tuple[int, int]]] = defaultdict(dict)
    for at in sorted(at for symbol in rare for at in places[symbol] if at not in used):
        for other in range(at + 1, at + 1 + WIDTH):
            if row[other] == 0:
                break
            if row[other] in rare and row[other] != row[at] and other not in used:
                common = pieces(history, at) & pieces(history, other)
                if common:
                    found[row[at], row[other]].setdefault(max(common, key=lambda one: (len(one), one)), (at, other))
    telling_pairs = [(pair, sorted(where.values())) for pair, where in found.items() if len(where) > 1]
    yield from sorted(telling_pairs, key=lambda one: (-len(one[1]), one[0]))
