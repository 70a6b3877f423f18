"""The ports of AUTO-003 over a workspace: its database, and the files that errors name.

What a file held when something failed is kept when the failure is seen (by `patui run` at once, by the engine within a
second), and again when the same thing is green; without either, the commit that is checked out says what was before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.detectors.error_learner import ErrorRecoveryPatternLearner
from engine.file_memory import MOST_BYTES, inside, remember, text_of
from engine.mining.background import Background
from engine.mining.edit_rules import edits_of
from engine.mining.fixes import Fix, Past
from engine.model import Candidate, Clock, ErrorRecord, Execution, Resolution, Step
from engine.parts import Parts
from engine.redact import find_secrets, redact
from engine.store import errors as error_table
from engine.store import executions as execution_table
from engine.store import file_versions, settings

if TYPE_CHECKING:
    from engine.store.connection import Store

_FRESH_SECONDS = 5.0  # the work tree speaks of the present only
_PASTS = 60
_USUAL = "fixes.usual."


@dataclass(frozen=True)
class StoredErrors:
    """The log of errors of `engine.detectors.error_learner`."""

    store: Callable[[], Store]
    root: Path
    clock: Clock

    def record(self, errors: Sequence[ErrorRecord]) -> list[ErrorRecord]:
        return error_table.record(self.store(), errors)

    def waiting(self, session: str, since: float) -> list[ErrorRecord]:
        return error_table.waiting(self.store(), session, since)

    def session(self, session: str, since: float) -> list[Execution]:
        return execution_table.of_session(self.store(), session, since)

    def resolve(self, resolution: Resolution, errors: Sequence[ErrorRecord]) -> Resolution:
        store = self.store()
        with store.write():
            kept = error_table.resolve(store, resolution)
            error_table.settle(store, [one.id for one in errors], kept.id)
        return kept

    def pasts(self, signature: str) -> list[Past]:
        return pasts_of(self.store(), self.root, signature)

    def recent(self, since: float, limit: int) -> list[Execution]:
        newest = execution_table.recent(self.store(), limit)
        return sorted((one for one in newest if one.at >= since), key=lambda one: (one.at, one.id))

    def spans(self, since: float) -> list[tuple[int, int]]:
        return error_table.spans(self.store(), since)

    def keep_usual(self, signature: str, usual: Background) -> None:
        done = {step.argv for past in self.pasts(signature) for step in past.steps}
        rows = [[list(call), n, usual.sessions.get(call, 0.0)] for call, n in usual.calls.items() if call in done]
        settings.put(self.store(), _USUAL + signature, {"total": usual.total, "calls": rows})

    def edits(self, error: ErrorRecord, ended_by: Execution) -> tuple[Step, ...]:
        path = inside(error.path, self.root)
        if not path:
            return ()
        store = self.store()
        before = file_versions.before(store, path, error.at)
        if before is None:
            before = _committed(self.root, path)
        after = file_versions.before(store, path, ended_by.at)
        if after is None or after == before:
            after = file_versions.after(store, path, ended_by.at)
        if after is None and self._is_fresh(ended_by):
            after = text_of(self.root, path)
        return edits_of(path, before, after) if before is not None and after is not None else ()

    def remember(self, errors: Sequence[ErrorRecord], execution: Execution) -> None:
        if self._is_fresh(execution):
            remember(self.store(), self.root, errors, execution.at)

    def redacted(self, text: str) -> str:
        return redact(text)

    def errors_in(self, execution: Execution) -> list[ErrorRecord]:
        from engine.recording import errors_of_output

        output = execution_table.output(self.store(), execution.id)
        return errors_of_output(replace(execution, error_output=output)) if output else []

    def _is_fresh(self, execution: Execution) -> bool:
        return abs(self.clock() - execution.at) <= _FRESH_SECONDS


def learner(place: Parts) -> ErrorRecoveryPatternLearner:
    """AUTO-003 wired to a workspace."""

    def propose(error: ErrorRecord, fix: Fix, pasts: Sequence[Past]) -> Candidate | None:
        from engine import recovery_drafting

        return recovery_drafting.propose(
            error, fix, pasts, store=place.store, shelf=place.shelf, trust=place.trust, now=place.clock()
        )

    log = StoredErrors(lambda: place.store, place.root, place.clock)
    return ErrorRecoveryPatternLearner(log, propose, place.notifier, place.clock)


def _committed(root: Path, path: str) -> str | None:
    from engine.sources.gitcommand import answer

    said = answer(root, "show", f"HEAD:./{path}")
    if said is None or len(said) > MOST_BYTES:
        return None
    text = said.decode("utf-8", "replace")
    return None if find_secrets(text) else text


# ── what was learned ─────────────────────────────────────────────────────────────────────────────────────────────────


def pasts_of(store: Store, root: Path, signature: str) -> list[Past]:
    """The newest occurrences of a signature that went away, oldest first."""
    return [
        Past(localised(error, root), resolution.steps, resolution.at, resolution.session, resolution.by_agent)
        for error, resolution in error_table.resolved(store, signature, _PASTS)
    ]


def localised(error: ErrorRecord, root: Path) -> ErrorRecord:
    """The error with its path as the workspace writes it."""
    path = inside(error.path, root)
    return replace(error, path=path) if path and path != error.path else error


def usual_for(store: Store, signature: str) -> Background:
    """What is no fix for errors of a signature, as it was counted when it was last seen to go away."""
    kept = settings.get(store, _USUAL + signature, {})
    rows = kept.get("calls", []) if isinstance(kept, Mapping) else []
    calls = {tuple(call): int(n) for call, n, _ in rows}
    return Background(calls, {tuple(call): float(share) for call, _, share in rows}, int(kept.get("total", 0)))
