"""The whole way of a saved file through the live engine, in a workspace of many files.

PATUI_BENCH_TREE is copied, mined once, and then files are made and saved in it as a developer does; each goes the way
that a settled change goes: read, searched for secrets, sketched, matched with the families, compared with the files of
the last day, told to the viewers, all of it written to the database. Not in it are the debounce before (see `start`)
and the drafting of a template, where a file completes a family. Then the watching itself: the start, and what it takes
while nothing happens, with the system's watches and without.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.measure import p95, spread
from engine.actions.analyze import remember_families
from engine.actions.live_matching import Matcher
from engine.actions.scan import families_of, gather
from engine.model import ChangeKind, FileChange
from engine.sources.watch import Watcher, system_backend
from engine.workspace import Workspace, open_workspace

SAVES = 300


def main() -> None:
    tree = os.environ.get("PATUI_BENCH_TREE", "")
    if not tree or not Path(tree).is_dir():
        print("set PATUI_BENCH_TREE to a large directory (homeassistant/components)")
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "work"
        shutil.copytree(tree, root / Path(tree).name)
        with open_workspace(root, user_state=Path(folder) / "state") as workspace:
            workspace.make_home()
            _measure(workspace)
            _watch(workspace.root)


def _watch(root: Path, seconds: float = 30.0) -> None:
    for how, backend in (("with watches", system_backend), ("comparing", lambda sink: None)):
        wall, cpu = time.perf_counter(), time.process_time()
        watcher = Watcher(root, lambda changes: None, backend=backend)
        watcher.start()
        started = time.perf_counter() - wall, time.process_time() - cpu
        cpu = time.process_time()
        time.sleep(seconds)
        share = (time.process_time() - cpu) / seconds
        watcher.stop()
        print(
            f"- {how}: started in {started[0]:.1f} s ({started[1]:.1f} s of processor time), idle {share:.2%} of a core"
        )


def _measure(workspace: Workspace) -> None:
    gathered = gather(workspace, texts=False)
    families = families_of(gathered)
    remember_families(workspace, gathered, families)
    paths = sorted(sketch.path for sketch in gathered.sketches)
    print(f"- {len(paths)} files, {len(families)} families")
    del gathered
    matcher = Matcher(workspace)
    matcher.load(propose=lambda family: None)
    chosen = random.Random(3).sample(paths, 2 * SAVES)
    for kind, some in ((ChangeKind.CREATED, chosen[:SAVES]), (ChangeKind.MODIFIED, chosen[SAVES:])):
        walls, processor = [], []
        for number, path in enumerate(some):
            saved = _saved(workspace.root, path, kind, number)
            wall, cpu = time.perf_counter(), time.process_time()
            matcher.take(FileChange(saved, kind, workspace.clock()))
            walls.append(1000 * (time.perf_counter() - wall))
            processor.append(1000 * (time.process_time() - cpu))
        what = "made" if kind is ChangeKind.CREATED else "saved again"
        print(f"- a file {what}: {spread(walls, 'ms', 0)}, p95 {p95(walls):.0f} ms (goal 50 or less); "
              f"processor time p95 {p95(processor):.0f} ms")  # fmt: skip


def _saved(root: Path, path: str, kind: ChangeKind, number: int) -> str:
    """Writes what a developer would: a copy under a new name beside, or one more line."""
    text = (root / path).read_text(encoding="utf-8")
    if kind is ChangeKind.CREATED:
        old = Path(path)
        directory = old.parent.parent / f"{old.parent.name}_{number}" if len(old.parts) > 2 else old.parent
        path = (directory / old.name if len(old.parts) > 2 else directory / f"new_{number}_{old.name}").as_posix()
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(f"{text}\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
