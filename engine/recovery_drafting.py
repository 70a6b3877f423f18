"""A fix that helped often becomes a candidate: a draft file and a row, or brings those it has up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine import drafts
from engine.analyzers.recovery_drafter import draft_recovery, signature_of
from engine.library.pattern_file import to_document
from engine.library.shelf import Shelf
from engine.mining.fixes import Fix, Past
from engine.model import Candidate, ErrorRecord, Kind, Status
from engine.redact import redact
from engine.store import candidates
from engine.store.connection import Store
from engine.trust import Trust


def propose(
    error: ErrorRecord, fix: Fix, pasts: Sequence[Past], *, store: Store, shelf: Shelf, trust: Trust, now: float
) -> Candidate | None:
    """The candidate of a fix, new or brought up to date; None when there is nothing new to propose.

    A rejected or approved one is left as it is. A draft that somebody edited keeps its text; its figures move.
    """
    signature = signature_of(error.signature, fix)
    pattern = draft_recovery(error, fix, pasts, redact, now)
    with store.write():
        known = candidates.by_signature(store, signature)
        if known is not None and known.status not in (Status.PENDING, Status.DEFERRED):
            return None
        if known is None and drafts.is_approved(signature, shelf):
            return None
        if known is not None and known.support == fix.times and (shelf.root / known.path).exists():
            return None
        own = drafts.identify(pattern.name, signature, known, store=store, shelf=shelf, trust=trust, now=now)
        pattern = replace(pattern, pattern_id=own.pattern_id, aliases=own.aliases)
        if known is not None:
            pattern = replace(pattern, name=known.name)
        drafts.save(shelf, trust, shelf.root / own.path, to_document(pattern))
        row = Candidate(
            id=0,
            pattern_id=own.pattern_id,
            name=pattern.name,
            kind=Kind.RECOVERY,
            status=known.status if known is not None else Status.PENDING,
            confidence=pattern.confidence,
            support=fix.times,
            hours_saved=float(pattern.time_savings_estimate["hours_saved"]),
            hours_per_month=float(pattern.time_savings_estimate["hours_per_month"]),
            signature=signature,
            path=own.path,
            detected_at=known.detected_at if known is not None else now,
            aliases=own.aliases,
            members=tuple(str(pasts[number].error.execution_id) for number in fix.occurrences),
            evidence=pattern.evidence,
            why=known.why if known is not None else "",
            defer_until=known.defer_until if known is not None else 0.0,
        )
        return candidates.put(store, row)
