"""What doing a routine by hand costs, and what its recipe would leave of it, in seconds.

By hand: the pauses between the commands where they were measured, else the Keystroke-Level Model. The time the commands
themselves run is not counted: a recipe runs them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from engine.analyzers.backtest import members_per_month
from engine.mining.executions import Finding
from engine.model import Execution, Variable
from engine.savings import KEYSTROKE, MENTAL, PLACE

PROVEN_AFTER = 3
"""Occurrences that it takes to propose: only later ones would have been saved."""
LONGEST_PAUSE = 60.0
"""Seconds between two commands that count as work; in a longer pause something else was done."""
_RECALL = 5  # keystrokes that find a line again in the shell's history
_OPEN = 2  # keystrokes that open the recipe in the app


@dataclass(frozen=True, slots=True)
class Worth:
    """Seconds of one run by hand and of one use; `source` says where the former comes from."""

    by_hand: float
    use: float
    source: str
    hours_saved: float
    hours_per_month: float

    @property
    def per_use(self) -> float:
        return max(0.0, self.by_hand - self.use)


def worth(
    finding: Finding, occurrences: Sequence[Sequence[Execution]], variables: Sequence[Variable], now: float
) -> Worth:
    """`occurrences` are the executions of each, in order. Those of agents cost nobody any typing: they do not count."""
    people = [one for one in occurrences if not any(execution.by_agent for execution in one)]
    by_hand, source = _by_hand(finding, people, variables)
    use = _use(finding, variables)
    saved = max(0.0, by_hand - use)
    times = [max(execution.at for execution in one) for one in people if one]
    return Worth(
        by_hand,
        use,
        source,
        saved * max(0, len(people) - PROVEN_AFTER) / 3600,
        saved * members_per_month(times, now) / 3600,
    )


def _by_hand(
    finding: Finding, people: Sequence[Sequence[Execution]], variables: Sequence[Variable]
) -> tuple[float, str]:
    typed = sum(_typed(step, variables) for step in finding.routine.steps)
    if not any(execution.command or execution.argv for one in people for execution in one):
        measured = [one[0].seconds for one in people if one and one[0].seconds]
        return (median(measured), "measured durations") if measured else (typed, "keystroke-level model")
    pauses = [total for one in people if (total := _pauses(one)) is not None]
    # Nobody types that fast: lines that were pasted or replayed do not tell how long a person takes.
    if 2 * len(pauses) <= len(people) or not pauses or median(pauses) < typed / 2:
        return typed, "keystroke-level model"
    # What was done before the first command is not measured.
    return median(pauses) + _typed(finding.routine.steps[0], variables), "measured pauses between the commands"


def _pauses(executions: Sequence[Execution]) -> float | None:
    """The seconds between the commands of one occurrence; None where a duration is not known."""
    ordered = sorted({execution.id: execution for execution in executions}.values(), key=lambda one: (one.at, one.id))
    if len(ordered) < 2 or any(one.seconds is None for one in ordered):
        return None
    total = 0.0
    for before, after in pairwise(ordered):
        total += min(max(0.0, after.at - (after.seconds or 0.0) - before.at), LONGEST_PAUSE)
    return total


def _typed(step: Sequence[str], variables: Sequence[Variable]) -> float:
    """A line typed out, or found again in the shell's history and changed, whichever is less."""
    line = " ".join(step)
    values = [variable for variable in variables if f"{{{{ {variable.name} " in line]
    for variable in values:
        line = line.replace(f"{{{{ {variable.name} }}}}", "x" * round(_length(variable)))
    whole = MENTAL + KEYSTROKE * (len(line) + 1)
    recalled = MENTAL + KEYSTROKE * (_RECALL + 1)
    return min(whole, recalled + sum(PLACE + KEYSTROKE * _length(variable) for variable in values))


def _use(finding: Finding, variables: Sequence[Variable]) -> float:
    """Opening the recipe, its values, and one key for each step."""
    values = sum(1.0 if variable.default is not None else _length(variable) + 1 for variable in variables)
    return MENTAL + KEYSTROKE * (_OPEN + values + len(finding.routine.steps))


def _length(variable: Variable) -> float:
    lengths = [len(example) for example in variable.examples if isinstance(example, str)]
    return sum(lengths) / len(lengths) if lengths else 8.0


def by_occurrence(finding: Finding, executions: Mapping[int, Execution]) -> list[list[Execution]]:
    """The executions of each occurrence that are known."""
    return [
        [executions[number] for number in dict.fromkeys(occurrence) if number in executions]
        for occurrence in finding.routine.occurrences
    ]
