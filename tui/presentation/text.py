"""Plain text made safe and made to fit: control characters shown, widths in cells, numbers as people say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from textual.content import Content

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE: Final = {
    0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069,  # direction
    0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200C, 0x200D, 0x2028, 0x2029,  # nothing to see
    0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x206A, 0x206B, 0x206C, 0x206D, 0x206E, 0x206F, 0x3164, 0xFE0E, 0xFE0F,
    0xFEFF, 0xFFA0, 0xFFF9, 0xFFFA, 0xFFFB,
}  # fmt: skip


def _visible() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    table |= dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)  # C1: 0x9B alone starts a control sequence
    table |= dict.fromkeys(_INVISIBLE, "\N{MIDDLE DOT}")
    table |= dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT)  # undecodable bytes of a file name: cannot be encoded
    return table | dict.fromkeys(range(0xE0000, 0xE0080), _REPLACEMENT)  # tags: invisible text


_TABLE: Final = _visible()


def clean(text: str) -> str:
    """`text` with each control, direction and invisible character as one visible character (so offsets still hold)."""
    return text.translate(_TABLE)


def width_of(text: str) -> int:
    """The terminal cells that `text` takes."""
    return cell_len(text)


def crop(text: str, width: int) -> str:
    """`text` in at most `width` cells, an ellipsis where the end is cut off."""
    if width <= 0:
        return ""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def crop_path(path: str, width: int) -> str:
    """`path` in at most `width` cells. The end tells files apart, so the beginning goes first, by whole parts."""
    if cell_len(path) <= width:
        return path
    parts = path.split("/")
    for start in range(1, len(parts)):
        short = "…/" + "/".join(parts[start:])
        if cell_len(short) <= width:
            return short
    return crop(parts[-1], width)


def pad(text: str, width: int) -> str:
    """`text` in exactly `width` cells."""
    return set_cell_size(crop(text, width), max(width, 0))


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a line of exactly `width` cells; `left` gives way when both do not fit."""
    from textual.content import Content  # the command line cleans text too, and does without Textual

    room = max(width - right.cell_length - (1 if right else 0), 0)
    fitted = left.truncate(room, ellipsis=True, pad=True)
    gap = " " if right and room < width else ""
    return Content.assemble(fitted, gap, right).truncate(width, pad=True)


def joined(parts: Iterable[Content | str], separator: str = "   ") -> Content:
    """The parts that are not empty, with `separator` between."""
    from textual.content import Content  # the command line cleans text too, and does without Textual

    kept = [part for part in parts if part]
    pieces: list[Content | str] = []
    for index, part in enumerate(kept):
        pieces += [separator, part] if index else [part]
    return Content.assemble(*pieces)


def number(value: int) -> str:
    return f"{value:,}"


def amount(value: int, noun: str, plural: str = "") -> str:
    """`1 file`, `2,310 files`."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def hours(value: float) -> str:
    """A duration of `value` hours in one short word: `3.2 h`, `18 min`, `40 s`; `0` when there is none."""
    if abs(value) >= 9.95:
        return f"{value:,.0f} h"
    if abs(value) >= 0.95:
        return f"{value:.1f} h"
    minutes = value * 60
    if abs(minutes) >= 1:
        return f"{minutes:.0f} min"
    seconds = value * 3600
    return f"{seconds:.0f} s" if abs(seconds) >= 1 else "0"


def percent(value: float) -> str:
    """0..1 as `91 %`; 100 % is kept for what is exactly 1."""
    return "100 %" if value >= 1 else f"{min(max(value, 0.0) * 100, 99):.0f} %"


def size(count: int) -> str:
    """A number of bytes as `840 B`, `2.1 kB`, `3.0 MB`."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def moment(time: float, zone: tzinfo | None = None) -> datetime:
    """Seconds since the epoch as a local time (or one of `zone`)."""
    return datetime.fromtimestamp(time, UTC).astimezone(zone)


def clock(time: float, zone: tzinfo | None = None) -> str:
    return moment(time, zone).strftime("%H:%M:%S")


def date(time: float, now: float, zone: tzinfo | None = None) -> str:
    """`Nov 20`, or `11/2024` when it is another year: seven cells at most."""
    then = moment(time, zone)
    return f"{then:%b} {then.day}" if then.year == moment(now, zone).year else f"{then:%m/%Y}"


def day(time: float, now: float, zone: tzinfo | None = None) -> str:
    """`today`, `yesterday`, `Nov 20`, or `Nov 2024` when it is another year."""
    then, today = moment(time, zone), moment(now, zone)
    days = (today.date() - then.date()).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    return f"{then:%b} {then.day}" if then.year == today.year else f"{then:%b %Y}"
