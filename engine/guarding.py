"""The next version of a pattern that only needs checks, and the sketch of one that no file describes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.analyzers.evolution_tracker import bumped
from engine.library.shelf import slug
from engine.mining.commands import commands_of
from engine.model import Execution, Kind, Pattern, Status, Variable
from engine.model.evolution import FailureGroup, PatternMetrics
from engine.store import executions
from engine.store.connection import Store
from engine.template import is_variable_name

_MOST_GUARDS = 8
_MOST_VARIABLES = 12
_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Revision:
    """A next version with what its backtest says."""

    pattern: Pattern
    backtest: str
    improvements: tuple[Mapping[str, str], ...] = ()


def guarded(metrics: PatternMetrics, pattern: Pattern) -> Revision:
    """The same work with a check for each way in which it failed, and variables for what its template was too rigid
    about. What each is worth is the share of the recorded uses that failed so."""
    ended = metrics.overall.succeeded + metrics.overall.failed
    issues = metrics.issues[:_MOST_GUARDS]
    checks = [
        {
            "check": one.remedy,
            "root_cause": one.cause,
            "seen": one.message.split("\n")[0][:200],
            "failures": one.failures,
            "of_uses": ended,
        }
        for one in issues
    ]
    added = _loosened(pattern, issues)
    covered = sum(one.failures for one in issues)
    rate = metrics.overall.success_rate or 0.0
    most = (metrics.overall.succeeded + covered) / ended
    backtest = (
        f"on {ended} recorded uses: {metrics.overall.succeeded} succeeded; the checks cover {covered} of the "
        f"{metrics.overall.failed} that failed, so at most {rate:.0%} → {most:.0%}"
    )
    changed = replace(
        pattern,
        version=bumped(metrics.version, "minor"),
        status=Status.PENDING,
        variables=(*pattern.variables, *added),
        lineage=(*pattern.lineage, {"version": metrics.version, "replaced_because": backtest}),
        extra={**pattern.extra, "preconditions": checks},
    )
    return Revision(changed, backtest)


def _loosened(pattern: Pattern, issues: Sequence[FailureGroup]) -> list[Variable]:
    """A variable that need not be given for each one that failures name and that the pattern does not have."""
    names = {variable.name for variable in pattern.variables}
    wanted = [one.detail for one in issues if one.cause == "template_too_rigid" and is_variable_name(one.detail)]
    return [
        Variable(name, default="", required=False, description="Failed uses name it: it takes any form now")
        for name in dict.fromkeys(wanted)
        if name not in names and name.islower()
    ][:_MOST_VARIABLES]


def sketched(store: Store, metrics: PatternMetrics) -> Pattern:
    """A pattern that no file describes, as its recorded uses show it: what was done, with what was given."""
    uses = executions.of_pattern(store, metrics.pattern_id)
    good = [one for one in uses if one.success] or uses
    lines = dict.fromkeys(argv for argv in map(_words, good) if argv)
    steps: list[Mapping[str, Any]] = [{"argv": list(argv)} for argv in list(lines)[:_MOST_STEPS]]
    kind = Kind.EXECUTION if steps else Kind.REFACTOR  # what an orchestrator did by itself has no command line
    operations = dict.fromkeys((one.operation_kind, one.tools_used) for one in good)
    steps = steps or [
        {"operation": operation or "apply", **({"tools": list(tools)} if tools else {})}
        for operation, tools in list(operations)[:_MOST_STEPS]
    ]
    values: dict[str, list[str]] = {}
    for one in good:
        for name, value in (one.inputs if isinstance(one.inputs, dict) else {}).items():
            if isinstance(value, str) and is_variable_name(name) and value not in values.setdefault(name, []):
                values[name].append(value)
    variables = tuple(
        Variable(name, default=seen[0], required=False, examples=tuple(seen[:5]))
        for name, seen in list(values.items())[:_MOST_VARIABLES]
        if seen and all("\n" not in one for one in seen)
    )
    return Pattern(
        pattern_id=metrics.pattern_id,
        name=slug(metrics.pattern_id),
        kind=kind,
        variables=variables,
        steps=tuple(steps),
        version=metrics.version,
        description="Sketched from its recorded uses: no file of this pattern lies here.",
    )


def _words(execution: Execution) -> tuple[str, ...]:
    """The words of a command, when it is one: what takes a shell is no step."""
    if execution.argv:
        return execution.argv if not any("{{" in word or "\0" in word for word in execution.argv) else ()
    calls = commands_of(execution.command) if execution.command else ()
    if len(calls) != 1:
        return ()
    try:
        words = tuple(shlex.split(execution.command))
    except ValueError:
        return ()
    return words if not any("{{" in word or "\0" in word for word in words) else ()
