"""`patui cleanup`: what nobody uses is put away, what is too old is forgotten. Archived, not deleted: approving a
pattern takes it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from engine.actions import anti_patterns, review
from engine.actions.draining import delete_old
from engine.errors import PatuiError
from engine.model import Candidate, Event, EventType, Status
from engine.store import activity, candidates, executions, kept_texts
from engine.store import anti_patterns as anti_pattern_table
from engine.workspace import Workspace

UNUSED_DAYS: Final = 90.0
_DAY: Final = 86_400.0
_FIXED: Final = "fixed"


@dataclass(frozen=True, slots=True)
class Unused:
    """An approved pattern that nobody used for long. `last` is its last use, 0 for never; `path` where its file lies
    now."""

    candidate: Candidate
    last: float
    path: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was put away and how much was forgotten. `kept` are patterns that could not be moved, with the reason."""

    archived: tuple[Unused, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    anti_patterns: tuple[str, ...] = ()
    executions: int = 0
    outputs: int = 0
    spool_files: int = 0
    texts: int = 0

    def as_row(self) -> dict[str, Any]:
        """In the keys that scripts read."""
        return {
            "archived": [
                {"pattern_id": one.candidate.pattern_id, "name": one.candidate.name, "path": one.path}
                | {"last_used": one.last or None}
                for one in self.archived
            ],
            "kept": [{"pattern_id": name, "why": why} for name, why in self.kept],
            "anti_patterns": list(self.anti_patterns),
            "forgotten": {"executions": self.executions, "outputs": self.outputs, "spool_files": self.spool_files}
            | {"texts": self.texts},
        }


def clean_up(workspace: Workspace, *, days: float = UNUSED_DAYS, dry_run: bool = False) -> Cleaned:
    """Archives approved patterns that were neither used nor approved for `days`, and anti-patterns that are fixed;
    forgets raw executions, outputs and texts of files beyond their retention. With `dry_run` only says so."""
    unused = unused_patterns(workspace, days)
    fixed = tuple(row.id for row in anti_pattern_table.listing(workspace.store) if row.status.startswith(_FIXED))
    if dry_run:
        texts = kept_texts.forgettable(workspace.store, _limits(workspace)[1])
        return Cleaned(tuple(unused), (), fixed, *_old(workspace), texts=texts)
    archived, kept = [], []
    for one in unused:
        try:
            moved = review.archive(workspace, one.candidate)
        except PatuiError as error:  # its file is broken or gone: the others need not stay for that
            kept.append((one.candidate.pattern_id, str(error)))
        else:
            archived.append(Unused(moved, one.last, moved.path))
    for name in fixed:
        anti_patterns.archive(workspace, name)
    before = _limits(workspace)
    rows, outputs = executions.forget(workspace.store, executions_before=before[0], outputs_before=before[1])
    texts = kept_texts.forget(workspace.store, before[1])
    spool = delete_old(workspace)
    done = Cleaned(tuple(archived), tuple(kept), fixed, rows, outputs, spool, texts)
    _tell(workspace, done)
    return done


def unused_patterns(workspace: Workspace, days: float = UNUSED_DAYS) -> list[Unused]:
    """The approved patterns without a use in the last `days`, that were approved before them; the longest unused
    first."""
    since = workspace.clock() - days * _DAY
    used = activity.last_uses(workspace.store)
    approved = activity.approved_at(workspace.store)
    found = []
    for row in candidates.listing(workspace.store, (Status.APPROVED,)):
        last = max((used.get(name, 0.0) for name in (row.pattern_id, *row.aliases)), default=0.0)
        if last < since and approved.get(row.id, row.detected_at) < since and row.path:
            found.append(Unused(row, last, row.path))
    return sorted(found, key=lambda one: (one.last, one.candidate.id))


def _limits(workspace: Workspace) -> tuple[float, float]:
    """Before which times executions and outputs are forgotten."""
    now, config = workspace.clock(), workspace.config
    return now - config.keep_executions_days * _DAY, now - config.keep_outputs_days * _DAY


def _old(workspace: Workspace) -> tuple[int, int]:
    before = _limits(workspace)
    return executions.forgettable(workspace.store, executions_before=before[0], outputs_before=before[1])


def _tell(workspace: Workspace, done: Cleaned) -> None:
    parts = _counted(((len(done.archived), "pattern"), (len(done.anti_patterns), "fixed anti-pattern")))
    if parts:
        said = f"archived {parts} that nobody used" if done.archived else f"archived {parts}"
        workspace.notifier.tell(Event(EventType.NOTICE, workspace.clock(), said))


def _counted(parts: Collection[tuple[int, str]]) -> str:
    return " and ".join(f"{count} {word}{'s' if count != 1 else ''}" for count, word in parts if count)
