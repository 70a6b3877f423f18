"""Timing whole commands: wall seconds, peak memory, medians with their spread; ratios of interleaved runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: wall seconds and the peak resident memory of it and its children, in MB."""

    seconds: float
    megabytes: float


def run(command: Sequence[str]) -> Run:
    """Runs `command` with its output thrown away."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1024)


def interleaved(commands: dict[str, Sequence[str]], rounds: int) -> dict[str, list[Run]]:
    """Each command `rounds` times, in turn: what slows the machine slows them all."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
    return runs


def spread(values: Sequence[float], unit: str = "s", digits: int = 2) -> str:
    """`median unit (least to most)`."""
    return f"{statistics.median(values):.{digits}f} {unit} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The ratio of the medians."""
    return statistics.median(of) / statistics.median(to)


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
