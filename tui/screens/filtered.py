"""A screen whose list can be filtered by name: `/` opens the line, ⏎ keeps the filter, esc clears it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, ClassVar, Final

from textual import events, on
from textual.widgets import Input

from tui.screens.frame import Frame
from tui.widgets.filter_line import FilterLine
from tui.widgets.row_list import RowList

_PATIENCE: Final = 0.5  # seconds


class Filtered(Frame):
    """Has a `FilterLine` and a list `#list`; `filtered` shows what answers to the query."""

    PANES: ClassVar[tuple[str, ...]] = ("#list-panel", "#facts", "#variables-panel")
    _back_to: object = None
    _applied = ""

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
        """Shows what answers to the query now, from the best; when it is cleared the cursor stays on its row."""
        if self.query_text == self._applied:
            return
        self._applied = self.query_text
        self.filtered()
        if self.query_text:
            self.rows.cursor = 0

    def keep(self) -> dict[str, Any]:
        current = self.rows.current
        chosen = {} if current is None else {"row": self.rows.key_of(current)}
        return super().keep() | {"filter": self.query_text} | chosen

    def on_mount(self) -> None:
        if isinstance(text := self.kept.get("filter"), str) and text:
            self.query_one(FilterLine).show(text)
            self._applied = text
        self._back_to = self.kept.get("row")

    def go_back(self) -> None:
        """Puts the cursor, once, where it was before the last end of the app."""
        if self._back_to is not None and self.rows.rows:
            key, self._back_to = self._back_to, None
            if isinstance(key, str | int):
                self.rows.go_to(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`/` is a letter while somebody types, and ⏎ keeps the filter only then."""
        if action in ("filter", "keep_filter"):
            typing = self.focused is not None and self.focused.id == "filter"
            return typing if action == "keep_filter" else not typing
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Has the focus at once: what is typed next is for the filter, however fast it comes."""
        line = self.query_one(FilterLine)
        line.open()
        self.set_focus(line)

    async def action_keep_filter(self) -> None:
        """Leaves the line at once: the next key is for the list, and only when all letters before it were taken in."""
        line, taken_in = self.query_one(FilterLine), asyncio.Event()
        line.call_later(taken_in.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(taken_in.wait(), _PATIENCE)
        self._typed()
        if not self.query_text:
            line.close()
        self.set_focus(self.rows if self.rows.focusable else None)

    def forget_filter(self) -> None:
        """Shows everything again, the keys on the list."""
        self.query_one(FilterLine).close()
        self._applied = ""
        self.filtered()
        self.set_focus(self.rows if self.rows.focusable else None)

    def on_click(self, event: events.Click) -> None:
        """The sentence that nothing answers to the filter clears it when it is clicked, as esc does."""
        if self.query_text and event.widget is not None and event.widget.id == "empty":
            event.stop()
            self.forget_filter()

    def action_clear_filter(self) -> None:
        self.query_one(FilterLine).close()
        self.rows.focus()
