"""Executions and errors: what we record comes back as it was, what others insert is read as far as it goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model import ErrorRecord, Execution, Resolution, Source, Step, StepKind
from engine.store import errors, executions
from engine.store.connection import Store

NOW = 1_763_769_600.0  # the fixture's clock

PYTEST = Execution(
    at=NOW - 60.5,
    command="pytest -x",
    argv=("pytest", "-x"),
    cwd="api",
    exit_code=1,
    success=False,
    seconds=2.25,
    session="s1",
    source=Source.SHELL,
    by_agent=True,
    operation_kind="test",
    pattern_id="PAT-A-001",
    pattern_version="1.0.0",
    user_id="mara",
    file_types=(".py",),
    tools_used=("pytest",),
    inputs={"path": "a"},
    outputs=[1, None],
    input_signature="i",
    output_signature="o",
    verification="exit code",
    error_signature="s1-0",
    key="spool:1:0",
)


def test_what_is_recorded_comes_back(store: Store) -> None:
    (kept,) = executions.record(store, [PYTEST])
    assert kept == replace(PYTEST, id=1)
    assert executions.get(store, 1) == kept
    assert store.rows("SELECT time_taken_seconds, timestamp FROM execution_logs")[0][0] == 2


def test_a_record_with_the_same_key_is_recorded_once(store: Store) -> None:
    first = executions.record(store, [PYTEST, PYTEST])
    again = executions.record(store, [replace(PYTEST, command="other"), replace(PYTEST, key="spool:1:9")])
    assert [one.id for one in first + again] == [1, 1, 1, 2]
    assert executions.newest(store) == 2 and len(executions.recent(store)) == 2


def test_a_key_is_looked_up_and_not_searched_for(store: Store) -> None:
    """What is recorded must not cost more the more there is."""
    seen: list[str] = []
    store.read().set_trace_callback(seen.append)
    executions.record(store, [PYTEST])
    assert executions.known(store, ["spool:1:0", "spool:1:9"]) == {"spool:1:0"}
    store.read().set_trace_callback(None)
    asked = [sql for sql in seen if sql.startswith("SELECT") and "key" in sql]
    plans = [row["detail"] for sql in asked for row in store.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(asked) == 2 and not any("SCAN execution_details" in plan or "SCAN d" in plan for plan in plans)
    assert sum("execution_details_key" in plan for plan in plans) == 2


texts = st.text(max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Execution,
        at=st.floats(1.0, 4e9),
        command=texts,
        argv=st.lists(texts, max_size=3).map(tuple),
        exit_code=st.none() | st.integers(0, 255),
        success=st.none() | st.booleans(),
        inputs=st.none() | st.recursive(st.integers() | texts, lambda inner: st.lists(inner, max_size=2), max_leaves=4),
        file_types=st.lists(st.sampled_from([".py", ".md"]), max_size=2).map(tuple),
    )
)
def test_any_execution_survives(store: Store, execution: Execution) -> None:
    (kept,) = executions.record(store, [execution])
    assert executions.get(store, kept.id) == kept == replace(execution, id=kept.id)


@pytest.mark.parametrize(
    ("columns", "values", "expected"),
    [
        ("operation_kind, success", "'build', 1", Execution(NOW, operation_kind="build", success=True)),
        ("success", "'False'", Execution(NOW, success=False)),
        ("success", "NULL", Execution(NOW)),
        ("tools_used", "'git, make'", Execution(NOW, tools_used=("git", "make"))),
        ("tools_used", """'["git"]'""", Execution(NOW, tools_used=("git",))),
        ("time_taken_seconds", "1.5", Execution(NOW, seconds=1.5)),
        ("timestamp", "'2025-11-22T01:00:00+01:00'", Execution(NOW)),
        ("timestamp", f"{NOW}", Execution(NOW)),
    ],
)
def test_rows_of_other_programs_are_executions(store: Store, columns: str, values: str, expected: Execution) -> None:
    if "timestamp" not in columns:
        columns, values = f"timestamp, {columns}", f"'2025-11-22 00:00:00', {values}"
    with store.write() as connection:
        connection.execute(f"INSERT INTO execution_logs ({columns}) VALUES ({values})")
    expected = replace(expected, source=Source.SQL, id=1)
    assert executions.recent(store) == [expected]
    assert executions.since(store, NOW) == [expected]
    assert executions.since(store, NOW + 1) == []


def test_readers_find_their_place(store: Store) -> None:
    executions.record(store, [replace(PYTEST, key="", session=name, at=NOW + n) for n, name in enumerate("aabab")])
    assert [one.id for one in executions.after(store, 2)] == [3, 4, 5]
    assert [one.id for one in executions.after(store, 2, limit=1)] == [3]
    assert [one.id for one in executions.recent(store, 2, before=4)] == [3, 2]
    assert [one.id for one in executions.of_session(store, "a", NOW + 1)] == [2, 4]
    assert [one.id for one in executions.of_pattern(store, "PAT-A-001", NOW + 3)] == [4, 5]


def test_old_executions_go_and_uses_stay(store: Store) -> None:
    day = 86_400.0
    plain = replace(PYTEST, key="", pattern_id="", error_output="x")
    executions.record(store, [replace(plain, at=NOW - 200 * day), replace(PYTEST, key="", at=NOW - 200 * day), plain])
    gone = executions.forget(store, executions_before=NOW - 180 * day, outputs_before=NOW - 30 * day)
    assert gone == (1, 1)
    assert [one.id for one in executions.recent(store)] == [3, 2]
    assert (executions.output(store, 1), executions.output(store, 3)) == ("", "x")
    assert [row[0] for row in store.rows("SELECT execution_id FROM execution_details")] == [2, 3]


ERROR = ErrorRecord(
    at=NOW,
    signature="s1-a",
    type="ModuleNotFoundError",
    message="No module named 'babel'",
    template="No module named '‹name›'",
    parameters=("babel",),
    tool="python",
    path="a.py",
    line=3,
    frames=("main",),
    session="s",
    command="pytest",
    execution_id=7,
)


def test_errors_and_what_resolved_them(store: Store) -> None:
    first, other = errors.record(store, [ERROR, replace(ERROR, signature="s1-b", execution_id=8)])
    assert errors.of_execution(store, 7) == [first] and errors.recent(store) == [other, first]
    steps = (
        Step(StepKind.COMMAND, argv=("pip", "install", "babel")),
        Step(StepKind.EDIT, path="a", before="", after="b"),
    )
    kept = errors.resolve(store, Resolution(NOW + 9, "s1-a", steps, "s", error_id=first.id, parameters=("babel",)))
    assert errors.resolutions_of(store, "s1-a") == [kept] == errors.resolutions_since(store, NOW)
    assert kept.steps == steps
    assert errors.unresolved(store, 0.0) == [other]
    assert errors.counts(store) == {"s1-a": 1, "s1-b": 1}
