"""A titled box around one piece of the screen. Its titles are Content: never markup.

Its edges can be taken by the mouse, and keys that stand on its lower edge can be clicked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from tui.messages import SpotClicked
from tui.presentation import ink
from tui.presentation.text import joined


@dataclass
class EdgePressed(Message):
    """The mouse went down on the edge of a panel, at a place on the screen."""

    x: int
    y: int


@dataclass
class EdgeDragged(Message):
    """The mouse moved on with the edge that it took."""

    x: int
    y: int


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
    _spots: Sequence[tuple[int, int, str]] = ()
    _held = False

    def title(self, content: Content | Callable[[int], Content]) -> None:
        """What stands on the upper edge; a function is given the cells there are, now and at each resize."""
        self._title = content
        self._put()

    def note(self, content: Content | str) -> None:
        """What stands on the lower edge; where there is none, behind the title."""
        self._note = Content(content) if isinstance(content, str) else content
        self._spots = ()
        self._put()

    def hints(self, *hints: tuple[str, str, str]) -> None:
        """Keys on the lower edge, each clickable: how it is written, what it does, and the key itself."""
        pieces: list[Content | str | tuple[str, str]] = []
        spots: list[tuple[int, int, str]] = []
        at = 0
        for shown, does, key in hints:
            lead = "   " if pieces else ""
            pieces += [lead, (shown, ink.KEY), f" {does}"]
            start = at + len(lead)
            at = start + len(shown) + 1 + len(does)
            spots.append((start, at, key))
        self._spots = spots
        self._note = Content.assemble(*pieces)
        self._put()

    def on_resize(self) -> None:
        self._put()

    # ── the mouse ────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """An edge that is pressed follows the mouse until it is let go, also outside the panel."""
        if event.button == 1 and self._is_edge(event):
            self.post_message(EdgePressed(event.screen_x, event.screen_y))
            self.capture_mouse()
            self._held = True

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            self.post_message(EdgeDragged(event.screen_x, event.screen_y))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held:
            self._held = False
            self.release_mouse()

    def _is_edge(self, event: events.MouseEvent) -> bool:
        x, y = event.screen_x, event.screen_y
        return self.region.contains(x, y) and not self.content_region.contains(x, y)

    def on_click(self, event: events.Click) -> None:
        """A click on a key of the lower edge; the note stands there from the right, a corner and a blank before it."""
        if event.screen_y != self.region.bottom - 1 or not self._spots or self.border_subtitle is None:
            return
        start = self.region.right - 2 - self._note.cell_length
        for first, last, key in self._spots:
            if first <= event.screen_x - start < last:
                event.stop()
                self.post_message(SpotClicked(self, key))
                return

    def _put(self) -> None:
        """Sets both edges. A bare rule has no lower edge, and gives its title no room of its own."""
        bare = self.styles.border_bottom[0] in ("", "none")
        note = self._note if bare else Content("")
        room = max(self.size.width - 6 - (note.cell_length + 3 if note else 0), 8)
        title = self._title(room) if callable(self._title) else self._title
        if bare:
            title = joined([title, note])
            title = Content.assemble(" ", title, " ") if title else title
        self._write("_border_title", title, 0)
        self._write("_border_subtitle", Content("") if bare else self._note, self.outer_size.height - 1)

    def _write(self, name: str, text: Content, line: int) -> None:
        """Sets one edge and paints its line: Textual's own setter paints the panel anew with all that is in it."""
        new = text.expand_tabs(4).split()[0] if text else None
        old: Content | None = getattr(self, name, None)
        if new is old or (new is not None and old is not None and new.is_same(old)):
            return
        setattr(self, name, new)
        left, up = self.content_offset
        self.refresh(Region(-left, line - up, self.outer_size.width, 1))
