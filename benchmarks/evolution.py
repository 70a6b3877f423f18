"""Patterns that evolve while their family grows, next to one that stays as it was and one learned anew each time.

    PATUI_FAMILIES=DIR python -m benchmarks evolution

DIR holds families as `benchmarks.induction` reads them. The first version is learned from the first FIRST files; each
later file is one use: what the person has in the end is measured against what the pattern gives. Work left is the
values typed and the edits that remain (Keystroke-Level Model).

    frozen     the first version, for ever
    anew       learned from the ten files before each file
    evolving   the version that stands; below a success rate of .8 a next one is looked for, and approved when found
    closed     (frozen - evolving) / (frozen - anew), the sums over all files
    helped     share of the proposed versions that leave less work on the next three files than the one they replace
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.induction import load
from engine.analyzers.evolution_tracker import WANTED
from engine.analyzers.template_generator import preset_names
from engine.errors import TooDifferent
from engine.induction import fit, induce, presets_of
from engine.measuring import kept_of
from engine.model import Instance, Kind, Pattern
from engine.pattern_log import KEPT_ENOUGH
from engine.revising import revised, work_left

FIRST = 3
NEXT = 3
NEWEST = 10
MOST_FILES = int(os.environ.get("PATUI_BENCH_FILES", "24"))
MOST_CHARS = 20_000


@dataclass
class Replay:
    frozen: float = 0.0
    anew: float = 0.0
    evolving: float = 0.0
    files: int = 0
    proposals: list[bool] = field(default_factory=list)


def replay(family: list[Instance]) -> Replay | None:
    """One family, file after file; None when no first version can be learned."""
    try:
        first = _learned(family[:FIRST])
    except TooDifferent:
        return None
    found, standing, uses = Replay(), first, list[bool]()
    since = FIRST
    for place in range(FIRST, len(family)):
        use = family[place]
        try:
            anew = work_left(_learned(family[max(0, place - NEWEST) : place]), use)[1]
        except TooDifferent:
            anew = work_left(first, use)[1]
        found.files += 1
        found.frozen += work_left(first, use)[1]
        found.anew += anew
        found.evolving += work_left(standing, use)[1]
        uses.append(_succeeds(standing, use, family[max(0, place - 3) : place]))
        if sum(uses) / len(uses) >= WANTED:
            continue
        proposed = revised(standing, family[:since], family[since : place + 1])
        if proposed is None:
            continue
        ahead = family[place + 1 : place + 1 + NEXT]
        if len(ahead) == NEXT:
            before = sum(work_left(standing, one)[1] for one in ahead)
            found.proposals.append(sum(work_left(proposed.pattern, one)[1] for one in ahead) < before)
        standing, uses, since = proposed.pattern, [], place + 1
    return found


def _learned(examples: list[Instance]) -> Pattern:
    found = induce(examples)
    presets = presets_of(found, preset_names(examples, found))
    return Pattern("PAT-X-001", "x", Kind.FILE, found.variables, found.files, presets)


def _succeeds(pattern: Pattern, use: Instance, siblings: list[Instance]) -> bool:
    text = use.files[0].text
    rendered = fit(pattern.files, pattern.variables, pattern.presets, {use.path: text}, use.path).rendered
    return kept_of(rendered, text, [one.files[0].text for one in siblings]).share >= KEPT_ENOUGH


def main() -> int:
    given = os.environ.get("PATUI_FAMILIES")
    if not given:
        print("left out: PATUI_FAMILIES names no folder of families")
        return 0
    every = int(os.environ.get("PATUI_BENCH_EVERY", "1"))
    whole, families = Replay(), 0
    for directory in sorted(Path(given).iterdir())[::every]:
        if not (directory / "meta.json").exists():
            continue
        family = [one for one in load(directory) if len(one.files[0].text) <= MOST_CHARS][:MOST_FILES]
        found = replay(family) if len(family) > FIRST + NEXT else None
        if found is None:
            continue
        families += 1
        whole.files += found.files
        whole.frozen += found.frozen
        whole.anew += found.anew
        whole.evolving += found.evolving
        whole.proposals += found.proposals
        helped = f"{sum(found.proposals)}/{len(found.proposals)}"
        print(
            f"  {directory.name:32} {found.frozen:7.0f} {found.evolving:7.0f} {found.anew:7.0f}  {helped}", flush=True
        )
    gap = whole.frozen - whole.anew
    print(
        f"{families} families, {whole.files} files: closed {(whole.frozen - whole.evolving) / gap:.1%} of the gap, ",
        end="",
    )
    print(f"helped {sum(whole.proposals)} of {len(whole.proposals)} proposed versions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
