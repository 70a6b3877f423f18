"""Fixes that were learned, waiting and approved, and what keeps failing."""

from __future__ import annotations

from engine.actions.evolutions import entries, lines, read_mapping, step_lines, text
from engine.errors import PatuiError
from engine.model import Candidate, Kind, Pattern, Status
from engine.model.figures import AntiPattern, Recovery
from engine.store import candidates, errors, figures
from engine.store.figures import LastUse
from engine.workspace import Workspace


def recoveries(workspace: Workspace) -> tuple[Recovery, ...]:
    """Every recovery: those that wait for a decision first, then the approved ones by how often they were needed."""
    waiting = [
        candidate
        for candidate in candidates.listing(workspace.store, (Status.PENDING, Status.DEFERRED))
        if candidate.kind is Kind.RECOVERY
    ]
    approved = [pattern for _, pattern in workspace.shelf.approved().patterns if pattern.kind is Kind.RECOVERY]
    ids = {one.pattern_id for one in waiting} | {one.pattern_id for one in approved}
    last = figures.last_uses(workspace.store, ids)
    used: dict[str, list[figures.Uses]] = {}
    for use in figures.executed(workspace.store) if ids else ():
        used.setdefault(use.pattern_id, []).append(use)
    found = [_waiting(workspace, candidate) for candidate in waiting]
    for pattern in approved:
        mine = used.get(pattern.pattern_id, [])
        ended = sum(use.succeeded + use.failed for use in mine)
        success = sum(use.succeeded for use in mine) / ended if ended else pattern.success_rate
        found.append(
            _recovery(workspace, pattern, Status.APPROVED, _support(pattern), success, last.get(pattern.pattern_id))
        )
    return tuple(sorted(found, key=lambda one: (one.status is Status.APPROVED, -one.seen, one.name)))


def _waiting(workspace: Workspace, candidate: Candidate) -> Recovery:
    """A candidate with the steps of its draft, or with the reason why that cannot be read."""
    try:
        pattern = workspace.shelf.load(workspace.root / candidate.path)
    except PatuiError as error:
        return Recovery(
            candidate.pattern_id,
            candidate.name,
            candidate.signature,
            candidate.status,
            candidate.support,
            (),
            description=str(error),
        )
    return _recovery(workspace, pattern, candidate.status, candidate.support, None, None)


def _recovery(
    workspace: Workspace, pattern: Pattern, status: Status, seen: int, success: float | None, last: LastUse | None
) -> Recovery:
    return Recovery(
        pattern.pattern_id,
        pattern.name,
        _signature(workspace, pattern),
        status,
        seen,
        tuple(step_lines(pattern.steps)),
        success,
        last.at if last else 0.0,
        last.success if last else None,
        pattern.description,
    )


def _support(pattern: Pattern) -> int:
    support = pattern.evidence.get("support")
    return support if isinstance(support, int) else 0


def _signature(workspace: Workspace, pattern: Pattern) -> str:
    """What the error looks like: its type and its words with the varying ones masked, as it was seen here; else what
    the pattern says of it."""
    kind, signature = (text(pattern.match.get(key)) for key in ("error_type", "error_signature"))
    seen = errors.of_signature(workspace.store, signature, 1) if signature else []
    words = (seen[0].template.split("\n")[0] or signature) if seen else signature
    return ": ".join(word for word in (kind, words) if word) or pattern.name


def anti_patterns(workspace: Workspace) -> tuple[AntiPattern, ...]:
    """The registry of what keeps failing, active ones first, then by how often. Raises BrokenInput for a broken one."""
    path = workspace.home / "anti_patterns" / "registry.yaml"
    if not path.exists():
        return ()
    document = read_mapping(workspace, path)
    found = [
        AntiPattern(
            text(entry.get("id")),
            text(entry.get("name")),
            text(entry.get("description")),
            text(entry.get("detected")),
            count if isinstance(count := entry.get("occurrences"), int) else 0,
            lines(entry.get("affected_patterns")),
            text(entry.get("fix")),
            text(entry.get("status")),
        )
        for entry in entries(document.get("anti_patterns"))
    ]
    return tuple(sorted(found, key=lambda one: (one.status != "active", -one.occurrences, one.id)))
