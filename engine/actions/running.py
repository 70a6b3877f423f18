"""`patui run`: a command as the user typed it, remembered with its errors."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from engine.errors import PatuiError
from engine.file_memory import remember, remember_ends
from engine.model import Execution, Source
from engine.recording import inside, keep
from engine.sources.run import Ran, run
from engine.store import settings
from engine.workspace import enclosing_workspace, open_workspace


def run_recorded(argv: Sequence[str], directory: str | None = None) -> int:
    """Runs `argv` on this process' terminal and gives its exit code; a signal that ended it ends this process too.

    That it cannot be remembered (a full disk, a database from a newer patui) changes nothing for the command.
    """
    ran = run(argv)
    with suppress(PatuiError, OSError):
        _remember(argv, ran, directory)
    if ran.returncode < 0:
        with suppress(OSError, ValueError):
            signal.signal(-ran.returncode, signal.SIG_DFL)
            os.kill(os.getpid(), -ran.returncode)
    return ran.exit_code


def _remember(argv: Sequence[str], ran: Ran, directory: str | None) -> None:
    here = Path.cwd()
    with open_workspace(directory or enclosing_workspace(here) or here) as workspace:
        failed = ran.returncode != 0
        execution = Execution(
            at=workspace.clock(),
            command=shlex.join(argv),
            argv=tuple(argv),
            cwd=inside(str(here), workspace.root),
            exit_code=ran.exit_code,
            success=not failed,
            seconds=ran.seconds,
            session=os.environ.get("PATUI_SESSION", ""),
            source=Source.RUN,
            error_output=ran.tail if failed else "",
        )
        (kept,) = keep(workspace.store, [execution])
        if kept.errors:
            remember(workspace.store, workspace.root, kept.errors, execution.at)
        elif not failed:
            remember_ends(workspace.store, workspace.root, execution)
        settings.put(workspace.store, "source.run", {"at": execution.at})
