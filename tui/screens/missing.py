"""`apply --missing` as a review: every place that lacks the pattern's file, each can be left out, one undo for all."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen

from engine.model import Application, Plan, WriteAction
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice, SpotClicked
from tui.presentation import bars, files, ink, library
from tui.presentation.text import amount, clean
from tui.screens.asking import Asking
from tui.screens.frame import HEIGHTS, WIDTHS, hints
from tui.screens.panes import Panes
from tui.screens.session import Session
from tui.widgets.bars import BarLine, Words
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView


class MissingScreen(Screen[None], Asking, Panes):
    """The plan for `reference`: places on the left, what would stand at one of them on the right."""

    BINDINGS = bindings("missing", "move")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    PANES: ClassVar[tuple[str, ...]] = ("#targets-panel",)
    AUTO_FOCUS = "RowList"

    def __init__(self, session: Session, reference: str) -> None:
        super().__init__()
        self.session = session
        self._reference = reference
        self._plan: Plan | None = None
        self._left_out: set[str] = set()

    def compose(self) -> ComposeResult:
        with Horizontal(id="missing"):
            with Panel(id="targets-panel"):
                yield RowList(self._row, lambda target: target, id="targets")
                yield Words(Content.styled("Looking for places that lack it…", ink.MUTED), id="empty", classes="empty")
            with Panel(id="preview-panel"):
                yield TextView(lambda line, width, shift: files.file_line(line, width, 3, shift), id="preview")
        yield BarLine(lambda width: bars.keys(hints(self), width), id="keys")
        yield Words(Content("patui needs a little more room"), id="small")

    def on_mount(self) -> None:
        self.add_class("-empty")
        self.bindings_updated_signal.subscribe(self, lambda _: self.query_one("#keys", BarLine).refresh())
        workspace, reference = self.session.workspace, self._reference

        def find() -> Plan:
            from engine.actions import applying

            return applying.missing(workspace, reference)

        self.ask("missing", find, self._found, self._say)

    @property
    def targets(self) -> RowList[str]:
        return self.query_one("#targets", RowList)

    def _found(self, plan: Plan) -> None:
        self._plan = plan
        self.query_one("#targets-panel", Panel).title(library.plan_title(plan))
        if not plan.targets:
            self._say("No place lacks it: every sibling directory has its file. esc goes back.")
            return
        self.remove_class("-empty")
        self.targets.show(plan.targets)
        self.targets.focus()
        self._show_state()

    def _say(self, words: str) -> None:
        self.add_class("-empty")
        self.query_one("#empty", Words).say(Content.styled(clean(words), ink.MUTED))

    def _row(self, target: str, width: int) -> Content:
        plan = self._plan
        conflict = plan is not None and any(path in plan.conflicts for path in _paths(plan, target))
        return library.target_row(target, width, chosen=target not in self._left_out, conflict=conflict)

    def _show_state(self) -> None:
        plan = self._plan
        if plan is None:
            return
        total = len(plan.targets)
        self.query_one("#targets-panel", Panel).note(library.targets_chosen(total - len(self._left_out), total))
        panel = self.query_one("#preview-panel", Panel)
        kept = [write for write in plan.writes if not any(write.path in _paths(plan, out) for out in self._left_out)]
        panel.note(files.writing((write.text, write.action) for write in kept))

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        plan, target = self._plan, self.targets.current
        if plan is None or target is None:
            return
        lines: list[files.FileLine] = []
        for write in plan.writes:
            if write.path in _paths(plan, target):
                lines.append(
                    files.Heading(write.path, files.ACTIONS[write.action], write.action is WriteAction.CONFLICT)
                )
                lines += files.file_lines(write.text)
        self.query_one("#preview", TextView).show(lines, top=True)

    def action_leave_out(self) -> None:
        """Leaves the place under the cursor out, or takes it in again, and goes on to the next."""
        target = self.targets.current
        if target is None:
            return
        self._left_out ^= {target}
        self.targets.lines_changed()
        self.targets.action_move(1)
        self._show_state()

    def action_all(self) -> None:
        if self._plan is not None:
            self._left_out = set() if self._left_out else set(self._plan.targets)
            self.targets.lines_changed()
            self._show_state()

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        self.action_leave_out()

    def action_write(self) -> None:
        """Writes to every place that was not left out; one undo takes all of it back."""
        plan = self._plan
        if plan is None or self.is_asking("write"):
            return
        if not set(plan.targets) - self._left_out:
            self.query_one("#targets-panel", Panel).note("all places are left out")
            return
        self.ask("write", partial(self._write, plan, frozenset(self._left_out)), self._written)

    def _write(self, plan: Plan, left_out: frozenset[str]) -> Application:
        from engine.actions import applying

        for target in left_out:
            plan = applying.without(plan, target)
        return applying.write(self.session.workspace, plan)

    def _written(self, done: Application) -> None:
        self.session.last_done = "application"
        self.app.post_message(Notice(f"wrote {amount(len(done.paths), 'file')} · u undo takes all of them back"))
        self.dismiss()

    def action_cancel(self) -> None:
        self.dismiss()

    def on_resize(self) -> None:
        self.size_panes()

    @on(SpotClicked)
    def _clicked(self, message: SpotClicked) -> None:
        message.stop()
        # a key that the screen itself sends would not bubble up through the screen
        self.app.call_later(self.app.simulate_key, message.what)


def _paths(plan: Plan, target: str) -> set[str]:
    """The paths that a plan writes for one of its targets: the file itself, or all below the directory."""
    return {write.path for write in plan.writes if write.path == target or write.path.startswith(f"{target}/")}
