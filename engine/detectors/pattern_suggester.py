"""AUTO-006: says, before somebody starts to work by hand, that a pattern would do it. Silent until confident.

How confident it is comes from what is known of a place or an operation: the share of the files there that the family
has. How confident it must be comes from what became of its past suggestions (`threshold`). Pure but for its ports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Protocol

from engine.model import Clock, Event, Kind, Notifier, Suggestion, SuggestionKind

HOUR: Final = 3600.0
LOOKED_BACK: Final = 30 * 24 * HOUR
"""Seconds; an older answer says little about today, and a threshold that nothing passes must come down again."""
MOST_ANSWERS: Final = 50
BENEFIT: Final = 8.0
"""Imagined accepted suggestions that stand before the first answers: two dismissals alone silence nothing."""
FAITH: Final = 8.0
"""As many answers as weigh as much as what is known of the place."""
NEVER: Final = 2.0  # a threshold above every confidence
QUESTION: Final = "Continue manually? (y/n) or Apply pattern? (p)"
CHOICE: Final = "Continue manually? (y/n) or Apply pattern? (p) or the other one? (o)"


class Action(StrEnum):
    """What somebody is about to do; any other action is looked at for repetition only."""

    CREATE_FILE = "create_file"
    CREATE_DIRECTORY = "create_directory"
    REFACTOR = "refactor"


@dataclass(frozen=True, slots=True)
class Known:
    """A pattern, or a draft that waits, which covers an action.

    `similar` counts what was done by hand alike, `lately` how much of it within `lately_seconds`; `seconds_saved` is
    for one use, `source` where that figure comes from. `confidence` is in 0..1. Where two share a place, `second` is
    the other one's id, and `together` how sure it is that it will be one of the two.
    """

    pattern_id: str
    name: str
    kind: Kind
    approved: bool
    confidence: float
    similar: int
    seconds_saved: float = 0.0
    source: str = "keystroke-level model"
    things: str = "files"
    lately: int = 0
    lately_seconds: float = 0.0
    second: str = ""
    together: float = 0.0

    @property
    def certainty(self) -> float:
        """How likely what is offered is right: the pattern, or of a tie one of the two."""
        return max(self.confidence, self.together) if self.second else self.confidence


@dataclass(frozen=True, slots=True)
class PatternSuggestion:
    """What is suggested, and why. `text` is the plan's box in words; `suggestion` what viewers are shown."""

    known: Known
    suggestion: Suggestion
    question: str = QUESTION
    because: str = ""

    @property
    def pattern_id(self) -> str:
        return self.known.pattern_id

    @property
    def text(self) -> str:
        lines = ["Pattern Suggestion:", f"   {self.because}", "", f"   Use pattern: {self.known.pattern_id}"]
        if self.known.second:
            lines.append(f"   Or pattern:  {self.known.second}")
        if self.known.seconds_saved > 0:
            lines.append(f"   Estimated time savings: {spoken(self.known.seconds_saved)} per {_one(self.known)}")
        return "\n".join([*lines, "", f"   {self.question}"])

    def as_row(self) -> dict[str, Any]:
        """In the keys that scripts read."""
        known = self.known
        return {
            "pattern_id": known.pattern_id,
            "name": known.name,
            "kind": str(known.kind),
            "approved": known.approved,
            "path": self.suggestion.path,
            "second": known.second or None,
            "confidence": round(known.certainty, 3),
            "similar": known.similar,
            "estimated_savings": {"seconds": round(known.seconds_saved, 1), "source": known.source},
            "because": self.because,
            "text": self.text,
            "question": self.question,
        }


class KnownWork(Protocol):
    """What is known of the work here; each answer has the best first."""

    def for_path(self, path: str) -> Sequence[Known]:
        """What covers a file that is about to be made."""
        ...

    def for_directory(self, path: str) -> Sequence[Known]:
        """What covers a directory: a scaffold for a new one, a family whose files lie in it."""
        ...

    def for_operation(self, context: Mapping[str, Any]) -> Sequence[Known]:
        """What covers an operation, described in the keys of a record."""
        ...

    def repeated(self, since: float) -> Sequence[Known]:
        """What covers the operation that was done again and again since a time, the newest one being such."""
        ...

    def inside(self, path: str) -> str | None:
        """A path as it is kept, relative to the workspace; None for one outside."""
        ...


class Past(Protocol):
    """What became of what was suggested."""

    def shown_since(self, time: float) -> int: ...

    def is_open(self, key: str) -> bool:
        """Whether a suggestion of this key waits for an answer."""
        ...

    def dismissals(self, pattern: str) -> int:
        """How often the suggestions of a pattern were dismissed since one was accepted."""
        ...

    def record(self, pattern: str, since: float) -> tuple[int, int]:
        """Of the closed suggestions of a pattern: how many were accepted, and how many there are."""
        ...

    def answers(self, since: float, limit: int) -> Sequence[tuple[float, bool]]:
        """The newest closed suggestions: confidence, and whether it was accepted."""
        ...


class Rules(Protocol):
    """`engine.config.SuggestionRules` has these."""

    @property
    def max_per_hour(self) -> int: ...

    @property
    def quiet_after_dismissals(self) -> int: ...

    @property
    def repetition_minutes(self) -> float: ...

    @property
    def min_precision(self) -> float: ...

    @property
    def quiet(self) -> bool: ...


@dataclass
class PatternSuggester:
    """The plan's hook. None: nothing is known, or nobody should be told of it now."""

    work: KnownWork
    past: Past
    notifier: Notifier
    clock: Clock
    rules: Rules

    def on_user_action(self, action: str, context: Mapping[str, Any]) -> PatternSuggestion | None:
        """Suggests a pattern for what somebody is about to do, and tells the viewers.

        `create_file` reads `path` (or `filepath`, `file`, `filename`) and `directory` of its context, `refactor` the
        keys of a record (`operation_kind`, `file_types`, `files`, `tools_used`, `command` …). Every action, these
        included, is looked at for an operation that was repeated lately.
        """
        found = self.covering(action, context)
        chosen = next((one for one in found if self.may_suggest(one.known)), None)
        if chosen is not None:
            self.notifier.suggest(chosen.suggestion)
        return chosen

    def covering(self, action: str, context: Mapping[str, Any]) -> list[PatternSuggestion]:
        """Everything that covers an action, the best first, whether or not anybody should be told.

        What is approved leads, unless something else is more than twice as likely to be meant.
        """
        found = self._covering(action, context)
        likely = max((one.known.confidence for one in found), default=0.0) / 2

        def rank(one: PatternSuggestion) -> tuple[bool, float]:
            leads = one.known.approved and one.known.confidence >= likely
            return not leads, -round(one.known.confidence, 2)

        return sorted(found, key=rank)

    def _covering(self, action: str, context: Mapping[str, Any]) -> list[PatternSuggestion]:
        now = self.clock()
        found: list[PatternSuggestion] = []
        if action in (Action.CREATE_FILE, Action.CREATE_DIRECTORY):
            path, directory = self._target(context)
            if path:
                look = self.work.for_directory if action == Action.CREATE_DIRECTORY else self.work.for_path
                found += [_filling(self._told(one), path, now) for one in look(path)]
            elif directory is not None:
                found += [_filling(self._told(one), directory, now) for one in self.work.for_directory(directory)]
        if action == Action.REFACTOR:
            because = "A pattern covers this refactoring."
            found += [_running(self._told(one), because, now) for one in self.work.for_operation(context)]
        minutes = self.rules.repetition_minutes
        for one in self.work.repeated(now - minutes * 60):
            because = f"You have done the same {one.lately} times in the last {minutes:g} minutes."
            found.append(_running(self._told(one), because, now))
        return found

    def _told(self, known: Known) -> Known:
        """With a confidence that has learned from what became of its suggestions."""
        accepted, closed = self.past.record(known.pattern_id, self.clock() - LOOKED_BACK)
        confidence = calibrated(known.confidence, accepted, closed)
        return replace(known, confidence=confidence, together=known.together + confidence - known.confidence)

    def may_suggest(self, known: Known) -> bool:
        """Whether somebody should be told of it now: not quiet, not dismissed, not too often, and sure enough."""
        if not is_welcome(self.past, self.rules, known.pattern_id, self.clock()):
            return False
        return known.certainty >= self.threshold()

    def threshold(self) -> float:
        """How confident a suggestion must be now."""
        answers = self.past.answers(self.clock() - LOOKED_BACK, MOST_ANSWERS)
        return threshold(answers, self.rules.min_precision)

    def _target(self, context: Mapping[str, Any]) -> tuple[str, str | None]:
        """The file and the directory that a context names, as they are kept; nothing for what lies outside."""
        given = next((str(context[key]) for key in ("path", "filepath", "file", "filename") if context.get(key)), "")
        directory = str(context["directory"]) if context.get("directory") not in (None, "") else None
        if given and directory is not None and "/" not in given:
            given = f"{directory.rstrip('/')}/{given}"
        path = self.work.inside(given) if given else None
        where = self.work.inside(directory) if directory is not None else None
        return path or "", where


def is_welcome(past: Past, rules: Rules, pattern: str, now: float) -> bool:
    """Whether anybody should be told of a pattern now, however sure it is: not when quiet is wanted, when it was
    dismissed twice, or when enough was told within the hour."""
    if rules.quiet or past.dismissals(pattern) >= rules.quiet_after_dismissals:
        return False
    return past.shown_since(now - HOUR) < rules.max_per_hour


@dataclass(frozen=True)
class Considerate:
    """A notifier for those who propose: it keeps a suggestion back where it is not welcome now (the candidate waits in
    the list all the same), and passes on every event. What waits for an answer already may be told anew."""

    notifier: Notifier
    past: Past
    clock: Clock
    rules: Rules

    def suggest(self, suggestion: Suggestion) -> None:
        waits = self.past.is_open(suggestion.key)
        if waits or is_welcome(self.past, self.rules, suggestion.pattern, self.clock()):
            self.notifier.suggest(suggestion)

    def tell(self, event: Event) -> None:
        self.notifier.tell(event)


def calibrated(confidence: float, accepted: int, closed: int) -> float:
    """A confidence corrected by what became of the suggestions of the same pattern: the mean of a beta distribution
    whose prior is `FAITH` answers at `confidence`. So one family that is often wrong does not silence the others."""
    return (confidence * FAITH + accepted) / (FAITH + closed)


def threshold(answers: Sequence[tuple[float, bool]], min_precision: float) -> float:
    """The lowest confidence from which on past suggestions were accepted often enough, not below `min_precision`.

    Confidence is itself an estimate of being right, so without any answers `min_precision` is the threshold; each
    answer below corrects it. `BENEFIT` imagined accepted suggestions stand beside the real ones at every level.
    `NEVER` when even the surest ones were dismissed too often.
    """
    for level in sorted({min_precision, *(confidence for confidence, _ in answers if confidence > min_precision)}):
        told = [accepted for confidence, accepted in answers if confidence >= level]
        if (sum(told) + BENEFIT) / (len(told) + BENEFIT) >= min_precision:
            return level
    surest = max(confidence for confidence, _ in answers)
    return surest + 0.01 if surest < 1 else NEVER


def spoken(seconds: float) -> str:
    """A span of time as one says it."""
    if seconds < 90:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes" if seconds < 90 * 60 else f"{seconds / 3600:.1f} hours"


def _filling(known: Known, path: str, now: float) -> PatternSuggestion:
    if known.lately >= 2 and known.lately_seconds:
        because = f"You've created {known.lately} similar {known.things} in the last {_span(known.lately_seconds)}."
    else:
        because = f"{known.similar} similar {known.things} were made before."
    waits = "" if known.approved else ". Not approved yet"
    choice = f", or {known.second}" if known.second else ""
    detail = f"{ordinal(known.similar + 1)} {known.name}{choice}{waits or '. Fill it'}"
    suggestion = Suggestion(
        f"fill:{path}", SuggestionKind.FILL, path, detail, path, known.pattern_id, now, confidence=known.certainty
    )
    return PatternSuggestion(known, suggestion, CHOICE if known.second else QUESTION, because)


def _running(known: Known, because: str, now: float) -> PatternSuggestion:
    waits = " (not approved yet)" if not known.approved else ""
    suggestion = Suggestion(
        f"do:{known.pattern_id}",
        SuggestionKind.RECIPE,
        f"{known.name}{waits}",
        because,
        "",
        known.pattern_id,
        now,
        confidence=known.certainty,
    )
    return PatternSuggestion(known, suggestion, because=because)


def _one(known: Known) -> str:
    return {Kind.FILE: "file", Kind.SCAFFOLD: "directory"}.get(known.kind, "use")


def _span(seconds: float) -> str:
    return "hour" if seconds <= HOUR else f"{round(seconds / HOUR)} hours"


def ordinal(number: int) -> str:
    """1st 2nd 3rd 4th 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
