"""The words patui speaks, as frozen values; every floor above passes these and nothing else to its neighbours.

Times are seconds since the epoch (float, UTC); paths are relative to the workspace with `/` between parts; savings are
seconds unless a name says hours. `docs/glossary.md` has a line for each term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

# ── values and templates ─────────────────────────────────────────────────────────────────────────────────────────────

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


# ── what developers made ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Example:
    """One text file as its author first wrote it. `text` is exact (CRLF stays CRLF). `created` is the author time."""

    path: str
    text: str
    created: float = 0.0
    author: str = ""
    by_agent: bool = False
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One member of a family with its text: one file, or for a scaffold the files of one directory (`path`)."""

    path: str
    files: tuple[Example, ...]
    created: float = 0.0


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a family by name only: `files` is `(path,)`, or for a scaffold the files below directory `path`."""

    path: str
    files: tuple[str, ...]
    created: float = 0.0
    author: str = ""
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Similar files, or similar directories, in order of creation. `signature` is stable while the family grows."""

    name: str
    kind: Kind
    members: tuple[Member, ...]
    signature: str
    confidence: float
    path_template: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(path for member in self.members for path in member.files)


@dataclass(frozen=True, slots=True)
class Scan:
    """The families of a workspace, and how many files were passed over for which reason."""

    families: tuple[Family, ...]
    skipped: Mapping[str, int]
    files: int = 0
    commits: int = 0


# ── what is learned and how good it is ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Induction:
    """A template learned from instances: `values[i]` re-renders instance i byte for byte.

    `values` hold every variable, those that the path decides included. `confidence` is in 0..1.
    """

    kind: Kind
    files: tuple[FileTemplate, ...]
    variables: tuple[Variable, ...]
    values: tuple[Values, ...]
    confidence: float
    suggested_name: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """The values with which a pattern comes closest to a text.

    `values` are those that differ from the preset (or null: the defaults) and from the path; `all_values` are complete.
    `missed` are the lines of the file that the rendering lacks. `similarity` is in 0..1, 1 exactly when `exact`.
    """

    preset: str | None
    values: Values
    all_values: Values
    exact: bool
    similarity: float
    missed: tuple[str, ...]
    rendered: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """One member of a family predicted from those before it; seconds by the Keystroke-Level Model."""

    path: str
    created: float
    exact: bool
    similarity: float
    copy_seconds: float
    pattern_seconds: float
    limit_seconds: float

    @property
    def saved_seconds(self) -> float:
        return self.copy_seconds - self.pattern_seconds


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a pattern would have saved on the past of its family, against copying a sibling.

    `hours_saved` covers all members after the third; when only a sample was predicted (`predicted` < `later`), it is
    the sample's mean times `later`, and `sampled` says so. `hours_per_month` is the rate expected from now on.
    """

    support: int
    later: int
    predicted: int
    exact: int
    gap_closed: float
    hours_saved: float
    hours_per_month: float
    predictions: tuple[Prediction, ...] = ()

    @property
    def sampled(self) -> bool:
        return self.predicted < self.later


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the review: a proposed pattern with its evidence. `id` is its number, `path` its file."""

    id: int
    pattern_id: str
    name: str
    kind: Kind
    status: Status
    confidence: float
    support: int
    hours_saved: float
    hours_per_month: float
    signature: str
    path: str
    detected_at: float
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()  # paths of the family's members, in order of creation
    evidence: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""  # of the last verdict
    defer_until: float = 0.0


# ── doing and undoing ────────────────────────────────────────────────────────────────────────────────────────────────


class WriteAction(StrEnum):
    CREATE = "create"  # nothing is there
    FILL = "fill"  # an empty file is there
    SAME = "same"  # the very text is there already
    CONFLICT = "conflict"  # other content is there: never overwritten


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    path: str
    text: str
    action: WriteAction
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an application would write, shown before anything is written. `targets` are what a person chose."""

    pattern_id: str
    version: str
    name: str
    targets: tuple[str, ...]
    writes: tuple[PlannedWrite, ...]
    values: Values
    unchecked: tuple[str, ...] = ()  # variables that stand at a default or preset value nobody confirmed

    @property
    def conflicts(self) -> tuple[str, ...]:
        return tuple(write.path for write in self.writes if write.action is WriteAction.CONFLICT)


@dataclass(frozen=True, slots=True)
class Application:
    """A plan that was written; `undone_at` is 0 while it stands."""

    id: int
    pattern_id: str
    version: str
    at: float
    paths: tuple[str, ...]
    undone_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: `removed` are gone or empty again, `kept` were edited since and stay, each with its reason."""

    application: Application | None
    removed: tuple[str, ...]
    kept: Mapping[str, str]


# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class EventType(StrEnum):
    READY = "ready"
    FILE = "file"
    EXECUTION = "execution"
    ERROR = "error"
    CANDIDATE = "candidate"
    SUGGESTION = "suggestion"
    VERDICT = "verdict"
    APPLICATION = "application"
    REPORT = "report"
    PROGRESS = "progress"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the live feed. `about` carries type-specific keys (candidate, pattern_id, count …)."""

    type: EventType
    time: float
    text: str
    path: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


class SuggestionKind(StrEnum):
    FAMILY = "family"  # you made N similar files: look at the template
    FILL = "fill"  # an empty file or directory of a known family: fill it


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something patui would do if asked. Two with one `key` merge, and `count` grows. `pattern` is an id."""

    key: str
    kind: SuggestionKind
    title: str
    detail: str
    path: str
    pattern: str
    time: float
    count: int = 1
    status: str = "open"  # open accepted dismissed
    id: int = 0


class ChangeKind(StrEnum):
    CREATED = "created"
    MODIFIED = "modified"
    REMOVED = "removed"
    DIRECTORY = "directory"  # a new directory


@dataclass(frozen=True, slots=True)
class FileChange:
    """One settled change of the work tree (an editor's atomic save is one).

    `by_tool`: a checkout, a move of older files, or many files at once; nobody typed it.
    """

    path: str
    kind: ChangeKind
    time: float
    by_tool: bool = False


# ── ports: what the pure floors need from the world ──────────────────────────────────────────────────────────────────

Clock: TypeAlias = Callable[[], float]


class Notifier(Protocol):
    """Takes suggestions and events to whoever listens (the database, a test's list)."""

    def suggest(self, suggestion: Suggestion) -> None: ...

    def tell(self, event: Event) -> None: ...
