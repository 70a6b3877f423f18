"""The report of one week: what patterns did, what was done by hand, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.model.evidence import Candidate
from engine.model.figures import AntiPattern
from engine.model.telemetry import Execution


@dataclass(frozen=True, slots=True)
class AppliedUse:
    """One application of a file pattern; `seconds_saved` is by the Keystroke-Level Model. What was undone failed."""

    pattern_id: str
    at: float
    seconds_saved: float
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Workaround:
    """What people changed in files after a pattern had written them: `count` of `uses` were edited."""

    pattern_id: str
    count: int
    uses: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Underused:
    """An approved pattern whose family grew by hand: `files` were written without it."""

    pattern_id: str
    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekOfWork:
    """Everything a report is computed from; times lie in `start` .. `end` (seconds since the epoch, end excluded).

    `used` are executions with a pattern and `by_hand` those without one that were reported as operations; `usual` is
    the median measured time of each kind of operation without a pattern, up to the week's end.
    """

    week: str
    start: float
    end: float
    used: tuple[Execution, ...] = ()
    applied: tuple[AppliedUse, ...] = ()
    by_hand: tuple[Execution, ...] = ()
    usual: dict[str, float] = field(default_factory=dict)
    underused: tuple[Underused, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    anti_patterns: tuple[tuple[AntiPattern, str, str], ...] = ()  # each with its pattern and its cause
    workarounds: tuple[Workaround, ...] = ()
    without_telemetry: bool = False  # nothing was ever recorded here: a checkout in CI


@dataclass(frozen=True, slots=True)
class PatternWeek:
    """One pattern in a week. `measured` and `modelled` are the uses whose saving has that source."""

    pattern_id: str
    uses: int
    failures: int
    hours_saved: float
    measured: int = 0
    modelled: int = 0


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """Work by hand that a pattern could do. `similarity` is in 0..1; `candidate` its number, 0 when none is drafted."""

    operation_kind: str
    kind: str
    count: int
    suggested_pattern_id: str
    similarity: float
    name: str = ""
    candidate: int = 0
    hours_per_month: float = 0.0


@dataclass(frozen=True, slots=True)
class Action:
    """A command to type, and why."""

    command: str
    why: str


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """`patui report`: ranked by uses; `hours` is the sum over patterns."""

    week: str
    top_patterns: tuple[PatternWeek, ...]
    hours: float
    underused: tuple[Underused, ...]
    candidates: tuple[NewCandidate, ...]
    anti_patterns: tuple[tuple[AntiPattern, str, str], ...]
    workarounds: tuple[Workaround, ...]
    actions: tuple[Action, ...]
    note: str = ""  # why there is little to say, where there is
