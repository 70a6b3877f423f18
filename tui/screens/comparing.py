"""One example of the current candidate beside what the draft renders for it, or would render when it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import on
from textual.content import Content

from engine.model import Candidate, Kind
from tui.messages import Notice
from tui.presentation import candidates as lines
from tui.presentation import ink, steps
from tui.presentation.bars import Bar
from tui.presentation.code import paint
from tui.presentation.compare import Difference, Mark, difference, line_of
from tui.presentation.files import FileLine
from tui.presentation.text import clean
from tui.screens.frame import SIDE_BY_SIDE
from tui.screens.refining import Refining
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.diff_view import DiffView
from tui.widgets.panel import Panel
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from engine.actions.comparing import Comparison
    from engine.actions.evolutions import NextVersion
    from engine.actions.refining import Preview

_STEPPED: Final = (Kind.EXECUTION, Kind.RECOVERY)  # what has steps to show, and no files


@dataclass(frozen=True)
class Compared:
    """A comparison made ready in the worker thread, for the example it was asked for."""

    candidate: int
    index: int
    comparison: Comparison
    difference: Difference


def _ready(candidate: int, index: int, made: Comparison) -> Compared:
    slots = [(part.start, part.start + len(part.text)) for part in made.segments if part.variable]
    return Compared(
        candidate, index, made, difference(made.original, made.rendered, slots, paint(made.original, made.path))
    )


class Comparing(Refining):
    """Has a `DiffView` with a line above that says which example it shows, and how it is shown."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._example: dict[int, int] = {}  # which example was looked at, per candidate
        self._side_by_side = True  # what the person wants; below 100 columns it waits
        self._details = False
        self._wrap = False
        self._compared: Compared | None = None
        self._versions: NextVersion | None = None

    def _compare(self) -> None:
        """Asks for the current example against its rendering; the difference is computed in the same thread."""
        candidate = self.current
        self.set_class(candidate is not None and candidate.kind in _STEPPED, "-steps")
        if candidate is not None and candidate.kind is Kind.REVISION:
            self._compare_versions(candidate)
            return
        if candidate is None or not candidate.members:
            self._no_comparison(candidate.id if candidate else 0, "no example of it is recorded")
            return
        index = self._example.get(candidate.id, len(candidate.members) - 1)
        if candidate.kind in _STEPPED:
            self._compared = None
            self._show_steps(candidate, index)
            return
        member = candidate.members[index]
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)

        def compare() -> Compared:
            from engine.actions import review

            return _ready(candidate.id, index, review.compare(workspace, reference, member))

        self.ask("compare", compare, self._show_comparison, partial(self._no_comparison, candidate.id))

    def _show_steps(self, candidate: Candidate, index: int) -> None:
        """Shows the steps of a recipe, or of a recovery, as they were the time `index`."""
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)
        repairs = candidate.kind is Kind.RECOVERY
        times = steps.fixes_of(candidate) if repairs else steps.runs_of(candidate)
        time = times[min(index, len(times) - 1)] if times else {}

        def read() -> list[FileLine]:
            from engine.actions import review

            pattern = review.show(workspace, reference).pattern
            values = steps.values_of_fix(pattern, time) if repairs else steps.values_of(time)
            return steps.step_lines(pattern, values)

        def show(found: list[FileLine]) -> None:
            if self.current is not None and self.current.id == candidate.id:
                self.query_one("#steps", TextView).show(found)
                self.remove_class("-no-diff")
                self._titles()

        self.ask("compare", read, show, partial(self._no_comparison, candidate.id))

    def _compare_versions(self, candidate: Candidate) -> None:
        """Shows a next version beside the one that stands."""
        workspace = self.session.workspace

        def read() -> tuple[NextVersion, Difference]:
            from engine.actions import evolutions

            found = evolutions.next_version(workspace, candidate)
            return found, difference(found.now, found.proposed)

        def show(answer: tuple[NextVersion, Difference]) -> None:
            if self.current is not None and self.current.id == candidate.id:
                self._compared, self._versions = None, answer[0]
                self.query_one(DiffView).show(answer[1])
                self.remove_class("-no-diff")
                self._titles()

        self._versions = None
        self.ask("compare", read, show, partial(self._no_comparison, candidate.id))

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

    # ── the draft as it would be ─────────────────────────────────────────────────────────────────────────────────────

    def member_shown(self) -> str:
        candidate = self.current
        if candidate is None or not candidate.members:
            return ""
        return candidate.members[self._example.get(candidate.id, len(candidate.members) - 1)]

    def prepared(self, preview: Preview, name: str) -> Callable[[], None]:
        candidate = self.current
        number = candidate.id if candidate else 0
        index = self._example.get(number, len(candidate.members) - 1) if candidate else 0
        compared = _ready(number, index, preview.comparison)
        first = next((part.start for part in preview.comparison.segments if part.variable == name), None)
        line = None if first is None else preview.comparison.rendered.count("\n", 0, first) + 1
        return partial(self._show_preview, compared, line)

    def _show_preview(self, compared: Compared, line: int | None) -> None:
        """Shows it at the line of the variable's first place, or at the first difference."""
        self._show_comparison(compared)
        view = self.query_one(DiffView)
        if line is None:
            view.go_to_hunk(0)
            return
        if compared.difference.rows:
            view.toggle_folds()
        at = line_of(compared.difference, line, split=view.split)
        view.scroll_to(y=max(at - view.size.height // 3, 0), animate=False, immediate=True)

    def differing_words(self) -> tuple[str, ...]:
        rows = self._compared.difference.rows if self._compared else ()
        found = [
            row.right.text[start:end]
            for row in rows
            if row.right is not None and not row.same
            for start, end, mark in row.right.marks
            if mark is Mark.CHANGED
        ]
        return tuple(found)

    @on(DiffView.Moved)
    def _titles(self) -> None:
        """The lines around the comparison: candidate, example, hunk, view."""
        candidate = self.current
        if candidate is None:
            return
        panel, view = self.query_one("#diff-panel", Panel), self.query_one(DiffView)
        panel.title(partial(lines.candidate_title, candidate))
        self.query_one("#example", BarLine).refresh()
        if candidate.kind in _STEPPED:
            panel.note("")
            return
        preview = "preview, not saved" if self.previewing else ""
        mode = ("side by side" if view.split else "unified") + (", wrapped" if view.wrap else "")
        panel.note("   ".join(part for part in (preview, view.difference.note, mode, view.where) if part))

    def _example_line(self, width: int) -> Bar:
        """Which example this is, and how close its rendering comes."""
        candidate = self.current
        if candidate is not None and candidate.kind is Kind.REVISION:
            old, new = (self._versions.version, self._versions.proposed_version) if self._versions else ("", "")
            return Bar(lines.versions_line(old, new, width, split=self.query_one(DiffView).split))
        if candidate is None or not candidate.members:
            return Bar(Content(""))
        index = self._example.get(candidate.id, len(candidate.members) - 1)
        if candidate.kind in _STEPPED:
            repairs = candidate.kind is Kind.RECOVERY
            times = steps.fixes_of(candidate) if repairs else steps.runs_of(candidate)
            line = steps.fix_line if repairs else steps.run_line
            return Bar(line(times, min(index, len(times) - 1), width, self.session.now, self.session.zone))
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

    def action_hunk(self, step: int) -> None:
        self.query_one(DiffView).go_to_hunk(step)

    def action_folds(self) -> None:
        self.query_one(DiffView).toggle_folds()

    def action_scroll_half(self, direction: int) -> None:
        view = self.query_one(DiffView)
        view.action_lines(direction * max(view.size.height // 2, 1))
