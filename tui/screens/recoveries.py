"""Recoveries: fixes for errors that came back, what one does step by step, and below what keeps failing."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from engine.model.figures import AntiPattern, Recovery
from tui.keymap import bindings
from tui.messages import Chosen, Highlighted, Notice
from tui.presentation import ink
from tui.presentation import recoveries as lines
from tui.presentation.text import clean, number
from tui.screens.frame import Frame
from tui.screens.session import Session
from tui.widgets.bars import Words
from tui.widgets.panel import Panel
from tui.widgets.row_list import RowList
from tui.widgets.text_view import TextView

_EMPTY = (
    "No fix was learned yet: one is when the same error was fixed the same way three times. `patui enable` lets patui \
see the commands of your shell, `patui run -- CMD` a single one."
)
_READING = "Reading what was learned…"
_NO_ANTI = "Nothing keeps failing. What fails three times in a week is listed here."


class RecoveriesScreen(Frame):
    """Two lists, and beside them what is known of the row that the cursor is on."""

    BINDINGS = bindings("recoveries")
    TABLES: ClassVar[frozenset[str]] = frozenset(
        {"pattern_candidates", "verdicts", "execution_logs", "anti_patterns", "pattern_metrics"}
    )
    RELOAD_SECONDS: ClassVar[float] = 2.0
    PANES: ClassVar[tuple[str, ...]] = ("#lists", "#anti-panel")

    def __init__(self, session: Session) -> None:
        super().__init__(session, "recoveries")
        self.set_classes("-no-fix -no-anti")
        self._back_to: object = None

    def body(self) -> ComposeResult:
        with Horizontal(id="recoveries"):
            with Vertical(id="lists"):
                with Panel(id="list-panel"):
                    yield RowList(self._row, lambda recovery: recovery.pattern_id, id="list")
                    yield Words(Content(_READING), id="empty", classes="empty")
                with Panel(id="anti-panel"):
                    yield RowList(lines.anti_pattern_row, lambda anti: anti.id, id="anti")
                    yield Words(Content.styled(_NO_ANTI, ink.MUTED), id="no-anti")
            with Panel(id="detail-panel"):
                yield TextView(lambda line, width, _: line.truncate(width, pad=True), id="known")

    def on_mount(self) -> None:
        self.query_one("#list-panel", Panel).title(Content("fixes for errors that came back"))
        self.query_one("#anti-panel", Panel).title(Content("what keeps failing"))
        self._back_to = self.kept.get("row")

    def keep(self) -> dict[str, Any]:
        current = self.rows.current
        return super().keep() | ({"row": current.pattern_id} if current else {})

    @property
    def rows(self) -> RowList[Recovery]:
        return self.query_one("#list", RowList)

    @property
    def anti(self) -> RowList[AntiPattern]:
        return self.query_one("#anti", RowList)

    def _row(self, recovery: Recovery, width: int) -> Content:
        return lines.recovery_row(recovery, width, self.session.now, self.session.zone)

    # ── data ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        workspace = self.session.workspace

        def read() -> tuple[Recovery, ...]:
            from engine.actions import recoveries

            return recoveries.recoveries(workspace)

        def read_anti() -> tuple[AntiPattern, ...]:
            from engine.actions import recoveries

            return recoveries.anti_patterns(workspace)

        self.ask("recoveries", read, self._listed, self.say_instead)
        self.ask("anti-patterns", read_anti, self._listed_anti, self._no_anti)

    def _listed(self, found: tuple[Recovery, ...]) -> None:
        self.rows.show(found)
        if isinstance(self._back_to, str) and found:
            self.rows.go_to(self._back_to)
            self._back_to = None
        self.set_class(not found, "-no-fix")
        self.query_one("#empty", Words).say(Content.styled(_EMPTY, ink.MUTED))
        self.rest_on(self.rows)
        self._show_one()
        self.refresh_frame()

    def _listed_anti(self, found: tuple[AntiPattern, ...]) -> None:
        self.anti.show(found)
        self.set_class(not found, "-no-anti")
        self.query_one("#no-anti", Words).say(Content.styled(_NO_ANTI, ink.MUTED))
        if not self.rows.rows:
            self.rest_on(self.anti)
        self._show_one()

    def _no_anti(self, words: str) -> None:
        self.add_class("-no-anti")
        self.query_one("#no-anti", Words).say(Content.assemble(("✗ ", ink.BAD), clean(words)))

    # ── the row under the cursor ─────────────────────────────────────────────────────────────────────────────────────

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        message.stop()
        self._show_one()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._show_one()

    def _show_one(self) -> None:
        """What is known of the current row of the list that has the focus."""
        panel, view = self.query_one("#detail-panel", Panel), self.query_one("#known", TextView)
        recovery, anti = self.rows.current, self.anti.current
        count = len(self.rows.rows)
        self.query_one("#list-panel", Panel).note(f"{number(self.rows.cursor + 1)}/{number(count)}" if count else "")
        if anti is not None and (self.anti.has_focus or recovery is None):
            panel.title(partial(lines.anti_pattern_title, anti))
            view.show_at_width(partial(lines.anti_pattern_lines, anti))
        elif recovery is not None:
            panel.title(partial(lines.recovery_title, recovery))
            now, zone = self.session.now, self.session.zone
            view.show_at_width(lambda width: lines.recovery_lines(recovery, width, now, zone))
        self.set_class(recovery is None and anti is None, "-empty")

    @on(Chosen)
    async def _chosen(self, message: Chosen) -> None:
        message.stop()
        await self.action_look()

    async def action_look(self) -> None:
        """A fix that waits is decided among the candidates."""
        recovery = self.rows.current
        if recovery is None or self.anti.has_focus:
            self.post_message(Notice("there is nothing to decide about this"))
        elif not lines.waits(recovery):
            self.post_message(Notice(f"{recovery.name} is approved already"))
        else:
            await self.run_action(f"app.look({recovery.pattern_id!r})")

    def action_fix(self) -> None:
        """Offers what helped before with the last failure that nothing has made go away."""
        from tui.screens.fixing import FixScreen

        self.app.push_screen(FixScreen(self.session))

    def action_copy(self) -> None:
        recovery = self.rows.current
        if recovery is None or not recovery.steps:
            self.post_message(Notice("there are no steps to copy"))
            return
        from tui.screens.outside import copy

        app, text = self.app, "\n".join(recovery.steps) + "\n"
        self.ask("copy", lambda: copy(app, text), lambda words: self._copied(words))

    def _copied(self, words: str) -> None:
        self.post_message(Notice(words))
