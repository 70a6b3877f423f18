"""A seeded quarter of a made-up developer, driven through the public commands, and the plan's success metrics on it.

    python -m benchmarks simulate                       the figures of docs/benchmarks.md
    python -m benchmarks.simulate --seed 1 --weeks 13 --keep FOLDER     and the workspace, to look at
    PATUI_REPOSITORIES=A:B python -m benchmarks simulate                and on the history of real repositories

What a person has to look at and press is counted on the app itself, by its own keys (`benchmarks.simulated_review`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.simulated_developer import Developer, Written, drifted, family_of
from benchmarks.simulated_files import FAMILIES
from benchmarks.simulated_review import Reviewed, review_times
from benchmarks.simulated_work import Story, story
from engine.documents import load
from engine.savings import KEYSTROKE, MENTAL

WEEKS = 13
PLAN_HOURS = 2.0  # what the plan says a template costs by hand
LEARNED_FROM = 3
KEPT = ("reports/README.md", "reports/*.md", "reports/weekly/*.md", "reports/evolution/*.yaml", "anti_patterns/*")


def simulate(place: Path, seed: int, weeks: int) -> tuple[Developer, Story]:
    """Lives a story through below `place`."""
    told = story(seed, weeks)
    developer = Developer(place)
    developer.live_through(told, weeks)
    return developer, told


def records(developer: Developer) -> dict[str, str]:
    """What patui wrote down for people: reports, evolution files and the registry, by path."""
    home = developer.root / "patterns"
    paths = sorted({path for kept in KEPT for path in home.glob(kept)})
    return {path.relative_to(home).as_posix(): path.read_text("utf-8") for path in paths}


# ── the metrics ──────────────────────────────────────────────────────────────────────────────────────────────────────


def suggested(written: Sequence[Written], learned_from: int = LEARNED_FROM) -> tuple[int, int]:
    """Of how many files a pattern was offered before they were written; those it is learned from cannot be among
    them."""
    later = [one for one in written if one.before >= learned_from]
    return sum(one.offered for one in later), len(later)


def needing_no_edit(written: Sequence[Written]) -> tuple[int, int]:
    """Templates, as drafted, whose uses before the form changed came out byte for byte from their values; of those
    that were used."""
    fine = used = 0
    for family in FAMILIES:
        uses = [one for one in written if one.family == family.name and one.applied and one.version == "1.0.0"]
        uses = [one for one in uses if not (family.drifts and drifted(one.at))][:3]
        used += bool(uses)
        fine += bool(uses) and all(one.exact for one in uses)
    return fine, used


def exact_uses(written: Sequence[Written]) -> tuple[int, int]:
    uses = [one for one in written if one.applied]
    return sum(one.exact for one in uses), len(uses)


def anti_patterns(developer: Developer, told: Story) -> dict[str, int]:
    """What was planted against the registry: planted, found, found with the right cause, wrongly called one, fixed."""
    registry = developer.root / "patterns" / "anti_patterns" / "registry.yaml"
    rows = load(registry.read_text("utf-8"), registry.name)["anti_patterns"] if registry.exists() else []
    counts: Counter[str] = Counter()
    known = set()
    for name, one in told.failing.items():
        mine = [row for row in rows if _is_of(row, one.pattern_id, one.operation, one.command)]
        known |= {row["id"] for row in mine if one.causes}
        counts["planted"] += bool(one.causes)
        counts["found"] += bool(one.causes and mine)
        counts["right"] += any(row["root_cause"] in one.causes for row in mine)
        counts["wrong"] += bool(not one.causes and mine)
        counts["fixed"] += bool(one.causes and mine) and all(row["status"] != "active" for row in mine)
        if one.causes and not any(row["root_cause"] in one.causes for row in mine):
            said = ", ".join(row["root_cause"] for row in mine) or "not found"
            print(f"    {name}: {said}, planted as {', '.join(one.causes)}", file=sys.stderr)
    counts["others"] = sum(row["id"] not in known for row in rows)
    return dict(counts)


def _is_of(row: dict[str, object], pattern_id: str, operation: str, command: str) -> bool:
    if pattern_id:
        return row.get("pattern_id") == pattern_id
    evidence = row.get("evidence")
    told = str(evidence.get("operation", "")) if isinstance(evidence, dict) else ""
    return not row.get("pattern_id") and told in {operation or command.split()[0], command}


def typing_seconds(commands: Sequence[str]) -> float:
    """Commands typed, each after a thought, by the Keystroke-Level Model."""
    return sum(MENTAL + KEYSTROKE * (len(command) + 1) for command in commands)


# ── the figures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def figures(developer: Developer, told: Story, reviewed: Sequence[Reviewed]) -> None:
    """Prints a row of the table for each metric."""
    written = developer.written
    _row(
        "files with a suggestion before they were written, from the fourth of a family on", suggested(written), "≥ .80"
    )
    _row("the same with the first three of each family", suggested(written, 0))
    _row("templates that need no edit: their first uses byte-exact from values", needing_no_edit(written), "≥ .60")
    _row("all uses byte-exact, the forms changed after four weeks", exact_uses(written))
    for label, drift in (("before", False), ("after", True)):
        uses = [one.edit_seconds for one in written if one.applied and drifted(one.at) == drift]
        if uses:
            _row(
                f"editing left a use {label} the forms changed", f"{statistics.mean(uses):.1f} s over {len(uses)} uses"
            )
    found = anti_patterns(developer, told)
    _row("anti-patterns found", (found["found"], found["planted"]), "≥ .90")
    _row("of them with the right cause", (found["right"], found["found"]))
    _row("called one that is none", f"{found['wrong']} of 2 decoys; {found['others']} that were not planted", "0")
    _row("fixed or archived by the end", (found["fixed"], found["found"]))
    _row("recipes run, fixes asked for", f"{developer.recipes_run}, {developer.fixes_run}")
    if reviewed:
        _effort(developer, reviewed)


def _effort(developer: Developer, reviewed: Sequence[Reviewed]) -> None:
    """What reviewing and managing takes, against the plan's two hours and against the model."""
    mean = statistics.mean
    seconds = mean(one.seconds for one in reviewed)
    _row(
        "reviewing a draft in the app",
        f"{seconds / 60:.1f} min (most {max(one.seconds for one in reviewed) / 60:.1f}): "
        f"{mean(one.keys for one in reviewed):.0f} keys, {mean(one.screens for one in reviewed):.0f} screens, "
        f"{mean(one.words for one in reviewed):.0f} words",
        "≤ 15 min",
    )
    templates = [row for row in developer.decided.values() if family_of(row) and row["kind"] != "revision"]
    reviews = sum(command.split()[1] in ("approve", "reject", "defer") for command in developer.typed)
    ours = seconds * reviews + typing_seconds(developer.typed)
    plan = PLAN_HOURS * 3600 * len(templates)
    model = mean(one.by_hand_seconds for one in reviewed) * len(templates)
    _row(f"managing patterns, {reviews} reviews and {len(developer.typed)} commands", f"{ours / 3600:.2f} h")
    _row(f"less than {len(templates)} templates at the plan's 2 h", f"{1 - ours / plan:.0%}", "≥ 70 %")
    _row("less than reading three siblings and typing each template, by the model", f"{1 - ours / model:.0%}")


def _row(what: str, measured: str | tuple[int, int], goal: str = "") -> None:
    print(f"| {what} | {measured if isinstance(measured, str) else _share(*measured)} | {goal} |")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part} of {whole})" if whole else "nothing to count"


def replayed(repositories: Sequence[str]) -> None:
    """`patui replay` on real histories: what it says itself."""
    for repository in repositories:
        command = [sys.executable, "-P", "-m", "tui", "replay", repository, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"| {Path(repository).name} | not replayed: {done.stderr.strip().splitlines()[-1:]} | |")
            continue
        said = json.loads(done.stdout)
        print(
            f"| {Path(repository).name}: files of a family with a suggestion before | "
            f"{_share(said['suggested_before'], said['in_family'])}; byte-exact {said['rendered_exact']}; "
            f"{_share(said['suggestions_right'], said['suggestions_shown'])} suggestions right; "
            f"{said['hours_saved']:.1f} h saved | ≥ .80 |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--keep", type=Path, help="leave the workspace here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder) / "quarter"
        shutil.rmtree(place, ignore_errors=True)
        developer, told = simulate(place, options.seed, options.weeks)
        reviewed = review_times(Path(folder) / "review", options.seed)
        print("| what | measured | goal |\n|---|---|---|")
        figures(developer, told, reviewed)
    replayed([path for path in os.environ.get("PATUI_REPOSITORIES", "").split(":") if path])


if __name__ == "__main__":
    main()
