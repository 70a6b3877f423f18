"""A family becomes a candidate: template, backtest, draft file, row. What does not beat a copy is not proposed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine import drafts
from engine.analyzers.backtest import backtest
from engine.analyzers.template_generator import ROUNDS, confidence, draft_pattern
from engine.errors import TooDifferent
from engine.library.pattern_file import to_document
from engine.library.shelf import Shelf
from engine.model import Backtest, Candidate, Example, Family, Instance, Member, Pattern, Status
from engine.savings import typing_cost
from engine.store import candidates
from engine.store.connection import Store
from engine.trust import Trust

# A template gains little from more examples than this, and time is what the person waits for; the newest show what the
# family looks like today.
MOST_EXAMPLES = 10
# Later members that are predicted for the evidence of a proposal; `patui backtest` predicts all of them. Fewer where
# the files are long: a prediction takes time by their characters.
SAMPLE, LEAST_SAMPLE = 6, 2
MOST_COMPARED = 120_000


def instances_of(family: Family, read: Callable[[str], Example | str]) -> list[Instance]:
    """The members of `family` with their texts, in order of creation; one with an unreadable file is left out."""
    found = []
    for member in family.members:
        files = [read(path) for path in member.files]
        whole = [file for file in files if isinstance(file, Example)]
        if whole and len(whole) == len(files):
            found.append(instance(member, whole))
    return found


def family_of(candidate: Candidate) -> Family:
    """The family of a candidate that was made from named files."""
    members = tuple(Member(path, (path,)) for path in candidate.members)
    return Family(candidate.name, candidate.kind, members, candidate.signature, candidate.confidence)


def instance(member: Member, files: Sequence[Example]) -> Instance:
    """`member` with its texts; it carries the member's time, which outranks a file's time on disk."""
    dated = tuple(
        replace(file, created=member.created or file.created, by_agent=member.by_agent or file.by_agent)
        for file in files
    )
    return Instance(member.path, dated, member.created)


def propose(
    family: Family,
    instances: Sequence[Instance],
    *,
    store: Store,
    shelf: Shelf,
    trust: Trust,
    now: float,
    min_confidence: float = 0.0,
    background: Mapping[str, int] | None = None,
) -> Candidate | None:
    """The candidate for `family`, new or brought up to date; None when there is nothing to propose.

    A rejected or approved family is left as it is. A draft that somebody edited keeps its text; its figures move.
    """
    known = candidates.by_signature(store, family.signature)
    if known is not None and known.status not in (Status.PENDING, Status.DEFERRED):
        return None
    if known is not None and is_current(known, family, shelf):
        return known
    if known is None and drafts.is_approved(family.signature, shelf):
        return None  # approved elsewhere and shared, or approved here before the database was lost
    if len(instances) < 2:
        return None
    newest = instances[-MOST_EXAMPLES:]
    affordable = MOST_COMPARED // max(1, sum(len(file.text) for one in newest for file in one.files))
    try:
        pattern = _induced(family, newest, background)
    except TooDifferent:
        return None
    past = backtest(instances, kind=family.kind, now=now, sample=min(SAMPLE, max(LEAST_SAMPLE, affordable)))
    # What the past proves outweighs what the draft promises; without a past the promise must do.
    if past.predicted and past.hours_saved <= 0:
        return None
    sure = _proven(past, instances) if past.predicted else confidence(newest, kind=family.kind, background=background)
    if not past.predicted and sure < min_confidence:
        return None
    pattern = replace(pattern, confidence=sure)
    return _keep(family, pattern, past, known, store=store, shelf=shelf, trust=trust, now=now)[1]


def _proven(past: Backtest, instances: Sequence[Instance]) -> float:
    """The share of typing that was saved on the newest members that were predicted: what `confidence` measures by
    leaving examples out, measured on the past."""
    texts = {one.path: "".join(file.text for file in one.files) for one in instances}
    shares = []
    for prediction in past.predictions[-ROUNDS:]:
        learned = prediction.similarity > 0  # else nothing could be learned, and the person copied
        typing = max(typing_cost(texts[prediction.path]).seconds, 0.01)
        shares.append(max(0.0, 1 - prediction.pattern_seconds / typing) if learned else 0.0)
    return round(sum(shares) / len(shares), 3)


def is_current(known: Candidate, family: Family, shelf: Shelf) -> bool:
    """Whether the family has grown no member since it was drafted, and the draft is still there."""
    return known.support == len(family.members) and os.path.lexists(shelf.root / known.path)


def draft(
    family: Family, instances: Sequence[Instance], *, store: Store, shelf: Shelf, trust: Trust, now: float
) -> tuple[Pattern, Candidate]:
    """A draft because somebody asked for it, whatever it would save. Raises TooDifferent."""
    known = candidates.by_signature(store, family.signature)
    newest = instances[-MOST_EXAMPLES:]
    pattern = replace(_induced(family, newest, None), confidence=confidence(newest, kind=family.kind))
    past = Backtest(len(instances), 0, 0, 0, 0.0, 0.0, 0.0)
    return _keep(family, pattern, past, known, store=store, shelf=shelf, trust=trust, now=now)


def _induced(family: Family, instances: Sequence[Instance], background: Mapping[str, int] | None) -> Pattern:
    """Without its confidence, which takes as long as three inductions."""
    return draft_pattern(
        instances,
        kind=family.kind,
        name=family.name,
        pattern_id="",
        signature=family.signature,
        background=background,
        rounds=0,
    )


def _keep(
    family: Family,
    pattern: Pattern,
    past: Backtest,
    known: Candidate | None,
    *,
    store: Store,
    shelf: Shelf,
    trust: Trust,
    now: float,
) -> tuple[Pattern, Candidate]:
    """Writes the draft and its row; in one transaction, so that two processes cannot take the same number."""
    with store.write():
        return _kept(family, pattern, past, known, store, shelf, trust, now)


def _kept(
    family: Family,
    pattern: Pattern,
    past: Backtest,
    known: Candidate | None,
    store: Store,
    shelf: Shelf,
    trust: Trust,
    now: float,
) -> tuple[Pattern, Candidate]:
    name = pattern.name or pattern.suggested_name
    own = drafts.identify(name, family.signature, known, store=store, shelf=shelf, trust=trust, now=now)
    pattern = replace(
        pattern, name=name, pattern_id=own.pattern_id, aliases=own.aliases, **_claims(family, pattern, past)
    )
    drafts.save(shelf, trust, shelf.root / own.path, to_document(pattern))
    row = Candidate(
        id=0,
        pattern_id=pattern.pattern_id,
        name=pattern.name,
        kind=family.kind,
        status=Status.PENDING,
        confidence=pattern.confidence,
        support=len(family.members),
        hours_saved=past.hours_saved,
        hours_per_month=past.hours_per_month,
        signature=family.signature,
        path=own.path,
        detected_at=known.detected_at if known else now,
        aliases=pattern.aliases,
        members=tuple(member.path for member in family.members),
        evidence=pattern.evidence,
    )
    return pattern, candidates.put(store, row)


def _claims(family: Family, pattern: Pattern, past: Backtest) -> dict[str, Any]:
    """What the pattern file says of its own worth; every number comes from `family` and `past`."""
    times = [member.created for member in family.members if member.created]
    evidence: dict[str, Any] = {
        **pattern.evidence,
        "support": len(family.members),
        "members": [member.path for member in family.members[-50:]],
        "first": drafts.day(min(times)) if times else "",
        "last": drafts.day(max(times)) if times else "",
        "authors": len({member.author for member in family.members if member.author}),
        "by_agents": sum(member.by_agent for member in family.members),
        "backtest": {
            "later": past.later,
            "predicted": past.predicted,
            "exact": past.exact,
            "mostly_right": sum(prediction.similarity >= 0.8 for prediction in past.predictions),
            "gap_closed": round(past.gap_closed, 3),
            "hours_saved": round(past.hours_saved, 3),
            "sampled": past.sampled,
            "baseline": "copy",
        },
    }
    estimate = {
        "hours_saved": round(past.hours_saved, 3),
        "hours_per_month": round(past.hours_per_month, 3),
        "source": "keystroke-level model",
    }
    return {"evidence": evidence, "time_savings_estimate": estimate}
