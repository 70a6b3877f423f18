"""Contents out of git's object store, through two long-lived processes: one tells sizes, one gives contents."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from engine.sources import gitcommand
from engine.sources.skips import Reason

_PIPE = 1 << 20  # bytes: git inflates ahead while we decode
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of Linux, which the fcntl module names only since Python 3.10 and only there


class Blobs:
    """Reads blobs by id. Ask for at most a few hundred at once: their names must fit into a pipe."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stack = ExitStack()
        self._sizes: subprocess.Popen[bytes] | None = None
        self._contents: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def read(self, blobs: Sequence[str], max_bytes: int) -> list[bytes | Reason]:
        """The content of each, or why there is none."""
        sizes = list(self._ask_sizes(blobs))
        wanted = [blob for blob, size in zip(blobs, sizes, strict=True) if isinstance(size, int) and size <= max_bytes]
        contents = iter(self._ask_contents(wanted))
        return [
            size if isinstance(size, Reason) else next(contents) if size <= max_bytes else Reason.TOO_LARGE
            for size in sizes
        ]

    def _ask_sizes(self, blobs: Sequence[str]) -> Iterator[int | Reason]:
        if self._sizes is None:
            self._sizes = self._start("--batch-check")
        yield from (_size(line) for line in _lines(self._sizes, blobs))

    def _ask_contents(self, blobs: Sequence[str]) -> list[bytes | Reason]:
        found: list[bytes | Reason] = []
        while len(found) < len(blobs):
            if self._contents is None:
                self._contents = self._start("--batch")
            found.extend(_contents(self._contents, blobs[len(found) :]))
            if len(found) < len(blobs):  # git gave up at a damaged object: go on behind it with a new one
                found.append(Reason.NOT_HERE)
                self._contents = None
        return found

    def _start(self, how: str) -> subprocess.Popen[bytes]:
        process = self._stack.enter_context(gitcommand.streaming(self._root, "cat-file", how, talks=True))
        if process.stdout is not None:
            with suppress(OSError):  # not Linux, or over the user's quota: slower, nothing else
                fcntl.fcntl(process.stdout, _SET_PIPE_SIZE, _PIPE)
        return process


def _send(process: subprocess.Popen[bytes], blobs: Sequence[str]) -> None:
    if process.stdin is None:
        return
    try:
        process.stdin.write("".join(f"{blob}\n" for blob in blobs).encode())
        process.stdin.flush()
    except BrokenPipeError:  # it ended: reading will tell
        pass


def _lines(process: subprocess.Popen[bytes], blobs: Sequence[str]) -> Iterator[bytes]:
    _send(process, blobs)
    for _ in blobs:
        yield process.stdout.readline() if process.stdout is not None else b""


def _size(line: bytes) -> int | Reason:
    """`<id> blob <size>`, `<id> missing`, or nothing when git ended."""
    parts = line.split()
    return int(parts[2]) if len(parts) == 3 and parts[1] == b"blob" else Reason.NOT_HERE


def _contents(process: subprocess.Popen[bytes], blobs: Sequence[str]) -> Iterator[bytes | Reason]:
    """One item for each blob until git ends."""
    _send(process, blobs)
    if process.stdout is None:
        return
    for _ in blobs:
        line = process.stdout.readline()
        if not line:
            return
        size = _size(line)
        if isinstance(size, Reason):
            yield size
            continue
        data = process.stdout.read(size + 1)  # and a newline behind it
        if len(data) <= size:
            return
        yield data[:-1]
