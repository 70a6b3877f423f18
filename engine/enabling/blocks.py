"""A block of lines of ours in somebody's file, between two marks, so that it can be found, renewed and taken out."""

from __future__ import annotations

import re

_OPEN, _CLOSE = "# >>> patui {name} >>>", "# <<< patui {name} <<<"


def with_block(text: str, name: str, lines: str) -> str:
    """`text` with the block `name` holding `lines`: renewed where it stands, else added at the end."""
    block = f"{_OPEN.format(name=name)}\n{lines.rstrip()}\n{_CLOSE.format(name=name)}\n"
    if "\r\n" in text:
        block = block.replace("\n", "\r\n")
    found = _pattern(name).search(text)
    if found:
        return text[: found.start("block")] + block + text[found.end() :]
    joint = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{joint}\n{block}" if text else block


def without_block(text: str, name: str) -> str:
    """`text` without the block, and without the blank line that was put before it."""
    return _pattern(name).sub("", text)


def _pattern(name: str) -> re.Pattern[str]:
    opening, closing = (re.escape(mark.format(name=name)) for mark in (_OPEN, _CLOSE))
    return re.compile(rf"(?:(?<=\n)\r?\n)?(?P<block>^{opening}\r?\n(?:(?!{opening}).*\n)*?{closing}(?:\r?\n|\Z))", re.M)
