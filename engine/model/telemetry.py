"""What was run, what failed, what made it green again, and the routines that repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Which way a record of work came in; what a row means for savings depends on it."""

    SHELL = "shell"  # the shell hook's spool
    RUN = "run"  # `patui run -- CMD`
    AGENT = "agent"  # an agent's hook or transcript
    LOG = "log"  # `patui log`
    API = "api"  # an orchestrator through the plan's classes
    SQL = "sql"  # a row another program inserted
    IMPORT = "import"  # a history or another tool's database
    TESTS = "tests"  # a report of tests or of a build
    PATUI = "patui"  # patui ran it: a recipe's or a fix's step


@dataclass(frozen=True, slots=True)
class Execution:
    """One thing that was done: a command line, or an operation an orchestrator reports. Redacted already.

    `at` is when it ended; `seconds` how long it took (None: unknown); `success` is None where nobody can tell.
    `argv` is the command in words when the source knows them, `command` the line as typed. `cwd` is relative to the
    workspace where it lies inside it, absolute otherwise. `error_signature` names its error, if it had one.
    """

    at: float
    command: str = ""
    argv: tuple[str, ...] = ()
    cwd: str = ""
    exit_code: int | None = None
    success: bool | None = None
    seconds: float | None = None
    session: str = ""
    source: Source = Source.API
    by_agent: bool = False
    operation_kind: str = ""
    pattern_id: str = ""
    pattern_version: str = ""
    user_id: str = ""
    file_types: tuple[str, ...] = ()
    tools_used: tuple[str, ...] = ()
    inputs: Any = None
    outputs: Any = None
    input_signature: str = ""
    output_signature: str = ""
    verification: str = ""
    error_signature: str = ""
    error_output: str = ""
    key: str = ""  # what makes the record the same record when it is read again; empty: always a new one
    id: int = 0


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One failure as it was seen. `signature` groups those that are the same error with other names in it.

    `parameters` are the texts that stood where the template has its masks, by mask in order of appearance; a fix binds
    its own parameters from them. `frames` are the in-app frames of a stack trace, outermost first.
    """

    at: float
    signature: str
    type: str
    message: str
    template: str
    parameters: tuple[str, ...] = ()
    tool: str = ""
    path: str = ""
    line: int = 0
    frames: tuple[str, ...] = ()
    session: str = ""
    command: str = ""
    execution_id: int = 0
    by_agent: bool = False
    id: int = 0


class StepKind(StrEnum):
    COMMAND = "command"  # `argv`
    EDIT = "edit"  # `path`, and the text before and after


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a routine or of a fix: words of a command, or an edit of one file. `{{ name }}` is a parameter."""

    kind: StepKind
    argv: tuple[str, ...] = ()
    path: str = ""
    before: str = ""
    after: str = ""
    cwd: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Resolution:
    """What made an error go away: the steps, when, in whose session, and the record that was green again."""

    at: float
    signature: str
    steps: tuple[Step, ...]
    session: str = ""
    by_agent: bool = False
    error_id: int = 0
    execution_id: int = 0
    parameters: tuple[str, ...] = ()  # of the error it resolved
    id: int = 0


@dataclass(frozen=True, slots=True)
class Routine:
    """A sequence of commands that repeats. A parameter in a step is a word `{{ name }}`, or part of one.

    `bindings[i]` are the values of occurrence i; `occurrences[i]` the ids of its executions, one per step.
    """

    steps: tuple[tuple[str, ...], ...]
    occurrences: tuple[tuple[int, ...], ...]
    bindings: tuple[Mapping[str, str], ...]
    types: Mapping[str, str] = field(default_factory=dict)  # parameter -> path branch version number string …
    sessions: int = 0
    seconds: float = 0.0  # the median time an occurrence took by hand
    typed_seconds: float = 0.0  # what typing its lines costs by the Keystroke-Level Model
    confidence: float = 0.0
    signature: str = ""
