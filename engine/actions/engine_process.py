"""Starting the engine of a workspace when no one runs it, and ending the one that was started."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from engine.actions.live import engine_runs
from engine.workspace import Workspace

_PATIENCE_SECONDS = 5.0


@dataclass
class EngineHandle:
    """The engine this process started, or None when another one runs already."""

    process: subprocess.Popen[bytes] | None

    def stop(self) -> None:
        """Ends the engine that was started here; an engine of somebody else goes on."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def ensure_engine(workspace: Workspace) -> EngineHandle:
    """Starts `patui --engine-only` on the workspace unless an engine holds its lock."""
    if engine_runs(workspace):
        return EngineHandle(None)
    return EngineHandle(
        subprocess.Popen(
            engine_command(workspace),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A module that lies in the workspace must never be imported: -P, and a directory of nobody's.
            cwd=tempfile.gettempdir(),
            start_new_session=True,
            env={**os.environ, "PYTHONSAFEPATH": "1"},
        )
    )


def engine_command(workspace: Workspace) -> list[str]:
    return [sys.executable, "-P", "-m", "engine.service", "--with-parent", str(os.getpid()), str(workspace.root)]
