"""All keys that work on the screen below, searchable."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from tui.keymap import BY_ID, bindings
from tui.messages import Chosen, SpotClicked
from tui.presentation import ink
from tui.presentation.candidates import matching
from tui.presentation.text import crop, pad
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList

Entry = tuple[str, str, str]
"""How a key is written, what it does, and the key itself."""


def entries(screen: Screen[object]) -> list[Entry]:
    """Keys and sentences of what works on `screen`, in the order of the key table."""
    keys: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for key, active in screen.active_bindings.items():
        name = active.binding.id or ""
        if name in BY_ID:
            first.setdefault(name, key)
            keys.setdefault(name, []).append(screen.app.get_key_display(active.binding.with_key(key, None)))
    return [(" ".join(keys[id]), entry.sentence, first[id]) for id, entry in BY_ID.items() if id in keys]


class HelpScreen(ModalScreen[None]):
    """A list of keys with a filter above."""

    BINDINGS = bindings("help")
    AUTO_FOCUS = "Input"

    def __init__(self, found: list[Entry]) -> None:
        super().__init__()
        self._entries = found

    def compose(self) -> ComposeResult:
        with Panel(id="help"):
            yield Input(placeholder="search the keys", compact=True, id="search")
            yield RowList(self._row, lambda entry: entry[1], id="keys-list")

    def on_mount(self) -> None:
        panel = self.query_one("#help", Panel)
        panel.title(Content("keys that work here"))
        panel.hints(("esc", "close", "escape"))
        self.query_one(Input).cursor_blink = False
        self.query_one(RowList).show(self._entries)

    def _row(self, entry: Entry, width: int) -> Content:
        keys, sentence, _ = entry
        return Content.assemble((pad(keys, 16), ink.KEY), crop(sentence, max(width - 16, 0))).truncate(width, pad=True)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        names = [f"{keys} {sentence}" for keys, sentence, _ in self._entries]
        self.query_one(RowList).show([self._entries[index] for index in matching(names, message.value)])

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        """A second click on a line does what its key does."""
        message.stop()
        self.dismiss()
        self.app.simulate_key(message.row[2])

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        self.app.simulate_key(message.what)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.dismiss()
