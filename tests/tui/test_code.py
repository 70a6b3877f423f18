"""Syntax colours."""

from __future__ import annotations

import pytest

from tui.presentation.code import LARGEST, paint


def test_colours_lie_on_their_lines() -> None:
    painted = paint('def f():\n    """two\n    lines"""\n    return 1  # why\n', "a/b.py")
    assert painted[1] == ((0, 3, "$code-keyword"), (4, 5, "$code-name"))
    assert [style for _, _, style in (*painted[2], *painted[3])] == ["$code-string"] * 2
    assert painted[4][-1] == (14, 19, "$code-comment")


@pytest.mark.parametrize(("text", "path"), [("x", "no-language"), ("", "a.py"), ("x = 1\n" * LARGEST, "a.py")])
def test_what_has_no_language_or_is_too_large_has_no_colours(text: str, path: str) -> None:
    assert paint(text, path) == {}
