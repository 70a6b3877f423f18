"""Two small screens above another: one line to type, and a list of problems to read."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.keymap import bindings
from tui.messages import SpotClicked
from tui.presentation import ink
from tui.presentation.text import amount, clean, crop_path
from tui.widgets.bars import Words
from tui.widgets.panel import Panel
from tui.widgets.text_view import TextView


class LineScreen(ModalScreen[str | None]):
    """Asks for one line of text; None when it was left by esc."""

    BINDINGS = bindings("line")
    AUTO_FOCUS = "Input"

    def __init__(self, title: str, placeholder: str) -> None:
        super().__init__()
        self._title, self._placeholder = title, placeholder

    def compose(self) -> ComposeResult:
        with Panel(classes="small-dialog"):
            yield Input(placeholder=self._placeholder, compact=True)

    def on_mount(self) -> None:
        self.query_one(Panel).title(Content(clean(self._title)))
        self.query_one(Panel).hints(("⏎", "done", "enter"), ("esc", "cancel", "escape"))
        self.query_one(Input).cursor_blink = False

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        self.dismiss(message.value)

    def action_cancel(self) -> None:
        self.dismiss(None)

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        self.app.simulate_key(message.what)


class ProblemsScreen(ModalScreen[bool]):
    """Everything that is wrong with a file; True when it is to be edited again."""

    BINDINGS = bindings("problems")
    AUTO_FOCUS = "TextView"

    def __init__(self, path: str, problems: Sequence[str]) -> None:
        super().__init__()
        self._path, self._problems = path, problems

    def compose(self) -> ComposeResult:
        with Panel(classes="dialog"):
            yield Words(
                Content.styled(
                    f"{amount(len(self._problems), 'problem')}: it cannot be approved like this, and nothing is lost",
                    ink.BAD,
                )
            )
            yield TextView[Content](lambda line, width, _: line.truncate(width, pad=True))

    def on_mount(self) -> None:
        panel = self.query_one(Panel)
        panel.title(lambda width: Content(crop_path(clean(self._path), width)))
        panel.hints(("e", "edit again", "e"), ("esc", "leave it", "escape"))
        self.query_one(TextView).show_at_width(
            lambda width: [
                part for problem in self._problems for part in Content(f"· {clean(problem)}").wrap(max(width, 1))
            ]
        )

    def action_edit(self) -> None:
        self.dismiss(True)

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        self.app.simulate_key(message.what)
