"""AUTO-005: what keeps failing, why, and what to do about it; pure but for its ports.

Failures of the last WINDOW are grouped by the pattern they happened in and by their error; LEAST of a group are an
anti-pattern. Whether one was fixed is read from what happened since: nothing failed for a WINDOW although it was used,
or a new version of the pattern was used and did not fail. Everything is computed anew from what is recorded, so
running twice changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rapidfuzz.distance import LCSseq

from engine.mining.causes import cause_in, cause_of
from engine.mining.remedies import meaning, remedy, title
from engine.model import Clock, Event, EventType, Execution, Notifier
from engine.model.failures import AntiPatternRow, Blame, Cause

WINDOW = 7 * 86_400.0
LEAST = 3
_LOOKED_AT = 12  # failures of a group whose texts are read
_QUOTED = 3
ACTIVE, FIXED, ARCHIVED = "active", "fixed", "archived"

# Ended by a person or by a reader that had enough: nothing failed.
_STOPPED = frozenset({130, 141, 143})
# Programs whose exit code 1 is an answer.
_ANSWERS = frozenset(
    {"grep", "egrep", "fgrep", "rg", "diff", "cmp", "test", "[", "[[", "which", "pgrep", "type", "expr"}
)


@dataclass(frozen=True, slots=True)
class FailureTexts:
    """What one failure said: its errors (type and message, the primary first) and its output."""

    messages: tuple[str, ...] = ()
    output: str = ""


class Failures(Protocol):
    """What was recorded, and the anti-patterns that are known."""

    def failed(self, since: float) -> Sequence[Execution]:
        """Executions that failed at `since` or later, in order of time; `error_signature` names their error."""
        ...

    def uses(self, pattern_id: str, operation_kind: str, since: float) -> Sequence[Execution]:
        """What was done with a pattern (or, without one, of one kind by hand) from `since` on, in order of time."""
        ...

    def texts(self, execution: Execution) -> FailureTexts: ...

    def known(self) -> Sequence[AntiPatternRow]: ...

    def keep(self, rows: Sequence[AntiPatternRow]) -> None:
        """Writes what changed: the table, the registry, a page each."""
        ...


class AntiPatternDetector:
    """The plan's class: what keeps failing becomes an entry of the registry."""

    def __init__(self, failures: Failures, notifier: Notifier, clock: Clock) -> None:
        self._failures = failures
        self._notifier = notifier
        self._clock = clock

    def detect_anti_patterns(self) -> tuple[AntiPatternRow, ...]:
        """All anti-patterns as they stand now, kept; the active ones first."""
        now = self._clock()
        known = list(self._failures.known())
        failed = [one for one in self._failures.failed(now - WINDOW) if one.at <= now and is_failure(one)]
        groups = merged(grouped(failed), self._said, {row.error_signature for row in known})
        by_key = {(row.pattern_id, row.error_signature): row for row in known if row.error_signature}
        rows = {row.id: row for row in known}
        told = []
        for key, group in groups.items():
            row = by_key.get(key)
            if not is_recurring(group, row):
                continue
            found = self._row(row, key, group, now, tuple(rows))
            if row is None or (row.status != ACTIVE and found.status == ACTIVE):
                told.append(found)
            rows[found.id] = found
        for row in known:
            if (row.pattern_id, row.error_signature) not in groups and row.error_signature:
                settled = self._settled(row, now)
                if settled.status != row.status:
                    told.append(settled)
                rows[row.id] = settled
        ordered = tuple(sorted(rows.values(), key=lambda row: row.id))
        self._failures.keep(ordered)
        for row in told:
            self._tell(row, now)
        return tuple(sorted(ordered, key=lambda row: (row.status != ACTIVE, -row.occurrences, row.id)))

    def _said(self, execution: Execution) -> str:
        messages = self._failures.texts(execution).messages
        return messages[0] if messages else execution.verification

    def _row(
        self,
        known: AntiPatternRow | None,
        key: tuple[str, str],
        group: Sequence[Execution],
        now: float,
        taken: Sequence[str],
    ) -> AntiPatternRow:
        pattern_id, signature = key
        newest = group[-1]
        operation = newest.operation_kind or newest.command.split("\n")[0][:80]
        since = min(group[0].at, now - WINDOW)
        uses = (
            self._failures.uses(pattern_id, newest.operation_kind, since) if pattern_id or newest.operation_kind else ()
        )
        texts = [self._failures.texts(one) for one in group[-_LOOKED_AT:]]
        blame = blamed(group, texts, uses)
        version = fixed_in(group, uses)
        status = FIXED if version else ACTIVE
        most = max(len(group), _most(known) if known and known.status == ACTIVE else 0)
        evidence = _evidence(group, texts, uses, blame, operation)
        return AntiPatternRow(
            id=known.id if known else next_id(taken),
            name=title(blame, "" if blame.detail else pattern_id or operation),
            # The week slides on while a fix waits for its first use: what is fixed keeps the highest count.
            occurrences=most if version else len(group),
            affected=(pattern_id,) if pattern_id else (),
            status=status,
            detected_at=known.detected_at if known else newest.at,
            pattern_id=pattern_id,
            cause=blame.cause.value,
            error_signature=signature,
            recommendation=remedy(blame, pattern_id, operation),
            evidence=evidence | ({"most": most} if most > len(group) and not version else {}),
            first_at=min(known.first_at, group[0].at) if known and known.first_at else group[0].at,
            last_at=newest.at,
            fixed_in=version if status == FIXED else "",
        )

    def _settled(self, row: AntiPatternRow, now: float) -> AntiPatternRow:
        """A known one without a failure in the window: fixed, once it was used since without failing."""
        if row.status != ACTIVE or now - row.last_at < WINDOW:
            return row
        operation = str(row.evidence.get("operation") or "")
        if not (row.pattern_id or operation):
            return row
        since = [one for one in self._failures.uses(row.pattern_id, operation, row.last_at) if one.at > row.last_at]
        good = [one for one in since if one.success]
        if not good:
            return row
        evidence = {key: value for key, value in row.evidence.items() if key != "most"}
        return replace(row, status=FIXED, fixed_in=good[0].pattern_version, occurrences=_most(row), evidence=evidence)

    def _tell(self, row: AntiPatternRow, now: float) -> None:
        words = {FIXED: f"fixed: {row.name}", ACTIVE: f"failed {row.occurrences} times: {row.name}"}
        about: dict[str, object] = {
            "anti_pattern": row.id,
            "pattern_id": row.pattern_id,
            "root_cause": row.cause,
            "status": row.status,
        }
        about |= {"occurrences": row.occurrences}
        self._notifier.tell(Event(EventType.NOTICE, now, words.get(row.status, row.name)[:300], about=about))


def _most(row: AntiPatternRow) -> int:
    """The most failures of one week while it was active."""
    most = row.evidence.get("most")
    return max(row.occurrences, most if isinstance(most, int) else 0)


def is_recurring(group: Sequence[Execution], known: AntiPatternRow | None) -> bool:
    """Three failures make one; what was fixed takes three to come back, what was archived three new ones."""
    if known is not None and known.status == ACTIVE:
        return True
    if known is not None and known.status == ARCHIVED:
        group = [one for one in group if one.at > known.last_at]
    return len(group) >= LEAST


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_failure(execution: Execution) -> bool:
    """Whether something went wrong: an interrupt, or a search that found nothing, is no failure."""
    if execution.exit_code in _STOPPED and not execution.pattern_id:
        return False
    if execution.exit_code == 1 and not (execution.pattern_id or execution.error_signature):
        words = execution.argv or tuple(execution.command.split())
        return not (words and words[0].rpartition("/")[2] in _ANSWERS)
    return True


def grouped(failed: Sequence[Execution]) -> Mapping[tuple[str, str], list[Execution]]:
    """Failures by pattern and by what failed, in order of time."""
    groups: dict[tuple[str, str], list[Execution]] = defaultdict(list)
    for one in failed:
        groups[one.pattern_id, signature_of(one)].append(one)
    return groups


def merged(
    groups: Mapping[tuple[str, str], list[Execution]], said: Callable[[Execution], str], known: Collection[str] = ()
) -> Mapping[tuple[str, str], list[Execution]]:
    """Groups of one pattern and one operation that say the same but for a word or two, as one.

    A signature masks what a tool marks as a name; of free text only several failures show which words are names. The
    merged group goes by the signature that is `known` already, else by that of most failures.
    """
    found: dict[tuple[str, str], list[list[tuple[str, list[Execution]]]]] = defaultdict(list)
    words: dict[str, list[str]] = {}
    for (pattern, signature), group in groups.items():
        text = said(group[-1]) if len(found[pattern, group[-1].operation_kind]) <= _COMPARED else ""
        words[signature] = _WORDS.findall(text[:_LONGEST].lower())
        clusters = found[pattern, group[-1].operation_kind]
        near = next((one for one in clusters if _alike(words[one[0][0]], words[signature])), None)
        if near is None:
            clusters.append([(signature, group)])
        else:
            near.append((signature, group))
    result: dict[tuple[str, str], list[Execution]] = {}
    for (pattern, _), clusters in found.items():
        for cluster in clusters:
            name = max(cluster, key=lambda one: (one[0] in known, len(one[1]), -one[1][0].at))[0]
            whole = [*result.get((pattern, name), ()), *(one for _, group in cluster for one in group)]
            result[pattern, name] = sorted(whole, key=lambda one: (one.at, one.id))
    return result


_WORDS = re.compile(r"[^\W\d_]+")
_LONGEST = 300  # characters of a message that are compared
_COMPARED = 100  # distinct messages of one pattern that are compared
_SAME = 0.6  # of the words in order


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    if len(one) < _FEW_WORDS or len(other) < _FEW_WORDS:
        return False
    return LCSseq.similarity(one, other) / max(len(one), len(other)) >= _SAME


_FEW_WORDS = 3  # fewer say too little to be compared


def signature_of(execution: Execution) -> str:
    """What tells failures apart: their error, else what a verification said, else what was done and how it ended."""
    if execution.error_signature:
        return execution.error_signature
    if execution.verification and (said := cause_in(execution.verification)).cause is not Cause.UNKNOWN:
        return f"verification:{said.cause}:{_masked(execution.verification)}"
    if execution.verification:
        return f"verification:{_masked(execution.verification)}"
    what = execution.operation_kind or _masked(execution.command) or "unnamed"
    return f"exit:{what}:{'' if execution.exit_code is None else execution.exit_code}"


def _masked(text: str) -> str:
    """A text without what differs from time to time: numbers, quoted words, paths."""
    plain = re.sub(r"'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|`[^`\n]{0,200}`", "‹name›", text[:400])
    plain = re.sub(r"\S{0,200}/\S{0,200}|\b[\w-]{1,80}\.[a-z]{1,5}\b", "‹path›", plain)
    return " ".join(re.sub(r"\d+", "‹number›", plain).split())[:200]


# ── causes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def blamed(group: Sequence[Execution], texts: Sequence[FailureTexts], uses: Sequence[Execution]) -> Blame:
    """Why a group fails: what most of its failures say, and what the uses that did not fail show beyond that."""
    looked_at = group[-len(texts) :] if texts else group
    said = [
        cause_of(
            text.messages,
            text.output,
            verification=one.verification,
            exit_code=one.exit_code,
            by_pattern=bool(one.pattern_id),
        )
        for one, text in zip(looked_at, texts, strict=False)
    ] or [Blame(Cause.UNKNOWN)]
    counts = Counter(blame.cause for blame in said)
    cause = max(counts, key=lambda one: (one is not Cause.UNKNOWN and counts[one] * 2 >= len(said), counts[one]))
    blame = _common([one for one in said if one.cause is cause])
    if group and signature_of(group[-1]) == "undone":
        return Blame(Cause.UNWANTED)
    if cause in _SHOWN_BY_USES:
        if seen := _wrong_file_type(group, uses):
            return seen
        if is_flaky(group, uses):
            return Blame(Cause.FLAKY, blame.detail, blame.quote)
        if cause is Cause.BAD_INPUT and _ABOUT_VALUES.search(blame.quote) and is_rigid(group, uses):
            return Blame(Cause.TEMPLATE_TOO_RIGID, blame.detail, blame.quote)
    return blame


_ABOUT_VALUES = re.compile(r"ValueError|invalid (?:value|format|name|date)|format|\bmust\b|unsupported|expected", re.I)
# What these say has several reasons; the uses beside them may tell which.
_SHOWN_BY_USES = frozenset({Cause.UNKNOWN, Cause.VERIFICATION_FAILED, Cause.BAD_INPUT, Cause.CODE_ERROR})


def _common(said: Sequence[Blame]) -> Blame:
    """One of equal causes, with a detail only where all agree on it."""
    details = {one.detail for one in said}
    return Blame(said[-1].cause, said[-1].detail if len(details) == 1 else "", said[-1].quote)


def _wrong_file_type(group: Sequence[Execution], uses: Sequence[Execution]) -> Blame | None:
    """The failures are about one kind of file, and what succeeded was about others."""
    failed = {kind for one in group for kind in one.file_types}
    good = [one for one in uses if one.success and one.file_types]
    fine = {kind for one in good for kind in one.file_types}
    if not failed or len(good) < 2 or not all(one.file_types for one in group) or failed & fine:
        return None
    shown = f"fails on {', '.join(sorted(failed))}, works on {', '.join(sorted(fine))}"
    return Blame(Cause.WRONG_CONTEXT, ", ".join(sorted(failed))[:80], shown)


def is_flaky(group: Sequence[Execution], uses: Sequence[Execution]) -> bool:
    """Whether most failures happened on inputs that succeeded too, and not just since something was repaired."""
    good: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for one in uses:
        if one.success and one.input_signature:
            good[one.input_signature].append((one.at, one.id))
    both = [one for one in group if one.input_signature in good]
    if len(both) * 2 < len(group) or not both:
        return False
    last, first = (group[-1].at, group[-1].id), (group[0].at, group[0].id)
    return any(first < moment < last for one in both for moment in good[one.input_signature])


def is_rigid(group: Sequence[Execution], uses: Sequence[Execution]) -> bool:
    """Whether a pattern fails on every try of some inputs, and succeeds on others."""
    if not all(one.pattern_id and one.input_signature for one in group):
        return False
    failing = {one.input_signature for one in group}
    fine = {one.input_signature for one in uses if one.success and one.input_signature}
    return len(failing) >= LEAST and len(fine) >= LEAST and not failing & fine


def fixed_in(group: Sequence[Execution], uses: Sequence[Execution]) -> str:
    """The version since which nothing of a group failed, although it was used; empty when there is none."""
    failing = {one.pattern_version for one in group}
    later = [one for one in uses if one.success and (one.at, one.id) > (group[-1].at, group[-1].id)]
    newer = [one.pattern_version for one in later if one.pattern_version and one.pattern_version not in failing]
    if not newer:
        return ""
    return newer[0] if all(_parts(newer[0]) > _parts(version) for version in failing) else ""


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:4])


# ── entries ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def next_id(taken: Sequence[str]) -> str:
    """The next free `ANTI-PAT-NNN`."""
    numbers = [int(found[1]) for one in taken if (found := re.fullmatch(r"ANTI-PAT-(\d{1,9})", one))]
    return f"ANTI-PAT-{max(numbers, default=0) + 1:03d}"


def _evidence(
    group: Sequence[Execution], texts: Sequence[FailureTexts], uses: Sequence[Execution], blame: Blame, operation: str
) -> dict[str, object]:
    messages = [text.messages[0] for text in texts if text.messages]
    good = sum(bool(one.success) for one in uses)
    found: dict[str, object] = {
        "operation": operation,
        "quote": blame.quote,
        "messages": [message[:300] for message in dict.fromkeys(reversed(messages))][:_QUOTED],
        "executions": [one.id for one in group[-5:] if one.id],
        "inputs": len({one.input_signature for one in group if one.input_signature}),
        "file_types": sorted({kind for one in group for kind in one.file_types})[:8],
        "versions": sorted({one.pattern_version for one in group if one.pattern_version})[:8],
        "verification": next((one.verification[:200] for one in reversed(group) if one.verification), ""),
        "succeeded": good,
    }
    return {key: value for key, value in found.items() if value not in ("", [], 0)}


def description(row: AntiPatternRow) -> str:
    """What goes wrong, in one sentence, for the registry."""
    try:
        cause = Cause(row.cause)
    except ValueError:
        cause = Cause.UNKNOWN
    return meaning(Blame(cause, "", str(row.evidence.get("quote") or "")))
