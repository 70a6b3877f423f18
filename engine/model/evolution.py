"""A pattern over time: its uses, how each version did, what goes wrong, and what would be better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EDITED = "edited"
"""The error of a use of which people kept too little."""
_BETTER = 0.9  # a new version must leave less than this of the old one's work


@dataclass(frozen=True, slots=True)
class RecordedUse:
    """One use of a pattern. `success` is None where nobody can tell.

    `saved_seconds` is None where nothing says what it saved; `measured` tells a difference of durations from the
    Keystroke-Level Model. `workarounds` are what people changed afterwards, in words. `error` groups failures that
    are the same, `message` is what one said.
    """

    at: float
    version: str = ""
    success: bool | None = None
    input_signature: str = ""
    error: str = ""
    message: str = ""
    saved_seconds: float | None = None
    measured: bool = False
    workarounds: tuple[str, ...] = ()
    operation_kind: str = ""
    verification: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class VersionMetrics:
    """How one version did; `interval` is Wilson's for 95 %. `saved_seconds` is the mean of the uses that say it."""

    version: str
    uses: int
    succeeded: int
    failed: int
    interval: tuple[float, float]
    saved_seconds: float | None
    measured: int = 0
    modelled: int = 0

    @property
    def success_rate(self) -> float | None:
        ended = self.succeeded + self.failed
        return self.succeeded / ended if ended else None


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failed uses that are one issue: how many, on which inputs, why, and what to do."""

    error: str
    cause: str
    detail: str
    message: str
    failures: int
    inputs: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next version of a pattern: its draft, relative to the workspace, and what its backtest says in words.

    `improvements` are what it changes, each with the impact that the backtest gives it.
    """

    version: str
    draft: str
    backtest: str
    improvements: tuple[Mapping[str, str], ...] = ()
    candidate: int = 0


@dataclass(frozen=True, slots=True)
class PatternMetrics:
    """Everything that is known of a pattern's uses; `proposal` only below the success rate that is wanted."""

    pattern_id: str
    version: str
    overall: VersionMetrics
    versions: tuple[VersionMetrics, ...]
    issues: tuple[FailureGroup, ...] = ()
    edge_cases: tuple[str, ...] = ()
    workarounds: tuple[str, ...] = ()
    edited: int = 0
    thumbs: tuple[int, int] = (0, 0)
    last_used: float = 0.0
    proposal: Proposal | None = None

    @property
    def flagged(self) -> bool:
        rate = self.overall.success_rate
        return rate is not None and rate < 0.8


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions on the same uses: how many each rendered exactly, and the seconds of work each left, on average."""

    uses: int
    exact_before: int
    exact_after: int
    seconds_before: float
    seconds_after: float
    eased: int = 0  # uses on which the new one leaves less

    @property
    def better(self) -> bool:
        """Whether the new one leaves clearly less on nearly every use: where neighbours differ among themselves, two of
        three tell nothing."""
        return self.eased * 4 >= self.uses * 3 and (
            self.seconds_after < self.seconds_before * _BETTER
            or (self.exact_before < self.exact_after == self.uses and self.seconds_after <= self.seconds_before)
        )

    def in_words(self) -> str:
        return (
            f"on {self.uses} recorded uses, each predicted by a version that has not seen it: exact "
            f"{self.exact_before} → {self.exact_after}, work left {self.seconds_before:.0f} s → "
            f"{self.seconds_after:.0f} s a use"
        )
