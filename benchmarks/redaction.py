"""How much of other people's secrets is hidden, and how many harmless commands are altered.

    PATUI_SECRET_RULES=… PATUI_PASSWORD_PAGES=… PATUI_COMMANDS=… python -m benchmarks redaction
    python benchmarks/redaction.py --show engine|hook

`PATUI_SECRET_RULES`: gitleaks' configuration and a folder of kingfisher's rules (a colon between): values are drawn
by their expressions and put into command lines. `PATUI_PASSWORD_PAGES`: folders of tldr pages or cheat sheets: where
they say that a password is typed, one is; their other commands are harmless. `PATUI_COMMANDS`: files of real commands,
one a line. Each source is halved by the name of the shape; a secret is hidden when no half of it can be read any more.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.secret_samples import (
    Sample,
    commands_of_cheats,
    commands_of_tldr,
    in_places,
    tokens_by_gitleaks,
    tokens_by_kingfisher,
)
from engine.redact import redact
from engine.redact.shell_rules import mask

HIDERS: dict[str, Callable[[str], str]] = {"engine": redact, "hook": mask}


def is_hidden(secret: str, shown: str) -> bool:
    """Whether nothing of half the secret's length is left of it."""
    length = max(6, len(secret) // 2)
    return not any(secret[at : at + length] in shown for at in range(max(1, len(secret) - length + 1)))


def recall(label: str, samples: Iterable[Sample], show: str) -> None:
    lines = [sample for sample in samples if sample.secret]
    for name, half in (("first half", 0), ("second half", 1)):
        some = [sample for sample in lines if zlib.crc32(sample.shape.encode()) % 2 == half]
        if not some:
            continue
        missed = {who: [s for s in some if not is_hidden(s.secret, hide(s.line))] for who, hide in HIDERS.items()}
        told = ", ".join(f"{who} {1 - len(missed[who]) / len(some):.1%}" for who in HIDERS)
        print(f"{label}, {name}: {len(some):,} lines of {len({s.shape for s in some})} shapes; {told}")
        for sample in missed.get(show, ()):
            print(f"    {sample.shape}: {sample.line!r:.200}")


def altered(label: str, lines: Iterable[str], show: str) -> None:
    """A line without a secret that comes out otherwise."""
    every = [line for line in lines if line.strip()]
    wrong = {who: [line for line in every if hide(line) != line] for who, hide in HIDERS.items()}
    told = ", ".join(f"{who} {len(wrong[who]) / max(1, len(every)):.2%}" for who in HIDERS)
    print(f"{label}: {len(every):,} harmless commands; altered: {told}")
    for line in wrong.get(show, ()):
        print(f"    {HIDERS[show](line)!r:.200}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", default="", choices=("", *HIDERS))
    parser.add_argument("--seed", type=int, default=7)
    show, seed = (options := parser.parse_args()).show, options.seed
    for place in _paths("PATUI_SECRET_RULES"):
        rng = random.Random(seed)
        rules = tokens_by_gitleaks(place, rng) if place.is_file() else tokens_by_kingfisher(place, rng)
        recall(place.name, (sample for rule in rules for sample in in_places(*rule, rng)), show)
    for place in _paths("PATUI_PASSWORD_PAGES"):
        rng = random.Random(seed)
        pages = any(place.glob("common/*.md"))
        samples = list(commands_of_tldr(place, rng) if pages else commands_of_cheats(place, rng))
        recall(place.name, samples, show)
        if pages:
            altered(place.name, (sample.line for sample in samples if not sample.secret), show)
    for place in _paths("PATUI_COMMANDS"):
        altered(place.name, place.read_text("utf-8", "replace").splitlines(), show)


def _paths(name: str) -> list[Path]:
    found = [Path(part) for part in os.environ.get(name, "").split(":") if part]
    if not found:
        print(f"{name} names nothing: left out")
    return found


if __name__ == "__main__":
    main()
