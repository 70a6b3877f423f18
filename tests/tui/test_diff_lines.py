"""Lines of the comparison at a width."""

from __future__ import annotations

import pytest
from textual.content import Content

from tui.presentation import diff
from tui.presentation.compare import Fold, Mark, Row, Side, difference, fold

CHANGED = Row(Side(9, "\tall(", ((1, 4, Mark.CHANGED),)), Side(9, "\tsafe(", ((1, 5, Mark.CHANGED),)), False)
SLOT = Row(Side(2, "for de.", ((4, 6, Mark.SLOT),)), Side(2, "for de.", ((4, 6, Mark.SLOT),)), True)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (CHANGED, "  9 - →   all(      │  9 + →   safe(     "),
        (SLOT, "  2   for ‹de›.     │  2   for ‹de›.     "),
        (Row(Side(3, "gone"), None, False), "  3 - gone          │                    "),
        (Fold(0, 7), "  ⋯   7 equal lines                      "),
        (Row(Side(1, "\x1b[31m" * 9), Side(1, "x"), False), "  1 - ␛[31m␛[31m␛[3…│  1 + x             "),
    ],
)
def test_side_by_side(entry: Row | Fold, expected: str) -> None:
    line = diff.split_line(entry, 41, 2)
    assert line.plain == expected
    assert line.cell_length == 41


def test_unified_puts_all_removed_lines_of_a_run_before_the_added_ones() -> None:
    rows = difference("a\nold one\nold two\nz\n", "a\nnew one\nnew two\nz\n").rows
    lines = diff.unify(fold(rows))
    assert [line.sign for line in lines if isinstance(line, diff.Line)] == [" ", "-", "-", "+", "+", " "]
    assert diff.hunks(lines) == (1,)
    assert diff.unified_line(lines[1], 20, 1).plain == " 2 - old one        "


def test_styles_tell_slots_from_changes() -> None:
    styles = {str(span.style) for span in diff.split_line(SLOT, 60, 2).spans}
    assert any("$slot" in style for style in styles)
    assert not any("$removed" in style or "$added" in style for style in styles)
    changed = {str(span.style) for span in diff.split_line(CHANGED, 60, 2).spans}
    assert any("$removed-strong" in style for style in changed)
    assert any("$added-strong" in style for style in changed)


@pytest.mark.parametrize("width", [0, 1, 5, 9, 20, 80])
@pytest.mark.parametrize("entry", [CHANGED, SLOT, Fold(3, 4), Row(None, Side(5, "日本語 " * 9), False)])
def test_any_width_is_kept(entry: Row | Fold, width: int) -> None:
    assert diff.split_line(entry, width, 3).cell_length == width or width < 3


def test_scrolling_sideways_takes_the_beginning_away() -> None:
    side = Side(1, "0123456789")
    assert diff.half(side, " ", 9, 1, 4).plain == " 1   456…"
    assert diff.half(side, " ", 9, 1, 99).plain == " 1       "


def test_syntax_colours_move_with_slots_and_tabs() -> None:
    paint = ((1, 4, "$code-keyword"), (8, 9, "$code-name"))
    line = diff.marked(Side(1, "\tdef de x", ((5, 7, Mark.SLOT),), paint), "bold")
    (keyword,) = [span for span in line.spans if span.style == "$code-keyword"]
    (name,) = [span for span in line.spans if span.style == "$code-name"]
    assert line.plain == "→   def ‹de› x"
    assert (line.plain[keyword.start : keyword.end], line.plain[name.start : name.end]) == ("def", "x")


ODD = [
    "",
    "\x00" * 40,
    "\ta\t\tb\t",
    "日本語" * 30,
    "🙂👩‍👩‍👧‍👦" * 20,
    "e\u0301" * 60,
    "\u0301\u0302" * 60,
    "\u202eabc\u2066def\u2069" * 12,
    "שלום עולם " * 12,
    "crlf\r",
    "\x1b[31m\x9b0m\x7f" * 9,
    "\u200b\ufeff" * 50,
    "x" * 10_000,
    "\udcff\udc80" * 9,
]


@pytest.mark.parametrize("width", [24, 41, 118])
@pytest.mark.parametrize("text", ODD)
def test_odd_text_keeps_its_width_and_is_wrapped_whole(text: str, width: int) -> None:
    slot = ((0, min(3, len(text)), Mark.SLOT),) if text else ()
    row = Row(Side(1, text), Side(2, f"{text}!", slot), False)
    for shift in (0, 1, 7, 20_000):
        line = diff.split_line(row, width, 3, shift)
        assert line.cell_length == width
        assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in line.plain)
    for entry in (row, *diff.unify([row])):
        parts = diff.height(entry, width, 3)
        wrapped = [diff.wrapped_line(entry, width, 3, part).plain for part in range(parts + 1)]
        assert not wrapped[parts].strip(" │+-"), "nothing is left"
        if isinstance(entry, diff.Line):
            shown = "".join(line[7:] for line in wrapped)  # three digits, and the sign between blanks
            assert shown.replace(" ", "") == diff.marked(entry.side, "").plain.replace(" ", "")


def test_a_long_line_that_is_wrapped_is_folded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    folds: list[int] = []
    pieces = diff._pieces

    def counted(text: Content, room: int) -> list[Content]:
        folds.append(room)
        return pieces(text, room)

    monkeypatch.setattr(diff, "_pieces", counted)
    entry = diff.Line(" ", Side(1, "word " * 1_999 + "folded once"))
    for part in range(diff.height(entry, 60, 3)):
        diff.wrapped_line(entry, 60, 3, part)
    assert len(folds) == 1
    short = [diff.Line(" ", Side(n, f"    value_{n} = compute({n})")) for n in range(1_000)]
    assert {diff.height(line, 60, 3) for line in short} == {1}
    assert len(folds) == 1, "what surely fits is not laid out to be measured"
