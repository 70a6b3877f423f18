"""One inotify instance with one watch a directory, on watchdog's reader, which also tells of overflows.

watchdog's observers watch whole trees and would spend a watch on every ignored directory; its descriptor class beneath
them watches exactly the directories that it is given. Linux only: importing this fails elsewhere.
"""

from __future__ import annotations

import itertools
import logging
import time

from watchdog.observers.inotify_c import CallbackId, InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

from engine.sources.rawevents import CLOSED, CREATED, DELETED, MODIFIED, MOVED_FROM, MOVED_TO, OVERFLOW, RawEvent, Sink

_HOW = InotifyConstants.IN_ONLYDIR | InotifyConstants.IN_DONT_FOLLOW | InotifyConstants.IN_EXCL_UNLINK
_NAMES_ONLY = Mask(CREATED | DELETED | MOVED_FROM | MOVED_TO | _HOW)
_EVENTS = Mask(_NAMES_ONLY | MODIFIED | CLOSED | InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF)
_PAUSE = (
    0.01  # seconds between two reads: a file that is written all the time wakes us a hundred times a second at most
)
_BUFFER = 1 << 19  # bytes: a full queue of the kernel's usual 16,384 events in one read

# An overflow is told as an event; the log's last resort would print it into a terminal.
logging.getLogger("watchdog").addHandler(logging.NullHandler())


class Inotify:
    """Every event goes to `sink`, on the reader's thread."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._ids = itertools.count(1)
        self._id_of: dict[int, CallbackId] = {}
        self._reader = _Reader()

    def start(self) -> None:
        self._reader.start()

    def add(self, path: bytes, *, names_only: bool = False) -> int:
        identity = CallbackId(next(self._ids))
        watch = self._reader.add_callback(path, _NAMES_ONLY if names_only else _EVENTS, self, identity)
        if watch == -1:
            raise PermissionError(f"{path!r} cannot be watched")
        self._id_of[watch] = identity
        return watch

    def remove(self, watches: list[int]) -> None:
        pairs = [(WatchDescriptor(watch), self._id_of.pop(watch)) for watch in watches if watch in self._id_of]
        self._reader.remove_callbacks(pairs)

    def stop(self) -> None:
        self._reader.stop()
        if self._reader.is_alive():
            self._reader.join()

    def on_event(self, event: InotifyEvent) -> None:
        self._sink(RawEvent(event.wd, event.mask, event.name, event.cookie, time.monotonic()))

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        self._sink(RawEvent(wd, InotifyConstants.IN_IGNORED, b"", 0, time.monotonic()))

    def on_queue_overflow(self) -> None:
        self._sink(RawEvent(-1, OVERFLOW, b"", 0, time.monotonic()))


class _Reader(InotifyFD):
    def run(self) -> None:
        while self.should_keep_running():
            written: set[tuple[int, int, bytes]] = set()
            for event in self.read_events(event_buffer_size=_BUFFER):
                # A file that is written all the time says so thousands of times between two reads.
                if event.mask & ~(MODIFIED | CLOSED) == 0:
                    if (key := (event.wd, event.mask, event.name)) in written:
                        continue
                    written.add(key)
                self.handle_event(event)
            self.stopped_event.wait(_PAUSE)
