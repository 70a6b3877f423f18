"""What developers made: examples, instances, families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.patterns import Kind


@dataclass(frozen=True, slots=True)
class Example:
    """One text file as its author first wrote it. `text` is exact (CRLF stays CRLF). `created` is the author time."""

    path: str
    text: str
    created: float = 0.0
    author: str = ""
    by_agent: bool = False
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One member of a family with its text: one file, or for a scaffold the files of one directory (`path`)."""

    path: str
    files: tuple[Example, ...]
    created: float = 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a family by name only: `files` is `(path,)`, or for a scaffold the files below directory `path`."""

    path: str
    files: tuple[str, ...]
    created: float = 0.0
    author: str = ""
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Similar files, or similar directories, in order of creation. `signature` is stable while the family grows."""

    name: str
    kind: Kind
    members: tuple[Member, ...]
    signature: str
    confidence: float
    path_template: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(path for member in self.members for path in member.files)


@dataclass(frozen=True, slots=True)
class Scan:
    """The families of a workspace, and how many files were passed over for which reason."""

    families: tuple[Family, ...]
    skipped: Mapping[str, int]
    files: int = 0
    commits: int = 0
