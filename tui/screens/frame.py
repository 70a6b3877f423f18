"""The frame around every screen: header, tabs, keys, toasts; and what is the same on all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from engine.model import SuggestionKind
from tui.keymap import KEYS, bindings
from tui.messages import Chosen, Highlighted, Notice, SpotClicked
from tui.presentation import bars, ink
from tui.presentation.text import amount, clean, clock
from tui.presentation.toasts import Toasts
from tui.screens.asking import Asking
from tui.screens.panes import Panes
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.painting import Painter
from tui.widgets.toasts import NoticeClicked, ToastClicked, ToastCorner

if TYPE_CHECKING:
    from engine.model import Candidate, Suggestion, Undone

WIDTHS: Final = [(0, "-tiny"), (30, "-narrow"), (100, "-wide"), (160, "-huge")]
HEIGHTS: Final = [(0, "-flat"), (8, "-short"), (26, "-tall")]
SIDE_BY_SIDE: Final = 100  # columns from which two texts stand beside each other
_ORDER: Final = {key.id: index + (1000 if key.id.startswith("frame.") else 0) for index, key in enumerate(KEYS)}


def hints(screen: Screen[None]) -> list[bars.KeyHint]:
    """The keys that work on `screen` now, those of the screen itself first."""
    found: dict[str, tuple[int, bars.KeyHint]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        name = binding.id or binding.action
        if not binding.show or not binding.description or name in found:
            continue
        shown = binding.key_display or screen.app.get_key_display(binding)
        found[name] = _ORDER.get(name, 2000), bars.KeyHint(shown, binding.description, key, active.enabled)
    return [hint for _, hint in sorted(found.values(), key=lambda entry: entry[0])]


class Frame(Screen[None], Asking, Panes):
    """A screen with the frame. `TABLES` are the tables whose changes concern it; `reload` reads them again."""

    BINDINGS = bindings("frame", "move")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "RowList"
    TABLES: ClassVar[frozenset[str]] = frozenset()
    UNDOES: ClassVar[str] = "application"
    RELOAD_SECONDS: ClassVar[float] = 0.0  # what takes long to read is not read more often than this

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(name=name)
        self._compositor = Painter()
        self.session = session
        self.kept: Mapping[str, Any] = {}  # what `keep` gave before the last end of the app
        self._taken_in = False  # what was kept
        self._stale = True
        self._later: Timer | None = None
        self._keys_asked = False

    @property
    def ready(self) -> bool:
        """Composed, and not being taken down: its parts go before it does."""
        return self._taken_in and not self._pruning and bool(self.query("#list, #feed"))

    async def _dispatch_message(self, message: Message) -> None:
        """Lets what its parts say go while the screen is taken down: they went before it."""
        if not (self._pruning and isinstance(message, (events.Resize, events.DescendantFocus, Highlighted, Chosen))):
            await super()._dispatch_message(message)

    def keep(self) -> dict[str, Any]:
        """What this screen wants back at the next start: JSON values."""
        return {}

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def compose(self) -> ComposeResult:
        yield BarLine(self._header, id="header")
        yield BarLine(self._tabs, id="tabs")
        with Container(id="body"):
            yield from self.body()
        yield BarLine(lambda width: bars.keys(hints(self), width), id="keys")
        yield ToastCorner()
        yield Words(Content("patui needs a little more room"), id="small")

    def body(self) -> Iterable[Widget]:
        """The widgets of the screen itself."""
        return ()

    def _header(self, width: int) -> bars.Bar:
        return bars.header(self.session.state, clock(self.session.now, self.session.zone)[:5], width)

    def _tabs(self, width: int) -> bars.Bar:
        return bars.tabs(self.session.tabs(), self.name or "", width)

    def _compositor_refresh(self) -> None:
        """Renders what changed. While the app gathers changes Textual would render it all and throw it away (20 ms)."""
        if self.app._batch_count:
            self.refresh()
        else:
            super()._compositor_refresh()

    # ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        """Reads what the screen shows again."""

    def say_instead(self, words: str) -> None:
        """Says where the list would be why there is none; what is shown already stays."""
        for empty in self.query("#empty").results(Words):
            empty.say(Content.assemble(("✗ ", ink.BAD), clean(words)))
        self.post_message(Notice(words, bad=True))

    def tables_changed(self, tables: frozenset[str]) -> None:
        """Reads again now when somebody looks, else when the screen comes back."""
        if not tables & {"*", *self.TABLES}:
            return
        if not (self.is_attached and self.app.screen_stack and self in self.app.screen_stack):
            self._stale = True
        elif not self.RELOAD_SECONDS:
            self.reload()
        elif self._later is None:
            self._later = self.set_timer(self.RELOAD_SECONDS, self._reload_now)

    def _reload_now(self) -> None:
        self._later = None
        self.reload()

    def refresh_frame(self) -> None:
        """Paints header, tabs, keys and toasts anew from the session."""
        if not self.query(ToastCorner):
            return  # not composed yet
        self.refresh_head()
        self.query_one(ToastCorner).show(self._toasts())
        self.size_panes()
        self.refresh_bindings()

    def refresh_head(self) -> None:
        """Paints header and tabs anew where they say something else now."""
        for name in ("#header", "#tabs"):
            if (bar := self.query_one_optional(name, BarLine)) is not None:
                bar.renew()

    def _toasts(self) -> Toasts:
        return Toasts() if self._typing else self.session.toasts

    @property
    def _typing(self) -> bool:
        """Whether letters go into what has the focus."""
        return self.focused is not None and self.focused.check_consume_key("p", "p")

    def on_mount(self) -> None:
        self._taken_in = True
        self.bindings_updated_signal.subscribe(self, lambda _: self._keys_changed())

    def _keys_changed(self) -> None:
        """Asks once after all that happens now which keys work: to ask each binding takes milliseconds."""
        if not self._keys_asked:
            self._keys_asked = True
            self.call_later(self._renew_keys)

    def _renew_keys(self) -> None:
        self._keys_asked = False
        for bar in self.query("#keys").results(BarLine):
            bar.renew()

    def on_screen_resume(self) -> None:
        if self.session.painted:
            self.catch_up()
        self.refresh_frame()

    def catch_up(self) -> None:
        """Reads what the screen shows if that was not read since it changed."""
        if self._stale:
            self._stale = False
            self.call_after_refresh(self.reload)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self._typing:
            self.query_one(ToastCorner).tell("")  # it would lie on the line that is typed into
        self.refresh_frame()

    # ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_resize(self) -> None:
        self.size_panes()
        self.find_rest()  # what is hidden where there is too little room loses the focus, and the keys with it

    def find_rest(self) -> None:
        """Gives the screen's own list the focus when nothing has it."""
        for rows in self.query(self.AUTO_FOCUS or "RowList")[:1] if self.focused is None else ():
            self.rest_on(rows)

    def rest_on(self, rows: Widget) -> None:
        """Gives a list the focus when nothing has it (a list that was empty could not take it).

        While another window has the keyboard nothing has it, and what had it is given it back by Textual.
        """

        def rest() -> None:
            if self.focused is None and rows.focusable and self.app.app_focus:
                rows.focus(scroll_visible=False)

        if self.focused is None and self.app.app_focus:
            self.call_after_refresh(rest)

    # ── what every screen can do ─────────────────────────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("toast_open", "toast_dismiss"):
            return self.offer is not None
        return super().check_action(action, parameters)

    @property
    def offer(self) -> Suggestion | None:
        """The suggestion that `p` and `x` are about here."""
        return self.session.toasts.first

    def action_toast_open(self) -> None:
        if self.offer is not None:
            self.open_offer(self.offer)

    def action_toast_dismiss(self) -> None:
        if self.offer is not None:
            self.dismiss_offer(self.offer)

    def open_offer(self, suggestion: Suggestion) -> None:
        """Shows what a suggestion would do: the filled file as a preview, or the candidate it is about."""
        self._settled(suggestion)
        if suggestion.kind is SuggestionKind.FILL:
            from tui.screens.apply import ApplyScreen  # its form widgets cost 30 ms

            self.app.push_screen(ApplyScreen(self.session, suggestion.pattern, suggestion.path, suggestion=suggestion))
        elif suggestion.key.startswith("fix:"):  # the error is back; what was learned anew is a candidate
            from tui.screens.fixing import FixScreen

            self.app.push_screen(FixScreen(self.session))
        else:
            self.app.run_worker(self.run_action(f"app.look({suggestion.pattern!r})"))

    def dismiss_offer(self, suggestion: Suggestion) -> None:
        self._settled(suggestion)
        workspace = self.session.workspace

        def dismiss() -> None:
            from engine.actions import live

            live.dismiss(workspace, suggestion.id)

        self.ask("settle", dismiss, lambda _: None)

    def _settled(self, suggestion: Suggestion) -> None:
        self.session.toasts = self.session.toasts.without(suggestion.key)
        self.refresh_frame()

    def action_undo(self) -> None:
        """Takes the last thing done here back: what this app did last, else what this screen is for."""
        if (self.session.last_done or self.UNDOES) == "verdict":
            self._undo_verdict()
        else:
            self._undo_application()

    def _undo_verdict(self) -> None:
        workspace, times = self.session.workspace, max(self.session.decided, 1)

        def undo() -> list[Candidate]:
            from engine.actions import review

            return [candidate for _ in range(times) if (candidate := review.undo_verdict(workspace)) is not None]

        def undone(back: list[Candidate]) -> None:
            self.session.last_done, self.session.decided = "", 0
            if not back:
                self.post_message(Notice("no decision to take back"))
            elif len(back) == 1:
                self.post_message(Notice(f"{back[0].name} waits again"))
            else:
                self.post_message(Notice(f"{amount(len(back), 'candidate')} wait again"))

        self.ask("undo", undo, undone)

    def _undo_application(self) -> None:
        workspace = self.session.workspace

        def undo() -> Undone:
            from engine.actions import applying

            return applying.undo(workspace)

        def undone(done: Undone) -> None:
            self.session.last_done = ""
            self.post_message(Notice(undone_words(done), bad=bool(done.kept)))

        self.ask("undo", undo, undone)

    @on(ToastClicked)
    def _toast_clicked(self, message: ToastClicked) -> None:
        message.stop()
        if message.dismissed:
            self.dismiss_offer(message.suggestion)
        else:
            self.open_offer(message.suggestion)

    @on(NoticeClicked)
    def _notice_clicked(self, message: NoticeClicked) -> None:
        """A sentence that was read goes away when it is clicked."""
        message.stop()
        if message.undo:
            self.action_undo()
        else:
            self.query_one(ToastCorner).tell("")

    @on(SpotClicked)
    async def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        if message.sender.id == "keys":
            # a key that the screen itself sends would not bubble up through the screen
            self.app.call_later(self.app.simulate_key, message.what)
        elif message.what == "help":
            await self.run_action("app.help")
        else:
            await self.run_action(f"app.go({message.what!r})")


def undone_words(done: Undone) -> str:
    """What an undo did, in a sentence."""
    if done.application is None:
        return "nothing to take back"
    if not done.kept:
        return f"took back {amount(len(done.removed), 'file')}"
    path, reason = next(iter(done.kept.items()))
    more = f" and {len(done.kept) - 1} more" if len(done.kept) > 1 else ""
    return f"took back {amount(len(done.removed), 'file')}; kept {path}{more}: {reason}"
