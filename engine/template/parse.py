"""Reading a template that is written in Jinja2, with Jinja2's own parser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.cases import FORMS
from engine.errors import TemplateError
from engine.model import Literal, Node, RawTemplate, Repeat, Slot, Switch, Template
from engine.template.lines import by_lines, merged
from engine.template.names import is_variable_name
from engine.template.render import jinja_filters

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import nodes as jinja


class _BeyondSubsetError(Exception):
    """The source uses more of Jinja2 than our template language has."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment  # 72 ms, and most commands parse no template

    made = Environment(keep_trailing_newline=True)  # noqa: S701 # reads only; our text is no HTML
    made.filters.update(jinja_filters())
    return made


def _parsed(source: str) -> jinja.Template:
    from jinja2 import TemplateSyntaxError

    try:
        return _environment().parse(source)
    except TemplateSyntaxError as error:
        raise TemplateError(f"line {error.lineno}: {error.message}") from None
    except ValueError as error:  # of a number too long for Python
        raise TemplateError(str(error)) from None


def parse(source: str) -> Template | RawTemplate:
    """The template written in Jinja2, or the source as a RawTemplate when it uses more than literals, slots with case
    filters, switches and repeats. Comments are not kept.

    Raises TemplateError with the line when it is no Jinja2 at all. Nothing of the source is evaluated here.
    """
    try:
        tree = _parsed(source)
        _check_names(tree)
        return Template(by_lines(_nodes(tree.body, ())))
    except _BeyondSubsetError:
        return RawTemplate(source)
    except RecursionError:
        raise TemplateError("blocks or brackets are nested too deep") from None


def _check_names(tree: jinja.Template) -> None:
    """Jinja2 itself looks for filters and tests only when it compiles, and compiling evaluates constants."""
    from jinja2 import nodes as jinja

    for call in tree.find_all((jinja.Filter, jinja.Test)):
        filters = isinstance(call, jinja.Filter)
        known = _environment().filters if filters else _environment().tests
        if call.name not in known:
            raise TemplateError(f"line {call.lineno}: no {'filter' if filters else 'test'} is called {call.name!r}")


def variables_of_source(source: str) -> tuple[str, ...]:
    """The variables a raw template needs, in order of first use."""
    from jinja2 import meta
    from jinja2 import nodes as jinja

    tree = _parsed(source)
    undeclared = meta.find_undeclared_variables(tree)
    used = [node.name for node in tree.find_all(jinja.Name) if node.name in undeclared]
    return tuple(dict.fromkeys(used))


def _nodes(body: Sequence[jinja.Node], items: tuple[str, ...]) -> tuple[Node, ...]:
    return tuple(merged(new for node in body for new in _node(node, items)))


def _node(node: jinja.Node, items: tuple[str, ...]) -> list[Node]:
    from jinja2 import nodes as jinja

    match node:
        case jinja.Output():
            return [_output(part, items) for part in node.nodes]
        case jinja.If():
            return [_switch(node.test, node.body, node.elif_, node.else_, items)]
        case jinja.For():
            return [_repeat(node, items)]
    raise _BeyondSubsetError


def _output(expression: jinja.Expr, items: tuple[str, ...]) -> Node:
    from jinja2 import nodes as jinja

    filters: list[str] = []
    while isinstance(expression, jinja.Filter) and expression.node is not None:
        if expression.args or expression.kwargs or expression.dyn_args or expression.dyn_kwargs:
            raise _BeyondSubsetError
        if expression.name not in FORMS:
            raise _BeyondSubsetError
        filters.insert(0, expression.name)
        expression = expression.node
    if isinstance(expression, jinja.TemplateData) and not filters:
        return Literal(expression.data)
    if isinstance(expression, jinja.Const) and isinstance(expression.value, str) and not filters:
        return Literal(expression.value)
    return Slot(_name(expression, items), tuple(filters))


def _name(expression: jinja.Node, items: tuple[str, ...]) -> str:
    """The name of a variable, an item, or a field of an item."""
    from jinja2 import nodes as jinja

    match expression:
        case jinja.Name(name=name):
            pass
        case jinja.Getattr(node=jinja.Name(name=root), attr=field) if root in items:
            name = f"{root}.{field}"
        case jinja.Getitem(node=jinja.Name(name=root), arg=jinja.Const(value=str(field))) if root in items:
            name = f"{root}.{field}"
        case _:
            raise _BeyondSubsetError
    if not all(map(is_variable_name, name.split("."))):
        raise _BeyondSubsetError
    return name


def _switch(
    test: jinja.Node,
    body: Sequence[jinja.Node],
    others: Sequence[jinja.If],
    otherwise: Sequence[jinja.Node],
    items: tuple[str, ...],
) -> Switch:
    from jinja2 import nodes as jinja

    negated = isinstance(test, jinja.Not)
    name = _name(test.node if isinstance(test, jinja.Not) else test, items)
    on = _nodes(body, items)
    if others:
        first, *rest = others
        off: tuple[Node, ...] = (_switch(first.test, first.body, rest, otherwise, items),)
    else:
        off = _nodes(otherwise, items)
    return Switch(name, off, on) if negated else Switch(name, on, off)


def _repeat(node: jinja.For, items: tuple[str, ...]) -> Repeat:
    from jinja2 import nodes as jinja

    if node.else_ or node.test or node.recursive or not isinstance(node.target, jinja.Name):
        raise _BeyondSubsetError
    item = node.target.name
    if not is_variable_name(item):
        raise _BeyondSubsetError
    body = list(node.body)
    separator = _separator(body[-1]) if body else ""
    if separator:
        body.pop()
    return Repeat(item, _name(node.iter, items), _nodes(body, (*items, item)), separator)


def _separator(node: jinja.Node) -> str:
    """The text of `{% if not loop.last %}…{% endif %}`, or nothing."""
    from jinja2 import nodes as jinja

    match node:
        case jinja.If(
            test=jinja.Not(node=jinja.Getattr(node=jinja.Name(name="loop"), attr="last")), elif_=[], else_=[]
        ):
            match _nodes(node.body, ()):
                case (Literal(text=text),):
                    return text
    return ""
