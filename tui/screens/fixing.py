"""The confirmation of a fix: what is known to help with an error, word for word, its output, and what came of it.

Nothing runs before ⏎ in this dialog, and what runs is what stands in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen

from engine.model import ErrorRecord, Step
from tui.keymap import bindings
from tui.messages import Notice, SpotClicked
from tui.presentation import fixing as lines
from tui.presentation import ink
from tui.presentation.text import clean
from tui.screens.asking import Asking
from tui.screens.session import Session
from tui.widgets.panel import Panel
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from engine.actions.fixing import FixOutcome, Remedy
    from engine.recipes import Done, Ready

_NOTHING: Final = "Nothing is known to have helped with this yet: patui offers what has helped twice."
_NO_ERROR: Final = "No error waits for a fix."
_KEPT_LINES: Final = 2_000  # of what the steps say


@dataclass(frozen=True)
class Offered:
    """A remedy with what would run; `why` it cannot."""

    remedy: Remedy
    ready: Ready | None
    shown: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Known:
    """An error and what is offered for it; `again` is the command that had failed, None where it cannot be run."""

    error: ErrorRecord
    offers: tuple[Offered, ...]
    again: Step | None
    again_shown: str = ""


@dataclass
class Said(Message):
    """Lines that a running step brought."""

    lines: list[Content]


class FixScreen(ModalScreen[None], Asking):
    """Offers what helped with the error of an execution (0: with the last error that nothing has made go away)."""

    BINDINGS = bindings("fix")
    AUTO_FOCUS = "TextView"

    def __init__(self, session: Session, execution: int = 0) -> None:
        super().__init__()
        self.session = session
        self._execution = execution
        self._known: Known | None = None
        self._at = 0
        self._values: dict[str, str] = {}
        self._output: list[Content] = []
        self._at_work = False
        self._over = False

    def compose(self) -> ComposeResult:
        with Panel(classes="dialog"):
            yield TextView[Content](lambda line, width, _: line.truncate(width, ellipsis=True, pad=True))

    def on_mount(self) -> None:
        self.query_one(Panel).title(Content("fix"))
        self._say(Content.styled("Looking for what helped before…", ink.MUTED))
        self._hints()
        self._read()

    # ── what is offered ──────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        workspace, execution, values = self.session.workspace, self._execution, dict(self._values)

        def read() -> Known | None:
            from engine import recipes
            from engine.actions import fixing, live

            workshop = fixing.Workshop(workspace)
            error = live.error_of(workspace, execution) if execution else workshop.last_error()
            if error is None:
                return None
            cwd, again = workshop.cwd_of(error), workshop.rerun_of(error)
            offers = []
            for remedy in workshop.remedies(error):
                given = {name: values.get(name, f"‹{name}›") for name in remedy.asked}
                ready, why = _readied(partial(workshop.ready, remedy, given, cwd=cwd))
                steps = ready.steps if ready else remedy.steps
                offers.append(Offered(remedy, ready, tuple(map(recipes.shown, steps)), why))
            return Known(error, tuple(offers), again, recipes.shown(again) if again else "")

        self.ask("remedies", read, self._offered, lambda words: self._say(_bad(words)))

    def _offered(self, known: Known | None) -> None:
        self._known = known
        if known is None:
            self._say(Content.styled(_NO_ERROR, ink.MUTED))
            return
        self.query_one(Panel).title(lambda width: lines.fix_title(known.error, width))
        self._show()

    @property
    def _offer(self) -> Offered | None:
        return self._known.offers[self._at] if self._known and self._known.offers else None

    def _show(self) -> None:
        offer, known = self._offer, self._known
        if offer is None or known is None:
            self._say(Content.styled(_NOTHING, ink.MUTED))
        else:
            remedy = offer.remedy
            steps = offer.ready.steps if offer.ready else remedy.steps
            made = lines.offer_lines(
                source=remedy.source,
                times=remedy.times,
                success_rate=remedy.success_rate,
                marks=remedy.marks,
                steps=steps,
                shown=offer.shown,
                again=known.again_shown,
                trouble=offer.why,
                asked=self._unknown(),
            )
            self._say(*made)
        self._hints()

    def _unknown(self) -> tuple[str, ...]:
        return tuple(name for name in (self._offer.remedy.asked if self._offer else ()) if name not in self._values)

    def _hints(self) -> None:
        offers = self._known.offers if self._known else ()
        hints = []
        if self._offer and not self._offer.why and not self._at_work and not self._over:
            hints.append(("⏎", "run this", "enter"))
        if len(offers) > 1 and not self._at_work and not self._over:
            hints.append(("[ ]", f"{self._at + 1} of {len(offers)}", "right_square_bracket"))
        self.query_one(Panel).hints(*hints, ("esc", "close", "escape"))

    def action_other(self, step: int) -> None:
        """The next of the fixes that are offered."""
        if self._known and self._known.offers and not self._at_work and not self._over:
            self._at = (self._at + step) % len(self._known.offers)
            self._show()

    # ── running it ───────────────────────────────────────────────────────────────────────────────────────────────────

    def action_run(self) -> None:
        """Runs what is shown; a value that only a person knows is asked for first, and shown again."""
        offer, known = self._offer, self._known
        if offer is None or known is None or self._at_work or self._over:
            return
        if offer.why or offer.ready is None:
            self.post_message(Notice(f"this cannot be run: {offer.why}", bad=True))
        elif unknown := self._unknown():
            self._ask_value(unknown[0])
        else:
            self._run_it(known, offer.remedy, offer.ready)

    def _ask_value(self, name: str) -> None:
        from tui.screens.line import LineScreen

        def answered(value: str | None) -> None:
            if value:
                self._values[name] = value
                self._read()

        self.app.push_screen(LineScreen(f"{name} for this fix", "a value"), answered)

    def _run_it(self, known: Known, remedy: Remedy, ready: Ready) -> None:
        self._at_work, self._output = True, []
        self._hints()
        workspace = self.session.workspace

        def told(number: int, step: Step) -> bool:
            from engine import recipes

            self.post_message(Said([Content(""), Content.assemble(("$ ", ink.FAINT), clean(recipes.shown(step)))]))
            return True

        def ended(number: int, done: Done) -> None:
            from engine import recipes

            self.post_message(Said([lines.ended_line(recipes.shown(done.step), done.exit_code, done.seconds)]))

        def run() -> FixOutcome:
            from engine import recipes
            from engine.actions import fixing

            runner = recipes.piped(lambda text: self._heard(text))
            workshop = fixing.Workshop(workspace)
            return workshop.carry_out(known.error, remedy, ready, runner, before=told, after=ended)

        self._say(Content.styled("running…", ink.MUTED))
        self.ask("fix", run, self._ran, self._failed)

    def _heard(self, text: str) -> None:
        self.post_message(Said([Content(f"  {clean(line)}") for line in text.splitlines()]))

    @on(Said)
    def _said(self, message: Said) -> None:
        message.stop()
        self._output = [*self._output, *message.lines][-_KEPT_LINES:]
        self._say(*self._output)
        view = self.query_one(TextView)
        view.scroll_to(y=view.max_scroll_y, animate=False, immediate=True)

    def _ran(self, outcome: FixOutcome) -> None:
        run = outcome.run
        again = None if outcome.again is None else outcome.again.exit_code
        verdict = lines.verdict_line(outcome.fixed, again, succeeded=run.succeeded)
        self._finish(verdict)

    def _failed(self, words: str) -> None:
        self._finish(_bad(words))

    def _finish(self, verdict: Content) -> None:
        self._at_work, self._over = False, True
        self._said(Said([Content(""), verdict]))
        self._hints()

    def action_cancel(self) -> None:
        if self._at_work:
            self.app.post_message(Notice("the fix goes on; its end stands under Live"))
        self.dismiss(None)

    def _say(self, *shown: Content) -> None:
        self.query_one(TextView).show(shown)

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        self.app.simulate_key(message.what)


def _readied(ready: Callable[[], Ready]) -> tuple[Ready | None, str]:
    from engine.errors import PatuiError

    try:
        return ready(), ""
    except PatuiError as error:
        return None, str(error)


def _bad(words: str) -> Content:
    return Content.assemble(("✗ ", ink.BAD), clean(words))
