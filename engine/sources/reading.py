"""Reading one file of a work tree without following links, blocking, or reading more than is allowed.

Every directory on the way is opened with O_NOFOLLOW relative to its parent, so no symbolic link below the root is ever
followed, also not one that replaces a directory meanwhile; a FIFO or device is opened non-blocking, seen, and closed.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from engine.sources.skips import Reason

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0)
_DIRECTORY = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)

_REASONS = {
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.VANISHED,
    errno.ESTALE: Reason.VANISHED,
    errno.ELOOP: Reason.SYMLINK,
    errno.EISDIR: Reason.DIRECTORY,
    errno.ENXIO: Reason.SPECIAL,  # a socket, or a FIFO or device with nobody behind it
    errno.ENODEV: Reason.SPECIAL,
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a regular file held; `modified` in seconds since the epoch."""

    data: bytes
    modified: float
    executable: bool


def decoded(data: bytes) -> str | Reason:
    """The text of a file, exact; binary is what holds a NUL byte."""
    if b"\0" in data:
        return Reason.BINARY
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return Reason.INVALID_UTF8


class Reader:
    """Reads files below one root; fast when asked in sorted order, as it keeps the last directory open."""

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._parts: list[bytes] = []
        self._open: list[int] = []

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(0)
        os.close(self._root)

    def read(self, path: bytes, max_bytes: int) -> Content | Reason:
        """The content of the regular file at `path` (relative, `/`), or why there is none."""
        parts = path.split(b"/")
        if any(part in (b"", b".", b"..") for part in parts):
            return Reason.UNREADABLE
        try:
            descriptor = os.open(parts[-1], _FILE, dir_fd=self._enter(parts[:-1]))
        except OSError as error:
            return _REASONS.get(error.errno or 0, Reason.UNREADABLE)
        except ValueError:  # a NUL in the name
            return Reason.UNREADABLE
        try:
            return _content(descriptor, max_bytes)
        except OSError:
            return Reason.UNREADABLE
        finally:
            os.close(descriptor)

    def _enter(self, parts: list[bytes]) -> int:
        if parts != self._parts:
            shared = 0
            while shared < min(len(parts), len(self._parts)) and parts[shared] == self._parts[shared]:
                shared += 1
            self._leave(shared)
            for part in parts[shared:]:
                above = self._open[-1] if self._open else self._root
                self._open.append(os.open(part, _DIRECTORY, dir_fd=above))
                self._parts.append(part)
        return self._open[-1] if self._open else self._root

    def _leave(self, depth: int) -> None:
        while len(self._open) > depth:
            os.close(self._open.pop())
            self._parts.pop()


def _content(descriptor: int, max_bytes: int) -> Content | Reason:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return Reason.DIRECTORY if stat.S_ISDIR(status.st_mode) else Reason.SPECIAL
    if status.st_size > max_bytes:
        return Reason.TOO_LARGE
    data = os.read(descriptor, status.st_size + 1)
    if len(data) != status.st_size:  # it grows or shrinks at this moment, or lies about its size (as /proc does)
        while len(data) <= max_bytes and (more := os.read(descriptor, max_bytes + 1 - len(data))):
            data += more
        if len(data) > max_bytes:
            return Reason.TOO_LARGE
    return Content(data, status.st_mtime, bool(status.st_mode & stat.S_IXUSR))
