"""A draft changed in one respect from the review: previewed, saved, measured against what it was, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import review as machine
from engine import rooted
from engine.actions.comparing import Comparison, compared
from engine.actions.find import find
from engine.analyzers.standing import backtest_as_it_stands
from engine.drafting import family_of, instances_of
from engine.errors import Conflict, NotTrusted, RefusedError
from engine.library.pattern_file import parse_document, to_document
from engine.model import (
    AsVariable,
    Backtest,
    Candidate,
    Family,
    Instance,
    Kind,
    Pattern,
    Refinement,
    Refusal,
    Rename,
    Status,
)
from engine.refine import (
    Reach,
    Word,
    in_words,
    lost_examples,
    reach_of,
    refined,
    unavailable,
    words_of_template,
)
from engine.store import candidates as table
from engine.store import families
from engine.workspace import Workspace

__all__ = [
    "Measured",
    "Preview",
    "Refined",
    "measure",
    "preview",
    "reach",
    "refine",
    "take_back",
    "unavailable",
    "words",
]

NEWEST = 12  # members that are measured on, and how many of them are predicted: each takes seconds where it is long
PREDICTED = 4
KEY = "refined"  # in the evidence of a candidate


@dataclass(frozen=True, slots=True)
class Preview:
    """The pattern as it would be, one member beside what it would render, and the examples that it renders otherwise
    than now (names of presets)."""

    pattern: Pattern
    comparison: Comparison
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refined:
    """A draft that was changed. `before` is the whole file as it was; `reflowed` says that it held comments or a layout
    of somebody's own, which the new one lacks."""

    candidate: Candidate
    pattern: Pattern
    before: bytes
    digest: str
    own: bool
    lost: tuple[str, ...]
    reflowed: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What the pattern would have saved before its first change here and as it stands, on the same later members."""

    before: Mapping[str, float]
    after: Mapping[str, float]


def preview(workspace: Workspace, reference: str, refinement: Refinement, member: str) -> Preview | Refusal:
    """What the refinement would make of the candidate's draft, seen on one member; nothing is written."""
    pattern = find(workspace, reference).pattern
    after = refined(pattern, refinement)
    if isinstance(after, Refusal):
        return after
    return Preview(after, compared(workspace, after, member), lost_examples(pattern, after))


def words(workspace: Workspace, reference: str) -> tuple[Word, ...]:
    """The words of the candidate's template that could become variables, the most frequent first."""
    return words_of_template(find(workspace, reference).pattern)


def reach(pattern: Pattern, refinement: AsVariable) -> Reach:
    """In how many places the text of `refinement` stands."""
    return reach_of(pattern, refinement.text)


def refine(workspace: Workspace, reference: str, refinement: Refinement, shown: str) -> Refined | Refusal:
    """Saves the changed draft. `shown` is the digest of the draft that the person looked at (`review.Shown.digest`).

    Raises NotTrusted when the draft is another by now, RefusedError when the candidate was decided, InvalidDocument
    when the draft is no valid pattern. A draft that was patui's own stays so, and is not drafted over any more.
    """
    with workspace.store.write():
        candidate = _waiting(workspace, reference)
        draft = machine.read_draft(_desk(workspace), candidate)
        if draft.digest != shown:
            raise NotTrusted(f"{draft.path} changed since it was shown: look at it again")
        before = parse_document(draft.content.decode(), draft.path)
        after = refined(before, refinement)
        if isinstance(after, Refusal):
            return after
        done = [*_listed(before.provenance.get("refinements")), in_words(refinement)]
        after = replace(after, provenance={**before.provenance, "refinements": done})
        content = to_document(after).encode()
        _save(workspace, draft.path, content, own=draft.own)
        noted = {**_noted(candidate), "changes": len(done)}
        if not isinstance(refinement, Rename):  # another name changes no figure
            noted["after"] = {}
        evidence = {**candidate.evidence, KEY: noted}
        changed = table.put(workspace.store, replace(candidate, evidence=evidence))
    return Refined(
        candidate=replace(changed, evidence=candidate.evidence),
        pattern=after,
        before=draft.content,
        digest=rooted.digest(content),
        own=draft.own,
        lost=lost_examples(before, after),
        reflowed=to_document(before).encode() != draft.content,
    )


def take_back(workspace: Workspace, done: Refined) -> Candidate:
    """Puts the draft back as it was before; Conflict when it was changed since."""
    with workspace.store.write():
        candidate = _waiting(workspace, str(done.candidate.id))
        draft = machine.read_draft(_desk(workspace), candidate)
        if draft.digest != done.digest:
            raise Conflict(f"{draft.path} was changed since: what was done to it before cannot be taken back")
        _save(workspace, draft.path, done.before, own=done.own)
        return table.put(workspace.store, replace(candidate, evidence=done.candidate.evidence))


def measure(workspace: Workspace, done: Refined) -> Measured:
    """The backtest of the changed draft and of what it was before its first change, kept in the candidate's evidence.

    Members that patui may not read now are left out; without a fourth member there is nothing to predict.
    """
    candidate = _waiting(workspace, str(done.candidate.id))
    instances = _instances(workspace, candidate)
    known = _noted(candidate).get("before")
    before = known if isinstance(known, Mapping) and known else {}
    if not before or before.get("members") != len(instances):
        first = parse_document(done.before.decode(), candidate.path)
        before = _figures(backtest_as_it_stands(first, instances, now=workspace.clock(), sample=PREDICTED))
    after = _figures(backtest_as_it_stands(done.pattern, instances, now=workspace.clock(), sample=PREDICTED))
    with workspace.store.write():
        candidate = _waiting(workspace, str(candidate.id))
        if machine.read_draft(_desk(workspace), candidate).digest == done.digest:
            noted = {**_noted(candidate), "before": before, "after": after}
            table.put(workspace.store, replace(candidate, evidence={**candidate.evidence, KEY: noted}))
    return Measured(before, after)


def _figures(past: Backtest) -> dict[str, float]:
    seconds = sum(prediction.saved_seconds for prediction in past.predictions) / max(past.predicted, 1)
    return {
        "members": past.support,
        "predicted": past.predicted,
        "exact": past.exact,
        "seconds": round(seconds, 1),  # saved a member, against copying
    }


def _instances(workspace: Workspace, candidate: Candidate) -> list[Instance]:
    """The newest members with their texts, in order of creation."""
    stored = [one for one in families.load(workspace.store)[0] if one.signature == candidate.signature]
    family: Family = stored[0] if stored else family_of(candidate)
    if not stored and candidate.kind is Kind.SCAFFOLD:
        return []
    newest = sorted(family.members, key=lambda member: member.created)[-NEWEST:]
    return instances_of(replace(family, members=tuple(newest)), workspace.read_example)


def _waiting(workspace: Workspace, reference: str) -> Candidate:
    candidate = find(workspace, reference).candidate
    if candidate is None:
        raise RefusedError(f"{reference} is no candidate: e opens its file")
    if candidate.status not in (Status.PENDING, Status.DEFERRED):
        raise RefusedError(f"{candidate.name} is {candidate.status}: take that back before it is changed")
    return candidate


def _save(workspace: Workspace, path: str, content: bytes, *, own: bool) -> None:
    place = workspace.root / path
    workspace.shelf.save(place, content.decode())
    if own:
        workspace.trust.mark_draft(place, content)


def _noted(candidate: Candidate) -> dict[str, Any]:
    noted = candidate.evidence.get(KEY)
    return dict(noted) if isinstance(noted, Mapping) else {}


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _desk(workspace: Workspace) -> machine.Desk:
    return machine.Desk(workspace.root, workspace.shelf, workspace.trust, machine.StoredCandidates(workspace.store))
