"""Comparing texts: every line is there, changes are changes, and what a slot fills is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.presentation.compare import Fold, Mark, Row, difference, fold, hunks

LINES = st.lists(st.sampled_from(["a", "b", "  x = 1", "  x = 2", "foo bar baz", "foo bar qux", ""]), max_size=25)


def both(rows: tuple[Row, ...]) -> tuple[list[str], list[str]]:
    return [row.left.text for row in rows if row.left], [row.right.text for row in rows if row.right]


@given(LINES, LINES)
def test_every_line_of_both_texts_is_shown_once_and_in_order(left: list[str], right: list[str]) -> None:
    made = difference("\n".join([*left, ""]), "\n".join([*right, ""]))
    assert both(made.rows) == (left or [""], right or [""])
    for row in made.rows:
        if row.same:
            assert row.left is not None
            assert row.right is not None
            assert row.left.text == row.right.text
    numbers = [row.left.number for row in made.rows if row.left]
    assert numbers == list(range(1, len(numbers) + 1))


@given(LINES, LINES)
def test_only_equal_texts_are_exact(left: list[str], right: list[str]) -> None:
    one, other = "\n".join(left), "\n".join(right)
    assert difference(one, other).exact == (one.removesuffix("\n") == other.removesuffix("\n"))


def test_what_changed_inside_a_line_is_marked() -> None:
    (row,) = difference("all_colors = OrderedDict(\n", "safe_colors = OrderedDict(\n").rows
    assert row.left is not None
    assert row.right is not None
    assert (row.left.marks, row.right.marks) == (((0, 3, Mark.CHANGED),), ((0, 4, Mark.CHANGED),))
    assert not row.same


@pytest.mark.parametrize(
    ("original", "rendered", "slot", "same"),
    [
        ("for de_AT.\n", "for de_AT.\n", "de_AT", True),
        ("for de.\n", "for fr.\n", "fr", True),  # another value in a slot is no defect
        ("from de.\n", "for fr.\n", "fr", False),  # but a difference beside it is one
    ],
)
def test_slots_are_marked_on_both_sides_and_are_no_difference(
    original: str, rendered: str, slot: str, same: bool
) -> None:
    start = rendered.index(slot)
    (row,) = difference(original, rendered, [(start, start + len(slot))]).rows
    assert row.left is not None
    assert row.right is not None
    assert row.same is same
    assert (start, start + len(slot), Mark.SLOT) in row.right.marks
    assert any(mark is Mark.SLOT for _, _, mark in row.left.marks)


def test_a_slot_over_several_lines_is_marked_on_each() -> None:
    text = "a = [\n  1,\n  2,\n]\n"
    rows = difference(text, text, [(text.index("  1"), text.index("]"))]).rows
    assert [bool(row.right and row.right.marks) for row in rows] == [False, True, True, False]


@pytest.mark.parametrize(
    ("original", "rendered", "note"),
    [
        ("a\n", "a", "no newline at the end of the rendered text"),
        ("a", "a\n", "no newline at the end of the original"),
        ("a\r\nb\r\n", "a\r\nb\r\n", "CRLF lines"),
        ("a\n", "a\n", ""),
    ],
)
def test_ends_are_told(original: str, rendered: str, note: str) -> None:
    assert difference(original, rendered).note == note


def test_what_is_too_large_is_compared_coarsely_and_says_so() -> None:
    left = "\n".join(["same", *(f"l{n}" for n in range(10_001)), "end"])
    right = "\n".join(["same", *(f"r{n}" for n in range(10_001)), "end"])
    made = difference(left, right)
    assert "too large" in made.note
    assert made.rows[0].same
    assert made.rows[-1].same
    assert len(both(made.rows)[0]) == 10_003


def test_a_megabyte_is_compared_coarsely_too() -> None:
    made = difference("head\n" + ("a" * 999 + "\n") * 1_001, "head\n" + ("b" * 999 + "\n") * 1_001)
    assert "too large" in made.note
    assert made.rows[0].same
    assert len(both(made.rows)[0]) == 1_002
    assert all(row.left is None or row.right is None for row in made.rows[1:]), "nothing was paired"


def test_of_an_endless_line_the_beginning_is_shown() -> None:
    made = difference("a" * 999_000 + "x\nend", "a" * 999_000 + "y\nend", [(9_990, 10_020), (20_000, 20_009)])
    (endless,) = [row for row in made.rows if not row.same and row.right is not None]
    assert made.note == "lines are cut at 10,000 characters"
    assert endless.right is not None
    assert len(endless.right.text) == 10_000
    assert endless.right.marks == ((9_990, 10_000, Mark.SLOT),)
    assert not made.exact, "what was cut away counts all the same"
    assert difference("a" * 20_000, "b" * 20_000 + "\n").note.count(";") == 1


def test_long_equal_runs_fold_and_open() -> None:
    lines = [str(n) for n in range(30)]
    rows = difference("\n".join(lines), "\n".join([*lines[:15], "new", *lines[15:]])).rows
    shown = fold(rows)
    assert [entry for entry in shown if isinstance(entry, Fold)] == [Fold(0, 12), Fold(19, 12)]
    assert hunks(shown) == (4,)
    opened = fold(rows, frozenset({0}))
    assert len(opened) == len(shown) + 11
    assert fold(rows, context=40) == rows


def test_nothing_folds_where_nothing_differs() -> None:
    rows = difference("a\n" * 50, "a\n" * 50).rows
    assert fold(rows) == rows
    assert hunks(rows) == ()
