"""Where each character of a rendered text comes from: of a true template (any Jinja), and of an induced one.

A true template is rendered with marks around what an input printed, around the branches of an `if` and around loops;
the marks are taken out again and leave their places. Marks are characters of Unicode's private area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import jinja2
from jinja2 import nodes as jinja

from engine.cases import apply_filters
from engine.model import Literal, Node, Repeat, Slot, Switch, Template, Value, Values
from engine.template.render import jinja_filters

VALUE, BLOCK, NAMED, END = "\ue000", "\ue001", "\ue002", "\ue003"
SHORT = 60  # characters; a branch of an if-else that is one short line is a value chosen, not a block

Inputs = frozenset[str]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) that stand for `label`: an input, or `list.field` inside a loop."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A text with what its values and blocks are; a block's label is its own.

    `options` are there or not; `choices` are alternatives (`else`, `elif`, neighbouring `if`s on one input), which a
    template may as well say with a value that stands for what differs.
    """

    text: str
    values: tuple[Span, ...] = ()
    options: tuple[Span, ...] = ()
    repeats: tuple[Span, ...] = ()
    choices: tuple[Span, ...] = ()


class Marking(jinja2.Environment):
    """Jinja that marks what it prints. `known` maps each name to the inputs it is made of; what is not known is
    never marked. `derived` names are printed from `marked_[name]`, where the parts carry marks of their own."""

    def __init__(self, known: Mapping[str, Inputs], derived: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(keep_trailing_newline=True, undefined=jinja2.StrictUndefined, **options)
        self.known = known
        self.derived = derived
        self.blocks: dict[str, Inputs] = {}
        self.alternatives: set[int] = set()
        self.filters.update(cast("dict[str, Callable[..., Any]]", jinja_filters()))

    def _parse(self, source: str, name: str | None, filename: str | None) -> jinja.Template:
        tree = super()._parse(source, name, filename)
        tree.body = self._body(tree.body, {})
        return tree

    def inputs(self, node: jinja.Node, scope: Mapping[str, Inputs]) -> Inputs:
        """The inputs an expression looks at."""
        found: Inputs = frozenset()
        if isinstance(node, jinja.Getattr) and isinstance(node.node, jinja.Name):
            if node.node.name in scope:
                return frozenset(f"{label}.{node.attr}" for label in scope[node.node.name])
            if node.node.name == "cookiecutter":
                return self.known.get(node.attr, frozenset())
        if isinstance(node, jinja.Name) and node.ctx == "load":
            return scope.get(node.name, self.known.get(node.name, frozenset()))
        for child in node.iter_child_nodes():
            found |= self.inputs(child, scope)
        return found

    def _body(self, body: Sequence[jinja.Node], scope: dict[str, Inputs]) -> list[jinja.Node]:
        for group in _neighbours(body):
            looked_at = [frozenset().union(*(self.inputs(one.test, scope) for one in _chain(node))) for node in group]
            for index, node in enumerate(group):
                near = looked_at[max(0, index - 1) : index] + looked_at[index + 1 : index + 2]
                if len(_chain(node)) > 1 or node.else_ or looked_at[index] in near:
                    self.alternatives.add(id(node))
        return [self._node(node, scope) for node in body]

    def _node(self, node: jinja.Node, scope: dict[str, Inputs]) -> jinja.Node:
        if isinstance(node, jinja.Output):
            node.nodes = [part for one in node.nodes for part in self._printed(one, scope)]
        elif isinstance(node, jinja.If):
            self._branches(node, scope)
        elif isinstance(node, jinja.For):
            looked_at = self.inputs(node.iter, scope)
            inner = dict(scope)
            for name in node.target.find_all(jinja.Name) if not isinstance(node.target, jinja.Name) else [node.target]:
                inner[name.name] = looked_at
            node.body = self._body(node.body, inner)
            if looked_at:
                return jinja.Scope(self._marked("repeat", looked_at, [node]), lineno=node.lineno)
        elif isinstance(node, jinja.Assign) and isinstance(node.target, jinja.Name):
            scope[node.target.name] = self.inputs(node.node, scope)
        elif isinstance(node, jinja.Macro):
            node.body = self._body(node.body, {**scope, **{one.name: frozenset() for one in node.args}})
        elif hasattr(node, "body") and isinstance(node.body, list):
            node.body = self._body(node.body, dict(scope))
        return node

    def _printed(self, one: jinja.Expr, scope: Mapping[str, Inputs]) -> list[jinja.Expr]:
        if isinstance(one, jinja.TemplateData):
            return [one]
        bare = one.name if isinstance(one, jinja.Name) else one.attr if isinstance(one, jinja.Getattr) else ""
        if bare in self.derived and bare not in scope:
            return [jinja.Getitem(jinja.Name("marked_", "load"), jinja.Const(bare), "load")]
        labels = self.inputs(one, scope)
        if not labels:
            return [one]
        opening = f"{VALUE}{'+'.join(sorted(labels))}{NAMED}"
        return [jinja.TemplateData(opening), one, jinja.TemplateData(END)]

    def _branches(self, node: jinja.If, scope: dict[str, Inputs]) -> None:
        chain = _chain(node)
        looked_at: Inputs = frozenset().union(*(self.inputs(one.test, scope) for one in chain))
        kind = "choice" if id(node) in self.alternatives else "option"
        for one in chain:
            one.body = self._body(one.body, scope)
            if looked_at:
                one.body = self._marked(kind, looked_at, one.body)
        node.else_ = self._body(node.else_, scope)
        if looked_at and node.else_:
            node.else_ = self._marked(kind, looked_at, node.else_)

    def _marked(self, kind: str, looked_at: Inputs, body: list[jinja.Node]) -> list[jinja.Node]:
        label = f"{kind} {len(self.blocks)}"
        self.blocks[label] = frozenset(one.partition(".")[0] for one in looked_at)
        opening = jinja.Output([jinja.TemplateData(f"{BLOCK}{label}{NAMED}")])
        return [opening, *body, jinja.Output([jinja.TemplateData(END)])]


def _chain(node: jinja.If) -> list[jinja.If]:
    return [node, *node.elif_]


def _neighbours(body: Sequence[jinja.Node]) -> list[list[jinja.If]]:
    """Runs of `if`s with nothing but blanks between them."""
    runs: list[list[jinja.If]] = [[]]
    for node in body:
        if isinstance(node, jinja.If):
            runs[-1].append(node)
        elif not isinstance(node, jinja.Output) or any(
            not isinstance(one, jinja.TemplateData) or one.data.strip() for one in node.nodes
        ):
            runs.append([])
    return runs


def read_marks(marked: str) -> Trace:
    """The text without its marks, and where they stood; of values inside values the outer one counts."""
    text: list[str] = []
    at = 0
    open_marks: list[tuple[bool, str, int]] = []
    values: list[Span] = []
    options: list[Span] = []
    choices: list[Span] = []
    repeats: list[Span] = []
    rest = marked
    while rest:
        cut = next((index for index, one in enumerate(rest) if one in (VALUE, BLOCK, END)), len(rest))
        text.append(rest[:cut])
        at += cut
        if cut == len(rest):
            break
        mark, rest = rest[cut], rest[cut + 1 :]
        if mark != END:
            label, _, rest = rest.partition(NAMED)
            open_marks.append((mark == VALUE, label, at))
            continue
        if not open_marks:
            continue
        is_value, label, start = open_marks.pop()
        whole = "".join(text)[start:]
        if not whole:
            continue
        if is_value:
            if not any(value for value, _, _ in open_marks):
                values.append(Span(start, at, label))
        elif label.startswith("repeat"):
            repeats.append(Span(start, at, label))
        elif label.startswith("choice") and "\n" not in whole.strip() and len(whole.strip()) <= SHORT:
            blank = len(whole) - len(whole.lstrip())
            values.append(Span(start + blank, start + blank + len(whole.strip()), label))
        else:
            (choices if label.startswith("choice") else options).append(Span(start, at, label))
    whole = "".join(text)
    inline = [span for span in options if _is_inline(span, whole)]
    blocks = [span for span in options if span not in inline]
    return Trace(whole, _outer([*values, *inline]), tuple(blocks), tuple(repeats), tuple(choices))


def _is_inline(span: Span, text: str) -> bool:
    """Whether an option is a part of one line: an empty value says as much."""
    body = text[span.start : span.end]
    before = text[: span.start].rpartition("\n")[2] if body[0] != "\n" else ""
    after = text[span.end :].partition("\n")[0] if body[-1] != "\n" else ""
    return "\n" not in body.strip() and len(body) <= SHORT and bool(before.strip() or after.strip())


def _outer(values: Sequence[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(values, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


@dataclass(slots=True)
class _Tracer:
    values: Values
    text: list[str] = field(default_factory=list)
    at: int = 0
    spans: list[Span] = field(default_factory=list)
    options: list[Span] = field(default_factory=list)
    repeats: list[Span] = field(default_factory=list)

    def add(self, text: str, label: str = "") -> None:
        if label and text:
            self.spans.append(Span(self.at, self.at + len(text), label))
        self.text.append(text)
        self.at += len(text)

    def walk(self, nodes: Sequence[Node], items: Mapping[str, tuple[str, Value | dict[str, str]]]) -> None:
        for node in nodes:
            start = self.at
            match node:
                case Literal(text):
                    self.add(text)
                case Slot(name, filters):
                    first, _, attribute = name.partition(".")
                    if first in items:
                        over, item = items[first]
                        value = item[attribute] if isinstance(item, dict) else item
                        self.add(apply_filters(str(value), filters), f"{over}.{attribute}")
                    else:
                        self.add(apply_filters(str(self.values[name]), filters), name)
                case Switch(name, body, otherwise):
                    on = bool(self.values[name])
                    self.walk(body if on else otherwise, items)
                    if self.at > start:
                        self.options.append(Span(start, self.at, f"option {id(node)} {on}"))
                case Repeat(item_name, over, body, separator):
                    rows = self.values[over]
                    for index, row in enumerate(rows if isinstance(rows, list) else []):
                        if index:
                            self.add(separator)
                        self.walk(body, {**items, item_name: (over, row)})
                    if self.at > start:
                        self.repeats.append(Span(start, self.at, f"repeat {id(node)}"))


def trace(template: Template, values: Values) -> Trace:
    """The same of an induced template with its values."""
    tracer = _Tracer(values)
    tracer.walk(template.nodes, {})
    whole = "".join(tracer.text)
    blocks = [span for span in tracer.options if not _is_inline(span, whole)]
    return Trace(whole, tuple(tracer.spans), tuple(blocks), tuple(tracer.repeats))


def settled(span: Span, text: str) -> Span:
    """The same block as far to the front as it can stand: `a\\n` before or behind another `a\\n` is no difference."""
    start, end = span.start, span.end
    while start and text[start - 1] == text[end - 1]:
        start, end = start - 1, end - 1
    return Span(start, end, span.label)
