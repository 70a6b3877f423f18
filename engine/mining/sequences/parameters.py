"""What differs between the occurrences of a routine, and which of it is one value that comes back.

Each word of each step is a column: its text in every occurrence. A column with one text is constant. A value that
stands in several columns, whole or between separators, as it is or in another case form, is one parameter of all of
them (EXALG's law for tokens with equal occurrences, applied to values).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.cases import apply_filters
from engine.mining.argument_types import common_type
from engine.mining.commands import Command
from engine.mining.sequences.names import parameter_name
from engine.mining.sequences.pieces import MARK, PARTS, place_of, trimmed

Texts = dict[int, str]
"""The text of a column by the number of the occurrence."""

_FORMS = ("snake", "kebab", "pascal", "camel", "constant", "title", "words", "upper", "lower", "capital", "joined")
_MARKED = re.compile(f"{MARK}(\\d+){MARK}")
MOST_COMPARED = 40
"""Occurrences that parameters are learned from; the values of the others are read back from the steps."""
SLOT = re.compile(r"\{\{ (\w+)( \| \w+)? \}\}")
_MOSTLY = 0.8
_OFTEN = 0.6
_DIVERSE = 0.7


@dataclass(slots=True)
class _Column:
    step: int
    place: int
    texts: Texts


@dataclass(frozen=True, slots=True)
class _Value:
    """A value by occurrence that may be a parameter, and what it came from."""

    texts: Texts
    rank: int  # a whole word before its parts


@dataclass(frozen=True, slots=True)
class Filled:
    """The steps with their parameters, the values by occurrence, and the types by parameter.

    `links` counts the parameters that stand in more than one step.
    """

    steps: tuple[tuple[str, ...], ...]
    bindings: tuple[Mapping[str, str], ...]
    types: Mapping[str, str] = field(default_factory=dict)
    links: int = 0


def fill(occurrences: Sequence[Sequence[Command | None]]) -> Filled:
    """The parameters of a routine; `occurrences[i][k]` is what was typed for step k, None where it was left out."""
    if len(occurrences) > MOST_COMPARED:
        stride = len(occurrences) / MOST_COMPARED
        filled = fill([occurrences[int(number * stride)] for number in range(MOST_COMPARED)])
        return replace(filled, bindings=tuple(read_back(filled.steps, occurrences)))
    shapes = [_usual([one[k] for one in occurrences]) for k in range(len(occurrences[0]))]
    columns: list[_Column] = []
    for k, shape in enumerate(shapes):
        columns += _columns(k, shape, [one[k] for one in occurrences])
    varying = [column for column in columns if len(set(column.texts.values())) > 1]
    values: list[Texts] = []
    _link(varying, values)
    linked = len(values)
    for column in varying:
        _own_parameters(column, values)
    _seen_once(columns, [[one[k] for one in occurrences] for k in range(len(shapes))], values)
    return _written(shapes, columns, values, linked, len(occurrences))


def read_back(
    steps: Sequence[tuple[str, ...]], occurrences: Iterable[Sequence[Command | None]]
) -> Iterator[Mapping[str, str]]:
    """The values of each occurrence, from the first word that holds each parameter as it is."""
    places: dict[str, tuple[int, int, re.Pattern[str]]] = {}
    for k, step in enumerate(steps):
        for place, word in enumerate(step):
            names = [found[1] for found in SLOT.finditer(word) if not found[2]]
            if any(name not in places for name in names):
                pattern = _reader(word)
                places.update({name: (k, place, pattern) for name in names if name not in places})
    for one in occurrences:
        values: dict[str, str] = {}
        for name, (k, place, pattern) in places.items():
            command = one[k]
            if command is None or len(command.argv) != len(steps[k]):
                continue
            found = pattern.fullmatch(command.argv[place])
            if found is not None:
                values[name] = found[name]
        yield values


def _reader(word: str) -> re.Pattern[str]:
    """An expression of fixed pieces and one lazy group for each parameter: it takes no long time on any text."""
    parts: list[str] = []
    seen: set[str] = set()
    at = 0
    for found in SLOT.finditer(word):
        parts.append(re.escape(word[at : found.start()]))
        if found[2]:
            parts.append(".*?")
        else:
            parts.append(f"(?P={found[1]})" if found[1] in seen else f"(?P<{found[1]}>.+?)")
            seen.add(found[1])
        at = found.end()
    return re.compile("".join(parts) + re.escape(word[at:]), re.DOTALL)


def _usual(typed: Sequence[Command | None]) -> tuple[str, ...]:
    """The words of the layout that most occurrences have; of those the most frequent."""
    known = [command for command in typed if command is not None]
    layouts = Counter(_layout(command) for command in known)
    layout = max(layouts, key=lambda one: layouts[one])
    return Counter(command.argv for command in known if _layout(command) == layout).most_common(1)[0][0]


def _layout(command: Command) -> tuple[str, ...]:
    """The words with a blank for each value."""
    holes = set(command.arguments)
    if "/" in command.argv[0]:
        holes.add(0)  # a script may be a value
    return tuple(
        word if at not in holes else (word.partition("=")[0] + "=" if word.startswith("-") and "=" in word else "")
        for at, word in enumerate(command.argv)
    )


def _columns(step: int, shape: Sequence[str], typed: Sequence[Command | None]) -> Iterator[_Column]:
    fitting = [
        (number, command)
        for number, command in enumerate(typed)
        if command is not None and len(command.argv) == len(shape)
    ]
    for place in range(len(shape)):
        yield _Column(step, place, {number: command.argv[place] for number, command in fitting})


def _link(columns: Sequence[_Column], values: list[Texts]) -> None:
    """Replaces values that come back by their mark, the one that explains most columns first."""
    for _ in range(12):
        best: tuple[float, int, float] | None = None
        chosen: tuple[_Value, list[tuple[_Column, str]]] | None = None
        for value in _candidates(columns):
            explained = [
                (column, form) for column in columns if (form := _form_in(value.texts, column.texts)) is not None
            ]
            if len(explained) < 2:
                continue
            # What all of them begin or end with is no part of what is said.
            length = sum(map(len, trimmed(value.texts).values())) / len(value.texts)
            # What is written once instead of in each column: a long value in fewer columns tells more than a piece of
            # it that happens to stand in one more. In another case form it tells half as much.
            weight = sum(0.5 if form else 1.0 for _, form in explained)
            score = ((weight - 1) * length, -value.rank, length)
            if best is None or score > best:
                best, chosen = score, (value, explained)
        if chosen is None:
            return
        value, explained = chosen
        texts = dict(value.texts)
        for column, _ in explained:
            for _ in range(4):  # one column may hold the value several times, in several forms
                form = _form_in(texts, column.texts)
                if form is None:
                    break
                _put_mark(column, texts, form, len(values))
        values.append(texts)


def _put_mark(column: _Column, value: Texts, form: str, number: int) -> None:
    mark = f"{MARK}{number * 16 + _FORM_NUMBERS[form]}{MARK}"
    for at, text in column.texts.items():
        spelt = _spelt(value[at], form) if at in value else ""
        found = place_of(text, spelt)
        if found >= 0:
            column.texts[at] = text[:found] + mark + text[found + len(spelt) :]


_FORM_NUMBERS = {"": 0, **{form: number for number, form in enumerate(_FORMS, 1)}}
_FORM_OF = {number: form for form, number in _FORM_NUMBERS.items()}


def _spelt(text: str, form: str) -> str:
    return apply_filters(text, (form,)) if form else text


def _candidates(columns: Sequence[_Column]) -> Iterator[_Value]:
    seen: set[tuple[tuple[int, str], ...]] = set()
    for column in columns:
        unmarked = {number: text for number, text in column.texts.items() if MARK not in text}
        if len(unmarked) < 2 or len(unmarked) < len(column.texts) * _MOSTLY:
            continue
        for rank, part in enumerate(PARTS):
            texts = {number: value for number, text in unmarked.items() if (value := part(text))}
            key = tuple(sorted(texts.items()))
            if len(texts) == len(unmarked) and len(set(texts.values())) > 1 and key not in seen:
                seen.add(key)
                yield _Value(texts, rank)
        core = trimmed(unmarked)
        key = tuple(sorted(core.items()))
        if len(set(core.values())) > 1 and all(core.values()) and key not in seen:
            seen.add(key)
            yield _Value(core, 1)


def _form_in(value: Texts, column: Texts) -> str | None:
    """The case form ("" for none) in which the value stands in the column, None when it does not stand there.

    It must in most of the occurrences that have both, in at least two, with at least two different values.
    """
    both = [number for number in column if number in value]
    if len(both) < 2 or len({value[number] for number in both}) < 2:
        return None
    wanted = _agreement(value, both)
    forms: tuple[str, ...] = ("",)
    if any(char.isalpha() for char in value[both[0]]) and len(value[both[0]]) > 2:
        forms = ("", *_FORMS)
    for form in forms:
        hits = []
        for seen, number in enumerate(both):
            if place_of(column[number], _spelt(value[number], form)) >= 0:
                hits.append(number)
            elif seen - len(hits) + wanted >= len(both):
                break
        if (
            len(hits) >= wanted
            and len({value[number] for number in hits}) > 1
            and _is_telling(value, column, hits, form)
        ):
            return form
    return None


def _agreement(value: Texts, both: Sequence[int]) -> float:
    """In how many occurrences the value must stand. A step that is taken for another's disturbs a few; where nearly
    every occurrence has a value of its own, fewer agree by accident."""
    distinct = len({value[number] for number in both})
    if distinct >= _DIVERSE * len(both):
        return max(2.0, _OFTEN * len(both))
    return len(both) if len(both) < 5 else _MOSTLY * len(both)


def _is_telling(value: Texts, column: Texts, hits: Sequence[int], form: str) -> bool:
    """One character found inside a longer text tells nothing; as the whole word it does."""
    return all(len(value[number]) > 1 or column[number].lstrip("-v#") == _spelt(value[number], form) for number in hits)


def _own_parameters(column: _Column, values: list[Texts]) -> None:
    """What still differs in a column becomes a parameter of its own; what nearly always is the same stays constant."""
    texts = column.texts
    usual, times = Counter(texts.values()).most_common(1)[0]
    if times == len(texts):
        return
    if len(texts) > 4 and times >= _MOSTLY * len(texts):
        column.texts = {number: text for number, text in texts.items() if text == usual}
        return
    marks = Counter(tuple(_MARKED.findall(text)) for text in texts.values()).most_common(1)[0][0]
    alike = {number: text for number, text in texts.items() if tuple(_MARKED.findall(text)) == marks}
    rows = {number: _MARKED.split(text)[::2] for number, text in alike.items()}
    if marks and any(_runs_together(rows, place, len(marks)) for place in range(len(marks) + 1)):
        # Two values with nothing fixed between them are one: who types it could not tell where they meet.
        values.append({number: _unmarked(text, number, values) for number, text in alike.items()})
        column.texts = dict.fromkeys(alike, f"{MARK}{(len(values) - 1) * 16}{MARK}")
        return
    for place in range(len(marks) + 1):
        piece = {number: row[place] for number, row in rows.items()}
        if len(set(piece.values())) == 1:
            continue
        inner = trimmed(piece) if len(piece) > 2 or marks else piece
        if not all(inner.values()):
            inner = piece
        mark = f"{MARK}{len(values) * 16}{MARK}"
        for number, row in rows.items():
            row[place] = row[place].replace(inner[number], mark, 1) if inner[number] else row[place] + mark
        values.append(inner)
    column.texts = {
        number: "".join(part + (f"{MARK}{marks[k]}{MARK}" if k < len(marks) else "") for k, part in enumerate(row))
        for number, row in rows.items()
    }


def _seen_once(columns: Sequence[_Column], typed: Sequence[Sequence[Command | None]], values: list[Texts]) -> None:
    """A step that was done each time with another number of words is written as it was once: what its values were there
    is no constant."""
    for column in columns:
        known = [number for number, command in enumerate(typed[column.step]) if command is not None]
        if len(column.texts) != 1 or len(known) < 2:
            continue
        ((number, text),) = column.texts.items()
        command = typed[column.step][number]
        if command is not None and column.place in command.arguments and MARK not in text:
            value = command.value(column.place)
            values.append({number: value})
            column.texts = {number: text.removesuffix(value) + f"{MARK}{(len(values) - 1) * 16}{MARK}"}


def _runs_together(rows: Mapping[int, Sequence[str]], place: int, marks: int) -> bool:
    """Whether what differs at this place of a text reaches a parameter beside it in one of the occurrences."""
    piece = {number: row[place] for number, row in rows.items()}
    if len(set(piece.values())) == 1:
        return False
    inner = trimmed(piece)
    if not all(inner.values()):
        return True
    before, after = place > 0, place < marks
    return any(
        (before and piece[number].startswith(inner[number])) or (after and piece[number].endswith(inner[number]))
        for number in piece
    )


def _unmarked(text: str, number: int, values: Sequence[Texts]) -> str:
    def spelt(found: re.Match[str]) -> str:
        which, form = divmod(int(found[1]), 16)
        return _spelt(values[which].get(number, ""), _FORM_OF[form])

    return _MARKED.sub(spelt, text)


def _written(
    shapes: Sequence[tuple[str, ...]], columns: Sequence[_Column], values: Sequence[Texts], linked: int, count: int
) -> Filled:
    words = [list(shape) for shape in shapes]
    for column in columns:
        if column.texts:
            words[column.step][column.place] = Counter(column.texts.values()).most_common(1)[0][0]
    names: dict[int, str] = {}
    types: dict[str, str] = {}
    seen: dict[int, tuple[int, int]] = {}
    whole: dict[int, tuple[int, int]] = {}
    for k, step in enumerate(words):
        for place, word in enumerate(step):
            for mark in _MARKED.findall(word):
                seen.setdefault(int(mark) // 16, (k, place))
                if word == f"{MARK}{mark}{MARK}":
                    whole.setdefault(int(mark) // 16, (k, place))
    for number, first in seen.items():
        # Where it is a word of its own says what it is, rather than a message that mentions it.
        k, place = whole.get(number, first)
        kind = common_type(values[number].values())
        names[number] = parameter_name(shapes[k], place, kind, set(types))
        types[names[number]] = kind

    def named(found: re.Match[str]) -> str:
        number, form = divmod(int(found[1]), 16)
        return f"{{{{ {names[number]} | {_FORM_OF[form]} }}}}" if form else f"{{{{ {names[number]} }}}}"

    steps = tuple(tuple(_MARKED.sub(named, word) for word in step) for step in words)
    bindings = tuple(
        {name: values[number][at] for number, name in names.items() if at in values[number]} for at in range(count)
    )
    used = [
        sum(any(f"{MARK}{number * 16 + form}{MARK}" in word for word in step for form in _FORM_OF) for step in words)
        for number in range(linked)
    ]
    return Filled(steps, bindings, types, sum(times > 1 for times in used))
