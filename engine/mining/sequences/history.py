"""Executions as sessions of steps: one row of symbols, which the search runs over.

A symbol is a number for a skeleton (`engine.mining.commands`). Sessions lie one after the other in the row, with
`WIDTH` zeros between them, so that no window reaches from one into the next.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from engine.mining.command_words import IN_PASSING, LOOKING, LOOKING_SUBCOMMANDS, WORKING_WITH_ARGUMENTS
from engine.mining.commands import Command, Opening, command_of, commands_of
from engine.model import Execution

WIDTH = 6
"""How far apart two neighbouring steps may stand: 5 others between them."""
SESSION_GAP = 30 * 60.0
"""Seconds of rest that part two sessions where no shell names them."""

UNSEEN = 100
"""Steps of other work that are taken for granted: in a day with one routine in it, that routine is not all there is."""

LEAST = 32
"""Steps that a history is taken to have at least where a routine is judged: of six steps that are all that was ever
done, nothing could be told."""
_FEW = 12

_NAME = re.compile(r"[a-z][a-z-]{1,30}(?::[a-z-]+)*")

_Step = tuple[int, Command]


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
    pieces: dict[int, frozenset[str]] = field(default_factory=dict)
    """Values by place, filled as they are asked for (`engine.mining.sequences.links`)."""

    def share(self, symbol: int) -> float:
        """How much of all work this step is, the work that was not recorded included."""
        return len(self.places[symbol]) / (self.total + UNSEEN)

    def shares(self, count: int, times: int) -> Iterator[tuple[float, float]]:
        """How much of all work a step with `count` places is each time that it is drawn, `times` times and never the
        same place: shares with how often each is taken, a few for all."""
        parts = min(times, _FEW)
        for part in range(parts):
            drawn = part if times <= _FEW else (part + 0.5) * times / parts - 0.5
            yield max(1.0, count - drawn) / max(LEAST, self.total), times / parts


def read(executions: Iterable[Execution]) -> History:
    """The history of `executions`, in order of time."""
    ordered = sorted(executions, key=attrgetter("at"))
    # A line that comes back is looked at once.
    keys = [one.command or one.argv for one in ordered]
    times = Counter(keys)
    parsed = {key: _commands(key) for key in times}
    promoted, scripts = _promoted(parsed, times), _interchangeable(parsed, times)
    numbers: dict[tuple[str, ...], int] = {(): 0}
    steps: dict[str | tuple[str, ...], list[_Step]] = {}
    for key, commands_of_key in parsed.items():
        steps[key] = [
            (
                0 if one.program in IN_PASSING else numbers.setdefault(_skeleton(one, promoted, scripts), len(numbers)),
                one,
            )
            for one in commands_of_key
        ]
    row: list[int] = []
    commands: list[Command] = []
    owners: list[int] = []
    sessions: list[int] = []
    nothing = Command((), "")
    for number, session in enumerate(_sessions(ordered)):
        done = [(owner, *step) for owner in session for step in steps[keys[owner]]]
        for owner, symbol, command in _without_retries(ordered, done):
            if symbol:
                row.append(symbol)
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


def _skeleton(command: Command, promoted: Collection[tuple[str, str]], scripts: Mapping[str, str]) -> tuple[str, ...]:
    """What makes a step the same as another, with what the whole history says of its program."""
    skeleton = command.skeleton
    if command.program in scripts:
        return (scripts[command.program], *skeleton[1:])
    if command.opening is Opening.UNKNOWN and command.arguments:
        first = command.argv[command.arguments[0]]
        if (command.program, first) in promoted:
            return (command.program, first, *skeleton[1:])
    return skeleton


def only_looks(skeleton: Sequence[str]) -> bool:
    """Whether a step of this skeleton changes nothing: it lists, shows, moves about, or waits for a person."""
    program = skeleton[0]
    if program in LOOKING:
        return program not in WORKING_WITH_ARGUMENTS or len(skeleton) < 2
    return any(tuple(skeleton[:length]) in LOOKING_SUBCOMMANDS for length in (2, 3)) and not any(
        flag in {"-d", "-D", "-m", "-M", "add", "--delete"} for flag in skeleton[2:]
    )


def _commands(typed: str | tuple[str, ...]) -> tuple[Command, ...]:
    if isinstance(typed, str):
        return commands_of(typed)
    return (command_of(typed),) if typed else ()


def _promoted(
    parsed: Mapping[str | tuple[str, ...], tuple[Command, ...]], times: Mapping[str | tuple[str, ...], int]
) -> set[tuple[str, str]]:
    """First words that are subcommands of programs nothing is known of: they come back, and only in that place."""
    first: Counter[tuple[str, str]] = Counter()
    for key, commands in parsed.items():
        for command in commands:
            if command.opening is Opening.UNKNOWN and command.arguments:
                first[command.program, command.argv[command.arguments[0]]] += times[key]
    found = {pair for pair, often in first.items() if often >= 3 and _NAME.fullmatch(pair[1])}
    words = {word for _, word in found}
    values: set[str] = set()
    for commands in parsed.values() if words else ():
        for command in commands:
            arguments = command.arguments[command.opening is Opening.UNKNOWN :]
            values.update(word for place in arguments if (word := command.argv[place]) in words)
    return {pair for pair in found if pair[1] not in values}


def _interchangeable(
    parsed: Mapping[str | tuple[str, ...], tuple[Command, ...]], times: Mapping[str | tuple[str, ...], int]
) -> dict[str, str]:
    """Scripts of one directory that hardly come back by themselves (`./jobs/a.sh`, `./jobs/b.sh`), with a name for all
    of them: which one it is, is a value."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, commands in parsed.items():
        for command in commands:
            word = command.argv[0] if command.argv else ""
            if "/" in word and posixpath.basename(word) == command.program:
                kind = f"{posixpath.dirname(word)}/*{posixpath.splitext(word)[1]}"
                kinds[kind][command.program] += times[key]
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
    executions: Sequence[Execution], steps: Sequence[tuple[int, int, Command]]
) -> Iterator[tuple[int, int, Command]]:
    """The steps of a session as (owner, symbol, command); what failed and was done again soon after is one step, and so
    is the same line twice."""
    for at, (owner, symbol, command) in enumerate(steps):
        if _failed(executions[owner]):
            soon = steps[at + 1 : at + 2 + WIDTH]
            if any(other == symbol and later != owner for later, other, _ in soon):
                continue
        elif at + 1 < len(steps) and steps[at + 1][1] == symbol and steps[at + 1][2].argv == command.argv:
            continue
        yield owner, symbol, command


def _failed(execution: Execution) -> bool:
    return execution.success is False or (execution.success is None and bool(execution.exit_code))
