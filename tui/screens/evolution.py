"""Evolution: how each pattern did over time, and its next version beside the present one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from engine.model.figures import Evolution
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import evolution as lines
from tui.presentation import files, ink
from tui.presentation.candidates import matching
from tui.presentation.compare import Difference, difference
from tui.presentation.text import clean, number
from tui.screens.filtered import Filtered
from tui.screens.frame import SIDE_BY_SIDE
from tui.screens.session import Session
from tui.widgets.bars import Words
from tui.widgets.diff_view import DiffView
from tui.widgets.filter_line import FilterLine
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

_EMPTY = "No pattern was approved or used yet, so none has a past. Press 2 and approve a candidate with `a`."
_READING = "Reading what patterns did…"


@dataclass(frozen=True)
class Compared:
    """The two texts of a pattern with their difference, made ready in the worker thread."""

    pattern_id: str
    text: str
    difference: Difference
    digest: str = ""


class EvolutionScreen(Filtered):
    """Patterns with their success over time; what is known of one, and what is proposed for it."""

    BINDINGS = bindings("evolution", "filter")
    TABLES: ClassVar[frozenset[str]] = frozenset(
        {"applications", "execution_logs", "pattern_metrics", "pattern_candidates", "verdicts"}
    )
    RELOAD_SECONDS: ClassVar[float] = 2.0
    PANES: ClassVar[tuple[str, ...]] = ("#list-panel", "#facts-panel")

    def __init__(self, session: Session) -> None:
        super().__init__(session, "evolution")
        self.set_classes("-empty")
        self._evolutions: list[Evolution] = []
        self._loaded = False
        self._shown: Compared | None = None
        self._side_by_side = True

    def body(self) -> ComposeResult:
        with Horizontal(id="evolution"):
            with Panel(id="list-panel"):
                yield FilterLine(id="filter")
                yield RowList(lines.evolution_row, lambda evolution: evolution.pattern_id, id="list")
                yield Words(Content(_READING), id="empty", classes="empty")
            with Vertical(id="detail"):
                with Panel(id="facts-panel"):
                    yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="known")
                with Panel(id="diff-panel"):
                    yield DiffView(id="diff")
                    yield TextView(lambda line, width, shift: files.file_line(line, width, 3, shift), id="as-it-is")
                    yield Words(id="diff-words", classes="empty")

    def on_mount(self) -> None:
        self.query_one("#list-panel", Panel).title(Content("patterns over time"))
        self._side_by_side = self.kept.get("side_by_side") is not False

    def keep(self) -> dict[str, Any]:
        return super().keep() | {"side_by_side": self._side_by_side}

    # ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        workspace = self.session.workspace

        def read() -> list[Evolution]:
            from engine.actions import evolutions

            return list(evolutions.evolutions(workspace))

        self.ask("evolutions", read, self._listed, self.say_instead)

    def _listed(self, found: list[Evolution]) -> None:
        self._loaded = True
        self._evolutions = found
        self.session.proposed = sum(bool(evolution.proposed_version) for evolution in found)
        self.filtered()
        self.go_back()
        self.refresh_frame()

    def filtered(self) -> None:
        names = [evolution.name for evolution in self._evolutions]
        self.rows.show([self._evolutions[index] for index in matching(names, self.query_text)])
        shown = len(self.rows.rows)
        words = _READING if not self._loaded else _EMPTY
        if self._evolutions:
            words = "No name is like this. esc clears the filter."
        self.query_one("#empty", Words).say(Content.styled(words, ink.MUTED))
        self.set_class(not shown, "-empty")
        self.rest_on(self.rows)
        self._show_one()

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        self._show_one()

    # ── one pattern ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _show_one(self) -> None:
        evolution: Evolution | None = self.rows.current
        shown = len(self.rows.rows)
        self.query_one("#list-panel", Panel).note(f"{number(self.rows.cursor + 1)}/{number(shown)}" if shown else "")
        if evolution is None:
            return
        self.query_one("#facts-panel", Panel).title(partial(lines.evolution_title, evolution))
        self.query_one("#known", TextView).show_at_width(partial(lines.evolution_lines, evolution))
        self.query_one("#diff-panel", Panel).title(partial(lines.comparison_title, evolution))
        workspace = self.session.workspace

        def read() -> Compared:
            from engine.actions import evolutions

            now, proposed = evolutions.templates(workspace, evolution)
            compared = difference(now, proposed) if now != proposed else Difference()
            return Compared(evolution.pattern_id, now, compared, evolutions.digest_of(workspace, evolution))

        self.ask("templates", read, self._show_texts, partial(self._no_texts, evolution.pattern_id))

    def _show_texts(self, compared: Compared) -> None:
        if self.rows.current is None or self.rows.current.pattern_id != compared.pattern_id:
            return
        self._shown = compared
        self.query_one(DiffView).show(compared.difference)
        self.query_one("#as-it-is", TextView).show(files.file_lines(compared.text), top=True)
        self.set_class(not compared.difference.rows, "-same")
        self.remove_class("-no-diff")
        self._say_where()

    def _no_texts(self, pattern_id: str, words: str) -> None:
        if self.rows.current is not None and self.rows.current.pattern_id == pattern_id:
            self.query_one("#diff-words", Words).say(Content.styled(clean(words), ink.MUTED))
            self.add_class("-no-diff")

    @on(DiffView.Moved)
    def _say_where(self) -> None:
        view = self.query_one(DiffView)
        mode = "side by side" if view.split else "unified"
        where = f"{mode}   {view.where}" if view.difference.rows else ""
        self.query_one("#diff-panel", Panel).note(where)

    # ── the view ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        self.query_one(DiffView).set_split(self._side_by_side and self.size.width >= SIDE_BY_SIDE)
        self._say_where()

    def action_view(self) -> None:
        self._side_by_side = not self._side_by_side
        if self._side_by_side and self.size.width < SIDE_BY_SIDE:
            self.post_message(Notice(f"side by side needs {SIDE_BY_SIDE} columns: unified until then"))
        self._arrange()

    def action_full(self) -> None:
        self.toggle_class("-full")
        self._arrange()

    def action_hunk(self, step: int) -> None:
        self.query_one(DiffView).go_to_hunk(step)

    def action_folds(self) -> None:
        self.query_one(DiffView).toggle_folds()

    def action_approve(self) -> None:
        """Approves the proposed version, and only when it is what stands on the screen."""
        evolution: Evolution | None = self.rows.current
        shown = self._shown
        if evolution is None or not evolution.proposed_version:
            self.post_message(Notice("no new version is proposed: below 80 % success one is"))
            return
        if shown is None or shown.pattern_id != evolution.pattern_id or not shown.digest:
            self.post_message(Notice("the proposed version is still being read: a again"))
            return
        workspace, digest = self.session.workspace, shown.digest

        def approve() -> None:
            from engine.actions import evolutions

            evolutions.approve_proposed(workspace, evolution, digest)

        def approved(_: None) -> None:
            self.session.last_done, self.session.decided = "verdict", 1
            self.post_message(Notice(f"{evolution.name} is {evolution.proposed_version} now · u undo"))
            self.reload()

        self.ask("approve", approve, approved)

    def action_judge(self, value: int) -> None:
        """A thumb for the pattern under the cursor."""
        evolution: Evolution | None = self.rows.current
        if evolution is None:
            self.post_message(Notice("there is no pattern here"))
            return
        workspace = self.session.workspace

        def judge() -> None:
            from engine.actions import evolutions

            evolutions.judge(workspace, evolution, value)

        words = f"{'+1' if value > 0 else '-1'} for {evolution.name} {evolution.version}"
        self.ask("judge", judge, lambda _: self._told(words))

    def _told(self, words: str) -> None:
        self.post_message(Notice(words))

    @on(Chosen)
    async def _chosen(self, message: Chosen) -> None:
        message.stop()
        await self.action_look()

    async def action_look(self) -> None:
        """A new version is a candidate like any other: it is decided there."""
        evolution: Evolution | None = self.rows.current
        if evolution is None or not evolution.proposed_version:
            self.post_message(Notice("no new version is proposed: below 80 % success one is"))
            return
        await self.run_action(f"app.look({evolution.pattern_id!r})")
