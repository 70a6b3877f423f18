"""Applying a recipe: a form of its values with the steps following each key, then one command after another.

Nothing runs that was not shown: each command waits for ⏎, or all that are left for `a`. One that fails stops the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event as Signal
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen

from engine.model import Step
from tui.keymap import bindings
from tui.messages import FieldEdited, FormSubmitted, Notice, SpotClicked
from tui.presentation import bars, fields, ink, steps
from tui.presentation.text import amount, clean
from tui.screens.asking import Asking
from tui.screens.frame import HEIGHTS, WIDTHS, hints
from tui.screens.panes import Panes
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.panel import Panel
from tui.widgets.text_view import TextView
from tui.widgets.variable_form import Shown, VariableForm

if TYPE_CHECKING:
    from engine.actions.running_recipes import RecipePreview
    from engine.recipes import Done, RunOutcome

_MOST_LINES: Final = 5000  # of output that stay to be read


@dataclass
class Told(Message, bubble=False):
    """Something that the thread of a run has to show."""

    show: Callable[[], None]


class Conversation:
    """Between the thread that runs the steps and the person: it waits for an answer to each."""

    def __init__(self) -> None:
        self.everything = False
        self.stopped = False
        self._answered = Signal()

    def wait(self) -> bool:
        """Whether the step may run; called in the thread."""
        if not self.everything and not self.stopped:
            self._answered.wait()
            self._answered.clear()
        return not self.stopped

    def answer(self, *, everything: bool = False, stop: bool = False) -> None:
        self.everything, self.stopped = self.everything or everything, self.stopped or stop
        self._answered.set()


class RecipeScreen(Screen[None], Asking, Panes):
    """The form and the run of the recipe `reference`."""

    BINDINGS = bindings("recipe", "move")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    PANES: ClassVar[tuple[str, ...]] = ("#form-panel",)
    AUTO_FOCUS = ""

    def __init__(self, session: Session, reference: str) -> None:
        super().__init__()
        self.session = session
        self._reference = reference
        self._given: dict[str, str] = {}
        self._preview: RecipePreview | None = None
        self._asked = 0
        self._shown = -1
        self._talk: Conversation | None = None  # while it runs
        self._waits = False  # a step waits for its answer
        self._from = 1  # the step to begin with
        self._signs: dict[int, str] = {}  # by the index of the step
        self._said: list[str] = []

    def compose(self) -> ComposeResult:
        with Horizontal(id="apply"):
            with Panel(id="form-panel"):
                yield Words(Content.styled("Reading the recipe…", ink.MUTED), id="form-words", classes="empty")
            with Panel(id="preview-panel"):
                yield TextView(steps.marked_line, id="steps")
                yield TextView(lambda line, width, _: Content(clean(line)).truncate(width, pad=True), id="said")
                yield Words(id="preview-words", classes="empty")
        yield BarLine(lambda width: bars.keys(hints(self), width), id="keys")
        yield Words(Content("patui needs a little more room"), id="small")

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, lambda _: self.query_one("#keys", BarLine).refresh())
        self._ask_preview()

    # ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_preview(self) -> None:
        self._asked += 1
        workspace, reference, values, serial = self.session.workspace, self._reference, dict(self._given), self._asked

        def read() -> tuple[int, RecipePreview]:
            from engine.actions import running_recipes

            return serial, running_recipes.preview(workspace, reference, values)

        self.ask("preview", read, self._show_preview, self._refuse)

    async def _show_preview(self, found: tuple[int, RecipePreview]) -> None:
        self._shown, self._preview = found
        preview = found[1]
        if not self.query(VariableForm):
            await self._show_form(preview)
        for form in self.query(VariableForm):
            for variable in preview.pattern.variables:
                source = preview.sources.get(variable.name, "default")
                problem = preview.problems.get(variable.name, "")
                note = fields.field_note(variable, source, "", problem)
                form.show({variable.name: Shown(preview.values.get(variable.name, ""), note)})
        self._show_steps()
        missing = ", ".join(clean(name) for name in preview.missing)
        said = f"needs {missing}" if missing else f"⏎ runs {amount(len(preview.steps), 'step')}, one by one"
        self.query_one("#preview-panel", Panel).note(said)

    async def _show_form(self, preview: RecipePreview) -> None:
        pattern = preview.pattern
        panel = self.query_one("#form-panel", Panel)
        panel.title(
            Content.assemble(("run ", ink.MUTED), (clean(pattern.name), ink.STRONG), f" {clean(pattern.version)}")
        )
        self.query_one("#preview-panel", Panel).title(Content("steps"))
        if not pattern.variables:
            self.query_one("#form-words", Words).say(Content.styled("It takes no values.", ink.MUTED))
            self.query_one("#steps").focus()
            return
        await self.query_one("#form-words").remove()
        form = VariableForm(pattern.variables, path_label="", id="form")
        await panel.mount(form)
        form.focus_field(preview.missing[0] if preview.missing else pattern.variables[0].name)

    def _show_steps(self) -> None:
        if self._preview is None:
            return
        rows = steps.step_lines(self._preview.pattern, self._preview.values)
        self.query_one("#steps", TextView).show([(self._signs.get(at, " "), row) for at, row in enumerate(rows)])

    def _refuse(self, words: str) -> None:
        self.query_one("#preview-panel", Panel).note(Content.assemble(("✗ ", ink.BAD), clean(words)))

    @on(FieldEdited)
    def _edited(self, message: FieldEdited) -> None:
        message.stop()
        if message.text is None:
            self._given.pop(message.name, None)
        else:
            self._given[message.name] = message.text
        self._ask_preview()

    @on(FormSubmitted)
    def _submitted(self, message: FormSubmitted) -> None:
        message.stop()
        self.action_go()

    # ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "all":
            return self._waits
        return super().check_action(action, parameters)

    def action_go(self) -> None:
        """Begins, or lets the step run that is shown."""
        if self._talk is not None:
            if self._waits:
                self._answer()
            return
        preview = self._preview
        if preview is None:
            return
        if self._shown != self._asked:
            self._refuse("the steps are catching up: ⏎ again")
        elif preview.missing or preview.problems:
            for form in self.query(VariableForm):
                form.focus_field(next(iter((*preview.missing, *preview.problems))))
        else:
            self._begin(preview)

    def _begin(self, preview: RecipePreview) -> None:
        workspace, reference, values, first = self.session.workspace, self._reference, dict(self._given), self._from
        talk = self._talk = Conversation()
        self.add_class("-running")
        self.query_one("#said").focus()

        def tell(show: Callable[[], None]) -> None:
            """Shows something from the thread without waiting for it: the screen may be gone by then."""
            self.post_message(Told(show))

        def before(number: int, step: Step) -> bool:
            tell(partial(self._step_waits, first - 1 + number))
            if not talk.wait():
                return False
            tell(partial(self._step_runs, first - 1 + number))
            return True

        def after(number: int, done: Done) -> None:
            tell(partial(self._step_ended, first - 1 + number, done))

        def run() -> RunOutcome:
            from engine import recipes
            from engine.actions import running_recipes

            ready = running_recipes.prepare(workspace, reference, values, first)
            piped = recipes.piped(lambda text: tell(partial(self._heard, text)))
            return running_recipes.run(workspace, ready, piped, before=before, after=after)

        self.ask("run", run, partial(self._ended, first), self._failed)

    def _step_waits(self, index: int) -> None:
        self._signs[index] = "▸"
        self._waits = self._talk is not None and not self._talk.everything
        self._show_steps()
        if self._waits:
            self.query_one("#preview-panel", Panel).note(
                Content.assemble(("● ", ink.WAITS), f"step {index + 1}: ⏎ run · a run all · esc stop")
            )
        self.refresh_bindings()

    def on_told(self, message: Told) -> None:
        message.stop()
        message.show()

    def _step_runs(self, index: int) -> None:
        self._waits = False
        line = self._preview.steps[index].line if self._preview else ""
        self._heard(f"$ {line}\n")
        self.query_one("#preview-panel", Panel).note(f"step {index + 1} is running")
        self.refresh_bindings()

    def _step_ended(self, index: int, done: Done) -> None:
        self._signs[index] = "✗" if done.exit_code else "✓"
        if done.exit_code:
            took = f" after {done.seconds:.0f} s" if done.seconds >= 1 else ""
            self._heard(f"\n✗ exit {done.exit_code}{took}\n")
        self._show_steps()

    def _heard(self, text: str) -> None:
        lines = steps.output_lines((self._said.pop() if self._said else "") + text)
        self._said = [*self._said, *lines][-_MOST_LINES:]
        view = self.query_one("#said", TextView)
        view.show(self._said)
        view.scroll_end(animate=False, immediate=True)

    def _ended(self, first: int, outcome: RunOutcome) -> None:
        self._talk, self._waits = None, False
        self.refresh_bindings()
        done = len(outcome.done)
        if outcome.succeeded:
            self.app.post_message(Notice(f"{amount(done, 'step')} done in {outcome.seconds:.1f} s"))
            self.query_one("#preview-panel", Panel).note(Content.styled("done · esc leaves", ink.GOOD))
            self._from = 1
            return
        failed = bool(done and outcome.done[-1].exit_code)
        self._from = first + done - (1 if failed else 0)
        by_hand = self._preview.steps[self._from - 1].by_hand if self._preview and not failed else ""
        said = f"step {self._from} {'failed' if failed else 'is yours: ' + by_hand if by_hand else 'was not run'}"
        if by_hand and self._preview and self._from < len(self._preview.steps):
            self._from += 1
        again = f" · ⏎ goes on at step {self._from}" if not by_hand or outcome.left[1:] else ""
        self.query_one("#preview-panel", Panel).note(
            Content.assemble(("✗ ", ink.BAD), f"{clean(said)}{again} · esc leaves")
        )

    def _failed(self, words: str) -> None:
        self._talk, self._waits = None, False
        self.remove_class("-running")
        self._refuse(words)

    def _answer(self, *, everything: bool = False, stop: bool = False) -> None:
        if self._talk is not None:
            self._waits = False
            self._talk.answer(everything=everything, stop=stop)

    def action_all(self) -> None:
        if self._waits:
            self._answer(everything=True)

    def action_stop(self) -> None:
        """Stops before the next step, or leaves when nothing runs."""
        if self._talk is None:
            self.dismiss()
        elif not self._talk.stopped:
            self.query_one("#preview-panel", Panel).note("stops after this step")
            self._answer(stop=True)

    def on_unmount(self) -> None:
        self._answer(stop=True)  # the thread must not wait for somebody who is gone

    def on_resize(self) -> None:
        self.size_panes()

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        self.app.call_later(self.app.simulate_key, message.what)
