"""A real terminal for tests and recordings: tmux on a socket of its own, keys in, frames out."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType

PATIENCE = 45.0
_PAUSE = 0.05


class Terminal:
    """One program in one tmux pane of `columns` × `rows`."""

    def __init__(
        self,
        socket: Path,
        command: list[str],
        cwd: Path,
        columns: int = 120,
        rows: int = 36,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._socket = str(socket)
        # A test runner's COLUMNS would speak louder than the terminal's own size.
        own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self._environment = {**own, "TERM": "screen-256color", **environment}
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(cwd),
                   shlex.join(command))  # fmt: skip
        self._tmux("set-option", "-g", "remain-on-exit", "on")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, env=self._environment
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def frame(self) -> str:
        return self._tmux("capture-pane", "-p").rstrip("\n")

    def until(self, shown: str | Callable[[str], bool]) -> str:
        """The first frame in which `shown` stands (or that it accepts); an AssertionError with the last frame else."""
        accepts = shown if callable(shown) else lambda frame: shown in frame
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            frame = self.frame()
            if accepts(frame):
                return frame
            time.sleep(_PAUSE)
        raise AssertionError(f"{shown!r} was not shown:\n{self.frame()}")

    def ended(self) -> int | None:
        """The exit code when the program is over."""
        dead, _, code = self._tmux("display-message", "-p", "#{pane_dead} #{pane_dead_status}").strip().partition(" ")
        return int(code or 0) if dead == "1" else None

    def close(self) -> None:
        self._tmux("kill-server")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
