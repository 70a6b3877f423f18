"""Charts as text: every value can be read, and none takes more room than there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.presentation.charts import Series, bar, chart, column_at, sparkline, table


def series(values: list[float | None], top: float = 0.0) -> Series:
    return Series("uses", tuple(values), tuple(f"W{n:02}" for n in range(len(values))), lambda v: f"{v:,.0f}", top)


@pytest.mark.parametrize(
    ("values", "width", "top", "expected"),
    [
        ([], 5, 0.0, ""),
        ([1, 2, 4, 8], 9, 0.0, "▁▂▄█"),
        ([1, 2, 4, 8], 2, 0.0, "▄█"),
        ([0, None, 0.01], 9, 1.0, "▁·▁"),
        ([None, 2.0], 9, 1.0, "·█"),
    ],
)
def test_sparkline(values: list[float | None], width: int, top: float, expected: str) -> None:
    assert sparkline(values, width, top) == expected


@pytest.mark.parametrize(("share", "expected"), [(0, "    "), (1, "████"), (0.5, "██  "), (0.6, "██▍ "), (7, "████")])
def test_bar(share: float, expected: str) -> None:
    assert bar(share, 4) == expected


def test_a_chart_says_the_value_that_it_marks() -> None:
    shown = [line.plain for line in chart(series([3, None, 14, 7]), 30, 7, 2)]
    assert shown[0].startswith("uses  14 in W02   average 8")
    assert shown[1].startswith("14│")
    assert shown[-1].index("▲") == column_of(shown, "W02", 2)
    assert chart(series([3, None]), 30, 7, 1)[0].plain.startswith("uses  no value in W01")


def column_of(shown: list[str], label: str, index: int) -> int:
    """The middle of the marked column: the only cell of it that `column_at` and the ▲ must agree on."""
    cells = [x for x in range(30) if column_at(series([3, None, 14, 7]), 30, index, x) == index]
    return cells[0] + (len(cells) - 2) // 2


@given(
    st.lists(st.none() | st.floats(0, 1e6), max_size=40), st.integers(0, 90), st.integers(0, 20), st.integers(-3, 50)
)
def test_a_chart_fills_exactly_its_room(values: list[float | None], width: int, height: int, marked: int) -> None:
    lines = chart(series(values), width, height, marked)
    assert len(lines) == height
    assert all(line.cell_length == width for line in lines)


def test_the_table_has_every_value_newest_first() -> None:
    shown = [" ".join(line.plain.split()) for line in table([series([3, None, 14])], 30, 0)]
    assert shown == ["uses", "W02 14", "W01 ·", "▸ W00 3"]
