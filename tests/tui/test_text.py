"""Text from data is harmless, and fits."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from tui.presentation import text

HOSTILE = [
    ("\x1b[2J\x1b]0;owned\x07", "␛[2J␛]0;owned␇"),
    ("a\rb\nc\td", "a␍b␊c␉d"),
    ("\x9b31m", "�31m"),
    ("invoice\u202egnp.exe", "invoice·gnp.exe"),
    ("zero\u200bwidth\ufeff", "zero·width·"),
    ("\x7f\x00", "␡␀"),
    ("bad\udcffbyte", "bad�byte"),
    ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ("plain café 日本", "plain café 日本"),
]


@pytest.mark.parametrize(("given_text", "expected"), HOSTILE)
def test_clean(given_text: str, expected: str) -> None:
    assert text.clean(given_text) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_clean_keeps_offsets_and_leaves_nothing_that_a_terminal_obeys(written: str) -> None:
    shown = text.clean(written)
    assert len(shown) == len(written)
    assert all(ord(character) >= 0x20 and not 0x7F <= ord(character) < 0xA0 for character in shown)
    shown.encode("utf-8")  # a lone surrogate would crash the terminal driver
    assert text.clean(shown) == shown


@given(st.text(), st.integers(0, 40))
def test_crop_and_pad_keep_to_the_width(written: str, width: int) -> None:
    shown = text.clean(written)
    assert cell_len(text.crop(shown, width)) <= width
    assert cell_len(text.crop_path(shown, width)) <= width
    assert cell_len(text.pad(shown, width)) == width


@pytest.mark.parametrize(
    ("path", "width", "expected"),
    [
        ("a/b/c.py", 20, "a/b/c.py"),
        ("providers/color/de_AT/__init__.py", 22, "…/de_AT/__init__.py"),
        ("providers/color/de_AT/__init__.py", 13, "…/__init__.py"),
        ("providers/averyveryverylongname.py", 10, "averyvery…"),
        ("x/y", 0, ""),
    ],
)
def test_crop_path_keeps_the_end(path: str, width: int, expected: str) -> None:
    assert text.crop_path(path, width) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(3.21, "3.2 h"), (12.6, "13 h"), (1.0, "1.0 h"), (0.5, "30 min"), (0.01, "36 s"), (0.0, "0"), (-2.0, "-2.0 h")],
)
def test_hours(hours: float, expected: str) -> None:
    assert text.hours(hours) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.914, "91 %"), (1.0, "100 %"), (0.9999, "99 %"), (0.0, "0 %"), (-1.0, "0 %")]
)
def test_percent_says_100_only_when_it_is(share: float, expected: str) -> None:
    assert text.percent(share) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 B"), (999, "999 B"), (2104, "2.1 kB"), (3_000_000, "3.0 MB")])
def test_size(count: int, expected: str) -> None:
    assert text.size(count) == expected


@pytest.mark.parametrize(
    ("back", "expected"), [(0, "today"), (1, "yesterday"), (3, "Nov 17"), (30, "Oct 21"), (400, "Oct 2024")]
)
def test_day(back: int, expected: str) -> None:
    now = 1_763_647_318.0
    assert text.day(now - back * 86_400, now, UTC) == expected


@pytest.mark.parametrize("width", [0, 3, 10, 17, 18, 40])
def test_spread_is_exactly_as_wide_as_asked(width: int) -> None:
    line = text.spread(Content("left side"), Content("14 files"), width)
    assert line.cell_length == width
    assert width < 8 or line.plain.endswith("14 files")


def test_amount() -> None:
    assert [text.amount(n, "file") for n in (0, 1, 2310)] == ["0 files", "1 file", "2,310 files"]
    assert text.amount(2, "person", "people") == "2 people"
