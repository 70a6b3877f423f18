"""From two steps that strikingly often come together to the whole routine around them.

A routine is grown step by step, in front, behind or between, each time by the step that chance explains least. An
occurrence may lack steps: people skip, swap and interrupt. When the best step is found in a minority only, those are a
routine of their own, and growth goes on with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log

from engine.mining.sequences.chance import log_binomial_tail, log_choices, meets_by_chance
from engine.mining.sequences.history import WIDTH, History, only_looks
from engine.mining.sequences.links import by_accident, linked, pieces, telling
from engine.mining.sequences.matching import COMPLETE, Occurrence, occurrences_of

LONGEST = 14
"""Steps of a routine at most."""
MOST_GROWN = 48
"""Occurrences that growth looks at."""
MOST_SETTLED = 150
"""Occurrences that tell which steps stay; all are looked for when that is decided."""
KEPT = 0.45
"""The part of the occurrences that a step must be in to stay."""
KEPT_BESIDE = 0.7
LOOKING_KEPT = 0.9
"""The same as parts of how often the steps are there on average: of those that work, of those that only look."""
GROWN_BESIDE = 0.6
"""The part of how often the steps are there on average that a step in front or behind must reach: what follows in some
runs only is another routine."""
STEP_SUPPORT = 2
"""A single step may be left out in one of three runs; the routine still needs all three."""
SPLIT = 0.4
"""Below this part, a striking step makes a routine of its own out of the occurrences that have it."""
MARGIN = (1.0, 4.0)
"""How much less likely than once among all steps a further step must be: in most occurrences, in a minority of them."""
MOST_LINKED = 12
"""Occurrences whose values are compared: in more of them a step that belongs there shows by how often it is there."""
_ROUNDS = 3
WIDTHS = (1, 2, WIDTH)
"""How far from its neighbour an outer step is looked for: most routines are done in one go."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Steps by symbol, where they occur, and the logarithm of how likely that is by chance, all choices counted."""

    steps: tuple[int, ...]
    occurrences: tuple[Occurrence, ...]
    log_chance: float


def grow(history: History, first: int, second: int, used: Collection[int], min_support: int) -> Grown | None:
    """The routine around a pair, made of free steps of the row; None when too few occurrences are left."""
    occurrences = _pairs(history, first, second, used)
    if len(occurrences) < min_support:
        return None
    return regrown(history, (first, second), occurrences, used, min_support)


def regrown(
    history: History, steps: Sequence[int], occurrences: Sequence[Occurrence], used: Collection[int], min_support: int
) -> Grown | None:
    """The same from steps whose occurrences are known. What is found everywhere shows steps that a few did not."""
    best: Grown | None = None
    for _ in range(_ROUNDS):
        longer, _ = _longer(history, steps, _sample(occurrences), used, min_support)
        if best is not None and len(longer) == len(best.steps):
            break
        settled = settle(history, longer, used, min_support, MOST_SETTLED)
        if settled is None or (best is not None and _explained(settled) <= _explained(best)):
            break
        best, steps, occurrences = settled, settled.steps, settled.occurrences
    if best is not None and len(best.occurrences) >= MOST_SETTLED:
        return settle(history, best.steps, used, min_support)
    return best


def _explained(grown: Grown) -> int:
    return sum(at >= 0 for one in grown.occurrences for at in one)


def _sample(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    if len(occurrences) <= MOST_GROWN:
        return list(occurrences)
    stride = len(occurrences) / MOST_GROWN
    return [occurrences[int(number * stride)] for number in range(MOST_GROWN)]


def _longer(
    history: History, known: Sequence[int], occurrences: list[Occurrence], used: Collection[int], min_support: int
) -> tuple[list[int], list[Occurrence]]:
    steps = list(known)
    while len(steps) < LONGEST:
        taken = {at for one in occurrences for at in one}
        extension = _extension(history, steps, occurrences, used, taken, min_support)
        if extension is None:
            break
        slot, symbol, found = extension
        if sum(at >= 0 for at in found) < SPLIT * len(found):
            kept = [number for number, at in enumerate(found) if at >= 0]
            occurrences = [occurrences[number] for number in kept]
            found = [found[number] for number in kept]
        steps.insert(slot, symbol)
        occurrences = [(*one[:slot], at, *one[slot:]) for one, at in zip(occurrences, found, strict=True)]
    return steps, occurrences


def _pairs(history: History, first: int, second: int, used: Collection[int]) -> list[Occurrence]:
    row = history.row
    found: list[Occurrence] = []
    end = -1
    for at in history.places[first]:
        if at <= end or at in used:
            continue
        for other in range(at + 1, at + 1 + WIDTH):
            if row[other] == second and other not in used:
                found.append((at, other))
                end = other
                break
            if row[other] == 0 or (row[other] == first and other not in used):
                break
    return found


def _extension(
    history: History,
    steps: Sequence[int],
    occurrences: Sequence[Occurrence],
    used: Collection[int],
    taken: Collection[int],
    min_support: int,
) -> tuple[int, int, list[int]] | None:
    """The slot, the symbol and its place in each occurrence (-1: not there) that chance explains least."""
    row = history.row
    limit = -log(max(2, len(history.places)))
    ends = (0, len(steps))
    beside = GROWN_BESIDE * sum(at >= 0 for one in occurrences for at in one) / len(steps)
    best: tuple[float, int, int] | None = None
    for slot in range(len(steps) + 1):
        # Between two steps the width is what it is.
        for width in WIDTHS if slot in (0, len(steps)) else (WIDTH,):
            counts: Counter[int] = Counter()
            looked_at = 0
            for one in occurrences:
                region = _region(row, one, slot, width)
                looked_at += len(region)
                counts.update({row[at] for at in region if at not in used and at not in taken})
            mean = max(1.0, looked_at / len(occurrences))
            for symbol, count in counts.items():
                if count < STEP_SUPPORT or symbol == 0:
                    continue
                chance = log_binomial_tail(count, len(occurrences), meets_by_chance(history.share(symbol), mean))
                splits = count < SPLIT * len(occurrences)
                if count < (min_support if splits else beside if slot in ends else 0):
                    continue
                wanted = limit - MARGIN[splits]
                if chance < wanted and (best is None or chance < best[0]):
                    best = (chance, slot, symbol)
    if best is None:
        return _linked_extension(history, steps, occurrences, used, taken, beside, limit)
    _, slot, symbol = best
    return slot, symbol, _found(history, occurrences, slot, symbol, used, taken)


def _found(
    history: History,
    occurrences: Sequence[Occurrence],
    slot: int,
    symbol: int,
    used: Collection[int],
    taken: Collection[int],
    values: Sequence[Collection[str]] | None = None,
) -> list[int]:
    """Where the step stands in each occurrence: the nearest place, with `values` the nearest that names one of them."""
    row = history.row
    found = []
    given: set[int] = set()
    for number, one in enumerate(occurrences):
        region = _region(row, one, slot, WIDTH)
        ordered = region if slot else reversed(region)
        free = [at for at in ordered if row[at] == symbol and not _any(at, used, taken, given)]
        if values is not None:
            free.sort(key=lambda at: pieces(history, at).isdisjoint(values[number]))
        place = free[0] if free else -1
        given.add(place)
        found.append(place)
    return found


def _linked_extension(
    history: History,
    steps: Sequence[int],
    occurrences: Sequence[Occurrence],
    used: Collection[int],
    taken: Collection[int],
    beside: float,
    limit: float,
) -> tuple[int, int, list[int]] | None:
    """The same for a step that is no accident only because it names what the others of its run name."""
    if len(occurrences) > MOST_LINKED:
        return None
    row = history.row
    values = telling(history, occurrences)
    best: tuple[float, int, int] | None = None
    for slot in range(len(steps) + 1):
        regions = [_region(row, one, slot, WIDTH) for one in occurrences]
        free = [[at for at in region if row[at] and at not in used and at not in taken] for region in regions]
        there = Counter(symbol for places in free for symbol in {row[at] for at in places})
        tied = Counter(
            symbol
            for places, names in zip(free, values, strict=True)
            for symbol in {row[at] for at in places if not pieces(history, at).isdisjoint(names)}
        )
        mean = max(1.0, sum(map(len, regions)) / len(occurrences))
        for symbol, count in tied.items():
            if count < max(STEP_SUPPORT, SPLIT * len(occurrences)):
                continue
            if slot in (0, len(steps)) and there[symbol] < beside:
                continue
            accident = by_accident(history, symbol, values, {at for places in free for at in places})
            probability = meets_by_chance(history.share(symbol), mean) * accident
            chance = log_binomial_tail(count, len(occurrences), probability)
            if chance < limit - MARGIN[0] and (best is None or chance < best[0]):
                best = (chance, slot, symbol)
    if best is None:
        return None
    _, slot, symbol = best
    return slot, symbol, _found(history, occurrences, slot, symbol, used, taken, values)


def _any(at: int, *sets: Collection[int]) -> bool:
    return any(at in one for one in sets)


def _region(row: Sequence[int], occurrence: Occurrence, slot: int, width: int) -> range:
    """Where a step of this slot may stand: between its neighbours, or up to `width` from the only one."""
    before = max((at for at in occurrence[:slot] if at >= 0), default=None)
    after = min((at for at in occurrence[slot:] if at >= 0), default=None)
    if before is not None and after is not None:
        return range(before + 1, after)
    if before is not None:
        end = before + 1
        while end < len(row) and row[end] and end <= before + width:
            end += 1
        return range(before + 1, end)
    if after is None:
        return range(0)
    start = after
    while start > 0 and row[start - 1] and start > after - width:
        start -= 1
    return range(start, after)


def settle(
    history: History, steps: Sequence[int], used: Collection[int], min_support: int, most: int = 1 << 30
) -> Grown | None:
    """All occurrences of the steps; what too few of them have is left out of the steps."""
    kept = list(steps)
    while len(kept) >= 2:
        occurrences = occurrences_of(history, kept, used, most)
        if len(occurrences) < min_support:
            return None
        present = [sum(one[k] >= 0 for one in occurrences) for k in range(len(kept))]
        usual = sum(present) / len(present)
        needed = [usual * KEPT_BESIDE for _ in kept]
        for k, symbol in enumerate(kept):
            if only_looks(history.skeletons[symbol]) and not _is_linked(history, occurrences, k):
                needed[k] = usual * LOOKING_KEPT
        weak = min(range(len(kept)), key=lambda k: present[k] / needed[k])
        if present[weak] >= max(needed[weak], KEPT * len(occurrences), STEP_SUPPORT):
            order = _order(occurrences)
            kept = [kept[k] for k in order]
            ordered = tuple(tuple(one[k] for k in order) for one in occurrences)
            return Grown(tuple(kept), ordered, log_chance(history, kept, ordered))
        del kept[weak]
    return None


def _is_linked(history: History, occurrences: Sequence[Occurrence], step: int) -> bool:
    some = occurrences[:MOST_LINKED]
    return 2 * linked(history, some, step) > sum(one[step] >= 0 for one in some)


def _order(occurrences: Sequence[Occurrence]) -> list[int]:
    """The order of the steps that most occurrences agree with: swapped neighbours are put right by majority."""
    order = list(range(len(occurrences[0])))
    for _ in order:
        changed = False
        for k in range(len(order) - 1):
            one, other = order[k], order[k + 1]
            both = [(each[one], each[other]) for each in occurrences if each[one] >= 0 and each[other] >= 0]
            if 2 * sum(left > right for left, right in both) > len(both):
                order[k], order[k + 1] = other, one
                changed = True
        if not changed:
            break
    return order


def without_weakest(history: History, grown: Grown) -> Grown | None:
    """The same without the step that tells least, where that is less likely by chance; None where it is not."""
    if len(grown.steps) <= 2 or len(grown.occurrences) > MOST_GROWN:
        return None
    best: Grown | None = None
    for left_out in range(len(grown.steps)):
        steps = _but(grown.steps, left_out)
        needed = max(2, ceil(COMPLETE * len(steps) - 1e-9))
        occurrences = tuple(_but(one, left_out) for one in grown.occurrences)
        occurrences = tuple(one for one in occurrences if sum(at >= 0 for at in one) >= needed)
        if len(occurrences) < len(grown.occurrences):
            continue
        chance = log_chance(history, steps, occurrences)
        if chance < (grown if best is None else best).log_chance:
            best = Grown(steps, occurrences, chance)
    return best


def _but(one: tuple[int, ...], left_out: int) -> tuple[int, ...]:
    return (*one[:left_out], *one[left_out + 1 :])


def log_chance(history: History, steps: Sequence[int], occurrences: Sequence[Occurrence]) -> float:
    """The logarithm of a bound for the probability that chance makes so many occurrences of a routine so long.

    An occurrence is anchored at the rarest step it has; each other step that it has must stand in a window by chance.
    By the union bound what could have been chosen otherwise is counted: the anchor's places, the steps left out, an
    order that is not kept, how far apart steps stand, and which of all sequences of this length it is.
    """
    often = [len(history.places[symbol]) for symbol in steps]
    total = 0.0
    anchored: Counter[int] = Counter()
    for one in occurrences:
        present = [k for k, at in enumerate(one) if at >= 0]
        anchored[min(present, key=lambda k: (often[k], steps[k]))] += 1
        total += log_choices(len(one), len(present))
        known = [one[k] for k in present]
        total += log(len(one)) * sum(left > right for left, right in pairwise(known))
    total += sum(log_choices(often[k], times) for k, times in anchored.items())
    gaps = [later - earlier for one in occurrences for earlier, later in pairwise(sorted(at for at in one if at >= 0))]
    total += min(_log_meeting(history, steps, occurrences, anchored, gaps, width) for width in range(1, WIDTH + 1))
    alphabet = sum(len(them) >= 3 for them in history.places.values())
    return total + log(WIDTH) + len(steps) * log(max(2, alphabet))


def _log_meeting(
    history: History,
    steps: Sequence[int],
    occurrences: Sequence[Occurrence],
    anchored: Mapping[int, int],
    gaps: Sequence[int],
    width: int,
) -> float:
    """How likely the steps besides the anchors stand where they do, when most gaps are at most `width`.

    A step's places are drawn without replacement: of few places that all stand in an occurrence, each leaves fewer for
    the next.
    """
    wide = sum(gap > width for gap in gaps)
    total = log_choices(len(gaps), wide) + wide * log((max(gaps, default=1)) / width)
    for k, symbol in enumerate(steps):
        met = sum(one[k] >= 0 for one in occurrences) - anchored.get(k, 0)
        count = len(history.places[symbol])
        total += sum(times * log(meets_by_chance(share, width)) for share, times in history.shares(count, met))
    return total


def is_going_on(history: History, grown: Grown) -> bool:
    """Whether the same step followed most of the occurrences before the last one: the last is not at its end yet."""
    earlier = grown.occurrences[:-1]
    own = {at for one in grown.occurrences for at in one}
    following: Counter[int] = Counter()
    for one in earlier:
        following.update({history.row[at] for at in _region(history.row, one, len(one), 2) if at not in own})
    return any(count > 1 and 2 * count > len(earlier) for symbol, count in following.items() if symbol)
