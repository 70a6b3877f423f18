"""Syntax colours of a whole text, line by line. Pygments is imported on first use, in the thread that asks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Final

Paint = Mapping[int, tuple[tuple[int, int, str], ...]]
"""Line number (from 1) -> ranges `(start, end, style)` of that line, in order."""

LARGEST: Final = 100_000  # characters; beyond it colour costs more than it tells
LONGEST_LINE: Final = 2_000  # characters; what has longer ones was written by no hand
MOST_SECONDS: Final = 0.25  # of the thread's own time
# A lexer is a pile of expressions, and an expression that reads such a run anew at each place keeps the interpreter,
# and so every key, for as long as it likes.
_RUN: Final = re.compile(r"(.)\1{999}", re.DOTALL)
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


def paint(text: str, path: str, now: Callable[[], float] = time.thread_time) -> Paint:
    """The colours of `text` as the language that the name of `path` tells; empty when it tells none.

    Empty too for what no person wrote (very long, or with a line or a run of one character that is). What is not
    coloured after a quarter of a second by `now` stays without: some lexers take hours for some words in a row.
    """
    if not text or len(text) > LARGEST or _RUN.search(text) or max(map(len, text.split("\n"))) > LONGEST_LINE:
        return {}
    from pygments.lexers import find_lexer_class_for_filename  # 40 ms on first use
    from pygments.token import string_to_tokentype

    found = find_lexer_class_for_filename(path.rsplit("/", 1)[-1])
    if found is None:
        return {}
    styles = [(string_to_tokentype(name), style) for name, style in _STYLES]
    painted: dict[int, list[tuple[int, int, str]]] = {}
    line, column = 1, 0
    lexer = found()  # its expressions are made here, once
    end = now() + MOST_SECONDS
    for _, token, value in lexer.get_tokens_unprocessed(text):
        style = next((style for kind, style in styles if token in kind), "")
        for index, piece in enumerate(value.split("\n")):
            if index:
                line, column = line + 1, 0
            if style and piece:
                painted.setdefault(line, []).append((column, column + len(piece), style))
            column += len(piece)
        if now() > end:
            break
    return {number: tuple(ranges) for number, ranges in painted.items()}
