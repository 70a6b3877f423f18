"""Who looks at each new execution."""

from __future__ import annotations

from engine.actions.anti_patterns import AntiPatternLearner
from engine.actions.digesting import Digester, Learner
from engine.actions.healing import RecoveryLearner
from engine.actions.recipe_finding import RecipeLearner
from engine.workspace import Workspace


def learners(workspace: Workspace, *, live: bool = True) -> tuple[Learner, ...]:
    """The detectors that learn from executions, wired to this workspace. Those that look at the whole history at once
    are left out when that follows (not `live`)."""
    always = (AntiPatternLearner(workspace), RecoveryLearner(workspace))
    return (RecipeLearner(workspace), *always) if live else always


def digester(workspace: Workspace, *, live: bool = True) -> Digester:
    """What takes in the spool and shows each new execution to the learners."""
    return Digester(workspace, learners(workspace, live=live))
