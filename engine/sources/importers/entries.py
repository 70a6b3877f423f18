"""What an importer finds, and how a file is read for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import BrokenInput
from engine.regular_file import read_file

MOST_BYTES = 256_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One command of a history or a transcript, as it stands there; nothing is redacted yet.

    `at` is when it began (0: the file does not say), `name` what the source itself calls it ("": nothing). `success`
    is None where nobody can tell.
    """

    command: str
    at: float = 0.0
    seconds: float | None = None
    directory: str = ""
    exit_code: int | None = None
    success: bool | None = None
    session: str = ""
    by_agent: bool = False
    output: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that is no entry: `is_broken` when it should have been one, else it is of no use."""

    why: str
    is_broken: bool = False


def content(path: Path) -> bytes:
    """All of a file. BrokenInput when it is missing, none, or larger than `MOST_BYTES`."""
    read = read_file(path, str(path), MOST_BYTES + 1)
    if len(read) > MOST_BYTES:
        raise BrokenInput(f"{path} is larger than {MOST_BYTES:,} bytes")
    return read
