"""The review as a state machine: what a verdict does to a candidate, its file and this machine's trust.

`transition` is the whole decision, a table without effects. `decide` and `undo_last` carry it out through the ports of
a `Desk`. Approval moves the draft to its approved place with its text unchanged but for the status, and records trust
in exactly that content; a file that was edited meanwhile is never approved unseen and never thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from engine import paths, rooted
from engine.documents import MAX_BYTES
from engine.errors import (
    BrokenInput,
    Conflict,
    InvalidDocument,
    NoSuchPattern,
    NotTrusted,
    PatuiError,
    Problem,
    RefusedError,
    UnsafePath,
)
from engine.library.pattern_file import parse_document, to_document
from engine.model import Candidate, Pattern, Status
from engine.store import candidates as table
from engine.store.candidates import Verdict
from engine.store.connection import Store

DEFERRED_FOR = 7 * 86_400.0  # seconds until a deferred candidate is back, unless examples bring it back before


# ── the decision ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Move(StrEnum):
    """What happens to the pattern's file."""

    STAY = "stay"
    PUBLISH = "publish"  # from the drafts to its approved place, and trusted
    WITHDRAW = "withdraw"  # back to the drafts, and no longer trusted
    ARCHIVE = "archive"  # out of the way of the approved ones, and no longer trusted


@dataclass(frozen=True, slots=True)
class Transition:
    """The state a candidate comes to, what happens to its file, and until when it sleeps (0: it does not)."""

    status: Status
    move: Move
    defer_until: float = 0.0


_WAITING = (Status.PENDING, Status.DEFERRED)
_MOVES = {
    **{(before, Status.APPROVED): Move.PUBLISH for before in (*_WAITING, Status.REJECTED, Status.ARCHIVED)},
    **{(before, Status.REJECTED): Move.STAY for before in _WAITING},
    **{(before, Status.DEFERRED): Move.STAY for before in (*_WAITING, Status.REJECTED)},
    **{(before, Status.PENDING): Move.STAY for before in (Status.DEFERRED, Status.REJECTED)},
    (Status.APPROVED, Status.PENDING): Move.WITHDRAW,
    (Status.APPROVED, Status.REJECTED): Move.WITHDRAW,
    (Status.APPROVED, Status.ARCHIVED): Move.ARCHIVE,
}
_NOT_POSSIBLE = {
    (Status.APPROVED, Status.DEFERRED): "it is approved: undo that, or reject it, before it can wait",
    **{
        (Status.ARCHIVED, after): "it is archived: approve it to take it back" for after in (*_WAITING, Status.REJECTED)
    },
    **{
        (was, Status.ARCHIVED): f"it is {was}: only an approved one is archived" for was in (*_WAITING, Status.REJECTED)
    },
}


def transition(before: Status, after: Status, at: float = 0.0) -> Transition:
    """What it means to bring a candidate from `before` to `after` at the time `at`; RefusedError when it cannot be.

    A verdict is the state it leads to: approve, reject, defer, and pending for taking back a rejection or an approval.
    """
    move = _MOVES.get((before, after))
    if move is None:
        raise RefusedError(_NOT_POSSIBLE.get((before, after), f"it is {before} already"))
    return Transition(after, move, at + DEFERRED_FOR if after is Status.DEFERRED else 0.0)


# ── the ports ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Shelf(Protocol):
    """Where pattern files lie; both paths are free ones."""

    def draft_path(self, alias: str, name: str) -> Path: ...

    def approved_path(self, pattern: Pattern) -> Path: ...

    def archive_path(self, path: Path) -> Path: ...

    def save(self, path: Path, text: str) -> None: ...


class Trust(Protocol):
    """What this user approved, and what patui itself drafted, on this machine."""

    def approve(self, path: Path, content: bytes) -> None: ...

    def is_trusted(self, path: Path, content: bytes) -> bool: ...

    def revoke(self, path: Path) -> None: ...

    def mark_draft(self, path: Path, content: bytes) -> None: ...

    def is_own_draft(self, path: Path, content: bytes) -> bool: ...


class Candidates(Protocol):
    """The table of candidates and verdicts."""

    def get(self, candidate_id: int) -> Candidate | None: ...

    def put(self, candidate: Candidate) -> Candidate: ...

    def decide(
        self, candidate_id: int, status: Status, *, why: str, at: float, path: str, defer_until: float = 0.0
    ) -> Candidate: ...

    def last_verdict(self) -> Verdict | None: ...

    def mark_verdict_undone(self, verdict_id: int, at: float) -> None: ...

    def alone(self) -> AbstractContextManager[object]:
        """While it lasts no other process decides anything; an exception takes back what was written in it."""
        ...


@dataclass(frozen=True, slots=True)
class StoredCandidates:
    """The port over the workspace's database."""

    store: Store

    def get(self, candidate_id: int) -> Candidate | None:
        return table.get(self.store, candidate_id)

    def put(self, candidate: Candidate) -> Candidate:
        return table.put(self.store, candidate)

    def decide(
        self, candidate_id: int, status: Status, *, why: str, at: float, path: str, defer_until: float = 0.0
    ) -> Candidate:
        return table.decide(self.store, candidate_id, status, why=why, at=at, path=path, defer_until=defer_until)

    def last_verdict(self) -> Verdict | None:
        return table.last_verdict(self.store)

    def mark_verdict_undone(self, verdict_id: int, at: float) -> None:
        table.mark_verdict_undone(self.store, verdict_id, at)

    def alone(self) -> AbstractContextManager[object]:
        return self.store.write()


@dataclass(frozen=True, slots=True)
class Desk:
    """What a review needs; candidates' paths are relative to `root`."""

    root: Path
    shelf: Shelf
    trust: Trust
    candidates: Candidates


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate's file as it is now. `own`: patui wrote exactly this on this machine, or it was approved here."""

    path: str
    content: bytes
    own: bool

    @property
    def digest(self) -> str:
        return rooted.digest(self.content)


# ── carrying it out ──────────────────────────────────────────────────────────────────────────────────────────────────


def read_draft(desk: Desk, candidate: Candidate) -> Draft:
    """The file of a candidate, to be shown before it is approved; RefusedError or UnsafePath when it cannot be read."""
    return _read(desk, candidate.path)


def decide(desk: Desk, candidate: Candidate, status: Status, *, at: float, why: str = "", shown: str = "") -> Candidate:
    """Bring `candidate` to `status` at the time `at`, with its file and its trust.

    To approve a draft that somebody edited, or that did not come from this machine, `shown` must be the digest of the
    content that the person saw (`Draft.digest`); NotTrusted otherwise, and whenever the file is no longer what was
    shown. Raises InvalidDocument with every problem of a draft that is no valid pattern; nothing has changed then.
    """
    with desk.candidates.alone():
        candidate = _as_it_stands(desk, candidate)
        step = transition(candidate.status, status, at)

        def settle(path: str) -> Candidate:
            return desk.candidates.decide(candidate.id, status, why=why, at=at, path=path, defer_until=step.defer_until)

        if step.move is Move.STAY:
            return settle(candidate.path)
        draft = _read(desk, candidate.path)
        if step.move is Move.ARCHIVE:
            target = desk.shelf.archive_path(desk.root / candidate.path)
            return _carry_out(desk, _Move(draft, target, with_status(draft, Status.ARCHIVED), trusted=False), settle)
        if step.move is Move.WITHDRAW:
            target = desk.shelf.draft_path(*_draft_name(candidate))
            return _carry_out(desk, _Move(draft, target, with_status(draft, Status.PENDING), trusted=False), settle)
        _check_shown(draft, shown)
        pattern = _valid_pattern(draft, candidate)
        target = desk.shelf.approved_path(replace(pattern, status=Status.APPROVED))
        return _carry_out(desk, _Move(draft, target, with_status(draft, Status.APPROVED), trusted=True), settle)


def _as_it_stands(desk: Desk, candidate: Candidate) -> Candidate:
    """The row now: another process may have decided since the caller read it."""
    standing = desk.candidates.get(candidate.id)
    if standing is None:
        raise NoSuchPattern(candidate.name)
    return standing


def undo_last(desk: Desk, *, at: float) -> Candidate | None:
    """Take back the last verdict that stands, with its file; None when there is none.

    Raises Conflict when the candidate or its file went elsewhere since; edits made after an approval move along.
    """
    with desk.candidates.alone():
        verdict = desk.candidates.last_verdict()
        if verdict is None:
            return None
        candidate = desk.candidates.get(verdict.candidate_id)
        if candidate is None:  # its row was deleted by another program: there is nothing left to take back
            desk.candidates.mark_verdict_undone(verdict.id, at)
            return None
        return _take_back(desk, verdict, candidate, at)


def _take_back(desk: Desk, verdict: Verdict, candidate: Candidate, at: float) -> Candidate:
    def restore(path: str) -> Candidate:
        before = replace(
            candidate,
            status=verdict.before_status,
            path=path,
            why=verdict.before_why,
            defer_until=verdict.before_defer_until,
        )
        desk.candidates.mark_verdict_undone(verdict.id, at)
        return desk.candidates.put(before)

    publish, withdraw = verdict.before_status is Status.APPROVED, verdict.after_status is Status.APPROVED
    if publish == withdraw:  # no file moved
        return restore(candidate.path)
    if candidate.status is not verdict.after_status:
        raise Conflict(f"{candidate.name} is {candidate.status} by now: its last verdict cannot be taken back")
    target = desk.root / verdict.before_path
    if target.exists() or target.is_symlink():
        raise Conflict(f"{verdict.before_path} exists: move it away, then undo again")
    draft = _read(desk, candidate.path)
    if publish and not draft.own:
        raise NotTrusted(f"{draft.path} was edited since it was withdrawn: look at it and approve it instead")
    # A draft's file says pending, whatever the verdict on it was.
    before = verdict.before_status if verdict.before_status in (Status.APPROVED, Status.ARCHIVED) else Status.PENDING
    text = with_status(draft, before)
    return _carry_out(desk, _Move(draft, target, text, trusted=publish), restore)


@dataclass(frozen=True, slots=True)
class _Move:
    source: Draft
    target: Path
    text: str
    trusted: bool


def _carry_out(desk: Desk, move: _Move, settle: Callable[[str], Candidate]) -> Candidate:
    """The new file, then trust, then the table; the old file goes last, and only if nobody edited it meanwhile."""
    content = move.text.encode()
    desk.shelf.save(move.target, move.text)
    try:
        if move.trusted:
            desk.trust.approve(move.target, content)
        elif move.source.own:
            desk.trust.mark_draft(move.target, content)
        settled = settle(move.target.relative_to(desk.root).as_posix())
    except BaseException:
        desk.trust.revoke(move.target)
        move.target.unlink(missing_ok=True)
        raise
    desk.trust.revoke(desk.root / move.source.path)
    try:
        with rooted.opened(desk.root) as root, rooted.parent_of(root, move.source.path) as (directory, name):
            rooted.remove(directory, name, move.source.digest)
    except (OSError, PatuiError):
        pass  # edited or gone in this very moment: what lies there is the person's, and no longer anyone's draft
    return settled


def _read(desk: Desk, path: str) -> Draft:
    if not path:
        raise RefusedError("this candidate has no pattern file: nothing can be approved")
    if problem := paths.problem_with(path):
        raise RefusedError(f"this candidate's file cannot be used: {problem}")
    try:
        with rooted.opened(desk.root) as root:
            content = rooted.read(root, path, MAX_BYTES)
    except FileNotFoundError:
        raise RefusedError(f"{path} is gone; scan again to have it drafted anew") from None
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}") from None
    except Conflict as error:
        raise BrokenInput(f"{path}: {error}") from None
    except UnsafePath as error:
        raise UnsafePath(f"{path} cannot be read: {error}") from None
    whole = desk.root / path
    return Draft(path, content, desk.trust.is_own_draft(whole, content) or desk.trust.is_trusted(whole, content))


def _check_shown(draft: Draft, shown: str) -> None:
    if shown and shown != draft.digest:
        raise NotTrusted(f"{draft.path} changed since it was shown: look at it again")
    if not shown and not draft.own:
        raise NotTrusted(
            f"{draft.path} was edited, or was not written by patui on this machine: look at it before you approve it"
        )


def _valid_pattern(draft: Draft, candidate: Candidate) -> Pattern:
    pattern = parse_document(_text_of(draft), draft.path)
    if candidate.pattern_id and pattern.pattern_id != candidate.pattern_id:
        said = f"is {pattern.pattern_id!r}; the id given at drafting, {candidate.pattern_id!r}, never changes"
        raise InvalidDocument(draft.path, [Problem("pattern_id", said)])
    return pattern


def _text_of(draft: Draft) -> str:
    try:
        return draft.content.decode()
    except UnicodeDecodeError as error:
        raise InvalidDocument(draft.path, [Problem(f"byte {error.start}", "is not UTF-8")]) from None


def _draft_name(candidate: Candidate) -> tuple[str, str]:
    return (candidate.aliases[0] if candidate.aliases else candidate.pattern_id), candidate.name


_STATUS_LINE = re.compile(r"^(status:[ \t]*[\"']?)\w+([\"']?[ \t]*(?:#.*)?\r?)$", re.MULTILINE)


def with_status(draft: Draft, status: Status) -> str:
    """A pattern file with another status: every other character as it was, comments and spacing included.

    Where that cannot be done by changing one word the document is written anew. A text that is no valid pattern stays
    as it is: it may be withdrawn (approving it has been refused before). Raises InvalidDocument when it is no UTF-8.
    """
    text = _text_of(draft)
    try:
        wanted = replace(parse_document(text, draft.path), status=status)
    except InvalidDocument:
        return text
    if len(_STATUS_LINE.findall(text)) == 1:
        changed = _STATUS_LINE.sub(rf"\g<1>{status}\g<2>", text)
        if parse_document(changed, draft.path) == wanted:
            return changed
    return to_document(wanted)
