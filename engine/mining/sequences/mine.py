"""The routines of a history: each execution is explained by one of them at most, the most telling first."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from math import log
from statistics import median

from engine.mining.command_words import MOVING
from engine.mining.sequences.chance import pairs_before, striking_pairs
from engine.mining.sequences.closed import contains
from engine.mining.sequences.growing import Grown, grow, is_going_on, regrown, without_weakest
from engine.mining.sequences.history import History, only_looks, read
from engine.mining.sequences.links import linked_pairs, linked_runs
from engine.mining.sequences.parameters import SLOT, Filled, fill
from engine.model import Execution, Routine
from engine.savings import KEYSTROKE, MENTAL

MOST_ROUTINES = 200
SURE = log(0.01)
LINK_EVIDENCE = log(0.1)
"""What one value that comes back in another step tells in one occurrence; most values have more than ten choices."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cyclic garbage: many small objects are made, none in a cycle, and to look at them again and again
    is a tenth of the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def mine(executions: Sequence[Execution], *, min_support: int = 3, min_steps: int = 2) -> tuple[Routine, ...]:
    """The routines done at least `min_support` times, with `min_steps` steps or more of which two do something; what
    saves most time by hand comes first. Executions need their `id`, which the occurrences name (0: left out)."""
    history = read(executions)
    used: set[int] = set()
    accepted: list[Grown] = []
    routines: list[Routine] = []

    def take(grown: Grown | None) -> None:
        if grown is None or len(routines) >= MOST_ROUTINES or any(_is_rest(grown, other) for other in accepted):
            return
        judged = _judged(history, grown, min_steps)
        if judged is not None and not any(_is_rest(judged[0], other) for other in accepted):
            used.update(at for one in judged[0].occurrences for at in one if at >= 0)
            accepted.append(judged[0])
            routines.append(judged[1])

    for _, first, second in striking_pairs(history, min_support):
        # What is left of a routine's pairs are its broken occurrences, unless there are many.
        left = max((len(one.occurrences) for one in accepted if {first, second} <= set(one.steps)), default=0) / 4
        take(grow(history, first, second, used, max(min_support, int(left))))
    for steps, runs in linked_runs(history, used, min_support):
        free = [one for one in runs if used.isdisjoint(one)]
        if len(free) >= min_support:
            take(regrown(history, steps, free, used, min_support))
    for pair, places in linked_pairs(history, used):
        free = [one for one in places if used.isdisjoint(one)]
        if len(free) > 1:
            take(regrown(history, pair, free, used, min_support))
    return tuple(sorted(routines, key=lambda one: (-len(one.occurrences) * one.typed_seconds, one.signature)))


def routines_ending(
    executions: Sequence[Execution], last: Execution, *, min_support: int = 3, min_steps: int = 2
) -> tuple[Routine, ...]:
    """The routines among some recent `executions` of which `last` has just completed an occurrence, longest first.

    Only pairs that end there are grown. A routine that went on after most of its earlier occurrences is not told of
    yet: its next step is still to come.
    """
    history = read(executions)
    ends = [at for at, owner in enumerate(history.owners) if owner >= 0 and history.executions[owner].id == last.id]
    if not ends:
        return ()
    found: dict[str, Routine] = {}
    for first in pairs_before(history, ends[-1], min_support):
        grown = grow(history, first, history.row[ends[-1]], (), min_support)
        if grown is None or grown.occurrences[-1][-1] != ends[-1] or is_going_on(history, grown):
            continue
        judged = _judged(history, grown, min_steps)
        if judged is not None and judged[0].occurrences[-1][-1] == ends[-1]:
            found[judged[1].signature] = judged[1]
    return tuple(sorted(found.values(), key=lambda one: (-len(one.steps), one.signature)))


def _is_rest(grown: Grown, other: Grown) -> bool:
    """Whether this is what was left of another routine's broken occurrences, or that routine begun elsewhere."""
    return contains(other.steps, grown.steps) or set(grown.steps) <= set(other.steps)


def _judged(history: History, whole: Grown, min_steps: int) -> tuple[Grown, Routine] | None:
    """The routine, when it is work worth a recipe and no accident; else the part of it that is."""
    grown: Grown | None = whole
    while grown is not None:
        found = _worth_it(history, grown, min_steps)
        if found is not None:
            return found
        grown = without_weakest(history, grown)
    return None


def _worth_it(history: History, grown: Grown, min_steps: int) -> tuple[Grown, Routine] | None:
    working = {symbol for symbol in grown.steps if not only_looks(history.skeletons[symbol])}
    if len(grown.steps) < min_steps or len(working) < 2:
        return None
    filled = _filled(history, grown)
    if grown.log_chance + LINK_EVIDENCE * filled.links * len(grown.occurrences) > SURE:
        return None
    kept = [k for k in range(len(grown.steps)) if not _looks_elsewhere(history, grown, filled, k)]
    if len(kept) < len(grown.steps):
        steps = tuple(grown.steps[k] for k in kept)
        occurrences = tuple(tuple(one[k] for k in kept) for one in grown.occurrences)
        grown = Grown(steps, tuple(one for one in occurrences if max(one) >= 0), grown.log_chance)
        filled = _filled(history, grown)
    return grown, _routine(history, grown, filled)


def _filled(history: History, grown: Grown) -> Filled:
    return fill([[history.commands[at] if at >= 0 else None for at in one] for one in grown.occurrences])


def _looks_elsewhere(history: History, grown: Grown, filled: Filled, step: int) -> bool:
    """Whether a step only looks at what the rest never names (`cat` of another file each time): who goes through the
    routine may well look around, but nobody wants to be asked at what."""
    skeleton = history.skeletons[grown.steps[step]]
    own = {found[1] for word in filled.steps[step] for found in SLOT.finditer(word)}
    others = {
        found[1] for k, words in enumerate(filled.steps) if k != step for word in words for found in SLOT.finditer(word)
    }
    return bool(own) and own.isdisjoint(others) and only_looks(skeleton) and skeleton[0] not in MOVING


def _routine(history: History, grown: Grown, filled: Filled) -> Routine:
    owners = [tuple(history.owners[at] if at >= 0 else -1 for at in one) for one in grown.occurrences]
    seconds = [_duration(history, [owner for owner in one if owner >= 0]) for one in owners]
    typed = sum(KEYSTROKE * (len(" ".join(step)) + 1) + MENTAL for step in filled.steps)
    complete = sum(at >= 0 for one in grown.occurrences for at in one) / (len(grown.steps) * len(owners))
    skeletons = "\n".join(" ".join(history.skeletons[symbol]) for symbol in grown.steps)
    return Routine(
        steps=filled.steps,
        occurrences=tuple(tuple(history.executions[owner].id if owner >= 0 else 0 for owner in one) for one in owners),
        bindings=filled.bindings,
        types=filled.types,
        sessions=len({history.sessions[at] for one in grown.occurrences for at in one if at >= 0}),
        seconds=median(seconds),
        typed_seconds=typed,
        confidence=round(complete * (1 - 1 / (1 + len(owners))), 3),
        signature=sha256(skeletons.encode("utf-8", "surrogateescape")).hexdigest()[:16],
    )


def _duration(history: History, owners: Sequence[int]) -> float:
    first, last = history.executions[min(owners)], history.executions[max(owners)]
    return max(0.0, last.at - first.at + (first.seconds or 0.0))
