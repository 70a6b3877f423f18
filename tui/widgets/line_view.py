"""The base of everything long on the screen: lines that are made when they come into view, and only then."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from tui.keymap import bindings

_CACHED_LINES: Final = 2_000


def _style(style: str | Style) -> Style:
    return Style.parse(style) if isinstance(style, str) else style


class LineView(ScrollView):
    """`count` lines, each made by `line(index, width)`; 100,000 lines cost what a screenful costs."""

    DEFAULT_CSS = """
    LineView { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strips: dict[tuple[int, int, tuple[str, ...]], Strip] = {}

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int, width: int) -> Content:
        """Line `index` in `width` cells."""
        raise NotImplementedError

    def component(self, index: int) -> tuple[str, ...]:
        """The component classes that a line has besides the widget's own style."""
        return ()

    @property
    def line_width(self) -> int:
        return self.scrollable_content_region.width

    def lines_changed(self) -> None:
        """To be called when `count` or any line is different."""
        self._strips.clear()
        self.virtual_size = Size(self.line_width, self.count)
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.line_width
        if index >= self.count or width <= 0:
            return Strip.blank(max(width, 0), self.visual_style.rich_style)
        component = self.component(index)
        key = (index, width, component)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= _CACHED_LINES:
                self._strips.clear()
            strip = self._strips[key] = self._strip(self.line(index, width), width, component)
        return strip

    def _strip(self, content: Content, width: int, component: tuple[str, ...]) -> Strip:
        style = self.get_visual_style(*component)
        segments = [
            Segment(text, (style + span_style).rich_style)
            for text, span_style in content.render(style, end="", parse_style=_style)
        ]
        return Strip(segments).adjust_cell_length(width, style.rich_style)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def _on_resize(self, event: events.Resize) -> None:
        self.lines_changed()


class Reader(LineView, can_focus=True):
    """Lines without a cursor: the keys scroll, by lines, by pages, and sideways."""

    BINDINGS = bindings("text")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shift = 0

    def action_lines(self, step: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)

    def action_pages(self, step: int) -> None:
        self.action_lines(step * max(self.scrollable_content_region.height - 1, 1))

    def action_shift(self, step: int) -> None:
        self._shift = max(self._shift + step, 0)
        self.lines_changed()
