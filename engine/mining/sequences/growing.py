"""From two steps that strikingly often come together to the whole routine around them.

A routine is grown step by step, in front, behind or between, each time by the step that chance explains least. An
occurrence may lack steps: people skip, swap and interrupt. When the best step is found in a minority only, those are a
routine of their own, and growth goes on with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log

from engine.mining.sequences.chance import log_binomial_tail, log_choices, meets_by_chance
from engine.mining.sequences.history import WIDTH, History
from engine.mining.sequences.matching import Occurrence, occurrences_of

LONGEST = 14
"""Steps of a routine at most."""
MOST_GROWN = 80
"""Occurrences that growth looks at; all are looked for afterwards."""
KEPT = 0.45
"""The part of the occurrences that a step must be in to stay."""
SPLIT = 0.4
"""Below this part, a striking step makes a routine of its own out of the occurrences that have it."""
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
    occurrences: list[Occurrence] = _pairs(history, first, second, used)
    if len(occurrences) < min_support:
        return None
    if len(occurrences) > MOST_GROWN:
        stride = len(occurrences) / MOST_GROWN
        occurrences = [occurrences[int(number * stride)] for number in range(MOST_GROWN)]
    steps = [first, second]
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
    return _settled(history, steps, used, min_support)


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
    limit = -log(max(2, len(history.places))) - log(len(steps) + 1) - log(len(WIDTHS)) - 2.5
    best: tuple[float, int, int] | None = None
    for slot in range(len(steps) + 1):
        for width in WIDTHS:
            counts: Counter[int] = Counter()
            looked_at = 0
            for one in occurrences:
                region = _region(row, one, slot, width)
                looked_at += len(region)
                counts.update({row[at] for at in region if at not in used and at not in taken})
            mean = max(1.0, looked_at / len(occurrences))
            for symbol, count in counts.items():
                if count < min_support or symbol == 0:
                    continue
                chance = log_binomial_tail(count, len(occurrences), meets_by_chance(history.share(symbol), mean))
                if chance < limit and (best is None or chance < best[0]):
                    best = (chance, slot, symbol)
    if best is None:
        return None
    _, slot, symbol = best
    found = []
    given: set[int] = set()
    for one in occurrences:
        region = _region(row, one, slot, WIDTH)
        ordered = region if slot else reversed(region)
        place = next((at for at in ordered if row[at] == symbol and not _any(at, used, taken, given)), -1)
        given.add(place)
        found.append(place)
    return slot, symbol, found


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


def _settled(history: History, steps: Sequence[int], used: Collection[int], min_support: int) -> Grown | None:
    """All occurrences of the steps; what too few of them have is left out of the steps."""
    kept = list(steps)
    while len(kept) >= 2:
        occurrences = occurrences_of(history, kept, used)
        if len(occurrences) < min_support:
            return None
        present = [sum(one[k] >= 0 for one in occurrences) for k in range(len(kept))]
        weak = min(range(len(kept)), key=lambda k: present[k])
        if present[weak] >= max(KEPT * len(occurrences), min(min_support, 3)):
            order = _order(occurrences)
            kept = [kept[k] for k in order]
            ordered = tuple(tuple(one[k] for k in order) for one in occurrences)
            return Grown(tuple(kept), ordered, log_chance(history, kept, ordered))
        del kept[weak]
    return None


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


def log_chance(history: History, steps: Sequence[int], occurrences: Sequence[Occurrence]) -> float:
    """The logarithm of the probability that chance makes so many occurrences of some routine of this length.

    Each step but the anchor (the rarest) must stand in the window left for it; which of the anchor's places are chosen
    and which of all sequences it is are counted as choices.
    """
    anchor = min(range(len(steps)), key=lambda k: len(history.places[steps[k]]))
    total = 0.0
    for one in occurrences:
        known = sorted(at for at in one if at >= 0)
        width = max(1.0, (known[-1] - known[0]) / max(1, len(known) - 1))
        missing = len(one) - len(known)
        total += log_choices(len(one), missing)
        for k, at in enumerate(one):
            if at >= 0 and k != anchor:
                total += log(meets_by_chance(history.share(steps[k]), width))
    chosen = log_choices(len(history.places[steps[anchor]]), len(occurrences))
    alphabet = sum(len(them) >= 3 for them in history.places.values())
    return total + chosen + len(steps) * log(max(2, alphabet))


def is_going_on(history: History, grown: Grown) -> bool:
    """Whether the same step followed most of the occurrences before the last one: the last is not at its end yet."""
    earlier = grown.occurrences[:-1]
    own = {at for one in grown.occurrences for at in one}
    following: Counter[int] = Counter()
    for one in earlier:
        following.update({history.row[at] for at in _region(history.row, one, len(one), 2) if at not in own})
    return any(count > 1 and 2 * count > len(earlier) for symbol, count in following.items() if symbol)
