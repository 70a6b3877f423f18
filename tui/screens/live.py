"""Live: what waits for the person, what happens, what the engine does. The feed never moves under a reader."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from engine.model import Event, EventType, Suggestion
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import feed, ink
from tui.screens.frame import Frame
from tui.screens.session import Session
from tui.widgets.bars import Words
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList

_EMPTY = "Nothing has happened here yet. Save a file, or press 2 for what the history already shows."
_READING = "Reading…"
_STOPPED = "Nothing is being watched: the engine is not running. `patui --engine-only` in this directory runs it."
_PAGE = 200
_FAILURES = frozenset({EventType.ERROR, EventType.NOTICE})
_CALM = "nothing waits for you"


class LiveScreen(Frame):
    """Offers above (beside, when wide) the feed."""

    BINDINGS = bindings("live")
    TABLES: ClassVar[frozenset[str]] = frozenset({"feed"})
    AUTO_FOCUS = "#feed"
    PANES: ClassVar[tuple[str, ...]] = ("#side", "#engine-panel")

    def __init__(self, session: Session) -> None:
        super().__init__(session, "live")
        self.set_classes("-empty -calm")
        self._events: list[Event] = []
        self._held: list[Event] = []  # came while somebody reads
        self._loaded = False
        self._all = True  # nothing older is to be had

    def body(self) -> ComposeResult:
        with Horizontal(id="live"):
            with Panel(id="feed-panel"):
                yield RowList(self._event, lambda event: event.id, id="feed")
                yield Words(Content(_READING), id="empty", classes="empty")
            with Vertical(id="side"):
                with Panel(id="offers-panel"):
                    yield RowList(
                        lambda offer, width: feed.suggestion_row(offer, width), lambda offer: offer.key, id="offers"
                    )
                    yield Words(Content.styled(_CALM, ink.MUTED), id="calm")
                with Panel(id="engine-panel"):
                    yield Words(id="engine")

    def on_mount(self) -> None:
        self.query_one("#feed-panel", Panel).title(Content("live"))
        self.query_one("#offers-panel", Panel).title(Content("offers"))
        self.query_one("#engine-panel", Panel).title(Content("engine"))

    def _event(self, event: Event, width: int) -> Content:
        return feed.event_row(event, width, self.session.now, self.session.zone)

    @property
    def feed(self) -> RowList[Event]:
        return self.query_one("#feed", RowList)

    @property
    def offers(self) -> RowList[Suggestion]:
        return self.query_one("#offers", RowList)

    # ── the feed ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        workspace = self.session.workspace

        def read() -> list[Event]:
            from engine.actions import live

            return live.recent_events(workspace)

        self.ask("feed", read, self._happened)

    def _happened(self, events: list[Event]) -> None:
        """Takes the newest events in; while somebody reads further down they wait at the edge."""
        self._loaded = True
        events = feed.newest_first(events)
        if self._events and self._reading:
            self._held = events
        else:
            self._take(events)
        self._show_state()

    def _take(self, newest: list[Event]) -> None:
        """Shows the newest page; what was read further down goes, so that a long day costs no memory."""
        read = sum(1 + (feed.WAITING in event.about) for event in newest)
        self._events, self._held, self._all = newest, [], read < _PAGE
        self.feed.show(self._events)
        self.feed.cursor = 0  # who stands at the top stays there: following a line down would count as reading

    def _read_on(self) -> None:
        """Reads the page before the oldest line when the cursor comes near it."""
        if self._all or self.is_asking("older") or self.feed.cursor < len(self._events) - _PAGE // 2:
            return
        workspace, oldest = self.session.workspace, self._events[-1].id

        def read() -> list[Event]:
            from engine.actions import live

            return live.recent_events(workspace, _PAGE, oldest)

        def older(events: list[Event]) -> None:
            if self._events and self._events[-1].id == oldest:
                self._all = len(events) < _PAGE
                self._events = [*self._events, *feed.newest_first(events)]
                self.feed.show(self._events)

        self.ask("older", read, older)

    @property
    def _reading(self) -> bool:
        return self.feed.cursor > 0 or self.feed.scroll_offset.y > 0

    def _show_state(self) -> None:
        stopped = self._loaded and not self.session.state.running
        words = _READING if not self._loaded else _STOPPED if stopped else _EMPTY
        self.query_one("#empty", Words).say(Content.styled(words, ink.MUTED))
        self.set_class(not self._events, "-empty")
        self.rest_on(self.feed)
        newest = self._events[0].id if self._events else 0
        waiting = sum(event.id > newest for event in self._held)
        self.query_one("#feed-panel", Panel).note(feed.held_back(waiting))

    def action_newest(self) -> None:
        if self._held:
            self._take(self._held)
        self.feed.cursor = 0
        self.feed.focus()
        self._show_state()

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        if self._held and not self._reading:
            self.action_newest()
        if message.sender is self.feed:
            self._read_on()

    # ── offers and engine ────────────────────────────────────────────────────────────────────────────────────────────

    def refresh_frame(self) -> None:
        super().refresh_frame()
        if not self.ready:
            return
        session = self.session
        self.offers.show(session.suggestions)
        self.set_class(not session.suggestions, "-calm")
        panel = self.query_one("#engine", Words)
        rows = feed.status_rows(
            running=session.state.running,
            files=session.state.files,
            commits=session.state.commits,
            pending=session.pending,
            busy=session.state.busy,
            width=max(panel.size.width, 20),
        )
        panel.say(Content("\n").join([Content.styled(session.trouble, ink.BAD)] if session.trouble else rows))
        self._show_state()

    @property
    def offer(self) -> Suggestion | None:
        """The chosen offer when somebody is in the list of offers, else the newest toast, else the newest offer."""
        if self.is_mounted and self.offers.has_focus:
            return self.offers.current
        return super().offer or (self.session.suggestions[0] if self.session.suggestions else None)

    def action_open(self) -> None:
        """Opens what the chosen line is about."""
        if self.offers.has_focus:
            self.action_toast_open()
            return
        event = self.feed.current
        if event is None:
            self.post_message(Notice("there is no line to open"))
            return
        about = event.about.get("pattern_id") or event.about.get("candidate")
        decides = event.type in (EventType.CANDIDATE, EventType.VERDICT, EventType.SUGGESTION)
        if (decides or feed.WAITING in event.about) and about:
            self.app.run_worker(self.run_action(f"app.look({str(about)!r})"))
        elif event.type is EventType.APPLICATION and about:
            self.app.run_worker(self.run_action("app.go('patterns')"))
        else:
            self.post_message(Notice(f"nothing to decide about this line{': ' + event.path if event.path else ''}"))

    def action_fix(self) -> None:
        """Offers what helped before: with the failure under the cursor, else with the last one."""
        from tui.screens.fixing import FixScreen

        event = self.feed.current if not self.offers.has_focus else None
        number = event.about.get("execution") if event is not None and event.type in _FAILURES else None
        self.app.push_screen(FixScreen(self.session, number if isinstance(number, int) else 0))

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        self.action_open()
