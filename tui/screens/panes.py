"""Panes whose size a person may change: by `<` and `>`, or by dragging the line between two of them.

A size is remembered per screen and width class, in cells: a narrow split and a whole screen want different ones.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final
from weakref import WeakKeyDictionary

from textual import on
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from tui.messages import Notice
from tui.widgets.panel import EdgeDragged, EdgePressed

if TYPE_CHECKING:
    from tui.screens.session import Session

_LEAST: Final = 16  # columns of a pane
_LEAST_HIGH: Final = 3  # lines of one
_STEP: Final = 4  # columns for a key press
_CLASSES: Final = ("-huge", "-wide", "-narrow")


class Panes(DOMNode):
    """For screens. `PANES` are selectors: the pane that `<` and `>` size first, then others that can be dragged."""

    PANES: ClassVar[tuple[str, ...]] = ()
    session: Session
    _dragged: Widget | None = None
    _grip = 0  # cells from where the mouse went down to the line itself

    @cached_property
    def _sized(self) -> WeakKeyDictionary[Widget, tuple[bool, int | None]]:
        """What each pane was given last: whether across, and how many cells."""
        return WeakKeyDictionary()

    @property
    def _screen(self) -> Screen[object]:
        if not isinstance(self, Screen):
            raise TypeError("panes belong to a screen")
        return self

    @property
    def panes_name(self) -> str:
        """Under which name the sizes are remembered."""
        return self._screen.name or type(self).__name__

    # ── which, and how large ─────────────────────────────────────────────────────────────────────────────────────────

    def _key(self, pane: Widget) -> str:
        width = next((name for name in _CLASSES if self._screen.has_class(name)), "-narrow")
        return f"{self.panes_name}/{width[1:]}/{pane.id}"

    def _panes(self) -> list[Widget]:
        return [pane for selector in self.PANES for pane in self._screen.query(selector).results(Widget)]

    @staticmethod
    def _lies_across(pane: Widget) -> bool:
        """Whether the pane stands beside its neighbour (its width can change) and not above it."""
        return (
            isinstance(pane.parent, Widget)
            and pane.parent.styles.layout is not None
            and (pane.parent.styles.layout.name == "horizontal")
        )

    def size_panes(self) -> None:
        """Gives each pane the size it was given; what was never sized has that of the stylesheet."""
        for pane in self._panes():
            across = self._lies_across(pane)
            cells = None if self._screen.has_class("-empty") else self.session.panes.get(self._key(pane))
            parent = pane.parent
            if cells is not None and isinstance(parent, Widget):
                room = parent.size.width if across else parent.size.height
                least = _LEAST if across else _LEAST_HIGH
                cells = max(min(cells, room - least), least) if room else cells
            if self._sized.get(pane) == (across, cells):
                continue  # to set a style is to lay the screen out anew, also where it says what it said
            self._sized[pane] = across, cells
            pane.styles.width = cells if across else None
            pane.styles.height = None if across else cells
            for rows in pane.query("#list"):
                rows.styles.max_height = "100h" if cells is not None and not across else None

    def _resize(self, pane: Widget, cells: int) -> None:
        across = self._lies_across(pane)
        parent = pane.parent
        room = (parent.size.width if across else parent.size.height) if isinstance(parent, Widget) else cells
        least = _LEAST if across else _LEAST_HIGH
        self.session.panes[self._key(pane)] = max(min(cells, room - least), least)
        self.size_panes()

    # ── by key ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_pane(self, step: int) -> None:
        """Makes a pane larger or smaller: the one that has the focus if it is one, else the first."""
        shown = [pane for pane in self._panes() if pane.display and pane.size.area]
        if not shown or self._screen.has_class("-empty"):
            self._screen.post_message(Notice("there is one pane only"))
            return
        pane = next((pane for pane in shown if pane.has_focus_within), shown[0])
        if self._lies_across(pane):
            self._resize(pane, pane.outer_size.width + step * _STEP)
        else:
            self._resize(pane, pane.outer_size.height + step)

    # ── by mouse ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @on(EdgePressed)
    def _pressed(self, message: EdgePressed) -> None:
        message.stop()
        self._dragged = next((pane for pane in self._panes() if self._on_divider(pane, message.x, message.y)), None)
        if self._dragged is not None:
            at = message.x if self._lies_across(self._dragged) else message.y
            self._grip = self._edge(self._dragged) - at

    @on(EdgeDragged)
    def _moved(self, message: EdgeDragged) -> None:
        message.stop()
        pane = self._dragged
        if pane is None:
            return
        region, across = pane.region, self._lies_across(pane)
        edge = (message.x if across else message.y) + self._grip
        start, end = (region.x, region.right) if across else (region.y, region.bottom)
        self._resize(pane, edge - start if self._leads(pane) else end - edge)

    def _edge(self, pane: Widget) -> int:
        """Where the line lies between a pane and its neighbour: the first cell after the pane, or its own first."""
        region, across = pane.region, self._lies_across(pane)
        if self._leads(pane):
            return region.right if across else region.bottom
        return region.x if across else region.y

    @staticmethod
    def _leads(pane: Widget) -> bool:
        """Whether the pane is the first of those that are shown: then its far edge is the one that moves."""
        parent = pane.parent
        shown = [child for child in parent.children if child.display] if isinstance(parent, Widget) else [pane]
        places = [(child.region.x, child.region.y) for child in shown]
        return (pane.region.x, pane.region.y) == min(places)

    def _on_divider(self, pane: Widget, x: int, y: int) -> bool:
        """Whether a place on the screen is on the line between the pane and its neighbour."""
        region = pane.region
        if not (pane.display and region.area):
            return False
        edge = self._edge(pane)
        if self._lies_across(pane):
            return x in (edge - 1, edge) and region.y <= y < region.bottom
        return y in (edge - 1, edge) and region.x <= x < region.right
