"""The app in a pseudo-terminal against a ten-line Textual app: first paint, memory, and what idling costs."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engine_cost import _cpu
from benchmarks.measure import ratio, spread

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("Hello there")
Hello().run()
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Seconds to the first paint; then, after `settle` seconds, resident MB and the share of a core while idle."""

    first_paint: float
    megabytes: float
    idle_share: float


def show(command: Sequence[str], marker: bytes, settle: float, idle: float, cwd: str) -> Shown:
    """Runs `command` on a terminal of 120 × 36 until `marker` is painted, and then for a while with nothing to do."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], list(command))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    try:
        seen = b""
        while marker not in seen:
            seen += os.read(terminal, 65_536)
        painted = time.perf_counter() - started
        drain(terminal, settle)
        before = _cpu(pid)
        drain(terminal, idle)
        share = (_cpu(pid) - before) / idle if idle else 0.0
        status = Path(f"/proc/{pid}/status").read_text()
        megabytes = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        os.close(terminal)
    return Shown(painted, megabytes, share)


def drain(terminal: int, seconds: float) -> int:
    """Reads what is painted for so long; how many bytes that were."""
    end, painted = time.perf_counter() + seconds, 0
    while (left := end - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            painted += len(os.read(terminal, 65_536))
    return painted


def main(rounds: int = 7) -> None:
    with tempfile.TemporaryDirectory() as folder:
        hello = [sys.executable, "-c", HELLO]
        patui = [sys.executable, "-m", "tui", folder]
        Path(folder, "a.txt").write_text("nothing\n")
        show(patui, b"Live", 6.0, 0.0, folder)  # makes the database
        theirs, ours = [], []
        for _ in range(rounds):
            theirs.append(show(hello, b"Hello", 0.5, 0.0, folder))
            ours.append(show(patui, b"Live", 0.5, 0.0, folder))
        base, mine = [one.first_paint for one in theirs], [one.first_paint for one in ours]
        print(f"- first paint: {spread(mine)}; ten-line Textual app {spread(base)}; ", end="")
        print(f"ratio {ratio(mine, base):.2f} (goal 2 or less)")
        long = show(patui, b"Live", 10.0, 30.0, folder)
        small = show(hello, b"Hello", 3.0, 10.0, folder)
        print(f"- the app idling: {long.idle_share:.2%} of a core, {long.megabytes:.0f} MB; ", end="")
        print(f"the ten-line app {small.idle_share:.2%}, {small.megabytes:.0f} MB ", end="")
        print("(goal: app and engine together 1.5 % at most, 100 MB each at most)")


if __name__ == "__main__":
    main()
