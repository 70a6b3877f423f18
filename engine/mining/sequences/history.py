"""Executions as sessions of steps: one row of symbols, which the search runs over.

A symbol is a number for a skeleton (`engine.mining.commands`). Sessions lie one after the other in the row, with
`WIDTH` zeros between them, so that no window reaches from one into the next.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.mining.command_words import IN_PASSING, LOOKING, LOOKING_SUBCOMMANDS, WORKING_WITH_ARGUMENTS
from engine.mining.commands import Command, Opening, command_of, commands_of
from engine.model import Execution

WIDTH = 6
"""How far apart two neighbouring steps may stand: 5 others between them."""
SESSION_GAP = 30 * 60.0
"""Seconds of rest that part two sessions where no shell names them."""

UNSEEN = 100
"""Steps of other work that are taken for granted: in a day with one routine in it, that routine is not all there is."""

_NAME = re.compile(r"[a-z][a-z-]{1,30}(?::[a-z-]+)*")


@dataclass(frozen=True, slots=True)
class History:
    """`row[i]` is the symbol of `commands[i]`, which is part of `executions[owners[i]]`, in session `sessions[i]`;
    zeros part the sessions. `places[s]` are the indices of symbol s."""

    executions: Sequence[Execution]
    row: list[int]
    commands: list[Command]
    owners: list[int]
    sessions: list[int]
    places: dict[int, list[int]]
    skeletons: list[tuple[str, ...]]
    total: int

    def share(self, symbol: int) -> float:
        """How much of all work this step is, the work that was not recorded included."""
        return len(self.places[symbol]) / (self.total + UNSEEN)


def read(executions: Iterable[Execution]) -> History:
    """The history of `executions`, in order of time."""
    ordered = sorted(executions, key=lambda one: one.at)
    parsed = [_commands(one) for one in ordered]
    promoted, scripts = _promoted(parsed), _interchangeable(parsed)
    numbers: dict[tuple[str, ...], int] = {(): 0}
    row: list[int] = []
    commands: list[Command] = []
    owners: list[int] = []
    sessions: list[int] = []
    nothing = Command((), "")
    for number, session in enumerate(_sessions(ordered)):
        for owner, command in _without_retries(ordered, parsed, session):
            if command.program in IN_PASSING:
                continue
            skeleton = command.skeleton
            if command.program in scripts:
                skeleton = (scripts[command.program], *skeleton[1:])
            elif command.opening is Opening.UNKNOWN and command.arguments:
                first = command.argv[command.arguments[0]]
                if (command.program, first) in promoted:
                    skeleton = (command.program, first, *skeleton[1:])
            row.append(numbers.setdefault(skeleton, len(numbers)))
            commands.append(command)
            owners.append(owner)
            sessions.append(number)
        row += [0] * WIDTH
        commands += [nothing] * WIDTH
        owners += [-1] * WIDTH
        sessions += [-1] * WIDTH
    places: defaultdict[int, list[int]] = defaultdict(list)
    for at, symbol in enumerate(row):
        if symbol:
            places[symbol].append(at)
    total = sum(map(len, places.values()))
    return History(ordered, row, commands, owners, sessions, dict(places), list(numbers), total)


def only_looks(skeleton: Sequence[str]) -> bool:
    """Whether a step of this skeleton changes nothing: it lists, shows, moves about, or waits for a person."""
    program = skeleton[0]
    if program in LOOKING:
        return program not in WORKING_WITH_ARGUMENTS or len(skeleton) < 2
    return any(tuple(skeleton[:length]) in LOOKING_SUBCOMMANDS for length in (2, 3)) and not any(
        flag in {"-d", "-D", "-m", "-M", "add", "--delete"} for flag in skeleton[2:]
    )


def _commands(execution: Execution) -> tuple[Command, ...]:
    if execution.command:
        return commands_of(execution.command)
    return (command_of(execution.argv),) if execution.argv else ()


def _promoted(parsed: Iterable[tuple[Command, ...]]) -> set[tuple[str, str]]:
    """First words that are subcommands of programs nothing is known of: they come back, and only in that place."""
    first: Counter[tuple[str, str]] = Counter()
    values: Counter[str] = Counter()
    for commands in parsed:
        for command in commands:
            arguments = command.arguments
            if command.opening is Opening.UNKNOWN and arguments:
                first[command.program, command.argv[arguments[0]]] += 1
                arguments = arguments[1:]
            values.update(command.argv[place] for place in arguments)
    return {
        (program, word)
        for (program, word), times in first.items()
        if times >= 3 and values[word] == 0 and _NAME.fullmatch(word)
    }


def _interchangeable(parsed: Iterable[tuple[Command, ...]]) -> dict[str, str]:
    """Scripts of one directory that hardly come back by themselves (`./jobs/a.sh`, `./jobs/b.sh`), with a name for all
    of them: which one it is, is a value."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for commands in parsed:
        for command in commands:
            word = command.argv[0] if command.argv else ""
            if "/" in word and posixpath.basename(word) == command.program:
                kinds[f"{posixpath.dirname(word)}/*{posixpath.splitext(word)[1]}"][command.program] += 1
    return {
        program: kind
        for kind, programs in kinds.items()
        if len(programs) >= 3 and sum(programs.values()) < 3 * len(programs)
        for program in programs
    }


def _sessions(executions: Sequence[Execution]) -> Iterator[list[int]]:
    """Indices of the executions of each session."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    unnamed: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, execution in enumerate(executions):
        if execution.session:
            named[execution.session].append(number)
        else:
            unnamed[execution.source, execution.user_id].append(number)
    yield from named.values()
    for numbers in unnamed.values():
        start = 0
        for at in range(1, len(numbers) + 1):
            if at == len(numbers) or executions[numbers[at]].at - executions[numbers[at - 1]].at > SESSION_GAP:
                yield numbers[start:at]
                start = at


def _without_retries(
    executions: Sequence[Execution], parsed: Sequence[tuple[Command, ...]], session: Sequence[int]
) -> Iterator[tuple[int, Command]]:
    """The steps of a session; what failed and was done again soon after is one step, and so is the same line twice."""
    steps = [(owner, command) for owner in session for command in parsed[owner]]
    for at, (owner, command) in enumerate(steps):
        soon = steps[at + 1 : at + 2 + WIDTH] if _failed(executions[owner]) else steps[at + 1 : at + 2]
        if _failed(executions[owner]):
            if any(other.skeleton == command.skeleton and later != owner for later, other in soon):
                continue
        elif soon and soon[0][1].argv == command.argv:
            continue
        yield owner, command


def _failed(execution: Execution) -> bool:
    return execution.success is False or (execution.success is None and bool(execution.exit_code))
