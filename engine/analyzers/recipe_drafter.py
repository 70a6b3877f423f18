"""A routine that was found, written down as a recipe: steps, parameters with their types, and what speaks for it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.analyzers.recipe_worth import Worth, by_occurrence, worth
from engine.mining.commands import needs_shell
from engine.mining.executions import Finding
from engine.mining.shell_words import PIPES
from engine.model import Execution, Kind, Pattern, Variable, VariableType
from engine.template import is_variable_name

MOST_EXAMPLES = 12
"""Occurrences that a draft tells of one by one, the newest first."""
_VALUES = 8
_LONGEST_NAME = 60
_SLOT = re.compile(r"\{\{ (\w+)(?: \| (\w+))? \}\}")
_GLOB = re.compile(r"[*?[]")
_SECRET = re.compile(r"‹secret:[\w-]*(?::[0-9a-f]+)?›")
_NOT_KEPT = "a secret: it was not kept"
_BUILTINS = frozenset(
    {"export", "unset", "source", ".", "alias", "unalias", "set", "eval", "exec", "ulimit", "umask", "trap", "read"}
)
_INTEGER = re.compile(r"-?[1-9]\d{0,17}|0")

Redact = Callable[[str], str]


def draft_recipe(
    finding: Finding, executions: Mapping[int, Execution], *, redact: Redact, now: float
) -> tuple[Pattern, Worth]:
    """The recipe of a finding, without id and place; `executions` by number are those of its occurrences."""
    routine = finding.routine
    occurrences = by_occurrence(finding, executions)
    # Oldest first, whatever order they were found in; values and executions of an occurrence stay together.
    order = sorted(range(len(occurrences)), key=lambda at: max((one.at for one in occurrences[at]), default=0.0))
    occurrences = [occurrences[at] for at in order]
    numbers = [routine.occurrences[at] for at in order]
    bindings = [{name: redact(value) for name, value in routine.bindings[at].items()} for at in order]
    names = [name for name in routine.types if is_variable_name(name)]
    steps, more = _steps(finding, occurrences, names, redact)
    variables = [*(_variable(name, routine.types[name], bindings) for name in names), *more]
    value = worth(finding, occurrences, variables, now)
    times = [execution.at for one in occurrences for execution in one]
    agents = sum(any(execution.by_agent for execution in one) for one in occurrences)
    name = _one_line(redact(finding.name))[:_LONGEST_NAME] or "routine"
    pattern = Pattern(
        pattern_id="",
        name=name,
        kind=Kind.EXECUTION,
        variables=tuple(variables),
        steps=tuple(steps),
        suggested_name=name,
        description=_description(steps, len(occurrences)),
        confidence=routine.confidence,
        provenance={
            "found_in": "executions",
            "sources": sorted({str(execution.source) for one in occurrences for execution in one}),
            "sessions": routine.sessions,
            "first": _day(min(times)) if times else "",
            "last": _day(max(times)) if times else "",
            "by_people": len(occurrences) - agents,
            "by_agents": agents,
        },
        evidence={
            "support": len(occurrences),
            "by_agents": agents,
            "sessions": routine.sessions,
            "first": _day(min(times)) if times else "",
            "last": _day(max(times)) if times else "",
            "seconds_by_hand": round(value.by_hand, 1),
            "seconds_of_a_use": round(value.use, 1),
            "source": value.source,
            "elapsed_seconds": round(routine.seconds, 1),
            "runs": [
                _run(numbers[at], occurrences[at], bindings[at])
                for at in reversed(range(max(0, len(order) - MOST_EXAMPLES), len(order)))
            ],
        },
        match={
            "signature": signature_of(finding),
            "execution_signature": {"routine": routine.signature, **_redacted(finding.invariants, redact)},
        },
        invariants=tuple(_invariants(finding, redact)),
        time_savings_estimate={
            "hours_saved": round(value.hours_saved, 3),
            "hours_per_month": round(value.hours_per_month, 3),
            "seconds_per_use": round(value.per_use, 1),
            "source": value.source,
        },
    )
    return pattern, value


def signature_of(finding: Finding) -> str:
    """What makes two findings the same recipe."""
    return f"execution:{finding.routine.signature}"


def _steps(
    finding: Finding, occurrences: Sequence[Sequence[Execution]], names: Sequence[str], redact: Redact
) -> tuple[list[dict[str, Any]], list[Variable]]:
    """The steps as a pattern file has them, and the variables that they need beside those that were found."""
    executions = [execution for one in occurrences for execution in one]
    commands = any(execution.command or execution.argv for execution in executions)
    bare = {word for execution in executions for word in execution.command.split() if _GLOB.search(word)}
    more: list[Variable] = []
    moved = False
    steps: list[dict[str, Any]] = []
    for at, words in enumerate(finding.routine.steps):
        step: dict[str, Any] = {"argv": [_word(word, names, redact, more) for word in words]}
        where = "" if moved else _directory(finding, at, occurrences)
        if where:
            step["cwd"] = where
        if expanded := [word for word in words if word in bare]:
            step["expand"] = expanded
        reason = _why_by_hand(words) if commands else "an operation, and no command"
        if reason:
            step["by_hand"] = reason
        moved = moved or words[0] == "cd"
        steps.append(step)
    return steps, more


def _word(word: str, names: Sequence[str], redact: Redact, more: list[Variable]) -> str:
    """A word with its parameters. A secret that was hidden in it must be given when the recipe runs; text that only
    looks like a parameter becomes one that has this text as its default."""
    parts: list[str] = []
    at = 0
    for found in _SLOT.finditer(word):
        parts.append(_without_secrets(word[at : found.start()], redact, more))
        if found[1] in names:
            parts.append(found[0])
        else:
            parts.append(_added(more, "text", description="text, as it stands", default=found[0], examples=(found[0],)))
        at = found.end()
    return "".join([*parts, _without_secrets(word[at:], redact, more)])


def _without_secrets(text: str, redact: Redact, more: list[Variable]) -> str:
    return _SECRET.sub(lambda found: _secret(found[0], more), redact(text))


def _secret(mark: str, more: list[Variable]) -> str:
    """The parameter of a secret; the same one where its mark says that it is the same."""
    is_known = mark.count(":") == 2
    known = next((one for one in more if is_known and one.extra.get("secret") == mark), None)
    if known is not None:
        return f"{{{{ {known.name} }}}}"
    return _added(more, "secret", description=_NOT_KEPT, extra={"secret": mark} if is_known else {})


def _added(more: list[Variable], stem: str, **fields: Any) -> str:
    name = f"{stem}_{len(more) + 1}"
    more.append(Variable(name, **fields))
    return f"{{{{ {name} }}}}"


def _why_by_hand(words: Sequence[str]) -> str:
    """Why a step cannot be run as lists of words; empty when it can. A pipeline can: its parts are joined."""
    if words[0] in _BUILTINS:
        return f"{words[0]} is a word of the shell's own"
    parts: list[list[str]] = [[]]
    for word in words:
        if word in PIPES:
            parts.append([])
        else:
            parts[-1].append(_SLOT.sub("x", word))
    return "needs a shell" if not all(parts) or any(needs_shell(tuple(part)) for part in parts) else ""


def _directory(finding: Finding, at: int, occurrences: Sequence[Sequence[Execution]]) -> str:
    """The directory below the workspace where the step was always run; empty for the workspace's own or several."""
    numbers = {occurrence[at] for occurrence in finding.routine.occurrences if at < len(occurrence)}
    seen = {execution.cwd for one in occurrences for execution in one if execution.id in numbers}
    if len(seen) != 1:
        return ""
    where = seen.pop()
    inside = where not in ("", ".") and not posixpath.isabs(where) and ".." not in where.split("/")
    return where if inside and where.isprintable() else ""


def _variable(name: str, kind: str, bindings: Sequence[Mapping[str, str]]) -> Variable:
    given = [one[name] for one in bindings if name in one]
    seen = [value for value in given if not _SECRET.search(value)]
    if given and not seen:
        return Variable(name, description=_NOT_KEPT, extra={"kind": kind} if kind else {})
    newest = list(dict.fromkeys(reversed(seen)))
    number = kind == "number" and all(_INTEGER.fullmatch(value) for value in newest)
    # Few values that keep coming back are a choice; a value that was the same three times running is the default.
    choices = tuple(sorted(newest)) if 1 < len(newest) <= 5 and len(seen) >= 3 * len(newest) else ()
    default = seen[-1] if len(seen) >= 3 and len(set(seen[-3:])) == 1 else None
    if choices and default is None:
        usual, times = Counter(seen).most_common(1)[0]
        default = usual if times >= 0.7 * len(seen) else None
    return Variable(
        name,
        VariableType.INTEGER if number else VariableType.STRING,
        choices=choices,
        default=default,
        examples=tuple(newest[:_VALUES]),
        extra={"kind": kind} if kind else {},
    )


def _run(numbers: Sequence[int], executions: Sequence[Execution], values: Mapping[str, str]) -> dict[str, Any]:
    """One occurrence, for people and for finding the same work again by its executions."""
    last = max(executions, key=lambda one: one.at, default=None)
    run: dict[str, Any] = {
        "at": datetime.fromtimestamp(last.at, UTC).isoformat(timespec="seconds") if last and last.at > 0 else "",
        "session": _one_line(last.session) if last else "",
        "by_agent": any(execution.by_agent for execution in executions),
        "executions": [number for number in dict.fromkeys(numbers) if number],
        "values": dict(values),
    }
    return {key: value for key, value in run.items() if value not in ("", False)}


def _invariants(finding: Finding, redact: Redact) -> list[str]:
    said = []
    for key, value in finding.invariants.items():
        text = " → ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        if text and not isinstance(value, Mapping):
            said.append(f"{key.replace('_', ' ')}: {_one_line(redact(text))[:200]}")
    return said


def _redacted(value: Any, redact: Redact) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redact(str(key)): _redacted(entry, redact) for key, entry in value.items()}
    return [_redacted(entry, redact) for entry in value] if isinstance(value, (list, tuple)) else value


def _description(steps: Sequence[Mapping[str, Any]], times: int) -> str:
    return f"{len(steps)} {'steps' if len(steps) != 1 else 'step'} that were done {times} times in this order"


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds > 0 else ""
