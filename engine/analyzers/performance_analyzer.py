"""AUTO-004: what patterns did in a week, from what was recorded, so that every number can be computed again by hand.

Hours saved by a pattern = over its successful uses, the median measured time of the same kind of operation without a
pattern, less the time of the use. A use of a file pattern counts what its plan saved by the Keystroke-Level Model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import count
from typing import Protocol

from engine.mining.executions import record_of, signature_of, similarity
from engine.model import Execution, Kind
from engine.model.reports import (
    Action,
    AppliedUse,
    NewCandidate,
    PatternWeek,
    WeeklyReport,
    WeekOfWork,
)

_HOUR = 3600.0
MOST_ACTIONS = 8


class Weeks(Protocol):
    """Where the weeks are read from and their reports are kept."""

    def week(self, name: str | None) -> WeekOfWork:
        """The named ISO week, or the last whole one."""
        ...

    def keep(self, report: WeeklyReport) -> None: ...


class PatternPerformanceAnalyzer:
    """The plan's class over ports: reads a week, reports it, and keeps the report."""

    def __init__(self, weeks: Weeks, *, min_executions: int = 3, similarity_threshold: float = 0.75) -> None:
        self._weeks = weeks
        self._least = min_executions
        self._threshold = similarity_threshold

    def generate_weekly_report(self, week: str | None = None) -> WeeklyReport:
        """The report of a week (`2026-W47`; without one: the last whole week), written and indexed."""
        report = self.report_of(self._weeks.week(week))
        self._weeks.keep(report)
        return report

    def report_of(self, work: WeekOfWork) -> WeeklyReport:
        """The report without keeping it; pure."""
        top = rank(work)
        candidates = (*_operations(work, self._least, self._threshold), *_drafted(work))
        report = WeeklyReport(
            week=work.week,
            top_patterns=top,
            hours=sum(one.hours_saved for one in top),
            underused=work.underused,
            candidates=candidates,
            anti_patterns=work.anti_patterns,
            workarounds=work.workarounds,
            actions=(),
            note=_note(work, top, candidates),
        )
        return _with_actions(report)


def rank(work: WeekOfWork) -> tuple[PatternWeek, ...]:
    """Each pattern's week, the most used first; equal ones by hours saved."""
    used: dict[str, list[Execution]] = defaultdict(list)
    for one in work.used:
        used[one.pattern_id].append(one)
    applied: dict[str, list[AppliedUse]] = defaultdict(list)
    for use in work.applied:
        applied[use.pattern_id].append(use)
    found = [_pattern_week(name, used[name], applied[name], work.usual) for name in {*used, *applied}]
    return tuple(sorted(found, key=lambda one: (-one.uses, -one.hours_saved, one.pattern_id)))


def _pattern_week(
    pattern_id: str, used: Sequence[Execution], applied: Sequence[AppliedUse], usual: dict[str, float]
) -> PatternWeek:
    seconds, measured, modelled = 0.0, 0, 0
    for one in used:
        if one.success and one.seconds is not None and one.operation_kind in usual:
            seconds += usual[one.operation_kind] - one.seconds
            measured += 1
    for use in applied:
        if not use.undone:
            seconds += use.seconds_saved
            modelled += 1
    failures = sum(one.success is False for one in used) + sum(use.undone for use in applied)
    return PatternWeek(pattern_id, len(used) + len(applied), failures, seconds / _HOUR, measured, modelled)


def _operations(work: WeekOfWork, least: int, threshold: float) -> Iterable[NewCandidate]:
    """Kinds of operation that were done by hand at least `least` times, each time much like the others."""
    groups: dict[str, list[Execution]] = defaultdict(list)
    taken = {one.pattern_id for one in work.used} | {use.pattern_id for use in work.applied}
    taken |= {row.pattern_id for row in work.candidates} | {one.pattern_id for one in work.underused}
    for one in work.by_hand:
        if one.operation_kind and one.success is not False:
            groups[one.operation_kind].append(one)
    found = []
    for kind, group in groups.items():
        signatures = [signature_of(record_of(one)) for one in group]
        alike = [value for value in (similarity(signatures[0], each) for each in signatures) if value >= threshold]
        if len(alike) >= least:
            mean = sum(alike[1:]) / (len(alike) - 1) if len(alike) > 1 else 1.0
            found.append(
                NewCandidate(kind, "execution", len(alike), pattern_id_of(kind, taken), mean, kind.replace("_", " "))
            )
    return sorted(found, key=lambda one: (-one.count, one.operation_kind))


def _drafted(work: WeekOfWork) -> Iterable[NewCandidate]:
    for one in work.candidates:
        kind = "create_file" if one.kind in (Kind.FILE, Kind.SCAFFOLD) else str(one.kind)
        yield NewCandidate(
            kind, str(one.kind), one.support, one.pattern_id, one.confidence, one.name, one.id, one.hours_per_month
        )


def pattern_id_of(kind: str, taken: Collection[str] = ()) -> str:
    """The first free id that a pattern of this kind of operation would have, as the plan writes them."""
    words = "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in kind).upper().split())
    numbered = (f"PAT-{words or 'WORK'}-{number:03}" for number in count(1))
    return next(name for name in numbered if name not in taken)


def _note(work: WeekOfWork, top: Sequence[PatternWeek], candidates: Sequence[NewCandidate]) -> str:
    if work.without_telemetry:
        return (
            "There is no telemetry here, as in a checkout by CI: candidates come from git alone, and nothing was timed."
        )
    if top or candidates or work.underused:
        unknown = sum(one.uses - one.failures - one.measured - one.modelled for one in top)
        if unknown > 0:
            return (
                f"{unknown} successful uses count no saving: nobody did the same kind of operation by hand with a "
                "measured time, or the use was not timed."
            )
        return ""
    return "Too little was recorded in this week to say anything."


def _why(one: NewCandidate) -> str:
    if one.kind == "revision":
        return f"the next version of {one.suggested_pattern_id}"
    return f"{one.count} similar {one.name}, {one.similarity:.0%} similar"


def _with_actions(report: WeeklyReport) -> WeeklyReport:
    actions = [Action(f"patui show {one.candidate}", _why(one)) for one in report.candidates if one.candidate]
    actions += [
        Action(f"patui apply {one.pattern_id} --missing", f"{len(one.files)} files of {one.name} were written by hand")
        for one in report.underused
    ]
    affected = {pattern: what for what, pattern, _ in report.anti_patterns if pattern}
    actions += [Action(f"patui evolve {pattern}", what.fix or what.name) for pattern, what in affected.items()]
    actions += [
        Action(f"patui evolve {one.pattern_id}", f"{one.count} of {one.uses} uses were edited afterwards")
        for one in report.workarounds
        if one.pattern_id not in affected and one.uses and one.count / one.uses > 0.2
    ]
    if any(not one.candidate for one in report.candidates):
        actions.append(Action("patui analyze", "drafts the operations above that have no candidate yet"))
    return WeeklyReport(
        **{name: getattr(report, name) for name in WeeklyReport.__slots__ if name != "actions"},
        actions=tuple(actions[:MOST_ACTIONS]),
    )
