"""Template recovery: known templates, rendered with random realistic inputs, asked back from a few renderings.

    python benchmarks/recovery.py [GENERATORS_DIR] [--n 2,3,5] [--rounds 4] [--seed 1] [--show LABEL] [--details]

The true templates are twelve of our own and, from GENERATORS_DIR (default: $PATUI_GENERATORS), those of real generators
(`recovery_generators` says what lies there). For each template file and round: N renderings to learn from and 5 held
out. Flags and choices beyond three are left at their defaults, and a held-out file has no block that no example has.

    exact    share of the held-out files that are rendered byte for byte from the values that `fit` finds
    vars     share of the families where the inputs a person must give are as many as in truth, or one more or less
    links    F1 over pairs of places of one example: those of one input are shown by one variable; mean over families
    blocks   F1 over all optional and repeated blocks: found when 80 % of the characters agree. An `if` with an `else`
             is no option: a value that stands for what differs says as much
    lawful   share of the inductions whose examples are rendered again byte for byte
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.recovery_generators import Generator, generators
from benchmarks.recovery_renderings import Drawing, Renderings, drawings
from benchmarks.recovery_scores import Counts, linking, options, repeats, true_inputs
from benchmarks.recovery_sources import SOURCES, name
from benchmarks.recovery_traces import Trace, trace
from engine.errors import TooDifferent
from engine.induction import fit, induce, presets_of
from engine.model import Induction, Instance, Template
from engine.template import to_jinja

LATER = 5
Induce = Callable[[Sequence[Instance]], Induction]
TARGETS = {
    "exact": {3: 0.90, 5: 0.97},
    "vars": {3: 0.85, 5: 0.85},
    "links": {3: 0.95, 5: 0.95},
    "blocks": {3: 0.80, 5: 0.80},
}


@dataclass(frozen=True, slots=True)
class Score:
    """What was recovered of one template in one round. `asked` is (true, ours)."""

    exact: float
    asked: tuple[int, int]
    links: Counts
    options: Counts
    repeats: Counts
    lawful: bool = True


def own() -> list[Generator]:
    return [
        Generator("own", {"name": name, **source.inputs}, {}, {}, {}, {f"{source.path}": source.body}, {})
        for source in SOURCES.values()
    ]


def score(drawn: Renderings, learn: Induce) -> tuple[Score, Induction | None]:
    n = drawn.training
    training, later = drawn.instances[:n], drawn.instances[n:]
    true, paths = drawn.bodies[:n], drawn.paths[:n]
    asked = true_inputs(true, paths, dict(drawn.block_inputs))
    try:
        induction = learn(training)
    except TooDifferent:
        nothing = [Trace(one.text) for one in true]
        return Score(0.0, (len(asked), 0), linking(true, nothing), options(true, nothing), repeats(true, nothing)), None
    presets = presets_of(induction, [instance.path for instance in training])
    fits = [fit(induction.files, induction.variables, presets, {x.path: x.files[0].text}, x.path) for x in later]
    body = induction.files[0].body
    ours = [trace(body, values) for values in induction.values] if isinstance(body, Template) else []
    return Score(
        sum(one.exact for one in fits) / len(fits),
        (len(asked), sum(not variable.derivation for variable in induction.variables)),
        linking(true, ours),
        options(true, ours),
        repeats(true, ours),
        all(mine.text == known.text for mine, known in zip(ours, true, strict=True)),
    ), induction


def measure(
    found: Mapping[str, Drawing], n: int, rounds: int, seed: int, learn: Induce = induce, show: bool = False
) -> dict[str, list[Score]]:
    scores: dict[str, list[Score]] = {}
    for label, drawing in found.items():
        for k in range(rounds):
            drawn = drawing.draw(random.Random(f"{seed} {label} {n} {k}"), n, LATER)
            if drawn is None:
                continue
            one, induction = score(drawn, learn)
            scores.setdefault(label, []).append(one)
            if show and induction:
                _show(drawing, drawn, one, induction)
    return scores


def _show(drawing: Drawing, drawn: Renderings, one: Score, induction: Induction) -> None:
    body = induction.files[0].body
    print(drawing.body_source, "\n── learned ──")
    print(to_jinja(body) if isinstance(body, Template) else "", "\n", to_jinja(induction.files[0].path))
    for variable in induction.variables:
        print(f"  {variable.name}: {variable.type} {variable.derivation} {variable.examples[:3]}")
    known = true_inputs(drawn.bodies[: drawn.training], drawn.paths[: drawn.training], dict(drawn.block_inputs))
    print("true inputs", sorted(known))
    print(one)


def summary(scores: Mapping[str, Sequence[Score]]) -> dict[str, float]:
    """The figures of one N: `exact`, `links` are means over families, `blocks` are F1 over all blocks."""
    every = [one for some in scores.values() for one in some]
    near = [statistics.mean(abs(one.asked[0] - one.asked[1]) <= 1 for one in some) for some in scores.values()]
    links = [total.f1 for some in scores.values() if (total := sum((one.links for one in some), Counts())).true]
    optional = sum((one.options for one in every), Counts())
    repeated = sum((one.repeats for one in every), Counts())
    return {
        "exact": statistics.mean(statistics.mean(one.exact for one in some) for some in scores.values()),
        "vars": sum(share > 0.5 for share in near) / len(near),
        "links": statistics.mean(links) if links else 1.0,
        "blocks": (optional + repeated).f1,
        "options": optional.f1,
        "repeats": repeated.f1,
        "lawful": statistics.mean(one.lawful for one in every),
    }


def line(label: str, figures: Mapping[str, float]) -> str:
    return f"{label:<34}" + "".join(f"{figures[key]:9.3f}" for key in HEAD)


HEAD = ("exact", "vars", "links", "blocks", "options", "repeats", "lawful")


def table(scores: Mapping[str, Sequence[Score]]) -> str:
    rows = [f"{'':44}{'exact':>7}{'vars':>12}{'links':>8}{'options':>16}{'repeats':>16}"]
    for label, some in scores.items():
        links = sum((one.links for one in some), Counts())
        optional = sum((one.options for one in some), Counts())
        repeated = sum((one.repeats for one in some), Counts())
        ours = statistics.mean(one.asked[1] for one in some)
        true = statistics.mean(one.asked[0] for one in some)
        rows.append(
            f"{label[:43]:44}{statistics.mean(one.exact for one in some):7.2f}{ours:7.1f}/{true:<4.1f}"
            f"{links.f1 if links.true else float('nan'):8.2f}"
            f"{optional.hits:6.0f} of {optional.true:.0f}, {optional.found:.0f}"
            f"{repeated.hits:6.0f} of {repeated.true:.0f}, {repeated.found:.0f}"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("PATUI_GENERATORS"))
    parser.add_argument("--n", default="2,3,5")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", default="", help="only this template, with what was learned")
    parser.add_argument("--details", action="store_true", help="a line for each template")
    chosen = parser.parse_args()
    sets = {"written for this": drawings(own())[0]}
    if chosen.folder:
        found, refused = drawings(list(generators(Path(chosen.folder))))
        sets["of real generators"] = found
        print(f"{len(found)} template files of real generators; {len(refused)} that cannot be rendered here")
        if chosen.details:
            print(*refused, sep="\n")
    else:
        print("set PATUI_GENERATORS to a folder of checked-out generator templates: without it only our own are asked")
    for n in map(int, chosen.n.split(",")):
        print(f"\n{'N=' + str(n):<34}" + "".join(f"{key:>9}" for key in HEAD))
        for title, some in sets.items():
            some_of = {label: one for label, one in some.items() if chosen.show in label}
            if not some_of:
                continue
            scores = measure(some_of, n, chosen.rounds, chosen.seed, show=bool(chosen.show))
            if chosen.details or chosen.show:
                print(table(scores))
            print(line(f"templates {title}", summary(scores)))
        goals = {key: TARGETS.get(key, {}).get(n) for key in HEAD}
        if any(goals.values()):
            print(f"{'goal':<34}" + "".join(f"{goals[key] or '':>9}" for key in HEAD))


if __name__ == "__main__":
    main()
