"""Failures of some hundred tools with the cause that a person names: what `engine.mining.causes` is measured on.

    python -m benchmarks cause-texts

Written down from what the tools print, each part before the rules were tried on it. Before: even 58 %, odd 52 %. The
rules were then widened by them, the even half foremost, and by `later` after that (45 % before); `last` was read right
to 48 % (86 % of those told) before the two rules for the shape of a compiler's and a linter's line, which came after.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.mining.causes import cause_in

_DATA = Path(__file__).with_name("cause_texts_data")


def rows(name: str) -> list[tuple[str, str, str]]:
    """Tool, cause and text of each line of one of the files (a line break is written as `\\n`)."""
    lines = (_DATA / f"{name}.txt").read_text().splitlines()
    split = (line.split(" | ", 2) for line in lines)
    return [(tool, cause, text.replace("\\n", "\n")) for tool, cause, text in split]


def main() -> int:
    shown = sys.argv[-1]
    every, later, last = rows("first"), rows("later"), rows("last")
    print(f"{len(every)} texts of {len({tool for tool, _, _ in every})} tools")
    for name, half in (("even", every[::2]), ("odd", every[1::2]), ("later", later), ("last", last)):
        said = [(tool, cause, str(cause_in(text).cause), text) for tool, cause, text in half]
        right = sum(cause == found for _, cause, found, _ in said)
        unknown = sum(found == "unknown" for _, _, found, _ in said)
        told = len(said) - unknown
        print(
            f"  {name:5} {len(said)} texts: right {right / len(said):.0%}, unknown {unknown / len(said):.0%}, ", end=""
        )
        print(f"right of those told {right / told:.0%}")
        if shown == name:
            for tool, cause, found, text in said:
                if cause != found:
                    print(f"    {tool}: {cause}, said {found}: {text!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
