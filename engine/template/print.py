"""Printing a template as Jinja2: exact for any literal text, and readable where the text allows it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.cases import FORMS
from engine.errors import TemplateError
from engine.model import Literal, Node, Repeat, Slot, Switch, Template
from engine.template.names import is_variable_name

_SPECIAL = re.compile(r"\{[{%#]|\r")


def to_jinja(template: Template) -> str:
    """The template in Jinja2's syntax; what `parse` makes of it renders the same for all values.

    Raises TemplateError for a name or a filter that Jinja could not read back.
    """
    return _print(template.nodes, last=True)


def _print(nodes: Sequence[Node], *, last: bool) -> str:
    parts: list[str] = []
    merged = _merge(nodes)
    for number, node in enumerate(merged):
        at_end = last and number == len(merged) - 1
        match node:
            case Literal(text=text):
                parts.append(_literal(text, before_tag=not at_end))
            case Slot(name=name, filters=filters):
                parts.append("{{ " + " | ".join([_name(name), *map(_filter, filters)]) + " }}")
            case Switch(name=name, body=body, otherwise=otherwise):
                parts.append("{% if " + _name(name) + " %}" + _print(body, last=False))
                if otherwise:
                    parts.append("{% else %}" + _print(otherwise, last=False))
                parts.append("{% endif %}")
            case Repeat(item=item, over=over, body=body, separator=separator):
                parts.append("{% for " + _name(item) + " in " + _name(over) + " %}" + _print(body, last=False))
                if separator:
                    separated = _literal(separator, before_tag=True)
                    parts.append("{% if not loop.last %}" + separated + "{% endif %}")
                parts.append("{% endfor %}")
    return "".join(parts)


def _merge(nodes: Sequence[Node]) -> list[Node]:
    """Neighbouring literals as one, since markup may begin in one and end in the next."""
    merged: list[Node] = []
    for node in nodes:
        if isinstance(node, Literal) and merged and isinstance(merged[-1], Literal):
            merged[-1] = Literal(merged[-1].text + node.text)
        else:
            merged.append(node)
    return merged


def _literal(text: str, *, before_tag: bool) -> str:
    escaped = _SPECIAL.sub(lambda match: _string(match.group()), text)
    if before_tag and escaped.endswith("{"):
        return escaped[:-1] + _string("{")
    return escaped


def _string(text: str) -> str:
    return '{{ "' + text.replace("\r", "\\r") + '" }}'


def _name(name: str) -> str:
    root, *fields = name.split(".")
    if len(fields) > 1 or not all(map(is_variable_name, (root, *fields))):
        raise TemplateError(f"{name!r} cannot be the name of a variable in a template")
    return root + "".join(
        f'["{field}"]' if hasattr(dict, field) or field[0] == "_" else f".{field}" for field in fields
    )


def _filter(name: str) -> str:
    if name not in FORMS:
        raise TemplateError(f"no filter is called {name!r}; known are {', '.join(FORMS)}")
    return name
