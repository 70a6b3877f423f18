"""A titled box around one piece of the screen. Its titles are Content: never markup."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import Vertical
from textual.content import Content

from tui.presentation.text import joined


class Panel(Vertical):
    """A box with a title above and a note below on its edge."""

    DEFAULT_CSS = """
    Panel {
        height: 1fr; width: 1fr; border: round $rule; padding: 0;
        border-title-color: $foreground; border-subtitle-color: $muted; border-title-style: none;
    }
    Panel:focus-within { border: round $rule-focus; }
    """

    _title: Content | Callable[[int], Content] = Content("")
    _note: Content = Content("")

    def title(self, content: Content | Callable[[int], Content]) -> None:
        """What stands on the upper edge; a function is given the cells there are, now and at each resize."""
        self._title = content
        self._put()

    def note(self, content: Content | str) -> None:
        """What stands on the lower edge; where there is none, behind the title."""
        self._note = Content(content) if isinstance(content, str) else content
        self._put()

    def on_resize(self) -> None:
        self._put()

    def _put(self) -> None:
        """Sets both edges. A bare rule has no lower edge, and gives its title no room of its own."""
        bare = self.styles.border_bottom[0] in ("", "none")
        note = self._note if bare else Content("")
        room = max(self.size.width - 6 - (note.cell_length + 3 if note else 0), 8)
        title = self._title(room) if callable(self._title) else self._title
        if bare:
            title = joined([title, note])
            title = Content.assemble(" ", title, " ") if title else title
        self.border_title = title or None
        self.border_subtitle = None if bare else self._note or None
