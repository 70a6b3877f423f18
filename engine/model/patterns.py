"""Templates, variables and patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, str]
Value: TypeAlias = "str | bool | list[str] | list[Record]"
Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that is the same in every file."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A variable's value, through case filters applied left to right (`engine.cases`).

    `name` is a variable, or inside a `Repeat` its item (`field`) or a field of its item (`field.type`).
    """

    name: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Switch:
    """`body` when the variable `name` is true, else `otherwise`."""

    name: str
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """`body` for each `item` of the list variable `over`, with `separator` between two (never after the last)."""

    item: str
    over: str
    body: tuple[Node, ...]
    separator: str = ""


Node: TypeAlias = "Literal | Slot | Switch | Repeat"


@dataclass(frozen=True, slots=True)
class Template:
    """A template of one text. Lines end in `\\n` here; the pattern's `eol` says what is written to disk."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RawTemplate:
    """A template that uses more of Jinja2 than our subset: only the sandbox can render it."""

    source: str


class VariableType(StrEnum):
    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"  # a switch
    LIST = "list"  # of strings
    RECORDS = "records"  # of {field: string}


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that differs between the files of a family.

    `derivation` (written `from` in files) says how the path decides the value: `stem`, `name`, `ext`, `dir[0]` (the
    nearest directory), `match.NAME` (a slot of the path template), each with case filters after `|`; empty when it
    does not. `examples` are values seen, typical ones first.
    """

    name: str
    type: VariableType = VariableType.STRING
    derivation: str = ""
    description: str = ""
    choices: tuple[str, ...] = ()
    default: Value | None = None
    required: bool = True
    examples: tuple[Value, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Preset:
    """The values of one example, kept so that an application can start like it; `name` tells a person which one."""

    name: str
    values: Values
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FileTemplate:
    """One file of a pattern.

    `path` renders to the file's path: relative to the workspace in a file pattern, relative to the target directory
    in a scaffold. `switch` names the boolean variable that decides whether the file is there at all, or is empty.
    """

    path: Template
    body: Template | RawTemplate
    eol: str = "\n"
    switch: str = ""
    executable: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


class Kind(StrEnum):
    FILE = "file"
    SCAFFOLD = "scaffold"
    EXECUTION = "execution"
    RECOVERY = "recovery"
    REFACTOR = "refactor"
    REVISION = "revision"


class Status(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A draft or an approved pattern: the content of one pattern file (`engine.library.pattern_file`).

    `extra` (also of variables, presets and files) holds keys this version does not know; they survive a round trip.
    `steps` belongs to executions and recoveries and stays plain data until their floors read it.
    """

    pattern_id: str
    name: str
    kind: Kind
    variables: tuple[Variable, ...] = ()
    files: tuple[FileTemplate, ...] = ()
    presets: tuple[Preset, ...] = ()
    steps: tuple[Mapping[str, Any], ...] = ()
    aliases: tuple[str, ...] = ()
    suggested_name: str = ""
    version: str = "1.0.0"
    status: Status = Status.PENDING
    description: str = ""
    confidence: float = 0.0
    provenance: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    match: Mapping[str, Any] = field(default_factory=dict)
    invariants: tuple[str, ...] = ()
    verification: Mapping[str, Any] = field(default_factory=dict)
    success_rate: float | None = None
    time_savings_estimate: Mapping[str, Any] = field(default_factory=dict)
    lineage: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
