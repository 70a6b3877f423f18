"""AUTO-007's ports over a workspace: uses from the database, evolution files, drafts of next versions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine import documents
from engine.analyzers.evolution_tracker import PatternEvolutionTracker, as_document, metrics_of, numbers_of
from engine.detectors.anti_pattern_detector import signature_of
from engine.errors import BrokenInput, NoSuchPattern
from engine.library.shelf import Shelf, content_of
from engine.model import Application, Execution, Pattern
from engine.model.evolution import EDITED, PatternMetrics, Proposal, RecordedUse
from engine.parts import Parts
from engine.revising import Bench, propose
from engine.store import applications, executions, figures, outcomes, pattern_metrics
from engine.store import errors as error_table
from engine.store.connection import Store
from engine.store.outcomes import KEPT_ENOUGH, Outcome


def tracker(parts: Parts) -> PatternEvolutionTracker:
    """AUTO-007 over the database and the files of a workspace."""
    return PatternEvolutionTracker(StoredPatternLog(parts), parts.notifier, parts.clock)


@dataclass(frozen=True)
class StoredPatternLog:
    parts: Parts

    def uses(self, pattern_id: str) -> Sequence[RecordedUse]:
        store = self.parts.store
        done = executions.of_pattern(store, pattern_id)
        by_hand = figures.seconds_by_hand(store, {one.operation_kind for one in done})
        found = [_of_execution(store, one, by_hand.get(one.operation_kind)) for one in done]
        became = outcomes.of_pattern(store, pattern_id)
        for one in applications.listing(store, pattern_id):
            saved = applications.seconds_saved(store, one.id)
            found.append(_of_application(one, saved, became.get(one.id, ())))
        if not found and self.approved(pattern_id) is None:
            known = [pattern.pattern_id for _, pattern in self.parts.shelf.approved().patterns]
            raise NoSuchPattern(pattern_id, known)
        return sorted(found, key=lambda use: (use.at, use.id))

    def approved(self, pattern_id: str) -> tuple[Path, Pattern] | None:
        """The approved pattern file of an id; of several the one of the highest version."""
        found = [one for one in self.parts.shelf.approved().patterns if one[1].pattern_id == pattern_id]
        return max(found, key=lambda one: numbers_of(one[1].version), default=None)

    def version(self, pattern_id: str) -> str:
        found = self.approved(pattern_id)
        return found[1].version if found else ""

    def thumbs(self, pattern_id: str) -> Sequence[int]:
        return outcomes.feedback(self.parts.store, pattern_id)

    def propose(self, metrics: PatternMetrics, uses: Sequence[RecordedUse]) -> Proposal | None:
        parts = self.parts
        parts.make_home()
        bench = Bench(parts.store, parts.shelf, parts.trust, parts.read_example, parts.clock())
        found = self.approved(metrics.pattern_id)
        if found is not None and found[1].lineage:  # what earlier versions did is no reason against this one
            version = found[1].version
            metrics = metrics_of(metrics.pattern_id, [use for use in uses if use.version == version], version)
            if not metrics.flagged:
                return None
        return propose(bench, metrics, found)

    def keep(self, metrics: PatternMetrics) -> bool:
        parts = self.parts
        whole = metrics.overall
        if not whole.uses:
            return False
        saved = (whole.saved_seconds or 0.0) * (whole.measured + whole.modelled)
        row = pattern_metrics.MetricsRow(
            pattern_id=metrics.pattern_id,
            version=metrics.version,
            total_uses=whole.uses,
            success_count=whole.succeeded,
            failure_count=whole.failed,
            total_time_saved_minutes=round(saved / 60),
            last_used=metrics.last_used,
            confidence_score=round(whole.interval[0], 4),
        )
        pattern_metrics.put(parts.store, row)
        parts.make_home()
        path = evolution_path(parts.shelf, metrics.pattern_id)
        text = documents.dump(as_document(metrics))
        with suppress(BrokenInput):  # missing: it is written
            if content_of(path, path.name) == text.encode():
                return False
        parts.shelf.save(path, text)
        return True


def evolution_path(shelf: Shelf, pattern_id: str) -> Path:
    """Where a pattern's evolution file lies. The id may come from any program's row: it never leaves the folder."""
    safe = "".join(one if one.isalnum() or one in "._-" else "_" for one in pattern_id).lstrip(".")[:120] or "_"
    return shelf.home / "reports" / "evolution" / f"{safe}.yaml"


def _of_execution(store: Store, one: Execution, by_hand: float | None) -> RecordedUse:
    failed = one.success is False
    errors = error_table.of_execution(store, one.id) if failed else ()
    timed = by_hand is not None and one.seconds is not None and one.success is True
    return RecordedUse(
        at=one.at,
        version=one.pattern_version,
        success=one.success,
        input_signature=one.input_signature,
        error=signature_of(one) if failed else "",
        message=f"{errors[0].type}: {errors[0].message}" if errors else "",
        saved_seconds=by_hand - one.seconds if timed and by_hand is not None and one.seconds is not None else None,
        measured=timed,
        operation_kind=one.operation_kind,
        verification=one.verification if failed else "",
        id=one.id,
    )


def _of_application(one: Application, saved: float, became: Sequence[Outcome]) -> RecordedUse:
    """An application: taken back it failed, and so it did when less than KEPT_ENOUGH of its saving stayed."""
    last = {outcome.path: outcome for outcome in became}
    kept = sum(outcome.kept for outcome in last.values()) / len(last) if last else 1.0
    edits = tuple(text for outcome in last.values() for text in outcome.workarounds)
    undone = bool(one.undone_at)
    error = "undone" if undone else EDITED if kept < KEPT_ENOUGH else ""
    messages = {"undone": "what it wrote was taken back", EDITED: "less than 80 % of what it saved stayed saved"}
    return RecordedUse(
        at=one.at,
        version=one.version,
        success=not error,
        input_signature=f"path:{one.paths[0]}" if error and one.paths else "",
        error=error,
        message=messages.get(error, ""),
        saved_seconds=None if undone or saved <= 0 else saved * kept,
        workarounds=edits,
        operation_kind="apply",
        id=one.id,
    )
