"""What lies around a path on the disk, by name and age: the neighbours that tell what a new file will be."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.mining.neighbours import MOST
from engine.mining.shapes import extension


def listing(root: Path, wanted: str, created: Callable[[str], float]) -> Callable[[str, str], Sequence[str]]:
    """The port of `neighbours.around`: the files of a directory with the ending `wanted`, or those at a tail below each
    of its directories, oldest first, the newest `MOST`; empty ones are none. `created` says when a file was made, by
    the history, in seconds since 1970; 0 where that is not known, and the clock of the disk decides."""

    def found(directory: str, tail: str) -> Sequence[str]:
        paths = [
            posixpath.join(directory, name, tail) if tail else posixpath.join(directory, name)
            for name in _names(root, directory, files=not tail)
        ]
        timed = [(_since(root, path, created), path) for path in paths if tail or _ending(path) == wanted]
        return [path for since, path in sorted(timed) if since][-MOST:]

    return found


def files_of(root: Path, directory: str) -> list[str]:
    """The files of a directory that are not empty, oldest first, the newest `MOST`."""
    timed = [
        (_since(root, path, lambda _: 0.0), path)
        for path in (posixpath.join(directory, name) for name in _names(root, directory, files=True))
    ]
    return [path for since, path in sorted(timed) if since][-MOST:]


def modified(root: Path, path: str) -> float:
    """When a file was written last, seconds since 1970; 0 where there is none."""
    try:
        return (root / path).lstat().st_mtime
    except OSError:
        return 0.0


def _names(root: Path, directory: str, *, files: bool) -> list[str]:
    try:
        with os.scandir(root / directory) as entries:
            return [
                entry.name
                for entry in entries
                if (entry.is_file(follow_symlinks=False) if files else entry.is_dir(follow_symlinks=False))
            ]
    except OSError:
        return []


def _since(root: Path, path: str, created: Callable[[str], float]) -> float:
    try:
        found = (root / path).lstat()
    except OSError:
        return 0.0
    return (created(path) or found.st_mtime) if stat.S_ISREG(found.st_mode) and found.st_size else 0.0


def _ending(path: str) -> str:
    return extension(posixpath.basename(path))
