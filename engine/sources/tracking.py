"""From raw events to touched paths: which directories are watched, which paths are hidden, when git is at work."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.sources.directories import Directories
from engine.sources.gitcommand import git_dir
from engine.sources.ignore import Ignore, entries, ignore_rules, is_nested_repository
from engine.sources.rawevents import (
    ABOUT_ITSELF,
    CLOSED,
    CREATED,
    DIRECTORY,
    ENDED,
    MODIFIED,
    MOVED_FROM,
    MOVED_TO,
    OVERFLOW,
    Backend,
    RawEvent,
)
from engine.sources.settling import Settling
from engine.sources.skips import Skips
from engine.sources.snapshot import Snapshot

GIT_ITSELF = b".git/"  # settles when the root became or ceased to be a repository
LOCK_LIMIT = 10.0  # seconds; a lock held longer waits for a person (an editor's commit message) or was left behind
_IN_FLIGHT = 1.0  # seconds that an event may be under way
_GIT_MAKING = 10.0  # seconds that making a repository may take
_HIDDEN_KEPT = 10_000  # ignored files remembered as such


class RootGone(Exception):
    """The workspace is not there any more; caught by the watcher."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """A directory that came or went."""

    at: float
    by_tool: bool
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Git:
    """Where there are no events: when the files were written that a checkout, merge, rebase or reset rewrites and a
    commit does not, and whether the index is locked."""

    heads: tuple[int, ...]
    locked: bool


@dataclass(slots=True)
class _Turn:
    """What one batch of events says about directories."""

    arrived: dict[bytes, _Passage] = field(default_factory=dict)
    departed: dict[bytes, _Passage] = field(default_factory=dict)
    moves: set[int] = field(default_factory=set)
    lost: bool = False


class Tracking:
    """The watched part of one workspace. `backend` is None where there are no watches, only comparisons."""

    def __init__(self, root: Path, backend: Backend | None, settling: Settling, snapshot: Snapshot) -> None:
        self._root = root
        self._identity = root.stat().st_ino
        self._settling = settling
        self._snapshot = snapshot
        self._backend = backend
        self._directories = Directories(root, backend) if backend is not None else None
        self._ignore: Ignore = ignore_rules(root)
        self._hidden: set[bytes] = set()
        self._lock_watch: int | None = None
        self._locks: dict[bytes, float] = {}  # the index files git is writing, since when
        self._unhidden: set[bytes] = set()
        self._unhidden_until = 0.0
        self._compared: set[bytes] = set()
        self._git = self._look_at_git()
        self._git_expected = 0.0

    @property
    def watching(self) -> bool:
        return self._directories is not None

    def begin(self) -> None:
        """Watch first, then look: nothing falls between. Raises NoMoreWatches."""
        if self._directories is not None:
            self._watch_lock()
            self._directories.keep(self._ignore.directories())
        self.look()

    def look(self) -> None:
        """Take everything as it stands now."""
        self._snapshot.learn(self._ignore.files(Skips(0)))
        self._compared = set(self._ignore.directories()) if self._directories is None else set()

    def give_up_watches(self) -> None:
        if self._directories is not None:
            self._directories.clear()
            self._directories = None
        self._compared = set(self._ignore.directories())

    def visible(self, names: Iterable[bytes]) -> set[bytes]:
        """Those that are not ignored; the others are remembered, so that a busy log costs one question."""
        asked = [name for name in names if name not in self._hidden]
        hidden = self._ignore.ignored(asked)
        if len(self._hidden) > _HIDDEN_KEPT:
            self._hidden.clear()
        self._hidden |= hidden
        return {name for name in asked if name not in hidden}

    def rules_changed(self) -> None:
        """The ignore rules, or what kind of workspace this is, changed: see other files, report none of them.

        Raises NoMoreWatches.
        """
        self._ignore = ignore_rules(self._root)
        self._hidden.clear()
        if time.monotonic() < self._git_expected and (self._root / ".git").exists() and git_dir(self._root) is None:
            self._settling.touch(GIT_ITSELF, time.monotonic())  # git is still making it
        if self._directories is not None:
            self._watch_lock()
            self._directories.keep(self._ignore.directories())
        self._unhidden = self._snapshot.align(self._ignore.files(Skips(0)), self._settling)
        self._unhidden_until = time.monotonic() + _IN_FLIGHT

    def compare(self, now: float) -> None:
        """Touch everything that differs from the snapshot. Raises NoMoreWatches, RootGone."""
        self._check_root()
        before_it = self._look_at_git()
        self._hidden.clear()
        wanted = set(self._ignore.directories())
        if self._directories is not None:
            before = self._directories.clear()
            self._watch_lock()
            self._directories.keep(wanted)
        else:
            before, self._compared = self._compared, wanted
        differing = [*(wanted - before), *self._snapshot.differing(self._ignore.files(Skips(0)))]
        after_it = self._look_at_git()
        by_tool = before_it.locked or after_it.locked or after_it.heads != self._git.heads
        self._git = after_it
        for name in differing:
            if by_tool or name not in self._settling:  # one that waits already must not be made to wait on
                self._settling.touch(name, now, by_tool=by_tool)

    def take(self, events: Iterable[RawEvent]) -> bool:
        """Touch what the events are about; whether events were lost. Raises NoMoreWatches, RootGone."""
        turn = _Turn()
        for event in events:
            self._take_one(event, turn)
        if turn.departed:
            self._leave(turn.departed)
        if turn.arrived:
            self._enter(turn.arrived)
        return turn.lost

    def _take_one(self, event: RawEvent, turn: _Turn) -> None:
        if event.mask & OVERFLOW:
            turn.lost = True
        elif event.watch == self._lock_watch:
            if event.name.startswith(b"index."):
                if event.mask & (CREATED | MOVED_TO):
                    self._locks[event.name] = event.at
                else:
                    self._locks.pop(event.name, None)
        elif self._directories is not None and (directory := self._directories.name(event.watch)) is not None:
            if event.mask & (ABOUT_ITSELF | ENDED) and not event.name:
                if event.mask & ENDED:
                    self._directories.lost(event.watch)
                if not directory:
                    self._check_root()
            else:
                self._sort(event, directory, turn)

    def _sort(self, event: RawEvent, directory: bytes, turn: _Turn) -> None:
        name = directory + event.name
        by_tool = any(event.at - since < LOCK_LIMIT for since in self._locks.values())
        came = bool(event.mask & (CREATED | MOVED_TO))
        if event.name == b".git":
            if directory and came:  # it has become a repository of its own
                turn.departed[directory] = _Passage(event.at, by_tool=True)
            elif not directory:  # looked at when it is complete
                self._git_expected = event.at + _GIT_MAKING
                self._settling.touch(GIT_ITSELF, event.at)
        elif event.mask & DIRECTORY:
            name += b"/"
            if came:
                turn.arrived[name] = _Passage(event.at, by_tool, moved=event.cookie in turn.moves)
            else:
                turn.arrived.pop(name, None)
                turn.departed[name] = _Passage(event.at, by_tool)
                if event.mask & MOVED_FROM:
                    turn.moves.add(event.cookie)
        elif name not in self._hidden:
            if came:
                self._came(name, event.at)
            # What leaves without ever having been reported is a temporary file: nobody waits for it.
            left = not event.mask & (CREATED | MODIFIED) and name not in self._snapshot
            whole = left or bool(event.mask & (CLOSED | MOVED_TO))
            self._settling.touch(name, event.at, by_tool=by_tool, wrote=bool(event.mask & ~CLOSED), whole=whole)

    def _leave(self, departed: dict[bytes, _Passage]) -> None:
        above = tuple(departed)
        if self._directories is not None:
            self._directories.drop(above)
        for name in self._snapshot.below(above):
            passage = next(passage for directory, passage in departed.items() if name.startswith(directory))
            self._settling.touch(name, passage.at, by_tool=passage.by_tool)

    def _enter(self, arrived: dict[bytes, _Passage]) -> None:
        """Watch new directories, and what is in them already as if it had been seen to come."""
        while arrived and self._directories is not None:
            visible = self.visible(arrived)
            below: dict[bytes, _Passage] = {}
            for directory, passage in arrived.items():
                if (
                    directory not in visible
                    or is_nested_repository(self._root, directory)
                    or not self._directories.add(directory)
                ):
                    continue
                found = entries(self._root, directory)
                # A directory that moved here with its files is no new one; an empty one may well be.
                moved = passage.moved and bool(found)
                self._settling.touch(directory, passage.at, by_tool=passage.by_tool or moved)
                for entry in found:
                    name = directory + os.fsencode(entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        below[name + b"/"] = passage
                    else:
                        self._came(name, passage.at)
                        self._settling.touch(name, passage.at, by_tool=passage.by_tool)
            arrived = below

    def _came(self, name: bytes, at: float) -> None:
        """A file that was made while the rules changed was taken for one that had only been hidden; it is new."""
        if name in self._unhidden and at < self._unhidden_until:
            self._snapshot.forget(name)

    def _check_root(self) -> None:
        try:
            same = self._root.stat().st_ino == self._identity
        except OSError:
            same = False
        if not same:
            raise RootGone

    def _watch_lock(self) -> None:
        """Follow git's index locks (a stash has one of its own): what is written while one is held, git writes."""
        if self._backend is None:
            return
        if self._lock_watch is not None:
            self._backend.remove([self._lock_watch])
            self._lock_watch = None
        own = git_dir(self._root)
        if own is None:
            return
        try:
            self._lock_watch = self._backend.add(os.fsencode(own), names_only=True)
        except OSError:  # without it, bursts still tell
            return
        self._locks.clear()

    def _look_at_git(self) -> _Git:
        own = git_dir(self._root)
        if own is None:
            return _Git((), locked=False)
        return _Git(tuple(_modified(own / name) for name in ("HEAD", "ORIG_HEAD")), (own / "index.lock").exists())


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
