"""The files of a work tree as last seen, to tell a change from a mere touch, and a move from new work."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engine.sources.names import on_disk
from engine.sources.reading import Content, Reader

_HASHED = 1 << 20  # bytes; a larger file has changed when its times say so


class Stamp(NamedTuple):
    """What the system says of a file without reading it. 56 bytes and its numbers, for each file of the tree."""

    modified: int  # nanoseconds
    size: int
    inode: int


@dataclass(slots=True)
class _Known:
    digest: bytes = b""
    fresh: bool = False  # it came into being under our eyes, by nobody's tool


class Snapshot:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamps: dict[bytes, Stamp] = {}
        self._known: dict[bytes, _Known] = {}  # only of files that changed while we watched

    def __contains__(self, name: bytes) -> bool:
        return name in self._stamps

    def __len__(self) -> int:
        return len(self._stamps)

    def look(self, name: bytes) -> Stamp | None:
        """The stamp of the regular file there now; None where there is none."""
        try:
            status = os.lstat(on_disk(self._root, name))
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)

    def learn(self, names: Iterable[bytes]) -> None:
        """Take what stands there as known, and nothing else."""
        found = ((name, self.look(name)) for name in names)
        self._stamps = {name: stamp for name, stamp in found if stamp is not None}
        self._known = {name: known for name, known in self._known.items() if name in self._stamps}

    def align(self, names: Iterable[bytes], unsettled: Container[bytes]) -> set[bytes]:
        """Other names are in sight now: take those that came as known, forget those that went; those that came."""
        wanted = dict.fromkeys(names)
        for name in [name for name in self._stamps if name not in wanted and name not in unsettled]:
            self.forget(name)
        came = set()
        for name in wanted:
            if name not in self._stamps and name not in unsettled and (stamp := self.look(name)) is not None:
                self._stamps[name] = stamp
                came.add(name)
        return came

    def differing(self, names: Iterable[bytes]) -> Iterator[bytes]:
        """The names whose files are new, gone or differently stamped; `names` are all there are now."""
        unseen = dict.fromkeys(self._stamps)
        for name in names:
            unseen.pop(name, None)
            if self.look(name) != self._stamps.get(name):
                yield name
        yield from unseen

    def below(self, directories: tuple[bytes, ...]) -> list[bytes]:
        """The known files below any of these (`a/b/`)."""
        return [name for name in self._stamps if name.startswith(directories)]

    def stamp(self, name: bytes) -> Stamp | None:
        return self._stamps.get(name)

    def is_fresh(self, name: bytes) -> bool:
        known = self._known.get(name)
        return known is not None and known.fresh

    def add(self, name: bytes, stamp: Stamp, *, fresh: bool) -> None:
        self._stamps[name] = stamp
        self._known[name] = _Known(self._digest(name, stamp), fresh)

    def forget(self, name: bytes) -> None:
        self._stamps.pop(name, None)
        self._known.pop(name, None)

    def has_changed(self, name: bytes, stamp: Stamp, *, wrote: bool) -> bool:
        """Whether the content differs from what was known; remembers the new stamp either way.

        Where the old content was never seen, equal size and no write is "the same", a write is a change.
        """
        before = self._stamps[name]
        if stamp == before:
            return False
        self._stamps[name] = stamp
        known = self._known.setdefault(name, _Known())
        digest, known.digest = known.digest, self._digest(name, stamp)
        if stamp.size != before.size:
            return True
        return known.digest != digest if digest and known.digest else wrote

    def _digest(self, name: bytes, stamp: Stamp) -> bytes:
        if stamp.size > _HASHED:
            return b""
        try:
            with Reader(self._root) as reader:
                content = reader.read(name, _HASHED)
        except OSError:
            return b""
        return hashlib.blake2b(content.data, digest_size=16).digest() if isinstance(content, Content) else b""
