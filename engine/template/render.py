"""Rendering a template, purely: for the whole subset the same text as Jinja2 in strict mode would give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from engine.cases import FORMS, apply_filters
from engine.errors import MissingValue, TemplateError
from engine.model import Literal, Node, Record, Repeat, Slot, Switch, Template, Value, Values


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of rendered text. `variable` is the variable whose value it shows (for an item of a repeat the list
    variable), or empty for a literal; `start` is its offset in the whole, in characters."""

    text: str
    variable: str
    start: int


Placeholder = Callable[[str], str]


def render(template: Template, values: Values, placeholder: Placeholder | None = None) -> str:
    """The text of the template with these values.

    A value inserted is never read as template text again. With `placeholder` a missing value shows as
    `placeholder(name)`, a missing switch is off, and a missing list is empty. Raises MissingValue with all names that
    were met without a value, and TemplateError for a value of the wrong type.
    """
    return "".join([text for text, _ in _pieces(template, values, placeholder)])


def segments(template: Template, values: Values, placeholder: Placeholder | None = None) -> list[Segment]:
    """The same text in pieces that know which variable they come from; empty pieces are left out."""
    found: list[Segment] = []
    start = 0
    for text, variable in _pieces(template, values, placeholder):
        if text:
            found.append(Segment(text, variable, start))
            start += len(text)
    return found


def jinja_filters() -> dict[str, Callable[[object], str]]:
    """The case filters as Jinja filters, so that Jinja renders what `render` renders."""
    return {name: partial(_jinja_filter, name) for name in FORMS}


def _jinja_filter(name: str, value: object) -> str:
    return apply_filters(str(value), (name,))


Piece = tuple[str, str]


def _pieces(template: Template, values: Values, placeholder: Placeholder | None) -> list[Piece]:
    run = _Run([], [], placeholder)
    _walk(template.nodes, dict(values), {}, run)
    if run.missing:
        raise MissingValue(tuple(dict.fromkeys(run.missing)))
    return run.pieces


@dataclass(frozen=True, slots=True)
class _Run:
    pieces: list[Piece]
    missing: list[str]
    placeholder: Placeholder | None


_NONE = object()


def _look_up(name: str, scope: Mapping[str, Value | Record]) -> Value | Record | object:
    if name in scope:
        return scope[name]
    root, dot, field = name.partition(".")
    record = scope.get(root) if dot else None
    return record.get(field, _NONE) if isinstance(record, dict) else _NONE


def _walk(nodes: Sequence[Node], scope: Mapping[str, Value | Record], origin: Mapping[str, str], run: _Run) -> None:
    """Append the pieces of the nodes. `origin` says which list variable an item comes from."""
    for node in nodes:
        match node:
            case Literal(text=text):
                run.pieces.append((text, ""))
            case Slot(name=name, filters=filters):
                run.pieces.append((_slot_text(name, filters, scope, run), origin.get(name.partition(".")[0], name)))
            case Switch(name=name, body=body, otherwise=otherwise):
                value = _look_up(name, scope)
                if value is not _NONE:
                    _walk(body if value else otherwise, scope, origin, run)
                elif run.placeholder:
                    _walk(otherwise, scope, origin, run)
                else:
                    run.missing.append(name)
            case Repeat():
                _walk_repeat(node, scope, origin, run)


def _slot_text(name: str, filters: Sequence[str], scope: Mapping[str, Value | Record], run: _Run) -> str:
    value = _look_up(name, scope)
    if value is _NONE:
        if run.placeholder:
            return run.placeholder(name)
        run.missing.append(name)
        return ""
    if not isinstance(value, str | bool | int | float):
        raise TemplateError(f"{name} is a list or a record: a slot shows text, use a repeat or one of its fields")
    try:
        return apply_filters(str(value), filters)
    except KeyError as error:
        raise TemplateError(f"no filter is called {error}; known are {', '.join(FORMS)}") from None


def _walk_repeat(node: Repeat, scope: Mapping[str, Value | Record], origin: Mapping[str, str], run: _Run) -> None:
    items = _look_up(node.over, scope)
    if items is _NONE:
        if run.placeholder is None:
            run.missing.append(node.over)
        return
    if not isinstance(items, list | tuple):
        raise TemplateError(f"{node.over} is repeated over, so its value must be a list")
    inner_origin = {**origin, node.item: origin.get(node.over, node.over)}
    for number, item in enumerate(items):
        if number and node.separator:
            run.pieces.append((node.separator, ""))
        _walk(node.body, {**scope, node.item: item}, inner_origin, run)
