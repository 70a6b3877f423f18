"""`patui evolve`: what people keep of what patterns wrote, how patterns do, their next versions, and the way back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine import review as machine
from engine.analyzers.evolution_tracker import metrics_of
from engine.errors import NoSuchPattern, NotTrusted, PatuiError, RefusedError
from engine.failed_fits import note_failed_fit
from engine.library.pattern_file import parse_document
from engine.library.shelf import content_of, text_of
from engine.measuring import kept_of
from engine.model import Candidate, Event, EventType, Example, Kind, Pattern, Status
from engine.model.evolution import PatternMetrics
from engine.pattern_log import StoredPatternLog
from engine.sources.committed import committed_since, newest_commit, was_removed
from engine.sources.names import spoken
from engine.store import applications, candidates, executions, outcomes, versions
from engine.store.outcomes import Outcome
from engine.store.versions import StoredVersion
from engine.template import match_path
from engine.workspace import Workspace

SETTLES = 600.0
"""Seconds after the last edit from which a file counts as settled."""
_MEASURED_FOR = 90 * 86_400.0  # seconds after an application in which its files are looked at
_SIBLINGS = 3


def evolve(workspace: Workspace, pattern_id: str | None = None) -> list[PatternMetrics]:
    """Measures, tracks and proposes: one pattern by its id, alias or name, or every one that was used.

    NoSuchPattern for a name that no pattern and no recorded use has.
    """
    measure_outcomes(workspace, settled=True)
    tracker = workspace.pattern_evolution_tracker()
    if pattern_id is not None:
        return [tracker.track_pattern_metrics(_id_of(workspace, pattern_id))]
    return [tracker.track_pattern_metrics(name) for name in used_patterns(workspace)]


def evolve_all(workspace: Workspace) -> list[PatternMetrics]:
    """What the schedule does: every pattern that was used."""
    return evolve(workspace)


def used_patterns(workspace: Workspace) -> list[str]:
    """The ids of patterns with a recorded use, in order."""
    applied = {one.pattern_id for one in applications.listing(workspace.store)}
    return sorted(applied | set(executions.pattern_ids(workspace.store)))


def _id_of(workspace: Workspace, reference: str) -> str:
    """The id behind what a person typed; what nothing here answers to is taken as an id that telemetry may know."""
    name = spoken(reference)
    for _, pattern in workspace.shelf.approved().patterns:
        if name in (pattern.pattern_id, pattern.name, *pattern.aliases):
            return pattern.pattern_id
    row = candidates.find(workspace.store, name)
    return row.pattern_id if row is not None and row.pattern_id else name


# ── what people keep ─────────────────────────────────────────────────────────────────────────────────────────────────


def measure_outcomes(workspace: Workspace, *, settled: bool = False) -> int:
    """Measures what is left of the files that patterns wrote: settled ones as they lie, committed ones as they were
    committed. How many results are new. With `settled` the files are measured as they are, however fresh."""
    now = workspace.clock()
    waiting = outcomes.waiting(workspace.store, now - _MEASURED_FOR)
    if not waiting:
        return 0
    committed = newest_commit(workspace.root)
    return sum(_measure(workspace, number, now, settled, committed) for number in waiting)


def measure_file(workspace: Workspace, path: str, text: str) -> None:
    """Measures one file that was just saved and has settled, if a pattern wrote it."""
    for one in outcomes.waiting(workspace.store, workspace.clock() - _MEASURED_FOR):
        written = outcomes.texts_of(workspace.store, one).get(path)
        if written is not None:
            _record(workspace, one, path, written, text, "settled")


def _measure(workspace: Workspace, number: int, now: float, settled: bool, newest: float) -> int:
    found = 0
    made = applications.get(workspace.store, number)
    if made is None:
        return 0
    for path, written in outcomes.texts_of(workspace.store, number).items():
        whole = workspace.root / path
        try:
            changed = whole.lstat().st_mtime
        except OSError:
            changed = 0.0
        if settled or now - max(changed, made.at) >= SETTLES:
            read = workspace.read_example(path)
            gone = not os.path.lexists(whole) and was_removed(workspace.root, path, made.at)
            if isinstance(read, Example) or gone:
                now_is = read.text if isinstance(read, Example) else ""
                found += _record(workspace, number, path, written, now_is, "settled")
        committed = committed_since(workspace.root, path, made.at) if newest >= int(made.at) else None
        if committed is not None:
            found += _record(workspace, number, path, written, committed, "commit")
    return found


def _record(workspace: Workspace, number: int, path: str, written: str, now_is: str, stage: str) -> int:
    kept = kept_of(written, now_is, _siblings(workspace, path))
    before = outcomes.of_application(workspace.store, number)
    result = Outcome(number, path, stage, workspace.clock(), kept.share, kept.seconds_left, kept.workarounds)
    outcomes.record(workspace.store, result)
    return int(len(outcomes.of_application(workspace.store, number)) > len(before))


def _siblings(workspace: Workspace, path: str) -> list[str]:
    """The texts that a person would have copied instead: the newest files beside it of its kind."""
    whole = workspace.root / path
    folder, ending = whole.parent, whole.suffix
    try:
        found = [one for one in os.scandir(folder) if one.name.endswith(ending) and one.is_file(follow_symlinks=False)]
        found = sorted(found, key=lambda one: one.stat().st_mtime)[-_SIBLINGS - 1 :]
    except OSError:
        return []
    others = [workspace.relative(one.path) for one in found]
    texts = [workspace.read_example(other) for other in others if other != path]
    return [one.text for one in texts if isinstance(one, Example)][-_SIBLINGS:]


def note_fit(workspace: Workspace, path: str, text: str) -> None:
    """A file made by hand where an approved pattern would have written: one that the pattern cannot give is a failed
    use, with the file as its input."""
    from engine.induction import fit  # 60 ms, and few files are of an approved family

    for _, pattern in workspace.shelf.approved().patterns:
        if pattern.kind is not Kind.FILE or match_path(pattern.files[0].path, path) is None:
            continue
        found = fit(pattern.files, pattern.variables, pattern.presets, {path: text}, path)
        note_failed_fit(workspace, pattern, path, text, found)
        return


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def approve_revision(workspace: Workspace, candidate: Candidate, shown: str | None = None) -> Candidate | None:
    """Puts the proposed version in the place of the one that stands, and keeps that one's text; None when no file of
    the pattern lies here: then the draft is approved like any other.

    `shown` as in `review.approve`. Raises NotTrusted when the draft is not what was seen.
    """
    standing = StoredPatternLog(workspace).approved(candidate.pattern_id)
    if standing is None:
        return None
    desk = machine.Desk(workspace.root, workspace.shelf, workspace.trust, machine.StoredCandidates(workspace.store))
    draft = machine.read_draft(desk, candidate)
    if (shown and shown != draft.digest) or (shown == "" and not draft.own):
        raise NotTrusted(f"{draft.path} is not what was shown: look at it again")
    proposed = parse_document(text_of(draft.content, draft.path), draft.path)
    if proposed.pattern_id != candidate.pattern_id:
        raise RefusedError(f"{draft.path} says {proposed.pattern_id}: the id given at drafting never changes")
    path, pattern = standing
    now = workspace.clock()
    with workspace.store.write():
        _keep_version(workspace, pattern, now)
        text = machine.with_status(draft, Status.APPROVED)
        workspace.shelf.save(path, text)
        workspace.trust.approve(path, text.encode())
        decided = candidates.decide(
            workspace.store, candidate.id, Status.APPROVED, why="", at=now, path=workspace.shelf.relative(path)
        )
        _put_away_others(workspace, path, pattern.pattern_id)
    whole = workspace.root / draft.path
    workspace.trust.revoke(whole)
    if content_of(whole, draft.path) == draft.content:
        whole.unlink(missing_ok=True)
    _write_down(workspace, pattern.pattern_id)
    return decided


def _put_away_others(workspace: Workspace, standing: Path, pattern_id: str) -> None:
    """Leaves one approved file of a pattern: what else lies there under its id goes to the archive."""
    for path, pattern in workspace.shelf.approved().patterns:
        if pattern.pattern_id == pattern_id and path != standing:
            source = workspace.shelf.relative(path)
            text = text_of(content_of(path, source), source)
            workspace.shelf.save(workspace.shelf.archive_path(path), text)
            workspace.trust.revoke(path)
            path.unlink()


def _write_down(workspace: Workspace, pattern_id: str) -> None:
    """Brings the evolution file to the version that stands now."""
    log = StoredPatternLog(workspace)
    log.keep(metrics_of(pattern_id, log.uses(pattern_id), log.version(pattern_id), log.thumbs(pattern_id)))


def undo_revision(workspace: Workspace) -> Candidate | None:
    """Takes back the approval of a revision when that is the last verdict: the version before it stands again, and the
    revision waits; None when the last verdict is another."""
    verdict = candidates.last_verdict(workspace.store)
    row = candidates.get(workspace.store, verdict.candidate_id) if verdict else None
    if verdict is None or row is None or row.kind is not Kind.REVISION or verdict.after_status is not Status.APPROVED:
        return None
    before = next(
        (
            one
            for one in versions.of_pattern(workspace.store, row.pattern_id)
            if one.version == row.evidence.get("revises")
        ),
        None,
    )
    standing = StoredPatternLog(workspace).approved(row.pattern_id)
    if before is None or standing is None:
        return None
    path = standing[0]
    content = content_of(path, path.name)
    draft = machine.Draft(workspace.shelf.relative(path), content, own=True)
    text = machine.with_status(draft, Status.PENDING)
    with workspace.store.write():
        workspace.shelf.save(workspace.root / verdict.before_path, text)
        workspace.trust.mark_draft(workspace.root / verdict.before_path, text.encode())
        workspace.shelf.save(path, before.text)
        workspace.trust.approve(path, before.text.encode())
        candidates.mark_verdict_undone(workspace.store, verdict.id, workspace.clock())
        again = candidates.put(workspace.store, replace(row, status=verdict.before_status, path=verdict.before_path))
    _write_down(workspace, row.pattern_id)
    return again


def kept_versions(workspace: Workspace, pattern_id: str) -> Sequence[StoredVersion]:
    """The earlier versions of a pattern that can be brought back, the oldest first."""
    return versions.of_pattern(workspace.store, _id_of(workspace, pattern_id))


def restore(workspace: Workspace, pattern_id: str, version: str) -> Pattern:
    """Brings an earlier version back into its place; the one that stood is kept. The person asked for it: it is
    trusted. NoSuchPattern when there is no such version."""
    identity = _id_of(workspace, pattern_id)
    kept = versions.of_pattern(workspace.store, identity)
    wanted = next((one for one in kept if one.version == version), None)
    if wanted is None:
        raise NoSuchPattern(f"{identity} {version}", [f"{identity} {one.version}" for one in kept])
    standing = StoredPatternLog(workspace).approved(identity)
    path = standing[0] if standing else workspace.root / wanted.path
    with workspace.store.write():
        if standing is not None:
            if standing[1].version == version:
                raise RefusedError(f"{identity} {version} stands already")
            _keep_version(workspace, standing[1], workspace.clock())
        workspace.shelf.save(path, wanted.text)
        workspace.trust.approve(path, wanted.text.encode())
    _write_down(workspace, identity)
    said = f"brought back {identity} {version}"
    about = {"pattern_id": identity, "version": version}
    workspace.notifier.tell(Event(EventType.VERDICT, workspace.clock(), said, workspace.shelf.relative(path), about))
    return workspace.shelf.load(path)


def _keep_version(workspace: Workspace, pattern: Pattern, at: float) -> None:
    found = StoredPatternLog(workspace).approved(pattern.pattern_id)
    if found is None:
        raise PatuiError(f"{pattern.pattern_id} has no file")
    path = found[0]
    source = workspace.shelf.relative(path)
    text = text_of(content_of(path, source), source)
    versions.keep(workspace.store, StoredVersion(pattern.pattern_id, pattern.version, at, source, text))
