"""What a source passed over and why, counted in full and named up to a bound, for `doctor` and `scan`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a file is passed over. The values are what people read."""

    BINARY = "binary"
    TOO_LARGE = "too large"
    INVALID_UTF8 = "invalid UTF-8"
    SYMLINK = "symbolic link"
    SPECIAL = "not a regular file"  # FIFO, socket, device
    DIRECTORY = "directory"  # where a file was expected
    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    SUBMODULE = "submodule"
    NOT_HERE = "not in this clone"  # a blob that a partial or damaged clone lacks
    HISTORY = "history that git cannot read"
    EXCLUDED = "excluded"
    GENERATED = "generated"
    VENDORED = "vendored"
    LOCK_FILE = "lock file"
    MINIFIED = "minified"
    SNAPSHOT = "snapshot"
    OWN = "patui's own"
    SECRET = "holds a secret"  # noqa: S105 - a reason, not one


@dataclass(frozen=True, slots=True)
class Skipped:
    """One file that was not read, as a value."""

    path: str
    reason: Reason


class Skips:
    """Counts by reason; of each reason the first `named` paths are kept by name."""

    def __init__(self, named: int = 50) -> None:
        self._named = named
        self._counts: dict[Reason, int] = {}
        self._paths: dict[Reason, list[str]] = {}

    def add(self, reason: Reason, path: str) -> None:
        self._counts[reason] = self._counts.get(reason, 0) + 1
        paths = self._paths.setdefault(reason, [])
        if len(paths) < self._named:
            paths.append(path)

    @property
    def counts(self) -> Mapping[str, int]:
        return {str(reason): count for reason, count in self._counts.items()}

    def __len__(self) -> int:
        return sum(self._counts.values())

    def __iter__(self) -> Iterator[Skipped]:
        """The named ones, reason by reason."""
        for reason, paths in self._paths.items():
            for path in paths:
                yield Skipped(path, reason)
