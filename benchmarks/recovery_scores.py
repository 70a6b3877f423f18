"""How much of a true template an induced one has found: variables, links, optional and repeated blocks."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from benchmarks.recovery_traces import Inputs, Span, Trace, settled

OVERLAP = 0.8  # a block is found when its characters and ours share this much of their union, blanks aside


Places = frozenset[tuple[int, int]]
"""Characters that are no blanks, each as (example, how many stand before it)."""


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
    """Over all pairs of true occurrences within one example: are those of one input shown by one variable of ours?

    As far as the examples tell: what all values of an input begin or end with may as well be the text around them, and
    two inputs of which each stands only beside the other, with the same between them, may be one.
    """
    shown: list[list[tuple[str, str | None]]] = []
    for values, made in zip(_told_values(true), ours, strict=True):
        starts = [span.start for span in made.values]
        shown.append([(span.label, _shown_by(span, made.values, starts)) for span in values])
    joined = _joined(true, shown)
    hits = found = expected = 0
    for some in shown:
        counted = [(label, variable) for label, variable in some if label not in joined]
        hits += sum(_two(count) for (_, variable), count in Counter(counted).items() if variable is not None)
        variables = Counter(variable for _, variable in counted if variable is not None)
        found += sum(map(_two, variables.values()))
        expected += sum(map(_two, Counter(label for label, _ in counted).values()))
    return Counts(hits, found, expected)


def _told_values(traces: Sequence[Trace]) -> list[list[Span]]:
    texts: dict[str, set[str]] = defaultdict(set)
    for one in traces:
        for span in one.values:
            texts[span.label].add(one.text[span.start : span.end])
    cuts = {label: _common_ends(sorted(values)) for label, values in texts.items()}
    return [
        [Span(span.start + cuts[span.label][0], span.end - cuts[span.label][1], span.label) for span in one.values]
        for one in traces
    ]


def _joined(traces: Sequence[Trace], shown: Sequence[Sequence[tuple[str, str | None]]]) -> set[str]:
    """The labels that our variable for their constant neighbour stands for too."""
    counts: Counter[str] = Counter(label for some in shown for label, _ in some)
    pairs: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for one, some in zip(traces, shown, strict=True):
        for (left, (_, by)), (right, (_, same)) in pairwise(zip(one.values, some, strict=True)):
            if left.label != right.label:
                pairs[left.label, right.label].append((one.text[left.end : right.start], by == same is not None))
    return {
        right
        for (left, right), found in pairs.items()
        if len(found) == counts[left] == counts[right] and len(set(found)) == 1 and found[0][1]
    }


def _common_ends(texts: Sequence[str]) -> tuple[int, int]:
    """How many characters all of the texts begin and end with; none where they are all the same."""
    if len(texts) < 2:
        return 0, 0
    start = _alike(texts)
    return start, _alike([text[start:][::-1] for text in texts])


def _alike(texts: Sequence[str]) -> int:
    """How many characters all of the texts begin with."""
    pairs = zip(min(texts), max(texts), strict=False)
    return next((at for at, (one, two) in enumerate(pairs) if one != two), min(map(len, texts)))


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
    return blocks(true, ours, lambda one: one.options, either, optional=True)


def repeats(true: Sequence[Trace], ours: Sequence[Trace]) -> Counts:
    return blocks(true, ours, lambda one: one.repeats)


def blocks(
    true: Sequence[Trace],
    ours: Sequence[Trace],
    of: Callable[[Trace], Sequence[Span]],
    either: Places = frozenset(),
    *,
    optional: bool = False,
) -> Counts:
    """Blocks that are not the same in all examples: how many true ones are found, one to one."""
    wanted, have = _by_label(true, of), _by_label(ours, of)
    wanted = _distinct({label: places for label, places in wanted.items() if _varies(label, places, true)})
    have = {label: places for label, places in have.items() if _varies(label, places, ours)}
    left = dict(have)
    if optional:
        wanted, left = _distinct(_apart(wanted)), {**_apart(have), **have}
    hits = 0
    for places in wanted.values():
        best = max(left, key=lambda label: _overlap(places, left[label]), default=None)
        if best is not None and _overlap(places, left[best]) >= OVERLAP:
            hits += 1
            taken = left[best]
            left = {label: other for label, other in left.items() if not (other <= taken or other >= taken)}
            have = {label: other for label, other in have.items() if not other <= taken}
    have = {label: places for label, places in have.items() if len(places & either) * 2 < len(places)}
    return Counts(hits, hits + len(have), len(wanted))


def _by_label(traces: Sequence[Trace], of: Callable[[Trace], Sequence[Span]]) -> dict[str, Places]:
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for example, one in enumerate(traces):
        solid = "".join(one.text.split())
        offsets = [0, *accumulate(not character.isspace() for character in one.text)]
        for span in of(one):
            if offsets[span.start] < offsets[span.end]:
                placed = settled(Span(offsets[span.start], offsets[span.end], span.label), solid)
                found[span.label] |= {(example, at) for at in range(placed.start, placed.end)}
    return {label: frozenset(places) for label, places in found.items()}


def _apart(blocks: dict[str, Places]) -> dict[str, Places]:
    """Optional blocks as far as the examples tell them apart: of those that are there in the same examples one that
    lies inside another is none of its own, and those side by side are one."""
    groups: dict[frozenset[int], list[str]] = defaultdict(list)
    for label, places in blocks.items():
        groups[frozenset(example for example, _ in places)].append(label)
    told: dict[str, Places] = {}
    for present, labels in groups.items():
        every = sorted(frozenset().union(*(blocks[label] for label in labels)))
        runs: dict[int, list[set[tuple[int, int]]]] = {example: [] for example in present}
        for place in every:
            known = runs[place[0]]
            if known and (place[0], place[1] - 1) in known[-1]:
                known[-1].add(place)
            else:
                known.append({place})
        if len({len(some) for some in runs.values()}) > 1:
            told |= {label: blocks[label] for label in labels}
        else:
            merged = [frozenset().union(*some) for some in zip(*runs.values(), strict=True)]
            told |= {f"{labels[0]} {index}": places for index, places in enumerate(merged)}
    return told


def _varies(label: str, places: Places, traces: Sequence[Trace]) -> bool:
    """An optional block is there in some examples only; a repeated one has not the same text in all."""
    if not label.startswith("repeat"):
        return len({example for example, _ in places}) < len(traces)
    solid = ["".join(one.text.split()) for one in traces]
    return len({"".join(solid[k][at] for e, at in sorted(places) if e == k) for k in range(len(traces))}) > 1


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
