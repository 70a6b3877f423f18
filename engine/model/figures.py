"""What patui says of its own work when it looks back: weeks, patterns over time, recoveries, anti-patterns."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.patterns import Status


@dataclass(frozen=True, slots=True)
class ReportFile:
    """The report of one ISO week (`2026-W47`); `path` is relative to the workspace, `text` is Markdown."""

    week: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """One ISO week of using patterns. `success` is a share in 0..1, or None when no use had a known end."""

    week: str
    uses: int
    hours_saved: float
    success: float | None


@dataclass(frozen=True, slots=True)
class Improvement:
    """One thing that an evolution recommends; `impact` says what it is estimated to bring, in words."""

    priority: str
    change: str
    impact: str


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """How one version of a pattern did. `success` is a share in 0..1, or None when no use had a known end."""

    version: str
    uses: int
    success: float | None


@dataclass(frozen=True, slots=True)
class Evolution:
    """A pattern over time, and what is proposed for it.

    `weeks` are the shares of success of the last weeks, oldest first, None for a week without a use. `draft` is the
    path of the proposed version's file, relative to the workspace. `backtest` says how both versions would have done.
    `trouble` says why the pattern's evolution file cannot be read; the figures are then those of the database alone.
    """

    pattern_id: str
    name: str
    version: str
    uses: int
    success: float | None
    weeks: tuple[float | None, ...] = ()
    versions: tuple[VersionFigures, ...] = ()
    time_saved: str = ""
    issues: tuple[str, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    proposed_version: str = ""
    draft: str = ""
    backtest: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """A fix that was learned: `steps` are command lines or edits in words, `last` is when it last ran (0: never).

    `success` is a share in 0..1, or None when it was never run; `last_result` is None where nobody can tell.
    """

    pattern_id: str
    name: str
    signature: str
    status: Status
    seen: int
    steps: tuple[str, ...]
    success: float | None = None
    last: float = 0.0
    last_result: bool | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class AntiPattern:
    """Something that keeps failing. `detected` is a date as it was written; `affected` are ids of patterns."""

    id: str
    name: str
    description: str = ""
    detected: str = ""
    occurrences: int = 0
    affected: tuple[str, ...] = ()
    fix: str = ""
    status: str = ""
