"""Syntax colours of a whole text, line by line. Pygments is imported on first use, in the thread that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Paint = Mapping[int, tuple[tuple[int, int, str], ...]]
"""Line number (from 1) -> ranges `(start, end, style)` of that line, in order."""

LARGEST: Final = 100_000  # characters; beyond it colour costs more than it tells
_STYLES: Final = (
    ("Comment", "$code-comment"),
    ("Keyword", "$code-keyword"),
    ("Literal.String", "$code-string"),
    ("Literal.Number", "$code-number"),
    ("Name.Function", "$code-name"),
    ("Name.Class", "$code-name"),
    ("Name.Decorator", "$code-name"),
    ("Name.Tag", "$code-keyword"),
    ("Name.Attribute", "$code-name"),
)


def paint(text: str, path: str) -> Paint:
    """The colours of `text` as the language that the name of `path` tells; empty when it tells none."""
    if not text or len(text) > LARGEST:
        return {}
    from pygments.lexers import find_lexer_class_for_filename  # 40 ms on first use
    from pygments.token import string_to_tokentype

    found = find_lexer_class_for_filename(path.rsplit("/", 1)[-1])
    if found is None:
        return {}
    styles = [(string_to_tokentype(name), style) for name, style in _STYLES]
    painted: dict[int, list[tuple[int, int, str]]] = {}
    line, column = 1, 0
    for _, token, value in found().get_tokens_unprocessed(text):
        style = next((style for kind, style in styles if token in kind), "")
        for index, piece in enumerate(value.split("\n")):
            if index:
                line, column = line + 1, 0
            if style and piece:
                painted.setdefault(line, []).append((column, column + len(piece), style))
            column += len(piece)
    return {number: tuple(ranges) for number, ranges in painted.items()}
