"""App and engine with nothing to do, for five minutes of real time: what they take of a core, and whether they grow.

A workspace with history, on a terminal of 120 × 36. PATUI_BENCH_IDLE sets the seconds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.app import drain
from benchmarks.engine_cost import open_app, source, until_painted

SECONDS = float(os.environ.get("PATUI_BENCH_IDLE", "300"))
_SETTLE = 40.0  # seconds without a child of the engine, which looks every 30 s whether something is due
_PARTS = 300


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds of a process and of the children that it waited for, and its resident MB."""

    seconds: float
    megabytes: float


def spent(process: int) -> Spent:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    status = Path(f"/proc/{process}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    ticks = sum(int(field) for field in fields[11:15])
    return Spent(ticks / os.sysconf("SC_CLK_TCK"), int(resident.split()[1]) / 1024)


def make(root: Path) -> None:
    """A repository with some families, committed."""
    for number in range(_PARTS):
        path = root / f"part{number % 10}" / f"step{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source(f"step{number}", number, 2_000))
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "parts"]):
        subprocess.run([*git, *arguments], check=True)


def settle(terminal: int, engine: int) -> None:
    """Waits until the engine has done what there was to do."""
    calm = 0.0
    while calm < _SETTLE:
        drain(terminal, 1.0)
        calm = 0.0 if children(engine) else calm + 1.0


def children(process: int) -> list[int]:
    found = (task / "children" for task in Path(f"/proc/{process}/task").iterdir())
    return [int(child) for place in found for child in place.read_text().split()]


def engine_of(app: int) -> int:
    """The engine that a thread of the app has started."""
    for child in children(app):
        if b"engine.service" in Path(f"/proc/{child}/cmdline").read_bytes():
            return child
    raise SystemExit("the app has no engine")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = str(Path(folder) / name.lower())
        root = Path(folder) / "work"
        root.mkdir()
        make(root)
        terminal, app = open_app(root)
        try:
            until_painted(terminal, b"watching")
            engine = engine_of(app)
            settle(terminal, engine)
            for where in ("in front", "behind another window"):
                if where != "in front":
                    os.write(terminal, b"\x1b[O")  # what a terminal says when it loses the keyboard
                    drain(terminal, 1.0)
                before = {name: spent(process) for name, process in (("app", app), ("engine", engine))}
                written = drain(terminal, SECONDS)
                after = {name: spent(process) for name, process in (("app", app), ("engine", engine))}
                shares = {name: (after[name].seconds - before[name].seconds) / SECONDS for name in after}
                print(f"- {SECONDS:.0f} s with nothing to do, {where}: ", end="")
                for name, share in shares.items():
                    grown = after[name].megabytes - before[name].megabytes
                    print(f"{name} {share:.2%} of a core, {after[name].megabytes:.0f} MB ({grown:+.1f}); ", end="")
                print(f"together {sum(shares.values()):.2%} (goal 1 % or less); {written} bytes painted", flush=True)
        finally:
            os.kill(app, signal.SIGTERM)
            os.waitpid(app, 0)
            os.close(terminal)


if __name__ == "__main__":
    main()
