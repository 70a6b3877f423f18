"""Candidates: the list by hours, one example against what its template renders, and the decision by one key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from engine.model import Candidate, Variable
from tui.keymap import bindings, pressed
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import candidates as lines
from tui.presentation import files, ink
from tui.presentation.compare import Difference
from tui.presentation.text import clean, number
from tui.screens.comparing import Comparing
from tui.screens.refining import VariableList
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.diff_view import DiffView
from tui.widgets.edit_line import EditLine
from tui.widgets.filter_line import FilterLine
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from engine.actions.review import Shown

_EMPTY = (
    "Nothing repeats often enough yet. patui reads the history and watches what you save: three similar files make \
the first candidate, and `patui scan` shows what it sees."
)
_READING = "Reading what was found…"
_REST = 0.04  # seconds on one row before its detail is read
_NEEDS_ONE = frozenset(
    {"approve", "reject", "reject_why", "defer", "edit", "select", "details", "example", "view", "full"}
    | {"hunk", "folds", "unfold", "wrap", "copy", "open_line", "variables", "new_variable"}
)


def _key_of(row: Variable | str) -> str:
    return row if isinstance(row, str) else row.name


class CandidatesScreen(Comparing):
    """The review: list on the left (above, when narrow), detail beside it."""

    BINDINGS = bindings("candidates", "filter")
    TABLES: ClassVar[frozenset[str]] = frozenset({"pattern_candidates", "candidate_details", "verdicts"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._loaded = False
        self._wanted = ""
        self._rests: Timer | None = None  # runs while the cursor moves on
        self._detailed = False

    def body(self) -> ComposeResult:
        with Horizontal(id="candidates"):
            with Panel(id="list-panel"):
                yield FilterLine(id="filter")
                yield RowList(self._row, lambda candidate: candidate.id, id="list")
                yield Words(Content(_READING), id="empty", classes="empty")
            with Vertical(id="detail"):
                with Panel(id="diff-panel"):
                    yield BarLine(self._example_line, id="example")
                    yield DiffView(id="diff")
                    yield TextView(lambda line, width, shift: files.file_line(line, width, 2, shift), id="steps")
                    yield Words(id="diff-words", classes="empty")
                with Horizontal(id="facts"):
                    with Panel(id="variables-panel"):
                        yield VariableList(self._variable, _key_of, id="variables")
                        yield EditLine()
                    with Panel(id="evidence-panel"):
                        yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="evidence")

    def on_mount(self) -> None:
        self.query_one("#list-panel", Panel).title(Content("hours saved · most a month first"))
        self.query_one("#variables-panel", Panel).title(Content("variables"))
        self.query_one("#evidence-panel", Panel).title(Content("evidence"))
        self._side_by_side = self.kept.get("side_by_side") is not False
        self._wrap = self.kept.get("wrap") is True
        self._details = self.kept.get("details") is True
        self._show_state()

    def keep(self) -> dict[str, Any]:
        view = {"side_by_side": self._side_by_side, "wrap": self._wrap, "details": self._details}
        return super().keep() | view

    def _row(self, candidate: Candidate, width: int) -> Content:
        return lines.candidate_row(
            candidate, width, new=candidate.id not in self.session.seen, selected=candidate.id in self.selected
        )

    def _variable(self, row: Variable | str, width: int) -> Content:
        if isinstance(row, str):
            return Content.styled(clean(row), ink.BAD if row.startswith("✗") else ink.MUTED).truncate(width, pad=True)
        return lines.variable_row(row, self.pattern.variables if self.pattern else (row,), width)

    # ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        workspace = self.session.workspace

        def read() -> list[Candidate]:
            from engine.actions import review

            return review.candidates(workspace)

        self.ask("candidates", read, self._listed)

    def _listed(self, found: list[Candidate]) -> None:
        self._loaded = True
        self._candidates = found
        self.selected &= {candidate.id for candidate in found}
        self.session.listed(found)
        self.filtered()
        self.go_back()
        self._go_to_wanted()
        self.refresh_frame()

    def filtered(self) -> None:
        names = [candidate.name for candidate in self._candidates]
        self.rows.show([self._candidates[index] for index in lines.matching(names, self.query_text)])
        self._show_state()

    def changed(self) -> None:
        """Another draft lies there now, or other rows are selected."""
        self._show_state()
        self._show_candidate()

    def _show_state(self) -> None:
        """Sets what says that there is nothing, and where in the list one is."""
        shown = len(self.rows.rows)
        empty = self.query_one("#empty", Words)
        if not self._loaded:
            words = _READING
        elif not self._candidates:
            words = _EMPTY
        else:
            words = "No name is like this. esc clears the filter."
        empty.say(Content.styled(words, ink.MUTED))
        self.set_class(not shown, "-empty")
        self.rest_on(self.rows)
        self._show_place()

    def _show_place(self) -> None:
        """Says where in the list one is."""
        shown = len(self.rows.rows)
        panel = self.query_one("#list-panel", Panel)
        of_all = f" of {number(len(self._candidates))}" if shown != len(self._candidates) else ""
        chosen = f"{number(len(self.selected))} selected   " if self.selected else ""
        panel.note(f"{chosen}{number(self.rows.cursor + 1)}/{number(shown)}{of_all}" if shown else "")

    def look_at(self, reference: str) -> None:
        """Puts the cursor on the candidate with this id, alias or number, now or when it is listed."""
        self._wanted = reference
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        if not self._wanted or not self.is_mounted:
            return
        for candidate in self._candidates:
            if self._wanted in (candidate.pattern_id, str(candidate.id), candidate.name, *candidate.aliases):
                self._wanted = ""
                self.rows.go_to(candidate.id)
                return

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        if message.sender is not self.rows:
            return
        candidate = self.current
        if candidate is not None and candidate.id not in self.session.seen:
            self.session.look(candidate.id)
            self.refresh_head()
        self._show_place()
        self._later_detail()

    # ── the detail ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _later_detail(self) -> None:
        """Shows the detail when the cursor rests: a key that is held down would paint it all at each row.

        The frame of a key press shows the list; who moves by one row has the detail after an eye's blink.
        """
        if self._rests is not None:
            self._rests.reset()
        elif not self._detailed:  # the first row: nothing is shown yet
            self._show_candidate()
        else:
            self._rests = self.set_timer(_REST, self._show_candidate)

    def _show_candidate(self) -> None:
        """Shows what is known of the current candidate at once, and asks for the rest."""
        if self._rests is not None:
            self._rests.stop()
            self._rests = None
        if not self.ready:
            return
        candidate = self.current
        self._detailed = candidate is not None
        if candidate is None:
            self._compared = None
            self.query_one(DiffView).show(Difference())
            return
        now, zone = self.session.now, self.session.zone
        self.query_one("#evidence", TextView).show_at_width(
            lambda width: lines.evidence_rows(candidate, width, now, zone)
        )
        self._titles()
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)

        def read() -> Shown:
            from engine.actions import review

            return review.show(workspace, reference)

        self.ask("pattern", read, partial(self._show_pattern, candidate.id), partial(self._no_pattern, candidate.id))
        self._compare()

    def _show_pattern(self, candidate: int, shown: Shown) -> None:
        if self.current is None or self.current.id != candidate:
            return
        self.digests[candidate] = shown.digest
        same = "run" if shown.pattern.steps else "file"
        self.show_variables(shown.pattern, f"none: every {same} is the same")

    def _no_pattern(self, candidate: int, words: str) -> None:
        if self.current is not None and self.current.id == candidate:
            self.digests.pop(candidate, None)
            self.show_variables(None, f"✗ {words}")

    def on_key(self, event: events.Key) -> None:
        """A key of an action that is not there for want of a candidate says so."""
        if self.current is None and self._loaded and not isinstance(self.focused, Input):
            key = pressed(self.session.workspace.config.keymap, "candidates", event.key)
            if key is not None and key.action.partition("(")[0] in _NEEDS_ONE:
                event.stop()
                self.post_message(Notice(f"{key.does or key.sentence.lower()}: there is no candidate here"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEEDS_ONE and self.current is None:
            return False
        return super().check_action(action, parameters)

    def action_details(self) -> None:
        self._details = not self._details
        self._arrange()

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        if message.sender is self.rows:
            self.action_details()
