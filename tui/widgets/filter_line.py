"""The line in which a list is filtered: hidden until asked for, ⏎ keeps the filter, esc clears it."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class FilterLine(Input):
    """An input of one line above a list."""

    DEFAULT_CSS = """
    FilterLine { display: none; height: 1; border: none; padding: 0 1; background: $panel; }
    FilterLine:focus { border: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(placeholder="filter by name: ⏎ keeps it, esc clears it", compact=True, id=id)
        self.cursor_blink = False  # a blinking cursor is a timer that never sleeps

    def open(self) -> None:
        """Stands there at once; who opens it gives it the focus."""
        self.display = True

    def show(self, text: str) -> None:
        """Stands there with a filter that was kept."""
        self.display = True
        self.value = text

    def close(self) -> None:
        """Clears the filter and goes away."""
        self.value = ""
        self.display = False

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.close()
            self.screen.focus_next()
