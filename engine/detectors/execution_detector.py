"""AUTO-001: notices that the same work is done again, and offers a recipe at the third time.

Two kinds of work repeat: an operation that an orchestrator reports (executions with similar signatures), and a sequence
of commands in the shell (`engine.mining.sequences`). Pure but for its ports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from engine.mining.executions import (
    Finding,
    finding_of,
    is_only_a_command,
    record_of,
    signature_of,
    similarity,
    synthesize,
)
from engine.mining.operations import untelling_kinds
from engine.mining.sequences import routines_ending
from engine.model import Candidate, Clock, Execution, Notifier, Source, Suggestion, SuggestionKind

__all__ = ["ExecutionLog", "ExecutionPatternDetector", "Finding", "signature_of", "similarity", "synthesize"]

LOOKED_BACK = 90 * 86_400.0
"""Seconds; older work is left to the analysis of the whole history."""
MOST_RECENT = 600
"""Executions that one call compares with: they bound its work to some ten milliseconds."""

Propose = Callable[[Finding], Candidate | None]


class ExecutionLog(Protocol):
    """Where executions are kept."""

    def record(self, record: Mapping[str, Any]) -> Execution:
        """Checks, redacts and keeps a plain record; raises a PatuiError when it is none."""
        ...

    def recent(self, since: float, limit: int) -> Sequence[Execution]:
        """The newest `limit` executions that ended at `since` or later, oldest first."""
        ...


class Rules(Protocol):
    """The part of the detection rules that matters here (`engine.config.DetectionRules` has it)."""

    @property
    def similarity_threshold(self) -> float: ...

    @property
    def min_executions(self) -> int: ...


class ExecutionPatternDetector:
    """The plan's hook. `propose` drafts the recipe of a finding; None: nothing to offer, nobody is told."""

    def __init__(self, log: ExecutionLog, propose: Propose, notifier: Notifier, clock: Clock, rules: Rules) -> None:
        self._log = log
        self._propose = propose
        self._notifier = notifier
        self._clock = clock
        self._rules = rules

    def on_execution_complete(self, record: Mapping[str, Any]) -> Candidate | None:
        """Keeps a record (keys as in `patui log`), then as `on_recorded`."""
        return self.on_recorded(self._log.record(record))

    def on_recorded(self, execution: Execution) -> Candidate | None:
        """Looks at an execution that is in the log already: the candidate, if it completes a repetition."""
        if execution.success is False or execution.pattern_id:
            return None  # what failed, or was done by a pattern, is nothing to learn from here
        recent = [one for one in self._log.recent(self._clock() - LOOKED_BACK, MOST_RECENT) if one.id <= execution.id]
        recent = [one for one in recent if one.source is not Source.PATUI]  # what it did itself is no news
        plain = is_only_a_command(execution) or (
            bool(execution.command) and execution.operation_kind in untelling_kinds(recent)
        )
        finding = self._routine(execution, recent) if plain else self._similar(execution, recent)
        if finding is None:
            return None
        candidate = self._propose(finding)
        if candidate is not None:
            self._tell(finding, candidate)
        return candidate

    def _similar(self, execution: Execution, recent: Sequence[Execution]) -> Finding | None:
        own = signature_of(record_of(execution))
        similar = [
            one
            for one in recent
            if one.success is not False
            and not one.pattern_id
            and not is_only_a_command(one)
            and (
                one.id == execution.id
                or similarity(own, signature_of(record_of(one))) >= self._rules.similarity_threshold
            )
        ]
        return synthesize(similar) if len(similar) >= self._rules.min_executions else None

    def _routine(self, execution: Execution, recent: Sequence[Execution]) -> Finding | None:
        shell = [one for one in recent if not one.pattern_id and (one.command or one.argv)]
        found = routines_ending(shell, execution, min_support=self._rules.min_executions)
        return finding_of(found[0], shell) if found else None

    def _tell(self, finding: Finding, candidate: Candidate) -> None:
        times = len(finding.routine.occurrences)
        self._notifier.suggest(
            Suggestion(
                key=f"recipe:{finding.routine.signature}",
                kind=SuggestionKind.RECIPE,
                title=f"You have done this {times} times: {finding.name}. Make it a recipe?",
                detail=" · ".join(" ".join(step) for step in finding.routine.steps),
                path="",
                pattern=candidate.pattern_id,
                time=self._clock(),
            )
        )
