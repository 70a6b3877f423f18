"""What happens live, and the ports by which the pure floors reach the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias


class EventType(StrEnum):
    READY = "ready"
    FILE = "file"
    EXECUTION = "execution"
    ERROR = "error"
    CANDIDATE = "candidate"
    SUGGESTION = "suggestion"
    VERDICT = "verdict"
    APPLICATION = "application"
    REPORT = "report"
    PROGRESS = "progress"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the live feed. `about` carries type-specific keys (candidate, pattern_id, count …)."""

    type: EventType
    time: float
    text: str
    path: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


class SuggestionKind(StrEnum):
    FAMILY = "family"  # you made N similar files: look at the template
    FILL = "fill"  # an empty file or directory of a known family: fill it
    RECIPE = "recipe"  # you did the same N times: look at the recipe
    RECOVERY = "recovery"  # an error that was fixed before is back, or was fixed for the third time


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something patui would do if asked. Two with one `key` merge, and `count` grows. `pattern` is an id.

    `confidence` is how likely it is right, in 0..1; 0 where nobody estimated it.
    """

    key: str
    kind: SuggestionKind
    title: str
    detail: str
    path: str
    pattern: str
    time: float
    count: int = 1
    status: str = "open"  # open accepted dismissed expired
    id: int = 0
    confidence: float = 0.0


class ChangeKind(StrEnum):
    CREATED = "created"
    MODIFIED = "modified"
    REMOVED = "removed"
    DIRECTORY = "directory"  # a new directory
    OPENED = "opened"  # an editor works on a file that is not there yet


@dataclass(frozen=True, slots=True)
class FileChange:
    """One settled change of the work tree (an editor's atomic save is one).

    `by_tool`: a checkout, a move of older files, or many files at once; nobody typed it.
    """

    path: str
    kind: ChangeKind
    time: float
    by_tool: bool = False


Clock: TypeAlias = Callable[[], float]


class Notifier(Protocol):
    """Takes suggestions and events to whoever listens (the database, a test's list)."""

    def suggest(self, suggestion: Suggestion) -> None: ...

    def tell(self, event: Event) -> None: ...
