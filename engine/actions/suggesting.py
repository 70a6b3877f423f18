"""Suggestions on request, before a file is made by hand, and how right the suggestions were."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass

from engine.detectors.pattern_suggester import Action, PatternSuggestion
from engine.store import suggestions
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Precision:
    """What became of suggestions; `share` is accepted of those that were shown and are closed."""

    shown: int
    accepted: int
    dismissed: int
    ignored: int
    threshold: float

    @property
    def share(self) -> float | None:
        closed = self.accepted + self.dismissed + self.ignored
        return self.accepted / closed if closed else None


def before_creating(workspace: Workspace, path: str) -> PatternSuggestion | None:
    """What would make the file at `path`: asked for, so it is answered however sure. It stands as shown."""
    suggester = workspace.pattern_suggester()
    action = Action.CREATE_DIRECTORY if path.endswith("/") else Action.CREATE_FILE
    target = workspace.relative(path)
    found = [one for one in suggester.covering(action, {"path": target}) if one.suggestion.path]
    if not found:
        return None
    workspace.notifier.suggest(found[0].suggestion)
    return found[0]


def answer(workspace: Workspace, suggestion: PatternSuggestion, *, accepted: bool) -> None:
    """Notes what a person said to it."""
    for one in suggestions.open_ones(workspace.store):
        if one.key == suggestion.suggestion.key:
            status = "accepted" if accepted else "dismissed"
            suggestions.settle(workspace.store, one.id, status, workspace.clock())


def precision(workspace: Workspace) -> Precision:
    """How right the suggestions were so far, and how sure the next one must be."""
    tally = suggestions.tally(workspace.store)
    return Precision(
        sum(tally.values()),
        tally.get("accepted", 0),
        tally.get("dismissed", 0),
        tally.get("expired", 0),
        workspace.pattern_suggester().threshold(),
    )


def make_empty(workspace: Workspace, path: str) -> str:
    """Makes an empty file (with a slash at its end: a directory) for who goes on by hand; its path."""
    from engine import rooted

    target = workspace.relative(path)
    with rooted.opened(workspace.root) as root:
        if path.endswith("/"):
            with rooted.parent_of(root, posixpath.join(target, "."), []):
                pass
        else:
            with rooted.parent_of(root, target, []) as (directory, name):
                rooted.create(directory, name, b"")
    return target


def exists(workspace: Workspace, path: str) -> bool:
    """Whether something with content stands at `path`."""
    whole = workspace.root / workspace.relative(path)
    return os.path.lexists(whole) and not (whole.is_file() and whole.stat().st_size == 0)
