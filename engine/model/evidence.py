"""What was learned from it, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.model.patterns import FileTemplate, Kind, Status, Values, Variable


@dataclass(frozen=True, slots=True)
class Induction:
    """A template learned from instances: `values[i]` re-renders instance i byte for byte.

    `values` hold every variable, those that the path decides included. `confidence` is in 0..1.
    """

    kind: Kind
    files: tuple[FileTemplate, ...]
    variables: tuple[Variable, ...]
    values: tuple[Values, ...]
    confidence: float
    suggested_name: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """The values with which a pattern comes closest to a text.

    `values` are those that differ from the preset (or null: the defaults) and from the path; `all_values` are complete.
    `missed` are the lines of the file that the rendering lacks. `similarity` is in 0..1, 1 exactly when `exact`.
    """

    preset: str | None
    values: Values
    all_values: Values
    exact: bool
    similarity: float
    missed: tuple[str, ...]
    rendered: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """One member of a family predicted from those before it; seconds by the Keystroke-Level Model.

    `typed` counts the characters of the values with which the pattern comes closest to the member.
    """

    path: str
    created: float
    exact: bool
    similarity: float
    copy_seconds: float
    pattern_seconds: float
    limit_seconds: float
    typed: int = 0

    @property
    def saved_seconds(self) -> float:
        return self.copy_seconds - self.pattern_seconds


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a pattern would have saved on the past of its family, against copying a sibling.

    `hours_saved` covers all members after the third; when only a sample was predicted (`predicted` < `later`), it is
    the sample's mean times `later`, and `sampled` says so. `hours_per_month` is the rate expected from now on.
    """

    support: int
    later: int
    predicted: int
    exact: int
    gap_closed: float
    hours_saved: float
    hours_per_month: float
    predictions: tuple[Prediction, ...] = ()

    @property
    def sampled(self) -> bool:
        return self.predicted < self.later


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the review: a proposed pattern with its evidence. `id` is its number, `path` its file."""

    id: int
    pattern_id: str
    name: str
    kind: Kind
    status: Status
    confidence: float
    support: int
    hours_saved: float
    hours_per_month: float
    signature: str
    path: str
    detected_at: float
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()  # paths of the family's members, in order of creation
    evidence: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""  # of the last verdict
    defer_until: float = 0.0
