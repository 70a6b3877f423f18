"""Applying one pattern: the form on the left, on the right what would be written, following each key.

Only what the preview shows is written, and only once it shows what the form says: ⏎ while a newer preview is on its way
waits for nothing and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer

from engine.model import Application, Kind, Pattern, Suggestion, Value, WriteAction
from tui.keymap import bindings
from tui.messages import FieldEdited, FormSubmitted, Notice, SpotClicked
from tui.presentation import bars, fields, files, ink
from tui.presentation.code import paint
from tui.presentation.text import amount, clean
from tui.screens.asking import Asking
from tui.screens.frame import HEIGHTS, WIDTHS, hints
from tui.screens.panes import Panes
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.panel import Panel
from tui.widgets.text_view import TextView
from tui.widgets.variable_form import PATH, Shown, VariableForm

if TYPE_CHECKING:
    from engine.actions.applying import Preview

_PAUSE: Final = 0.06  # seconds without a key before a preview is asked for


@dataclass(frozen=True)
class Ready:
    """A preview with its lines, made in the worker thread for one state of the form (`serial`)."""

    serial: int
    preview: Preview
    lines: list[files.FileLine]
    idle: frozenset[str]  # variables that say nothing as the switches stand


def file_lines(preview: Preview) -> list[files.FileLine]:
    """What a preview would write, line by line, each file under its heading when there are several."""
    lines: list[files.FileLine] = []
    for file in preview.files:
        slots = [(part.start, part.start + len(part.text)) for part in file.segments if part.variable]
        if len(preview.files) > 1:
            lines.append(files.Heading(file.path, files.ACTIONS[file.action], file.action is WriteAction.CONFLICT))
        lines += files.file_lines(file.text, slots, paint(file.text, file.path))
    return lines


class ApplyScreen(Screen[None], Asking, Panes):
    """The form for `reference` at `target`. `suggestion` is settled as accepted when something was written."""

    BINDINGS = bindings("apply", "move")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    PANES: ClassVar[tuple[str, ...]] = ("#form-panel",)
    AUTO_FOCUS = ""

    def __init__(self, session: Session, reference: str, target: str, *, suggestion: Suggestion | None = None) -> None:
        super().__init__()
        self.session = session
        self._reference = reference
        self._target = target
        self._suggestion = suggestion
        self._pattern: Pattern | None = None
        self._given: dict[str, str] = {}
        self._preset: str | None = None
        self._preview: Preview | None = None
        self._asked = 0  # how often the form has changed
        self._shown = -1  # which of these states the preview on the screen belongs to
        self._pause: Timer | None = None
        self._writing = False

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def compose(self) -> ComposeResult:
        with Horizontal(id="apply"):
            with Panel(id="form-panel"):
                yield Words(Content.styled("Reading the pattern…", ink.MUTED), id="form-words", classes="empty")
            with Panel(id="preview-panel"):
                yield TextView(lambda line, width, shift: files.file_line(line, width, 3, shift), id="preview")
                yield Words(id="preview-words", classes="empty")
        yield BarLine(lambda width: bars.keys(hints(self), width), id="keys")
        yield Words(Content("patui needs a little more room"), id="small")

    def on_mount(self) -> None:
        self.query_one("#form-panel", Panel).title(Content.assemble(("apply ", ink.MUTED), clean(self._reference)))
        self.bindings_updated_signal.subscribe(self, lambda _: self.query_one("#keys", BarLine).refresh())
        workspace, reference = self.session.workspace, self._reference

        def read() -> Pattern:
            from engine.actions import review

            return review.show(workspace, reference).pattern

        self.ask("pattern", read, self._show_form, self._refuse)

    async def _show_form(self, pattern: Pattern) -> None:
        self._pattern = pattern
        title = Content.assemble(("apply ", ink.MUTED), (clean(pattern.name), ink.STRONG), f" {clean(pattern.version)}")
        panel = self.query_one("#form-panel", Panel)
        panel.title(title)
        await self.query_one("#form-words").remove()
        form = VariableForm(pattern.variables, path_label="path" if pattern.kind is Kind.FILE else "folder", id="form")
        await panel.mount(form)
        form.put(PATH, self._target)
        form.focus_field(PATH)
        self._changed(now=True)

    def _refuse(self, words: str) -> None:
        self.query_one("#form-words", Words).say(Content.assemble(("✗ ", ink.BAD), clean(words)))

    @property
    def form(self) -> VariableForm:
        return self.query_one(VariableForm)

    # ── the preview follows ──────────────────────────────────────────────────────────────────────────────────────────

    @on(FieldEdited)
    def _edited(self, message: FieldEdited) -> None:
        message.stop()
        if message.name != PATH:
            if message.text is None:
                self._given.pop(message.name, None)
            else:
                self._given[message.name] = message.text
        self._changed()

    def _changed(self, *, now: bool = False) -> None:
        self._asked += 1
        if self._pause is not None:
            self._pause.stop()
        self._pause = None if now else self.set_timer(_PAUSE, self._ask_preview)
        if now:
            self._ask_preview()

    def _values(self) -> dict[str, Value] | None:
        """What was typed, as values; None when some of it cannot be one (the form says which)."""
        values: dict[str, Value] = {}
        readable = True
        for variable in self._pattern.variables if self._pattern else ():
            if (text := self._given.get(variable.name)) is None:
                continue
            value = fields.as_value(variable, text)
            if isinstance(value, fields.Unreadable):
                self.form.note(variable.name, value.why)
                readable = False
            else:
                values[variable.name] = value
        return values if readable else None

    def _ask_preview(self) -> None:
        """Asks for the preview of the form as it stands now."""
        values, target, serial = self._values(), self.form.path, self._asked
        if values is None:
            return
        if not target or (target.endswith("/") and self._pattern and self._pattern.kind is Kind.FILE):
            where = files.path_of(self._pattern.files[0]) if self._pattern and self._pattern.files else "a path"
            self._say(f"Type where the file is to be: {where}")
            return
        workspace, reference, preset = self.session.workspace, self._reference, self._preset

        def render() -> Ready:
            from engine.actions import applying
            from engine.template import idle_variables

            preview = applying.preview(workspace, reference, target, values, preset)
            return Ready(serial, preview, file_lines(preview), idle_variables(preview.pattern.files, preview.values))

        self.ask("preview", render, self._show_preview, self._say)

    def _say(self, words: str) -> None:
        """Says why there is no preview; then there is nothing to write either."""
        self._preview = None
        self.query_one("#preview-words", Words).say(Content.styled(clean(words), ink.MUTED))
        self.add_class("-no-preview")
        panel = self.query_one("#preview-panel", Panel)
        panel.title(Content("preview"))
        panel.note("")

    def _show_preview(self, ready: Ready) -> None:
        preview = ready.preview
        self._preview, self._shown = preview, ready.serial
        self.remove_class("-no-preview")
        self.query_one("#preview", TextView).show(ready.lines)
        self._titles(preview)
        shown = {}
        for variable in preview.pattern.variables:
            source = preview.sources.get(variable.name, "default")
            value = preview.values.get(variable.name) if source != "missing" else None
            shown[variable.name] = Shown(
                fields.as_text(variable, value), fields.field_note(variable, source, self._preset or "")
            )
        self.form.show(shown, ready.idle)

    def _titles(self, preview: Preview) -> None:
        panel = self.query_one("#preview-panel", Panel)
        if len(preview.files) == 1:
            file = preview.files[0]
            panel.title(partial(files.file_title, file.path, file.action))
        else:
            panel.title(Content(amount(len(preview.files), "file")))
        if is_draft(preview):
            panel.note(Content.assemble(("● ", ink.WAITS), "a draft: ⏎ shows it in Candidates, where a approves it"))
        else:
            panel.note(files.writing(((file.text, file.action) for file in preview.files), preview.missing))

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_like(self) -> None:
        """Starts like the next of the examples that the pattern keeps."""
        presets = [preset.name for preset in self._pattern.presets] if self._pattern else []
        if not presets:
            self._notify("this pattern keeps no examples to start from")
            return
        at = presets.index(self._preset) + 1 if self._preset in presets else 0
        self._preset = presets[at] if at < len(presets) else None
        self.query_one("#form-panel", Panel).note(f"like {clean(self._preset)}" if self._preset else "")
        self._changed(now=True)

    @on(FormSubmitted)
    def _submitted(self, message: FormSubmitted) -> None:
        message.stop()
        self.action_write()

    def action_write(self) -> None:
        """Writes the plan on the screen."""
        preview = self._preview
        if preview is None or self._writing:
            return
        if self._shown != self._asked:
            self._notify("the preview is catching up: ⏎ again")
        elif is_draft(preview):
            self.dismiss()
            self.app.run_worker(self.run_action(f"app.look({preview.pattern.pattern_id!r})"))
        elif preview.missing:
            self.form.focus_field(preview.missing[0])
        elif preview.plan.conflicts and len(preview.plan.conflicts) == len(preview.plan.writes):
            self._notify(f"{preview.plan.conflicts[0]} exists with other content and is left alone")
        else:
            self._write(preview)

    def _write(self, preview: Preview) -> None:
        self._writing = True
        workspace, suggestion = self.session.workspace, self._suggestion

        def write() -> Application:
            from engine.actions import applying, live

            done = applying.write(workspace, preview.plan)
            if suggestion is not None:
                live.accept(workspace, suggestion.id)
            return done

        def written(done: Application) -> None:
            self.session.last_done = "application"
            notice = Notice(written_words(preview, done))
            self.app.post_message(notice)
            self.dismiss()

        self.ask("write", write, written, self._refused)

    def _refused(self, words: str) -> None:
        self._writing = False
        self._notify(words)

    def _notify(self, words: str) -> None:
        self.query_one("#preview-panel", Panel).note(Content.assemble(("✗ ", ink.BAD), clean(words)))

    def action_cancel(self) -> None:
        self.dismiss()

    def on_resize(self) -> None:
        self.size_panes()

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        # a key that the screen itself sends would not bubble up through the screen
        self.app.call_later(self.app.simulate_key, message.what)


def is_draft(preview: Preview) -> bool:
    """Whether the pattern waits for a verdict, and so may not write yet."""
    from engine.actions.find import Standing

    return preview.standing is Standing.OWN_DRAFT


def written_words(preview: Preview, done: Application) -> str:
    """What was done, what is left to check, and what the editor must do."""
    check = amount(len(preview.plan.unchecked), "value") + " to check · " if preview.plan.unchecked else ""
    filled = any(write.action is WriteAction.FILL for write in preview.plan.writes)
    if filled:
        return f"filled, {check}u undo · reload the file in your editor"
    return f"wrote {amount(len(done.paths), 'file')}, {check}u undo"
