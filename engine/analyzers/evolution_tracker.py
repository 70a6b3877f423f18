"""AUTO-007: how a pattern does over time, and when its next version is due; pure but for its ports.

A use is an execution that names the pattern, or an application of it. Below WANTED of success a pattern is flagged and
its next version drafted; from MANY_EDGE_CASES on variants are proposed. The interval of a success rate is Wilson's
(E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927), for 95 %.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt
from statistics import fmean
from typing import Any, Protocol

from engine.mining.causes import cause_of
from engine.mining.remedies import meaning, remedy
from engine.model import Clock, Event, EventType, Notifier
from engine.model.evolution import FailureGroup, PatternMetrics, Proposal, RecordedUse, VersionMetrics
from engine.model.failures import Blame, Cause

WANTED = 0.8
MANY_EDGE_CASES = 5
_MOST_ISSUES = 8
_LISTED = 20
_Z = 1.959964


class PatternLog(Protocol):
    """What was recorded of a pattern, and where what follows from it is kept."""

    def uses(self, pattern_id: str) -> Sequence[RecordedUse]:
        """In order of time; a NoSuchPattern when the name means nothing here."""
        ...

    def version(self, pattern_id: str) -> str:
        """The version that stands; empty when there is no pattern file."""
        ...

    def thumbs(self, pattern_id: str) -> Sequence[int]: ...

    def propose(self, metrics: PatternMetrics, uses: Sequence[RecordedUse]) -> Proposal | None:
        """Drafts the next version, or brings the draft up to date."""
        ...

    def keep(self, metrics: PatternMetrics) -> bool:
        """Writes the evolution file; whether it changed."""
        ...


class PatternEvolutionTracker:
    """The plan's class: measures a pattern, flags it, proposes what is better."""

    def __init__(self, log: PatternLog, notifier: Notifier, clock: Clock) -> None:
        self._log = log
        self._notifier = notifier
        self._clock = clock

    def track_pattern_metrics(self, pattern_id: str) -> PatternMetrics:
        """The metrics as they stand, kept in the evolution file; with a proposal where the pattern is flagged."""
        uses = self._log.uses(pattern_id)
        metrics = metrics_of(pattern_id, uses, self._log.version(pattern_id), self._log.thumbs(pattern_id))
        if metrics.flagged:
            metrics = replace(metrics, proposal=self._log.propose(metrics, uses))
        if self._log.keep(metrics) and metrics.flagged:
            rate = metrics.overall.success_rate or 0.0
            said = f"{pattern_id} succeeds in {rate:.0%} of its uses"
            about: dict[str, object] = {"pattern_id": pattern_id, "success_rate": round(rate, 4)}
            if metrics.proposal is not None:
                said += f"; version {metrics.proposal.version} is drafted"
                about |= {"candidate": metrics.proposal.candidate, "proposed_version": metrics.proposal.version}
            path = metrics.proposal.draft if metrics.proposal else ""
            self._notifier.tell(Event(EventType.CANDIDATE, self._clock(), said, path, about))
        return metrics


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def metrics_of(
    pattern_id: str, uses: Sequence[RecordedUse], version: str = "", thumbs: Sequence[int] = ()
) -> PatternMetrics:
    """The metrics of uses in order of time; pure. `version` is what stands now, else the last that was used."""
    by_version: dict[str, list[RecordedUse]] = defaultdict(list)
    for use in uses:
        by_version[use.version].append(use)
    last = next((use.version for use in reversed(uses) if use.version), "")
    failed = [use for use in uses if use.success is False]
    return PatternMetrics(
        pattern_id=pattern_id,
        version=version or last or "1.0.0",
        overall=version_metrics("", uses),
        versions=tuple(version_metrics(name, mine) for name, mine in by_version.items()),
        issues=issues_of(pattern_id, failed),
        edge_cases=tuple(dict.fromkeys(use.input_signature for use in failed if use.input_signature)),
        workarounds=tuple(dict.fromkeys(text for use in uses for text in use.workarounds)),
        edited=sum(bool(use.workarounds) for use in uses),
        last_used=uses[-1].at if uses else 0.0,
        thumbs=(sum(value > 0 for value in thumbs), sum(value < 0 for value in thumbs)),
    )


def version_metrics(version: str, uses: Sequence[RecordedUse]) -> VersionMetrics:
    good = sum(use.success is True for use in uses)
    bad = sum(use.success is False for use in uses)
    saved = [use for use in uses if use.success is not False and use.saved_seconds is not None]
    return VersionMetrics(
        version=version,
        uses=len(uses),
        succeeded=good,
        failed=bad,
        interval=wilson(good, good + bad),
        saved_seconds=fmean(use.saved_seconds or 0.0 for use in saved) if saved else None,
        measured=sum(use.measured for use in saved),
        modelled=sum(not use.measured for use in saved),
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The interval in which a share lies with 95 %; 0..1 when nothing was tried."""
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, _Z * _Z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = _Z / (1 + square / trials) * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def issues_of(pattern_id: str, failed: Sequence[RecordedUse]) -> tuple[FailureGroup, ...]:
    """Failed uses grouped by their error, the most frequent first."""
    groups: dict[str, list[RecordedUse]] = defaultdict(list)
    for use in failed:
        groups[use.error].append(use)
    found = []
    for error, group in groups.items():
        newest = group[-1]
        blame = cause_of([newest.message] if newest.message else [], verification=newest.verification, by_pattern=True)
        if blame.cause is Cause.UNKNOWN and newest.workarounds:
            blame = Blame(Cause.UNWANTED, "", newest.workarounds[0])
        found.append(
            FailureGroup(
                error=error,
                cause=blame.cause.value,
                detail=blame.detail,
                message=newest.message or newest.verification,
                failures=len(group),
                inputs=tuple(dict.fromkeys(use.input_signature for use in group if use.input_signature)),
                remedy=remedy(blame, pattern_id, newest.operation_kind).partition(": `patui evolve")[0],
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.failures, one.error)))


# ── the plan's document ──────────────────────────────────────────────────────────────────────────────────────────────


def as_document(metrics: PatternMetrics) -> dict[str, Any]:
    """The metrics in the plan's keys, as they stand in the evolution file and in JSON."""
    whole = metrics.overall
    rate = whole.success_rate
    low, high = whole.interval
    document: dict[str, Any] = {
        "pattern_id": metrics.pattern_id,
        "version": metrics.version,
        "performance": {
            "success_rate": None if rate is None else round(rate, 4),
            "avg_time_saved": duration(whole.saved_seconds),
            "total_uses": whole.uses,
            "successes": whole.succeeded,
            "failures": whole.failed,
            "success_interval": [round(low, 4), round(high, 4)],
            "time_saved_source": _source(whole),
        },
        "versions": [
            {
                "version": one.version,
                "uses": one.uses,
                "success_rate": None if one.success_rate is None else round(one.success_rate, 4),
                "success_interval": [round(one.interval[0], 4), round(one.interval[1], 4)],
                "avg_time_saved": duration(one.saved_seconds),
            }
            for one in metrics.versions
        ],
        "user_satisfaction": {"up": metrics.thumbs[0], "down": metrics.thumbs[1]},
        "edge_cases": len(metrics.edge_cases),
        "edge_case_inputs": list(metrics.edge_cases[:_LISTED]),
        "workarounds_needed": metrics.edited,
        "workarounds": list(metrics.workarounds[:_LISTED]),
        "issues_detected": issues_in_words(metrics),
        "recommended_improvements": improvements(metrics),
    }
    if metrics.proposal is not None:
        document |= {"proposed_version": metrics.proposal.version, "auto_generated_spec": metrics.proposal.draft}
        document["backtest"] = metrics.proposal.backtest
    if len(metrics.edge_cases) >= MANY_EDGE_CASES:
        document["proposed_variants"] = variants(metrics)
    return document


def issues_in_words(metrics: PatternMetrics) -> list[str]:
    said = []
    for one in metrics.issues[:_MOST_ISSUES]:
        what = one.message.split("\n")[0][:160] or meaning(Blame(Cause(one.cause))).rstrip(".")
        said.append(f"Fails with {what} ({one.failures} {'occurrence' if one.failures == 1 else 'occurrences'})")
    if metrics.edited:
        said.append(f"Users edit the output in {metrics.edited / metrics.overall.uses:.0%} of uses")
    return said


def improvements(metrics: PatternMetrics) -> list[dict[str, str]]:
    """What to change, each with the share of the recorded uses that failed for want of it."""
    found = [dict(one) for one in metrics.proposal.improvements] if metrics.proposal else []
    ended = metrics.overall.succeeded + metrics.overall.failed
    for one in metrics.issues[:_MOST_ISSUES]:
        if not metrics.flagged and one.failures < 2:
            continue
        share = one.failures / ended
        found.append(
            {
                "priority": priority(share, one.failures / metrics.overall.failed),
                "change": one.remedy,
                "estimated_impact": f"+{share:.0%} success rate at most: {one.failures} of {ended} recorded uses "
                "failed this way",
            }
        )
    return found


def priority(share: float, of_failures: float) -> str:
    """By the share of all uses that it concerns, and of the failures."""
    if share >= 0.1 or (of_failures >= 0.5 and share >= 0.05):
        return "high"
    return "medium" if share >= 0.03 else "low"


def variants(metrics: PatternMetrics) -> list[dict[str, Any]]:
    """One variant for each way in which inputs fail."""
    groups = [one for one in metrics.issues if one.inputs]
    return [
        {
            "name": f"{metrics.pattern_id}-variant-{number}",
            "for": one.message.split("\n")[0][:160] or one.cause,
            "root_cause": one.cause,
            "input_signatures": list(one.inputs[:_LISTED]),
            "failures": one.failures,
            "change": one.remedy,
        }
        for number, one in enumerate(groups, 1)
    ]


def duration(seconds: float | None) -> str:
    """A mean saving as people say it: 42min, 35s, 1.5h; `unknown` where nothing says it."""
    if seconds is None:
        return "unknown"
    size = abs(seconds)
    if size < 60:
        return f"{seconds:.0f}s"
    return f"{seconds / 60:.0f}min" if size < 7200 else f"{seconds / 3600:.1f}h"


def _source(whole: VersionMetrics) -> str:
    sources = ["measured durations"] * bool(whole.measured) + ["keystroke-level model"] * bool(whole.modelled)
    return " and ".join(sources) or "nothing measured"


def bumped(version: str, part: str) -> str:
    """`version` with its major, minor or patch number one higher."""
    numbers: Mapping[str, int] = {"major": 0, "minor": 1, "patch": 2}
    parts = numbers_of(version)
    place = numbers[part]
    return ".".join(str(one) for one in (*parts[:place], parts[place] + 1, *[0] * (2 - place)))


def numbers_of(version: str) -> tuple[int, int, int]:
    """Its major, minor and patch numbers, by which versions are in order; 0 for what is no number."""
    parts = [int(one[:9]) if one.isascii() and one.isdigit() else 0 for one in version.split(".")[:3]]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch
