"""How likely it is that steps come together by chance: the null model is a history whose steps are drawn independently,
each as often as it occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import expm1, inf, lgamma, log, log1p

from engine.mining.sequences.history import WIDTH, History


def log_tail(observed: int, expected: float) -> float:
    """A bound (Chernoff's) for the natural logarithm of P(X >= observed), X being Poisson; 0 where it is likely."""
    if expected <= 0:
        return -inf if observed else 0.0
    if observed <= expected:
        return 0.0
    return observed - expected - observed * log(observed / expected)


def log_binomial_tail(observed: int, trials: int, probability: float) -> float:
    """The same for a binomial variable (Chernoff, Hoeffding): minus trials times the relative entropy."""
    if observed <= trials * probability:
        return 0.0
    part = observed / trials
    entropy = part * log(part / probability)
    if observed < trials:
        entropy += (1 - part) * log((1 - part) / (1 - probability))
    return -trials * entropy


def meets_by_chance(share: float, width: float) -> float:
    """The probability that a step that makes up `share` of a history stands in a window of `width` steps."""
    return -expm1(max(1.0, width) * log1p(-min(share, 1 - 1e-9)))


def log_choices(of: int, chosen: int) -> float:
    """The natural logarithm of the binomial coefficient."""
    if chosen > of:
        return 0.0
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


def striking_pairs(history: History, min_support: int) -> Iterator[tuple[float, int, int]]:
    """Pairs of steps that stand within `WIDTH` of each other in that order more often than chance explains, with the
    logarithm of the probability; the most striking first."""
    row, places = history.row, history.places
    base = len(history.skeletons)
    counts: Counter[int] = Counter()
    keys = [symbol * base if symbol and len(places[symbol]) >= min_support else -1 for symbol in row]
    for distance in range(1, WIDTH + 1):
        counts.update(key + symbol for key, symbol in zip(keys, row[distance:], strict=False) if key > 0 and symbol)
    # The smallest probability that would still be found somewhere by chance, among so many pairs that could be.
    limit = -log(max(2, sum(len(them) >= min_support for them in places.values()))) * 2 + log(50)
    striking = []
    for pair, count in counts.items():
        if count < min_support:
            continue
        first, second = divmod(pair, base)
        expected = len(places[first]) * history.share(second) * WIDTH
        probability = log_tail(count, expected)
        if probability < min(limit, -1.0):
            striking.append((probability, first, second))
    return iter(sorted(striking))


def pairs_before(history: History, last: int, min_support: int) -> Iterator[int]:
    """The steps within `WIDTH` before the index `last` that came before its step often enough, the nearest first."""
    row = history.row
    second = row[last]
    before: Counter[int] = Counter()
    for at in history.places[second]:
        before.update(set(row[max(0, at - WIDTH) : at]) - {0})
    seen: set[int] = set()
    for at in range(last - 1, max(-1, last - WIDTH - 1), -1):
        if row[at] == 0:
            return
        if before[row[at]] >= min_support and row[at] not in seen:
            seen.add(row[at])
            yield row[at]
