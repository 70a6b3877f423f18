"""What SQLite adds up over time, from rows that any program may have written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.model import Execution, Plan
from engine.store import applications, executions, figures, outcomes
from engine.store.connection import Store, open_store

NOW = 1_763_647_200.0  # 2025-11-20 14:00 UTC


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "m.db", clock=lambda: NOW) as opened:
        yield opened


def ran(store: Store, pattern: str | None, success: object, seconds: object, kind: str = "release") -> None:
    with store.write() as connection:
        connection.execute(
            "INSERT INTO execution_logs (timestamp, operation_kind, pattern_id, success, time_taken_seconds) "
            "VALUES (?, ?, ?, ?, ?)",
            ("2025-11-20T14:05:00Z", kind, pattern, success, seconds),
        )


def test_a_use_saves_the_median_by_hand_less_its_own_time(store: Store) -> None:
    for seconds in (100, 300, 200):
        ran(store, None, True, seconds)
    ran(store, "", 0, 5_000)  # failed: no measure of how long it takes
    ran(store, "PAT-A-001", 1, 50)
    ran(store, "PAT-A-001", "true", 20)
    ran(store, "PAT-A-001", False, 10)
    ran(store, "PAT-A-001", None, 10)
    (used,) = figures.executed(store)
    assert used == figures.Uses(NOW, "PAT-A-001", "", 4, 2, 1, 2 * 200 - 70)


@pytest.mark.parametrize("seconds", [None, "soon", -3, b"x"])
def test_a_time_that_is_none_saves_nothing(store: Store, seconds: object) -> None:
    ran(store, None, True, 100)
    ran(store, None, True, seconds)
    ran(store, "PAT-A-001", True, seconds)
    (used,) = figures.executed(store)
    assert (used.uses, used.succeeded, used.seconds) == (1, 1, 0.0)


def test_what_patui_recorded_itself_has_its_version_and_fractions_of_seconds(store: Store) -> None:
    ran(store, None, True, 100)
    executions.record(
        store,
        [
            Execution(
                NOW + 60,
                operation_kind="release",
                pattern_id="PAT-A-001",
                pattern_version=version,
                success=True,
                seconds=9.5,
            )
            for version in ("1.0.0", "1.0.0", "1.1.0")
        ],
    )
    assert figures.executed(store) == [
        figures.Uses(NOW, "PAT-A-001", "1.0.0", 2, 2, 0, 181.0),
        figures.Uses(NOW, "PAT-A-001", "1.1.0", 1, 1, 0, 90.5),
    ]


def test_nothing_done_by_hand_is_no_saving(store: Store) -> None:
    ran(store, None, True, 100, kind="another kind")
    ran(store, "PAT-A-001", True, 1)
    assert [used.seconds for used in figures.executed(store)] == [0.0]


def test_times_are_read_as_they_were_written(store: Store) -> None:
    written = ["2025-11-20 14:07:00", "2025-11-20T14:07:00Z", "2025-11-20T15:07:00+01:00", int(NOW) + 420, NOW + 420.5]
    for timestamp in (*written, "some day", None):
        with store.write() as connection:
            connection.execute(
                "INSERT INTO execution_logs (timestamp, pattern_id) VALUES (?, 'PAT-A-001')", (timestamp,)
            )
    assert [(used.at, used.uses) for used in figures.executed(store)] == [(NOW, len(written))]
    assert figures.executed(store, NOW + 3_600) == []


def test_what_was_taken_back_is_no_use_and_failed(store: Store) -> None:
    plan = Plan("PAT-A-001", "1.2.0", "a", ("x",), (), {})
    for seconds in (60.0, 90.0, 30.0):
        done = applications.record(store, plan, (), NOW + 1, seconds_saved=seconds)
    applications.mark_undone(store, done.id, NOW + 2)
    assert figures.applied(store) == [figures.Uses(NOW, "PAT-A-001", "1.2.0", 2, 2, 1, 150.0)]
    assert figures.applied(store, NOW + 900) == []


def test_what_people_mostly_wrote_anew_failed_by_the_newest_look_at_it(store: Store) -> None:
    plan = Plan("PAT-A-001", "1.2.0", "a", ("x",), (), {})
    done = applications.record(store, plan, (), NOW + 1, seconds_saved=100.0)
    outcomes.record(store, outcomes.Outcome(done.id, "x", "settled", NOW + 2, 0.9, 3.0))
    assert figures.applied(store) == [figures.Uses(NOW, "PAT-A-001", "1.2.0", 1, 1, 0, 90.0)]
    outcomes.record(store, outcomes.Outcome(done.id, "x", "commit", NOW + 3, 0.5, 20.0))
    assert figures.applied(store) == [figures.Uses(NOW, "PAT-A-001", "1.2.0", 1, 0, 1, 50.0)]


def test_the_last_use_of_each(store: Store) -> None:
    executions.record(store, [Execution(NOW, pattern_id="PAT-A-001", success=False)])
    executions.record(store, [Execution(NOW + 5, pattern_id="PAT-A-001", success=True)])
    executions.record(store, [Execution(NOW, pattern_id="PAT-B-001")])
    assert figures.last_uses(store, {"PAT-A-001", "PAT-B-001", "PAT-C-001"}) == {
        "PAT-A-001": figures.LastUse(NOW + 5, True),
        "PAT-B-001": figures.LastUse(NOW, None),
    }
    assert figures.last_uses(store, ()) == {}


def test_rows_without_a_pattern_are_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    rows = store.rows

    def heard(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return rows(sql, parameters)

    monkeypatch.setattr(store, "rows", heard)
    figures.executed(store)
    ((sql, parameters),) = asked
    plan = [row["detail"] for row in rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    assert any(line.startswith("SEARCH execution_logs USING INDEX idx_executions_pattern") for line in plan), plan
