"""Syntax colours."""

from __future__ import annotations

from itertools import count

import pytest

from tui.presentation.code import LARGEST, LONGEST_LINE, MOST_SECONDS, paint


def test_colours_lie_on_their_lines() -> None:
    painted = paint('def f():\n    """two\n    lines"""\n    return 1  # why\n', "a/b.py")
    assert painted[1] == ((0, 3, "$code-keyword"), (4, 5, "$code-name"))
    assert [style for _, _, style in (*painted[2], *painted[3])] == ["$code-string"] * 2
    assert painted[4][-1] == (14, 19, "$code-comment")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("x", "no-language"),
        ("", "a.py"),
        ("x = 1\n" * LARGEST, "a.py"),
        ("x = 1; " * LONGEST_LINE, "a.py"),
        ("x = 1" + "\n" * 1_000, "a.m"),
        ("a" * 1_000, "a.java"),
    ],
)
def test_what_has_no_language_or_is_too_large_has_no_colours(text: str, path: str) -> None:
    assert paint(text, path) == {}


def test_what_takes_too_long_is_coloured_as_far_as_time_allows() -> None:
    moments = count(0.0, MOST_SECONDS / 9.5)  # the end is set at the first of them
    painted = paint("".join(f"x{number} = {number}\n" for number in range(1_000)), "a.py", lambda: next(moments))
    assert 1 <= len(painted) < 10
