"""A titled box around one piece of the screen. Its titles are Content: never markup."""

from __future__ import annotations

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

    def title(self, content: Content) -> None:
        self.border_title = Content.assemble(" ", content, " ") if content else None

    def note(self, content: Content | str) -> None:
        """What stands on the lower edge."""
        words = Content(content) if isinstance(content, str) else content
        self.border_subtitle = Content.assemble(" ", words, " ") if words else None

    @property
    def title_width(self) -> int:
        """Cells that a title may take."""
        return max(self.size.width - 6, 8) if self.size.width else 200
