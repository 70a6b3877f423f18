"""The directories of a work tree that are being watched, by name and by watch."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from engine.sources.names import on_disk
from engine.sources.rawevents import Backend

_EXHAUSTED = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class NoMoreWatches(Exception):
    """The system gives no more watches; caught by the watcher, which then compares instead."""


class Directories:
    """Names are relative to the root and end in `/`; the root itself is `b""`."""

    def __init__(self, root: Path, backend: Backend) -> None:
        self._root = root
        self._backend = backend
        self._watches: dict[bytes, int] = {}
        self._names: dict[int, bytes] = {}

    def __contains__(self, directory: bytes) -> bool:
        return directory in self._watches

    def __len__(self) -> int:
        return len(self._watches)

    def name(self, watch: int) -> bytes | None:
        return self._names.get(watch)

    def add(self, directory: bytes) -> bool:
        """Whether it is watched now; not when it is gone or closed to us. Raises NoMoreWatches."""
        if directory in self._watches:
            return True
        try:
            watch = self._backend.add(on_disk(self._root, directory))
        except OSError as error:
            if error.errno in _EXHAUSTED:
                raise NoMoreWatches(error.strerror) from error
            return False
        self._watches[directory] = watch
        self._names[watch] = directory
        return True

    def drop(self, directories: Iterable[bytes]) -> None:
        """Watch nothing at or below these."""
        above = tuple(directories)
        self._remove([name for name in self._watches if name.startswith(above)])

    def keep(self, directories: Iterable[bytes]) -> list[bytes]:
        """Watch exactly these; the ones that are new. Raises NoMoreWatches."""
        wanted = dict.fromkeys(directories)
        self._remove([name for name in self._watches if name not in wanted])
        return [name for name in wanted if name not in self._watches and self.add(name)]

    def lost(self, watch: int) -> None:
        """The system ended this watch by itself."""
        name = self._names.pop(watch, None)
        if name is not None and self._watches.get(name) == watch:
            del self._watches[name]

    def clear(self) -> set[bytes]:
        """Watch nothing; what was watched."""
        before = set(self._watches)
        self._remove(list(self._watches))
        return before

    def _remove(self, names: list[bytes]) -> None:
        watches = [self._watches.pop(name) for name in names]
        for watch in watches:
            self._names.pop(watch, None)
        self._backend.remove(watches)
