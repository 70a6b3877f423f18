"""Printing a template as Jinja2: exact for any literal text, laid out for a person to read and edit.

A block whose branches are whole lines gets its tags on lines of their own, and the tags strip the line ends that this
adds: `{%- if x %}` the one before it, and the block then begins with the newline it used to end with; or where that
would strip more, `{% if x -%}` the one behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.cases import FORMS
from engine.errors import TemplateError
from engine.model import Literal, Node, Repeat, Slot, Switch, Template
from engine.template.lines import by_lines
from engine.template.literal import escaped
from engine.template.names import is_variable_name


def to_jinja(template: Template) -> str:
    """The template in Jinja2's syntax; what `parse` makes of it renders the same for all values.

    Raises TemplateError for a name or a filter that Jinja could not read back.
    """
    parts = [_part(node) for node in by_lines(template.nodes)]
    _lay_out(parts, top=True)
    return _source(parts, tag_follows=False)


@dataclass(slots=True)
class _Text:
    text: str


@dataclass(slots=True)
class _Tag:
    source: str


@dataclass(slots=True)
class _Block:
    """A switch or repeat: `words[i]` opens `bodies[i]`, the last of them closes; `tags` are the words as printed."""

    words: list[str]
    bodies: list[list[_Part]]
    strips_before: bool = False
    tags: list[str] = field(default_factory=list)


_Part = _Text | _Tag | _Block


def _part(node: Node) -> _Part:
    match node:
        case Literal(text=text):
            return _Text(text)
        case Slot(name=name, filters=filters):
            return _Tag("{{ " + " | ".join([_name(name), *map(_filter, filters)]) + " }}")
        case Switch():
            return _switch(node)
        case Repeat(item=item, over=over, body=body, separator=separator):
            parts = [_part(inner) for inner in body]
            if separator:
                parts.append(_Tag("{% if not loop.last %}" + escaped(separator, before_tag=True) + "{% endif %}"))
            return _Block([f"for {_name(item)} in {_name(over)}", "endfor"], [parts])


def _switch(node: Switch) -> _Block:
    if not node.body and node.otherwise:
        return _Block([f"if not {_name(node.name)}", "endif"], [[_part(inner) for inner in node.otherwise]])
    words = [f"if {_name(node.name)}"]
    bodies = [[_part(inner) for inner in node.body]]
    otherwise = node.otherwise
    while len(otherwise) == 1 and isinstance(otherwise[0], Switch) and otherwise[0].body:
        words.append(f"elif {_name(otherwise[0].name)}")
        bodies.append([_part(inner) for inner in otherwise[0].body])
        otherwise = otherwise[0].otherwise
    if otherwise:
        words.append("else")
        bodies.append([_part(inner) for inner in otherwise])
    return _Block([*words, "endif"], bodies)


def _name(name: str) -> str:
    root, *fields = name.split(".")
    if len(fields) > 1 or not all(map(is_variable_name, (root, *fields))):
        raise TemplateError(f"{name!r} cannot be the name of a variable in a template")
    # Jinja2 takes `field.items` for a method of the record.
    return root + "".join(
        f'["{field}"]' if hasattr(dict, field) or field[0] == "_" else f".{field}" for field in fields
    )


def _filter(name: str) -> str:
    if name not in FORMS:
        raise TemplateError(f"no filter is called {name!r}; known are {', '.join(FORMS)}")
    return name


def _lay_out(parts: list[_Part], *, top: bool) -> None:
    """Decide how the tags of each block are printed, and move the newlines that this takes."""
    for at, part in enumerate(parts):
        if isinstance(part, _Block):
            for body in part.bodies:
                _lay_out(body, top=False)
            _strip_before(part, parts, at, top=top)
    for at, part in enumerate(parts):
        if isinstance(part, _Block) and not part.strips_before:
            _strip_behind(part, parts, at, top=top)


def _strip_before(block: _Block, parts: list[_Part], at: int, *, top: bool) -> None:
    """`{%- … %}` on lines of their own, if the text before the block and all branches end with as many newlines."""
    before = parts[at - 1] if at else None
    count = _final_newlines(before)
    endings = [body[-1] if body else None for body in block.bodies]
    if not count or any(_final_newlines(ending) != count for ending in endings):
        return
    newlines = "\n" * count
    # Nothing but newlines since the last tag, to which an outer block may add its own: stripping would take those too.
    if (at == 1 and not top and before == _Text(newlines)) or [_Text(newlines)] in block.bodies:
        return
    for text in (before, *endings):
        if isinstance(text, _Text):
            text.text = text.text[:-count]
    for body in block.bodies:
        body.insert(0, _Text(newlines))
    parts.insert(at + 1, _Text(newlines))
    _merge_texts(parts, at + 1)
    for body in block.bodies:
        _merge_texts(body, 0)
    block.strips_before = True
    block.tags = ["\n{%- " + words + " %}" for words in block.words]


def _final_newlines(part: _Part | None) -> int:
    """How many newlines a text ends with, 0 when other blanks stand before them."""
    if not isinstance(part, _Text):
        return 0
    bare = part.text.rstrip("\n")
    return 0 if bare[-1:].isspace() else len(part.text) - len(bare)


def _merge_texts(parts: list[_Part], at: int) -> None:
    if at + 1 < len(parts):
        one, other = parts[at], parts[at + 1]
        if isinstance(one, _Text) and isinstance(other, _Text):
            parts[at : at + 2] = [_Text(one.text + other.text)]


def _strip_behind(block: _Block, parts: list[_Part], at: int, *, top: bool) -> None:
    """`{% … -%}` on lines of their own, if the block begins a line and its branches are lines without indent."""
    before = parts[at - 1] if at else None
    begins_line = top if before is None else isinstance(before, _Text) and before.text.endswith("\n")
    if isinstance(before, _Block):
        begins_line = before.tags[-1].endswith("\n")
    whole = all(body and _is_solid(body, 0) and _final_newlines(body[-1]) for body in block.bodies)
    strips = [begins_line and whole] * len(block.bodies)
    strips.append(strips[0] and _is_solid(parts, at + 1))
    block.tags = [
        "{% " + words + (" -%}\n" if strip else " %}") for words, strip in zip(block.words, strips, strict=True)
    ]


def _is_solid(parts: Sequence[_Part], at: int) -> bool:
    """Whether something stands there that stripping cannot touch."""
    if at >= len(parts):
        return False
    part = parts[at]
    return not part.text[:1].isspace() if isinstance(part, _Text) else True


def _source(parts: Sequence[_Part], *, tag_follows: bool) -> str:
    printed: list[str] = []
    for at, part in enumerate(parts):
        match part:
            case _Tag(source=source):
                printed.append(source)
            case _Text(text=text):
                following = parts[at + 1] if at + 1 < len(parts) else None
                spaced = isinstance(following, _Block) and following.strips_before
                printed.append(escaped(text, before_tag=tag_follows if following is None else not spaced))
            case _Block(tags=tags, bodies=bodies):
                for tag, body in zip(tags, bodies, strict=False):
                    printed += [tag, _source(body, tag_follows=not part.strips_before)]
                printed.append(tags[-1])
    return "".join(printed)
