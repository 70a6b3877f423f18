"""Where a sequence of steps occurs in a history, also with steps left out, swapped, or others between."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import ceil

from engine.mining.sequences.history import WIDTH, History

Occurrence = tuple[int, ...]
"""For each step the index in the row where it was done, -1 where it was left out."""

COMPLETE = 0.6
"""The part of the steps that an occurrence must have."""


def occurrences_of(
    history: History, steps: Sequence[int], used: Collection[int], most: int = 1 << 30
) -> list[Occurrence]:
    """The occurrences in the free part of the row, none sharing a step with another, in order; the first `most`."""
    wanted = set(steps)
    needed = max(2, ceil(COMPLETE * len(steps) - 1e-9))
    # Whoever has enough of the steps has one of these, the rarest.
    rarest = sorted(wanted, key=lambda symbol: len(history.places[symbol]))
    anchors = set(rarest[: max(1, len(wanted) - needed + 1)])
    found: list[Occurrence] = []
    end = -1
    row = history.row
    for anchor in sorted(at for symbol in anchors for at in history.places[symbol]):
        if len(found) >= most:
            break
        if anchor <= end or anchor in used:
            continue
        cluster = _cluster(row, wanted, used, anchor, end, len(steps))
        while len(cluster) >= needed:
            occurrence = _best(row, steps, cluster)
            if occurrence is None or sum(at >= 0 for at in occurrence) < needed:
                break
            found.append(occurrence)
            last = max(occurrence)
            end = max(end, last)
            cluster = [at for at in cluster if at > last]
    return found


def _cluster(
    row: Sequence[int], wanted: Collection[int], used: Collection[int], anchor: int, after: int, length: int
) -> list[int]:
    """The places of wanted steps around `anchor`, each at most `WIDTH` and a left-out step from the next."""
    reach, most = WIDTH + 2, 2 * length + 2
    before: list[int] = []
    at = last = anchor
    while at > max(after + 1, 0) and last - at < reach and len(before) < most:
        at -= 1
        if row[at] == 0:
            break
        if row[at] in wanted and at not in used:
            before.append(at)
            last = at
    cluster = [*reversed(before), anchor]
    at = last = anchor
    while at - last < reach and len(cluster) < 2 * most:
        at += 1
        if at >= len(row) or row[at] == 0:
            break
        if row[at] in wanted and at not in used:
            cluster.append(at)
            last = at
    return cluster


def _best(row: Sequence[int], steps: Sequence[int], cluster: Sequence[int]) -> Occurrence | None:
    """The alignment of the steps with a part of the cluster that has most steps in order, and of those the tightest and
    earliest; then steps that stand out of order within it."""
    if [row[at] for at in cluster] == list(steps) and all(b - a <= WIDTH + 2 for a, b in pairwise(cluster)):
        return tuple(cluster)  # as most are
    # best[k] is the best alignment that ends with step k: (steps, minus the span, places)
    best: list[tuple[int, int, tuple[int, ...]] | None] = [None] * len(steps)
    for at in cluster:
        for k in range(len(steps) - 1, -1, -1):
            if steps[k] != row[at]:
                continue
            option = (1, 0, (*([-1] * k), at))
            for j in range(k):
                previous = best[j]
                if previous is None or at - previous[2][j] > WIDTH + 2:
                    continue
                start = next(place for place in previous[2] if place >= 0)
                places = (*previous[2], *([-1] * (k - j - 1)), at)
                option = max(option, (previous[0] + 1, start - at, places), key=lambda one: one[:2])
            known = best[k]
            if known is None or option[:2] > known[:2] or (at - known[2][k] > WIDTH + 2 and option[0] > 1):
                best[k] = option
    complete = [one for one in best if one is not None]
    if not complete:
        return None
    places = max(complete, key=lambda one: (one[0], one[1], -one[2][-1]))[2]
    return _with_swapped(row, steps, cluster, (*places, *([-1] * (len(steps) - len(places)))))


def _with_swapped(row: Sequence[int], steps: Sequence[int], cluster: Sequence[int], places: Occurrence) -> Occurrence:
    if min(places) >= 0:
        return places
    taken = set(places)
    known = [at for at in places if at >= 0]
    low, high = min(known) - 2, max(known) + 2
    result = list(places)
    for k, at in enumerate(places):
        if at < 0:
            free = (one for one in cluster if row[one] == steps[k] and one not in taken and low <= one <= high)
            result[k] = next(free, -1)
            taken.add(result[k])
    return tuple(result)
