"""A routine that was found becomes a candidate: a draft file and a row, or brings those it has up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine import drafts
from engine.analyzers.recipe_drafter import draft_recipe, signature_of
from engine.analyzers.recipe_worth import Worth
from engine.library.pattern_file import to_document
from engine.library.shelf import Shelf
from engine.mining.executions import Finding
from engine.model import Candidate, Execution, Kind, Pattern, Status
from engine.redact import redact
from engine.store import candidates
from engine.store.connection import Store
from engine.trust import Trust

_SAME_WORK = 0.5
"""Share of a routine's executions that another one explains, from which on both are the same work seen twice."""

_LONGEST_FIX = 200  # executions between a failure and its end that are taken for its fix


def is_a_fix(finding: Finding, fixed: Iterable[tuple[int, int]]) -> bool:
    """Whether most of its occurrences have a step between a failure and its end (`fixed`, executions by number): then
    it is offered as a recovery, and not as a recipe too."""
    steps = {number for first, last in fixed for number in range(first + 1, min(last, first + _LONGEST_FIX))}
    inside = sum(not steps.isdisjoint(occurrence) for occurrence in finding.routine.occurrences)
    return 2 * inside > len(finding.routine.occurrences)


def propose(
    finding: Finding,
    executions: Mapping[int, Execution],
    *,
    store: Store,
    shelf: Shelf,
    trust: Trust,
    now: float,
) -> Candidate | None:
    """The candidate of a finding, new or brought up to date; None when there is nothing (or nothing new) to propose.

    `executions` by number are those of its occurrences. One that was rejected stays rejected, also when the routine is
    found with a step more or less. A draft that somebody edited keeps its text; its figures move.
    """
    pattern, value = draft_recipe(finding, executions, redact=redact, now=now)
    support = len(finding.routine.occurrences)
    people = support - int(pattern.evidence["by_agents"])
    if people and value.per_use <= 0:
        return None
    with store.write():
        known = _known(finding, store)
        if known is None and drafts.is_approved(signature_of(finding), shelf):
            return None
        if known is not None and known.status not in (Status.PENDING, Status.DEFERRED):
            return None
        if known is not None and known.support == support and (shelf.root / known.path).exists():
            return None
        return _kept(pattern, value, known, store=store, shelf=shelf, trust=trust, now=now)


def _known(finding: Finding, store: Store) -> Candidate | None:
    """The row of this signature, or the one whose runs are mostly the same executions."""
    signature = signature_of(finding)
    exact = candidates.by_signature(store, signature)
    if exact is not None:
        return exact
    own = {number for occurrence in finding.routine.occurrences for number in occurrence if number}
    for row in candidates.listing(store, [Status.PENDING, Status.DEFERRED, Status.REJECTED, Status.APPROVED]):
        if row.kind is Kind.EXECUTION:
            theirs = _executions_of(row)
            # A draft tells of its newest runs only: so what it shares is compared with the smaller of the two.
            if theirs and len(own & theirs) >= _SAME_WORK * min(len(own), len(theirs)):
                return row
    return None


def _executions_of(row: Candidate) -> set[int]:
    runs = row.evidence.get("runs")
    lists = [run.get("executions") for run in runs if isinstance(run, dict)] if isinstance(runs, list) else []
    return {number for numbers in lists if isinstance(numbers, list) for number in numbers if isinstance(number, int)}


def _kept(
    pattern: Pattern, value: Worth, known: Candidate | None, *, store: Store, shelf: Shelf, trust: Trust, now: float
) -> Candidate:
    signature = str(pattern.match["signature"])
    own = drafts.identify(pattern.name, signature, known, store=store, shelf=shelf, trust=trust, now=now)
    pattern = replace(pattern, pattern_id=own.pattern_id, aliases=own.aliases)
    if known is not None:
        pattern = replace(pattern, name=known.name)  # a person may call it by its name already
    drafts.save(shelf, trust, shelf.root / own.path, to_document(pattern))
    runs = pattern.evidence["runs"]
    row = Candidate(
        id=known.id if known is not None and known.signature != signature else 0,
        pattern_id=own.pattern_id,
        name=pattern.name,
        kind=Kind.EXECUTION,
        status=known.status if known is not None else Status.PENDING,
        confidence=pattern.confidence,
        support=int(pattern.evidence["support"]),
        hours_saved=value.hours_saved,
        hours_per_month=value.hours_per_month,
        signature=signature,
        path=own.path,
        detected_at=known.detected_at if known is not None else now,
        aliases=own.aliases,
        members=tuple(str(run["executions"][-1]) for run in reversed(runs) if run["executions"]),
        evidence=pattern.evidence,
        why=known.why if known is not None else "",
        defer_until=known.defer_until if known is not None else 0.0,
    )
    return candidates.put(store, row)
