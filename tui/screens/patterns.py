"""Patterns: what can be applied here, how its template reads, and the way to apply it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from engine.model import Kind, Pattern
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import files, ink, library, steps
from tui.presentation.candidates import matching, variable_rows
from tui.presentation.text import number
from tui.screens.filtered import Filtered
from tui.screens.session import Session
from tui.widgets.bars import Words
from tui.widgets.filter_line import FilterLine
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

_EMPTY = "No pattern can be applied yet. Press 2 and approve a candidate with `a`."
_READING = "Reading the library…"
_APPLICABLE = (Kind.FILE, Kind.SCAFFOLD)


class PatternsScreen(Filtered):
    """The library on the left, the pattern under the cursor on the right."""

    BINDINGS = bindings("patterns", "filter")
    TABLES: ClassVar[frozenset[str]] = frozenset({"pattern_candidates", "verdicts", "applications", "pattern_metrics"})

    def __init__(self, session: Session) -> None:
        super().__init__(session, "patterns")
        self._patterns: list[library.Entry] = []
        self._loaded = False

    def body(self) -> ComposeResult:
        with Horizontal(id="patterns"):
            with Panel(id="list-panel"):
                yield FilterLine(id="filter")
                yield RowList(library.pattern_row, lambda entry: entry.pattern.pattern_id, id="list")
                yield Words(Content(_READING), id="empty", classes="empty")
            with Vertical(id="detail"):
                with Panel(id="template-panel"):
                    yield Words(id="about")
                    yield TextView(lambda line, width, shift: files.file_line(line, width, 3, shift), id="template")
                with Panel(id="variables-panel"):
                    yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="variables")

    def on_mount(self) -> None:
        self.query_one("#list-panel", Panel).title(Content("library"))
        self.query_one("#variables-panel", Panel).title(Content("variables"))

    def reload(self) -> None:
        workspace = self.session.workspace

        def read() -> list[library.Entry]:
            from engine.actions import applying, weeks

            used = weeks.records(workspace)
            return [library.Entry(one, *used.get(one.pattern_id, (0, None))) for one in applying.library(workspace)]

        self.ask("library", read, self._listed)

    def _listed(self, patterns: list[library.Entry]) -> None:
        self._loaded = True
        self._patterns = patterns
        self.session.patterns = len(patterns)
        self.filtered()
        self.go_back()
        self.refresh_frame()

    def filtered(self) -> None:
        names = [entry.pattern.name for entry in self._patterns]
        self.rows.show([self._patterns[index] for index in matching(names, self.query_text)])
        self._show_state()

    def _show_state(self) -> None:
        rows = len(self.rows.rows)
        words = (
            _READING
            if not self._loaded
            else "No name is like this. esc clears the filter."
            if self._patterns
            else _EMPTY
        )
        self.query_one("#empty", Words).say(Content.styled(words, ink.MUTED))
        self.set_class(not rows, "-empty")
        self.rest_on(self.rows)
        self.query_one("#list-panel", Panel).note(f"{number(self.rows.cursor + 1)}/{number(rows)}" if rows else "")

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        self._show_state()
        self._show_pattern()

    @property
    def current(self) -> Pattern | None:
        """The pattern under the cursor."""
        entry: library.Entry | None = self.rows.current
        return None if entry is None else entry.pattern

    def _show_pattern(self) -> None:
        pattern = self.current
        panel, template = self.query_one("#template-panel", Panel), self.query_one("#template", TextView)
        if pattern is None:
            panel.title(Content(""))
            template.show([])
            return
        panel.title(partial(library.pattern_title, pattern))
        self.query_one("#about", Words).say(Content("\n").join(library.facts(pattern)))
        lines = steps.step_lines(pattern, {}) if pattern.steps else files.template_lines(pattern)
        template.show(lines, top=True)
        self.query_one("#variables", TextView).show_at_width(partial(variable_rows, pattern))

    @on(Chosen)
    def _chosen(self, message: Chosen) -> None:
        message.stop()
        self.action_apply()

    def _applicable(self) -> Pattern | None:
        pattern = self.current
        if pattern is None:
            self.post_message(Notice("there is no pattern to apply: press 2 and approve a candidate"))
        elif pattern.kind not in _APPLICABLE:
            self.post_message(Notice(f"{pattern.name} writes no files"))
        else:
            return pattern
        return None

    def action_apply(self) -> None:
        """Opens the form; nothing is written before its preview was seen."""
        chosen = self.current
        if chosen is not None and chosen.kind is Kind.EXECUTION:
            from tui.screens.recipe import RecipeScreen

            self.app.push_screen(RecipeScreen(self.session, chosen.pattern_id))
        elif pattern := self._applicable():
            from tui.screens.apply import ApplyScreen  # its form widgets cost 30 ms

            start = files.path_start(pattern.files[0].path) if pattern.kind is Kind.FILE and pattern.files else ""
            self.app.push_screen(ApplyScreen(self.session, pattern.pattern_id, start))

    def action_missing(self) -> None:
        """Opens the review of all siblings that lack the pattern's file."""
        if pattern := self._applicable():
            from tui.screens.missing import MissingScreen

            self.app.push_screen(MissingScreen(self.session, pattern.pattern_id))
