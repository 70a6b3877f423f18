"""A titled box around one piece of the screen. Its titles are Content: never markup."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import Vertical
from textual.content import Content


class Panel(Vertical):
    """A box with a title above and a note below on its edge."""

    DEFAULT_CSS = """
    Panel {
        height: 1fr; width: 1fr; border: round $rule; padding: 0;
        border-title-color: $foreground; border-subtitle-color: $muted; border-title-style: none;
    }
    Panel:focus-within { border: round $rule-focus; }
    """

    _make: Callable[[int], Content] | None = None

    def title(self, content: Content | Callable[[int], Content]) -> None:
        """What stands on the upper edge; a function is given the cells there are, now and at each resize."""
        self._make = content if callable(content) else None
        self._put(content(self._title_width) if callable(content) else content)

    def on_resize(self) -> None:
        if self._make is not None:
            self._put(self._make(self._title_width))

    def _put(self, content: Content) -> None:
        """Sets the title; a bare rule gives it no room of its own, a box does."""
        bare = self.styles.border_left[0] in ("", "none")
        self.border_title = (Content.assemble(" ", content, " ") if bare and content else content) or None

    def note(self, content: Content | str) -> None:
        """What stands on the lower edge."""
        words = Content(content) if isinstance(content, str) else content
        self.border_subtitle = words or None

    @property
    def _title_width(self) -> int:
        return max(self.size.width - 6, 8)
