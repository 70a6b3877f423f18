"""`patui log`: records of work as JSON lines, each acknowledged once it is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from engine.model import Execution, Source
from engine.recording import execution_of, keep
from engine.store import settings
from engine.workspace import Workspace

LONGEST_LINE = 4_000_000


def take_log(workspace: Workspace, blocks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """One answer a record, in order, given after its commit: its number and its error, or its line and what is wrong.

    What one block holds in whole lines is one transaction, so that a program which waits for each answer gets it, and
    a file of a million records is not a million transactions. Blank lines are no records.
    """
    number, rest = 0, b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from _take(workspace, lines, number)
        number += len(lines)
        if len(rest) > LONGEST_LINE:  # what is never a record need not fill the memory
            rest = rest[: LONGEST_LINE + 1]
    yield from _take(workspace, [rest], number)


def _take(workspace: Workspace, lines: list[bytes], before: int) -> list[dict[str, Any]]:
    read: list[tuple[int, Execution | str]] = []
    for number, line in enumerate(lines, before + 1):
        if line.strip():
            read.append((number, _read(workspace, line)))
    kept = iter(keep(workspace.store, [one for _, one in read if isinstance(one, Execution)]))
    answers: list[dict[str, Any]] = []
    for number, one in read:
        if isinstance(one, str):
            answers.append({"line": number, "ok": False, "error": one})
        else:
            execution = next(kept).execution
            answers.append({"id": execution.id, "ok": True, "error_signature": execution.error_signature or None})
    if any(answer["ok"] for answer in answers):
        settings.put(workspace.store, "source.log", {"at": workspace.clock()})
    return answers


def _read(workspace: Workspace, line: bytes) -> Execution | str:
    if len(line) > LONGEST_LINE:
        return f"longer than {LONGEST_LINE:,} bytes"
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"no UTF-8 at byte {error.start + 1}"
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    if isinstance(record, dict) and not record.get("operation_kind"):
        return "operation_kind: missing; it says what kind of work this was"
    return execution_of(record, source=Source.LOG, root=workspace.root, now=workspace.clock())
