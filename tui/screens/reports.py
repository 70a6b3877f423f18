"""Reports: the weeks on the left, what one brought in words, and all of them as charts or as a table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from engine.model.figures import ReportFile, WeekFigures
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import charts, ink, weeks
from tui.presentation.text import clean, crop_path
from tui.screens.frame import SIDE_BY_SIDE, Frame
from tui.screens.session import Session
from tui.widgets.bars import Words
from tui.widgets.chart import Chart, ColumnChosen
from tui.widgets.document import DocumentView, LinkChosen
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

_EMPTY = (
    "No week has anything to report yet: no pattern was used and no report was written. Press 3 and apply a pattern \
with ⏎; w writes the report of a week, as `patui report` does."
)
_READING = "Reading the reports…"
_CHARTS = ("#uses", "#saved", "#success")
_OPENED = ("http://", "https://")


class ReportsScreen(Frame):
    """Weeks, the report of the one under the cursor, and its figures among those of half a year."""

    BINDINGS = bindings("reports")
    TABLES: ClassVar[frozenset[str]] = frozenset({"applications", "execution_logs", "feed"})
    RELOAD_SECONDS: ClassVar[float] = 2.0
    PANES: ClassVar[tuple[str, ...]] = ("#list-panel", "#figures-panel")

    def __init__(self, session: Session) -> None:
        super().__init__(session, "reports")
        self.set_classes("-empty")
        self._figures: tuple[WeekFigures, ...] = ()
        self._table = False
        self._instead = False  # below 100 columns the figures take the place of the report
        self._link = ""
        self._back_to: object = None

    def body(self) -> ComposeResult:
        with Horizontal(id="reports"):
            with Panel(id="list-panel"):
                yield RowList(weeks.week_row, lambda week: week.name, id="list")
                yield Words(Content(_READING), id="empty", classes="empty")
            with Panel(id="document-panel"):
                yield DocumentView(id="document")
            with Panel(id="figures-panel"):
                for chart in _CHARTS:
                    yield Chart(id=chart.removeprefix("#"))
                yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="table")

    def on_mount(self) -> None:
        self.query_one("#list-panel", Panel).title(Content("weeks"))
        self.query_one("#figures-panel", Panel).title(Content("half a year"))
        self._table = self.kept.get("table") is True
        self._back_to = self.kept.get("row")
        self._arrange()

    def keep(self) -> dict[str, Any]:
        current = self.rows.current
        return super().keep() | {"table": self._table} | ({"row": current.name} if current else {})

    @property
    def rows(self) -> RowList[weeks.Week]:
        return self.query_one("#list", RowList)

    # ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        workspace = self.session.workspace

        def read() -> tuple[tuple[ReportFile, ...], tuple[WeekFigures, ...]]:
            from engine.actions import weeks as behind

            return behind.reports(workspace), behind.weekly(workspace)

        self.ask("reports", read, self._listed, self.say_instead)

    def _listed(self, answer: tuple[tuple[ReportFile, ...], tuple[WeekFigures, ...]]) -> None:
        reports, self._figures = answer
        self.rows.show(weeks.weeks(reports, self._figures))
        if isinstance(self._back_to, str) and self.rows.rows:
            self.rows.go_to(self._back_to)
            self._back_to = None
        self.set_class(not self.rows.rows, "-empty")
        self.set_class(not self._figures, "-no-figures")
        self.query_one("#empty", Words).say(Content.styled(_EMPTY, ink.MUTED))
        self.rest_on(self.rows)
        self._show_week()
        self.refresh_frame()

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        self._show_week()

    def _show_week(self) -> None:
        week = self.rows.current
        panel = self.query_one("#document-panel", Panel)
        if week is None:
            panel.title(Content(""))
            return
        path = week.report.path if week.report else ""
        panel.title(lambda width: Content(crop_path(clean(path), width)) if path else Content(week.name))
        self.query_one("#document", DocumentView).show(weeks.document(week))
        marked = next((index for index, one in enumerate(self._figures) if one.week == week.name), None)
        series = weeks.series(self._figures)
        for selector, one in zip(_CHARTS, series, strict=True):
            self.query_one(selector, Chart).show(one, marked)
        self.query_one("#table", TextView).show_at_width(partial(charts.table, series, marked=marked))

    # ── the view ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _arrange(self) -> None:
        self.set_class(self._table, "-table")
        self.set_class(self._instead, "-figures")

    def action_table(self) -> None:
        """Charts, or a table; where there is room for one thing only: the report, then the charts, then the table."""
        if self.size.width >= SIDE_BY_SIDE:
            self._table = not self._table
        elif not self._instead:
            self._instead, self._table = True, False
        elif not self._table:
            self._table = True
        else:
            self._instead = False
        self._arrange()

    def action_full(self) -> None:
        self.toggle_class("-full")
        self._instead = False
        self._arrange()
        self.query_one("#document" if self.has_class("-full") else "#list").focus()

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        self.action_full()

    @on(ColumnChosen)
    def _column_chosen(self, message: ColumnChosen) -> None:
        message.stop()
        name = self._figures[message.index].week
        if not self.rows.go_to(name):
            self.post_message(Notice(f"{name}: no pattern was used"))

    # ── what can be done with a report ───────────────────────────────────────────────────────────────────────────────

    @on(LinkChosen)
    def _link_chosen(self, message: LinkChosen) -> None:
        message.stop()
        self._link = message.href
        self.post_message(Notice(f"{message.href} · o opens it"))

    def action_open_link(self) -> None:
        """A link is opened by this key only, and only one that leads into a browser."""
        if self._link.startswith(_OPENED):
            self.app.open_url(self._link)
        else:
            self.post_message(Notice(f"{self._link} leads to no page" if self._link else "click a link first"))

    def action_write(self) -> None:
        """Writes the report of the chosen week, or of the last one when there is none to choose."""
        workspace, week = self.session.workspace, self.rows.current

        def write() -> str:
            from engine.actions import reporting

            return reporting.generate_weekly_report(workspace, week.name if week else None).week

        def written(name: str) -> None:
            self.post_message(Notice(f"wrote the report of {name}"))
            self.reload()

        self.ask("write", write, written)

    def action_copy(self) -> None:
        week = self.rows.current
        if week is None:
            return
        from tui.screens.outside import copy

        app, text = self.app, weeks.document(week)
        self.ask("copy", lambda: copy(app, text), lambda words: self._copied(words))

    def _copied(self, words: str) -> None:
        self.post_message(Notice(words))

    def action_open_file(self) -> None:
        week = self.rows.current
        if week is None or week.report is None:
            self.post_message(Notice("no report was written for this week"))
            return
        from tui.screens.outside import edit

        if words := edit(self.app, Path(self.session.workspace.root) / week.report.path):
            self.post_message(Notice(words, bad=True))
        else:
            self.reload()
