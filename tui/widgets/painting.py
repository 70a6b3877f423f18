"""A compositor that renders of each frame only what is new in it and lies in front.

Textual's renders every widget under the smallest rectangle around all changes, each from its first line to its last,
and divides all those lines before it finds that something lies in front of most of them: with a header, a list and its
note changed by one key that is the whole screen, 17 widgets deep. This one goes from front to back too, and asks a
widget only for lines of which a changed piece is not painted yet. What is painted is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Span = tuple[int, int, int]
"""A piece of a line of the screen: line, first column, column behind the last."""


class Painter(Compositor):
    """The compositor of a screen that is repainted at every key press."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed since the last frame; None when nothing did."""
        changed = [self.size.region.intersection(region) for region in self._dirty_regions]
        self._dirty_regions.clear()
        spans = list(self._regions_to_spans(region for region in changed if region))
        if not spans:
            return None
        chops = cast("Sequence[Mapping[int, Strip | None]]", self._pieces(spans))
        return ChopsUpdate(chops, spans, [cuts[1:] for cuts in self.cuts])

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        spans = ((y, crop.x, crop.right) for y in crop.line_range if is_rendered_line(y))
        return cast("Sequence[Mapping[int, Strip]]", self._pieces(spans))

    def _pieces(self, spans: Iterable[Span]) -> Sequence[dict[int, Strip | None]]:
        """Per line of the screen its pieces by their first column; None where no span lies."""
        cuts = self.cuts
        painted: list[dict[int, Strip | None]] = [dict.fromkeys(line[:-1]) for line in cuts]
        missing: dict[int, set[int]] = {}
        for y, start, end in spans:
            if 0 <= y < len(cuts):
                pieces = {first for first, behind in pairwise(cuts[y]) if first < end and behind > start}
                missing.setdefault(y, set()).update(pieces)
        for widget, (region, clip) in self.visible_widgets.items():
            if not missing:
                break
            shown = region.intersection(clip)
            left, right = shown.column_span
            lines = [y for y in shown.line_range if y in missing and any(left <= first < right for first in missing[y])]
            if not lines:
                continue
            top = lines[0]
            strips = widget.render_lines(Region(left - region.x, top - region.y, shown.width, lines[-1] - top + 1))
            for y in lines:
                wanted, line = missing[y], painted[y]
                ends = [cut for cut in cuts[y] if left <= cut <= right]
                for first, piece in zip(ends, strips[y - top].divide([end - left for end in ends[1:]]), strict=False):
                    if first in wanted:
                        line[first] = piece
                        wanted.discard(first)
                if not wanted:
                    del missing[y]
        return painted
