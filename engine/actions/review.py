"""The review as both front ends call it: list, show, compare, decide, take back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine import review as machine
from engine import rooted
from engine.actions.comparing import Comparison, compared
from engine.actions.evolving import approve_revision, undo_revision
from engine.actions.find import Standing, find
from engine.errors import PatuiError, UsageError
from engine.model import Candidate, Event, EventType, Kind, Pattern, Status, SuggestionKind
from engine.redact import redact
from engine.sources.names import spoken
from engine.store import candidates as table
from engine.store import suggestions
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate (None for a pattern of the catalogue) with the pattern it proposes, as its file says (`digest`)."""

    candidate: Candidate | None
    pattern: Pattern
    digest: str = ""


def candidates(workspace: Workspace, statuses: Collection[Status] | None = (Status.PENDING,)) -> list[Candidate]:
    """The candidates in these states (None: all), most expected hours per month first; deferred ones that are due come
    back."""
    table.wake_deferred(workspace.store, workspace.clock())
    return table.listing(workspace.store, statuses)


def show(workspace: Workspace, reference: str) -> Shown:
    found = find(workspace, reference)
    return Shown(found.candidate, found.pattern, rooted.digest(found.content) if found.content else "")


def proposed(workspace: Workspace, candidate: Candidate) -> Pattern | None:
    """The pattern in a candidate's file as it now is; None when there is none that can be read."""
    try:
        return workspace.shelf.load(workspace.root / candidate.path) if candidate.path else None
    except PatuiError:
        return None


def compare(workspace: Workspace, reference: str, member: str) -> Comparison:
    """One member of the family against what the pattern of the candidate renders for it (`comparing.compared`)."""
    return compared(workspace, find(workspace, reference).pattern, member)


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def approve(workspace: Workspace, reference: str, shown: str | None = None) -> Candidate:
    """Approves what lies in the draft now, edited or not, for this machine; `InvalidDocument` has all its problems.

    With `shown` (`Shown.digest`; empty when nothing was shown) only what the person saw, or what patui itself drafted.
    A pattern file that came with the repository is approved by its id or its path; it stays where it is.
    """
    candidate = _candidate(workspace, reference)
    if candidate is None:
        return _trust_file(workspace, reference)
    if candidate.kind is Kind.REVISION and candidate.status is not Status.APPROVED:
        revised = approve_revision(workspace, candidate, shown)
        if revised is not None:
            _tell(workspace, revised, "approved the next version of")
            return revised
    desk = _desk(workspace)
    if candidate.status is Status.APPROVED:
        found = find(workspace, reference)
        if found.path is not None and found.standing is not Standing.TRUSTED:
            workspace.trust.approve(found.path, found.content)
            return candidate
    if shown is None:
        shown = machine.read_draft(desk, candidate).digest
    decided = machine.decide(desk, candidate, Status.APPROVED, at=workspace.clock(), shown=shown)
    workspace.make_home(shared=True)
    _close_offers(workspace, decided)
    _tell(workspace, decided, "approved")
    return decided


def reject(workspace: Workspace, reference: str, why: str = "") -> Candidate:
    """Rejects a candidate: it is not proposed again, and stays listed."""
    return _decide(workspace, reference, Status.REJECTED, "rejected", redact(why))


def defer(workspace: Workspace, reference: str) -> Candidate:
    """Puts a candidate off: it comes back after 7 days or two more examples."""
    return _decide(workspace, reference, Status.DEFERRED, "deferred")


def archive(workspace: Workspace, candidate: Candidate) -> Candidate:
    """Puts an approved pattern away, with its file; approving it takes it back."""
    decided = machine.decide(_desk(workspace), candidate, Status.ARCHIVED, at=workspace.clock(), why="unused")
    _tell(workspace, decided, "archived")
    return decided


def undo_verdict(workspace: Workspace) -> Candidate | None:
    """Takes the last verdict back; None when there is none."""
    restored = undo_revision(workspace) or machine.undo_last(_desk(workspace), at=workspace.clock())
    if restored is not None:
        _tell(workspace, restored, "took back the verdict on")
    return restored


def _decide(workspace: Workspace, reference: str, status: Status, word: str, why: str = "") -> Candidate:
    candidate = _candidate(workspace, reference)
    if candidate is None:
        find(workspace, reference)  # a wrong name is said before anything else
        raise UsageError(f"{reference} is no candidate: there is nothing to decide")
    decided = machine.decide(_desk(workspace), candidate, status, at=workspace.clock(), why=why)
    _close_offers(workspace, decided)
    _tell(workspace, decided, word)
    return decided


def _close_offers(workspace: Workspace, decided: Candidate) -> None:
    """Closes what asked for this decision, wherever it was made. What would write or run something now stays."""
    answer = "accepted" if decided.status is Status.APPROVED else "dismissed"
    for one in suggestions.open_ones(workspace.store):
        asks = one.kind is not SuggestionKind.FILL and not one.key.startswith("fix:")
        if asks and one.pattern and one.pattern == decided.pattern_id:
            suggestions.settle(workspace.store, one.id, answer, workspace.clock())


def _candidate(workspace: Workspace, reference: str) -> Candidate | None:
    row = table.find(workspace.store, spoken(reference))
    return row if row is not None else find(workspace, reference).candidate


def _trust_file(workspace: Workspace, reference: str) -> Candidate:
    """Approves a pattern file that no candidate stands for (a colleague's, from git)."""
    found = find(workspace, reference)
    if found.path is None:
        raise UsageError(f"{reference} ships with patui: it can be applied as it is")
    row = table.put(
        workspace.store,
        Candidate(
            id=0,
            pattern_id=found.pattern.pattern_id,
            name=found.pattern.name,
            kind=found.pattern.kind,
            status=Status.PENDING,
            confidence=found.pattern.confidence,
            support=int(found.pattern.evidence.get("support", 0) or 0),
            hours_saved=0.0,
            hours_per_month=0.0,
            signature=str(found.pattern.match.get("signature") or f"pattern:{found.pattern.pattern_id}"),
            path=workspace.relative(found.path),
            detected_at=workspace.clock(),
            aliases=found.pattern.aliases,
        ),
    )
    workspace.trust.approve(found.path, found.content)
    decided = table.decide(
        workspace.store, row.id, Status.APPROVED, why="", at=workspace.clock(), path=workspace.relative(found.path)
    )
    _tell(workspace, decided, "approved")
    return decided


def _desk(workspace: Workspace) -> machine.Desk:
    return machine.Desk(workspace.root, workspace.shelf, workspace.trust, machine.StoredCandidates(workspace.store))


def _tell(workspace: Workspace, candidate: Candidate, word: str) -> None:
    workspace.notifier.tell(
        Event(
            EventType.VERDICT,
            workspace.clock(),
            f"{word} {candidate.name}",
            path=candidate.path,
            about={"candidate": candidate.id, "pattern_id": candidate.pattern_id, "status": str(candidate.status)},
        )
    )
