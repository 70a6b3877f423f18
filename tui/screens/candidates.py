"""Candidates: the list by hours, one example against what its template renders, and the decision by one key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from engine.model import Candidate, Pattern
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import candidates as lines
from tui.presentation import ink
from tui.presentation.bars import Bar
from tui.presentation.code import paint
from tui.presentation.compare import Difference, difference
from tui.presentation.text import clean, number
from tui.screens.deciding import Deciding
from tui.screens.frame import SIDE_BY_SIDE
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.diff_view import DiffView
from tui.widgets.filter_line import FilterLine
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from engine.actions.review import Comparison, Shown

_EMPTY = (
    "Nothing repeats often enough yet. patui reads the history and watches what you save: three similar files make \
the first candidate, and `patui scan` shows what it sees."
)
_READING = "Reading what was found…"
_NEEDS_ONE = frozenset(
    {"approve", "reject", "reject_why", "defer", "edit", "select", "details", "example", "view", "full"}
    | {"hunk", "folds", "unfold", "wrap", "copy", "open_line"}
)


@dataclass(frozen=True)
class Compared:
    """A comparison made ready in the worker thread, for the example it was asked for."""

    candidate: int
    index: int
    comparison: Comparison
    difference: Difference


class CandidatesScreen(Deciding):
    """The review: list on the left (above, when narrow), detail beside it."""

    BINDINGS = bindings("candidates", "filter")
    TABLES: ClassVar[frozenset[str]] = frozenset({"pattern_candidates", "candidate_details", "verdicts"})

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._loaded = False
        self._wanted = ""
        self._example: dict[int, int] = {}  # which example was looked at, per candidate
        self._pattern: Pattern | None = None
        self._side_by_side = True  # what the person wants; below 100 columns it waits
        self._details = False
        self._wrap = False
        self._compared: Compared | None = None

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
                    yield Words(id="diff-words", classes="empty")
                with Horizontal(id="facts"):
                    with Panel(id="variables-panel"):
                        yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="variables")
                    with Panel(id="evidence-panel"):
                        yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="evidence")

    def on_mount(self) -> None:
        self.query_one("#list-panel", Panel).title(Content("by hours a month"))
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
        candidate = self.current
        if candidate is not None and candidate.id not in self.session.seen:
            self.session.seen.add(candidate.id)
            self.session.count_new()
            self.refresh_frame()
        self._show_state()
        self._show_candidate()

    # ── the detail ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _show_candidate(self) -> None:
        """Shows what is known of the current candidate at once, and asks for the rest."""
        candidate = self.current
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
        self._pattern = pattern = shown.pattern
        self.digests[candidate] = shown.digest
        self.query_one("#variables", TextView).show_at_width(partial(lines.variable_rows, pattern))

    def _no_pattern(self, candidate: int, words: str) -> None:
        if self.current is not None and self.current.id == candidate:
            self._pattern = None
            self.digests.pop(candidate, None)
            self.query_one("#variables", TextView).show([Content.styled(clean(words), ink.BAD)], top=True)

    def _compare(self) -> None:
        """Asks for the current example against its rendering; the difference is computed in the same thread."""
        candidate = self.current
        if candidate is None or not candidate.members:
            self._no_comparison(candidate.id if candidate else 0, "no example of it is recorded")
            return
        index = self._example.get(candidate.id, len(candidate.members) - 1)
        member = candidate.members[index]
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)

        def compare() -> Compared:
            from engine.actions import review

            made = review.compare(workspace, reference, member)
            slots = [(part.start, part.start + len(part.text)) for part in made.segments if part.variable]
            return Compared(
                candidate.id,
                index,
                made,
                difference(made.original, made.rendered, slots, paint(made.original, made.path)),
            )

        self.ask("compare", compare, self._show_comparison, partial(self._no_comparison, candidate.id))

    def _show_comparison(self, compared: Compared) -> None:
        candidate = self.current
        if candidate is None or candidate.id != compared.candidate:
            return
        self._compared = compared
        self.query_one(DiffView).show(compared.difference)
        self.remove_class("-no-diff")
        self._titles()

    def _no_comparison(self, candidate: int, words: str) -> None:
        if self.current is not None and self.current.id == candidate:
            self._compared = None
            self.query_one(DiffView).show(Difference())
            self.query_one("#diff-words", Words).say(Content.styled(clean(words), ink.MUTED))
            self.add_class("-no-diff")
            self._titles()

    @on(DiffView.Moved)
    def _titles(self) -> None:
        """The lines around the comparison: candidate, example, hunk, view."""
        candidate = self.current
        if candidate is None:
            return
        panel, view = self.query_one("#diff-panel", Panel), self.query_one(DiffView)
        panel.title(partial(lines.candidate_title, candidate))
        self.query_one("#example", BarLine).refresh()
        mode = ("side by side" if view.split else "unified") + (", wrapped" if view.wrap else "")
        panel.note("   ".join(part for part in (view.difference.note, mode, view.where) if part))

    def _example_line(self, width: int) -> Bar:
        """Which example this is, and how close its rendering comes."""
        candidate = self.current
        if candidate is None or not candidate.members:
            return Bar(Content(""))
        index = self._example.get(candidate.id, len(candidate.members) - 1)
        compared = self._compared
        if compared is None or (compared.candidate, compared.index) != (candidate.id, index):
            return Bar(lines.example_line(candidate.members[index], index, len(candidate.members), width))
        differing = sum(not row.same for row in compared.difference.rows)
        return Bar(
            lines.example_line(
                compared.comparison.path,
                index,
                len(candidate.members),
                width,
                lines.Rendered(differing, len(compared.comparison.fit.values)),
                split=self.query_one(DiffView).split,
            )
        )

    def action_example(self, step: int) -> None:
        candidate = self.current
        if candidate is None or not candidate.members:
            self.post_message(Notice("there is no other example"))
            return
        index = self._example.get(candidate.id, len(candidate.members) - 1)
        self._example[candidate.id] = (index + step) % len(candidate.members)
        self._titles()
        self._compare()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEEDS_ONE and self.current is None:
            return False
        return super().check_action(action, parameters)

    # ── the view ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        self.query_one(DiffView).set_wrap(self._wrap)
        self.query_one(DiffView).set_split(self._side_by_side and self.size.width >= SIDE_BY_SIDE)
        self.set_class(self._details, "-details")
        self._titles()

    def action_view(self) -> None:
        self._side_by_side = not self._side_by_side
        if self._side_by_side and self.size.width < SIDE_BY_SIDE:
            self.post_message(Notice(f"side by side needs {SIDE_BY_SIDE} columns: unified until then"))
        self._arrange()

    def action_wrap(self) -> None:
        self._wrap = not self._wrap
        self._arrange()
        view = self.query_one(DiffView)
        if view.wrap != self._wrap:
            self.post_message(Notice("too many lines to wrap them"))

    def action_copy(self) -> None:
        """Copies the shown example as it is: no numbers, no signs."""
        if self._compared is None:
            self.post_message(Notice("there is nothing to copy"))
            return
        from tui.screens.outside import copy

        text, app = self._compared.comparison.original, self.app
        self.ask("copy", lambda: copy(app, text), lambda words: self._copied(words))

    def _copied(self, words: str) -> None:
        self.post_message(Notice(words))

    def action_open_line(self) -> None:
        """Opens the example in the editor, at the difference that is shown."""
        if self._compared is None:
            self.post_message(Notice("there is no file to open"))
            return
        from tui.screens.outside import edit

        path = Path(self.session.workspace.root) / self._compared.comparison.path
        if not path.is_file():
            self.post_message(Notice(f"{self._compared.comparison.path} is gone from the work tree", bad=True))
        elif words := edit(self.app, path, self.query_one(DiffView).at_line):
            self.post_message(Notice(words, bad=True))
        else:
            self._compare()

    def action_unfold(self) -> None:
        if not self.query_one(DiffView).open_fold():
            self.post_message(Notice("no fold is closed here"))

    def action_full(self) -> None:
        self.toggle_class("-full")
        self._arrange()

    def action_details(self) -> None:
        self._details = not self._details
        self._arrange()

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        self.action_details()

    def action_hunk(self, step: int) -> None:
        self.query_one(DiffView).go_to_hunk(step)

    def action_folds(self) -> None:
        self.query_one(DiffView).toggle_folds()

    def action_scroll_half(self, direction: int) -> None:
        view = self.query_one(DiffView)
        view.action_lines(direction * max(view.size.height // 2, 1))
