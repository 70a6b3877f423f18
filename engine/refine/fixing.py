"""A variable becomes text: the template evaluated for the one value that is known, the rest left as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from engine.cases import apply_filters
from engine.model import (
    FileTemplate,
    Kind,
    Literal,
    Node,
    Pattern,
    Record,
    Refusal,
    Repeat,
    Slot,
    Switch,
    Template,
    Value,
    Variable,
)
from engine.refine.naming import uses
from engine.refine.values import value_problem
from engine.template import variables_of
from engine.template.lines import by_lines

Scope: TypeAlias = "Mapping[str, Value | Record]"


class _NoTextError(Exception):
    """A list or a record stands where text must; the message says which."""


def fixed_problem(pattern: Pattern, variable: Variable) -> str:
    """Why `variable` cannot become text, whatever its value; empty when it can."""
    name = variable.name
    if any(not isinstance(file.body, Template) and uses(file, name) for file in pattern.files):
        return "its template uses more of Jinja than patui rewrites: e opens it in your editor"
    if pattern.kind is Kind.FILE and any(name in variables_of(file.path) for file in pattern.files):
        return "the path is made of it: as text, every file would be the same file"
    if any(re.search(rf"\bmatch\.{re.escape(name)}\b", other.derivation) for other in pattern.variables):
        return "the path says what it is, and this is read from there"
    if pattern.steps:
        return "its steps may name it: e opens it in your editor"
    return ""


def fix_variable(pattern: Pattern, variable: Variable, value: Value) -> Pattern | Refusal:
    """`pattern` without the variable, as it renders with this value."""
    if problem := fixed_problem(pattern, variable) or value_problem(variable, value):
        return Refusal(problem)
    name = variable.name
    try:
        files = tuple(_files(pattern.files, name, value))
    except _NoTextError as error:
        return Refusal(str(error))
    if len(files) < len(pattern.files) and len(files) < 2:
        return Refusal("no more than one file would be left")
    if len({file.path for file in files}) < len({file.path for file in pattern.files}) - (
        len(pattern.files) - len(files)
    ):
        return Refusal("two of its files would have one path")
    presets = tuple(
        replace(preset, values={key: other for key, other in preset.values.items() if key != name})
        for preset in pattern.presets
    )
    variables = tuple(other for other in pattern.variables if other.name != name)
    return replace(pattern, files=files, variables=variables, presets=presets)


def _files(files: Sequence[FileTemplate], name: str, value: Value) -> Iterator[FileTemplate]:
    scope = {name: value}
    for file in files:
        if file.switch == name and not value:
            continue
        body = _fixed(file.body, scope) if isinstance(file.body, Template) else file.body
        yield replace(file, path=_fixed(file.path, scope), body=body, switch="" if file.switch == name else file.switch)


def _fixed(template: Template, scope: Scope) -> Template:
    return Template(by_lines(tuple(_nodes(template.nodes, scope))))


def _nodes(nodes: Sequence[Node], scope: Scope) -> Iterator[Node]:
    for node in nodes:
        match node:
            case Slot(name=name, filters=filters):
                known = _known(name, scope)
                if isinstance(known, list | dict):
                    raise _NoTextError(f"{name} stands where text must, and is a list")
                yield node if known is None else Literal(apply_filters(str(known), filters))
            case Switch(name=name, body=body, otherwise=otherwise):
                known = _known(name, scope)
                if known is None:
                    yield Switch(name, tuple(_nodes(body, scope)), tuple(_nodes(otherwise, scope)))
                else:
                    yield from _nodes(body if known else otherwise, scope)
            case Repeat(item=item, over=over, body=body, separator=separator):
                known = _known(over, scope)
                if known is None:
                    hidden = {key: value for key, value in scope.items() if key != item}
                    yield replace(node, body=tuple(_nodes(body, hidden)))
                elif not isinstance(known, list):
                    raise _NoTextError(f"{over} is repeated over, and is no list")
                else:
                    items: Sequence[str | Record] = known
                    for number, each in enumerate(items):
                        if number and separator:
                            yield Literal(separator)
                        inner: dict[str, Value | Record] = {**scope}
                        inner[item] = each
                        yield from _nodes(body, inner)
            case _:
                yield node


def _known(name: str, scope: Scope) -> Value | Record | None:
    """What the scope says of a name, or of a field of an item; None when it says nothing."""
    if name in scope:
        return scope[name]
    root, dot, field = name.partition(".")
    record = scope.get(root) if dot else None
    if isinstance(record, dict):
        if field not in record:
            raise _NoTextError(f"an item of the list lacks {field}")
        return record[field]
    return None
