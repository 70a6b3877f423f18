"""What is due when. Each job is due by itself, whoever looks: `patui tick`, the engine, a timer of the system.

A job says when it was last done and up to which record (`settings`, key `schedule`); the rest follows from the clock.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from engine.actions.weeks import zone_of
from engine.sources.spool import spool_files
from engine.store import activity, changes, executions, settings
from engine.store import spool as positions_table
from engine.weeks import week_of
from engine.workspace import Workspace

STATE: Final = "schedule"
HOUR, DAY = 3600.0, 86_400.0
RETRY_SECONDS: Final = HOUR  # who looks every few seconds leaves a job alone for so long
MOST_WEEKS: Final = 8  # that ended while nobody looked, and are still reported


class Job(StrEnum):
    """In the order in which they are done: each shows what those before it found."""

    TAKE_IN = "take-in"
    DETECTION = "detection"
    ANTI_PATTERNS = "anti-patterns"
    EVOLUTION = "evolution"
    REPORT = "report"
    CLEANUP = "cleanup"
    DIGESTS = "digests"


@dataclass(frozen=True, slots=True)
class Standing:
    """One job: when it was last done (0: never), when it is due next, and whether that is now."""

    job: Job
    last: float
    next: float
    due: bool


def standings(workspace: Workspace, *, patient: bool = False) -> tuple[Standing, ...]:
    """How each job stands. `patient`: one that was tried within the hour is not due, whatever happened since."""
    now = workspace.clock()
    kept = state(workspace)
    marks = activity.marks(workspace.store).as_row()
    found = []
    for job in Job:
        row = kept.get(str(job), {})
        last = float(row.get("at", 0.0))
        upcoming = _next(workspace, job, row, marks, now)
        tried = max(last, float(row.get("failed", 0.0)))
        waits = patient and 0.0 <= now - tried < RETRY_SECONDS
        found.append(Standing(job, last, upcoming, upcoming <= now and not waits))
    return tuple(found)


def overdue(workspace: Workspace) -> bool:
    """Whether the engine should do what a tick does: it takes in and writes digests by itself, and leaves a job that
    was tried within the hour alone."""
    now = workspace.clock()
    for one in standings(workspace, patient=True):
        if one.job in (Job.TAKE_IN, Job.DETECTION):  # the engine does both by itself
            continue
        if one.due:
            return True
        if one.job is Job.REPORT:
            note_marks(workspace)
        if one.job is Job.CLEANUP and not one.last:
            note_since(workspace, now)
    return False


def note_marks(workspace: Workspace) -> None:
    """No late record came in up to here: the next look starts from this one."""
    row = {"marks": activity.marks(workspace.store).as_row()}
    if state(workspace).get(str(Job.REPORT), {}).get("marks") != row["marks"]:
        note(workspace, Job.REPORT, row)


def note_since(workspace: Workspace, now: float) -> None:
    """From here on the first day of a month is waited for."""
    if not state(workspace).get(str(Job.CLEANUP), {}).get("since"):
        note(workspace, Job.CLEANUP, {"since": now})


def state(workspace: Workspace) -> dict[str, Mapping[str, Any]]:
    """What the jobs remember, by name."""
    kept = settings.get(workspace.store, STATE, {})
    return {name: row for name, row in kept.items() if isinstance(row, dict)} if isinstance(kept, dict) else {}


def note(workspace: Workspace, job: Job, row: Mapping[str, Any]) -> None:
    """Remembers something of a job; what it remembered else stays."""
    with workspace.store.write():
        kept = state(workspace)
        kept[str(job)] = {**kept.get(str(job), {}), **row}
        settings.put(workspace.store, STATE, kept)


def _next(workspace: Workspace, job: Job, row: Mapping[str, Any], marks: Mapping[str, float], now: float) -> float:
    """When a job is due; now or before means that it is."""
    last = float(row.get("at", 0.0))
    if last > now:  # the clock was set back
        last = 0.0
    # Outcomes are what these jobs measure themselves.
    changed = {**_numbers(row.get("marks")), "outcomes": 0} != {**marks, "outcomes": 0} or not row.get("marks")
    match job:
        case Job.TAKE_IN:
            return now if something_waits(workspace) else now + HOUR
        case Job.DETECTION:
            mined = float(settings.get(workspace.store, "mined", {}).get("at", 0.0))
            return (mined if mined <= now else 0.0) + 6 * HOUR
        case Job.ANTI_PATTERNS:  # what stopped failing is found by the clock alone
            return now if changed else last + DAY
        case Job.EVOLUTION:  # files settle by the clock alone
            return now if changed else last + 6 * HOUR
        case Job.REPORT:
            return now if weeks_to_report(workspace, row, marks, now) else week_end(workspace, now)
        case Job.CLEANUP:
            return _cleanup(workspace, row, now)
        case Job.DIGESTS:
            path = workspace.home / "reports" / "pattern_candidates.md"
            seen, newest = int(row.get("changes", 0)), changes.latest(workspace.store)
            _, tables = changes.tables_since(workspace.store, seen if seen <= newest else 0)
            fresh = os.path.lexists(path) and not tables & {"pattern_candidates", "candidate_details"}
            return now + DAY if fresh else now


def something_waits(workspace: Workspace) -> bool:
    """Whether the spool holds what was not read, or the table of executions what nobody looked at."""
    store = workspace.store
    if executions.newest(store) > int(settings.get(store, "executions.taken", 0)):
        return True
    files = list(spool_files(workspace.spool))
    positions = positions_table.positions(store) if files else {}
    return any(size != positions.get(path.name, 0) for path, size, _ in files)


# ── reports ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def weeks_to_report(
    workspace: Workspace, row: Mapping[str, Any], marks: Mapping[str, float], now: float
) -> tuple[str, ...]:
    """The weeks whose report is to be written, the oldest first: those that ended since the last one, and those that
    have a report and of which a record came late."""
    zone = zone_of(workspace)
    today = datetime.fromtimestamp(now, zone)
    ended = [_week_before(today, back) for back in range(1, MOST_WEEKS + 1)]
    latest = str(row.get("week", ""))
    fresh = [week for week in ended if week > latest] if latest.startswith("2") and "-W" in latest else ended[:1]
    if row.get("marks") == marks:
        return tuple(sorted(fresh))
    this = _week_before(today, 0)
    seen = activity.Marks(**_numbers(row.get("marks")))
    folder = workspace.home / "reports" / "weekly"
    late = {week_of(at, zone) for at in set(activity.times_since(workspace.store, seen)) if 0.0 < at <= now}
    written = {week for week in late if week < this and os.path.lexists(folder / f"{week}.md")}
    return tuple(sorted({*fresh, *written}))


def _numbers(marks: object) -> dict[str, Any]:
    known = activity.Marks().as_row()
    given = marks if isinstance(marks, dict) else {}
    return {name: given[name] if isinstance(given.get(name), int | float) else 0 for name in known}


def _week_before(today: datetime, back: int) -> str:
    year, week, _ = (today - timedelta(weeks=back)).isocalendar()
    return f"{year}-W{week:02}"


def week_end(workspace: Workspace, now: float) -> float:
    """When the week of `now` ends."""
    today = datetime.fromtimestamp(now, zone_of(workspace))
    monday = today.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=today.weekday())
    return (monday + timedelta(weeks=1)).timestamp()


# ── cleanup ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cleanup(workspace: Workspace, row: Mapping[str, Any], now: float) -> float:
    """The first day of a month, and whenever that was missed; a workspace that is new waits for the next one."""
    zone = zone_of(workspace)
    today = datetime.fromtimestamp(now, zone)
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = float(row.get("at", 0.0)) or float(row.get("since", 0.0))
    if today.day == 1 and not last:
        return now
    if last and datetime.fromtimestamp(min(last, now), zone) < first:
        return now
    return (first + timedelta(days=32)).replace(day=1).timestamp()
