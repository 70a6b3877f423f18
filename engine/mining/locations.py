"""The path template and the name of a family, inferred from where its members lie.

A part of the path that differs becomes a variable named after the directory above it (`components/{{ component }}`); a
file name keeps the words that all members share (`test_{{ plugin }}.py`) and takes the directory's variable, in another
case form if need be, where it repeats it (`{{ check }}/{{ check }}.metadata.json`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.cases import apply_filters, words_of
from engine.mining.shapes import extension

_LOCALE = re.compile(r"[a-z]{2,3}([_-]([A-Z]{2}|[A-Za-z]{4}|\d{3}|[a-z]{2}))*")
_LOCALE_HINTS = {"locale", "locales", "lang", "langs", "language", "languages", "translations", "i18n", "l10n"}
_GENERIC_STEMS = {"__init__", "index", "main", "mod", "default", "readme", "init"}
_CASES = ("snake", "kebab", "camel", "pascal", "constant", "joined", "lower", "upper", "capital")
_BREAK = re.compile(r"[_\-. ]")


@dataclass(frozen=True, slots=True)
class Location:
    """`template` is Jinja text, empty when the members do not lie at one shape of place; `words` are for the name."""

    template: str
    words: tuple[str, ...]


def locate(paths: Sequence[str], *, directories: bool = False) -> Location:
    """Where `paths` lie; `directories` when they are directories (of a scaffold) rather than files."""
    split = [path.split("/") for path in paths]
    depth, agreeing = Counter(len(parts) for parts in split).most_common(1)[0]
    rows = [parts for parts in split if len(parts) == depth]
    columns = list(zip(*rows, strict=True))
    pieces: list[str] = []
    variables: dict[str, tuple[str, ...]] = {}
    last = len(columns) - 1
    for place, column in enumerate(columns):
        if place == last and not directories:
            pieces.append(_file_name(column, _above(columns, place), variables))
        elif len(set(column)) == 1:
            pieces.append(_escaped(column[0]))
        else:
            pieces.append(
                _slot(column, variables) or _new(_name_for(column, _above(columns, place)), column, variables)
            )
    template = "/".join(pieces) if agreeing == len(paths) else ""
    return Location(template, tuple(_words(columns, variables, directories)))


def _above(columns: Sequence[tuple[str, ...]], place: int) -> str:
    """The name of the directory above, when it is one and the same."""
    if place and len(set(columns[place - 1])) == 1:
        return columns[place - 1][0]
    return ""


def _name_for(values: Sequence[str], above: str) -> str:
    hinted = above.lower() in _LOCALE_HINTS
    if (hinted or len({value for value in values if "_" in value or "-" in value}) > 0) and all(
        _LOCALE.fullmatch(value) for value in values
    ):
        return "locale"
    if not above:
        return "name"
    words = words_of(above)
    single = apply_filters("_".join(words).lower(), ("singular", "snake")) if words else ""
    return single if single.isidentifier() and single != above.lower() else "name"


def _new(name: str, values: tuple[str, ...], variables: dict[str, tuple[str, ...]]) -> str:
    unique, number = name, 2
    while unique in variables:
        unique, number = f"{name}_{number}", number + 1
    variables[unique] = values
    return f"{{{{ {unique} }}}}"


def _slot(values: Sequence[str], variables: dict[str, tuple[str, ...]]) -> str:
    """A known variable, through a case filter if need be, that gives exactly `values`; empty when none does."""
    for name, known in variables.items():
        if tuple(values) == known:
            return f"{{{{ {name} }}}}"
        for case in _CASES:
            if all(apply_filters(value, (case,)) == text for value, text in zip(known, values, strict=True)):
                return f"{{{{ {name} | {case} }}}}"
    return ""


def _file_name(names: tuple[str, ...], above: str, variables: dict[str, tuple[str, ...]]) -> str:
    if len(set(names)) == 1:
        return _escaped(names[0])
    head, tail = _common_ends(names)
    middles = tuple(name[len(head) : len(name) - len(tail)] for name in names)
    slot = _slot(middles, variables)
    if not slot and any(not middle for middle in middles):
        return ""  # the varying part may not be empty: no one template says this
    if not slot:
        whole = _slot(tuple(name.removesuffix(extension(name)) for name in names), variables)
        if whole and len({extension(name) for name in names}) == 1:
            return whole + _escaped(extension(names[0]))
        slot = _new("number" if all(m.isdigit() for m in middles) else _name_for(middles, above), middles, variables)
    return _escaped(head) + slot + _escaped(tail)


def _common_ends(names: Sequence[str]) -> tuple[str, str]:
    """The longest common beginning and end that stop at a word's edge; the end holds the extension at least."""
    low, high = min(names), max(names)
    size = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    head = low[:size]
    cuts = [match.end() for match in _BREAK.finditer(head)]
    head = head[: cuts[-1]] if cuts else ""
    turned = [name[len(head) :][::-1] for name in names]
    low, high = min(turned), max(turned)
    size = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    tail = low[:size]
    cuts = [match.end() for match in _BREAK.finditer(tail)]
    return head, (tail[: cuts[-1]] if cuts else "")[::-1]


def _escaped(text: str) -> str:
    return re.sub(r"\{(?=[{%#])|[}%#](?=\})", lambda found: "{{ '" + found[0] + "' }}", text)


def _words(columns: Sequence[tuple[str, ...]], variables: dict[str, tuple[str, ...]], directories: bool) -> list[str]:
    """Up to three words: the nearest fixed directory in the singular, what the file name fixes, and what they are."""
    fixed = [column[0] for column in (columns if directories else columns[:-1]) if len(set(column)) == 1]
    nearest = [apply_filters(word, ("singular",)) for word in _lower(fixed[-1])[-2:]] if fixed else []
    if directories:
        return [*(nearest or ["directory"]), "scaffold"]
    names = columns[-1]
    suffix = extension(names[0]).lstrip(".").lower()
    if len(set(names)) == 1:
        stem = names[0].removesuffix(extension(names[0])) or names[0].lstrip(".")
        own = _lower(stem)
        if stem.lower() in _GENERIC_STEMS:
            own = [] if stem != "README" and stem.lower() != "readme" else ["readme"]
        words = [*(word for word in nearest if word not in own), *own]
        if not own and len(fixed) > 1:
            words = [*words, *(word for word in map(_singular, _lower(fixed[-2])[-1:]) if word not in words)]
        return words or [suffix]
    head, tail = _common_ends(names)
    own = _lower(head) + _lower(tail.removesuffix(extension(names[0])))
    return [*(word for word in nearest if word not in own), *own] or [suffix]


def _singular(word: str) -> str:
    return apply_filters(word, ("singular",))


def _lower(text: str) -> list[str]:
    return [word.lower() for word in words_of(text) if not word.isdigit()]
