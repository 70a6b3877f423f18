"""What a person types for values, and which of them are worth typing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from engine.induction.complete import complete_from
from engine.model import FileTemplate, Node, Repeat, Slot, Switch, Template, Value, Values, Variable
from engine.savings import KEYSTROKE, edit_cost
from engine.template import variables_of

PATIENCE = 4


def least_given(
    variables: Sequence[Variable],
    derived: Mapping[str, str],
    wanted: Values,
    preset: Values | None,
    used: Collection[str],
) -> dict[str, Value]:
    """The values of `wanted` that must be given so that completion yields all of it.

    Analogy makes one given value change others, so values are added one by one until nothing is wrong; when PATIENCE
    of them in a row changed nothing else, the rest are added together.
    """
    given: dict[str, Value] = {}
    names = [variable.name for variable in variables if variable.name in wanted and variable.name in used]
    before, idle = len(names) + 1, 0
    for _ in range(len(names) + 1):
        values = complete_from(variables, derived, given, preset).values
        wrong = [name for name in names if name not in given and values.get(name) != wanted[name]]
        if not wrong:
            break
        idle = idle + 1 if len(wrong) == before - 1 else 0
        before = len(wrong)
        for name in wrong if idle >= PATIENCE else wrong[:1]:
            given[name] = wanted[name]
    return given


def worth_typing(
    variables: Sequence[Variable], derived: Mapping[str, str], given: dict[str, Value], preset: Values | None
) -> dict[str, Value]:
    """`given` without the blocks that are cheaper to edit in the rendered file than to type anew.

    Nobody types a long text again to change a line of it; one-line values stay, so that what can be exact is.
    """
    kept = dict(given)
    for name, value in sorted(given.items(), key=lambda item: -typing_length(item[1])):
        if not _is_block(value):
            continue
        rest = {key: other for key, other in kept.items() if key != name}
        base = complete_from(variables, derived, rest, preset).values.get(name)
        if base is None or isinstance(base, bool):
            continue
        edits = edit_cost(_as_text(base), _as_text(value)).seconds
        if edits < KEYSTROKE * typing_length(value):
            kept = rest
    return kept


def estimate(
    variables: Sequence[Variable], derived: Mapping[str, str], wanted: Values, given: Values, preset: Values | None
) -> float:
    """Seconds: typing `given`, and editing each wanted value that was left out."""
    values = complete_from(variables, derived, given, preset).values
    left = [name for name, value in wanted.items() if name not in given and values.get(name) != value]
    edits = sum(edit_cost(_as_text(values.get(name, "")), _as_text(wanted[name])).seconds for name in left)
    return KEYSTROKE * sum(map(typing_length, given.values())) + edits


def _is_block(value: Value) -> bool:
    return isinstance(value, list) or (isinstance(value, str) and "\n" in value.rstrip("\n"))


def _as_text(value: Value) -> str:
    if isinstance(value, list):
        return "".join((item if isinstance(item, str) else "\t".join(item.values())) + "\n" for item in value)
    return str(value)


def typing_length(value: Value) -> int:
    """Characters a person types for a value; a switch is one key."""
    if isinstance(value, bool):
        return 1
    if isinstance(value, str):
        return max(1, len(value))
    return sum(len(item) if isinstance(item, str) else sum(map(len, item.values())) for item in value) + 1


def asked(
    variables: Sequence[Variable], files: Sequence[FileTemplate], decided: Collection[str], values: Values
) -> int:
    """How many values a person is asked to accept: not `decided` by the path or typed, and shown by what the switches
    leave on."""
    shown: set[str] = set()
    for file in files:
        if file.switch:
            shown.add(file.switch)
        if not values.get(file.switch, True):
            continue
        if isinstance(file.body, Template):
            shown.update(_shown(file.body.nodes, values))
        else:
            shown.update(variables_of(file.body))
    return sum(variable.name in shown and variable.name not in decided for variable in variables)


def _shown(nodes: Sequence[Node], values: Values) -> Iterator[str]:
    for node in nodes:
        match node:
            case Slot(name):
                yield name.partition(".")[0]
            case Switch(name, body, otherwise):
                yield name
                yield from _shown(body if values.get(name) else otherwise, values)
            case Repeat(_, over, body):
                yield over
                yield from _shown(body, values)
            case _:
                pass
