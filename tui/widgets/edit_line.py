"""One line in which something is changed in place, with what it would do said below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tui.keymap import bindings
from tui.widgets.bars import Words
from tui.widgets.variable_form import LineField


class EditLine(Vertical):
    """Hidden until it is opened. ↑ and ↓ go through the choices, or are told as `Turned` where there are none."""

    BINDINGS = bindings("change")
    DEFAULT_CSS = """
    EditLine { display: none; height: auto; padding: 0 1; }
    EditLine .label { width: auto; max-width: 50%; height: 1; padding: 0 1 0 0; text-style: bold; }
    EditLine LineField { border: none; padding: 0; height: 1; width: 1fr; background: $panel; }
    EditLine LineField:focus { border: none; background: $cursor-background; }
    EditLine Horizontal { height: 1; }
    EditLine .note { height: auto; max-height: 2; }
    EditLine .hint { height: 1; color: $muted; }
    """

    @dataclass
    class Typed(Message):
        """Another text stands in the line."""

        text: str

    @dataclass
    class Turned(Message):
        """↑ or ↓ was pressed, and there are no choices to go through."""

        step: int

    class Saved(Message):
        """⏎: what stands there is wanted."""

    class Left(Message):
        """esc: nothing is wanted."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Words(classes="label")
            yield LineField("change")
        yield Words(classes="note")
        yield Words(classes="hint")

    @property
    def field(self) -> LineField:
        return self.query_one(LineField)

    @property
    def text(self) -> str:
        return self.field.value

    def open(self, label: str, text: str, choices: Sequence[str] = ()) -> None:
        """Stands there with the focus at once: what is typed next is for it."""
        self.query_one(".label", Words).say(Content(label))
        self.query_one(".note", Words).say(Content(""))
        field = self.field
        field.choices = tuple(choices)
        with field.prevent(Input.Changed):
            field.value = text
        self.display = True
        self.screen.set_focus(field)
        field.selection = field.selection.__class__(0, len(text))

    def close(self) -> None:
        self.display = False

    def say(self, note: Content) -> None:
        """What the change would do, or why it cannot be."""
        self.query_one(".note", Words).say(note)

    def hint(self, words: str) -> None:
        self.query_one(".hint", Words).say(Content(words))

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Typed(message.value))

    def on_key(self, event: events.Key) -> None:
        if event.key in ("up", "down") and not self.field.choices:
            event.stop()
            self.post_message(self.Turned(1 if event.key == "down" else -1))

    def action_save_change(self) -> None:
        self.post_message(self.Saved())

    def action_cancel_change(self) -> None:
        self.post_message(self.Left())
