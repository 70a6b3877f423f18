"""The toasts in the corner. Their keys belong to the screen, so that a focused input comes first."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message

from engine.model import Suggestion
from tui.presentation import ink
from tui.presentation.text import clean
from tui.presentation.toasts import MOST, Toasts, toast_body, toast_title, toast_width
from tui.widgets.bars import Words


@dataclass
class ToastClicked(Message):
    """A toast was clicked: on `not now` (`dismissed`), or anywhere else."""

    suggestion: Suggestion
    dismissed: bool


@dataclass
class NoticeClicked(Message):
    """The notice was clicked: on `u undo` (`undo`), or anywhere else."""

    undo: bool


_USUAL = 48  # cells of a toast whose text is shorter
_WIDEST = 64  # cells: below it people read
_LINES_A_TOAST = 20  # of the screen: what people read is not to be covered
_NOT_NOW = "x not now"
_UNDO = "u undo"


class ToastCorner(Vertical):
    """Room for three toasts and one notice; all its parts stand from the start, so that a burst mounts nothing."""

    DEFAULT_CSS = """
    ToastCorner {
        layer: toasts; dock: bottom; align: right bottom; width: 1fr; height: auto;
        visibility: hidden; margin: 0 0 1 0; padding: 0 1;
    }
    ToastCorner > Words {
        visibility: visible; display: none; width: 52; max-width: 100%; height: auto; padding: 0 1;
        border: round $waits; background: $panel;
    }
    ToastCorner > Words.-on { display: block; }
    ToastCorner > #notice { border: round $rule-focus; width: auto; max-width: 100%; }
    ToastCorner > #notice.-beside { width: 52; }
    ToastCorner > #notice.-bad { border: round $bad; }
    """

    def compose(self) -> ComposeResult:
        for index in range(MOST):
            yield Words(id=f"toast-{index}", classes="toast")
        yield Words(id="notice")

    _shown: tuple[Suggestion, ...] = ()
    _drawn: tuple[Toasts, Size] | None = None  # what, and on a screen how large

    def show(self, toasts: Toasts) -> None:
        """Shows the newest of the queue."""
        if (toasts, self.app.size) == self._drawn:
            return
        self._drawn = toasts, self.app.size
        most = max(self.app.size.height // _LINES_A_TOAST, 1)
        shown = self._shown = toasts.shown[-most:]
        hidden = toasts.hidden + len(toasts.shown) - len(shown)
        room = max(self.app.size.width - 8, 8)
        width = min(max([toast_width(one) for one in shown] + [_USUAL]), _WIDEST, room)
        self.query_one("#notice").set_class(bool(shown), "-beside")
        for index in range(MOST):
            words = self.query_one(f"#toast-{index}", Words)
            place = index - (MOST - len(shown))
            words.set_class(place >= 0, "-on")
            words.styles.width = width + 4
            if place >= 0:
                newest = place == len(shown) - 1
                words.border_title = toast_title(shown[place], width - 2)
                words.say(toast_body(shown[place], width, keys=newest, more=hidden))

    def tell(self, words: str, *, bad: bool = False) -> None:
        """Shows a sentence; empty words take it away."""
        notice = self.query_one("#notice", Words)
        notice.set_class(bool(words), "-on")
        notice.set_class(bad, "-bad")
        notice.say(Content.assemble(("✗ ", ink.BAD) if bad else "", clean(words)))

    def on_click(self, event: events.Click) -> None:
        """What a key would do, by the mouse: every toast opens, and what is written on one as a key can be clicked."""
        words = event.widget
        if not isinstance(words, Words):
            return
        event.stop()
        if words.id == "notice":
            self.post_message(NoticeClicked(_on(words, event, _UNDO)))
            return
        place = int((words.id or "toast-0").removeprefix("toast-")) - (MOST - len(self._shown))
        if 0 <= place < len(self._shown):
            self.post_message(ToastClicked(self._shown[place], _on(words, event, _NOT_NOW)))


def _on(words: Words, event: events.Click, label: str) -> bool:
    """Whether the click was on `label`, which stands in the last line of a toast."""
    offset = event.get_content_offset(words)
    lines = words.content.plain.split("\n")
    start = lines[-1].find(label)
    if offset is None or start < 0 or offset.y != len(lines) - 1:
        return False
    return start <= offset.x < start + len(label)
