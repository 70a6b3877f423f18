"""Live changes of a work tree, settled: what a developer would call one save is one change.

A thread of its own takes raw events, keeps one watch a directory that is not ignored, and reports what differs from the
snapshot it holds once a path was left alone. So editors that save through temporary files and renames, files written in
steps, and touches without a change need no special case. What git writes while it holds the index lock, older files
that only moved, and more than BURST files at once are marked `by_tool`.

Where the system has no more watches (or no inotify) the tree is compared at intervals; where it lost events, once.
"""

from __future__ import annotations

import os
import queue
import re
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.errors import NotAWorkspace
from engine.model import ChangeKind, Clock, FileChange
from engine.sources.directories import NoMoreWatches
from engine.sources.names import on_disk, shown
from engine.sources.rawevents import Backend, RawEvent, Sink
from engine.sources.settling import BURST, Settling, Touch
from engine.sources.snapshot import Snapshot, Stamp
from engine.sources.tracking import GIT_ITSELF, RootGone, Tracking

# Names that editors use beside the file they save, for as long as a save takes or a buffer is open.
_EDITORS_OWN = re.compile(
    rb"""(?:.*/)?(?: 4913 | [^/]*~ | \.\#[^/]* | \#[^/]*\# | \.[^/]*\.sw[a-z] | [^/]*___jb_(?:tmp|old|bak)___
      | \.goutputstream-[^/]* | [^/]*\.kate-swp | \.~lock\.[^/]*\# | [^/]*\.crswap )""",
    re.VERBOSE,
)

# Those of them that stand as long as a buffer is open, and say which file it will become.
_OPEN_BUFFER = re.compile(
    rb"(?P<directory>(?:.*/)?)(?:\.(?P<vim>[^/]+)\.sw[a-p]|\.#(?P<emacs>[^/]+)|\.(?P<kate>[^/]+)\.kate-swp)"
)

_COMPARED = "the files are compared from time to time instead"


class NoticeKind(StrEnum):
    POLLING = "polling"  # no watches: the tree is compared at intervals
    OVERFLOW = "overflow"  # events were lost, and the tree was compared
    VANISHED = "vanished"  # the workspace is gone, and the watcher has ended
    FAILED = "failed"  # the receiver of changes raised; the watcher goes on


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the watching itself that a person may want to know."""

    kind: NoticeKind
    text: str


def system_backend(sink: Sink) -> Backend | None:
    """The watches this system has; None where it has none, or none left."""
    if sys.platform != "linux":
        return None
    from engine.sources.inotify import Inotify  # watchdog costs 60 ms, and only Linux has this part of it

    try:
        return Inotify(sink)
    except OSError:
        return None


class Watcher:
    """Watches from `start` to `stop`; both callbacks come on its own thread.

    `debounce` in seconds, for what may still be written to (see `settling`). Where it has to compare, `poll_seconds`
    is the shortest interval between two comparisons, and `poll_share` the part of the time that they may take.
    """

    def __init__(
        self,
        root: Path,
        on_changes: Callable[[list[FileChange]], None],
        *,
        on_notice: Callable[[Notice], None] = lambda notice: None,
        debounce: float = 0.25,
        poll_seconds: float = 2.0,
        poll_share: float = 0.01,
        clock: Clock = time.time,
        backend: Callable[[Sink], Backend | None] = system_backend,
    ) -> None:
        self._root = root
        self._on_changes = on_changes
        self._on_notice = on_notice
        self._debounce = debounce
        self._poll_seconds = poll_seconds
        self._poll_share = poll_share
        self._clock = clock
        self._make_backend = backend
        self._inbox: queue.SimpleQueue[RawEvent | None] = queue.SimpleQueue()
        self._leaving: dict[Stamp, bytes] = {}
        self._buffers: set[bytes] = set()
        self._next_poll = 0.0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Returns when every change from now on will be reported (half a second for 40,000 files).

        Raises NotAWorkspace when the root is no directory that can be read.
        """
        if not self._root.is_dir() or not os.access(self._root, os.R_OK | os.X_OK):
            raise NotAWorkspace(f"{self._root} is not a directory that can be read")
        self._settling = Settling(self._debounce)
        self._snapshot = Snapshot(self._root)
        self._backend = self._make_backend(self._inbox.put)
        self._tracking = Tracking(self._root, self._backend, self._settling, self._snapshot)
        if self._backend is not None:
            self._backend.start()
        self._guarded(self._tracking.begin)
        if not self._tracking.watching:
            if self._backend is None:
                self._tell(NoticeKind.POLLING, f"this system tells of no changes: {_COMPARED}")
            self._tracking.look()
            self._next_poll = time.monotonic() + self._poll_seconds
        self._thread = threading.Thread(target=self._run, name="patui-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the threads; what has not settled is dropped. May be called twice, and from a callback."""
        self._inbox.put(None)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        try:
            while (events := self._wait()) is not None:
                self._guarded(lambda events=events: self._take(events))  # type: ignore[misc]
                self._settle(time.monotonic())
        except RootGone:
            self._tell(NoticeKind.VANISHED, f"{self._root} is gone")
        finally:
            if self._backend is not None:
                self._backend.stop()

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except NoMoreWatches as error:
            self._tracking.give_up_watches()
            self._next_poll = time.monotonic()
            more = " (Linux gives more with sysctl fs.inotify.max_user_watches)" if sys.platform == "linux" else ""
            self._tell(NoticeKind.POLLING, f"there are no more watches ({error}): {_COMPARED}{more}")

    def _wait(self) -> list[RawEvent] | None:
        """What came in, at the latest when something settles or is to be compared; None to end."""
        moments = [self._settling.due(), None if self._tracking.watching else self._next_poll]
        until = min((moment for moment in moments if moment is not None), default=None)
        timeout = None if until is None else max(0.0, until - time.monotonic())
        events: list[RawEvent] = []
        try:
            event = self._inbox.get(timeout=timeout)
            while event is not None:
                events.append(event)
                event = self._inbox.get_nowait()
        except queue.Empty:
            return events
        return None

    def _take(self, events: list[RawEvent]) -> None:
        if self._tracking.take(events):
            self._tell(NoticeKind.OVERFLOW, "events were lost; the tree was compared")
            self._tracking.compare(time.monotonic())
        if not self._tracking.watching and (now := time.monotonic()) >= self._next_poll:
            self._tracking.compare(now)
            taken = time.monotonic() - now
            self._next_poll = now + max(self._poll_seconds, taken / self._poll_share)

    # ── from touched to changed ──────────────────────────────────────────────────────────────────────────────────────

    def _settle(self, now: float) -> None:
        touches = self._settling.take(now)
        if not touches:
            return
        looks = [(touch, self._snapshot.look(touch.name)) for touch in touches if not touch.name.endswith(b"/")]
        for touch, stamp in looks:
            known = self._snapshot.stamp(touch.name)
            if stamp is None and known is not None:
                self._leaving[known] = touch.name
        visible = self._tracking.visible(
            touch.name
            for touch, stamp in looks
            if stamp is not None and touch.name not in self._snapshot and not _EDITORS_OWN.fullmatch(touch.name)
        )
        burst = len(visible) > BURST
        found = [self._directory(touch) for touch in touches if touch.name.endswith(b"/")]
        found += [self._file(touch, stamp, touch.name in visible, burst) for touch, stamp in looks]
        found += [self._change(name, ChangeKind.OPENED, by_tool=False) for name in self._opened(looks)]
        changes = [change for change in found if change is not None]
        self._hand_over(changes)
        rules = any(change.path.rpartition("/")[2] == ".gitignore" for change in changes)
        if rules or any(touch.name == GIT_ITSELF for touch in touches):
            self._guarded(self._tracking.rules_changed)

    def _opened(self, looks: Iterable[tuple[Touch, Stamp | None]]) -> list[bytes]:
        """The files that are not there yet and that an editor has opened; each is told once while it has."""
        named = set()
        for touch, _ in looks:
            if found := _OPEN_BUFFER.fullmatch(touch.name):
                target = found["directory"] + (found["vim"] or found["emacs"] or found["kate"])
                if not os.path.lexists(on_disk(self._root, touch.name)):
                    self._buffers.discard(target)
                elif target not in self._buffers and not os.path.lexists(on_disk(self._root, target)):
                    named.add(target)
        self._buffers |= named
        return sorted(self._tracking.visible(named))

    def _directory(self, touch: Touch) -> FileChange | None:
        if touch.name == GIT_ITSELF:
            return None
        try:
            is_there = stat.S_ISDIR(os.lstat(on_disk(self._root, touch.name[:-1])).st_mode)
        except OSError:
            return None
        return self._change(touch.name[:-1], ChangeKind.DIRECTORY, touch.by_tool) if is_there else None

    def _file(self, touch: Touch, stamp: Stamp | None, visible: bool, burst: bool) -> FileChange | None:
        name = touch.name
        if stamp is None:
            return self._missing(touch)
        if name in self._snapshot:
            self._leaving = {known: left for known, left in self._leaving.items() if left != name}
            changed = self._snapshot.has_changed(name, stamp, wrote=touch.wrote)
            return self._change(name, ChangeKind.MODIFIED, touch.by_tool) if changed else None
        if not visible:
            return None
        origin = self._leaving.get(stamp)
        by_tool = touch.by_tool or burst or (origin is not None and not self._snapshot.is_fresh(origin))
        self._snapshot.add(name, stamp, fresh=not by_tool)
        return self._change(name, ChangeKind.CREATED, by_tool)

    def _missing(self, touch: Touch) -> FileChange | None:
        known = self._snapshot.stamp(touch.name)
        if known is None:
            return None
        if not touch.gone:  # an editor may be about to put the new version in its place
            self._settling.touch(touch.name, time.monotonic(), by_tool=touch.by_tool, wrote=touch.wrote, gone=True)
            return None
        self._snapshot.forget(touch.name)
        self._leaving.pop(known, None)
        return self._change(touch.name, ChangeKind.REMOVED, touch.by_tool)

    def _change(self, name: bytes, kind: ChangeKind, by_tool: bool) -> FileChange:
        return FileChange(shown(name), kind, self._clock(), by_tool)

    def _hand_over(self, changes: list[FileChange]) -> None:
        if not changes:
            return
        try:
            self._on_changes(changes)
        except Exception as error:  # noqa: BLE001 - whatever the receiver did wrong, later changes must still reach it
            self._tell(NoticeKind.FAILED, f"{type(error).__name__}: {error}")

    def _tell(self, kind: NoticeKind, text: str) -> None:
        self._on_notice(Notice(kind, text))
