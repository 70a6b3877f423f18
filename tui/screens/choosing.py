"""Lists to choose from, above a screen: the themes, the inbox of offers, the keys after the prefix key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from engine.model import Suggestion
from tui.keymap import BY_ID, bindings
from tui.messages import Chosen, Highlighted, SpotClicked
from tui.presentation import ink
from tui.presentation.candidates import matching
from tui.presentation.refining import word_row
from tui.presentation.text import clean, clock, crop, pad, spread
from tui.screens.asking import Asking
from tui.screens.frame import Frame
from tui.screens.session import Session
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList

T = TypeVar("T")
_OWN = frozenset({"comma", "escape", "enter"})  # what the menu itself needs
_STATES = {"open": "● waits", "accepted": "✓ taken", "dismissed": "✗ put away"}


_KEYS: Final = {"⏎": "enter", "esc": "escape", "↑↓": "down"}


class ListScreen(ModalScreen[T | None], Generic[T]):
    """A list; the row that was chosen, or None."""

    BINDINGS = bindings("choose")
    AUTO_FOCUS = "RowList"

    def compose(self) -> ComposeResult:
        with Panel(classes="dialog"):
            yield RowList(self.row, lambda row: str(row), id="choices")

    @property
    def choices(self) -> RowList[T]:
        return self.query_one("#choices", RowList)

    def row(self, choice: T, width: int) -> Content:
        """One line of the list."""
        return Content(crop(clean(str(choice)), width))

    def say(self, title: str, note: str) -> None:
        panel = self.query_one(Panel)
        panel.title(Content(title))
        keys = [part.strip().partition(" ") for part in note.split("   ") if part.strip()]
        panel.hints(*((shown, does, _KEYS.get(shown, shown)) for shown, _, does in keys))

    @on(SpotClicked)
    def _spot_clicked(self, message: SpotClicked) -> None:
        message.stop()
        self.app.simulate_key(message.what)

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        self.action_take()

    def action_take(self) -> None:
        self.dismiss(self.choices.current)

    def action_cancel(self) -> None:
        self.dismiss(None)


class ThemeScreen(ListScreen[str]):
    """All themes, ours first; the one under the cursor is worn, and esc puts the old one on again."""

    def on_mount(self) -> None:
        self._before = self.app.theme
        self.say("theme", "⏎ keep   esc as before")
        names = sorted(self.app.available_themes, key=lambda name: (not name.startswith("patui"), name))
        self.choices.show(names)
        self.choices.go_to(self._before)

    def row(self, choice: str, width: int) -> Content:
        theme = self.app.available_themes[choice]
        kind = "16 colours" if theme.ansi else "dark" if theme.dark else "light"
        return spread(Content(clean(choice)), Content.styled(kind, ink.MUTED), width)

    @on(Highlighted)
    def _worn(self, message: Highlighted) -> None:
        message.stop()
        if isinstance(message.row, str):
            self.app.theme = message.row

    def action_cancel(self) -> None:
        self.app.theme = self._before
        super().action_cancel()


class InboxScreen(ListScreen[Suggestion], Asking):
    """The newest offers, whatever became of them."""

    BINDINGS = bindings("choose", "inbox")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def on_mount(self) -> None:
        self.say("offers", "⏎ look   x not now   esc close")
        self._read()

    def _read(self) -> None:
        workspace = self._session.workspace

        def read() -> list[Suggestion]:
            from engine.actions import live

            return live.recent_suggestions(workspace)

        self.ask("inbox", read, self._listed)

    def _listed(self, found: list[Suggestion]) -> None:
        self.choices.show(found)
        if not found:
            self.say("no offer was made yet", "esc close")

    def row(self, choice: Suggestion, width: int) -> Content:
        count = f" ×{choice.count}" if choice.count > 1 else ""
        state = Content.styled(
            _STATES.get(choice.status, choice.status), ink.WAITS if choice.status == "open" else ink.MUTED
        )
        at = clock(choice.time, self._session.zone)[:5]
        left = Content.assemble((f"{at}  ", ink.MUTED), clean(choice.path or choice.title), count)
        return spread(left, state, width)

    def action_take(self) -> None:
        choice = self.choices.current
        if choice is not None and choice.status == "open":
            self.dismiss(choice)

    def action_not_now(self) -> None:
        choice = self.choices.current
        if choice is None or choice.status != "open":
            return
        workspace, number = self._session.workspace, choice.id

        def dismiss() -> None:
            from engine.actions import live

            live.dismiss(workspace, number)

        self.ask("settle", dismiss, lambda _: self._read())


class WordScreen(ListScreen[tuple[str, int]]):
    """Words `(text, how often)` to choose from; what is typed filters them, and can be chosen too."""

    AUTO_FOCUS = "Input"

    def __init__(self, words: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        with Panel(classes="dialog"):
            yield Input(placeholder="a word, a number, a quoted text", compact=True)
            yield RowList(self.row, lambda row: row[0], id="choices")

    def on_mount(self) -> None:
        self.say("which text becomes a variable?", "⏎ this one   ↑↓ choose   esc leave")
        self.query_one(Input).cursor_blink = False
        self.choices.show(self._words)

    def row(self, choice: tuple[str, int], width: int) -> Content:
        return word_row(*choice, width)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        """What was typed stands first, as it is, then what is like it."""
        message.stop()
        texts = [text for text, _ in self._words]
        found = [self._words[index] for index in matching(texts, message.value)]
        own = [(message.value, 0)] if message.value and message.value not in texts else []
        self.choices.show([*found, *own])
        self.choices.cursor = 0

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_take()

    def on_key(self, event: events.Key) -> None:
        if event.key in ("up", "down"):
            event.stop()
            self.choices.cursor += 1 if event.key == "down" else -1


class MenuScreen(ListScreen[tuple[str, str, str]]):
    """The keys that the footer has no room for: `(key, how it is written, what it does)`. The next key is done."""

    def __init__(self, below: Frame) -> None:
        super().__init__()
        self._found: dict[str, tuple[str, str, str]] = {}
        self._actions: dict[str, str] = {}
        for key, active in below.active_bindings.items():
            binding = active.binding
            entry = BY_ID.get(binding.id or "")
            if entry is None or not entry.does or entry.foot or not active.enabled or key in _OWN:
                continue
            space = "app." if entry.id.startswith("app.") else ""
            self._actions[key] = space + binding.action
            shown = binding.key_display or below.app.get_key_display(binding.with_key(key, None))
            self._found.setdefault(entry.id, (key, shown, entry.sentence))

    def on_mount(self) -> None:
        self.say("press one of these", "esc close")
        names = sorted(
            (name for name in BY_ID if name in self._found), key=lambda name: name.startswith(("app.", "frame."))
        )
        self.choices.show([self._found[name] for name in names])

    def row(self, choice: tuple[str, str, str], width: int) -> Content:
        _, shown, sentence = choice
        return Content.assemble((pad(shown, 8), ink.KEY), crop(sentence, max(width - 8, 0)))

    def on_key(self, event: events.Key) -> None:
        if event.key in self._actions:
            event.stop()
            self.dismiss(None)
            self.app.simulate_key(event.key)

    def action_take(self) -> None:
        choice = self.choices.current
        self.dismiss(None)
        if choice is not None:
            self.app.simulate_key(choice[0])
