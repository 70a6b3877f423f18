"""Pieces of a word that may be a value by themselves, and where a value stands in a text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

MARK = "\ue000"
"""A private character: between two of them a number stands for a parameter while columns are worked on."""
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:[-+.]?(?:a|b|rc|alpha|beta|dev|post)\.?\d*)?")
_NUMBERS = re.compile(r"\d+(?:[.:-]\d+)+")
_PART = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")


def _stem(text: str) -> str:
    return posixpath.basename(text.rstrip("/")).partition(".")[0] if "/" in text or "." in text else ""


def _tail(text: str) -> str:
    return posixpath.basename(text.rstrip("/")) if "/" in text else ""


def _parent(text: str) -> str:
    return posixpath.basename(posixpath.dirname(text)) if "/" in text else ""


def _version(text: str) -> str:
    found = _VERSION.search(text)
    return found[0] if found else ""


def _nth(number: int) -> Callable[[str], str]:
    def part(text: str) -> str:
        parts = _PART.findall(text)
        return parts[number] if len(parts) > 1 and -len(parts) <= number < len(parts) else ""

    return part


def _behind_equals(text: str) -> str:
    return text.partition("=")[2]


PARTS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    _behind_equals,
    _version,
    _tail,
    _stem,
    _parent,
    _nth(0),
    _nth(1),
    _nth(2),
    _nth(-1),
)


def trimmed(texts: dict[int, str]) -> dict[int, str]:
    """The texts without what they all begin and end with, up to a separator; numbers with points or dashes between
    them (a version, a date) stay whole."""
    words = list(texts.values())
    start = len(posixpath.commonprefix(words))
    while start and not all(_may_cut(word, start) for word in words):
        start -= 1
    end = len(posixpath.commonprefix([word[start:][::-1] for word in words]))
    while end and not all(_may_cut(word, len(word) - end) for word in words):
        end -= 1
    return {number: text[start : len(text) - end] for number, text in texts.items()}


def _may_cut(text: str, at: int) -> bool:
    return _parts_at(text, at) and not any(found.start() < at < found.end() for found in _NUMBERS.finditer(text))


def _parts_at(text: str, at: int) -> bool:
    """Whether a name may begin or end at `at`: not inside a word, except where `v` stands before a number."""
    if at <= 0 or at >= len(text):
        return True
    one, other = text[at - 1], text[at]
    return not (one.isalnum() and other.isalnum()) or (
        one in "vV" and other.isdigit() and (at < 2 or not text[at - 2].isalnum())
    )


def place_of(text: str, value: str) -> int:
    """Where the value stands in the text as a name of its own, -1 if it does not."""
    at = text.find(value) if value else -1
    while at >= 0:
        if _parts_at(text, at) and _parts_at(text, at + len(value)) and not _inside_mark(text, at):
            return at
        at = text.find(value, at + 1)
    return -1


def _inside_mark(text: str, at: int) -> bool:
    return text.count(MARK, 0, at) % 2 == 1
