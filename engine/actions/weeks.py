"""The weeks that lie behind: the reports that were written, and the figures that the database adds up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import BrokenInput
from engine.library.shelf import content_of
from engine.model.figures import ReportFile, WeekFigures
from engine.store import figures
from engine.store.figures import Uses
from engine.workspace import Workspace

WEEKS: Final = 26  # half a year
_KEPT: Final = 260  # reports that are listed: five years
_NAME: Final = re.compile(r"\d{4}-W\d{2}")


def reports(workspace: Workspace) -> tuple[ReportFile, ...]:
    """The weekly reports that lie in the workspace, the newest week first. One that cannot be read says so itself."""
    folder = workspace.home / "reports" / "weekly"
    files = sorted((path for path in folder.glob("*.md") if _NAME.fullmatch(path.stem)), reverse=True)
    found = []
    for path in files[:_KEPT]:
        source = workspace.shelf.relative(path)
        try:
            written = content_of(path, source).decode("utf-8", "replace")
        except BrokenInput as error:
            written = f"    {error}\n"
        found.append(ReportFile(path.stem, source, written))
    return tuple(found)


def weekly(workspace: Workspace, weeks: int = WEEKS) -> tuple[WeekFigures, ...]:
    """The last `weeks` weeks of use up to now, oldest first, from the first one in which a pattern was used.

    Hours of an application are those that its backtest measured; of an execution see `engine.store.figures`. Empty when
    no pattern was used.
    """
    zone, now = zone_of(workspace), workspace.clock()
    names = week_names(now, weeks, zone)
    by_week: dict[str, list[Uses]] = {}
    for use in uses(workspace, now, weeks):
        by_week.setdefault(week_of(use.at, zone), []).append(use)
    first = next((index for index, name in enumerate(names) if name in by_week), len(names))
    return tuple(_week(name, by_week.get(name, ())) for name in names[first:])


def uses(workspace: Workspace, now: float, weeks: int = WEEKS) -> list[Uses]:
    """Everything that was done with patterns in the last `weeks` weeks."""
    since = now - (weeks + 1) * 7 * 86_400.0
    return [*figures.applied(workspace.store, since), *figures.executed(workspace.store, since)]


def _week(name: str, used: Iterable[Uses]) -> WeekFigures:
    used = list(used)
    return WeekFigures(name, sum(use.uses for use in used), sum(use.seconds for use in used) / 3600.0, success_of(used))


def success_of(used: Iterable[Uses]) -> float | None:
    """The share of uses that succeeded among those whose end is known."""
    used = list(used)
    succeeded, failed = sum(use.succeeded for use in used), sum(use.failed for use in used)
    return succeeded / (succeeded + failed) if succeeded + failed else None


def zone_of(workspace: Workspace) -> tzinfo:
    """The zone whose midnights part the weeks: UTC unless the config names another."""
    try:
        return ZoneInfo(workspace.config.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def week_of(at: float, zone: tzinfo = UTC) -> str:
    """The ISO week of a time, as `2026-W47`."""
    return _written(datetime.fromtimestamp(at, zone))


def week_names(now: float, count: int, zone: tzinfo = UTC) -> list[str]:
    """The last `count` ISO weeks, oldest first, that of `now` last."""
    today = datetime.fromtimestamp(now, zone)
    return [_written(today - timedelta(weeks=back)) for back in reversed(range(count))]


def _written(day: datetime) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
