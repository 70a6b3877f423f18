"""`patui import junit | reportlog`: failures become errors, and the next green run of a test resolves them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from engine.actions.importing import Imported
from engine.errors import BrokenInput
from engine.model import ErrorRecord, Execution, Resolution, Source
from engine.recording import keep
from engine.redact import redact
from engine.sources import test_reports
from engine.sources.importers.entries import content
from engine.sources.test_reports import TestResult
from engine.store import errors as error_table
from engine.store import executions as execution_table
from engine.store import settings
from engine.workspace import Workspace

REPORTS = ("junit", "reportlog")
_OPEN_DAYS = 90.0  # a test that was red longer ago and never green since is not looked for


def import_report(workspace: Workspace, kind: str, path: Path) -> Imported:
    """Takes in a report: each test that failed, and each that is green again after it had failed.

    Other green tests say nothing new and are skipped, as are those that were not run. Raises BrokenInput.
    """
    text = content(path)
    if len(text) > test_reports.MOST_BYTES:
        raise BrokenInput(f"{path} is larger than {test_reports.MOST_BYTES:,} bytes")
    try:
        read: Callable[[bytes], tuple[list[TestResult], int]]
        read = test_reports.reportlog if kind == "reportlog" else lambda text: (test_reports.junit(text), 0)
        results, broken = read(text)
    except BrokenInput as error:
        raise BrokenInput(f"{path} {error}") from None
    counts = Imported(broken=broken)
    written = path.stat().st_mtime
    report = hashlib.sha256(text).hexdigest()[:16]
    open_errors = _open_errors(workspace)
    with workspace.store.write():
        for result in results:
            _take(workspace, result, report, written, open_errors, counts)
        settings.put(workspace.store, "source.tests", {"at": workspace.clock()})
    return counts


def _take(
    workspace: Workspace,
    result: TestResult,
    report: str,
    written: float,
    open_errors: dict[str, list[ErrorRecord]],
    counts: Imported,
) -> None:
    name = redact(result.name)
    execution = Execution(
        at=(result.at + (result.seconds or 0.0)) if result.at else written,
        success=result.passed,
        seconds=result.seconds,
        source=Source.TESTS,
        operation_kind="test",
        tools_used=(result.tool,) if result.tool else (),
        inputs={"test": result.name},
        error_output=result.text if result.passed is False else "",
        key=f"tests:{report}:{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:24]}",
    )
    if execution_table.is_known(workspace.store, execution.key):
        counts.known += 1
        return
    resolved = [one for one in open_errors.get(name, ()) if one.at <= execution.at] if result.passed else []
    if result.passed is None or (result.passed and not resolved):
        counts.skipped += 1
        return
    (kept,) = keep(workspace.store, [execution])
    counts.imported += 1
    if result.passed is False:
        open_errors.setdefault(name, []).extend(kept.errors)
    for error in resolved:
        open_errors[name].remove(error)
        error_table.resolve(
            workspace.store,
            Resolution(
                at=execution.at,
                signature=error.signature,
                steps=(),
                error_id=error.id,
                execution_id=kept.execution.id,
                parameters=error.parameters,
            ),
        )


def _open_errors(workspace: Workspace) -> dict[str, list[ErrorRecord]]:
    """The errors of tests that nothing has resolved yet, by test."""
    found: dict[str, list[ErrorRecord]] = {}
    for error in error_table.unresolved(workspace.store, workspace.clock() - _OPEN_DAYS * 86_400, 100_000):
        execution = execution_table.get(workspace.store, error.execution_id)
        if execution is not None and execution.source is Source.TESTS and isinstance(execution.inputs, dict):
            found.setdefault(str(execution.inputs.get("test")), []).append(error)
    return found
