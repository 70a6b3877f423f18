"""What the paths of a family decide: its path template, the variables in it, and where their words stand in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from engine.cases import apply_filters, words_of
from engine.induction.tokens import PathForm, Token, tokens_of
from engine.model import Literal, Node, Slot, Template

CASES = (
    "snake",
    "kebab",
    "pascal",
    "camel",
    "constant",
    "title",
    "words",
    "sentence",
    "dotted",
    "joined",
    "upper",
    "lower",
    "capital",
)
_FILTERS: tuple[tuple[str, ...], ...] = (
    (),
    *((case,) for case in CASES),
    ("joined", "upper"),
    ("joined", "capital"),
    ("plural",),
    ("singular",),
    *(
        pair
        for pair in product(("plural", "singular"), ("snake", "kebab", "pascal", "camel", "constant", "title", "words"))
    ),
)
_RANK = {filters: rank for rank, filters in enumerate(_FILTERS)}

_NUMBERED = re.compile(r"(?P<number>\d+)(?P<joint>[-_])(?P<rest>.+)", re.DOTALL)
_VERSIONED = re.compile(r"(?P<rest>.*[^\W\d_].*?)(?P<joint>[-_])(?P<version>v?\d+(?:\.\w+)+|v?\d+)", re.DOTALL)
_HASHED = re.compile(r"(?P<rest>.+)(?P<joint>[-_.])(?P<hash>(?=[a-f]*\d)[0-9a-f]{7,})", re.DOTALL)
_NOUN = re.compile(r"[a-z][a-z0-9_]{2,}")
_GENERIC = frozenset(
    ("src", "lib", "libs", "include", "test", "tests", "spec", "specs", "app", "apps", "pkg", "package", "main")
)
_LOCALE = re.compile(r"[a-z]{2,3}([-_]([A-Z]{2}|[A-Z][a-z]{3}|[a-z]{2}))?")
_VERSION = re.compile(r"v?\d+(\.\w+)+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


@dataclass(frozen=True, slots=True)
class PathVariable:
    """A part of the path that differs: `values` has one entry per example."""

    name: str
    derivation: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathFamily:
    template: Template
    variables: tuple[PathVariable, ...]


def path_family(paths: Sequence[str], *, directory: bool = False) -> PathFamily:
    """The template that renders `paths` (all of a file family; with `directory`, the directories of scaffolds).

    Where the depth differs, one slot stands for the directories between what is common; it has no derivation.
    """
    split = [path.split("/") for path in paths]
    short = min(len(parts) for parts in split)
    head = 0
    while head < short - 1 and len({parts[head] for parts in split}) == 1:
        head += 1
    deep = len({len(parts) for parts in split}) > 1
    tail = short - head if not deep else max(1, min(short - head - 1, 2))
    builder = _Builder(directory=directory)
    for index in range(head):
        builder.literal(split[0][index] + "/")
    if deep:
        middles = ["".join(f"{part}/" for part in parts[head : len(parts) - tail]) for parts in split]
        builder.slot(middles, "", "directory")
    for index in range(tail, 0, -1):
        parts = [part[len(part) - index] for part in split]
        parents = {part[len(part) - index - 1] if len(part) > index else "" for part in split}
        parent = parents.pop() if len(parents) == 1 else ""
        builder.component(parts, index - 1, parent)
        if index > 1:
            builder.literal("/")
    return PathFamily(Template(tuple(builder.nodes)), tuple(builder.variables))


class _Builder:
    """Collects the path template's nodes and variables from left to right."""

    def __init__(self, *, directory: bool) -> None:
        self.nodes: list[Node] = []
        self.variables: list[PathVariable] = []
        self.directory = directory

    def literal(self, text: str) -> None:
        if not text:
            return
        if self.nodes and isinstance(self.nodes[-1], Literal):
            text = self.nodes.pop().text + text  # type: ignore[union-attr]
        self.nodes.append(Literal(text))

    def slot(self, values: Sequence[str], derivation: str, name: str) -> None:
        vector = tuple(values)
        for known in self.variables:
            for filters in _FILTERS[:14]:
                if all(apply_filters(one, filters) == other for one, other in zip(known.values, vector, strict=True)):
                    self.nodes.append(Slot(known.name, filters))
                    return
        taken = {variable.name for variable in self.variables}
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        if derivation == "match":
            derivation = "" if self.directory else f"match.{unique}"
        self.variables.append(PathVariable(unique, derivation, vector))
        self.nodes.append(Slot(unique))

    def component(self, parts: Sequence[str], depth: int, parent: str) -> None:
        """One directory or file name; `depth` 0 is the last."""
        if len(set(parts)) == 1:
            self.literal(parts[0])
            return
        if self.directory:
            whole = "name" if depth == 0 else f"dir[{depth - 1}]"
        else:
            whole = f"dir[{depth - 1}]" if depth else ""
        ending = "" if depth or self.directory else _common_ending(parts)
        stems = [part[: len(part) - len(ending)] for part in parts]
        if depth == 0 and not self.directory and ending.count(".") == 1:
            whole = "stem"
        before, inner, after = _trim(stems)
        name = _name_for(inner, apply_filters("_".join(words_of(parent)), ("singular",)) if parent else "")
        pieces = _split(inner)
        if (len(pieces) == 1 and not before and not after) or (self.directory and len(pieces) == 1):
            self.slot(stems, whole or "match", name)
        else:
            self.literal(before)
            for kind, values in pieces:
                if kind == "joint" or len(set(values)) == 1:
                    self.literal(values[0])
                else:
                    self.slot(values, "match", name if kind == "rest" else kind)
            self.literal(after)
        self.literal(ending)


def _common_ending(names: Sequence[str]) -> str:
    """The extensions all names share: `.service.ts`."""
    ending = ""
    rests = list(names)
    while True:
        tails = {rest[rest.rfind(".") :] if "." in rest[1:] else "" for rest in rests}
        if len(tails) != 1 or not (tail := tails.pop()) or tail[1:].isdigit():
            return ending
        ending = tail + ending
        rests = [rest[: len(rest) - len(tail)] for rest in rests]


def _trim(values: Sequence[str]) -> tuple[str, list[str], str]:
    """(common start, what differs, common end), cut between words; never inside a number or a version."""
    rows = [tokens_of(value) for value in values]
    shortest = min(len(row) for row in rows)
    start = 0
    while start < shortest - 1 and len({row[start] for row in rows}) == 1:
        start += 1
    end = 0
    while end < shortest - start - 1 and len({row[-1 - end] for row in rows}) == 1:
        end += 1
    while start and (rows[0][start - 1].isdigit() or (rows[0][start - 1] == "." and start > 1)):
        start -= 1
    while end and (rows[0][-end].isdigit() or rows[0][-end] == "."):
        end -= 1
    before = "".join(rows[0][:start])
    after = "".join(rows[0][len(rows[0]) - end :])
    return before, ["".join(row[start : len(row) - end]) for row in rows], after


def _split(values: Sequence[str]) -> list[tuple[str, list[str]]]:
    """`values` cut at a number in front, a version or a hash behind, where all of them have it."""
    for pattern in (_NUMBERED, _HASHED, _VERSIONED):
        found = [pattern.fullmatch(value) for value in values]
        groups = [match.groupdict() for match in found if match]
        if len(groups) == len(values) and len({group["joint"] for group in groups}) == 1:
            return [(key, [group[key] for group in groups]) for key in groups[0]]
    return [("rest", list(values))]


def _name_for(values: Sequence[str], parent: str) -> str:
    if all(_VERSION.fullmatch(value) for value in values):
        return "version"
    if all(_DATE.fullmatch(value) for value in values):
        return "date"
    if all(value.isdigit() for value in values):
        return "number"
    if all(_LOCALE.fullmatch(value) for value in values) and any("_" in value or "-" in value for value in values):
        return "locale"
    return parent if _NOUN.fullmatch(parent) and parent not in _GENERIC else "name"


# ── the words of the path inside a text ──────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def forms_of(value: str) -> Mapping[str, frozenset[tuple[str, ...]]]:
    """Every text that a filter makes of `value`, with all filters that make it."""
    forms: dict[str, set[tuple[str, ...]]] = {value: {()}}
    if any(character.isalpha() for character in value):
        for filters in _FILTERS:
            forms.setdefault(apply_filters(value, filters), set()).add(filters)
    return {text: frozenset(filters) for text, filters in forms.items() if _speaks(text, value)}


def _speaks(text: str, value: str) -> bool:
    """Whether a form is long enough to be recognised: single letters and lone digits stand for anything."""
    return len(text) > 2 or (len(text) == 2 and len(value) == 2 and not text.isdigit())


def simplest(filters: frozenset[tuple[str, ...]]) -> tuple[str, ...]:
    """The filter chain a person would write, of those that do the same."""
    return min(filters, key=lambda chain: (_RANK.get(chain, len(_RANK)), chain))


class PathWords:
    """Finds the forms of one example's path values in its lines."""

    def __init__(self, values: Sequence[str], allowed: Callable[[int, str], bool] | None = None) -> None:
        """`allowed` (variable, form) refuses forms that mean something else in these texts."""
        self._starts: dict[str, list[tuple[list[str], str, PathForm]]] = {}
        for variable, value in enumerate(values):
            for text, filters in forms_of(value).items():
                if allowed is not None and not allowed(variable, text):
                    continue
                tokens = tokens_of(text)
                self._starts.setdefault(tokens[0], []).append((tokens, text, PathForm(variable, filters)))
        for forms in self._starts.values():
            forms.sort(key=lambda form: (-len(form[0]), form[2].variable))

    @property
    def starts(self) -> Collection[str]:
        """The first tokens of all forms: a text with none of them has no occurrence."""
        return self._starts.keys()

    def mark(self, line: str, among: Collection[int] | None = None) -> Iterator[Token]:
        """The tokens of `line`, with those that spell a value (of the variables `among`) joined into one and marked."""
        tokens = tokens_of(line)
        at = 0
        while at < len(tokens):
            for form, text, path_form in self._starts.get(tokens[at], ()):
                if tokens[at : at + len(form)] == form and (among is None or path_form.variable in among):
                    yield Token(text, path_form)
                    at += len(form)
                    break
            else:
                yield Token(tokens[at])
                at += 1

    def occurs(self, line: str) -> bool:
        return any(token.form is not None for token in self.mark(line))


def plain_tokens(line: str) -> Iterator[Token]:
    return (Token(text) for text in tokens_of(line))
