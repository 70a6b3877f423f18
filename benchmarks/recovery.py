"""Template recovery: known templates, rendered with random realistic values, asked back from a few renderings.

    python benchmarks/recovery.py [--n 2,3,5] [--rounds 4] [--seed 1] [--show NAME]

For each template and round: N training renderings and 5 held-out ones. `exact` is the share of held-out files that the
induced template renders byte for byte from the values that `fit` finds; `vars ±1` whether the number of variables to
fill is within one of the true inputs; `options` and `loops` compare how many switches and repeats were found.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.recovery_sources import SOURCES, Source, name
from engine.errors import TooDifferent
from engine.induction import fit, induce, presets_of
from engine.model import Example, Instance, Node, Repeat, Switch, Template, Value
from engine.template import parse, render, to_jinja


@dataclass(frozen=True, slots=True)
class Score:
    """What was recovered of one template in one round; counts are (true, found)."""

    exact: float
    variables: tuple[int, int]
    switches: tuple[int, int]
    repeats: tuple[int, int]


def renderings(source: Source, rng: random.Random, count: int, training: int) -> list[Instance]:
    path, body = parse(source.path), parse(source.body)
    if not isinstance(path, Template) or not isinstance(body, Template):
        raise SystemExit("a source template uses more than the subset")
    while True:
        drawn: dict[str, dict[str, Value]] = {}
        while len(drawn) < count:
            values: dict[str, Value] = {"name": name(rng), **{key: draw(rng) for key, draw in source.inputs.items()}}
            drawn.setdefault(render(path, values), values)
        if _varied([*drawn.values()][:training]):
            return [Instance(target, (Example(target, render(body, values)),)) for target, values in drawn.items()]


def _varied(drawn: Sequence[dict[str, Value]]) -> bool:
    """Whether every input takes several values (lists: several lengths): what never varies cannot be learned."""
    for key in drawn[0]:
        column = [values[key] for values in drawn]
        if len({len(value) if isinstance(value, list) else value for value in column}) == 1:
            return False
    return True


def count(nodes: Sequence[Node]) -> tuple[int, int]:
    """(switches, repeats) in a template."""
    switches = repeats = 0
    for node in nodes:
        if isinstance(node, Switch):
            inner = count((*node.body, *node.otherwise))
            switches, repeats = switches + 1 + inner[0], repeats + inner[1]
        elif isinstance(node, Repeat):
            inner = count(node.body)
            switches, repeats = switches + inner[0], repeats + 1 + inner[1]
    return switches, repeats


def score(source: Source, rng: random.Random, n: int, show: bool = False) -> Score:
    instances = renderings(source, rng, n + 5, n)
    training, later = instances[:n], instances[n:]
    true = parse(source.body)
    switches, repeats = count(true.nodes) if isinstance(true, Template) else (0, 0)
    try:
        induction = induce(training)
    except TooDifferent:
        return Score(0.0, (len(source.inputs), 0), (switches, 0), (repeats, 0))
    presets = presets_of(induction, [instance.path for instance in training])
    fits = [fit(induction.files, induction.variables, presets, {x.path: x.files[0].text}, x.path) for x in later]
    body = induction.files[0].body
    found = count(body.nodes) if isinstance(body, Template) else (0, 0)
    if show:
        print(to_jinja(body) if isinstance(body, Template) else "", "\n", to_jinja(induction.files[0].path))
        for variable in induction.variables:
            print(f"  {variable.name}: {variable.type} {variable.derivation} {variable.examples[:3]}")
        for one, instance in zip(fits, later, strict=True):
            if not one.exact:
                print("MISSED", instance.path, one.missed, one.values)
    asked = sum(not variable.derivation for variable in induction.variables)
    return Score(
        sum(one.exact for one in fits) / len(fits),
        (len(source.inputs), asked),
        (switches, found[0]),
        (repeats, found[1]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", default="2,3,5")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", default="")
    options = parser.parse_args()
    for n in map(int, options.n.split(",")):
        exacts, near, totals = [], [], 0
        print(f"{'N=' + str(n):<16}{'exact':>7}{'vars':>12}{'options':>10}{'loops':>8}")
        for label, source in SOURCES.items():
            if options.show and options.show != label:
                continue
            scores = [
                score(source, random.Random(f"{options.seed} {label} {n} {k}"), n, bool(options.show))
                for k in range(options.rounds)
            ]
            exact = sum(one.exact for one in scores) / len(scores)
            exacts.append(exact)
            near += [abs(one.variables[0] - one.variables[1]) <= 1 for one in scores]
            totals += len(scores)
            asked = sum(one.variables[1] for one in scores) / len(scores)
            switches = sum(one.switches[1] for one in scores) / len(scores)
            repeats = sum(one.repeats[1] for one in scores) / len(scores)
            print(
                f"{label:<16}{exact:7.2f}{asked:7.1f}/{scores[0].variables[0]:<4}"
                f"{switches:5.1f}/{scores[0].switches[0]:<4}{repeats:4.1f}/{scores[0].repeats[0]}"
            )
        if exacts:
            print(f"N={n}: exact {sum(exacts) / len(exacts):.3f}, variables within one {sum(near) / totals:.2f}\n")


if __name__ == "__main__":
    main()
