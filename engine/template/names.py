"""Which names a template uses, and which it may use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from engine.model import Node, RawTemplate, Repeat, Slot, Switch, Template

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


def _names(nodes: Sequence[Node], items: tuple[str, ...]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Slot(name=name):
                yield from () if name.partition(".")[0] in items else (name,)
            case Switch(name=name, body=body, otherwise=otherwise):
                yield from () if name.partition(".")[0] in items else (name,)
                yield from _names(body, items)
                yield from _names(otherwise, items)
            case Repeat(item=item, over=over, body=body):
                yield from () if over in items else (over,)
                yield from _names(body, (*items, item))
            case _:
                pass
