"""Names: which one a variable may have, and giving it another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.model import FileTemplate, Node, Pattern, Preset, Refusal, Repeat, Slot, Switch, Template, Variable
from engine.template import is_variable_name, variables_of


def name_problem(pattern: Pattern, name: str) -> str:
    """Why no variable of `pattern` can newly be called `name`; empty when one can."""
    if not name:
        return "type a name"
    if not is_variable_name(name):
        return f"{name!r} cannot be a name: letters, digits and _, and no word of the template language"
    if any(variable.name == name for variable in pattern.variables):
        return f"another variable is called {name}"
    if name in set(_items(pattern)):
        return f"{name} is what one item of a list is called here"
    return ""


def _items(pattern: Pattern) -> Iterator[str]:
    for file in pattern.files:
        for template in (file.path, file.body):
            if isinstance(template, Template):
                yield from _items_of(template.nodes)


def _items_of(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Repeat(item=item, body=body):
                yield item
                yield from _items_of(body)
            case Switch(body=body, otherwise=otherwise):
                yield from _items_of(body)
                yield from _items_of(otherwise)
            case _:
                pass


def uses(file: FileTemplate, name: str) -> bool:
    """Whether the file's text, path or switch asks for the variable."""
    return name == file.switch or name in variables_of(file.body) or name in variables_of(file.path)


def rename_variable(pattern: Pattern, old: str, new: str) -> Pattern | Refusal:
    """`pattern`, its variable `old` called `new` in texts, paths, switches, examples, derivations, invariants."""
    if old == new:
        return Refusal("it is called so already")
    if problem := name_problem(pattern, new):
        return Refusal(problem)
    if any(not isinstance(file.body, Template) and uses(file, old) for file in pattern.files):
        return Refusal("its template uses more of Jinja than patui rewrites: e opens it in your editor")
    return replace(
        pattern,
        variables=tuple(_variable(variable, old, new) for variable in pattern.variables),
        files=tuple(_file(file, old, new) for file in pattern.files),
        presets=tuple(_preset(preset, old, new) for preset in pattern.presets),
        invariants=tuple(
            re.sub(rf"(\{{\{{\s*){re.escape(old)}\b", rf"\g<1>{new}", text) for text in pattern.invariants
        ),
    )


def _variable(variable: Variable, old: str, new: str) -> Variable:
    derivation = re.sub(rf"\bmatch\.{re.escape(old)}\b", f"match.{new}", variable.derivation)
    return replace(variable, name=new if variable.name == old else variable.name, derivation=derivation)


def _file(file: FileTemplate, old: str, new: str) -> FileTemplate:
    body = Template(_nodes(file.body.nodes, old, new)) if isinstance(file.body, Template) else file.body
    path = Template(_nodes(file.path.nodes, old, new))
    return replace(file, path=path, body=body, switch=new if file.switch == old else file.switch)


def _preset(preset: Preset, old: str, new: str) -> Preset:
    return replace(preset, values={new if name == old else name: value for name, value in preset.values.items()})


def _nodes(nodes: Sequence[Node], old: str, new: str) -> tuple[Node, ...]:
    return tuple(_node(node, old, new) for node in nodes)


def _node(node: Node, old: str, new: str) -> Node:
    match node:
        case Slot(name=name):
            return replace(node, name=_name(name, old, new))
        case Switch(name=name, body=body, otherwise=otherwise):
            return Switch(_name(name, old, new), _nodes(body, old, new), _nodes(otherwise, old, new))
        case Repeat(item=item, over=over, body=body):
            inner = body if item == old else _nodes(body, old, new)  # the item hides a variable of its name
            return replace(node, over=_name(over, old, new), body=inner)
        case _:
            return node


def _name(name: str, old: str, new: str) -> str:
    root, dot, field = name.partition(".")
    return new + dot + field if root == old else name
