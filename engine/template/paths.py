"""What a path decides: matching it against a path template, and deriving variables from it."""

from __future__ import annotations

import re

from engine.cases import FORMS, apply_filters, inversions
from engine.errors import TemplateError
from engine.model import Literal, Slot, Template

# Ambiguous templates are tried longest slot first; a path that needs more steps than this matches nothing.
_MOST_STEPS = 20_000


Shown = dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
"""For each variable the texts its slots show, with their filters."""


def match_path(path_template: Template, path: str) -> dict[str, str] | None:
    """The values with which the path template gives this path, or None.

    A slot holds at least one character and never a `/`; of several ways the one with the longest first slot is taken.
    Values are canonical (`engine.cases.invert`), and a variable that stands in several slots has one value that fits
    all of them. A template with switches or repeats matches nothing.
    """
    nodes: list[Literal | Slot] = []
    for node in path_template.nodes:
        if not isinstance(node, Literal | Slot):
            return None
        nodes.append(node)
    steps = 0

    def search(number: int, at: int, found: Shown) -> Shown | None:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS:
            return None
        if number == len(nodes):
            return found if at == len(path) else None
        node = nodes[number]
        if isinstance(node, Literal):
            return search(number + 1, at + len(node.text), found) if path.startswith(node.text, at) else None
        slash = path.find("/", at)
        for end in range(len(path) if slash < 0 else slash, at, -1):
            shown = (*found.get(node.name, ()), (path[at:end], node.filters))
            result = search(number + 1, end, {**found, node.name: shown}) if _values(shown) else None
            if result is not None:
                return result
        return None

    found = search(0, 0, {})
    return None if found is None else {name: _values(shown)[0] for name, shown in found.items()}


def _values(shown: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    """The values that show as each of these texts through its filters, the most canonical first."""
    values = dict.fromkeys(value for text, filters in shown for value in inversions(text, filters))
    return tuple(value for value in values if all(apply_filters(value, filters) == text for text, filters in shown))


_DERIVATION = re.compile(r"(stem|name|ext|dir\[(\d{1,3})\]|match\.(\w+))((?:\s*\|\s*\w+)*)\s*")


def derive(derivation: str, path: str, path_template: Template | None = None) -> str | None:
    """What the path says a variable is, or None when it does not say.

    `stem` and `ext` split the file's `name` at its last dot (`.eslintrc` has no ext), `dir[0]` is the nearest
    directory, `match.x` is slot x of the path template; filters follow after `|`. Raises TemplateError for
    anything else.
    """
    match = _DERIVATION.fullmatch(derivation.strip())
    if not match:
        raise TemplateError(
            f"{derivation!r} is no part of a path: write stem, name, ext, dir[0] or match.x, then | and case filters"
        )
    source, number, group, pipeline = match.groups()
    filters = [name.strip() for name in pipeline.split("|")[1:]]
    for name in filters:
        if name not in FORMS:
            raise TemplateError(f"{derivation!r}: no filter is called {name!r}; known are {', '.join(FORMS)}")
    value = _part(source, number, group, path, path_template)
    return apply_filters(value, filters) if value else None


def _part(source: str, number: str | None, group: str | None, path: str, path_template: Template | None) -> str | None:
    *directories, name = path.rstrip("/").split("/")
    if group is not None:
        found = match_path(path_template, path) if path_template else None
        return found.get(group) if found else None
    if number is not None:
        return directories[-1 - int(number)] if int(number) < len(directories) else None
    stem, _, ext = name.rpartition(".")
    if not stem.strip("."):
        stem, ext = name, ""
    return {"name": name, "stem": stem, "ext": ext}[source]
