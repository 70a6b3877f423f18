"""The weeks that lie behind: the reports that were written, and the figures that the database adds up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final

from engine.errors import BrokenInput
from engine.library.shelf import content_of
from engine.model.figures import ReportFile, WeekFigures
from engine.store import figures
from engine.store.figures import Uses
from engine.weeks import WEEK, week_names, week_of, zone_named
from engine.workspace import Workspace

WEEKS: Final = 26  # half a year
_KEPT: Final = 260  # reports that are listed: five years


def reports(workspace: Workspace) -> tuple[ReportFile, ...]:
    """The weekly reports that lie in the workspace, the newest week first. One that cannot be read says so itself."""
    folder = workspace.home / "reports" / "weekly"
    files = sorted((path for path in folder.glob("*.md") if WEEK.fullmatch(path.stem)), reverse=True)
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


def records(workspace: Workspace) -> dict[str, tuple[int, float | None]]:
    """How often each pattern was used in half a year, and the share of the uses that succeeded (None: nobody knows)."""
    by_pattern: dict[str, list[Uses]] = {}
    for use in uses(workspace, workspace.clock()):
        by_pattern.setdefault(use.pattern_id, []).append(use)
    return {name: (sum(use.uses for use in mine), success_of(mine)) for name, mine in by_pattern.items()}


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
    return zone_named(workspace.config.timezone)
