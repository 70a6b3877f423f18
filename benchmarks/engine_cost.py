"""Starting, inducing, watching: `--version` against bare Python, induction in process, saving to toast, idling."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import resource
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from benchmarks.measure import interleaved, p95, ratio, spread, timed

_WORDS = [
    "alpha",
    "bravo",
    "carbon",
    "delta",
    "ember",
    "falcon",
    "garnet",
    "harbor",
    "indigo",
    "juniper",
    "kernel",
    "lumen",
    "marble",
    "nectar",
    "onyx",
]


def source(name: str, number: int, size: int = 6000) -> str:
    """A file of about `size` characters: the same shape each time, with a name, values and an optional block."""
    noise = random.Random(number)
    lines = [f'"""The {name} module."""', "", "from base import Part", "", "", f"class {name.capitalize()}(Part):"]
    step = 0
    while sum(map(len, lines)) < size:
        step += 1
        value = noise.randrange(10, 99)
        lines += [f"    def step_{step}(self, item: str) -> int:", f'        """Step {step} of the {name} part."""']
        if step % 7 != number % 7:
            lines.append(f'        self.log("{name}", item, {step})')
        lines += [f"        return self.measure(item, factor={value})", ""]
    return "\n".join(lines) + "\n"


def induction_times(rounds: int = 40) -> list[float]:
    """Seconds per induction of five files of 6 KB, in this process."""
    from engine.induction import induce
    from engine.model import Example, Instance

    times = []
    for start in range(rounds):
        names = [_WORDS[(start + offset) % len(_WORDS)] for offset in range(5)]
        instances = [
            Instance(f"parts/{name}.py", (Example(f"parts/{name}.py", source(name, start + number)),))
            for number, name in enumerate(names)
        ]
        times.append(timed(lambda instances=instances: induce(instances)))  # type: ignore[misc]
    return times


def _engine(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "tui", "--engine-only", str(root)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _until(process: subprocess.Popen[str], kind: str, path: str = "") -> dict[str, object]:
    for line in process.stdout or ():
        event: dict[str, object] = json.loads(line)
        if event["type"] == kind and path in ("", event["path"]):
            return event
    raise SystemExit("the engine ended")


def toast_times(rounds: int = 20) -> list[tuple[float, float]]:
    """Seconds from saving the third similar file to the engine taking it up, which the suggestion tells, and to its
    toast being painted by a real app on a terminal; by the same save."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "work"
        root.mkdir()
        process = _engine(root)
        terminal = -1
        try:
            _until(process, "ready")
            terminal, app = open_app(root)
            until_painted(terminal, b"watching")  # what was offered before it listens is no news to it
            os.write(terminal, b"3")  # a screen on which no path is shown but in a toast
            _quiet(terminal)
            for number in range(rounds):
                place = root / f"round{number}"
                place.mkdir()
                for index in range(3):
                    path = place / f"{_WORDS[(number + index) % len(_WORDS)]}.yaml"
                    if index == 2:
                        time.sleep(0.5)  # what went before is over, as it is when a person types a file
                        _quiet(terminal)
                    started = time.perf_counter()
                    path.write_text(_manifest(path.stem, number, index))
                    if index < 2:
                        _until(process, "file", f"{place.name}/{path.name}")
                until_painted(terminal, place.name.encode())
                painted = time.perf_counter() - started
                told = float(str(_until(process, "suggestion", f"{place.name}/{path.name}")["time"]))
                times.append((max(0.0, told - path.stat().st_mtime), painted))
                os.write(terminal, b"x")
                _quiet(terminal)
        finally:
            if terminal >= 0:
                os.kill(app, signal.SIGTERM)
                os.waitpid(app, 0)
                os.close(terminal)
            process.terminate()
            process.wait()
    return times


def open_app(root: Path) -> tuple[int, int]:
    """The app on a terminal of 120 × 36: the terminal, and the process."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(sys.executable, [sys.executable, "-m", "tui", str(root)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    return terminal, pid


def until_painted(terminal: int, marker: bytes) -> None:
    seen = b""
    while marker not in seen:
        if not select.select([terminal], [], [], 30.0)[0]:
            raise SystemExit(f"{marker.decode()} was not painted")
        seen = seen[-len(marker) :] + os.read(terminal, 65_536)


def _quiet(terminal: int, seconds: float = 0.4) -> None:
    """Reads until nothing was painted for a while."""
    while select.select([terminal], [], [], seconds)[0]:
        os.read(terminal, 65_536)


def _manifest(name: str, number: int, index: int) -> str:
    """A family of its own each round: other keys, so that no two rounds are alike."""
    keys = random.Random(number)
    words = ["".join(keys.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(16)]
    return f"{words[0]}: {name}\n" + "".join(
        f"{word}:\n  {other}: {index * 7 if at == 2 else at}\n"
        for at, (word, other) in enumerate(zip(words[1::2], words[2::2], strict=False))
    )


def idle_cost(seconds: float = 30.0) -> tuple[float, float]:
    """The engine alone, with nothing happening: share of a core, and resident MB."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.txt").write_text("nothing\n")
        process = _engine(Path(folder))
        try:
            _until(process, "ready")
            time.sleep(8.0)  # the first mining is over
            before = _cpu(process.pid)
            time.sleep(seconds)
            share = (_cpu(process.pid) - before) / seconds
            status = Path(f"/proc/{process.pid}/status").read_text()
            megabytes = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
        finally:
            process.terminate()
            process.wait()
    return share, megabytes


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    binary = Path(sys.executable).parent
    starts = interleaved({"bare": [sys.executable, "-c", "pass"], "version": [str(binary / "patui"), "--version"]}, 15)
    bare, version = ([run.seconds for run in starts[name]] for name in ("bare", "version"))
    print(f"- `patui --version`: {spread(version, 's', 3)}; bare Python {spread(bare, 's', 3)}; "
          f"ratio {ratio(version, bare):.2f} (goal 4 or less)")  # fmt: skip
    times = [1000 * t for t in induction_times()]
    print(f"- induction of 5 files of 6 KB: {spread(times, 'ms', 0)}, p95 {p95(times):.0f} ms (goal 200 or less)")
    toasts = toast_times()
    told, painted = ([1000 * pair[place] for pair in toasts] for place in (0, 1))
    print(f"- from saving the third similar file to its toast on the screen: {spread(painted, 'ms', 0)}, "
          f"p95 {p95(painted):.0f} ms (goal 700 or less); of it until the engine sees the family: "
          f"{spread(told, 'ms', 0)}, p95 {p95(told):.0f} ms")  # fmt: skip
    share, megabytes = idle_cost()
    print(f"- the engine idling: {share:.2%} of a core, {megabytes:.0f} MB (goal with the app 1.5 %, 100 MB each)")
    print(f"- this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
