"""Everything patui can refuse, as one tree. A message says what is wrong and what to do next.

PatuiError
├── UsageError            the request cannot mean anything (exit 2)
│   ├── NoSuchPattern         no pattern, candidate, alias or file answers to this name
│   └── MissingValue          a variable has no value, no default, and the path does not decide it
├── RefusedError          understood, and not done (exit 1)
│   ├── NotTrusted            the pattern was not approved on this machine, or was changed since
│   ├── UnsafePath            the target lies outside the root, behind a symlink, or in a protected folder
│   ├── Conflict              a target exists, or was edited since patui wrote it
│   └── TooDifferent          the examples do not share enough to be one template
└── BrokenInput           something on disk cannot be read as what it should be (exit 3)
    ├── InvalidDocument       a YAML document breaks its rules; carries every problem with its path
    ├── TemplateError         a template does not parse or does not render
    ├── NotAWorkspace         the directory is missing or cannot be entered
    └── StoreError            the database cannot be used
        ├── StoreBusy             another program writes to it and does not end
        ├── StoreTooNew           written by a newer patui
        └── StoreCorrupt          not an SQLite database, or a damaged one
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PatuiError(Exception):
    """Base of all errors patui raises on purpose; `exit_code` is what the command line ends with."""

    exit_code = 3


class UsageError(PatuiError):
    exit_code = 2


class NoSuchPattern(UsageError):
    def __init__(self, reference: str, known: Sequence[str] = ()) -> None:
        self.reference = reference
        hint = f" Known: {', '.join(known[:5])}." if known else " `patui candidates` lists what there is."
        super().__init__(f"no pattern or candidate is called {reference!r}.{hint}")


class MissingValue(UsageError):
    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"no value for {', '.join(names)}: give it with --set {names[0]}=…")


class RefusedError(PatuiError):
    exit_code = 1


class NotTrusted(RefusedError):
    pass


class UnsafePath(RefusedError):
    pass


class Conflict(RefusedError):
    pass


class TooDifferent(RefusedError):
    pass


class BrokenInput(PatuiError):
    exit_code = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: `where` is a path such as `variables[2].type`."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class InvalidDocument(BrokenInput):
    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{source}: {problem}" for problem in self.problems))


class TemplateError(BrokenInput):
    pass


class NotAWorkspace(BrokenInput):
    pass


class StoreError(BrokenInput):
    pass


class StoreBusy(StoreError):
    pass


class StoreTooNew(StoreError):
    pass


class StoreCorrupt(StoreError):
    pass
