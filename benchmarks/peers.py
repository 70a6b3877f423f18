"""Other ways to a template, in our own short code, judged by the same measures as ours.

    python -m benchmarks peers      (PATUI_FAMILIES and PATUI_GENERATORS as for `induction` and `recovery`)

tokens       the first example against each other one, token by token: a hole for each run of tokens that differs
substrings   as templatemaker does: the longest common substring of all examples, then the same to its left and right
names        as cookiecutter-maker does: the newest example with the words of its path replaced in every case form

Each gives a template of literals and slots; fitting, costs and scores are those of `induction` and `recovery`. Every
third family is measured; `substrings` refuses files over SUBSTRING_CHARS, and what is refused counts as a copy.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmarks import induction as families
from benchmarks import recovery
from benchmarks.recovery_generators import generators
from benchmarks.recovery_renderings import drawings
from engine.errors import TooDifferent
from engine.induction import induce
from engine.induction.paths import PathWords, path_family
from engine.induction.tokens import tokens_of
from engine.model import (
    FileTemplate,
    Induction,
    Instance,
    Kind,
    Literal,
    Node,
    Slot,
    Template,
    Values,
    Variable,
)

EVERY = 3
SUBSTRING_CHARS = 3_000
LEAST_COMMON = 3  # characters; a shorter common substring is chance
Induce = Callable[[Sequence[Instance]], Induction]


def tokens(instances: Sequence[Instance]) -> Induction:
    """A hole for each run of tokens that differs."""
    texts = [tokens_of(instance.files[0].text) for instance in instances]
    kept: list[tuple[int, ...]] = [(index,) for index in range(len(texts[0]))]
    for text in texts[1:]:
        pairs = {
            block.a + k: block.b + k
            for block in LCSseq.editops(texts[0], text).as_matching_blocks()
            for k in range(block.size)
        }
        kept = [(*row, pairs[row[0]]) for row in kept if row[0] in pairs]
    return _between(instances, texts, kept)


def substrings(instances: Sequence[Instance]) -> Induction:
    """What is left between the longest substrings that all examples share."""
    texts = [instance.files[0].text for instance in instances]
    if max(map(len, texts)) > SUBSTRING_CHARS:
        raise TooDifferent("longer than this measure waits for")
    kept: list[tuple[int, ...]] = []
    waiting = [tuple((0, len(text)) for text in texts)]
    while waiting:
        ranges = waiting.pop()
        parts = [text[start:end] for text, (start, end) in zip(texts, ranges, strict=True)]
        common = _longest_common(parts)
        if len(common) < LEAST_COMMON:
            continue
        at = [start + part.index(common) for part, (start, _) in zip(parts, ranges, strict=True)]
        kept += [tuple(start + k for start in at) for k in range(len(common))]
        waiting.append(tuple((start, place) for (start, _), place in zip(ranges, at, strict=True)))
        waiting.append(tuple((place + len(common), end) for (_, end), place in zip(ranges, at, strict=True)))
    return _between(instances, [list(text) for text in texts], sorted(kept))


def _longest_common(texts: Sequence[str]) -> str:
    """By halving the length: a substring of a common substring is common."""
    shortest = min(texts, key=len)
    least, most, found = 0, len(shortest), ""
    while least < most:
        length = (least + most + 1) // 2
        common = {shortest[k : k + length] for k in range(len(shortest) - length + 1)}
        for text in texts:
            common &= {text[k : k + length] for k in range(len(text) - length + 1)}
        if common:
            found, least = min(common, key=shortest.index), length
        else:
            most = length - 1
    return found


def _between(
    instances: Sequence[Instance], texts: Sequence[Sequence[str]], kept: Sequence[tuple[int, ...]]
) -> Induction:
    """The template of the units `kept` (their places in each text), with a hole where something stands between two."""
    nodes: list[Node] = []
    values: list[dict[str, str]] = [{} for _ in texts]
    before = tuple(-1 for _ in texts)
    for row in [*kept, tuple(len(text) for text in texts)]:
        gaps = ["".join(text[start + 1 : end]) for text, start, end in zip(texts, before, row, strict=True)]
        if any(gaps):
            name = f"hole_{len(values[0]) + 1}"
            nodes.append(Slot(name))
            for column, gap in zip(values, gaps, strict=True):
                column[name] = gap
        if row[0] < len(texts[0]):
            nodes.append(Literal(texts[0][row[0]]))
        before = row
    variables = [Variable(name, examples=tuple(column[name] for column in values)) for name in values[0]]
    return _induction(instances, nodes, variables, values)


def names(instances: Sequence[Instance]) -> Induction:
    """The newest example, the words of its path replaced; all else is as it is there."""
    family = path_family([instance.path for instance in instances])
    newest = len(instances) - 1
    words = PathWords([variable.values[newest] for variable in family.variables])
    nodes: list[Node] = []
    for token in words.mark(instances[newest].files[0].text):
        if token.form is None:
            nodes.append(Literal(token.text))
        else:
            nodes.append(Slot(family.variables[token.form.variable].name, min(token.form.filters)))
    variables = [Variable(one.name, derivation=one.derivation, examples=one.values) for one in family.variables]
    values = [{one.name: one.values[index] for one in family.variables} for index in range(len(instances))]
    return _induction(instances, nodes, variables, values)


def _induction(
    instances: Sequence[Instance], nodes: Sequence[Node], variables: Sequence[Variable], values: Sequence[Values]
) -> Induction:
    path = path_family([instance.path for instance in instances]).template
    slots = {node.name for node in path.nodes if isinstance(node, Slot)}
    known = {variable.name for variable in variables}
    if not slots <= known:  # a template that the path does not fill: one path is as good as another
        path = Template((Literal(instances[-1].path),))
    joined: list[Node] = []
    for node in nodes:
        if joined and isinstance(node, Literal) and isinstance(joined[-1], Literal):
            joined[-1] = Literal(joined[-1].text + node.text)
        else:
            joined.append(node)
    file = FileTemplate(path, Template(tuple(joined)))
    return Induction(Kind.FILE, (file,), tuple(variables), tuple(values), 0.0)


def main() -> None:
    peers: dict[str, Induce] = {"patui": induce, "tokens": tokens, "substrings": substrings, "names": names}
    if folder := os.environ.get("PATUI_FAMILIES"):
        chosen = sorted(one for one in Path(folder).iterdir() if (one / "meta.json").exists())[::EVERY]
        loaded = {one.name: families.load(one) for one in chosen}
        print(f"{f'{len(loaded)} real families, N = 3':<28}" + "".join(f"{word:>9}" for word in _HEAD))
        for title, learn in peers.items():
            rows = [row for name, some in loaded.items() if (row := families.measure(name, some, 3, learn))]
            print(f"{title:<28}" + "".join(f"{figure:9.3f}" for figure in _figures(rows)), flush=True)
    sets = {"written for this": drawings(recovery.own())[0]}
    if folder := os.environ.get("PATUI_GENERATORS"):
        sets["of real generators"] = drawings(list(generators(Path(folder))))[0]
    for label, some in sets.items():
        print(f"\n{'templates ' + label + ', N = 3':<44}" + "".join(f"{key:>9}" for key in recovery.HEAD))
        for title, learn in peers.items():
            scores = recovery.summary(recovery.measure(some, 3, 1, 1, learn))
            print(f"{title:<44}" + "".join(f"{scores[key]:9.3f}" for key in recovery.HEAD), flush=True)


_HEAD = ("gap", "median", "below 0", "exact", "literal", "asked")


def _figures(rows: Sequence[families.Row]) -> tuple[float, ...]:
    gaps = [row.gap for row in rows]
    return (
        statistics.mean(gaps),
        statistics.median(gaps),
        sum(gap < 0 for gap in gaps),
        statistics.mean(row.exact for row in rows),
        statistics.mean(row.literal for row in rows),
        statistics.mean(row.asked for row in rows),
    )


if __name__ == "__main__":
    main()
