"""From what a person types to a pattern: an id, an alias, a candidate's number, a name, or a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.errors import BrokenInput, NoSuchPattern, NotTrusted
from engine.library.pattern_file import parse_document
from engine.library.shelf import content_of, text_of
from engine.model import Candidate, Kind, Pattern, Status
from engine.sources.names import spoken
from engine.store import candidates as table
from engine.workspace import Workspace


class Standing(StrEnum):
    """How far a pattern may go on this machine."""

    CATALOGUE = "catalogue"  # ships with patui
    TRUSTED = "trusted"  # approved here, with this very content
    OWN_DRAFT = "draft"  # written by patui here, not approved: may be rendered, not written
    FOREIGN = "foreign"  # came from elsewhere, or was changed since


@dataclass(frozen=True, slots=True)
class Found:
    pattern: Pattern
    standing: Standing
    path: Path | None  # None in the catalogue
    content: bytes
    candidate: Candidate | None

    def must_render(self) -> Found:
        """Refuses what may not even be rendered."""
        if self.standing is Standing.FOREIGN:
            raise NotTrusted(
                f"{self.pattern.pattern_id} was not written by patui on this machine, or was changed since: "
                f"look at {self.path} and approve it with `patui approve {self.pattern.pattern_id}`"
            )
        return self

    def must_write(self) -> Found:
        """Refuses what a person has not approved."""
        self.must_render()
        if self.standing is Standing.OWN_DRAFT:
            raise NotTrusted(
                f"{self.pattern.pattern_id} is a draft: `patui approve {self.pattern.pattern_id}` before it may write"
            )
        return self


def find(workspace: Workspace, reference: str) -> Found:
    """The pattern that `reference` names. `NoSuchPattern`, or `InvalidDocument` when its file is broken."""
    file, reference = Path(reference), spoken(reference)
    candidate = table.find(workspace.store, reference)
    if candidate is not None and candidate.kind is Kind.REVISION and candidate.pattern_id == reference:
        # Until it is approved, the id means the version that stands.
        standing = next((one for one in workspace.shelf.approved().patterns if one[1].pattern_id == reference), None)
        if standing is not None:
            return read(workspace, standing[0], candidate if candidate.status is Status.APPROVED else None)
    if candidate is not None and candidate.path:
        return read(workspace, workspace.root / candidate.path, candidate)
    for path, pattern in workspace.shelf.approved().patterns:
        if answers(pattern, reference):
            return read(workspace, path, table.find(workspace.store, pattern.pattern_id))
    for pattern in workspace.shelf.catalogue():
        if answers(pattern, reference):
            return Found(pattern, Standing.CATALOGUE, None, b"", None)
    for path in (file, workspace.root / file):
        if os.path.isfile(path):  # noqa: PTH113 - unlike Path.is_file it takes a name too long for the disk as no file
            return read(workspace, path.absolute(), None)
    known = [row.pattern_id for row in table.listing(workspace.store, None, 5)]
    raise NoSuchPattern(reference, known)


def answers(pattern: Pattern, reference: str) -> bool:
    return reference in (pattern.pattern_id, pattern.name, *pattern.aliases)


def read(workspace: Workspace, path: Path, candidate: Candidate | None) -> Found:
    """The pattern file at `path` with its standing."""
    source = workspace.shelf.relative(path) if path.is_relative_to(workspace.root) else str(path)
    if not os.path.lexists(path):
        if (workspace.root / ".git").is_file():
            raise BrokenInput(
                f"{source}: this draft lies in another worktree of the repository: `patui analyze` drafts it here too"
            )
        raise BrokenInput(f"{source}: the pattern's file is gone: take it from git, or `patui analyze` drafts it anew")
    content = content_of(path, source)
    pattern = parse_document(text_of(content, source), source)
    if candidate is None:
        candidate = table.find(workspace.store, pattern.pattern_id)
        candidate = candidate if candidate and workspace.root / candidate.path == path else None
    if workspace.trust.is_trusted(path, content):
        standing = Standing.TRUSTED
    elif workspace.trust.is_own_draft(path, content):
        standing = Standing.OWN_DRAFT
    else:
        standing = Standing.FOREIGN
    return Found(pattern, standing, path, content, candidate)
