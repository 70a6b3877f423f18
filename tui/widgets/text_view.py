"""Lines to read: previews, templates, variables, evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual.content import Content

from tui.widgets.line_view import Reader

T = TypeVar("T")


class TextView(Reader, Generic[T]):
    """Lines of type T, made by `present(line, width, shift)`; `shift` cells are scrolled away on the left."""

    def __init__(
        self,
        present: Callable[[T, int, int], Content],
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._present = present
        self._lines: Sequence[T] = ()
        self._make: Callable[[int], Sequence[T]] | None = None

    @property
    def lines(self) -> Sequence[T]:
        return self._lines

    def show_at_width(self, make: Callable[[int], Sequence[T]]) -> None:
        """Shows what `make(width)` gives, from its top; asked again when the width changes."""
        self._make = make
        self._shift = 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self._made()

    def _made(self) -> None:
        if self._make is not None and self.line_width > 0:
            self._lines = self._make(self.line_width)
            self.lines_changed()

    def on_resize(self) -> None:
        self._made()

    def watch_show_vertical_scrollbar(self) -> None:
        """The bar takes a column: what was laid out without it would be cut."""
        self.call_later(self._made)

    def show(self, lines: Sequence[T], *, top: bool = False) -> None:
        """Shows these lines; `top` scrolls back to the beginning."""
        self._make = None
        self._lines = lines
        if top:
            self._shift = 0
            self.scroll_to(y=0, animate=False, immediate=True)
        self.lines_changed()

    @property
    def count(self) -> int:
        return len(self._lines)

    def line(self, index: int, width: int) -> Content:
        return self._present(self._lines[index], width, self._shift)
