"""What keeps failing: the causes that evidence can show, and the record of one anti-pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Cause(StrEnum):
    """Why something keeps failing, as far as its evidence shows it."""

    TEMPLATE_TOO_RIGID = "template_too_rigid"
    MISSING_DEPENDENCY = "missing_dependency"
    WRONG_CONTEXT = "wrong_context"
    VERIFICATION_FAILED = "verification_failed"
    PERMISSION = "permission"
    AUTHENTICATION = "authentication"
    TIMEOUT = "timeout"
    NETWORK = "network"
    PORT_IN_USE = "port_in_use"
    OUT_OF_MEMORY = "out_of_memory"
    DISK_FULL = "disk_full"
    LOCKED = "locked"
    MERGE_CONFLICT = "merge_conflict"
    ALREADY_EXISTS = "already_exists"
    MISSING_FILE = "missing_file"
    BAD_INPUT = "bad_input"
    CODE_ERROR = "code_error"
    FLAKY = "flaky"
    UNWANTED = "unwanted"  # what a pattern wrote was taken back
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Blame:
    """A cause with what shows it: `quote` is the text that says so, `detail` what it names (a module, a port …)."""

    cause: Cause
    detail: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class AntiPatternRow:
    """One thing that keeps failing. `status` is active, fixed or archived; `fixed_in` names the version that did it.

    `occurrences` counts its failures of the last 7 days while it is active; what was fixed keeps its last count.
    `error_signature` is what its failures are grouped by, `pattern_id` is empty for mistakes made without a pattern.
    """

    id: str
    name: str
    occurrences: int
    affected: tuple[str, ...] = ()
    status: str = "active"
    detected_at: float = 0.0
    pattern_id: str = ""
    cause: str = "unknown"
    error_signature: str = ""
    recommendation: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    first_at: float = 0.0
    last_at: float = 0.0
    fixed_in: str = ""
