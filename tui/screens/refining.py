"""Changing the draft under the cursor in place: its variables as a list, one line to type in, the preview following."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.timer import Timer

from engine.model import AsText, AsVariable, Candidate, Pattern, Refinement, Refusal, Rename, SetDefault, Variable
from tui.keymap import KEYS, bindings
from tui.messages import Chosen, Notice
from tui.presentation import refining as words
from tui.presentation.text import amount, clean
from tui.screens.deciding import Deciding
from tui.screens.session import Session
from tui.widgets.edit_line import EditLine
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from engine.actions.refining import Measured, Preview, Refined
    from engine.refine import Reach, Word

_PAUSE: Final = 0.06  # seconds without a key before a preview is asked for
_ELSEWHERE: Final = frozenset(
    key.action.partition("(")[0] for key in KEYS if key.id.partition(".")[0] in ("candidates", "frame")
)


class VariableList(RowList[Variable | str]):
    """The variables of a pattern, one under the cursor; a text in place of them says why there are none."""

    BINDINGS = bindings("variables")

    @property
    def variable(self) -> Variable | None:
        return self.current if isinstance(self.current, Variable) else None


class Refining(Deciding):
    """Has a `VariableList`, an `EditLine`, and a panel around them; what it previews is shown by its heir."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.pattern: Pattern | None = None  # of the current candidate, as its file says
        self._edit: words.Edit | None = None
        self._reach = (0, 0)
        self._asked = 0  # how often the line has changed
        self._pause: Timer | None = None
        self._done: list[Refined] = []  # changes of this session, the newest last

    # ── for the heir ─────────────────────────────────────────────────────────────────────────────────────────────────

    def member_shown(self) -> str:
        """The example that is compared."""
        raise NotImplementedError

    def prepared(self, preview: Preview, name: str) -> Callable[[], None]:
        """Called in a thread: makes a preview ready, and gives back what shows it, at the variable of this name."""
        raise NotImplementedError

    def differing_words(self) -> tuple[str, ...]:
        """Words of the rendering that the shown example spells otherwise."""
        return ()

    # ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def variables(self) -> VariableList:
        return self.query_one(VariableList)

    @property
    def line(self) -> EditLine:
        return self.query_one(EditLine)

    @property
    def previewing(self) -> bool:
        """Whether what is shown is not what is in the file."""
        return self._edit is not None

    def show_variables(self, pattern: Pattern | None, why: str) -> None:
        """The variables of the current draft, or why there are none to show."""
        self.pattern = pattern
        self.variables.show(pattern.variables if pattern and pattern.variables else [why])
        self._say_measured()

    def _say_measured(self) -> None:
        candidate = self.current
        noted = candidate.evidence.get("refined") if candidate else None
        waiting = self.is_asking("measure")
        self.query_one("#variables-panel", Panel).note("measuring…" if waiting else words.measured(noted))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if self._edit is not None and action in _ELSEWHERE:
            return False
        return super().check_action(action, parameters)

    def action_variables(self) -> None:
        """To the variables, or back to the list."""
        if self.has_class("-tuning"):
            self.action_leave_variables()
        elif self.pattern is None:
            self.post_message(Notice("there is no draft whose variables could be changed"))
        else:
            self.remove_class("-full")
            self.add_class("-tuning")
            self.set_focus(self.variables)

    def action_leave_variables(self) -> None:
        self.remove_class("-tuning")
        self._close()
        self.set_focus(self.rows if self.rows.focusable else None)

    @on(Chosen)
    def _variable_chosen(self, message: Chosen) -> None:
        """A second click renames, as ⏎ does."""
        message.stop()
        if message.sender is self.variables:
            self.action_rename_variable()

    # ── the line ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_rename_variable(self) -> None:
        self._open(Rename)

    def action_default_variable(self) -> None:
        self._open(SetDefault)

    def action_text_variable(self) -> None:
        self._open(AsText)

    def action_new_variable(self) -> None:
        """Chooses the text first; the line then asks for its name."""
        candidate = self.current
        if candidate is None or self.pattern is None:
            self.post_message(Notice("there is no draft to make a variable in"))
            return
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)

        def read() -> tuple[Word, ...]:
            from engine.actions import refining

            return refining.words(workspace, reference)

        self.ask("words", read, self._choose_word)

    def _choose_word(self, found: tuple[Word, ...]) -> None:
        from tui.screens.choosing import WordScreen

        counts = {word.text: word.count for word in found}
        first = [text for text in dict.fromkeys(self.differing_words()) if text in counts]
        ordered = [*first, *(text for text in counts if text not in first)]

        def chosen(word: tuple[str, int] | None) -> None:
            if word is not None:
                self._open(AsVariable, word[0])

        self.app.push_screen(WordScreen([(text, counts[text]) for text in ordered]), chosen)

    def _open(self, kind: type[Refinement], text: str = "") -> None:
        from engine.actions import refining

        pattern, variable = self.pattern, self.variables.variable
        if pattern is None or (variable is None and kind is not AsVariable):
            self.post_message(Notice("there is no variable here"))
            return
        name = variable.name if variable and kind is not AsVariable else ""
        if name and (why := refining.unavailable(pattern, kind, name)):
            self.post_message(Notice(f"{name}: {why}", bad=True))
            return
        self._edit = words.Edit(kind, name, text)
        self._reach = (0, 0)
        if kind is AsVariable:
            found: Reach = refining.reach(pattern, AsVariable(text, ""))
            self._reach = (found.spelled, found.forms)
        self.add_class("-tuning")
        choices = words.choices_of(pattern, name) if kind in (SetDefault, AsText) else {}
        width = self.query_one("#variables-panel").size.width // 2 - 2
        self.line.open(words.label(self._edit, width), words.start(self._edit, pattern), tuple(choices))
        self._changed_line(now=True)

    def _close(self) -> None:
        if self._edit is not None:
            self._edit = None
            self._asked += 1
            self.line.close()
            self.set_focus(self.variables)
            self.changed()

    @on(EditLine.Left)
    def _left(self) -> None:
        self._close()

    @on(EditLine.Typed)
    def _typed_change(self) -> None:
        self._changed_line()

    @on(EditLine.Turned)
    def _turned(self, message: EditLine.Turned) -> None:
        if self._edit is not None and self._edit.kind is AsVariable:
            self._edit = replace(self._edit, turn=words.turned(self._edit, message.step, *self._reach))
            self._changed_line(now=True)

    def _changed_line(self, *, now: bool = False) -> None:
        self._asked += 1
        if self._edit is not None and self.pattern is not None:
            self.line.hint(words.hint(self._edit, self.pattern, *self._reach))
        if self._pause is not None:
            self._pause.stop()
        self._pause = None if now else self.set_timer(_PAUSE, self._ask_preview)
        if now:
            self._ask_preview()

    def _wanted_change(self) -> Refinement | Refusal:
        if self._edit is None or self.pattern is None:
            return Refusal("nothing is being changed")
        return words.refinement_of(self._edit, self.line.text, self.pattern)

    def _ask_preview(self) -> None:
        candidate, wanted, serial = self.current, self._wanted_change(), self._asked
        if candidate is None or self._edit is None:
            return
        if isinstance(wanted, Refusal):
            self.line.say(words.refused(wanted.reason))
            return
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)
        member = self.member_shown()
        name = wanted.name if isinstance(wanted, Rename | AsVariable) else wanted.variable

        def look() -> tuple[Preview, Callable[[], None]] | Refusal:
            from engine.actions import refining

            preview = refining.preview(workspace, reference, wanted, member)
            return preview if isinstance(preview, Refusal) else (preview, self.prepared(preview, name))

        def seen(answer: tuple[Preview, Callable[[], None]] | Refusal) -> None:
            if serial != self._asked or self._edit is None:
                return
            if isinstance(answer, Refusal):
                self.line.say(words.refused(answer.reason))
            else:
                preview, show = answer
                self.line.say(words.outcome(preview.lost, len(preview.pattern.presets)))
                show()

        self.ask("refinement", look, seen, lambda why: self.line.say(words.refused(why)))

    # ── saving, measuring, taking back ───────────────────────────────────────────────────────────────────────────────

    @on(EditLine.Saved)
    def _save_change(self) -> None:
        candidate, wanted = self.current, self._wanted_change()
        if isinstance(wanted, Refusal):
            self.line.say(words.refused(wanted.reason))
            return
        if candidate is None or self.is_asking("refine"):
            return
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)
        shown = self.digests.get(candidate.id, "")

        def save() -> Refined | Refusal:
            from engine.actions import refining

            return refining.refine(workspace, reference, wanted, shown)

        self.ask("refine", save, partial(self._saved, wanted), lambda why: self.line.say(words.refused(why)))

    def _saved(self, wanted: Refinement, done: Refined | Refusal) -> None:
        if isinstance(done, Refusal):
            self.line.say(words.refused(done.reason))
            return
        self._done.append(done)
        self.session.last_done = ""  # `u` is about this now
        self.digests[done.candidate.id] = done.digest
        self._close()
        self.show_variables(done.pattern, _NONE)
        self.variables.go_to(wanted.name if isinstance(wanted, Rename | AsVariable) else wanted.variable)
        lost = f", {amount(len(done.lost), 'example')} differ" if done.lost else ""
        reflowed = ", comments in the file are lost" if done.reflowed else ""
        self.post_message(Notice(f"{_said(wanted)}{lost}{reflowed} · u undo"))
        if not isinstance(wanted, Rename):  # another name changes no figure
            self._measure(done)

    def _measure(self, done: Refined) -> None:
        workspace = self.session.workspace

        def measure() -> Measured:
            from engine.actions import refining

            return refining.measure(workspace, done)

        def measured(found: Measured) -> None:
            candidate = self.current
            if candidate is not None and candidate.id == done.candidate.id and self._done[-1:] == [done]:
                noted = {"before": found.before, "after": found.after}
                self.query_one("#variables-panel", Panel).note(words.measured(noted))

        self.ask("measure", measure, measured)
        self._say_measured()

    def action_undo(self) -> None:
        """A change of a draft is taken back before anything that was done earlier."""
        if not self._done or self.session.last_done:
            super().action_undo()
            return
        workspace, done = self.session.workspace, self._done.pop()

        def undo() -> Candidate:
            from engine.actions import refining

            return refining.take_back(workspace, done)

        def undone(candidate: Candidate) -> None:
            self.digests.pop(candidate.id, None)
            self.post_message(Notice(f"{clean(candidate.name)} is as it was before the change"))
            self.reload()
            self.changed()

        self.ask("undo", undo, undone)


_NONE: Final = "none: every file is the same"


def _said(wanted: Refinement) -> str:
    match wanted:
        case Rename(variable=old, name=new):
            return f"{old} is {new} now"
        case SetDefault(variable=name, value=value):
            return f"default of {name}: {words.value_words(value)}"
        case AsText(variable=name, value=value):
            return f"{name} is text now: {words.value_words(value)}"
        case AsVariable(name=name):
            return f"{name} is a variable now"
