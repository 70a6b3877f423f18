"""`patui anti-patterns`: what keeps failing, looked for now, put away, and told to agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.detectors.anti_pattern_detector import ARCHIVED
from engine.errors import BrokenInput, NoSuchPattern
from engine.model import ErrorRecord, Event, EventType, Execution
from engine.model.failures import AntiPatternRow
from engine.registry import POLICIES, StoredFailures, document_of
from engine.store import anti_patterns as table
from engine.store import settings
from engine.workspace import Workspace

__all__ = ["AntiPatternLearner", "archive", "detect_anti_patterns", "document_of", "enable_policies"]

_EVERY = 5.0  # seconds between two looks at a stream of failures


def detect_anti_patterns(workspace: Workspace) -> tuple[AntiPatternRow, ...]:
    """Looks now; all anti-patterns as they then stand, the active ones first."""
    return workspace.anti_pattern_detector().detect_anti_patterns()


def archive(workspace: Workspace, anti_pattern_id: str) -> AntiPatternRow:
    """Puts one away: it is listed as archived, and comes back when it fails three times more."""
    stored = StoredFailures(workspace)
    rows = stored.known()
    if anti_pattern_id not in {row.id for row in rows}:
        raise NoSuchPattern(anti_pattern_id, [row.id for row in rows])
    after = [replace(row, status=ARCHIVED) if row.id == anti_pattern_id else row for row in rows]
    stored.keep(after)
    return next(row for row in after if row.id == anti_pattern_id)


def enable_policies(workspace: Workspace, on: bool = True) -> None:
    """From now on `ai_policies.yaml` has what keeps failing; switched off it loses it again."""
    settings.put(workspace.store, POLICIES, on)
    StoredFailures(workspace).write_policies(table.listing(workspace.store) if on else [])


@dataclass
class AntiPatternLearner:
    """Looks after a failed execution; at most once in some seconds, and what came meanwhile with the next one."""

    workspace: Workspace
    _waiting: bool = False
    _looked: float = field(default=float("-inf"))

    def on_execution(self, execution: Execution, errors: Sequence[ErrorRecord]) -> None:
        self._waiting = self._waiting or execution.success is False
        now = self.workspace.clock()
        if self._waiting and not 0.0 <= now - self._looked < _EVERY:
            self._waiting, self._looked = False, now
            try:
                detect_anti_patterns(self.workspace)
            except BrokenInput as error:  # a registry that somebody broke must not end the engine
                self.workspace.notifier.tell(Event(EventType.NOTICE, now, str(error)))
