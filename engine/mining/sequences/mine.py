"""The routines of a history: each execution is explained by one of them at most, the most telling first."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from math import log
from statistics import median

from engine.mining.sequences.chance import pairs_before, striking_pairs
from engine.mining.sequences.closed import contains
from engine.mining.sequences.growing import Grown, grow, is_going_on
from engine.mining.sequences.history import History, only_looks, read
from engine.mining.sequences.parameters import Filled, fill
from engine.model import Execution, Routine
from engine.savings import KEYSTROKE, MENTAL

MOST_ROUTINES = 200
SURE = log(0.01)
LINK_EVIDENCE = log(0.1)
"""What one value that comes back in another step tells in one occurrence; most values have more than ten choices."""


def mine(executions: Sequence[Execution], *, min_support: int = 3, min_steps: int = 2) -> tuple[Routine, ...]:
    """The routines done at least `min_support` times, with `min_steps` steps or more of which two do something; what
    saves most time by hand comes first. Executions need their `id`, which the occurrences name (0: left out)."""
    history = read(executions)
    used: set[int] = set()
    accepted: list[Grown] = []
    routines: list[Routine] = []
    for _, first, second in striking_pairs(history, min_support):
        if len(routines) >= MOST_ROUTINES:
            break
        # What is left of a routine's pairs are its broken occurrences, unless there are many.
        left = max((len(one.occurrences) for one in accepted if {first, second} <= set(one.steps)), default=0) / 4
        grown = grow(history, first, second, used, max(min_support, int(left)))
        if grown is None or any(_is_rest(grown, other) for other in accepted):
            continue
        routine = _judged(history, grown, min_steps)
        if routine is not None:
            used.update(at for one in grown.occurrences for at in one if at >= 0)
            accepted.append(grown)
            routines.append(routine)
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
        routine = _judged(history, grown, min_steps)
        if routine is not None:
            found[routine.signature] = routine
    return tuple(sorted(found.values(), key=lambda one: (-len(one.steps), one.signature)))


def _is_rest(grown: Grown, other: Grown) -> bool:
    """Whether this is what was left of another routine's broken occurrences, or that routine begun elsewhere."""
    return contains(other.steps, grown.steps) or set(grown.steps) <= set(other.steps)


def _judged(history: History, grown: Grown, min_steps: int) -> Routine | None:
    """The routine, when it is work worth a recipe and no accident."""
    working = {symbol for symbol in grown.steps if not only_looks(history.skeletons[symbol])}
    if len(grown.steps) < min_steps or len(working) < 2:
        return None
    filled = fill([[history.commands[at] if at >= 0 else None for at in one] for one in grown.occurrences])
    if grown.log_chance + LINK_EVIDENCE * filled.links * len(grown.occurrences) > SURE:
        return None
    return _routine(history, grown, filled)


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
