"""Who looks at each new execution."""

from __future__ import annotations

from engine.actions.digesting import Digester, Learner
from engine.workspace import Workspace


def learners(workspace: Workspace) -> tuple[Learner, ...]:
    """The detectors that learn from executions, wired to this workspace."""
    return ()


def digester(workspace: Workspace) -> Digester:
    """What takes in the spool and shows each new execution to the learners."""
    return Digester(workspace, learners(workspace))
