"""Single executions that are alike: their signatures, how similar two are, and the routine that several have in common.

A signature is what the plan calls one: `operation_kind`, `file_types`, `tool_sequence`, `input_structure`,
`output_structure`, `verification_method`. Structures are shapes: keys and kinds of values, never the values.
"""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from statistics import median
from typing import Any

from rapidfuzz.distance import LCSseq

from engine.mining.argument_types import common_type, type_of
from engine.mining.commands import Command, command_of, commands_of
from engine.mining.sequences.names import UNSAID, name_of
from engine.mining.sequences.parameters import Filled, fill
from engine.model import Execution, Routine
from engine.savings import KEYSTROKE, MENTAL

Signature = Mapping[str, Any]

_WEIGHTS = {
    "operation_kind": 0.30,
    "tool_sequence": 0.25,
    "file_types": 0.15,
    "input_structure": 0.15,
    "output_structure": 0.10,
    "verification_method": 0.05,
}
_ANY_COMMAND = frozenset({"", "command", "shell", "terminal", "exec", "execute", "run", "bash", "zsh", "fish", "sh"})
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """A routine with what a draft says of it. `invariants` are the parts of the signature that all executions share;
    `time_savings_estimate` are the seconds that one use spares."""

    routine: Routine
    name: str
    invariants: Mapping[str, Any] = field(default_factory=dict)
    time_savings_estimate: float = 0.0


def record_of(execution: Execution) -> dict[str, Any]:
    """An execution in the keys of the plan's records, as `signature_of` reads them."""
    return {
        "operation_kind": execution.operation_kind,
        "command": execution.command,
        "argv": list(execution.argv),
        "file_types": list(execution.file_types),
        "tools_used": list(execution.tools_used),
        "inputs": execution.inputs,
        "outputs": execution.outputs,
        "verification": execution.verification,
    }


def signature_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The signature of a record; every key of a record may be missing."""
    commands = _commands(record)
    return {
        "operation_kind": record.get("operation_kind") or "",
        "file_types": sorted({_file_type(one) for one in record.get("file_types") or ()} or set(_file_types(record))),
        "tool_sequence": [*(record.get("tools_used") or [one.program for one in commands if one.program])],
        "input_structure": _shape(record.get("inputs")),
        "output_structure": _shape(record.get("outputs")),
        "verification_method": str(record.get("verification") or ""),
    }


def similarity(one: Signature, other: Signature) -> float:
    """How alike two signatures are, 0 to 1: the weighted mean over the parts that either has."""
    total = weights = 0.0
    for key, weight in _WEIGHTS.items():
        left, right = one.get(key), other.get(key)
        if not left and not right:
            continue
        weights += weight
        # A name is the same or another one; only lists and structures are more or less alike.
        total += weight * (float(left == right) if isinstance(left, str) else _alike(left, right))
    return total / weights if weights else 0.0


def is_only_a_command(execution: Execution) -> bool:
    """Whether it says no more than its command line does: then only sequences of such tell of work that repeats."""
    commands = commands_of(execution.command) if execution.command else ()
    if not commands and not execution.argv:
        return False
    kind = execution.operation_kind.lower()
    said = commands or (command_of(execution.argv),)
    plain = {word for one in said for word in (one.program, " ".join((one.program, *one.subcommand)))}
    return kind in _ANY_COMMAND or kind in plain or kind.replace("_", " ") in plain


def synthesize(executions: Sequence[Execution]) -> Finding:
    """What similar executions have in common: the steps with what differs as parameters, and the invariants.

    Steps are the calls of their command lines; without one, the tools in order, the values that differ after the first.
    """
    signatures = [signature_of(record_of(one)) for one in executions]
    invariants = {
        key: value for key, value in signatures[0].items() if value and all(each[key] == value for each in signatures)
    }
    chosen, filled = _steps(executions)
    typed = sum(KEYSTROKE * (len(" ".join(step)) + 1) + MENTAL for step in filled.steps)
    measured = [one.seconds for one in executions if one.seconds]
    seconds = median(measured) if measured else typed
    alike = [similarity(signatures[0], each) for each in signatures[1:]]
    confidence = (sum(alike) / len(alike) if alike else 0.0) * (1 - 1 / (1 + len(executions)))
    routine = Routine(
        steps=filled.steps,
        occurrences=tuple((one.id,) * len(filled.steps) for one in chosen),
        bindings=filled.bindings,
        types=filled.types,
        sessions=len({one.session for one in executions}),
        seconds=seconds,
        typed_seconds=typed,
        confidence=round(confidence, 3),
        signature=_digest(signatures[0]),
    )
    kind = UNSAID.sub("-", executions[0].operation_kind.lower()).strip("-")
    return Finding(routine, kind or name_of(routine), invariants, seconds)


def finding_of(routine: Routine, executions: Iterable[Execution]) -> Finding:
    """The same for a routine that was found in a history."""
    ids = {number for occurrence in routine.occurrences for number in occurrence if number}
    own = [signature_of(record_of(one)) for one in executions if one.id in ids]
    types = sorted({kind for one in own for kind in one["file_types"]})
    invariants: dict[str, Any] = {"tool_sequence": [command_of(step).program for step in routine.steps]}
    if types:
        invariants["file_types"] = types
    return Finding(routine, name_of(routine), invariants, routine.typed_seconds)


def _digest(signature: Signature) -> str:
    lasting = [signature["operation_kind"], signature["tool_sequence"], signature["file_types"]]
    return sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:16]


def _steps(executions: Sequence[Execution]) -> tuple[Sequence[Execution], Filled]:
    """The executions that have the usual steps, and these steps."""
    parsed = [(one, _commands(record_of(one))) for one in executions]
    skeletons = Counter(tuple(each.skeleton for each in commands) for _, commands in parsed)
    usual = max(skeletons, key=lambda one: (skeletons[one], len(one)))
    if usual:
        chosen = [(one, commands) for one, commands in parsed if tuple(each.skeleton for each in commands) == usual]
        return [one for one, _ in chosen], fill([commands for _, commands in chosen])
    return executions, _tool_steps(executions)


def _tool_steps(executions: Sequence[Execution]) -> Filled:
    tools = Counter(one.tools_used or (one.operation_kind or "work",) for one in executions).most_common(1)[0][0]
    leaves = [dict(_leaves(one.inputs)) for one in executions]
    names = [name for name in leaves[0] if len({each.get(name) for each in leaves}) > 1]
    names = [name for name in names if all(name in each for each in leaves)]
    words = tuple(f"{{{{ {name} }}}}" for name in names)
    steps = ((tools[0], *words), *((tool,) for tool in tools[1:]))
    bindings = tuple({name: each[name] for name in names} for each in leaves)
    return Filled(steps, bindings, {name: common_type(each[name] for each in leaves) for name in names})


def _leaves(value: Any, name: str = "", deep: int = 0) -> Iterator[tuple[str, str]]:
    """The texts and numbers in a nested value, by a name made of their keys."""
    if isinstance(value, Mapping) and deep < _DEEPEST:
        for key, entry in value.items():
            plain = UNSAID.sub("_", str(key).lower()).strip("_")
            yield from _leaves(entry, f"{name}_{plain}" if name else plain, deep + 1)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield (name if name[:1].isalpha() else f"value{name}"), str(value)


def _commands(record: Mapping[str, Any]) -> tuple[Command, ...]:
    line, argv = record.get("command"), record.get("argv")
    if isinstance(line, str) and line.strip():
        return commands_of(line)
    return (command_of(tuple(argv)),) if argv else ()


def _file_type(text: str) -> str:
    """`py`, `.py`, `*.PY` are one type."""
    return "." + text.lstrip("*").lstrip(".").lower()


def _file_types(record: Mapping[str, Any]) -> Iterator[str]:
    """The extensions of the paths that a record names."""
    words = [command.value(place) for command in _commands(record) for place in command.arguments]
    words += [text for _, text in (*_leaves(record.get("inputs")), *_leaves(record.get("outputs")))]
    for word in words:
        extension = posixpath.splitext(word)[1]
        if extension[1:].isalnum() and type_of(word) == "path" and not extension[1:].isdigit():
            yield extension.lower()


def _shape(value: Any, deep: int = 0) -> Any:
    """Keys and kinds of values; a list is the set of its elements' shapes."""
    if deep > _DEEPEST:
        return "deep"
    if isinstance(value, Mapping):
        return {str(key): _shape(entry, deep + 1) for key, entry in sorted(value.items(), key=lambda one: str(one[0]))}
    if isinstance(value, (list, tuple)):
        shapes = {json.dumps(shape := _shape(entry, deep + 1), sort_keys=True): shape for entry in value}
        return [shapes[key] for key in sorted(shapes)]
    if value is None:
        return None
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, (int, float)) else type_of(str(value))


def _alike(one: Any, other: Any) -> float:
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = one.keys() | other.keys()
        return sum(_alike(one.get(key), other.get(key)) for key in keys) / len(keys)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        if all(isinstance(entry, str) for entry in (*one, *other)):
            return float(LCSseq.normalized_similarity(list(one), list(other)))
        return 0.5
    # Two plain values are of one shape or another: `word` and `path` still are both texts.
    return 0.5 if isinstance(one, str) and isinstance(other, str) and "number" not in (one, other) else 0.0
