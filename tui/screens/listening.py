"""The app's ear on the database: asks again and again what changed, and says when it cannot be asked or is held."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.message import Message

from tui.messages import Notice, TablesChanged, Trouble

if TYPE_CHECKING:
    from engine.actions.live import Cursor, EngineStatus
    from engine.workspace import Workspace

POLL_SECONDS: Final = 0.05  # a question costs microseconds, and a toast should not wait for it
# While another window has the keyboard; the terminal may well be in view beside it.
CALM_SECONDS: Final = 0.2
STATUS_SECONDS: Final = 2.0  # what the engine says of itself is no table that tells of its changes
HELD_SECONDS: Final = 1.0  # every write holds the database for a moment; what lasts as long as this is worth a word
BUSY: Final = "the database is busy: another program writes to it. What you do here waits until it is free"
EVERYTHING: Final = frozenset({"*"})


class Listener:
    """Asks in a thread of its own, because the question is only answered relative to the connection that asks it.

    `tell` posts a message to the app. `start_engine` starts an engine, or gives False where it cannot. `calm` is set by
    the app: nobody is at this terminal.
    """

    def __init__(
        self, workspace: Workspace, tell: Callable[[Message], object], start_engine: Callable[[], bool]
    ) -> None:
        self.calm = False
        self._workspace = workspace
        self._tell = tell
        self._start_engine = start_engine
        self._cursor: Cursor | None = None
        self._known: EngineStatus | None = None
        self._status_in = 0.0
        self._held: float | None = None  # for how many seconds the database has not been free
        self._trouble = ""

    def run(self, ended: threading.Event) -> None:
        """Asks until `ended` is set."""
        self._start_engine()
        pause = 0.0
        while True:
            self.ask(pause)
            pause = CALM_SECONDS if self.calm else POLL_SECONDS
            if ended.wait(pause):
                return

    def ask(self, passed: float) -> None:
        """One question, `passed` seconds after the one before."""
        from engine.actions import live  # in this thread: the first frame waits for none of it
        from engine.errors import PatuiError

        tables, words = frozenset[str](), ""
        self._status_in -= passed
        try:
            if self._cursor is None:
                cursor = live.Cursor(self._workspace)
                cursor.poll()
                # What changed before the first question would be missed: everything is read after it.
                self._cursor, tables = cursor, EVERYTHING
            else:
                tables = self._cursor.poll()
            due = self._status_in <= 0.0
            if due:
                self._status_in = STATUS_SECONDS
                tables |= self._engines_word()
            if due or self._held is not None or live.waiting(self._workspace):
                self._look_at_lock(passed)
            words = BUSY if self._held is not None and self._held >= HELD_SECONDS else ""
        except (PatuiError, OSError) as error:
            words = str(error)
        if words != self._trouble:
            self._trouble = words
            self._tell(Trouble(words))
        if tables:
            self._tell(TablesChanged(tables))

    def _look_at_lock(self, passed: float) -> None:
        from engine.actions import live

        if live.is_free(self._workspace):
            self._held = None
        else:
            self._held = 0.0 if self._held is None else self._held + passed

    def _engines_word(self) -> frozenset[str]:
        """Reads how the engine does; one that has ended is started again."""
        from engine.actions import live

        status, known = live.status(self._workspace), self._known
        if status == known:
            return frozenset()
        if known is not None and known.running and not status.running and self._start_engine():
            self._tell(Notice("the engine had ended: it was started again"))
        self._known = status
        return frozenset({"status"})
