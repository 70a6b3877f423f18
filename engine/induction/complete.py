"""All values of an application from the few that are given: given > path > analogy > preset > default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.cases import apply_filters, words_of
from engine.errors import TemplateError
from engine.induction.paths import PathWords, simplest
from engine.induction.tokens import tokens_of
from engine.model import FileTemplate, Value, Values, Variable, VariableType
from engine.template import derive

_MOST_TOKENS = 40
_JOINTS = str.maketrans("", "", "_-.")


@dataclass(frozen=True, slots=True)
class Completed:
    """`values` of all variables but the `missing`; `sources` says where each comes from: given, path, preset, default,
    or analogy (a preset's or default value in which words that were given replaced their counterparts)."""

    values: dict[str, Value]
    sources: dict[str, str]
    missing: tuple[str, ...]


def complete(
    variables: Sequence[Variable],
    files: Sequence[FileTemplate],
    target: str,
    given: Values,
    preset: Values | None = None,
) -> Completed:
    """The values with which a pattern is rendered at `target` (a file's path, or a scaffold's directory)."""
    return complete_from(variables, path_values(variables, files, target), given, preset)


def path_values(variables: Sequence[Variable], files: Sequence[FileTemplate], target: str) -> dict[str, str]:
    """What the path decides; a derivation that does not apply to this path (or is broken) decides nothing."""
    template = files[0].path if files else None
    found = {}
    for variable in variables:
        if variable.derivation:
            try:
                value = derive(variable.derivation, target, template)
            except TemplateError:
                continue
            if value is not None:
                found[variable.name] = value
    return found


def complete_from(
    variables: Sequence[Variable], derived: Mapping[str, str], given: Values, preset: Values | None
) -> Completed:
    """`complete` with the path's values already derived."""
    values: dict[str, Value] = {}
    sources: dict[str, str] = {}
    missing = []
    for variable in variables:
        name = variable.name
        if name in given:
            values[name], sources[name] = given[name], "given"
        elif name in derived:
            values[name], sources[name] = derived[name], "path"
        elif preset is not None and name in preset:
            values[name], sources[name] = preset[name], "preset"
        elif variable.default is not None:
            values[name], sources[name] = variable.default, "default"
        elif not variable.required:
            values[name], sources[name] = _EMPTY.get(variable.type, ""), "default"
        else:
            missing.append(name)
    words = _replacements(variables, values, sources, preset)
    if words is not None:
        for name, source in sources.items():
            if source in ("preset", "default"):
                changed = words.in_value(values[name])
                if changed != values[name]:
                    values[name], sources[name] = changed, "analogy"
    for name in given:  # a value no variable asks for is kept: templates edited by hand may use it
        values.setdefault(name, given[name])
    return Completed(values, sources, tuple(missing))


_EMPTY: dict[VariableType, Value] = {VariableType.BOOLEAN: False, VariableType.LIST: [], VariableType.RECORDS: []}


class _Words:
    """Replaces old values by new ones, in every case form, inside other values."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._old = [old for old, _ in pairs]
        self._new = [new for _, new in pairs]
        self._words = PathWords(self._old)
        self._starts = tuple(self._words.starts)
        self._known: dict[str, str] = {}

    def in_text(self, text: str) -> str:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._replaced(text) if self._may_speak(text) else text
        return found

    def _may_speak(self, text: str) -> bool:
        return any(start in text for start in self._starts)

    def _replaced(self, text: str) -> str:
        return "".join(
            token.text
            if token.form is None
            else apply_filters(self._new[token.form.variable], simplest(token.form.filters))
            for token in self._words.mark(text)
        )

    def in_value(self, value: Value) -> Value:
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, list):
            return [  # type: ignore[return-value]
                self.in_text(item) if isinstance(item, str) else {key: self.in_text(text) for key, text in item.items()}
                for item in value
            ]
        return value


def _replacements(
    variables: Sequence[Variable], values: Mapping[str, Value], sources: Mapping[str, str], preset: Values | None
) -> _Words | None:
    """The words that what is given or derived replaces: its counterparts in the preset (or the defaults)."""
    pairs: dict[str, str] = {}
    for variable in variables:
        name = variable.name
        if sources.get(name) not in ("given", "path"):
            continue
        old = preset.get(name) if preset is not None else variable.default
        new = values[name]
        if isinstance(old, str) and isinstance(new, str) and new and old != new:
            if _is_word(old):
                pairs.setdefault(old, new)
            part = _changed_part(old, new)
            if part and _is_term(part[0]):
                pairs.setdefault(*part)
            if sources[name] == "path":  # a word that other examples have too is no name
                for one, other in _counterparts(old, new):
                    if not _stands_in(one, _of_others(variables, preset)):
                        pairs.setdefault(one, other)
    return _words(tuple(pairs.items())) if pairs else None


@lru_cache(maxsize=256)
def _words(pairs: tuple[tuple[str, str], ...]) -> _Words:
    """Kept because fitting completes again and again with the same words."""
    return _Words(pairs)


def _changed_part(old: str, new: str) -> tuple[str, str] | None:
    """What differs between two values that start or end alike, cut between words (`UserView`, `OrderView`: `User`)."""
    one, two = tokens_of(old), tokens_of(new)
    if len(one) + len(two) > _MOST_TOKENS:
        return None
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    if not start and not end:
        return None
    was, now = "".join(one[start : len(one) - end]), "".join(two[start : len(two) - end])
    return (was, now) if was and now else None


def _counterparts(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The words of one name with those that stand in their places in another: all of them where there are as many,
    else the first and the last, and what is left without either."""
    one, two = words_of(old), words_of(new)
    if len(one) < 2 or not two or len(one) + len(two) > _MOST_TOKENS:
        return
    pairs = list(zip(one, two, strict=True)) if len(one) == len(two) else [(one[0], two[0]), (one[-1], two[-1])]
    if len(two) > 1:
        pairs += [("_".join(one[1:]), "_".join(two[1:])), ("_".join(one[:-1]), "_".join(two[:-1]))]
    for was, now in pairs:
        if was != now and len(was) > 2 and was.replace("_", "").isalpha():
            yield was, now


def _of_others(variables: Sequence[Variable], preset: Values | None) -> tuple[str, ...]:
    """The texts that other examples have where this one has another."""
    return tuple(
        example
        for variable in variables
        for mine in (preset.get(variable.name) if preset is not None else variable.default,)
        for example in variable.examples
        if isinstance(example, str) and example != mine
    )


@lru_cache(maxsize=1024)
def _stands_in(word: str, texts: tuple[str, ...]) -> bool:
    low = word.lower()
    return any(low in text.lower() for text in texts)


def _is_term(text: str) -> bool:
    """Whether a part of a value may be replaced elsewhere: one name of some length."""
    return 4 <= len(text) <= 40 and text.translate(_JOINTS).isalnum() and not text.isdigit()


def _is_word(text: str) -> bool:
    """Whether a value is distinctive enough to be replaced elsewhere: a name or a version, no number, no sentence."""
    if not 3 <= len(text) <= 40 or text.count(" ") > 3 or "\n" in text:
        return False
    return any(character.isalpha() for character in text) or text.count(".") > 1
