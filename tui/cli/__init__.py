"""The `patui` command. What must be fast is answered here, before click and the engine are imported."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

TYPE_CHECKING = False  # `typing` takes 7 ms, and an agent waits
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> None:
    """Entry point of the console script."""
    arguments = sys.argv[1:]
    if arguments[:2] == ["hook", "agent"]:
        _answer_agent()
    if arguments[:2] == ["hook", "git"]:
        _answer_git()
    _open_streams()
    if arguments in (["--version"], ["-V"]):
        from engine import __version__

        print(f"patui {__version__}")
        return
    try:
        from tui.cli.group import run

        sys.exit(run(arguments))
    except KeyboardInterrupt:  # while the modules are loaded; `run` has its own
        sys.exit(130)


def _answer_agent() -> NoReturn:
    """An agent waits for this, and would take a word or a failure for an answer."""
    try:
        from engine.sources.agent_hook import answer

        answer()
    finally:
        os._exit(0)


def _answer_git() -> NoReturn:
    """A commit waits for this."""
    try:
        from engine.actions.git_hook import run

        run()
    finally:
        os._exit(0)


def _open_streams() -> None:
    """Puts the null device where a standard stream is closed: the next file opened would be taken for it."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            os.dup2(descriptor, number) if descriptor != number else os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    # What a script reads is UTF-8 whatever the locale; what a terminal cannot show is written as an escape.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
