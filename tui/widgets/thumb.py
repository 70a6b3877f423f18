"""The scrollbar of long lists: painted anew when its thumb is seen to move, and of few different cells."""

from __future__ import annotations

from typing import Final, cast

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

_EIGHTHS: Final = 8  # how finely a cell of the thumb is drawn


class Thumb(ScrollBar):
    """A vertical scrollbar of Textual's looks. Textual's own is laid out by Rich, 2 ms for 30 cells at each step."""

    def validate_position(self, position: float) -> float:
        """The middle of the least step that can be seen: of ten thousand rows the thumb moves at every fortieth."""
        beyond = self.window_virtual_size - self.window_size
        height = self.size.height
        if beyond <= 0 or not height or not self.window_size:
            return super().validate_position(position)
        room = height - max(1, self.window_size * height / self.window_virtual_size)
        steps = room * _EIGHTHS
        return (int(position * steps / beyond) + 0.5) * beyond / steps if steps > 0 else 0.0

    def render_lines(self, crop: Region) -> list[Strip]:
        bar = cast("ScrollBarRender", self.render())
        look = cast("Style", bar.style)
        height, width, background = self.size.height, self.size.width, self.background_colors[1]
        cells = ScrollBarRender.render_bar(
            size=height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=width,
            back_color=cast("Color", look.bgcolor),
            bar_color=cast("Color", look.color),
        )
        filters, under = self.get_line_filters(), self.visual_style.rich_style
        made: dict[Segment, Strip] = {}
        strips = []
        for cell in list(cells.segments)[crop.y : crop.bottom]:
            strip = made.get(cell)
            if strip is None:
                strip = Strip(Segment.apply_style([cell], under), width)
                for one in filters:
                    strip = strip.apply_filter(one, background)
                made[cell] = strip
            strips.append(strip)
        return strips
