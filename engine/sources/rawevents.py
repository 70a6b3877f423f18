"""What the kernel tells of a watched directory, in inotify's own numbers (inotify(7)), and who can be asked to tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

MODIFIED = 0x2
CLOSED = 0x8  # after being open for writing
MOVED_FROM = 0x40
MOVED_TO = 0x80
CREATED = 0x100
DELETED = 0x200
ABOUT_ITSELF = 0x400 | 0x800 | 0x2000  # the directory itself was deleted, moved or unmounted
ENDED = 0x8000  # its watch is gone
OVERFLOW = 0x4000
DIRECTORY = 0x40000000


class RawEvent(NamedTuple):
    """An event in the directory with this watch; `at` in seconds of the steady clock."""

    watch: int
    mask: int
    name: bytes
    cookie: int
    at: float


Sink: TypeAlias = Callable[[RawEvent], None]


class Backend(Protocol):
    """Watches directories, each by its full path. `add` raises OSError as the system says (ENOSPC: no more watches)."""

    def start(self) -> None: ...

    def add(self, path: bytes, *, names_only: bool = False) -> int: ...

    def remove(self, watches: list[int]) -> None: ...

    def stop(self) -> None: ...
