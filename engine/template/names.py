"""Which names a template uses, and which it may use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from engine.model import FileTemplate, Node, RawTemplate, Repeat, Slot, Switch, Template, Value

# Words of Jinja's grammar, and the names it gives a meaning of its own.
_RESERVED = """
    and as block call caller do elif else endblock endcall endfilter endfor endif endmacro endraw endset extends
    false False filter for from if import in include is kwargs loop macro none None not or raw recursive scoped
    self set super true True varargs with without
"""
RESERVED = frozenset(_RESERVED.split())


def is_variable_name(name: str) -> bool:
    """Whether a variable, an item or a field may be called so: an identifier that Jinja and Python spell alike."""
    return name.isidentifier() and name not in RESERVED and unicodedata.normalize("NFKC", name) == name


def variables_of(template: Template | RawTemplate) -> tuple[str, ...]:
    """The variables the template needs values for, in order of first use; items and fields of repeats are none."""
    if isinstance(template, RawTemplate):
        from engine.template.parse import variables_of_source  # Jinja costs 72 ms

        return variables_of_source(template.source)
    return tuple(dict.fromkeys(_names(template.nodes, ())))


def idle_variables(files: Sequence[FileTemplate], values: Mapping[str, Value]) -> frozenset[str]:
    """The variables that these files have, and that say nothing as the switches stand: all their places are off."""
    every: set[str] = set()
    shown: set[str] = set()
    for file in files:
        every |= {*variables_of(file.path), *variables_of(file.body), *filter(None, (file.switch,))}
        shown |= {*variables_of(file.path), *filter(None, (file.switch,))}
        if file.switch and not values.get(file.switch):
            continue
        if isinstance(file.body, RawTemplate):
            shown |= {*variables_of(file.body)}
        else:
            shown |= {*_names(file.body.nodes, (), values)}
    return frozenset(every - shown)


def _names(nodes: Sequence[Node], items: tuple[str, ...], values: Mapping[str, Value] | None = None) -> Iterator[str]:
    """With `values` only those behind switches that are on."""
    for node in nodes:
        match node:
            case Slot(name=name):
                yield from () if name.partition(".")[0] in items else (name,)
            case Switch(name=name, body=body, otherwise=otherwise):
                own = name.partition(".")[0] in items
                yield from () if own else (name,)
                if own or values is None or values.get(name):
                    yield from _names(body, items, values)
                if own or values is None or not values.get(name):
                    yield from _names(otherwise, items, values)
            case Repeat(item=item, over=over, body=body):
                yield from () if over in items else (over,)
                yield from _names(body, (*items, item), values)
            case _:
                pass
