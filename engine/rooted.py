"""Files below one root, reached without ever following a link, and never overwritten.

Every part of a path is opened from the part above it with O_NOFOLLOW, so a directory that is swapped for a symlink
between looking and writing is refused and not followed. New content is written to a temporary file in the same
directory and linked to its name; linking fails where something has appeared meanwhile, which renaming would overwrite.
A file that is to be filled, emptied or removed is first moved aside and checked there, so that no edit made in between
can be lost. All functions take the root, or a directory in it, as a file descriptor.

Raises UnsafePath (a link on the way), Conflict (something else is there; its message starts with `it`, the caller knows
the path) and OSError (the disk's own reasons).
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from io import BufferedReader
from pathlib import Path

from engine.errors import Conflict, NotAWorkspace, UnsafePath

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # non-blocking: a FIFO must not hold us
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class Found(StrEnum):
    """What stands at a path."""

    NOTHING = "nothing"
    EMPTY = "empty"
    SAME = "same"  # a file with the very content asked about
    OTHER = "other"  # a file with other content, one that cannot be read, or something that is no file
    DIRECTORY = "directory"
    SYMLINK = "symlink"  # the path itself, or a directory on the way to it
    BLOCKED = "blocked"  # a file where a directory is needed


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@contextmanager
def opened(root: Path) -> Iterator[int]:
    """The root as a descriptor: links above and in the root itself are the user's own choice and are followed once."""
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise NotAWorkspace(f"{root}: cannot be opened: {error.strerror}") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def parent_of(root: int, path: str, made: list[str] | None = None) -> Iterator[tuple[int, str]]:
    """The directory of `path` as a descriptor, and the last part of `path`.

    With `made`, missing directories are created and their paths appended; without it FileNotFoundError is raised.
    """
    *parents, name = path.split("/")
    descriptor = os.dup(root)
    try:
        for depth, part in enumerate(parents, start=1):
            below = _step(descriptor, part, parents[:depth], made)
            os.close(descriptor)
            descriptor = below
        yield descriptor, name
    finally:
        os.close(descriptor)


def _step(above: int, part: str, walked: Sequence[str], made: list[str] | None) -> int:
    if made is not None:
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=above)
            made.append("/".join(walked))
    try:
        return os.open(part, _DIRECTORY, dir_fd=above)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        where = "/".join(walked)
        if _is_link(above, part):
            raise UnsafePath(f"{where} is a symbolic link: patui writes through none") from None
        raise Conflict(f"{where} is a file, and a directory is needed there") from None


def _is_link(directory: int, name: str) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)


def look(root: int, path: str, content: bytes) -> Found:
    """What stands at `path`; a regular file is read only when its size is that of `content`."""
    try:
        with parent_of(root, path) as (directory, name):
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                return Found.SYMLINK
            if stat.S_ISDIR(status.st_mode):
                return Found.DIRECTORY
            if not stat.S_ISREG(status.st_mode):
                return Found.OTHER
            if status.st_size == len(content) and _digest_of(directory, name) == digest(content):
                return Found.SAME
            return Found.OTHER if status.st_size else Found.EMPTY
    except FileNotFoundError:
        return Found.NOTHING
    except UnsafePath:
        return Found.SYMLINK
    except Conflict:
        return Found.BLOCKED
    except PermissionError:
        return Found.OTHER


def read(root: int, path: str, limit: int) -> bytes:
    """The content of the regular file at `path`; Conflict when it is no file or holds more than `limit` bytes."""
    with parent_of(root, path) as (directory, name), _open_file(directory, name) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Conflict(f"it is larger than {limit} bytes")
    return content


def create(directory: int, name: str, content: bytes, *, executable: bool = False, durable: bool = False) -> None:
    """A new file with `content`; Conflict when anything has that name."""
    temporary = _temporary(directory, content, 0o777 if executable else 0o666, durable)
    try:
        _place(directory, temporary, name)
    finally:
        _discard(directory, temporary)


def fill(directory: int, name: str, content: bytes, *, durable: bool = False) -> None:
    """`content` into an empty file, which keeps its mode; Conflict when it is not (or no longer) empty."""
    if not _is_empty_file(directory, name):
        raise Conflict("it is no longer an empty file")
    temporary = _temporary(directory, content, 0o666, durable)
    try:
        aside = _move_aside(directory, name)
        if not _is_empty_file(directory, aside):
            _give_back(directory, aside, name)
            raise Conflict("it is no longer an empty file")
        try:
            _set_mode(directory, temporary, stat.S_IMODE(os.stat(aside, dir_fd=directory).st_mode))
            _place(directory, temporary, name)
        except BaseException:
            _give_back(directory, aside, name)
            raise
        _discard(directory, aside)
    finally:
        _discard(directory, temporary)


def remove(directory: int, name: str, expected: str) -> None:
    """Take away the file whose content has the digest `expected`; Conflict when it was edited. Gone already is done."""
    if aside := _aside_if_unchanged(directory, name, expected):
        _discard(directory, aside)


def empty(directory: int, name: str, expected: str) -> None:
    """Empty the file whose content has the digest `expected`, keeping its mode; Conflict when it was edited."""
    aside = _aside_if_unchanged(directory, name, expected)
    if not aside:
        return
    temporary = ""
    try:
        temporary = _temporary(directory, b"", 0o666, durable=False)
        _set_mode(directory, temporary, stat.S_IMODE(os.stat(aside, dir_fd=directory).st_mode))
        _place(directory, temporary, name)
    except BaseException:
        _give_back(directory, aside, name)
        raise
    finally:
        _discard(directory, temporary)
    _discard(directory, aside)


def remove_directory(directory: int, name: str) -> bool:
    """Take away an empty directory; False when it holds something or is none."""
    try:
        os.rmdir(name, dir_fd=directory)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.ENOENT, errno.EBUSY):
            return False
        raise
    return True


def _aside_if_unchanged(directory: int, name: str, expected: str) -> str:
    """Move the file aside when its content is the expected one; empty when it is gone, Conflict when it was edited."""
    try:
        if _digest_of(directory, name) != expected:
            raise Conflict("it was edited since")
        aside = _move_aside(directory, name)
    except FileNotFoundError:
        return ""
    try:
        if _digest_of(directory, aside) != expected:
            raise Conflict("it was edited since")  # between the look and the move
    except BaseException:
        _give_back(directory, aside, name)
        raise
    return aside


def _digest_of(directory: int, name: str) -> str:
    with _open_file(directory, name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _open_file(directory: int, name: str) -> Iterator[BufferedReader]:
    try:
        descriptor = os.open(name, _READ, dir_fd=directory)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnsafePath("it is a symbolic link") from None
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Conflict("it is no file")
        with open(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(descriptor)


def _is_empty_file(directory: int, name: str) -> bool:
    try:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == 0


def _temporary(directory: int, content: bytes, mode: int, durable: bool) -> str:
    """A new file with `content` under a free name; nothing is left behind when the disk refuses."""
    for number in itertools.count():
        name = f".patui-{os.getpid()}-{number}~"
        try:
            descriptor = os.open(name, _NEW, mode, dir_fd=directory)
            break
        except FileExistsError:
            continue
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(descriptor)
    except BaseException:
        _discard(directory, name)
        raise
    return name


def _place(directory: int, temporary: str, name: str) -> None:
    """Give the temporary file its name, unless the name is taken."""
    try:
        os.link(temporary, name, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
    except FileExistsError:
        raise Conflict("it appeared meanwhile") from None
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # A file system without hard links: reserve the name, then rename over our own empty file.
        try:
            os.close(os.open(name, _NEW, dir_fd=directory))
        except FileExistsError:
            raise Conflict("it appeared meanwhile") from None
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)


def _move_aside(directory: int, name: str) -> str:
    aside = _temporary(directory, b"", 0o600, durable=False)  # reserves a name that renaming may replace
    try:
        os.rename(name, aside, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        _discard(directory, aside)
        raise
    return aside


def _give_back(directory: int, aside: str, name: str) -> None:
    """Undo `_move_aside`. What came to `name` meanwhile stays, and so does the file moved aside unless it is empty."""
    try:
        _place(directory, aside, name)
    except Conflict:
        if not _is_empty_file(directory, aside):
            raise Conflict(f"it was replaced meanwhile; what it held is in {aside} beside it") from None
    _discard(directory, aside)


def _set_mode(directory: int, name: str, mode: int) -> None:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    try:
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def _discard(directory: int, name: str) -> None:
    if name:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=directory)
