"""The one form of a template among those that render alike: literals merged, switches and repeats on whole lines.

`a[⏎b]⏎c` and `a⏎[b⏎]c` render the same text whether the bracket is there or not, and however often it is repeated;
the second, whose blocks begin and end with their lines, is the form that `parse` gives and `to_jinja` lays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.model import Literal, Node, Repeat, Switch


def by_lines(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes in that form; rendering is unchanged for all values."""
    settled = tuple(nodes)
    while (turned := _turned(settled)) != settled:
        settled = turned
    return settled


def merged(nodes: Iterable[Node]) -> list[Node]:
    """Neighbouring literals as one, and no empty ones."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Literal) and found and isinstance(found[-1], Literal):
            found[-1] = Literal(found[-1].text + node.text)
        elif node != Literal(""):
            found.append(node)
    return found


def _turned(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """One pass from right to left, so that a newline can pass through several blocks in a row."""
    found = merged(_with_bodies_turned(node) for node in nodes)
    for at in reversed(range(len(found) - 1)):
        block, after = found[at], found[at + 1]
        if not isinstance(after, Literal):
            continue
        turned = _turned_block(block)
        count = 0
        while turned is not None and after.text.startswith("\n"):
            block, after, count = turned, Literal(after.text[1:]), count + 1
            turned = _turned_block(block)
        if count:
            found[at : at + 2] = [Literal("\n" * count), block, after]
    return tuple(merged(found))


def _with_bodies_turned(node: Node) -> Node:
    match node:
        case Switch(body=body, otherwise=otherwise):
            return replace(node, body=_turned(body), otherwise=_turned(otherwise))
        case Repeat(body=body):
            return replace(node, body=_turned(body))
    return node


def _turned_block(node: Node) -> Node | None:
    """The block with the newline that it begins with at its end instead, if it begins with one in every branch."""
    match node:
        case Switch(body=body, otherwise=otherwise) if body or otherwise:
            on, off = _newline_last(body), _newline_last(otherwise)
            return replace(node, body=on, otherwise=off) if on is not None and off is not None else None
        case Repeat(body=body, separator="") if body:
            turned = _newline_last(body)
            return replace(node, body=turned) if turned is not None else None
    return None


def _newline_last(body: tuple[Node, ...]) -> tuple[Node, ...] | None:
    if not body:
        return ()
    first = body[0]
    if isinstance(first, Literal) and first.text.startswith("\n"):
        return tuple(merged([Literal(first.text[1:]), *body[1:], Literal("\n")]))
    return None
