"""Episodes: a failure, what was done next in that session, the same thing green again.

The stream is read one execution at a time. An execution that does what failed before ends the episodes of those errors
that it does not have any more; an error that it has still, or anew, keeps its episode open or opens one. What stands
between is what may have helped; what surely did not (looking, moving about, failing, doing the same again) is left out
here, what only seems to help is told apart by `engine.mining.background`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.mining.command_words import IN_PASSING, LOOKING
from engine.mining.commands import Command, command_of, commands_of
from engine.mining.sequences.history import SESSION_GAP, only_looks
from engine.model import ErrorRecord, Execution, Source, Step, StepKind

LONGEST_SECONDS = 8 * 3600.0  # from a failure to its end; what takes longer was fixed some other way
MOST_CALLS = 80  # between a failure and its end
MOST_STEPS = 12
AGAIN = Step(StepKind.COMMAND)
"""Stands among the steps where the same error was seen again: what is before it was not enough."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Programs whose exit code 1 is an answer.
_ANSWERING = _words(
    """
    grep egrep fgrep rg ag ack diff cmp test [ [[ which type pgrep false expr git-diff lsof pidof hash command
    """
)
_NOT_FAILED = frozenset({129, 130, 131, 141, 143, 146, 147, 148, 149})  # ended by the person, by a closed pipe
_EDITORS = _words(
    """
    vi vim nvim nano emacs emacsclient code subl micro hx helix ed pico idea pycharm kate gedit
    """
)
_LOOKS = _words(
    """
    echo printf sleep date cut sort uniq tr head tail nl sha256sum md5sum file strings nm ldd objdump tput stty
    say export source . alias unset set history fc exit logout clear reset pushd popd cd ls pwd
    """
)
_VOLATILE = _words(
    """
    number hex duration size time date uuid version value words open token
    """
)
_REPAIRING = _words(
    """
    --fix --write -w -i --in-place --apply --autocorrect -a -A --auto-correct --fix-all --unsafe-fixes -u --update
    --update-snapshots --updateSnapshot --snapshot-update --fix-only
    """
)
_ONLY_CHECKING = _words("--check --diff --dry-run --verify --list-different -l -c --no-fix")
_MASK = re.compile(r"‹(\w+)›")


@dataclass(frozen=True, slots=True)
class Ended:
    """An episode that is over: the error as it was last seen, every row of it, and what was done in between.

    `ended_by` is the execution that did not have it any more. `edited_by_hand`: an editor was opened in between.
    """

    error: ErrorRecord
    errors: tuple[ErrorRecord, ...]
    steps: tuple[Step, ...]
    first: Execution
    ended_by: Execution
    edited_by_hand: bool = False


# ── one execution ────────────────────────────────────────────────────────────────────────────────────────────────────


def is_failure(execution: Execution) -> bool:
    """Whether it says that something is wrong: not an answer (`grep` finds nothing), not somebody's Ctrl-C."""
    if execution.success is not False or execution.exit_code in _NOT_FAILED:
        return False
    if execution.exit_code == 1 and not execution.error_signature:
        calls = commands_of(execution.command) if execution.command else ()
        if calls and (_last_program(calls[-1]) in _ANSWERING or calls[-1].skeleton[:2] == ("git", "diff")):
            return False
    return True


def calls_of(execution: Execution) -> tuple[Command, ...]:
    """The calls of its command line, or of its words."""
    if execution.command:
        return commands_of(execution.command)
    return (command_of(execution.argv),) if execution.argv else ()


def fallback_error(execution: Execution) -> ErrorRecord | None:
    """A failure of which nothing is known but its command and how it ended; None when even that says nothing."""
    thing = _worker(calls_of(execution))
    if thing is None or not is_failure(execution) or thing.program in _EDITORS or only_looks(thing.skeleton):
        return None
    code = execution.exit_code if execution.exit_code is not None else 1
    kind = {126: "not-executable", 127: "command-not-found", 137: "killed", 139: "crashed"}.get(code, f"exit-{code}")
    template = f"{' '.join(thing.argv)}: exit {code}"
    digest = hashlib.sha256(f"{kind}\n{template}".encode(errors="surrogatepass")).hexdigest()[:16]
    return ErrorRecord(
        at=execution.at,
        signature=f"x1-{digest}",
        type=kind,
        message=template,
        template=template,
        tool=thing.program,
        session=execution.session,
        command=execution.command,
        execution_id=execution.id,
        by_agent=execution.by_agent,
    )


def is_fallback(signature: str) -> bool:
    return signature.startswith("x1-")


def identity(error: ErrorRecord) -> tuple[str, ...]:
    """What makes it the very same error: its signature, and those names in it that do not change from run to run."""
    kinds = _MASK.findall(error.template)
    if len(kinds) != len(error.parameters):
        return (error.signature, *error.parameters)
    return (error.signature, *(p for p, kind in zip(error.parameters, kinds, strict=True) if kind not in _VOLATILE))


def same_thing(failed: Execution, later: Execution, path: str = "") -> bool:
    """Whether `later` does what `failed` did: the same operation, or a call of the same program on the same things.

    Options may differ; a whole run covers one of its parts, and so does a run of the very file the error named.
    """
    ours, theirs = calls_of(failed), calls_of(later)
    if not ours or not theirs:
        return not ours and not theirs and _operation(failed) == _operation(later)
    thing = _worker(ours)
    return thing is not None and any(_covers(thing, call, path) for call in theirs)


def _covers(failed: Command, later: Command, path: str = "") -> bool:
    if failed.program != later.program or failed.subcommand != later.subcommand:
        return False
    before, after = _things(failed), _things(later)
    if before == after:
        return True
    tests = failed.program in _CHECKERS or failed.subcommand[-1:] in (("test",), ("check",), ("lint",), ("build",))
    return tests and (not after or set(before) <= set(after) or (bool(path) and any(_names(w, path) for w in after)))


_CHECKERS = _words(
    """
    pytest py.test unittest tox nox mypy pyright pylint flake8 ruff black isort eslint tsc jest vitest mocha
    phpunit rspec ctest ansible-lint yamllint shellcheck stylelint prettier rubocop golangci-lint clippy hadolint
    markdownlint
    """
)


def _names(word: str, path: str) -> bool:
    plain = word.split("::")[0].rstrip("/")
    return plain == path or path.endswith("/" + plain) or path.startswith(plain + "/")


def _things(command: Command) -> tuple[str, ...]:
    return tuple(sorted(command.value(place).split("::")[0] for place in command.arguments))


def _operation(execution: Execution) -> str:
    return json.dumps([execution.operation_kind, execution.inputs], sort_keys=True, default=str)


def _worker(calls: Sequence[Command]) -> Command | None:
    """The call of a line that does its work: the last that does any."""
    working = [call for call in calls if call.program not in IN_PASSING | _LOOKS]
    return working[-1] if working else (calls[-1] if calls else None)


def _last_program(call: Command) -> str:
    piped = [flag[1:] for flag in call.flags if flag.startswith("|")]
    return piped[-1] if piped and len(piped) == 1 else call.program


# ── a session ────────────────────────────────────────────────────────────────────────────────────────────────────────


def latest_session(executions: Sequence[Execution]) -> Sequence[Execution]:
    """Of executions that no session names, in order of time, those behind the last rest of 30 minutes."""
    start = len(executions)
    while start > 0 and (start == len(executions) or executions[start].at - executions[start - 1].at <= SESSION_GAP):
        start -= 1
    return executions[start:]


def ended(
    session: Sequence[Execution], last: Execution, found: Sequence[ErrorRecord], waiting: Sequence[ErrorRecord]
) -> list[Ended]:
    """The episodes that `last`, the newest of a session in order of time, ends.

    `found` are its own errors, `waiting` the session's errors that nothing has ended yet, in order of time.
    """
    if last.success is None or (last.source is Source.TESTS and not calls_of(last) and not last.operation_kind):
        return []
    by_id = {one.id: number for number, one in enumerate(session)}
    still = {identity(error) for error in found}
    # An exit code alone does not tell that another error is gone.
    vague = last.success is False and (not found or any(is_fallback(error.signature) for error in found))
    groups: dict[tuple[str, ...], list[ErrorRecord]] = {}
    for error in waiting:
        place = by_id.get(error.execution_id, -1)
        if place >= 0 and session[place].id != last.id and last.at - session[place].at <= LONGEST_SECONDS:
            groups.setdefault(identity(error), []).append(error)
    result: list[Ended] = []
    for key, errors in groups.items():
        first, newest = session[by_id[errors[0].execution_id]], session[by_id[errors[-1].execution_id]]
        if key in still or vague:
            continue
        same = same_thing(newest, last, errors[-1].path)
        variant = not same and last.success is True and _is_variant(newest, last)
        if not (same or variant):
            continue
        steps, by_hand = _between(session, by_id[first.id], last, {error.execution_id for error in errors}, newest)
        if last.success is True and _differs(newest, last, by_hand):
            call = _step(_same_call(newest, last), last)  # what was said in other words may be what helped
            steps = (*(step for step in steps if step != call), call)
        result.append(Ended(errors[-1], tuple(errors), steps, first, last, by_hand))
    return result


def inline_episode(execution: Execution, found: Sequence[ErrorRecord]) -> Ended | None:
    """The episode within one line that went well: `make || make deps && make` failed, was fixed, and is green."""
    if execution.success is not True or "||" not in execution.command or not found:
        return None
    calls = calls_of(execution)
    for first, call in enumerate(calls):
        for again in range(len(calls) - 1, first + 1, -1):
            if calls[again].argv == call.argv:
                steps = tuple(_step(one, execution) for one in calls[first + 1 : again] if _may_help(one))
                return Ended(found[0], tuple(found), steps, execution, execution) if steps else None
    return None


def _between(
    session: Sequence[Execution], start: int, last: Execution, failing: Iterable[int], newest: Execution
) -> tuple[tuple[Step, ...], bool]:
    """What was done between a failure and the run that is without it, in order, each step once (at its last place)."""
    seen = set(failing)
    target = _worker(calls_of(newest))
    steps: list[Step] = []
    by_hand = False
    rows = [one for one in session[start : start + MOST_CALLS] if one.at <= last.at or one.id == last.id]
    for execution in rows:
        if execution.id in seen:
            if execution.id != rows[0].id and steps and steps[-1] != AGAIN:
                steps.append(AGAIN)
            if execution.success is not True:
                continue
        calls = calls_of(execution)
        if execution.id == last.id or _has(calls, target):
            calls = _before_target(calls, target)
        elif execution.success is False:
            continue  # it did nothing, or one does not know how much of it
        for call in calls:
            by_hand = by_hand or call.program in _EDITORS
            if _may_help(call):
                step = _step(call, execution)
                steps = [one for one in steps if one != step]
                steps.append(step)
        if execution.id == last.id:
            break
    while steps and steps[0] == AGAIN:
        steps.pop(0)
    while steps and steps[-1] == AGAIN:
        steps.pop()
    return tuple(steps[-MOST_STEPS:]), by_hand


def _has(calls: Sequence[Command], target: Command | None) -> bool:
    return target is not None and any(call.argv == target.argv for call in calls)


def _before_target(calls: tuple[Command, ...], target: Command | None) -> tuple[Command, ...]:
    """Of a line that does the thing again, what it does before."""
    if target is None:
        return ()
    for at in range(len(calls) - 1, -1, -1):
        if calls[at].program == target.program and calls[at].subcommand == target.subcommand:
            return calls[:at]
    return ()


def _may_help(call: Command) -> bool:
    """Whether a call can have changed anything: it does not look, move about, or open an editor."""
    if not call.argv or call.program in _EDITORS or call.program in IN_PASSING:
        return False
    if any(">" in flag and not flag[0].isdigit() for flag in call.flags):
        return True
    if call.program in _LOOKS:
        return False
    if call.program in LOOKING:
        pipes = any(flag.startswith("|") and flag[1:] in ("xargs", "sh", "kill", "tee") for flag in call.flags)
        return pipes or not only_looks(call.skeleton)
    return not only_looks(call.skeleton)


def _is_variant(failed: Execution, later: Execution) -> bool:
    """Whether it is the same program once more in other words: `git push`, `git push -u origin x`; a typed slip."""
    ours, theirs = _worker(calls_of(failed)), _worker(calls_of(later))
    if ours is None or theirs is None or failed.cwd != later.cwd:
        return False
    # `sudo` and other wrappers are not part of the program, so a call that needed one is the same thing.
    same = ours.program == theirs.program and ours.subcommand == theirs.subcommand
    return same and ours.argv != theirs.argv and set(_things(ours)) <= set(_things(theirs))


def _same_call(failed: Execution, later: Execution) -> Command:
    """The call of `later` that does what `failed` did."""
    thing = _worker(calls_of(failed))
    for call in reversed(calls_of(later)):
        if thing is not None and call.program == thing.program:
            return call
    return Command((), "")


def _differs(failed: Execution, later: Execution, by_hand: bool) -> bool:
    """Whether the call was made in other words, which may be why it went well. A check that is made in other words is
    the same check, unless it repairs what it finds; after an edit `by_hand` only that tells."""
    thing, call = _worker(calls_of(failed)), _same_call(failed, later)
    if thing is None or not call.argv or call.argv == thing.argv:
        return False
    new, gone = set(call.flags) - set(thing.flags), set(thing.flags) - set(call.flags)
    repairs = new & _REPAIRING or gone & _ONLY_CHECKING
    return bool(repairs) or (call.program not in _CHECKERS and not by_hand)


def _step(call: Command, execution: Execution) -> Step:
    return Step(StepKind.COMMAND, call.argv, cwd=execution.cwd)
