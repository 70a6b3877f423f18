"""The app: which screens there are, the theme, the keys, and the ear on the database. It holds no logic of its own.

The app is only ever a viewer of the database; the engine is another process, and `tui.cli` starts it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.binding import Binding
from textual.command import Provider
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.timer import Timer

from engine.model import Suggestion
from tui import keymap
from tui.messages import Notice, TablesChanged, Trouble
from tui.screens.asking import Asking
from tui.screens.frame import Frame
from tui.screens.listening import BUSY, Listener
from tui.screens.memory import load, path_for
from tui.screens.session import Session
from tui.themes import ANSI, DARK, fallbacks, load_themes, stylesheet
from tui.widgets.toasts import ToastCorner

if TYPE_CHECKING:
    from engine.actions.live import EngineStatus
    from engine.model import Candidate, Pattern
    from engine.workspace import Workspace

SCREENS: Final = ("live", "candidates", "patterns", "reports", "evolution", "recoveries")
_AFTER_PAINT: Final = 0.02  # seconds
NOTICE_SECONDS: Final = 6.0
TOAST_SECONDS: Final = 20.0
_SEEN: Final = 10_000  # so many candidates are known not to be new
LIBRARY_TABLES: Final = frozenset({"verdicts", "pattern_candidates", "applications"})


def _key_commands() -> type[Provider]:
    from tui.commands import KeyCommands

    return KeyCommands


class PatuiApp(App[None], Asking):
    """The terminal app on an opened workspace. The caller opens the workspace, starts the engine, and closes both.

    `after_paint` is called in a thread when the screen has been painted, and again whenever the engine that ran has
    ended: a place to start one without keeping the person waiting.
    """

    TITLE = "patui"
    CSS_PATH = stylesheet()
    BINDINGS = keymap.bindings("app")
    COMMANDS = App.COMMANDS | {_key_commands}

    def __init__(
        self, workspace: Workspace, *, screen: str = "", after_paint: Callable[[], None] | None = None
    ) -> None:
        memory = load(path_for(workspace.trust.directory.parent / "app", workspace.root))
        screen = screen or (kept if (kept := memory.word("screen")) in SCREENS else SCREENS[0])
        self.DEFAULT_MODE = screen  # type: ignore[misc]  # read by the base class: the mode that is painted first
        without_colour = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if without_colour else None)
        self.session = Session(workspace)
        self.memory = memory
        self.session.remember(memory.of_all.get("seen"), memory.of_all.get("panes"))
        self.animation_level = "none"
        self._frames: dict[str, Frame] = {}
        if screen not in SCREENS:
            raise ValueError(f"no screen is called {screen!r}")
        for name in SCREENS:
            self.add_mode(name, partial(self._made, name))
        self._after_paint = after_paint
        self._ended = threading.Event()
        self._listener: threading.Thread | None = None
        self._ear: Listener | None = None
        self._asked_to_quit = False
        self._notice: Timer | None = None
        self._toast: Timer | None = None
        for theme in load_themes():
            self.register_theme(theme)
        wanted = workspace.config.theme
        if memory.word("theme") and memory.word("theme_over") == wanted:
            wanted = memory.word("theme")  # chosen in the app since the config said what it says
        self.theme = ANSI if without_colour else wanted if wanted in self.available_themes else DARK
        self.set_keymap(dict(workspace.config.keymap))

    def get_driver_class(self) -> type[Driver]:
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from tui.screens.terminal import Terminal

        return Terminal

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colour names for Textual's own themes, which lack them."""
        return fallbacks(self.current_theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Reads the styles anew. Before there is a screen only the colours change: to read them all costs 10 ms."""
        if self._frames:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def _made(self, name: str) -> Screen[None]:
        """One of the screens, made when it is first shown: to import all of them delays the first paint by 70 ms."""
        frame: Frame
        if name == "live":
            from tui.screens.live import LiveScreen

            frame = LiveScreen(self.session)
        elif name == "candidates":
            from tui.screens.candidates import CandidatesScreen

            frame = CandidatesScreen(self.session)
        elif name == "reports":
            from tui.screens.reports import ReportsScreen

            frame = ReportsScreen(self.session)
        elif name == "evolution":
            from tui.screens.evolution import EvolutionScreen

            frame = EvolutionScreen(self.session)
        elif name == "recoveries":
            from tui.screens.recoveries import RecoveriesScreen

            frame = RecoveriesScreen(self.session)
        else:
            from tui.screens.patterns import PatternsScreen

            frame = PatternsScreen(self.session)
        # The styles are read right after this anyway; without the line they would be read twice (20 ms) at each screen.
        frame._css_update_count = self._css_update_count
        frame.kept = self.memory.screens.get(name, {})
        self._frames[name] = frame
        return frame

    # ── starting and ending ──────────────────────────────────────────────────────────────────────────────────────────

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        # The frame is written by a thread of its own, which is to have the interpreter for itself.
        self.call_after_refresh(self.set_timer, _AFTER_PAINT, self._begin)

    def _begin(self) -> None:
        """After the first paint: read what there is, listen for changes, let the clock tick."""
        self.session.painted = True
        self._frame.catch_up()
        self._ear = Listener(self.session.workspace, self.post_message, self._start_engine)
        self._ear.calm = not self.app_focus
        self._listener = threading.Thread(target=self._ear.run, args=(self._ended,), name="patui changes", daemon=True)
        self._listener.start()
        self._tick()
        for words in self._keymap_problems():
            self.post_message(Notice(words, bad=True))

    def keep(self) -> None:
        """Writes down where one is, for the next start."""
        memory = self.memory
        memory.screens.update({name: frame.keep() for name, frame in self._frames.items() if frame.ready})
        memory.of_all["screen"] = self._frame.name
        memory.of_all["panes"] = self.session.panes
        memory.of_all["seen"] = sorted(self.session.seen)[-_SEEN:]
        memory.save()

    async def action_quit(self) -> None:
        """Ends the app; while something waits to be written the first time only says so."""
        from engine.actions import live

        if live.waiting(self.session.workspace) and not self._asked_to_quit:
            self._asked_to_quit = True
            self.post_message(Notice("not written yet: the database is busy. Quit again to leave it undone", bad=True))
            return
        self.keep()
        await super().action_quit()

    def on_unmount(self) -> None:
        from engine.actions import live

        live.stop_waiting(self.session.workspace)
        self._ended.set()
        if self._listener is not None:
            self._listener.join(2.0)

    def _keymap_problems(self) -> list[str]:
        chosen = self.session.workspace.config.keymap
        problems = [f"keymap: no key is called {name}" for name in keymap.unknown(chosen)]
        return problems + [f"keymap: {words}" for words in keymap.clashes(chosen)]

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Clashes are reported once, at the start, from the table itself."""

    def _tick(self) -> None:
        """The clock of the header: one timer a minute, on the minute."""
        self._frame.refresh_frame()
        self.keep()
        self.set_timer(60.5 - self.session.now % 60, self._tick)

    # ── listening ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _start_engine(self) -> bool:
        """Whether an engine could be started or runs. The app is a viewer: it goes on without one, and says why."""
        from engine.errors import PatuiError

        if self._after_paint is None:
            return False
        try:
            self._after_paint()
        except (PatuiError, OSError) as error:
            self.post_message(Notice(str(error), bad=True))
            return False
        return True

    def on_tables_changed(self, message: TablesChanged) -> None:
        tables = message.tables
        self._read_status()
        for frame in self._frames.values():
            frame.tables_changed(tables)
        if self._frame.name != "candidates" and tables & {"*", "pattern_candidates"}:
            self._read_candidates()
        if self._frame.name != "patterns" and tables & {"*", *LIBRARY_TABLES}:
            self._read_library()

    def on_trouble(self, message: Trouble) -> None:
        before, self.session.trouble = self.session.trouble, message.words
        busy = BUSY in (before, message.words)
        self._asked_to_quit = self._asked_to_quit and bool(message.words)
        over = "the database is free again" if busy else "the database can be read again"
        self.post_message(Notice(message.words, bad=True) if message.words else Notice(over))
        about = "the database is busy" if busy else "the database cannot be read"
        self.session.state = replace(self.session.state, trouble=about if message.words else "")
        self._frame.refresh_frame()

    def watch_app_focus(self, focus: bool) -> None:
        """Asks less often while nobody is at this terminal."""
        if self._ear is not None:
            self._ear.calm = not focus
        if focus and self._frames and isinstance(self.screen, Frame):
            self.screen.find_rest()

    def _read_status(self) -> None:
        workspace = self.session.workspace

        def read() -> tuple[EngineStatus, list[Suggestion]]:
            from engine.actions import live

            return live.status(workspace), live.open_suggestions(workspace)

        self.ask("status", read, self._show_status)

    def _show_status(self, answer: tuple[EngineStatus, list[Suggestion]]) -> None:
        status, suggestions = answer
        session = self.session
        newest_first = sorted(suggestions, key=lambda suggestion: (-suggestion.time, -suggestion.id))
        before = session.toasts.shown
        session.suggestions = tuple(newest_first)
        session.toasts = session.toasts.heard(newest_first, quiet=session.quiet)
        session.pending = status.pending
        session.state = replace(
            session.state,
            running=status.running,
            files=status.files,
            commits=status.commits,
            busy=status.busy,
            offers=len(newest_first),
        )
        if session.toasts.shown != before and session.toasts.shown:
            self._let_toasts_go_later()
        self._frame.refresh_frame()

    def _let_toasts_go_later(self) -> None:
        if self._toast is not None:
            self._toast.stop()
        self._toast = self.set_timer(TOAST_SECONDS, self._let_toasts_go)

    def _let_toasts_go(self) -> None:
        """Takes the toasts off the screen; what they offered still waits under Live."""
        for toast in self.session.toasts.waiting:
            self.session.toasts = self.session.toasts.without(toast.key)
        self._frame.refresh_frame()

    def _read_candidates(self) -> None:
        workspace = self.session.workspace

        def read() -> list[Candidate]:
            from engine.actions import review

            return review.candidates(workspace)

        def listed(found: list[Candidate]) -> None:
            self.session.listed(found)
            self._frame.refresh_frame()

        self.ask("candidates", read, listed)

    def _read_library(self) -> None:
        workspace = self.session.workspace

        def read() -> list[Pattern]:
            from engine.actions import applying

            return applying.library(workspace)

        def listed(patterns: list[Pattern]) -> None:
            self.session.patterns = len(patterns)
            self._frame.refresh_frame()

        self.ask("library", read, listed)

    # ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_notice(self, message: Notice) -> None:
        self._tell(message.words, bad=message.bad)
        if self._notice is not None:
            self._notice.stop()
        self._notice = self.set_timer(NOTICE_SECONDS, lambda: self._tell(""))

    def _tell(self, words: str, *, bad: bool = False) -> None:
        for rack in self._frame.query(ToastCorner):
            rack.tell(words, bad=bad)

    # ── going about ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _frame(self) -> Frame:
        """The screen of the frame that is in front, or right below a form."""
        return next(
            (screen for screen in reversed(self.screen_stack) if isinstance(screen, Frame)),
            self._frames[self.current_mode],
        )

    async def action_go(self, name: str) -> None:
        """Shows one of the screens; each keeps its state."""
        if isinstance(self.screen, Frame) and self.screen.name != name and name in SCREENS:
            self._tell("")
            self.keep()
            await self.switch_mode(name)

    async def action_look(self, reference: str) -> None:
        """Shows a candidate."""
        from tui.screens.candidates import CandidatesScreen

        await self.action_go("candidates")
        if isinstance(frame := self._frame, CandidatesScreen):
            frame.look_at(reference)

    def search_themes(self) -> None:
        """The themes to choose from, each worn while the cursor is on it."""
        from tui.screens.choosing import ThemeScreen

        def chosen(name: str | None) -> None:
            if name is not None:
                self.memory.of_all |= {"theme": name, "theme_over": self.session.workspace.config.theme}
                self.keep()

        self.push_screen(ThemeScreen(), chosen)

    def action_inbox(self) -> None:
        """All suggestions, whatever became of them."""
        from tui.screens.choosing import InboxScreen

        if isinstance(frame := self.screen, Frame):
            self.push_screen(InboxScreen(self.session), lambda offer: frame.open_offer(offer) if offer else None)

    def action_menu(self) -> None:
        """Shows what the next key can be, and does it."""
        from tui.screens.choosing import MenuScreen

        if isinstance(frame := self.screen, Frame):
            self.push_screen(MenuScreen(frame))

    def action_help(self) -> None:
        from tui.screens.help import HelpScreen, entries

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(entries(self.screen)))
