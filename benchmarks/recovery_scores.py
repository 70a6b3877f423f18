"""How much of a true template an induced one has found: variables, links, optional and repeated blocks."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.recovery_traces import Inputs, Span, Trace, settled

OVERLAP = 0.8  # a block is found when its characters and ours share this much of their union, blanks aside


Places = frozenset[tuple[int, int]]
"""Characters, each as (example, offset)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, what was found, what is true."""

    hits: float = 0
    found: float = 0
    true: float = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.found + other.found, self.true + other.true)

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.found + self.true) if self.found + self.true else 1.0


def linking(true: Sequence[Trace], ours: Sequence[Trace]) -> Counts:
    """Over all pairs of true occurrences within one example: are those of one input shown by one variable of ours?"""
    hits = found = expected = 0
    for known, made in zip(true, ours, strict=True):
        starts = [span.start for span in made.values]
        shown = [_shown_by(span, made.values, starts) for span in known.values]
        cells = Counter(zip((span.label for span in known.values), shown, strict=True))
        hits += sum(_two(count) for (_, variable), count in cells.items() if variable is not None)
        found += sum(_two(count) for variable, count in Counter(shown).items() if variable is not None)
        expected += sum(_two(count) for count in Counter(span.label for span in known.values).values())
    return Counts(hits, found, expected)


def _two(count: int) -> int:
    return count * (count - 1) // 2


def _shown_by(span: Span, values: Sequence[Span], starts: Sequence[int]) -> str | None:
    shares: Counter[str] = Counter()
    index = max(0, bisect_right(starts, span.start) - 1)
    while index < len(values) and values[index].start < span.end:
        shared = min(span.end, values[index].end) - max(span.start, values[index].start)
        if shared > 0:
            shares[values[index].label] += shared
        index += 1
    best = shares.most_common(1)
    return best[0][0] if best and best[0][1] * 2 > span.end - span.start else None


def options(true: Sequence[Trace], ours: Sequence[Trace]) -> Counts:
    """Blocks that are there or not; those of ours that stand for a true alternative are neither right nor wrong."""
    either = frozenset().union(*_by_label(true, lambda one: one.choices).values())
    return blocks(true, ours, lambda one: one.options, either)


def repeats(true: Sequence[Trace], ours: Sequence[Trace]) -> Counts:
    return blocks(true, ours, lambda one: one.repeats)


def blocks(
    true: Sequence[Trace], ours: Sequence[Trace], of: Callable[[Trace], Sequence[Span]], either: Places = frozenset()
) -> Counts:
    """Blocks that are not the same in all examples: how many true ones are found, one to one."""
    wanted, have = _by_label(true, of), _by_label(ours, of)
    wanted = _distinct({label: places for label, places in wanted.items() if _varies(label, places, true)})
    have = {label: places for label, places in have.items() if _varies(label, places, ours)}
    hits = 0
    left = dict(have)
    for places in wanted.values():
        best = max(left, key=lambda label: _overlap(places, left[label]), default=None)
        if best is not None and _overlap(places, left[best]) >= OVERLAP:
            hits += 1
            del left[best]
            del have[best]
    have = {label: places for label, places in have.items() if len(places & either) * 2 < len(places)}
    return Counts(hits, hits + len(have), len(wanted))


def _by_label(traces: Sequence[Trace], of: Callable[[Trace], Sequence[Span]]) -> dict[str, Places]:
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for example, one in enumerate(traces):
        for span in of(one):
            if one.text[span.start : span.end].strip():
                placed = settled(span, one.text)
                found[span.label] |= {
                    (example, at) for at in range(placed.start, placed.end) if not one.text[at].isspace()
                }
    return {label: frozenset(places) for label, places in found.items()}


def _varies(label: str, places: Places, traces: Sequence[Trace]) -> bool:
    """An optional block is there in some examples only; a repeated one has not the same text in all."""
    if not label.startswith("repeat"):
        return len({example for example, _ in places}) < len(traces)
    texts = {"".join(traces[k].text[at] for e, at in sorted(places) if e == k) for k in range(len(traces))}
    return len(texts) > 1


def _distinct(wanted: dict[str, Places]) -> dict[str, Places]:
    kept: dict[str, Places] = {}
    for label, places in wanted.items():
        if all(_overlap(places, other) < OVERLAP for other in kept.values()):
            kept[label] = places
    return kept


def _overlap(one: Places, other: Places) -> float:
    return len(one & other) / len(one | other)


def true_inputs(traces: Sequence[Trace], paths: Sequence[Trace], blocks_of: dict[str, Inputs]) -> set[str]:
    """The inputs that a person must give: those that make the examples differ and that the path does not tell."""
    seen: dict[str, list[tuple[str, ...]]] = defaultdict(lambda: [()] * len(traces))
    for example, one in enumerate(traces):
        for span in (*one.values, *one.options, *one.choices, *one.repeats):
            seen[span.label][example] += (one.text[span.start : span.end],)
    told = {label for one in paths for span in one.values for label in span.label.split("+")}
    inputs: set[str] = set()
    for label, column in seen.items():
        present = {len(texts) for texts in column}
        if label in blocks_of:
            if len(set(column)) > 1 and (len(present) > 1 or not label.startswith("option")):
                inputs |= blocks_of[label]
        elif len(set(filter(None, column))) > 1:
            inputs |= {part.partition(".")[0] for part in label.split("+")}
    return inputs - told
