"""The comparison of two texts: rows side by side or unified, with folds and a way from hunk to hunk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message

from tui.presentation import diff
from tui.presentation.compare import Difference, Fold, Row, fold, hunks
from tui.widgets.line_view import Reader

_CONTEXT: Final = 3
_WRAPPABLE: Final = 10_000  # lines: each has to be measured


class DiffView(Reader):
    """Shows a `Difference`. `split` chooses side by side; scrolling and folds are kept when it is changed."""

    class Moved(Message):
        """Another hunk is at the top, or the number of hunks is different."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._difference = Difference()
        self._split = False
        self._wrap = False
        self._parts: list[tuple[int, int]] = []  # when wrapped: which entry, and which part of it, per line
        self._opened: frozenset[int] = frozenset()
        self._all_open = False
        self._whole = False  # laid out without folds, because all of it fits
        self._rows: tuple[Row | Fold, ...] = ()
        self._lines: tuple[diff.Line | Fold, ...] = ()
        self._firsts: list[int] = []
        self._hunks: tuple[int, ...] = ()
        self._hunk = 0

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def difference(self) -> Difference:
        return self._difference

    @property
    def split(self) -> bool:
        return self._split

    @property
    def wrap(self) -> bool:
        """Whether long lines go on below; never with more than 10,000 lines."""
        return self._wrap and len(self._entries) <= _WRAPPABLE

    @property
    def at_line(self) -> int:
        """The number of the original's line at the current hunk; without one, of the first line in view."""
        at = self._hunks[self._hunk] if self._hunks else self._entry_at(self.scroll_offset.y)
        for entry in self._entries[at:]:
            side = entry.left if isinstance(entry, Row) else entry.side if isinstance(entry, diff.Line) else None
            if side is not None and not (isinstance(entry, diff.Line) and entry.sign == "+"):
                return side.number
        return 1

    @property
    def where(self) -> str:
        """`hunk 1/3`, or that there is no difference."""
        if not self._difference.rows:
            return ""
        return f"hunk {self._hunk + 1}/{len(self._hunks)}" if self._hunks else "no difference"

    def show(self, difference: Difference) -> None:
        """Shows another comparison from its top, folds closed."""
        self._difference = difference
        self._opened, self._all_open, self._shift, self._hunk = frozenset(), False, 0, 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out()

    def set_split(self, split: bool) -> None:
        if split != self._split:
            self._split = split
            self._lay_out()

    def set_wrap(self, wrap: bool) -> None:
        if wrap != self._wrap:
            self._wrap = wrap
            self._lay_out()

    @property
    def _entries(self) -> Sequence[Row | diff.Line | Fold]:
        return self._rows if self._split else self._lines

    def _entry_at(self, y: int) -> int:
        if not self.wrap:
            return y
        return self._parts[y][0] if y < len(self._parts) else len(self._entries)

    def _line_of(self, entry: int) -> int:
        return self._firsts[entry] if self.wrap and entry < len(self._firsts) else entry

    @property
    def _fits(self) -> bool:
        return len(self._difference.rows) <= self.scrollable_content_region.height

    def _lay_out(self) -> None:
        rows = self._difference.rows
        self._whole = self._fits
        self._rows = tuple(rows) if self._all_open or self._whole else fold(rows, self._opened, _CONTEXT)
        self._lines = () if self._split else diff.unify(self._rows)
        self._hunks = hunks(self._rows) if self._split else diff.hunks(self._lines)
        self._hunk = min(self._hunk, max(len(self._hunks) - 1, 0))
        self._parts, self._firsts = [], []
        if self.wrap:
            digits = len(str(len(self._difference.rows)))
            for index, entry in enumerate(self._entries):
                self._firsts.append(len(self._parts))
                self._parts += ((index, part) for part in range(diff.height(entry, self.line_width, digits)))
        self.lines_changed()
        self.post_message(self.Moved())

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def count(self) -> int:
        return len(self._parts) if self.wrap else len(self._entries)

    def line(self, index: int, width: int) -> Content:
        digits = len(str(len(self._difference.rows)))
        if self.wrap:
            entry, part = self._parts[index]
            return diff.wrapped_line(self._entries[entry], width, digits, part)
        if self._split:
            return diff.split_line(self._rows[index], width, digits, self._shift)
        return diff.unified_line(self._lines[index], width, digits, self._shift)

    # ── moving ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def go_to_hunk(self, step: int) -> None:
        """Brings the next (or the previous) run of differences to the upper third of the view."""
        if not self._hunks:
            return
        self._hunk = (self._hunk + step) % len(self._hunks)
        above = self.scrollable_content_region.height // 3
        self.scroll_to(y=max(self._line_of(self._hunks[self._hunk]) - above, 0), animate=False, immediate=True)
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """What fits on the screen whole needs no folds."""
        if self.wrap or self._fits != self._whole:
            self._lay_out()

    def toggle_folds(self) -> None:
        """Opens all folds, or closes them."""
        self._all_open = not self._all_open
        self._opened = frozenset()
        self._lay_out()

    def open_fold(self) -> bool:
        """Opens the first closed fold from the top of the view on, else the first of all; False when none is."""
        top = self._entry_at(self.scroll_offset.y)
        folds = [
            (index < top, index, entry.start) for index, entry in enumerate(self._entries) if isinstance(entry, Fold)
        ]
        if not folds:
            return False
        self._opened |= {min(folds)[2]}
        self._lay_out()
        return True

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        entries = self._entries
        index = self._entry_at(self.scroll_offset.y + offset.y) if offset else len(entries)
        if index < len(entries) and isinstance(entry := entries[index], Fold):
            self._opened |= {entry.start}
            self._lay_out()
