"""What a viewer shows while it is open: the feed, the suggestions, how the engine does, and what has changed."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field
from threading import Lock

from engine.model import ErrorRecord, Event, Status, Suggestion
from engine.recovering import localised
from engine.store import candidates, changes, errors, feed, settings, suggestions
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """`files` are watched, `commits` mined, `pending` candidates wait; `busy` says what it does, if anything."""

    running: bool
    files: int
    commits: int
    pending: int
    busy: str


def recent_events(workspace: Workspace, limit: int = 200, before_id: int | None = None) -> list[Event]:
    """The newest events, or the newest before number `before_id`, oldest first: a page costs the same wherever."""
    return feed.recent(workspace.store, limit, before_id)


def open_suggestions(workspace: Workspace) -> list[Suggestion]:
    return suggestions.open_ones(workspace.store)


def recent_suggestions(workspace: Workspace, limit: int = 200) -> list[Suggestion]:
    """The newest suggestions, whatever became of them, newest first."""
    return suggestions.recent(workspace.store, limit)


def error_of(workspace: Workspace, execution: int) -> ErrorRecord | None:
    """The primary error of an execution, its path as a fix wants it; None when none was read from its output."""
    found = errors.of_execution(workspace.store, execution)
    return localised(found[0], workspace.root) if found else None


def dismiss(workspace: Workspace, suggestion_id: int) -> None:
    suggestions.settle(workspace.store, suggestion_id, "dismissed", workspace.clock())


def accept(workspace: Workspace, suggestion_id: int) -> None:
    suggestions.settle(workspace.store, suggestion_id, "accepted", workspace.clock())


def status(workspace: Workspace) -> EngineStatus:
    told = settings.get(workspace.store, "engine.status", {})
    return EngineStatus(
        running=engine_runs(workspace),
        files=int(told.get("files", 0)),
        commits=int(told.get("commits", 0)),
        pending=candidates.counts(workspace.store).get(Status.PENDING, 0),
        busy=str(told.get("busy", "")) if engine_runs(workspace) else "",
    )


def engine_runs(workspace: Workspace) -> bool:
    """Whether some process holds the engine lock of this workspace."""
    try:
        descriptor = os.open(workspace.engine_lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def is_free(workspace: Workspace) -> bool:
    """Whether the database could be written to now: no other program writes."""
    return workspace.store.is_free()


def waiting(workspace: Workspace) -> int:
    """How many calls of this process wait to write because another program does; never waits itself."""
    store = workspace.opened_store
    return store.waiting if store is not None else 0


def stop_waiting(workspace: Workspace) -> None:
    """Lets every call that waits to write give up with StoreBusy: the process is about to end."""
    store = workspace.opened_store
    if store is not None:
        store.stop_waiting()


@dataclass
class Cursor:
    """Tells which tables changed since it was last asked; microseconds when nothing did."""

    workspace: Workspace
    _version: int = -1
    _seen: int = -1
    _lock: Lock = field(default_factory=Lock, repr=False)

    def poll(self) -> frozenset[str]:
        """Names of tables with new or changed rows; the first call names none and starts the count.

        A database whose file was replaced is opened anew, and everything in it is new (`*`).
        """
        with self._lock:
            replaced = self.workspace.reopen_if_replaced()
            store = self.workspace.store
            version = changes.data_version(store)
            if self._seen < 0 or replaced:
                first = self._seen < 0
                self._version, self._seen = version, changes.latest(store)
                return frozenset() if first else frozenset({"*"})
            if version == self._version:
                return frozenset()
            self._version = version
            self._seen, tables = changes.tables_since(store, self._seen)
            return tables
