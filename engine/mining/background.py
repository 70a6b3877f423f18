"""What is done all the time is no fix: how often a step stands outside of the episodes that it seems to end.

A step that is a fix comes with the error and goes with it. So its presence in the episodes is held against what chance
would bring: the share of all other work that it is, over as many steps as an episode has (binomial), and the share of
sessions without the error in which it is done as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import comb

from engine.mining.episodes import calls_of
from engine.mining.sequences.history import SESSION_GAP
from engine.model import Execution

BY_CHANCE = 0.05
_UNSEEN = 8  # steps of other work that are taken for granted in a history that has just begun
_USUAL = 0.5  # share of the other sessions in which a usual step is done

Call = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """How often each call, word for word, stands outside of episodes, of how many calls; and the share of sessions in
    which it is usual: those with it outside among those without an error, or among those in which it ended one."""

    calls: Mapping[Call, int] = field(default_factory=dict)
    sessions: Mapping[Call, float] = field(default_factory=dict)
    total: int = 0

    def explains(self, call: Call, inside: int, episodes: int, length: float) -> bool:
        """Whether a call that stands in `inside` of so many episodes, of `length` steps each, is there by chance."""
        outside = self.calls.get(call, 0)
        if not outside or not episodes:
            return False
        share = 1.0 - (1.0 - outside / (self.total + _UNSEEN)) ** max(1.0, length)
        if at_least(inside, episodes, share) > BY_CHANCE:
            return True
        return outside >= inside and self.sessions.get(call, 0.0) >= _USUAL


def background(executions: Sequence[Execution], episodes: Iterable[tuple[int, int]]) -> Background:
    """Of executions in order of time; `episodes` are the numbers of the executions in which each begins and ends.

    What stands in an episode, in its session, is no background.
    """
    by_id = {one.id: at for at, one in enumerate(executions)}
    inside: set[int] = set()
    for first, last in episodes:
        if first in by_id and last in by_id:
            session = executions[by_id[first]].session
            for at in range(by_id[first], by_id[last] + 1):
                if executions[at].session == session:
                    inside.add(at)
    calls: Counter[Call] = Counter()
    sessions: dict[Call, set[object]] = {}
    everywhere: set[object] = set()
    touched: set[object] = set()
    within: dict[Call, set[object]] = {}
    number, previous = 0, 0.0
    total = 0
    for at, execution in enumerate(executions):
        if not execution.session:
            number += execution.at - previous > SESSION_GAP
            previous = execution.at
        name: object = execution.session or number
        everywhere.add(name)
        if at in inside:
            touched.add(name)
            for call in calls_of(execution):
                within.setdefault(call.argv, set()).add(name)
            continue
        if execution.pattern_id:
            continue
        for call in calls_of(execution):
            total += 1
            calls[call.argv] += 1
            sessions.setdefault(call.argv, set()).add(name)
    free = everywhere - touched
    usual = {call: _share(names, free, within.get(call, set())) for call, names in sessions.items()}
    return Background(calls, usual, total)


def _share(outside: set[object], free: set[object], within: set[object]) -> float:
    shares = [len(outside & some) / len(some) for some in (free, within) if len(some) >= 2]
    return max(shares, default=0.0)


def at_least(successes: int, trials: int, chance: float) -> float:
    """P(X >= successes) of a binomial distribution."""
    chance = min(max(chance, 0.0), 1.0)
    return sum(comb(trials, k) * chance**k * (1.0 - chance) ** (trials - k) for k in range(successes, trials + 1))
