"""Every number of a weekly report, computed again by plain SQL over the plan's tables and the ones beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from engine.actions import applying
from engine.actions.analyze import analyze
from engine.actions.log import take_log
from engine.actions.reporting import generate_weekly_report
from engine.actions.review import approve, show
from engine.analyzers.report_text import as_document
from engine.model import Candidate, Kind, Status
from engine.store import candidates
from engine.store.driver import sqlite3
from engine.workspace import Workspace, open_workspace

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)  # of 2026-W47
WEEK = "2026-W47"
KINDS = ("create_module", "rename", "deploy", "tidy")
PATTERNS = {"create_module": "PAT-MODULE-001", "rename": "PAT-RENAME-001", "deploy": "PAT-DEPLOY-001"}


@pytest.fixture
def worked(repository: Path) -> Iterator[Workspace]:
    """A workspace with three weeks of recorded work and an applied pattern."""
    dice = Random(7)
    lines = []
    for number in range(240):
        kind = dice.choice(KINDS)
        by_pattern = kind in PATTERNS and dice.random() < 0.5
        record: dict[str, Any] = {
            "operation_kind": kind,
            "timestamp": (MONDAY + timedelta(days=dice.uniform(-14, 7))).isoformat(),
            "duration_seconds": round(dice.uniform(5, 60) if by_pattern else dice.uniform(100, 900), 1),
            "success": dice.random() < 0.8,
            "input_signature": f"in-{number % 9}",
        }
        if by_pattern:
            record["pattern_id"] = PATTERNS[kind]
        lines.append(json.dumps(record))
    with open_workspace(repository, clock=lambda: (MONDAY + timedelta(days=6.5)).timestamp()) as workspace:
        assert all(answer["ok"] for answer in take_log(workspace, ["\n".join(lines).encode()]))
        (row, *_) = [one for one in analyze(workspace) if one.kind is Kind.FILE]
        approve(workspace, row.pattern_id, show(workspace, row.pattern_id).digest)
        preview = applying.preview(workspace, row.pattern_id, "jobs/newest.py")
        values = dict.fromkeys(preview.missing, "thing")
        applying.write(workspace, applying.preview(workspace, row.pattern_id, "jobs/newest.py", values=values).plan)
        yield workspace


def test_the_figures_are_those_that_plain_sql_gives(worked: Workspace) -> None:
    found = as_document(generate_weekly_report(worked, WEEK))
    start, end = MONDAY.timestamp(), (MONDAY + timedelta(days=7)).timestamp()
    database = sqlite3.connect(worked.database_path)
    logged = database.execute(
        "SELECT operation_kind, coalesce(pattern_id, ''), success, seconds, strftime('%s', timestamp) "
        "FROM execution_logs JOIN execution_details ON execution_id = execution_logs.id"
    ).fetchall()
    by_hand = {
        kind: median(took for one, pattern, good, took, at in logged if one == kind and not pattern and good == 1)
        for kind in KINDS
    }
    expected: dict[str, list[float]] = {}
    for kind, pattern, good, took, at in logged:
        if pattern and start <= float(at) < end:
            row = expected.setdefault(pattern, [0, 0, 0.0])
            row[0] += 1
            row[1] += not good
            row[2] += (by_hand[kind] - took) / 3600 if good else 0
    applied = database.execute(
        "SELECT pattern_id, count(*), sum(undone_at <> 0), sum(seconds_saved) / 3600 FROM applications "
        "WHERE at >= ? AND at < ? GROUP BY pattern_id",
        (start, end),
    ).fetchall()
    database.close()
    assert applied and len(expected) == len(PATTERNS)
    expected |= {pattern: [uses, failures, hours] for pattern, uses, failures, hours in applied}
    told = {one["pattern_id"]: one for one in found["top_patterns"]}
    assert told.keys() == expected.keys()
    for pattern, (uses, failures, hours) in expected.items():
        assert (told[pattern]["uses"], told[pattern]["failures"]) == (uses, failures)
        assert told[pattern]["hours_saved"] == pytest.approx(hours, abs=0.011)
    assert found["time_saved"]["hours"] == pytest.approx(sum(hours for _, _, hours in expected.values()), abs=0.05)
    order = [one["uses"] for one in found["top_patterns"]]
    assert order == sorted(order, reverse=True)


def test_a_next_version_is_no_new_candidate(worked: Workspace) -> None:
    row = Candidate(
        0, "PAT-RENAME-001", "rename", Kind.REVISION, Status.PENDING, 0.5, 9, 0.0, 0.0, "revision:x", "", worked.clock()
    )
    candidates.put(worked.store, row)
    found = as_document(generate_weekly_report(worked, WEEK))
    assert not [one for one in found["new_pattern_candidates"] if one.get("suggested_id") == "PAT-RENAME-001"]
    assert "revision" not in json.dumps(found["new_pattern_candidates"])
