"""The base of everything long on the screen: lines that are made when they come into view, and only then."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from textual import events
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.style import Style

from tui.keymap import bindings
from tui.widgets.thumb import Thumb

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
        self._strips: dict[int, tuple[tuple[str, ...], Strip]] = {}  # by line: its components, and how it looks
        self._dress: tuple[object, ...] = ()  # what all of them were made for

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = Thumb(vertical=True, name="vertical", thickness=self.scrollbar_size_vertical)
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)
        return self._vertical_scrollbar

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int, width: int) -> Content:
        """Line `index` in `width` cells."""
        raise NotImplementedError

    def component(self, index: int) -> tuple[str, ...]:
        """The component classes that a line has besides the widget's own style; where they change it is made anew."""
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

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view, as they reach the screen. Textual dresses each anew (borders, filters, effects) when the
        view has scrolled by one; without a border and without effects nothing depends on where a line stands."""
        if not self._bare:
            return super().render_lines(crop)
        base, background = self.background_colors
        filters, width = tuple(self.get_line_filters()), self.content_region.width
        self._dress_as("bare", base, background, filters, width)
        top = self.scroll_offset.y
        strips = [self._kept(top + y, width, base + background, filters) for y in crop.line_range]
        left, right = crop.column_span
        return strips if (left, right) == (0, width) else [strip.crop(left, right) for strip in strips]

    @property
    def _bare(self) -> bool:
        """Whether the widget has nothing around its lines or over them."""
        styles = self.styles
        return (
            styles.gutter.totals == (0, 0)
            and not any(edge for edge, _ in styles.outline)
            and not styles.tint.a
            and styles.text_opacity == 1.0
            and not styles.has_rule("hatch")
            and self.opacity == 1.0
        )

    def _dress_as(self, *dress: object) -> None:
        if dress != self._dress:
            self._strips.clear()
            self._dress = dress

    def render_line(self, y: int) -> Strip:
        self._dress_as("", self.line_width)
        return self._kept(self.scroll_offset.y + y, self.line_width)

    def _kept(
        self, index: int, room: int, background: Color | None = None, filters: tuple[LineFilter, ...] = ()
    ) -> Strip:
        """Line `index`, `room` cells long where a `background` is given; made once."""
        component = self.component(index) if 0 <= index < self.count else ()
        components, strip = self._strips.get(index, ((), None))
        if strip is not None and components == component:
            return strip
        width = self.line_width
        if index >= self.count or width <= 0:
            strip = Strip.blank(max(width, 0), self.visual_style.rich_style)
        else:
            strip = self._strip(self.line(index, width), width, component)
        if background is not None:
            strip = strip.adjust_cell_length(room, Style(background=background).rich_style)
            for one in filters:
                strip = strip.apply_filter(one, background)
        if len(self._strips) >= _CACHED_LINES:
            self._strips.clear()
        self._strips[index] = component, strip
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
