"""`patui analyze --export`: what a team may commit: patterns with their figures, and nothing of who did what where."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

from engine.actions.weeks import success_of, uses
from engine.errors import BrokenInput
from engine.model import Candidate, Status
from engine.redact import redact
from engine.store import candidates, executions
from engine.workspace import Workspace


def summary(workspace: Workspace) -> dict[str, Any]:
    """Open candidates and approved patterns with what they saved. Names are redacted; no people, commands, messages or
    whole paths, only the endings of files."""
    used: dict[str, list[Any]] = {}
    for one in uses(workspace, workspace.clock()):
        used.setdefault(one.pattern_id, []).append(one)
    rows = candidates.listing(workspace.store, (Status.PENDING, Status.DEFERRED, Status.APPROVED))
    return {
        "format": 1,
        "telemetry": executions.newest(workspace.store) > 0,
        "patterns": [_row(row, used.get(row.pattern_id, [])) for row in rows],
    }


def _row(row: Candidate, used: list[Any]) -> dict[str, Any]:
    endings = {posixpath.splitext(member)[1] for member in row.members if "." in posixpath.basename(member)}
    success = success_of(used)
    return {
        "pattern_id": redact(row.pattern_id),
        "name": redact(row.name),
        "kind": str(row.kind),
        "status": str(row.status),
        "support": row.support,
        "confidence": round(row.confidence, 3),
        "hours_saved_by_backtest": round(row.hours_saved, 2),
        "file_types": sorted(ending for ending in endings if ending)[:5],
        "uses": sum(one.uses for one in used),
        "hours_saved": round(sum(one.seconds for one in used) / 3600, 2),
        "success_rate": None if success is None else round(success, 3),
    }


def export(workspace: Workspace, file: str) -> int:
    """Writes the summary as JSON to a file that the user named; how many patterns it has."""
    document = summary(workspace)
    try:
        Path(file).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise BrokenInput(f"{file} cannot be written: {error.strerror}") from None
    return len(document["patterns"])
