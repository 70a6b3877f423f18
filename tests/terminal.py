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
_PROGRAM, _SHELL = ":0.0", ":0.1"  # panes of the only window


class Terminal:
    """One program in one tmux pane of `columns` × `rows`; `split` opens a shell in a second pane below it."""

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
        self._environment = {**own, "TERM": "screen-256color", "PS1": "$ ", **environment}
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(cwd),
                   shlex.join(command))  # fmt: skip
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "status", "off")
        # The row of the status line is the pane's now.
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))
        self._tmux("set-option", "-g", "default-terminal", "screen-256color")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, env=self._environment
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self._tmux("send-keys", "-t", _PROGRAM, *keys)

    def types(self, text: str) -> None:
        """Types `text` as it is: no word of it is taken for the name of a key."""
        self._tmux("send-keys", "-t", _PROGRAM, "-l", text)

    def split(self, rows: int, cwd: Path) -> None:
        """Opens a plain shell of `rows` below the program, which keeps the rest."""
        self._tmux("split-window", "-d", "-v", "-l", str(rows), "-c", str(cwd), "-t", _PROGRAM, "env ENV= PS1='$ ' sh")

    def says(self, line: str) -> None:
        """Types a line into the shell, and return."""
        self._tmux("send-keys", "-t", _SHELL, "-l", line)
        self._tmux("send-keys", "-t", _SHELL, "Enter")

    def grow(self, rows: int) -> None:
        """Gives the shell so many rows."""
        self._tmux("resize-pane", "-t", _SHELL, "-y", str(rows))

    def shell(self) -> str:
        """What stands in the shell."""
        return self._tmux("capture-pane", "-p", "-t", _SHELL).rstrip("\n")

    def until_shell(self, shown: str | Callable[[str], bool]) -> str:
        """The first frame of the shell in which `shown` stands (or that it accepts); an AssertionError else."""
        accepts = shown if callable(shown) else lambda frame: shown in frame
        return self._until(accepts, self.shell, shown if isinstance(shown, str) else "what was waited for")

    def process(self) -> int:
        """The id of the program."""
        return int(self._tmux("display-message", "-p", "-t", _PROGRAM, "#{pane_pid}"))

    def scribble(self, text: str) -> None:
        """Writes on the program's terminal what the program does not know of."""
        with Path(self._tmux("display-message", "-p", "-t", _PROGRAM, "#{pane_tty}").strip()).open("w") as tty:
            tty.write(text)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def frame(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", _PROGRAM).rstrip("\n")

    def until(self, shown: str | Callable[[str], bool]) -> str:
        """The first frame in which `shown` stands (or that it accepts); an AssertionError with the last frame else."""
        accepts = shown if callable(shown) else lambda frame: shown in frame
        return self._until(accepts, self.frame, shown if isinstance(shown, str) else "what was waited for")

    @staticmethod
    def _until(accepts: Callable[[str], bool], look: Callable[[], str], what: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            frame = look()
            if accepts(frame):
                return frame
            time.sleep(_PAUSE)
        raise AssertionError(f"{what!r} was not shown:\n{look()}")

    def ended(self) -> int | None:
        """The exit code when the program is over."""
        told = self._tmux("display-message", "-p", "-t", _PROGRAM, "#{pane_dead} #{pane_dead_status}")
        dead, _, code = told.strip().partition(" ")
        return int(code or 0) if dead == "1" else None

    def close(self) -> None:
        self._tmux("kill-server")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
