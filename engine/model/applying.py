"""Plans, applications and their undoing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.model.patterns import Values


class WriteAction(StrEnum):
    CREATE = "create"  # nothing is there
    FILL = "fill"  # an empty file is there
    SAME = "same"  # the very text is there already
    CONFLICT = "conflict"  # other content is there: never overwritten


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    path: str
    text: str
    action: WriteAction
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an application would write, shown before anything is written. `targets` are what a person chose."""

    pattern_id: str
    version: str
    name: str
    targets: tuple[str, ...]
    writes: tuple[PlannedWrite, ...]
    values: Values
    unchecked: tuple[str, ...] = ()  # variables that stand at a default or preset value nobody confirmed

    @property
    def conflicts(self) -> tuple[str, ...]:
        return tuple(write.path for write in self.writes if write.action is WriteAction.CONFLICT)


@dataclass(frozen=True, slots=True)
class Application:
    """A plan that was written; `undone_at` is 0 while it stands."""

    id: int
    pattern_id: str
    version: str
    at: float
    paths: tuple[str, ...]
    undone_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: `removed` are gone or empty again, `kept` were edited since and stay, each with its reason."""

    application: Application | None
    removed: tuple[str, ...]
    kept: Mapping[str, str]
