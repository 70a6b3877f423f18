"""Draft files: which id and which place one has, and that nothing a person edited is written over."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.documents import load
from engine.errors import PatuiError
from engine.library.shelf import Shelf, content_of
from engine.model import Candidate, Pattern
from engine.store import candidates
from engine.store.connection import Store
from engine.trust import Trust


@dataclass(frozen=True, slots=True)
class Identity:
    """What never changes from the drafting on; `path` is the draft's, relative to the workspace."""

    pattern_id: str
    aliases: tuple[str, ...]
    path: str


def identify(
    name: str, signature: str, known: Candidate | None, *, store: Store, shelf: Shelf, trust: Trust, now: float
) -> Identity:
    """The identity of the draft with this signature: its row's, else that of a draft of ours that lost its row, else a
    new one. Call it in the transaction that saves the row: two processes must not take the same number."""
    if known and known.pattern_id and known.path:
        return Identity(known.pattern_id, known.aliases, known.path)
    left = _left_over(signature, shelf, trust)
    if left:
        path, pattern = left
        return Identity(pattern.pattern_id, pattern.aliases, shelf.relative(path))
    alias = candidates.next_alias(store, now)
    path = shelf.draft_path(alias, name)
    return Identity(candidates.next_pattern_id(store, name, _taken(shelf)), (alias,), shelf.relative(path))


def save(shelf: Shelf, trust: Trust, path: Path, text: str) -> None:
    """Writes a draft, unless a person edited what lies there: then it is theirs."""
    if os.path.lexists(path):
        before = content_of(path, shelf.relative(path))
        own = trust.is_own_draft(path, before)
        if _is_document(before, path) and (not own or _is_refined(before, path)):
            return
    shelf.save(path, text)
    trust.mark_draft(path, text.encode())


def is_approved(signature: str, shelf: Shelf) -> bool:
    """Whether a pattern of this signature lies where approved ones do: shared by the team, or older than the
    database."""
    return any(is_of(pattern, signature) for _, pattern in shelf.approved().patterns)


def is_of(pattern: Pattern, signature: str) -> bool:
    return pattern.match.get("signature") == signature


def day(seconds: float) -> str:
    """The date (UTC) as a pattern file says it."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _left_over(signature: str, shelf: Shelf, trust: Trust) -> tuple[Path, Pattern] | None:
    for path, pattern in shelf.drafts().patterns:
        if is_of(pattern, signature) and trust.is_own_draft(path, content_of(path, shelf.relative(path))):
            return path, pattern
    return None


def _taken(shelf: Shelf) -> set[str]:
    """The ids that lie in files only: a fresh clone brings approved patterns and no database."""
    loaded = [pattern for _, pattern in (*shelf.approved().patterns, *shelf.drafts().patterns)]
    return {pattern.pattern_id for pattern in (*loaded, *shelf.catalogue())}


def _is_document(content: bytes, path: Path) -> bool:
    try:
        load(content.decode(), posixpath.basename(str(path)))
    except (PatuiError, UnicodeDecodeError):
        return False
    return True


def _is_refined(content: bytes, path: Path) -> bool:
    """Whether a person changed the draft in the review, by which it stays patui's own."""
    data = load(content.decode(), posixpath.basename(str(path)))
    provenance = data.get("provenance") if isinstance(data, dict) else None
    return isinstance(provenance, dict) and bool(provenance.get("refinements"))
