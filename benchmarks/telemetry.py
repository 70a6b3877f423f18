"""Routines: how many of the planted ones are found, how well they are linked, what chance proposes, and the cost.

    python benchmarks/telemetry.py [--seeds 12]

Jaccard: planted and found routines are paired one to one, best pairs first; a pair scores the Jaccard index of its
steps, and the sum is divided by the number of pairs, missed and superfluous routines together. A link is a pair of
words in two steps that are filled by one parameter. PrefixSpan (when it is importable) mines the same sessions.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.histories import MadeHistory, Planted, make_history, random_history
from benchmarks.measure import p95
from benchmarks.other_histories import make_other_history, other_random_history
from engine.mining.commands import commands_of
from engine.mining.sequences import mine, routines_ending
from engine.mining.sequences.history import read
from engine.model import Execution, Routine

NOISE = (0.0, 0.1, 0.2, 0.4)
_PLACE = re.compile(r"\{(\w+)\}")
_SLOT = re.compile(r"\{\{ (\w+)[^}]*\}\}")
Steps = dict[str, list[tuple[int, str]]]
"""What is constant in a step, and where its values stand: (place, parameter)."""
MOST_THEIRS = 25
History = Sequence[Execution]


@dataclass(frozen=True, slots=True)
class Score:
    jaccard: float
    right: int
    proposed: int
    true: int


def _key(words: Sequence[str]) -> str:
    """A step by what is constant in it: its program and the words without a place for a value."""
    return " ".join(word for word in words if "\0" not in word)


def _true_steps(planted: Planted) -> Steps:
    steps: Steps = {}
    for step in planted.steps:
        words = commands_of(_PLACE.sub(lambda found: f"\0{found[1]}\0", step))[0].argv
        steps[_key(words)] = [(at, kind) for at, word in enumerate(words) for kind in re.findall(r"\0(\w+)\0", word)]
    return steps


def _found_steps(routine: Routine) -> Steps:
    steps: Steps = {}
    for step in routine.steps:
        words = [_SLOT.sub(lambda found: f"\0{found[1]}\0", word) for word in step]
        steps[_key(words)] = [(at, kind) for at, word in enumerate(words) for kind in re.findall(r"\0(\w+)\0", word)]
    return steps


def _links(steps: Steps, among: Iterable[str]) -> set[tuple[str, int, str, int]]:
    places = [(key, at, kind) for key in sorted(among) for at, kind in steps[key]]
    return {
        (one[0], one[1], other[0], other[1])
        for one, other in combinations(places, 2)
        if one[2] == other[2] and one[0] != other[0]
    }


def judge(made: MadeHistory, found: Sequence[Routine], show: bool = False) -> Score:
    """What was found against what was planted."""
    true, got = [_true_steps(one) for one in made.planted], [_found_steps(one) for one in found]
    pairs = sorted(
        ((_jaccard(one, other), i, j) for i, one in enumerate(true) for j, other in enumerate(got)), reverse=True
    )
    missed, superfluous = set(range(len(true))), set(range(len(got)))
    total, hits, proposed, wanted = 0.0, 0, 0, 0
    for share, i, j in pairs:
        if share == 0 or i not in missed or j not in superfluous:
            continue
        missed.discard(i)
        superfluous.discard(j)
        total += share
        both = true[i].keys() & got[j].keys()
        expected, given = _links(true[i], both), _links(got[j], both)
        hits, proposed, wanted = hits + len(expected & given), proposed + len(given), wanted + len(expected)
        if show and (share < 1 or expected != given):
            print(f"  {share:.2f} planted {made.planted[i].times} times: {' · '.join(made.planted[i].steps)}")
            print(f"       found {len(found[j].occurrences)} times: {_text(found[j])}")
            print("       links missed", sorted(expected - given)[:4], "invented", sorted(given - expected)[:4])
    if show:
        for i in missed:
            print(f"  MISSED {' · '.join(made.planted[i].steps)}")
        for j in superfluous:
            print(f"  SUPERFLUOUS {_text(found[j])}")
    return Score(total / max(1, len(true) + len(superfluous)), hits, proposed, wanted)


def _jaccard(one: Steps, other: Steps) -> float:
    return len(one.keys() & other.keys()) / len(one.keys() | other.keys())


def _text(routine: Routine) -> str:
    return " · ".join(" ".join(step) for step in routine.steps)


Maker = Callable[..., MadeHistory]


def quality(
    seeds: Sequence[int], show: bool = False, times: tuple[int, int] = (4, 10), make: Maker = make_history
) -> None:
    print(f"planted {times[0]} to {times[1]} times each")
    for noise in NOISE:
        made = [make(seed, noise=noise, times=times) for seed in seeds]
        scores = [judge(one, mine(one.executions), show) for one in made]
        right, proposed, true = (sum(getattr(one, name) for one in scores) for name in ("right", "proposed", "true"))
        f1 = 2 * right / max(1, proposed + true)
        jaccard = [one.jaccard for one in scores]
        print(
            f"noise {noise:4.0%}: Jaccard {statistics.mean(jaccard):.3f} (least {min(jaccard):.2f}), links F1 {f1:.3f}"
        )


def false_proposals(seeds: Sequence[int], count: int = 1000, make: Callable[..., History] = random_history) -> None:
    proposed = [len(mine(make(seed, count))) for seed in seeds]
    print(f"proposals, {count} random commands: {statistics.mean(proposed):.2f}, most {max(proposed)}")


def false_offers(seeds: Sequence[int], count: int = 1000, make: Callable[..., History] = random_history) -> None:
    """Recipes offered while random commands come in one by one: each command is one more look."""
    offered = []
    for seed in seeds:
        history = make(seed, count)
        found = (routines_ending(history[max(0, at - 599) : at + 1], one)[:1] for at, one in enumerate(history))
        offered.append(len({one.signature for routines in found for one in routines}))
    print(f"offers live, {count} random commands: {statistics.mean(offered):.2f}, most {max(offered)}")


def cost(count: int = 100_000) -> None:
    """Processor seconds beside those of the clock: other work on the machine lengthens only the latter (mostly)."""
    planted = make_history(3, noise=0.1, routines=20, times=(400, 700), background=count // 2).executions[:count]
    for label, executions in (("20 routines planted", planted), ("random", random_history(5, count))):
        started, worked = time.perf_counter(), time.process_time()
        found = mine(executions)
        worked, started = time.process_time() - worked, time.perf_counter() - started
        print(
            f"{len(executions):,} commands, {label}: {worked:.2f} s of work in {started:.2f} s, {len(found)} routines"
        )


def live(seed: int = 1) -> None:
    """What one more command costs while the engine runs."""
    executions = make_history(seed).executions
    seconds = []
    for at in range(len(executions) - 100, len(executions)):
        started = time.process_time()
        routines_ending(executions[max(0, at - 600) : at + 1], executions[at])
        seconds.append(time.process_time() - started)
    print(f"live, one more command: {statistics.median(seconds) * 1000:.1f} ms, p95 {p95(seconds) * 1000:.1f} ms")


def prefixspan(seed: int = 1) -> None:
    """The same history to PrefixSpan, which knows no gaps, no chance and no parameters."""
    try:
        from prefixspan import PrefixSpan
    except ImportError:
        print("prefixspan is not installed here (PYTHONPATH=… names a place that has it)")
        return
    made = make_history(seed)
    history = read(made.executions)
    sessions: dict[int, list[int]] = {}
    for at, symbol in enumerate(history.row):
        if symbol:
            sessions.setdefault(history.sessions[at], []).append(symbol)
    started = time.process_time()
    miner = PrefixSpan([row[:MOST_THEIRS] for row in sessions.values()])
    miner.minlen, miner.maxlen = 3, 5
    frequent, closed = len(miner.frequent(3)), len(miner.frequent(3, closed=True))
    theirs, started = time.process_time() - started, time.process_time()
    ours = mine(made.executions)
    print(
        f"prefixspan on {len(sessions)} sessions cut at {MOST_THEIRS} steps, lengths 3 to 5: {frequent} frequent and"
        f" {closed} closed patterns in {theirs:.2f} s; ours on the whole: {len(ours)} routines, {len(made.planted)}"
        f" were planted, in {time.process_time() - started:.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    seeds = range(1, options.seeds + 1)
    quality(seeds, options.show)
    quality(seeds, times=(3, 3))
    false_proposals(range(1, 2 * options.seeds + 1))
    false_proposals(range(1, 4 * options.seeds + 1), 100)
    false_offers(seeds)
    print("by the second generator, on which nothing was chosen:")
    quality(seeds, options.show, (3, 8), make_other_history)
    quality(seeds, times=(3, 3), make=make_other_history)
    false_proposals(range(1, 2 * options.seeds + 1), make=other_random_history)
    false_proposals(range(1, 4 * options.seeds + 1), 100, other_random_history)
    false_offers(seeds, make=other_random_history)
    cost()
    live()
    prefixspan()


if __name__ == "__main__":
    main()
