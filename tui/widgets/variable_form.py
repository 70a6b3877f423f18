"""The form of an application: one field a variable, each with where its value comes from.

A field holds what patui proposes until a person types into it; emptied again, it goes back to the proposal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, TextArea

from engine.model import Variable, VariableType
from tui.keymap import bindings
from tui.messages import FieldEdited, FormSubmitted
from tui.presentation import fields, ink
from tui.presentation.text import clean, crop
from tui.widgets.bars import Words

_WIDEST_LABEL = 18
PATH = "\0path"  # the field of the target: no variable can be called this


@dataclass(frozen=True, slots=True)
class Shown:
    """What a field shows: its text, where that comes from (`fields.field_note`), and what is wrong with it."""

    text: str
    note: Content


class Toggle(Widget, can_focus=True):
    """A switch that says in words how it stands."""

    DEFAULT_CSS = """
    Toggle { height: 1; width: 1fr; }
    Toggle:focus { background: $cursor-background; text-style: bold; }
    """
    BINDINGS = bindings("field", only={"field.turn", "field.done"})

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.value = "off"

    def render(self) -> Content:
        return Content(f"({'x' if self.value == 'on' else ' '}) {self.value}")

    def on_click(self) -> None:
        self.action_turn()

    def action_done(self) -> None:
        self.post_message(FormSubmitted())

    def action_turn(self) -> None:
        self.value = "off" if self.value == "on" else "on"
        self.refresh()
        self.post_message(FieldEdited(self.name or "", self.value))


class LineField(Input):
    """One line of text; `up` and `down` go through the choices, when there are some, and so do clicks on `Stepper`."""

    BINDINGS = bindings("field", only={"field.later", "field.earlier"})

    def __init__(self, name: str, choices: tuple[str, ...] = (), placeholder: str = "") -> None:
        super().__init__(name=name, compact=True, placeholder=placeholder, select_on_focus=False)
        self.cursor_blink = False  # a blinking cursor is a timer that never sleeps
        self.choices = choices

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self.choices) if action == "choice" else super().check_action(action, parameters)

    def action_choice(self, step: int) -> None:
        """Takes the choice after this one, or before."""
        self.value = fields.next_choice(self.choices, self.value, step)
        self.cursor_position = len(self.value)


class Stepper(Widget):
    """Behind a field with choices: its arrows can be clicked, and say which keys do the same."""

    DEFAULT_CSS = "Stepper { width: 3; height: 1; color: $muted; padding: 0 0 0 1; }"

    def __init__(self, field: LineField) -> None:
        super().__init__()
        self._field = field

    def render(self) -> Content:
        return Content("↑↓")

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self._field.focus()
        self._field.action_choice(-1 if event.x < 2 else 1)


class LinesField(TextArea):
    """Several lines: a list, one item a line, or a text that has lines."""

    def __init__(self, name: str, placeholder: str = "") -> None:
        super().__init__(
            name=name, compact=True, tab_behavior="focus", show_line_numbers=False, placeholder=placeholder
        )
        self.cursor_blink = False


class VariableForm(VerticalScroll, can_focus=False):
    """Fields for the path (none without a `path_label`) and the variables.

    Posts FieldEdited for what a person does, never for what is shown.
    """

    DEFAULT_CSS = """
    VariableForm { height: 1fr; width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    VariableForm .field { height: auto; width: 1fr; }
    VariableForm .label { height: 1; color: $muted; padding: 0 1 0 0; }
    VariableForm .note { height: auto; width: auto; max-width: 18; padding: 0 0 0 1; }
    VariableForm LineField, VariableForm LinesField { border: none; padding: 0; background: $panel; width: 1fr; }
    VariableForm LineField { height: 1; }
    VariableForm LinesField { height: auto; min-height: 1; max-height: 8; }
    VariableForm LineField:focus, VariableForm LinesField:focus { border: none; background: $cursor-background; }
    """

    def __init__(self, variables: Sequence[Variable], *, path_label: str = "path", id: str | None = None) -> None:
        super().__init__(id=id)
        self._variables = {variable.name: variable for variable in variables}
        self._path_label = path_label
        self._widgets: dict[str, Toggle | LineField | LinesField] = {}
        self._notes: dict[str, Words] = {}
        self._proposed: dict[str, str] = {}  # what was last put into a field, not typed

    def compose(self) -> ComposeResult:
        if self._path_label:
            path = LineField(PATH, placeholder="where, relative to the workspace")
            yield from self._field(PATH, path, self._path_label)
        for name, variable in self._variables.items():
            widget: Toggle | LineField | LinesField
            if variable.type is VariableType.BOOLEAN:
                widget = Toggle(name)
            elif fields.takes_lines(variable):
                widget = LinesField(name, fields.lines_hint(variable))
            else:
                widget = LineField(name, variable.choices, fields.hint_of(variable))
            yield from self._field(name, widget, name)

    def _field(self, name: str, widget: Toggle | LineField | LinesField, label: str) -> ComposeResult:
        self._widgets[name] = widget
        self._notes[name] = Words(classes="note")
        with Horizontal(classes="field"):
            label_words = Words(Content(crop(clean(label), self._label_width - 1)), classes="label")
            label_words.styles.width = self._label_width
            yield label_words
            yield widget
            if isinstance(widget, LineField) and widget.choices:
                yield Stepper(widget)
            yield self._notes[name]

    @property
    def _label_width(self) -> int:
        """Wide enough for all names, within reason."""
        return min(max([len(clean(name)) for name in (*self._variables, self._path_label)]) + 2, _WIDEST_LABEL)

    @property
    def path(self) -> str:
        return self.text_of(PATH)

    def text_of(self, name: str) -> str:
        widget = self._widgets[name]
        return widget.text if isinstance(widget, TextArea) else widget.value

    def show(self, shown: Mapping[str, Shown], hidden: Collection[str] = ()) -> None:
        """Shows proposals and notes, and only fields that say something now.

        A field keeps what was typed into it, also what was typed this very moment; one that was emptied takes a
        proposal again when the person has left it. A hidden one keeps what it had.
        """
        for name, entry in shown.items():
            widget = self._widgets.get(name)
            if widget is None:
                continue
            self._notes[name].say(entry.note)
            if isinstance(widget.parent, Widget):
                widget.parent.display = name not in hidden or widget.has_focus
            text = self.text_of(name)
            untouched = text == self._proposed.get(name, text) or (not text and not widget.has_focus)
            if untouched and text != entry.text:
                self.put(name, entry.text)

    def put(self, name: str, text: str) -> None:
        """Sets the text of a field without it counting as typed."""
        widget = self._widgets[name]
        self._proposed[name] = text or "off" if isinstance(widget, Toggle) else text
        if isinstance(widget, Toggle):
            widget.value = text or "off"
            widget.refresh()
        elif isinstance(widget, TextArea):
            with widget.prevent(TextArea.Changed):
                widget.load_text(text)
        else:
            with widget.prevent(Input.Changed):
                widget.value = text
                widget.cursor_position = len(text)

    def note(self, name: str, words: str) -> None:
        """Says what is wrong with a field."""
        self._notes[name].say(Content.assemble(("✗ ", ink.BAD), clean(words)))

    def focus_field(self, name: str) -> None:
        if name in self._widgets:
            self._widgets[name].focus()

    @on(Input.Changed)
    def _line_typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(FieldEdited(message.input.name or "", message.value or None))

    @on(TextArea.Changed)
    def _lines_typed(self, message: TextArea.Changed) -> None:
        message.stop()
        self.post_message(FieldEdited(message.text_area.name or "", message.text_area.text or None))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(FormSubmitted())
