"""Runs the steps of an approved recipe or of a fix: lists of words, never a line for a shell.

`steps_of` reads a pattern's steps and `bound` fills their parameters in: exactly what will run (recipes:
`engine.actions.running_recipes`; fixes: `engine.actions.fixing`). Whoever calls shows that, asks, and hands it to
`carry_out`. A pipeline is run as processes that are joined; words that only a shell could expand are refused. The
steps stop at the first failure, and what is left is told.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from engine import rooted
from engine.cases import apply_filters
from engine.errors import Conflict, InvalidDocument, PatuiError, Problem, RefusedError, UsageError
from engine.mining.command_risks import MARKS, marks_of
from engine.mining.commands import needs_shell
from engine.mining.shell_words import PIPES
from engine.model import Kind, Pattern, Step, StepKind, Variable, VariableType
from engine.paths import problem_with, protected_by
from engine.sources.run import KEPT_BYTES, Ran

MOST_STEPS = 50
MOST_FILE_BYTES = 4_000_000
_SLOT = re.compile(r"\{\{\s*([A-Za-z_]\w{0,60})((?:\s*\|\s*[a-z_]{1,20}){0,4})\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Ready:
    """What will run, word for word. `cwd` is relative to the workspace; a step may name its own.

    `confirm_each` says that something in it installs, reaches the network, needs privileges or deletes: it never runs
    without a person who saw it.
    """

    name: str
    steps: tuple[Step, ...]
    pattern_id: str = ""
    version: str = ""
    kind: Kind = Kind.EXECUTION
    values: tuple[tuple[str, str], ...] = ()
    cwd: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        found = {mark for step in self.steps for mark in marks_of(step.argv)}
        return tuple(mark for mark in MARKS if mark in found)

    @property
    def confirm_each(self) -> bool:
        return bool(self.marks)


@dataclass(frozen=True, slots=True)
class Done:
    """One step that was run: how it ended (0: well) and the end of what it said."""

    step: Step
    exit_code: int
    seconds: float
    output: str = ""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What was run, in order; `left` are the steps that were not, because one failed or was interrupted."""

    done: tuple[Done, ...]
    left: tuple[Step, ...] = ()

    @property
    def succeeded(self) -> bool:
        return not self.left and all(one.exit_code == 0 for one in self.done)

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self.done)


class Runner(Protocol):
    """Runs one call in a directory: `terminal` for the command line, `piped` for the app, a list for a test."""

    def __call__(self, argv: Sequence[str], cwd: Path) -> Ran: ...


# ── what will run ────────────────────────────────────────────────────────────────────────────────────────────────────


def steps_of(pattern: Pattern) -> tuple[Step, ...]:
    """The steps of a pattern file, parameters unbound. Raises InvalidDocument with every step that is none."""
    problems: list[Problem] = []
    steps: list[Step] = []
    for number, entry in enumerate(pattern.steps[:MOST_STEPS]):
        argv = entry.get("argv")
        where = f"steps[{number}]"
        if isinstance(argv, list | tuple) and argv and all(isinstance(word, str) for word in argv):
            steps.append(Step(StepKind.COMMAND, tuple(argv), cwd=_text(entry.get("cwd"))))
        elif isinstance(entry.get("edit"), Mapping):
            continue  # a rule: it becomes an edit where it is matched with an error
        else:
            problems.append(Problem(where, "must have argv, a list of words"))
    if problems:
        raise InvalidDocument(pattern.pattern_id, problems)
    return tuple(steps)


def parameters_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """The names of the parameters in the words of `steps`, in order of appearance."""
    words = (word for step in steps for word in step.argv)
    return tuple(dict.fromkeys(found[1] for word in words for found in _SLOT.finditer(word)))


def ready(steps: Sequence[Step], **fields: Any) -> Ready:
    """Steps whose words are final; RefusedError where one could only be run by a shell."""
    for step in steps:
        if why := why_not_run(step):
            raise RefusedError(f"{shown(step)}: {why}")
    return Ready(steps=tuple(steps), **fields)


def why_not_run(step: Step) -> str:
    """Why patui cannot run a step by itself; empty when it can."""
    if step.kind is StepKind.EDIT:
        return problem_with(step.path) or protected_by(step.path) or ""
    parts = _pipeline(step.argv)
    if not all(parts) or any(needs_shell(part) for part in parts):
        return "needs a shell, and patui runs none: copy it"
    return ""


def checked(variable: Variable, value: str) -> str:
    """`value` as a word for `variable`; UsageError when it is of another type, or would be taken for an option."""
    if _CONTROL.search(value) or (not value and variable.required):
        raise UsageError(f"{variable.name}: {'is empty' if not value else 'holds a control character'}")
    if variable.type is VariableType.INTEGER and not re.fullmatch(r"[-+]?\d+", value):
        raise UsageError(f"{variable.name}: must be a whole number, not {value!r}")
    if variable.choices and value not in variable.choices and variable.extra.get("strict"):
        raise UsageError(f"{variable.name}: must be one of {', '.join(variable.choices)}, not {value!r}")
    option = value.startswith("-") and variable.type is not VariableType.INTEGER
    if option and not any(isinstance(one, str) and one.startswith("-") for one in variable.examples):
        raise UsageError(f"{variable.name}: {value!r} would be taken for an option")
    return value


def bound(steps: Sequence[Step], values: Mapping[str, str]) -> tuple[Step, ...]:
    """`steps` with the parameters replaced that have a value; a value never becomes two words."""

    def fill(found: re.Match[str]) -> str:
        filters = [name.strip() for name in found[2].split("|")[1:]]
        return apply_filters(values[found[1]], filters) if found[1] in values else found[0]

    return tuple(replace(step, argv=tuple(_SLOT.sub(fill, word) for word in step.argv)) for step in steps)


def shown(step: Step) -> str:
    """A step in one line, as one would type it."""
    if step.kind is StepKind.EDIT:
        return f"edit {step.path}"
    return " ".join(word if word in PIPES else shlex.quote(word) for word in step.argv)


# ── running it ───────────────────────────────────────────────────────────────────────────────────────────────────────


def carry_out(
    prepared: Ready,
    root: Path,
    run: Runner,
    *,
    before: Callable[[int, Step], bool] = lambda number, step: True,
    after: Callable[[int, Done], None] = lambda number, done: None,
) -> RunOutcome:
    """Runs the steps in order until one fails, or `before` says no. Nothing is asked here: the caller has."""
    done: list[Done] = []
    for number, step in enumerate(prepared.steps):
        if not before(number, step):
            return RunOutcome(tuple(done), prepared.steps[number:])
        one = run_step(step, root, run, cwd=prepared.cwd)
        done.append(one)
        after(number, one)
        if one.exit_code:
            return RunOutcome(tuple(done), prepared.steps[number + 1 :])
    return RunOutcome(tuple(done))


def run_step(step: Step, root: Path, run: Runner, *, cwd: str = "") -> Done:
    """One step: a call, or an edit of one file, which is refused when the file is no longer what was shown."""
    started = time.monotonic()
    if step.kind is StepKind.EDIT:
        try:
            edit_file(root, step)
        except (PatuiError, OSError) as error:
            return Done(step, 1, time.monotonic() - started, f"{step.path}: {error}\n")
        return Done(step, 0, time.monotonic() - started)
    ran = run(step.argv, directory_of(root, step.cwd or cwd))
    return Done(step, ran.exit_code, ran.seconds, ran.tail)


def directory_of(root: Path, cwd: str) -> Path:
    """Where a step runs: below the root, or where the user was when it is a directory of this machine."""
    place = root / cwd if cwd else root
    return place if place.is_dir() else root


def edit_file(root: Path, step: Step) -> None:
    """Replaces `step.before`, the whole text of the file, by `step.after`, whole or not at all.

    Conflict when the file holds anything else by now; UnsafePath for a symbolic link on the way.
    """
    if problem := problem_with(step.path) or protected_by(step.path):
        raise RefusedError(problem)
    with rooted.opened(root) as top, rooted.parent_of(top, step.path) as (directory, name):
        content = rooted.read(top, step.path, MOST_FILE_BYTES)
        if content != step.before.encode("utf-8", "surrogateescape"):
            raise Conflict("it was edited since")
        mode = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode & 0o7777
        temporary = f".patui-{os.getpid()}.edit~"
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=directory)
        rooted.create(directory, temporary, step.after.encode("utf-8", "surrogateescape"), durable=True)
        try:
            os.chmod(temporary, mode, dir_fd=directory)
            os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=directory)
            raise


def terminal(argv: Sequence[str], cwd: Path) -> Ran:
    """Runs on the user's terminal, as `patui run` does; a pipeline on its streams."""
    from engine.sources.run import run

    return _joined(argv, cwd, None) if PIPES & set(argv) else run(argv, cwd=cwd)


def piped(on_output: Callable[[str], None]) -> Runner:
    """Runs without a terminal and with nothing to read; each piece of output goes to `on_output` as it comes."""

    def run(argv: Sequence[str], cwd: Path) -> Ran:
        return _joined(argv, cwd, on_output)

    return run


def _joined(argv: Sequence[str], cwd: Path, on_output: Callable[[str], None] | None) -> Ran:
    """A pipeline of processes, or a single one; it ends as its last part ends."""
    started = time.monotonic()
    processes: list[subprocess.Popen[bytes]] = []
    tail = bytearray()
    reader, writer = os.pipe()
    try:
        parts = _pipeline(tuple(argv))
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            processes.append(
                subprocess.Popen(
                    part,
                    cwd=cwd,
                    stdin=processes[-1].stdout if processes else subprocess.DEVNULL,
                    stdout=writer if last else subprocess.PIPE,
                    stderr=writer,
                    start_new_session=on_output is not None,
                )
            )
            if len(processes) > 1 and (above := processes[-2].stdout) is not None:
                above.close()
    except OSError as error:
        for process in processes:
            process.kill()
            process.wait()
        os.close(reader)
        os.close(writer)
        said = f"patui: {error.filename or argv[0]}: {error.strerror}\n"
        _tell(said.encode(), on_output)
        return Ran(126 if isinstance(error, PermissionError) else 127, time.monotonic() - started, said)
    os.close(writer)
    try:
        for block in _blocks(reader):
            tail = (tail + block)[-KEPT_BYTES:]
            _tell(block, on_output)
    finally:
        os.close(reader)
        codes = [process.wait() for process in processes]
    return Ran(codes[-1], time.monotonic() - started, bytes(tail).decode("utf-8", "replace"))


def _blocks(descriptor: int) -> Iterator[bytes]:
    while block := os.read(descriptor, 1 << 16):
        yield block


def _tell(block: bytes, on_output: Callable[[str], None] | None) -> None:
    if on_output is not None:
        on_output(block.decode("utf-8", "replace"))
    else:
        with suppress(OSError):
            os.write(1, block)


def _pipeline(argv: tuple[str, ...]) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = []
    words: list[str] = []
    for word in (*argv, "|"):
        if word in PIPES:
            parts.append(tuple(words))
            words = []
        else:
            words.append(word)
    return parts


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
