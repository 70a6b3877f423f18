"""`patui report`: the week as it can be computed from the database, written down and indexed."""

from __future__ import annotations

from engine.model.reports import WeeklyReport
from engine.weekly_reports import last_week, write_digests, write_index
from engine.workspace import Workspace

__all__ = ["generate_weekly_report", "last_week", "write_digests", "write_index"]


def generate_weekly_report(workspace: Workspace, week: str | None = None) -> WeeklyReport:
    """The report of an ISO week (without one: the last whole one), written to reports/weekly and indexed.

    UsageError for a week that no calendar has.
    """
    return workspace.pattern_performance_analyzer().generate_weekly_report(week)
