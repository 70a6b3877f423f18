"""Literal text inside a Jinja2 template: what would be read as markup stands in a raw block or in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENING = re.compile(r"\{[{%#]")
_ENDRAW = re.compile(r"\{%[-+]?\s*endraw")
# Two pieces of markup that stand nearer than this share a raw block, whose own two tags are 23 characters.
_NEAR = 80


class _Kind(Enum):
    PLAIN = auto()
    RAW = auto()
    QUOTED = auto()


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    kind: _Kind


def escaped(text: str, *, before_tag: bool) -> str:
    """Jinja2 source that renders to exactly this text wherever it is put.

    `before_tag` says that a tag follows at once, which a final `{` would change. Jinja2 reads each `\\r` of a source
    as `\\n`, so those are quoted too.
    """
    pieces = _joined(piece for part in re.split(r"(\r+)", text) for piece in _pieces(part))
    return "".join(_source(piece) for piece in _joined(_with_braces_quoted(pieces, before_tag=before_tag)))


def _pieces(part: str) -> Iterator[_Piece]:
    if part.startswith("\r"):
        yield _Piece(part, _Kind.QUOTED)
        return
    done = 0
    for start, end in _markup(part):
        yield _Piece(part[done:start], _Kind.PLAIN)
        markup = part[start:end]
        if markup[-2:] in _CLOSING or _ENDRAW.search(markup):
            yield from _with_openings_quoted(markup)
        else:
            yield _Piece(markup, _Kind.RAW)
        done = end
    yield _Piece(part[done:], _Kind.PLAIN)


def _markup(text: str) -> Iterator[tuple[int, int]]:
    """Where markup starts and ends; with what stands between two near pieces, and up to the closing delimiter when
    that is on the same line."""
    start = end = 0
    while opening := _OPENING.search(text, end):
        if start < end and opening.start() - end > _NEAR:
            yield start, end
            start = end
        if start == end:
            start = opening.start()
        end = _end_of_markup(text, opening)
    if start < end:
        yield start, end


def _end_of_markup(text: str, opening: re.Match[str]) -> int:
    line_end = text.find("\n", opening.end())
    close = text.find(_CLOSING[opening.group()], opening.end(), line_end if line_end >= 0 else len(text))
    if close < 0:
        return opening.end()
    end = close + 2
    while text.startswith("}", end):
        end += 1
    return end


def _with_openings_quoted(markup: str) -> Iterator[_Piece]:
    done = 0
    for opening in _OPENING.finditer(markup):
        yield _Piece(markup[done : opening.start()], _Kind.PLAIN)
        yield _Piece(opening.group(), _Kind.QUOTED)
        done = opening.end()
    yield _Piece(markup[done:], _Kind.PLAIN)


def _with_braces_quoted(pieces: list[_Piece], *, before_tag: bool) -> Iterator[_Piece]:
    """Plain text must not end in `{` where a tag follows: the two would be read as one delimiter."""
    for number, piece in enumerate(pieces):
        tag_follows = before_tag or number < len(pieces) - 1
        if piece.kind is _Kind.PLAIN and piece.text.endswith("{") and tag_follows:
            yield _Piece(piece.text[:-1], _Kind.PLAIN)
            yield _Piece("{", _Kind.QUOTED)
        else:
            yield piece


def _joined(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Without empty pieces, and neighbours of one kind as one."""
    found: list[_Piece] = []
    for piece in pieces:
        if found and found[-1].kind is piece.kind:
            found[-1] = _Piece(found[-1].text + piece.text, piece.kind)
        elif piece.text:
            found.append(piece)
    return found


def _source(piece: _Piece) -> str:
    match piece.kind:
        case _Kind.PLAIN:
            return piece.text
        case _Kind.RAW:
            return "{% raw %}" + piece.text + "{% endraw %}"
        case _Kind.QUOTED:
            return '{{ "' + piece.text.replace("\r", "\\r") + '" }}'
