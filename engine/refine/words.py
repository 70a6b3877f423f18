"""Text becomes a variable: every place where it stands, in every case form, or one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.cases import apply_filters
from engine.induction.paths import forms_of, simplest
from engine.induction.tokens import tokens_of
from engine.model import Literal, Node, Pattern, Preset, Refusal, Repeat, Slot, Switch, Template, Variable
from engine.refine.naming import name_problem
from engine.template.lines import by_lines

MOST_WORDS = 400
_WORD = re.compile(r"\"([^\"\n{}]{1,60})\"|'([^'\n{}]{1,60})'|(\w[\w.-]*\w|\w)")

Forms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the template's text and how often it stands there."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Reach:
    """In how many places a text stands: spelled so, and in any case form."""

    spelled: int
    forms: int


def words_of_template(pattern: Pattern) -> tuple[Word, ...]:
    """Words, numbers and quoted texts that are the same in every file, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in _literals(pattern):
        for match in _WORD.finditer(text):
            quoted = match[1] or match[2]
            counts[quoted or match[3]] += 1
            if quoted:
                counts.update(inner[3] for inner in _WORD.finditer(quoted) if inner[3] and inner[3] != quoted)
    return tuple(Word(text, count) for text, count in counts.most_common(MOST_WORDS))


def reach_of(pattern: Pattern, text: str) -> Reach:
    """Where `AsVariable(text, …)` would put slots."""
    if not text:
        return Reach(0, 0)
    spelled, all_forms = (_forms(text, every=every) for every in (False, True))
    found = [[form for _, form in _marked(literal, all_forms) if form] for literal in _literals(pattern)]
    exact = sum(sum(bool(form) for _, form in _marked(literal, spelled)) for literal in _literals(pattern))
    return Reach(exact, sum(map(len, found)))


def make_variable(pattern: Pattern, text: str, name: str, *, forms: bool, place: int) -> Pattern | Refusal:
    """`pattern` with a new variable in place of `text`; its default, and its value in each example, is the text."""
    if not text:
        return Refusal("choose the text first")
    if problem := name_problem(pattern, name):
        return Refusal(problem)
    walk = _Walk(_forms(text, every=forms and not place), name, place)
    files = tuple(
        replace(file, body=Template(by_lines(tuple(walk.nodes(file.body.nodes)))))
        if isinstance(file.body, Template)
        else file
        for file in pattern.files
    )
    if not walk.taken:
        return Refusal("the template has no such place" if place else f"{text!r} stands nowhere in the template's text")
    variable = Variable(name, default=text, examples=(text,))
    return replace(
        pattern,
        files=files,
        variables=(*pattern.variables, variable),
        presets=tuple(Preset(preset.name, {**preset.values, name: text}, preset.extra) for preset in pattern.presets),
        invariants=tuple(line for line in pattern.invariants if text not in line),
    )


def _forms(text: str, *, every: bool) -> Forms:
    """Texts that stand for the variable, each with the filters that make it of `text`."""
    found: dict[str, tuple[str, ...]] = {text: ()}
    if every:
        known = {form: simplest(filters) for form, filters in forms_of(text).items()}
        found = {form: filters for form, filters in known.items() if apply_filters(text, filters) == form} | found
    return found


def _literals(pattern: Pattern) -> Iterator[str]:
    for file in pattern.files:
        if isinstance(file.body, Template):
            yield from _texts(file.body.nodes)


def _texts(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Literal(text=text):
                yield text
            case Switch(body=body, otherwise=otherwise):
                yield from _texts(body)
                yield from _texts(otherwise)
            case Repeat(body=body):
                yield from _texts(body)
            case _:
                pass


def _marked(text: str, forms: Forms) -> Iterator[tuple[str, str]]:
    """`text` in pieces, each with the form that it is, or nothing; a form stands between the borders of sub-words."""
    spelled = sorted(((tokens_of(form), form) for form in forms), key=lambda pair: -len(pair[0]))
    starts: dict[str, list[tuple[list[str], str]]] = {}
    for tokens, form in spelled:
        starts.setdefault(tokens[0], []).append((tokens, form))
    tokens = tokens_of(text)
    at = 0
    while at < len(tokens):
        for wanted, form in starts.get(tokens[at], ()):
            if tokens[at : at + len(wanted)] == wanted:
                yield form, form
                at += len(wanted)
                break
        else:
            yield tokens[at], ""
            at += 1


@dataclass
class _Walk:
    """One walk over all texts, counting the places."""

    forms: Forms
    name: str
    place: int
    seen: int = field(default=0, init=False)
    taken: int = field(default=0, init=False)

    def nodes(self, nodes: Sequence[Node]) -> Iterator[Node]:
        for node in nodes:
            match node:
                case Literal(text=text):
                    yield from self._literal(text)
                case Switch(body=body, otherwise=otherwise):
                    yield replace(node, body=tuple(self.nodes(body)), otherwise=tuple(self.nodes(otherwise)))
                case Repeat(body=body):
                    yield replace(node, body=tuple(self.nodes(body)))
                case _:
                    yield node

    def _literal(self, text: str) -> Iterator[Node]:
        for piece, form in _marked(text, self.forms):
            self.seen += bool(form)
            if form and self.place in (0, self.seen):
                self.taken += 1
                yield Slot(self.name, self.forms[form])
            else:
                yield Literal(piece)
