"""Reading a file of patui's own: a regular one, up to a bound, without ever waiting for it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from engine.errors import BrokenInput


def read_file(path: Path, source: str, most: int) -> bytes:
    """The first `most` bytes of the file; BrokenInput, which calls it `source`, when it is no file or unreadable."""
    try:
        # Not blocking, so that a pipe in the place of a file cannot hold us.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BrokenInput(f"{source}: is not a file")
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(most)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise BrokenInput(f"{source}: cannot be read: {error.strerror}") from None
