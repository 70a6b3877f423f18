"""The one-line bars of the frame: header, tabs, keys. A click on a marked cell says what was meant."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from tui.messages import SpotClicked
from tui.presentation.bars import Bar


class BarLine(Widget):
    """One line made by `make(width)` each time it is painted."""

    DEFAULT_CSS = """
    BarLine { height: 1; width: 1fr; }
    """

    def __init__(self, make: Callable[[int], Bar], *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._make = make
        self._spots: tuple[tuple[int, int, str], ...] = ()
        self._shown: Content | None = None
        self._made: tuple[int, Bar] | None = None  # for which width; painted next

    def renew(self) -> None:
        """Paints the line anew if it says something else now."""
        width = self.size.width
        bar = self._make(width)
        self._spots = bar.spots
        if self._shown is None or not bar.content.is_same(self._shown):
            self._made = width, bar
            self.refresh()

    def render(self) -> RenderResult:
        made, self._made = self._made, None
        bar = made[1] if made is not None and made[0] == self.size.width else self._make(self.size.width)
        self._spots = bar.spots
        self._shown = bar.content
        return bar.content

    def on_click(self, event: events.Click) -> None:
        for start, end, what in self._spots:
            if start <= event.x < end:
                self.post_message(SpotClicked(self, what))
                return


class Words(Widget):
    """A few lines of fixed Content; like Static, but never reads markup."""

    DEFAULT_CSS = """
    Words { height: auto; width: 1fr; }
    """

    def __init__(self, content: Content | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._content = content or Content("")

    @property
    def content(self) -> Content:
        return self._content

    def say(self, content: Content) -> None:
        if not content.is_same(self._content):
            self._content = content
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        return self._content
