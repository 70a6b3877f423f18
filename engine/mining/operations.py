"""Operations that an orchestrator reports, group by group: which of a whole history are the same work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from engine.mining.commands import command_of
from engine.mining.executions import (
    Finding,
    Signature,
    is_only_a_command,
    record_of,
    signature_of,
    similarity,
    synthesize,
)
from engine.mining.sequences.history import only_looks
from engine.model import Execution

MOST_EXECUTIONS = 5000
"""The newest that are compared; older ones add nothing to what repeats."""
_MOST_LEADERS = 300
_UNTELLING = 5
"""Programs that one kind of operation may stand with; a kind with more says nothing of the work."""


def untelling_kinds(executions: Sequence[Execution]) -> frozenset[str]:
    """Kinds that stand with any command, as `terminal_command` would: such an execution is its command line only."""
    programs: defaultdict[str, set[str]] = defaultdict(set)
    for one in executions:
        if one.operation_kind and len(programs[one.operation_kind]) < _UNTELLING and one.command:
            programs[one.operation_kind].add(one.command.split(maxsplit=1)[0] if one.command.strip() else "")
    return frozenset(kind for kind, seen in programs.items() if len(seen) >= _UNTELLING)


def operations_of(executions: Sequence[Execution], untelling: frozenset[str] = frozenset()) -> list[Execution]:
    """Those that say more than a command line does, succeeded, and were not done by a pattern."""
    return [
        one
        for one in executions
        if one.success is not False
        and not one.pattern_id
        and not (one.operation_kind in untelling and (one.command or one.argv))
        and not is_only_a_command(one)
    ]


def repeated_operations(executions: Sequence[Execution], *, threshold: float, min_executions: int) -> Iterator[Finding]:
    """The groups of `min_executions` and more whose members are at least `threshold` like the group's oldest."""
    groups: list[tuple[Signature, list[Execution]]] = []
    for one in executions[-MOST_EXECUTIONS:]:
        own = signature_of(record_of(one))
        best = max(groups, key=lambda group: similarity(own, group[0]), default=None)
        if best is not None and similarity(own, best[0]) >= threshold:
            best[1].append(one)
        elif len(groups) < _MOST_LEADERS:
            groups.append((own, [one]))
    for _, members in groups:
        if len(members) >= min_executions:
            finding = synthesize(members)
            if not all(only_looks(command_of(step).skeleton) for step in finding.routine.steps):
                yield finding
