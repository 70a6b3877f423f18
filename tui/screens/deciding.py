"""Deciding on candidates: the one under the cursor, or all that were selected; and editing a draft before that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import InvalidDocument, PatuiError
from engine.model import Candidate, Status
from tui.messages import Notice
from tui.presentation.text import amount
from tui.screens.filtered import Filtered
from tui.screens.session import Session
from tui.widgets.row_list import RowList

_WORDS = {Status.APPROVED: "approved", Status.REJECTED: "rejected", Status.DEFERRED: "deferred"}


@dataclass(frozen=True)
class Decided:
    """Which candidates came to the wanted state, and what was said about the first that did not."""

    done: tuple[Candidate, ...]
    refused: str = ""


class Deciding(Filtered):
    """A list of candidates with verdicts. Only what was shown is approved: `digests` holds the drafts as last shown."""

    UNDOES = "verdict"

    def __init__(self, session: Session) -> None:
        super().__init__(session, "candidates")
        self._candidates: list[Candidate] = []
        self.selected: set[int] = set()
        self.digests: dict[int, str] = {}

    @property
    def current(self) -> Candidate | None:
        """The candidate under the cursor."""
        rows = self.query_one_optional("#list", RowList)
        return rows.current if rows is not None else None

    def changed(self) -> None:
        """Called when a draft was edited, or other rows are selected."""

    def action_select(self) -> None:
        """Takes the row into the selection, or out of it, and goes on to the next."""
        if (candidate := self.current) is None:
            return
        self.selected ^= {candidate.id}
        self.rows.lines_changed()
        self.rows.cursor += 1
        self.changed()

    def action_clear_filter(self) -> None:
        """Also lets the selection go."""
        self.selected.clear()
        self.rows.lines_changed()
        super().action_clear_filter()

    # ── verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_approve(self) -> None:
        self._decide(Status.APPROVED)

    def action_reject(self) -> None:
        self._decide(Status.REJECTED)

    def action_defer(self) -> None:
        self._decide(Status.DEFERRED)

    def action_reject_why(self) -> None:
        """Asks for the reason first; an empty one is none."""
        from tui.screens.line import LineScreen

        wanted = self._wanted_ones()
        what = wanted[0].name if len(wanted) == 1 else amount(len(wanted), "candidate")

        def answered(why: str | None) -> None:
            if why is not None:
                self._decide(Status.REJECTED, why.strip())

        self.app.push_screen(LineScreen(f"reject {what}", "why? ⏎ rejects, esc leaves it"), answered)

    def _wanted_ones(self) -> list[Candidate]:
        chosen = [candidate for candidate in self._candidates if candidate.id in self.selected]
        return chosen or ([self.current] if self.current else [])

    def _decide(self, status: Status, why: str = "") -> None:
        wanted, word = self._wanted_ones(), _WORDS[status]
        if not wanted:
            self.post_message(Notice(f"there is no candidate to be {word}"))
            return
        workspace, shown = self.session.workspace, dict(self.digests)

        def decide() -> Decided:
            from engine.actions import review

            done: list[Candidate] = []
            for candidate in wanted:
                reference = candidate.pattern_id or str(candidate.id)
                try:
                    if status is Status.APPROVED:
                        review.approve(workspace, reference, shown.get(candidate.id, ""))
                    elif status is Status.REJECTED:
                        review.reject(workspace, reference, why)
                    else:
                        review.defer(workspace, reference)
                except (PatuiError, OSError) as error:  # those before it are decided, and can be taken back
                    return Decided(tuple(done), str(error) or type(error).__name__)
                done.append(candidate)
            return Decided(tuple(done))

        self.ask(f"decide {wanted[0].id}", decide, lambda decided: self._decided(decided, word))

    def _decided(self, decided: Decided, word: str) -> None:
        done = {candidate.id for candidate in decided.done}
        if done:
            self.session.last_done, self.session.decided = "verdict", len(done)
            self.selected -= done
            what = decided.done[0].name if len(done) == 1 else amount(len(done), "candidate")
            self.post_message(Notice(f"{word} {what} · u undo"))
            self._candidates = [other for other in self._candidates if other.id not in done]
            self.session.listed(self._candidates)
            self.filtered()
            if self.query_text and not self.rows.rows:  # all that was looked for is decided; a hidden list has no focus
                self.forget_filter()
            self.refresh_frame()
        if decided.refused:
            self.post_message(Notice(decided.refused, bad=True))

    # ── the draft ────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_edit(self) -> None:
        """Opens the draft in the editor; what is wrong with it afterwards is shown whole."""
        candidate = self.current
        if candidate is None or not candidate.path:
            self.post_message(Notice("there is no draft to edit"))
            return
        from tui.screens.outside import edit

        if words := edit(self.app, Path(self.session.workspace.root) / candidate.path):
            self.post_message(Notice(words, bad=True))
            return
        workspace, reference = self.session.workspace, candidate.pattern_id or str(candidate.id)

        def check() -> tuple[str, ...]:
            from engine.actions import review

            try:
                review.show(workspace, reference)
            except InvalidDocument as error:
                return tuple(str(problem) for problem in error.problems)
            return ()

        self.ask("check", check, lambda problems: self._checked(candidate, problems))

    def _checked(self, candidate: Candidate, problems: tuple[str, ...]) -> None:
        self.changed()
        if not problems:
            self.post_message(Notice(f"{candidate.name} as it reads now; a approves exactly this"))
            return
        from tui.screens.line import ProblemsScreen

        def closed(again: bool | None) -> None:
            if again:
                self.action_edit()

        self.app.push_screen(ProblemsScreen(candidate.path, problems), closed)
