"""Options side by side that the same examples have, or just the others: one option, or one `if` with its `else`.

What both branches begin or end with stands outside: `{% if a %}x⏎{% else %}⏎{% endif %}` is `{% if a %}x{% endif %}⏎`,
which is what someone wrote who put the tags into the line.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.induction.pieces import Option, Piece, Text, merged

Present = tuple[bool | None, ...]


def opposite(present: Present) -> Present:
    """The examples that have the other branch."""
    return tuple(None if one is None else not one for one in present)


def with_alternatives(pieces: Sequence[Piece]) -> list[Piece]:
    """The same text of every example, with neighbouring options joined where one decides the other."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Option):
            branches = [tuple(with_alternatives(branch)) for branch in (piece.body, piece.otherwise)]
            last = joined[-1] if joined else None
            if isinstance(last, Option) and last.present == opposite(piece.present):
                branches.reverse()
            if isinstance(last, Option) and last.present in (piece.present, opposite(piece.present)):
                joined.pop()
                joined += _factored(last.present, (*last.body, *branches[0]), (*last.otherwise, *branches[1]))
            else:
                joined.append(Option(piece.present, *branches))
        else:
            joined.append(piece)
    return merged(joined)


def _factored(present: Present, yes: Sequence[Piece], no: Sequence[Piece]) -> list[Piece]:
    """The option of `yes` and `no` between what both have in common: whole lines, or where one of them is blank the
    blanks and the line end of the other."""
    body, otherwise = merged(yes), merged(no)
    start = end = ""
    if body == otherwise:
        return body
    if body and otherwise:
        one, two = body[0], otherwise[0]
        blank = _is_blank(body) or _is_blank(otherwise)
        if isinstance(one, Text) and isinstance(two, Text):
            start = _shared(one.text, two.text)
            start = _blanks(start) if blank else start[: start.rfind("\n") + 1]
            body[0], otherwise[0] = Text(one.text[len(start) :]), Text(two.text[len(start) :])
        one, two = body[-1], otherwise[-1]
        if isinstance(one, Text) and isinstance(two, Text):
            end = _ending(one.text, two.text, whole=not blank)
            body[-1], otherwise[-1] = (Text(text.text[: len(text.text) - len(end)]) for text in (one, two))
    body, otherwise = merged(body), merged(otherwise)
    if not body and not otherwise:
        return [Text(start + end)]
    if not body:
        present, body, otherwise = opposite(present), otherwise, body
    return merged([Text(start), Option(present, tuple(body), tuple(otherwise)), Text(end)])


def _is_blank(branch: Sequence[Piece]) -> bool:
    return all(isinstance(piece, Text) and not piece.text.strip() for piece in branch)


def _ending(one: str, two: str, *, whole: bool) -> str:
    """The line end, and the lines behind it, that both texts end with; with `whole` the lines alone."""
    end = _shared(one[::-1], two[::-1])[::-1]
    at = end.find("\n")
    return end[at + whole :] if at >= 0 else ""


def _blanks(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _shared(one: str, two: str) -> str:
    """What both texts begin with."""
    return next((one[:at] for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(one, two, key=len))
