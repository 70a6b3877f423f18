"""Errors as they come in: learned from when they go away, and answered at once when their fix is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.actions.fixing import LOOKED_BACK, Remedy, Workshop
from engine.detectors.error_learner import ErrorRecoveryPatternLearner
from engine.errors import PatuiError
from engine.model import ErrorRecord, Event, EventType, Execution, Source, Suggestion, SuggestionKind
from engine.store import errors as error_table
from engine.store import executions, suggestions
from engine.workspace import Workspace

FIX = "fix:"  # how the keys of suggestions about errors begin; the signature follows
_FRESH_SECONDS = 600.0  # an older error is nothing that anybody waits at


@dataclass
class RecoveryLearner:
    """AUTO-003 in the stream; tells of a known fix as soon as its error is seen."""

    workspace: Workspace
    _learner: ErrorRecoveryPatternLearner = field(init=False)
    _workshop: Workshop = field(init=False)

    def __post_init__(self) -> None:
        self._learner = self.workspace.error_recovery_pattern_learner()
        self._workshop = Workshop(self.workspace)

    def on_execution(self, execution: Execution, errors: Sequence[ErrorRecord]) -> None:
        more = executions.newest(self.workspace.store) > execution.id
        self._learner.on_execution(execution, errors, more=more)
        fresh = abs(self.workspace.clock() - execution.at) <= _FRESH_SECONDS
        if execution.success is False and errors and fresh and execution.source is not Source.PATUI:
            self._answer(errors)
        elif execution.success:
            self._withdraw()

    def _withdraw(self) -> None:
        """Takes back what was offered for errors that are gone: nobody waits at them any more."""
        store, now = self.workspace.store, self.workspace.clock()
        offered = [one for one in suggestions.open_ones(store) if one.key.startswith(FIX)]
        if offered:
            waiting = {error.signature for error in error_table.unresolved(store, now - LOOKED_BACK)}
            for one in offered:
                if one.key.removeprefix(FIX) not in waiting:
                    suggestions.settle(store, one.id, "expired", now)

    def _answer(self, errors: Sequence[ErrorRecord]) -> None:
        for error in errors[:3]:
            try:
                known = self._workshop.remedies(error)
            except PatuiError:
                return  # a broken pattern file is told where patterns are listed
            if known:
                self._tell(error, known[0])
                return

    def _tell(self, error: ErrorRecord, remedy: Remedy) -> None:
        workspace, now = self.workspace, self.workspace.clock()
        how = " · ".join(remedy.lines)
        about = {"error": error.id, "error_signature": error.signature, "fix": how, "times": remedy.times}
        if remedy.pattern_id:
            about["pattern_id"] = remedy.pattern_id
        workspace.notifier.tell(
            Event(
                EventType.NOTICE,
                now,
                f"{error.type}: fixed {remedy.times}× before by: {how} — f fix"[:300],
                about=about,
            )
        )
        quiet = workspace.config.suggestion.quiet or (
            remedy.pattern_id
            and suggestions.dismissals(workspace.store, remedy.pattern_id)
            >= workspace.config.suggestion.quiet_after_dismissals
        )
        if not quiet:
            workspace.notifier.suggest(
                Suggestion(
                    key=f"{FIX}{error.signature}",
                    kind=SuggestionKind.RECOVERY,
                    title=f"{error.type}: fixed {remedy.times}× before",
                    detail=how[:300],
                    path=error.path,
                    pattern=remedy.pattern_id,
                    time=now,
                )
            )
