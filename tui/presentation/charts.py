"""Small charts of text: columns over time with a mark on one of them, and sparklines for lists. Pure.

A chart adds to a number and never replaces it: the value of the marked column stands above the columns, in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from tui.presentation import ink
from tui.presentation.text import crop, pad, width_of

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
NOTHING: Final = "·"  # where there is no value, which is not the same as 0
_WIDEST: Final = 5  # cells of a column
_LEAST_HEIGHT: Final = 4  # lines below which a chart is only its heading


@dataclass(frozen=True, slots=True)
class Series:
    """Values over time, oldest first, each with its label. None is no value. `top` is the full height, if it is fixed.

    `show` writes a value for people.
    """

    name: str
    values: tuple[float | None, ...]
    labels: tuple[str, ...]
    show: Callable[[float], str]
    top: float = 0.0


def sparkline(values: Sequence[float | None], width: int, top: float = 0.0) -> str:
    """The newest `width` values, one cell each, `·` where there is none; heights are shares of `top` or of the largest.

    A value that is there is never blank: the least is the lowest block.
    """
    shown = values[-width:] if width > 0 else ()
    highest = top or max((value for value in shown if value is not None), default=0.0)
    return "".join(NOTHING if value is None else _EIGHTHS[max(_level(value, highest, 8), 1)] for value in shown)


def bar(share: float, width: int) -> str:
    """A share in 0..1 as a bar that lies, in exactly `width` cells."""
    eighths = round(max(min(share, 1.0), 0.0) * width * 8)
    part = " ▏▎▍▌▋▊▉"[eighths % 8] if eighths % 8 else ""
    return ("█" * (eighths // 8) + part).ljust(width)


def chart(series: Series, width: int, height: int, marked: int | None = None) -> list[Content]:
    """A heading, columns, and a line of labels, in exactly `height` lines of `width` cells.

    `marked` is the column that the heading is about, by default the newest.
    """
    count = len(series.values)
    if not count or width < 8 or height < 1:
        return [Content(" " * max(width, 0))] * max(height, 0)
    at = count - 1 if marked is None else max(min(marked, count - 1), 0)
    lines = [_heading(series, at, width)]
    rows = height - 2
    if height < _LEAST_HEIGHT:
        return (lines + [Content(" " * width)] * height)[:height]
    highest = series.top or max((value for value in series.values if value is not None), default=0.0)
    axis = _axis(series, highest)
    step, first = _columns(count, at, width - axis)
    shown = range(first, min(first + max((width - axis) // step, 1), count))
    lines += [_row(series, shown, at, highest, rows, row, axis, step, width) for row in range(rows)]
    lines.append(_labels(series, shown, at, axis, step, width))
    return lines


def column_at(series: Series, width: int, marked: int | None, x: int) -> int | None:
    """Which column of a `chart` of this width stands in cell `x`; None beside them."""
    count = len(series.values)
    if not count:
        return None
    highest = series.top or max((value for value in series.values if value is not None), default=0.0)
    axis = _axis(series, highest)
    step, first = _columns(count, count - 1 if marked is None else marked, width - axis)
    index = first + (x - axis) // step
    return index if x >= axis and index < count else None


def _axis(series: Series, highest: float) -> int:
    """The cells that the scale takes, its line included."""
    return max(width_of(series.show(highest)), width_of(series.show(0.0))) + 1


def _heading(series: Series, at: int, width: int) -> Content:
    value = series.values[at]
    said = "no value" if value is None else series.show(value)
    known = [value for value in series.values if value is not None]
    mean = f"   average {series.show(sum(known) / len(known))}" if len(known) > 1 else ""
    head = Content.assemble((series.name, ink.STRONG), f"  {said}", (f" in {series.labels[at]}", ink.MUTED))
    whole = Content.assemble(head, (mean, ink.MUTED))
    return (whole if whole.cell_length <= width else head).truncate(width, ellipsis=True, pad=True)


def _columns(count: int, at: int, room: int) -> tuple[int, int]:
    """How many cells a column takes, a gap included, and the first column shown: the marked one is always in view."""
    step = max(min(room // count, _WIDEST + 1), 1)
    fitting = max(room // step, 1)
    return step, min(max(count - fitting, 0), at)


def _row(
    series: Series, shown: range, at: int, highest: float, rows: int, row: int, axis: int, step: int, width: int
) -> Content:
    scale = series.show(highest) if row == 0 else series.show(0.0) if row == rows - 1 and rows > 1 else ""
    pieces: list[Content | tuple[str, str]] = [(f"{pad(scale.rjust(axis - 1), axis - 1)}│", ink.FAINT)]
    below = (rows - 1 - row) * 8
    for index in shown:
        value = series.values[index]
        cells = max(step - 1, 1)
        if value is None:
            text = (NOTHING if row == rows - 1 else " ") * cells
        else:
            text = _EIGHTHS[max(min(_level(value, highest, rows * 8) - below, 8), 0)] * cells
        style = "$slot" if index == at else ink.MUTED
        pieces.append((text.ljust(step) if step > 1 else text, style))
    return Content.assemble(*pieces).truncate(width, pad=True)


def _level(value: float, highest: float, levels: int) -> int:
    """The height of a value in eighths; what is there and above 0 is never invisible, and never more than full."""
    if value <= 0 or highest <= 0:
        return 0
    return max(min(round(value / highest * levels), levels), 1)


def _labels(series: Series, shown: range, at: int, axis: int, step: int, width: int) -> Content:
    """The first and the last label, and a ▲ under the marked column."""
    line = [" "] * width
    last = series.labels[shown[-1]]

    def put(text: str, start: int) -> None:
        for offset, character in enumerate(text):
            if 0 <= start + offset < width:
                line[start + offset] = character

    end = axis + len(shown) * step - (1 if step > 1 else 0)
    place = axis + (at - shown[0]) * step + max(step - 1, 1) // 2
    for text, start in ((series.labels[shown[0]], axis), (last, end - len(last))):
        free = all(character == " " for character in line[max(start - 1, 0) : start + len(text) + 1])
        if free and start >= axis and not start - 1 <= place <= start + len(text):
            put(text, start)
    put("▲", place)
    return Content.styled("".join(line), ink.MUTED)


def table(series: Sequence[Series], width: int, marked: int | None = None) -> list[Content]:
    """The same values as a table, newest first: what the charts show, to read."""
    if not series:
        return []
    room = max((width - 11) // len(series), 6)
    head = Content.assemble((pad("", 11), ""), *((f"{crop(one.name, room - 1):>{room}}", ink.MUTED) for one in series))
    lines = [head.truncate(width, pad=True)]
    for index in reversed(range(len(series[0].labels))):
        cells = [
            crop(NOTHING if (value := one.values[index]) is None else one.show(value), room - 1).rjust(room)
            for one in series
        ]
        sign = "▸ " if index == marked else "  "
        line = Content.assemble(
            (pad(sign + series[0].labels[index], 11), ink.STRONG if index == marked else ink.MUTED), *cells
        )
        lines.append(line.truncate(width, pad=True))
    return lines
