"""Reading a text back through a template: the values with which the template renders exactly this text.

The template becomes a small program (literal, slot, split for a switch, loop) that a backtracking machine runs over the
text. A state is an instruction and a position; none is tried twice, and the number of steps is bounded, so no text and
no template can make it exponential.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.cases import apply_filters, invert
from engine.model import Literal, Node, Record, Repeat, Slot, Switch, Value

STEPS = 20_000
_MOST_ENDS = 200  # places that are tried as the end of one slot
_MOST_FREE_ENDS = 60  # the same, where no literal follows


@dataclass(frozen=True, slots=True)
class _Op:
    """`kind`: literal, slot, split, loop, next, end. `text`: literal, name or separator; `on`, `off`: addresses."""

    kind: str
    text: str = ""
    filters: tuple[str, ...] = ()
    on: int = -1
    off: int = -1
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Trail:
    """What was read so far, newest first."""

    before: _Trail | None
    kind: str
    name: str
    value: str | bool


def match_text(
    nodes: Sequence[Node], text: str, bound: Mapping[str, Value], many_lines: Collection[str], steps: int = STEPS
) -> dict[str, Value] | None:
    """The values of the variables in `nodes` that are not `bound`, or None when the text cannot be read (in `steps`).

    A slot takes at most one line unless its variable is in `many_lines`. The caller verifies by rendering.
    """
    program: list[_Op] = []
    _compile(nodes, program, {})
    program.append(_Op("end"))
    trail = _run(program, text, bound, many_lines, steps)
    return None if trail is None else _values(trail)


def _compile(nodes: Sequence[Node], program: list[_Op], items: Mapping[str, str]) -> None:
    for node in nodes:
        match node:
            case Literal(text):
                if text:
                    program.append(_Op("literal", text))
            case Slot(name, filters):
                program.append(_Op("item" if name.partition(".")[0] in items else "slot", name, filters))
            case Switch(name, body, otherwise):
                at = len(program)
                program.append(_Op("split", name))
                _compile(body, program, items)
                leave = len(program)
                program.append(_Op("jump"))
                start = len(program)
                _compile(otherwise, program, items)
                program[at] = _Op("split", name, on=at + 1, off=start)
                program[leave] = _Op("jump", on=len(program))
            case Repeat(item, over, body, separator):
                at = len(program)
                program.append(_Op("loop", over))
                _compile(body, program, {**items, item: over})
                program.append(_Op("next", separator, on=at + 1, off=len(program) + 1, name=over))
                program[at] = _Op("loop", over, on=at + 1, off=len(program))


def _run(
    program: Sequence[_Op], text: str, bound: Mapping[str, Value], many_lines: Collection[str], steps: int
) -> _Trail | None:
    start = _Trail(None, "start", "", "")
    stack: list[tuple[int, int, _Trail]] = [(0, 0, start)]
    seen: set[tuple[int, int]] = set()
    while stack and steps > 0:
        pc, at, trail = stack.pop()
        if (pc, at) in seen:
            continue
        seen.add((pc, at))
        steps -= 1
        op = program[pc]
        match op.kind:
            case "literal":
                if text.startswith(op.text, at):
                    stack.append((pc + 1, at + len(op.text), trail))
            case "slot" | "item":
                known = bound.get(op.text) if op.kind == "slot" else None
                if known is None and op.kind == "slot":
                    known = _look_up(trail, op.text)
                if isinstance(known, str):
                    shown = _show(known, op.filters)
                    if shown is not None and text.startswith(shown, at):
                        stack.append((pc + 1, at + len(shown), trail))
                    continue
                for end in _ends(program, pc, text, at, op.text in many_lines):
                    value = text[at:end]
                    if op.filters:
                        inverse = invert(value, op.filters)
                        if inverse is None:
                            continue
                        value = inverse
                    stack.append((pc + 1, end, _Trail(trail, op.kind, op.text, value)))
            case "jump":
                stack.append((op.on, at, trail))
            case "split":
                known = bound.get(op.text)
                flag = known if isinstance(known, bool) else _flag(trail, op.text)
                if flag is not True:
                    stack.append((op.off, at, _Trail(trail, "switch", op.text, False)))
                if flag is not False:
                    stack.append((op.on, at, _Trail(trail, "switch", op.text, True)))
            case "loop":
                stack.append((op.off, at, _Trail(trail, "loop", op.text, "")))
                entered = _Trail(_Trail(trail, "loop", op.text, ""), "row", op.text, "")
                stack.append((op.on, at, entered))
            case "next":
                stack.append((op.off, at, trail))
                if text.startswith(op.text, at):
                    stack.append((op.on, at + len(op.text), _Trail(trail, "row", op.name, "")))
            case _:
                if at == len(text):
                    return trail
    return None


def _show(value: str, filters: Sequence[str]) -> str | None:
    try:
        return apply_filters(value, filters)
    except KeyError:  # a filter that does not exist, written by hand
        return None


def _look_up(trail: _Trail | None, name: str) -> str | None:
    while trail is not None:
        if trail.name == name and trail.kind == "slot":
            return str(trail.value)
        trail = trail.before
    return None


def _flag(trail: _Trail | None, name: str) -> bool | None:
    while trail is not None:
        if trail.name == name and trail.kind == "switch":
            return bool(trail.value)
        trail = trail.before
    return None


def _ends(program: Sequence[_Op], pc: int, text: str, at: int, many_lines: bool) -> list[int]:
    """Where the slot at `pc` may end, the nearest last (so that it is tried first)."""
    limit = len(text)
    if not many_lines:
        newline = text.find("\n", at)
        limit = newline if newline >= 0 else limit
    following = set(_following(program, pc + 1, 8))
    ends: set[int] = set()
    if "" in following:
        ends.update(range(at, min(limit, at + _MOST_FREE_ENDS) + 1))
        ends.add(limit)
    if None in following:
        ends.add(len(text) if many_lines or limit == len(text) else limit)
    for literal in following:
        if literal:
            found = text.find(literal, at, limit + len(literal))
            while found >= 0 and len(ends) < _MOST_ENDS:
                if found <= limit:
                    ends.add(found)
                found = text.find(literal, found + 1, limit + len(literal))
    return sorted(ends, reverse=True)


def _following(program: Sequence[_Op], pc: int, depth: int) -> Iterator[str | None]:
    """The literals that may come next: "" where anything may, None where the text ends."""
    op = program[pc]
    if depth == 0:
        yield ""
    elif op.kind == "literal":
        yield op.text
    elif op.kind == "end":
        yield None
    elif op.kind == "jump":
        yield from _following(program, op.on, depth - 1)
    elif op.kind in ("split", "loop"):
        yield from _following(program, op.on, depth - 1)
        yield from _following(program, op.off, depth - 1)
    elif op.kind == "next":
        if op.text:
            yield op.text
        else:
            yield from _following(program, op.on, depth - 1)
        yield from _following(program, op.off, depth - 1)
    else:
        yield ""


def _values(trail: _Trail) -> dict[str, Value]:
    steps: list[_Trail] = []
    at: _Trail | None = trail
    while at is not None:
        steps.append(at)
        at = at.before
    values: dict[str, Value] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    open_rows: list[dict[str, str]] = []
    for step in reversed(steps):
        if step.kind == "loop":
            rows[step.name] = []
        elif step.kind == "row":
            record: dict[str, str] = {}
            rows[step.name].append(record)
            open_rows = [record]
        elif step.kind == "item" and open_rows:
            open_rows[-1][step.name.partition(".")[2]] = str(step.value)
        elif step.kind in ("slot", "switch"):
            values[step.name] = step.value
    for name, records in rows.items():
        values[name] = _list(records)
    return values


def _list(records: Sequence[Record]) -> Value:
    """Records with fields, or plain items where the loop shows the item itself."""
    if all(list(record) == [""] for record in records):
        return [record[""] for record in records]
    return [dict(record) for record in records]
