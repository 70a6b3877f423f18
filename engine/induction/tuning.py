"""Making a fit cheaper by trying other values one by one: what the text itself says, what other siblings have, nothing.

Each trial is rendered and counted, so a trial can only help. The number of trials is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from rapidfuzz.distance import LCSseq

from engine.errors import TemplateError
from engine.induction.attempts import Attempt, Task, attempt
from engine.induction.typing_cost import typing_length
from engine.model import Template, Value, VariableType
from engine.savings import interned, tokens_of
from engine.template import segments

ROUNDS = 2
TRIALS = 60  # in one round
SHORT = 12  # characters; a longer value of another sibling is not tried
_EMPTY = "\ue000"  # stands in an empty slot, which leaves no piece otherwise; a private character equals no text
LONG = 40_000  # characters of text beyond which only what was typed is tried to be left out


def tuned(task: Task, best: Attempt) -> Attempt:
    """The attempt after all single changes of its values that make it cheaper."""
    for _ in range(ROUNDS):
        if best.exact:
            break
        before = best.seconds
        for change in islice(_changes(task, best), TRIALS):
            given = {name: value for name, value in {**best.given, **change}.items() if value is not None}
            if given == best.given:
                continue
            other = attempt(task, given, best.preset)
            if other.seconds < best.seconds:
                best = other
        if best.seconds >= before:
            break
    return best


def _changes(task: Task, best: Attempt) -> Iterator[dict[str, Value | None]]:
    """Values to try, each by itself; None takes one back that was typed."""
    for name in sorted(best.given, key=lambda name: -typing_length(best.given[name])):
        yield {name: None}
    if sum(len(two) for _, two in best.rendered) > LONG:
        return
    free = [one for one in task.variables if one.name in task.used]
    for name, text in sorted(_readings(task, best), key=lambda pair: len(pair[1])):  # what is quick to type first
        if text != best.values.get(name):
            yield {name: text}
    for variable in free:
        if variable.type is VariableType.BOOLEAN:
            yield {variable.name: not best.values.get(variable.name)}
    for variable in free:
        if variable.type is not VariableType.BOOLEAN and variable.name not in best.given:
            for other in _of_siblings(task, variable.name):
                if other != best.values.get(variable.name):
                    yield {variable.name: other}


def _of_siblings(task: Task, name: str) -> Iterator[Value]:
    seen = set()
    for preset in task.presets:
        value = preset.values.get(name)
        if value is not None and typing_length(value) <= SHORT and repr(value) not in seen:
            seen.add(repr(value))
            yield value


def _readings(task: Task, best: Attempt) -> Sequence[tuple[str, str]]:
    """(variable, text): what stands in the texts where a slot is rendered, between the next tokens that both have."""
    strings = {one.name for one in task.variables if one.type not in (VariableType.LIST, VariableType.RECORDS)}
    shown = {name: _EMPTY if value == "" else value for name, value in best.values.items()}
    read: dict[tuple[str, str], None] = {}
    for (file, text), (rendered, _) in zip(task.pairs, best.rendered, strict=True):
        if text is None or not rendered or not isinstance(file.body, Template):
            continue
        try:
            parts = segments(file.body, shown)
        except TemplateError:
            continue
        wanted = tokens_of(text if file.eol == "\n" else text.replace(file.eol, "\n"))
        tokens: list[str] = []
        slots: list[tuple[str, int, int]] = []
        for part in parts:
            own = tokens_of(part.text)
            if part.variable in strings:
                slots.append((part.variable, len(tokens), len(tokens) + len(own)))
            tokens += own
        partner = [-1] * len(tokens)
        for block in LCSseq.editops(*interned(tokens, wanted)).as_matching_blocks():
            partner[block.a : block.a + block.size] = range(block.b, block.b + block.size)
        for name, start, end in slots:
            before = next((partner[at] for at in range(start - 1, -1, -1) if partner[at] >= 0), -1)
            after = next((partner[at] for at in range(end, len(tokens)) if partner[at] >= 0), len(wanted))
            value = "".join(wanted[before + 1 : after])
            read.setdefault((name, value))
    return tuple(read)
