"""`patui scan` on a large tree against jscpd on the same tree: wall time and memory."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from benchmarks.measure import interleaved, ratio, spread


def main() -> None:
    tree = os.environ.get("PATUI_BENCH_TREE", "")
    if not tree or not Path(tree).is_dir():
        print("set PATUI_BENCH_TREE to a large directory (homeassistant/components)")
        return
    patui = str(Path(sys.executable).parent / "patui")
    commands = {"patui scan": [patui, "scan", tree, "--json"]}
    jscpd = shutil.which("jscpd")
    if jscpd:
        commands["jscpd"] = [jscpd, "--silent", "--reporters", "silent", tree]
    runs = interleaved(commands, 3)
    print("| command | wall | peak memory |\n|---|---|---|")
    for name, done in runs.items():
        seconds, memory = [run.seconds for run in done], [run.megabytes for run in done]
        print(f"| {name} | {spread(seconds)} | {spread(memory, 'MB', 0)} |")
    if jscpd:
        ours, theirs = runs["patui scan"], runs["jscpd"]
        wall = ratio([r.seconds for r in ours], [r.seconds for r in theirs])
        memory_ratio = ratio([r.megabytes for r in ours], [r.megabytes for r in theirs])
        print(f"\nratio to jscpd: wall {wall:.2f} (goal 2.0 or less), memory {memory_ratio:.2f} (goal 0.5 or less)")
    else:
        print("\njscpd is not installed (npm install -g jscpd@5.3.3): no ratio")


if __name__ == "__main__":
    main()
