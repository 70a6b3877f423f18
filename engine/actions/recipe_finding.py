"""Recipes from what was done: live at each execution, and from the whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from engine.detectors.execution_detector import ExecutionPatternDetector
from engine.mining.executions import Finding, finding_of
from engine.mining.operations import operations_of, repeated_operations, untelling_kinds
from engine.mining.sequences import mine
from engine.model import Candidate, ErrorRecord, Event, EventType, Execution, Source
from engine.store import executions as table
from engine.workspace import Workspace

LOOKED_BACK = 180 * 86_400.0
"""Seconds: as long as raw executions are kept."""
MOST_EXECUTIONS = 200_000
MOST_DRAFTS = 40
# What comes in faster than it is looked at was not done one by one by a person who waits for an offer: an import, an
# orchestrator's batch. The analysis of the whole history looks at it.
_MOST_BEHIND = 50


@dataclass
class RecipeLearner:
    """AUTO-001 live. One execution costs it a look at the newest few hundred, and nothing in a flood of them."""

    workspace: Workspace
    _detector: ExecutionPatternDetector = field(init=False)

    def __post_init__(self) -> None:
        self._detector = self.workspace.execution_pattern_detector()

    def on_execution(self, execution: Execution, errors: Sequence[ErrorRecord]) -> None:
        if execution.source in (Source.IMPORT, Source.PATUI, Source.TESTS) or execution.success is False:
            return
        if table.newest(self.workspace.store) - execution.id > _MOST_BEHIND:
            return
        candidate = self._detector.on_recorded(execution)
        if candidate is not None:
            tell(self.workspace, candidate, execution)


def find_recipes(workspace: Workspace) -> list[Candidate]:
    """Mines all executions that are kept, and proposes; returns what is new or was brought up to date."""
    store, rules = workspace.store, workspace.config.detection
    history = table.since(store, workspace.clock() - LOOKED_BACK, MOST_EXECUTIONS)
    history = [one for one in history if not one.pattern_id and one.source not in (Source.PATUI, Source.TESTS)]
    if not history:
        return []
    by_number = {one.id: one for one in history}
    found: list[Candidate] = []
    for finding in _findings(history, rules.min_executions, rules.similarity_threshold):
        candidate = workspace.propose_recipe(finding, by_number)
        if candidate is not None:
            found.append(candidate)
            tell(workspace, candidate)
    return found


def _findings(history: Sequence[Execution], min_executions: int, threshold: float) -> list[Finding]:
    """Routines of commands first, the most telling first, then single operations."""
    operations = operations_of(history, untelling_kinds(history))
    reported = {one.id for one in operations}
    commands = [one for one in history if one.id not in reported and (one.command or one.argv)]
    routines = mine(commands, min_support=min_executions)[:MOST_DRAFTS]
    numbers = {one.id: one for one in commands}
    found = [
        finding_of(routine, [numbers[n] for n in {n for one in routine.occurrences for n in one} if n in numbers])
        for routine in routines
    ]
    repeated = repeated_operations(operations, threshold=threshold, min_executions=min_executions)
    return [*found, *islice(repeated, MOST_DRAFTS)]


def tell(workspace: Workspace, candidate: Candidate, execution: Execution | None = None) -> None:
    """Says that a recipe waits; `execution` is the one that completed the repetition, whose line it belongs to."""
    ended = {"execution": execution.id} if execution is not None else {}
    workspace.notifier.tell(
        Event(
            EventType.CANDIDATE,
            workspace.clock(),
            f'{_nth(candidate.support)} time: recipe "{candidate.name}" waits',
            about={"candidate": candidate.id, "pattern_id": candidate.pattern_id, "kind": str(candidate.kind), **ended},
        )
    )


def _nth(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
