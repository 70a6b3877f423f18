"""A chart of one series. What it draws is made by `tui.presentation.charts`; a click on a column chooses it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.presentation.charts import Series, chart, column_at


@dataclass
class ColumnChosen(Message):
    """A column was clicked: its place in the series."""

    index: int


class Chart(Widget):
    """Draws a `Series` as columns in whatever room there is."""

    DEFAULT_CSS = """
    Chart { height: 1fr; width: 1fr; min-height: 1; padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._series: Series | None = None
        self._marked: int | None = None

    def show(self, series: Series | None, marked: int | None = None) -> None:
        """Draws `series` with a mark on one of its columns (the newest without)."""
        if (series, marked) != (self._series, self._marked):
            self._series, self._marked = series, marked
            self.refresh()

    def render(self) -> RenderResult:
        width, height = self.content_size
        if self._series is None:
            return Content("")
        return Content("\n").join(chart(self._series, width, height, self._marked))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or self._series is None:
            return
        index = column_at(self._series, self.content_size.width, self._marked, offset.x)
        if index is not None:
            self.post_message(ColumnChosen(index))
