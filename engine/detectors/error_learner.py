"""AUTO-003: learns what makes errors go away, and offers a recovery when the same fix has helped three times.

Errors and their ends come from the stream of executions (`on_execution`), or from an orchestrator that knows both
(`on_error_resolved`, the plan's hook). Pure but for its ports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from engine.errors import UsageError
from engine.mining.background import Background, background
from engine.mining.bindings import slots_of
from engine.mining.commands import commands_of
from engine.mining.episodes import (
    LONGEST_SECONDS,
    Ended,
    calls_of,
    ended,
    fallback_error,
    inline_episode,
    is_failure,
    latest_session,
)
from engine.mining.fixes import Fix, Past, is_sure, learn
from engine.mining.shell_words import split_line
from engine.mining.signatures.found import Diagnostic
from engine.mining.signatures.found import found as found_in
from engine.model import (
    Candidate,
    Clock,
    ErrorRecord,
    Event,
    EventType,
    Execution,
    Notifier,
    Resolution,
    Source,
    Step,
    StepKind,
    Suggestion,
    SuggestionKind,
)

LEAST_TIMES = 3
LEAST_SESSIONS = 2
_LOOKED_BACK = 90 * 86_400.0
_MOST_COMPARED = 3000  # executions that the background is counted in
_MOST_ERRORS = 8  # of one execution; a failed build says hundreds

Propose = Callable[[ErrorRecord, Fix, Sequence[Past]], Candidate | None]


class ErrorLog(Protocol):
    """Where errors and what made them go away are kept."""

    def record(self, errors: Sequence[ErrorRecord]) -> Sequence[ErrorRecord]: ...

    def waiting(self, session: str, since: float) -> Sequence[ErrorRecord]:
        """The errors of a session that nothing has made go away yet, in order of time."""
        ...

    def session(self, session: str, since: float) -> Sequence[Execution]:
        """The executions of a session in order of time."""
        ...

    def resolve(self, resolution: Resolution, errors: Sequence[ErrorRecord]) -> Resolution: ...

    def pasts(self, signature: str) -> Sequence[Past]: ...

    def recent(self, since: float, limit: int) -> Sequence[Execution]:
        """The newest executions, in order of time."""
        ...

    def spans(self, since: float) -> Sequence[tuple[int, int]]:
        """The first and the last execution of each episode."""
        ...

    def keep_usual(self, signature: str, usual: Background) -> None:
        """Remembers what is no fix for errors of a signature, for whoever looks a fix up."""
        ...

    def edits(self, error: ErrorRecord, ended_by: Execution) -> tuple[Step, ...]:
        """How files that an error named were edited between it and the execution that was without it."""
        ...

    def remember(self, errors: Sequence[ErrorRecord], execution: Execution) -> None:
        """Keeps what the files that errors name hold at the time of an execution."""
        ...

    def redacted(self, text: str) -> str: ...

    def errors_in(self, execution: Execution) -> Sequence[ErrorRecord]:
        """The errors in the output of an execution that went well after all."""
        ...


class ErrorRecoveryPatternLearner:
    """The plan's hook. `propose` drafts the recovery of a fix; None: nothing new to offer."""

    def __init__(self, log: ErrorLog, propose: Propose, notifier: Notifier, clock: Clock) -> None:
        self._log = log
        self._propose = propose
        self._notifier = notifier
        self._clock = clock
        self._learned: dict[str, ErrorRecord] = {}

    # ── the stream ───────────────────────────────────────────────────────────────────────────────────────────────────

    def on_execution(
        self, execution: Execution, errors: Sequence[ErrorRecord], *, more: bool = False
    ) -> Candidate | None:
        """Looks at an execution that was recorded, with the errors it was recorded with; each once, in order.

        Where `more` follow at once, what they teach is proposed once, with the last of them.
        """
        if execution.source is not Source.IMPORT and execution.success is not None:
            self._learn(execution, errors)
        if more or not self._learned:
            return None
        learned, self._learned = self._learned, {}
        candidates = [self._propose_for(error) for error in learned.values()]
        return next((one for one in reversed(candidates) if one is not None), None)

    def _learn(self, execution: Execution, errors: Sequence[ErrorRecord]) -> None:
        found = list(errors)
        if is_failure(execution) and not found and (vague := fallback_error(execution)):
            found = list(self._log.record([vague]))
        if not is_failure(execution):
            found = []
        for end in self._ends(execution, found):
            if self._learn_from(end):
                self._learned[end.error.signature] = end.error
        if found:
            self._log.remember(found, execution)

    def _ends(self, execution: Execution, found: Sequence[ErrorRecord]) -> list[Ended]:
        if execution.success and "||" in execution.command:
            inline = inline_episode(execution, self._log.errors_in(execution))
            if inline is not None:
                kept = self._log.record([replace(one, id=0) for one in inline.errors])
                return [replace(inline, error=kept[0], errors=tuple(kept))]
        waiting = self._log.waiting(execution.session, execution.at - LONGEST_SECONDS)
        # Most executions do nothing that failed before: that is seen without reading their session.
        programs = {call.program for call in calls_of(execution)}
        waiting = [
            one
            for one in waiting
            if one.execution_id
            and one.execution_id != execution.id
            and (not one.command or programs & {call.program for call in commands_of(one.command)})
        ]
        if not waiting:
            return []
        start = min(one.at for one in waiting) - 1.0
        rows = self._log.session(execution.session, start)
        rows = [one for one in rows if (one.at, one.id) <= (execution.at, execution.id)]
        session = rows if execution.session else latest_session(rows)
        return ended(session, execution, found, waiting)[:_MOST_ERRORS]

    def _learn_from(self, end: Ended) -> bool:
        """Whether something was done that may have helped."""
        steps = tuple(replace(one, cwd="" if one.cwd == end.first.cwd else one.cwd) for one in end.steps)
        if end.ended_by.source is Source.PATUI:
            steps = ()  # what a fix of ours did is counted as its outcome; it teaches nothing new
        edits = () if end.ended_by.source is Source.PATUI else self._log.edits(end.error, end.ended_by)
        resolution = Resolution(
            at=end.ended_by.at,
            signature=end.error.signature,
            steps=(*steps, *edits),
            session=end.ended_by.session,
            by_agent=end.first.by_agent or end.ended_by.by_agent,
            error_id=end.error.id,
            execution_id=end.ended_by.id,
            parameters=end.error.parameters,
        )
        self._log.resolve(resolution, end.errors)
        return bool(resolution.steps)

    # ── the plan's hook ──────────────────────────────────────────────────────────────────────────────────────────────

    def on_error_resolved(self, error_record: Mapping[str, Any], resolution: Mapping[str, Any]) -> Candidate | None:
        """An error that an orchestrator saw go away: the candidate, when it is the third with the same fix.

        `error_record`: `type`, `signature`, and where known `message`, `parameters`, `path`, `line`, `command`,
        `tool`, `session_id`, `timestamp`, `by_agent`. `resolution`: `steps`, each a command line, a list of words, or
        a mapping with `argv` or `command`. UsageError when these are something else. Where neither a session nor a
        time is given, each call is taken for work of its own.
        """
        error, told = self._error_of(error_record), self._steps_of(resolution)
        (kept,) = self._log.record([error])
        session = error.session or ("" if error_record.get("timestamp") else f"resolved:{kept.id}")
        self._log.resolve(
            Resolution(
                at=kept.at,
                signature=kept.signature,
                steps=told,
                session=session,
                by_agent=kept.by_agent or resolution.get("by_agent") is True,
                error_id=kept.id,
                parameters=kept.parameters,
            ),
            [kept],
        )
        return self._propose_for(kept)

    def _error_of(self, record: Mapping[str, Any]) -> ErrorRecord:
        kind, signature = record.get("type"), record.get("signature")
        if not isinstance(kind, str) or not isinstance(signature, str) or not (kind and signature):
            raise UsageError("an error record has a type and a signature, both texts")
        message = record.get("message") if isinstance(record.get("message"), str) else signature
        said = self._log.redacted(str(message))
        prefix = f"{kind}: "
        masked = found_in(Diagnostic(kind, said.removeprefix(prefix), _text(record, "tool")))
        named = found_in(Diagnostic(kind, self._log.redacted(signature).removeprefix(prefix), ""))
        given = record.get("parameters")
        at = record.get("timestamp")
        line = record.get("line")
        return ErrorRecord(
            at=float(at) if isinstance(at, (int, float)) else self._clock(),
            # A signature with names in it is the message itself: what it has in common with others is the signature.
            signature=named.signature if named.parameters else signature,
            type=kind,
            message=masked.message,
            template=masked.template,
            parameters=tuple(self._log.redacted(str(one)) for one in given)
            if isinstance(given, (list, tuple))
            else masked.parameters,
            tool=_text(record, "tool"),
            path=_text(record, "path"),
            line=line if isinstance(line, int) else 0,
            session=_text(record, "session_id"),
            command=self._log.redacted(_text(record, "command")),
            by_agent=record.get("by_agent") is True,
        )

    def _steps_of(self, resolution: Mapping[str, Any]) -> tuple[Step, ...]:
        steps = resolution.get("steps") if isinstance(resolution, Mapping) else None
        if not isinstance(steps, (list, tuple)) or not steps:
            raise UsageError("a resolution has steps: a list of commands")
        found: list[Step] = []
        for step in steps:
            words = step.get("argv") or step.get("command") if isinstance(step, Mapping) else step
            cwd = _text(step, "cwd") if isinstance(step, Mapping) else ""
            if isinstance(words, str):
                calls = split_line(self._log.redacted(words))
            elif isinstance(words, (list, tuple)) and words and all(isinstance(word, str) for word in words):
                calls = (tuple(self._log.redacted(word) for word in words),)
            else:
                raise UsageError(f"a step is a command line, a list of words, or has argv or command: not {step!r:.80}")
            found += [Step(StepKind.COMMAND, call, cwd=cwd) for call in calls]
        return tuple(found)

    # ── what was learned ─────────────────────────────────────────────────────────────────────────────────────────────

    def _propose_for(self, error: ErrorRecord) -> Candidate | None:
        pasts = self._log.pasts(error.signature)
        fixes = [fix for fix in learn(pasts) if fix.times >= 2]
        if not fixes:
            return None
        if any(not any(slots_of(word) for word in step.argv) for fix in fixes for step in fix.steps):
            since = self._clock() - _LOOKED_BACK
            usual = background(self._log.recent(since, _MOST_COMPARED), self._log.spans(since))
            self._log.keep_usual(error.signature, usual)
            fixes = learn(pasts, usual)
        proposed = None
        for fix in fixes:
            enough = fix.times >= LEAST_TIMES and fix.sessions >= LEAST_SESSIONS and is_sure(fix, error.signature)
            if enough and (candidate := self._propose(error, fix, pasts)) is not None:
                self._tell(error, fix, candidate)
                proposed = candidate
        return proposed

    def _tell(self, error: ErrorRecord, fix: Fix, candidate: Candidate) -> None:
        steps = " · ".join(" ".join(step.argv) or "edit the file that the error names" for step in fix.steps)
        self._notifier.tell(
            Event(
                EventType.CANDIDATE,
                self._clock(),
                f"{error.type} was fixed {fix.times} times by the same: {candidate.name} waits",
                about={"candidate": candidate.id, "pattern_id": candidate.pattern_id, "kind": str(candidate.kind)},
            )
        )
        self._notifier.suggest(
            Suggestion(
                key=f"recovery:{candidate.pattern_id}",
                kind=SuggestionKind.RECOVERY,
                title=f"You have fixed this {fix.times} times: {error.type}. Keep the fix?",
                detail=steps[:300],
                path="",
                pattern=candidate.pattern_id,
                time=self._clock(),
            )
        )


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""
