"""How much of the gap between copying a sibling and the limit the induced templates close, on held-out files.

    python benchmarks/induction.py [FAMILIES_DIR] [--n 2,3,5,10] [--only NAME] [--json]

FAMILIES_DIR (default: $PATUI_FAMILIES) holds one directory per family: files in order of creation, whose names start
with a running number, and `meta.json` with their real `paths`. For each family a template is induced from the first N
files; each later file is fitted and rendered. Seconds are those of the Keystroke-Level Model (`engine.savings`):

    ours   the values typed, a keystroke for each value accepted, and the edits that the rendering still needs
    copy   editing a copy of the most similar of the three newest of the N files, or typing everything
    limit  typing each sub-word that occurs in none of the N files and not in the path
    gap    (copy - ours) / (copy - limit), the sums over a family's files
    ideal  the gap of one who knows where each difference will be: the best of the N files, the path's words replaced in
           every case form, and a keystroke instead of a trip for each place that still differs

Behind the tables: how far the confidence of the drafts can be believed (what was predicted and what came).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.analyzers.template_generator import confidence
from engine.cases import apply_filters
from engine.errors import TooDifferent
from engine.induction import asked, complete, fit, induce, literal_share, presets_of
from engine.induction.paths import PathWords, path_family, simplest
from engine.model import Example, Fit, Induction, Instance, Kind, Preset, Value
from engine.savings import KEYSTROKE, copy_cost, edit_cost, limit_cost, pattern_cost, typing_cost

WELL = 0.5  # an ideal from which on a family can be templated well
SAVED = 0.8  # of the typing
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.01)  # of confidence


@dataclass(frozen=True, slots=True)
class Row:
    """One family at one N. Costs are seconds summed over the later files; shares are in 0..1."""

    family: str
    n: int
    later: int
    typing: float
    copy: float
    ours: float
    limit: float
    exact: float
    literal: float
    asked: int
    variables: int
    milliseconds: float
    fit_milliseconds: float
    ideal: float
    shares: tuple[float, ...] = ()
    """Of each later file, the share of its typing that is saved."""
    refused: str = ""

    @property
    def gap(self) -> float:
        return self._closed(self.ours)

    @property
    def ideal_gap(self) -> float:
        return self._closed(self.ideal)

    def _closed(self, seconds: float) -> float:
        room = self.copy - self.limit
        return (self.copy - seconds) / room if room > 0.01 else 0.0


def load(directory: Path) -> list[Instance]:
    paths = json.loads((directory / "meta.json").read_text())["paths"]
    names = sorted(file.name for file in directory.iterdir() if file.name != "meta.json")
    return [
        Instance(path, (Example(path, (directory / name).read_bytes().decode()),))
        for path, name in zip(paths, names, strict=True)
    ]


def measure(
    family: str, instances: Sequence[Instance], n: int, learn: Callable[[list[Instance]], Induction] = induce
) -> Row | None:
    training, later = list(instances[:n]), instances[n:]
    if len(training) < n or not later:
        return None
    texts = [instance.files[0].text for instance in training]
    copies = [copy_cost(texts[-3:], one.files[0].text).seconds for one in later]
    limits = [limit_cost(texts, one.path, one.files[0].text).seconds for one in later]
    typing = sum(typing_cost(one.files[0].text).seconds for one in later)
    best = sum(ideal_seconds(training, one) for one in later)
    start = time.perf_counter()
    try:
        induction = learn(training)
    except TooDifferent as error:
        ms = (time.perf_counter() - start) * 1000
        seconds = (typing, sum(copies), sum(copies), sum(limits))
        return Row(family, n, len(later), *seconds, 0, 0, 0, 0, ms, 0, best, refused=str(error))
    ms = (time.perf_counter() - start) * 1000
    presets = presets_of(induction, [instance.path for instance in training])
    start = time.perf_counter()
    fits = [fit(induction.files, induction.variables, presets, {x.path: x.files[0].text}, x.path) for x in later]
    fit_ms = (time.perf_counter() - start) * 1000 / len(later)
    costs = [cost(induction, presets, one, found) for one, found in zip(later, fits, strict=True)]
    return Row(
        family,
        n,
        len(later),
        typing,
        sum(copies),
        sum(costs),
        sum(limits),
        sum(found.exact for found in fits) / len(fits),
        literal_share(induction, training),
        sum(not variable.derivation for variable in induction.variables),
        len(induction.variables),
        ms,
        fit_ms,
        best,
        tuple(1 - own / typing_cost(x.files[0].text).seconds for own, x in zip(costs, later, strict=True)),
    )


def ideal_seconds(training: Sequence[Instance], instance: Instance) -> float:
    """What the later file costs one who has a prompt at each place where it will differ from the best sibling."""
    variables = path_family([*(one.path for one in training), instance.path]).variables
    new = [variable.values[-1] for variable in variables]
    costs = []
    for index, sibling in enumerate(training):
        words = PathWords([variable.values[index] for variable in variables])
        lines = sibling.files[0].text.split("\n")
        start = "\n".join(
            "".join(
                token.text
                if token.form is None
                else apply_filters(new[token.form.variable], simplest(token.form.filters))
                for token in words.mark(line)
            )
            for line in lines
        )
        edits = edit_cost(start, instance.files[0].text)
        costs.append((edits.seconds, KEYSTROKE * (edits.chars + edits.places)))
    return min(costs)[1]


def cost(induction: Induction, presets: Sequence[Preset], instance: Instance, found: Fit) -> float:
    """Seconds for one later file: what is typed, what is accepted, what is edited."""
    preset = next((one.values for one in presets if one.name == found.preset), None)
    done = complete(induction.variables, induction.files, instance.path, found.values, preset)
    typed = [typed_text(value) for value in found.values.values()]
    accepted = asked(induction.variables, induction.files, known(done.sources), done.values)
    return pattern_cost(typed, accepted, found.rendered, instance.files[0].text).seconds


def known(sources: Mapping[str, str]) -> set[str]:
    """The variables nobody is asked to accept: those that the path decides, and those that are typed."""
    return {name for name, source in sources.items() if source in ("path", "given")}


def typed_text(value: Value) -> str:
    """What is typed for a value: a switch is one key, the items of a list are typed one after the other."""
    if isinstance(value, bool):
        return "y"
    if isinstance(value, str):
        return value or " "
    return "\n".join(item if isinstance(item, str) else "\t".join(item.values()) for item in value)


def table(rows: Sequence[Row], n: int) -> str:
    head = ("gap", "ideal", "copy", "ours", "limit", "exact", "literal", "ask", "ms", "fit")
    widths = (6, 7, 7, 7, 7, 7, 8, 5, 7, 6)
    lines = [f"{'N=' + str(n):<26}" + "".join(f"{word:>{width}}" for word, width in zip(head, widths, strict=True))]
    for row in sorted((row for row in rows if row.n == n), key=lambda row: -row.gap):
        typing = max(row.typing, 1e-9)
        lines.append(
            f"{row.family:<26}{row.gap:6.2f}{row.ideal_gap:7.2f}"
            f"{row.copy / typing:7.2f}{row.ours / typing:7.2f}{row.limit / typing:7.2f}"
            f"{row.exact:7.2f}{row.literal:8.2f}{row.asked:5d}{row.milliseconds:7.1f}{row.fit_milliseconds:6.1f}"
            f"{'  refused' if row.refused else ''}"
        )
    return "\n".join(lines)


def summary(rows: Sequence[Row], n: int) -> str:
    some = [row for row in rows if row.n == n]
    if not some:
        return f"N={n}: no family has enough files"
    gaps = [row.gap for row in some]
    times = sorted(row.milliseconds for row in some)
    able = [row.gap for row in some if row.ideal_gap >= WELL]
    return (
        f"N={n}: {len(some)} families, gap closed mean {statistics.mean(gaps):.3f} median {statistics.median(gaps):.3f}"
        f", below 0: {sum(gap < 0 for gap in gaps)}, exact {statistics.mean(row.exact for row in some):.3f},"
        f" literal {statistics.mean(row.literal for row in some):.2f},"
        f" asked {statistics.mean(row.asked for row in some):.1f},"
        f" induce p95 {times[int(len(times) * 0.95)]:.0f} ms, fit mean"
        f" {statistics.mean(row.fit_milliseconds for row in some):.0f} ms;"
        f" ideal mean {statistics.mean(row.ideal_gap for row in some):.3f},"
        f" gap where the ideal is {WELL} or more: {statistics.mean(able) if able else 0:.3f} ({len(able)} families)"
    )


def calibration(told: Sequence[tuple[float, Row]]) -> str:
    """By band of confidence: how many drafts, the share of typing predicted and saved, the later files saved well."""
    lines = [f"{'confidence':<14}{'drafts':>8}{'predicted':>11}{'saved':>8}{'files that save ' + str(SAVED):>21}"]
    for low, high in itertools.pairwise(BANDS):
        here = [(level, row) for level, row in told if low <= level < high and row.shares]
        if not here:
            continue
        shares = [share for _, row in here for share in row.shares]
        saved = statistics.mean(statistics.mean(max(0.0, share) for share in row.shares) for _, row in here)
        lines.append(
            f"{low:.1f} to {min(high, 1.0):.1f}    {len(here):>8}{statistics.mean(level for level, _ in here):>11.2f}"
            f"{saved:>8.2f}{sum(share >= SAVED for share in shares) / len(shares):>21.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="?", default=os.environ.get("PATUI_FAMILIES"))
    parser.add_argument("--n", default="2,3,5,10")
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.families:
        parser.error("give the directory of families, or set PATUI_FAMILIES")
    numbers = [int(n) for n in options.n.split(",")]
    rows: list[Row] = []
    told: dict[int, list[tuple[float, Row]]] = {n: [] for n in numbers}
    for directory in sorted(Path(options.families).iterdir()):
        if options.only in directory.name and (directory / "meta.json").exists():
            instances = load(directory)
            for n in numbers:
                row = measure(directory.name, instances, n)
                if row is not None:
                    rows.append(row)
                    told[n].append((confidence(instances[:n], kind=Kind.FILE), row))
    if options.json:
        print(json.dumps([asdict(row) | {"gap": row.gap, "ideal_gap": row.ideal_gap} for row in rows], indent=1))
        return
    for n in numbers:
        print(table(rows, n), end="\n\n")
    for n in numbers:
        print(summary(rows, n))
    for n in numbers:
        print(f"\nN={n}, drafts by confidence\n{calibration(told[n])}")


if __name__ == "__main__":
    main()
