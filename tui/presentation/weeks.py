"""Screen 4: weeks as rows, and their figures as series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from engine.model.figures import ReportFile, WeekFigures
from tui.presentation import ink
from tui.presentation.charts import Series
from tui.presentation.text import amount, clean, hours, number, percent, spread

_LONG_ROW: Final = 26
_LONGEST: Final = 400_000  # characters of one report that are shown: Markdown is laid out whole


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week: its report, where one was written, and its figures, where there are any."""

    name: str
    report: ReportFile | None = None
    figures: WeekFigures | None = None


def weeks(reports: Sequence[ReportFile], figures: Sequence[WeekFigures]) -> list[Week]:
    """Every week that has a report or a use, newest first."""
    written, used = {report.week: report for report in reports}, {week.week: week for week in figures}
    names = {*written, *(name for name, week in used.items() if week.uses or week.success is not None)}
    return [Week(name, written.get(name), used.get(name)) for name in sorted(names, reverse=True)]


def week_row(week: Week, width: int) -> Content:
    """One line: the week, its uses, and the hours where there is room; ✎ where a report was written."""
    sign = "✎" if week.report else " "
    columns = []
    if week.figures is not None:
        columns.append(Content(f"{number(week.figures.uses) + '×':>6}"))
        if width >= _LONG_ROW:
            columns.append(Content.styled(f"{hours(week.figures.hours_saved):>8}", ink.MUTED))
    return spread(Content.assemble((f"{sign} ", ink.MUTED), clean(week.name)), Content.assemble(*columns), width)


def series(figures: Sequence[WeekFigures]) -> tuple[Series, ...]:
    """Uses, hours saved and success as what the charts draw."""
    labels = tuple(short(week.week) for week in figures)
    return (
        Series("uses", tuple(float(week.uses) for week in figures), labels, lambda value: f"{value:,.0f}"),
        Series("saved", tuple(week.hours_saved for week in figures), labels, hours),
        Series("success", tuple(week.success for week in figures), labels, percent, 1.0),
    )


def short(week: str) -> str:
    """`W47`: the year stands in the list."""
    return week.partition("-")[2] or week


def document(week: Week) -> str:
    """The Markdown to show for a week; where no report was written, what the figures say and how to get one."""
    if week.report is not None:
        text = week.report.text
        return text if len(text) <= _LONGEST else text[:_LONGEST] + "\n\n(the rest is left out: open the file)\n"
    how = f"No report was written for this week: `w` writes it, as `patui report --week {week.name}` does."
    return f"# {week.name}\n\n{_said(week.figures)}{how}\n"


def _said(figures: WeekFigures | None) -> str:
    if figures is None:
        return ""
    success = f", {percent(figures.success)} of them with success" if figures.success is not None else ""
    return f"Patterns were used {amount(figures.uses, 'time')}{success}, and saved {hours(figures.hours_saved)}.\n\n"
