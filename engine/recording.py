"""What was done, taken in: checked, redacted, its errors found, and only then written.

Every way in ends here, so that no source can forget one of these steps: the spool, `patui run`, `patui log`, agents,
reports of tests, importers, an orchestrator that calls the plan's classes.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from engine.mining.commands import Command, commands_of
from engine.mining.signatures import errors_of
from engine.model import ErrorRecord, Execution, Source
from engine.redact import redact
from engine.store import errors as error_table
from engine.store import executions as execution_table
from engine.store.columns import moment
from engine.store.connection import Store

MOST_COMMAND = 8192  # characters of a command line; what is longer is a text somebody pasted
MOST_OUTPUT = 64_000  # characters of an output: its end, where the error stands
_MOST_DEPTH = 20
_IDLE = frozenset({"cd", "export", "source", ".", "set", "pushd", "popd"})

Mark = Callable[[str], str]
"""What a secret is known again by; see `engine.redact.marking`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An execution as it was written, and its errors, the primary one first."""

    execution: Execution
    errors: tuple[ErrorRecord, ...]


def execution_of(record: object, *, source: Source, root: Path, now: float) -> Execution | str:
    """The execution that a plain record tells of, or the reason why it tells of none.

    Keys are those of `patui log`: `timestamp` (seconds, or ISO 8601; UTC without a zone), `operation_kind`, `command`
    or `argv`, `cwd`, `exit_code`, `duration_seconds`, `session_id`, `pattern_id`, `file_types`, `tools_used`, `inputs`,
    `outputs`, `success`, `error_output`, `verification`, `user_id`, `by_agent`; others are left alone. Without
    `success` the exit code decides, and without that an error's output. Nothing is redacted here yet.
    """
    if not isinstance(record, Mapping):
        return "a record is a JSON object"
    problem = _problem(record)
    if problem:
        return problem
    argv = tuple(record.get("argv") or ())
    command = record.get("command") or (shlex.join(argv) if argv else "")
    exit_code, success = record.get("exit_code"), record.get("success")
    if success is None and exit_code is not None:
        success = exit_code == 0
    elif success is None and record.get("error_output"):
        success = False
    at = now if record.get("timestamp") in (None, "") else moment(record["timestamp"])
    seconds = record.get("duration_seconds")
    return Execution(
        at=at,
        command=command,
        argv=argv,
        cwd=inside(str(record.get("cwd") or ""), root),
        exit_code=exit_code,
        success=success,
        seconds=None if seconds is None else float(seconds),
        session=str(record.get("session_id") or ""),
        source=source,
        by_agent=record.get("by_agent") is True,
        operation_kind=record.get("operation_kind") or "",
        pattern_id=record.get("pattern_id") or "",
        pattern_version=record.get("pattern_version") or "",
        user_id=str(record.get("user_id") or ""),
        file_types=tuple(record.get("file_types") or ()),
        tools_used=tuple(record.get("tools_used") or ()),
        inputs=record.get("inputs"),
        outputs=record.get("outputs"),
        input_signature=record.get("input_signature") or "",
        output_signature=record.get("output_signature") or "",
        verification=_text_of(record.get("verification")),
        error_output=record.get("error_output") or "",
    )


def keep(store: Store, executions: Iterable[Execution]) -> list[Kept]:
    """Redacts, finds the errors, and writes, all in one transaction; in order.

    What was recorded already (`Execution.key`) is not written again, and comes back without errors.
    """
    kept = []
    with store.write():
        before = execution_table.newest(store)
        for execution in executions:
            safe = completed(redacted(execution, store.marking))
            (written,) = execution_table.record(store, [safe])
            if written.id <= before:
                kept.append(Kept(written, ()))
                continue
            before = written.id
            found = error_table.record(store, errors_of_output(written)) if written.success is False else []
            kept.append(Kept(written, tuple(found)))
    return kept


def redacted(execution: Execution, mark: Mark | None = None) -> Execution:
    """The same without secrets, and cut to what is worth keeping. Texts that other people gave names to stay.

    In what was typed and given, `mark` says of a secret whether it is the same again; what a program printed is
    compared with other output, where marks would only stand in the way.
    """
    return _with(
        execution,
        command=redact(execution.command[:MOST_COMMAND], mark),
        argv=_redacted_words(execution.argv, mark) if execution.argv else (),
        cwd=redact(execution.cwd),
        inputs=_redacted_value(execution.inputs, mark),
        outputs=_redacted_value(execution.outputs, mark),
        input_signature=redact(execution.input_signature),
        output_signature=redact(execution.output_signature),
        verification=redact(execution.verification),
        error_output=redact(execution.error_output[-MOST_OUTPUT:]),
    )


def completed(execution: Execution) -> Execution:
    """With what its command line says where the source did not say it: what kind of work, which tools, which error."""
    kind, tools = execution.operation_kind, execution.tools_used
    if execution.command and not (kind and tools):
        commands = commands_of(execution.command)
        kind = kind or _operation(commands)
        tools = tools or tuple(dict.fromkeys(command.program for command in commands if command.program))
    signature = execution.error_signature
    if not signature and execution.success is False:
        signature = next((found.signature for found in errors_of(execution.error_output, execution.command)), "")
    return _with(execution, operation_kind=kind, tools_used=tools, error_signature=signature)


def _with(execution: Execution, **fields: Any) -> Execution:
    """The same where nothing changes: `replace` costs more than all else that is done with a harmless command."""
    changed = {name: value for name, value in fields.items() if value != getattr(execution, name)}
    return replace(execution, **changed) if changed else execution


def inside(directory: str, root: Path) -> str:
    """`directory` relative to the workspace where it lies inside it ("." is the root itself), else as it is."""
    try:
        return PurePosixPath(directory).relative_to(root.as_posix()).as_posix() if directory else ""
    except ValueError:
        return directory


def _operation(commands: tuple[Command, ...]) -> str:
    """The kind of work of a line: its first command that does some."""
    worker = next((command for command in commands if command.program not in _IDLE), commands[0] if commands else None)
    return " ".join((worker.program, *worker.subcommand)) if worker else ""


def errors_of_output(execution: Execution) -> list[ErrorRecord]:
    """The errors in the output that comes with an execution, the primary one first; not recorded yet."""
    return [
        ErrorRecord(
            at=execution.at,
            signature=found.signature,
            type=found.type,
            message=found.message,
            template=found.template,
            parameters=found.parameters,
            tool=found.tool,
            path=found.path,
            line=found.line,
            frames=found.frames,
            session=execution.session,
            command=execution.command,
            execution_id=execution.id,
            by_agent=execution.by_agent,
        )
        for found in errors_of(execution.error_output, execution.command)
    ]


_TEXTS = ("operation_kind", "command", "cwd", "pattern_id", "pattern_version", "error_output")
_LISTS = ("argv", "file_types", "tools_used")


def _problem(record: Mapping[str, Any]) -> str:
    """What is wrong with a record, or nothing. What is missing or null is not wrong."""
    for key in (*_TEXTS, "input_signature", "output_signature"):
        if not isinstance(record.get(key), (str, type(None))):
            return f"{key}: a text"
    for key in _LISTS:
        value = record.get(key)
        if value is not None and not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
            return f"{key}: a list of texts"
    code = record.get("exit_code")
    if code is not None and (isinstance(code, bool) or not isinstance(code, int) or abs(code) >= 2**31):
        return "exit_code: a whole number"
    if not isinstance(record.get("success"), (bool, type(None))):
        return "success: true or false"
    seconds = record.get("duration_seconds")
    if seconds is not None and not (_is_number(seconds) and seconds >= 0.0):
        return "duration_seconds: a number of seconds"
    stamp = record.get("timestamp")
    if stamp not in (None, "") and not _is_moment(stamp):
        return f"timestamp: seconds since 1970, or a date and time such as 2026-11-22T14:01:58Z, not {stamp!r:.60}"
    if _depth(record) > _MOST_DEPTH:
        return f"nested more than {_MOST_DEPTH} deep"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_moment(value: object) -> bool:
    return (_is_number(value) or isinstance(value, str)) and 0.0 < moment(value) < 253_000_000_000.0


def _depth(value: object, deep: int = 0) -> int:
    if deep > _MOST_DEPTH or not isinstance(value, (Mapping, list)):
        return deep
    entries = value.values() if isinstance(value, Mapping) else value
    return max((_depth(entry, deep + 1) for entry in entries), default=deep)


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _redacted_words(argv: tuple[str, ...], mark: Mark | None) -> tuple[str, ...]:
    """A secret may be known by the word before it, so the words are looked at as a line."""
    line = shlex.join(argv)
    safe = redact(line, mark)
    if safe == line:
        return argv
    try:
        words = tuple(shlex.split(safe))
    except ValueError:  # what was hidden took a quote with it
        words = ()
    return words if len(words) == len(argv) else ()


def _redacted_value(value: Any, mark: Mark | None) -> Any:
    if isinstance(value, str):
        return redact(value, mark)
    if isinstance(value, Mapping):
        return {redact(str(name)): _redacted_entry(str(name), entry, mark) for name, entry in value.items()}
    return [_redacted_value(entry, mark) for entry in value] if isinstance(value, (list, tuple)) else value


def _redacted_entry(name: str, value: Any, mark: Mark | None) -> Any:
    """A value is a secret by its own shape, or by the name it stands under."""
    if not isinstance(value, str):
        return _redacted_value(value, mark)
    line = redact(f"{name}={value}", mark)
    return line[len(name) + 1 :] if line.startswith(f"{name}=") else redact(value, mark)
