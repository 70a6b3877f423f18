"""A screen whose list can be filtered by name: `/` opens the line, ⏎ keeps the filter, esc clears it."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.widgets import Input

from tui.screens.frame import Frame
from tui.widgets.filter_line import FilterLine
from tui.widgets.row_list import RowList


class Filtered(Frame):
    """Has a `FilterLine` and a list `#list`; `filtered` shows what answers to the query."""

    @property
    def rows(self) -> RowList[Any]:
        return self.query_one("#list", RowList)

    @property
    def query_text(self) -> str:
        return self.query_one(FilterLine).value

    def filtered(self) -> None:
        """Shows the rows whose name answers to `query_text`."""

    @on(Input.Changed, "#filter")
    def _typed(self) -> None:
        self.filtered()

    @on(Input.Submitted, "#filter")
    def _kept(self) -> None:
        self.rows.focus()
        if not self.query_text:
            self.query_one(FilterLine).close()

    def action_filter(self) -> None:
        self.query_one(FilterLine).open()

    def action_clear_filter(self) -> None:
        self.query_one(FilterLine).close()
        self.rows.focus()
