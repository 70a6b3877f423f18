"""A list of rows with a cursor, as long as it likes: feed, candidates, library and the rest are all this one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.content import Content
from textual.reactive import reactive

from tui.keymap import bindings
from tui.messages import Chosen, Highlighted
from tui.widgets.line_view import LineView

T = TypeVar("T")


class RowList(LineView, Generic[T], can_focus=True):
    """Rows of type T. `present(row, width)` makes a line, `key(row)` tells rows apart when the list changes."""

    BINDINGS = bindings("list")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor", "row-list--cursor-blurred"}
    DEFAULT_CSS = """
    RowList { padding: 0; }
    RowList > .row-list--cursor { background: $cursor-background; text-style: bold; }
    RowList > .row-list--cursor-blurred { background: $cursor-background-blurred; }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(
        self,
        present: Callable[[T, int], Content],
        key: Callable[[T], Hashable],
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._present = present
        self._key = key
        self._rows: Sequence[T] = ()

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def rows(self) -> Sequence[T]:
        return self._rows

    @property
    def current(self) -> T | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def show(self, rows: Sequence[T]) -> None:
        """Shows these rows. The cursor stays on its row, or at its place when the row has gone."""
        before = self.current
        known = None if before is None else self._key(before)
        self._rows = rows
        at = next((index for index, row in enumerate(rows) if self._key(row) == known), None)
        moved = at is None
        self.set_reactive(RowList.cursor, max(min(self.cursor if at is None else at, len(rows) - 1), 0))
        self.lines_changed()
        self._reveal()
        if moved or self.current != before:
            self.post_message(Highlighted(self, self.current))

    def key_of(self, row: T) -> Hashable:
        """What tells this row from the others."""
        return self._key(row)

    def go_to(self, key: Hashable) -> bool:
        """Puts the cursor on the row with this key; False when there is none."""
        at = next((index for index, row in enumerate(self._rows) if self._key(row) == key), None)
        if at is None:
            return False
        self.cursor = at
        return True

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def count(self) -> int:
        return len(self._rows)

    def line(self, index: int, width: int) -> Content:
        mark = "▌" if index == self.cursor else " "
        return Content.assemble(mark, self._present(self._rows[index], max(width - 2, 0)), " ")

    def component(self, index: int) -> tuple[str, ...]:
        if index != self.cursor:
            return ()
        return ("row-list--cursor",) if self.has_focus else ("row-list--cursor-blurred",)

    # ── cursor ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def validate_cursor(self, cursor: int) -> int:
        return max(min(cursor, len(self._rows) - 1), 0)

    def watch_cursor(self, before: int, cursor: int) -> None:
        for index in (before, cursor):
            self.refresh_line(index)
        self._reveal()
        self.post_message(Highlighted(self, self.current))

    def _reveal(self) -> None:
        """Scrolls no further than needed to have the cursor on the screen."""
        height = self.scrollable_content_region.height
        if not height:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def _on_resize(self, event: events.Resize) -> None:
        self._reveal()

    def on_focus(self) -> None:
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        self.refresh_line(self.cursor)

    def action_move(self, step: int) -> None:
        self.cursor += step

    def action_page(self, pages: int) -> None:
        self.cursor += pages * max(self.scrollable_content_region.height - 1, 1)

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = len(self._rows) - 1

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = self.scroll_offset.y + offset.y
        if index >= len(self._rows):
            return
        again = index == self.cursor
        self.cursor = index
        if again and event.chain > 1:
            self.post_message(Chosen(self, self.current))
