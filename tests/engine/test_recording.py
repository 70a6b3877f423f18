"""What is taken in: checked, redacted, its errors found, written once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.actions.learning import digester
from engine.actions.log import take_log
from engine.model import Execution, Source
from engine.recording import execution_of, inside, keep
from engine.store import errors, executions, feed
from engine.workspace import Workspace, open_workspace
from tests.engine.test_redact import COMMANDS, ISSUED

ROOT = Path("/w")
NOW = 1_763_769_600.0
FAILED = {
    "operation_kind": "test",
    "command": "pytest -x",
    "exit_code": 1,
    "error_output": "ModuleNotFoundError: No module named 'babel'",
}


def read(record: object) -> Execution | str:
    return execution_of(record, source=Source.LOG, root=ROOT, now=NOW)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, Execution(NOW)),
        ({"exit_code": 0}, Execution(NOW, exit_code=0, success=True)),
        ({"exit_code": 2}, Execution(NOW, exit_code=2, success=False)),
        ({"exit_code": 2, "success": True}, Execution(NOW, exit_code=2, success=True)),
        ({"error_output": "x"}, Execution(NOW, success=False, error_output="x")),
        ({"argv": ["a", "b c"]}, Execution(NOW, command="a 'b c'", argv=("a", "b c"))),
        ({"timestamp": "2025-11-22T01:00:00+01:00"}, Execution(NOW)),
        ({"timestamp": "2025-11-22T00:00:00"}, Execution(NOW)),
        ({"timestamp": NOW - 1, "duration_seconds": 2}, Execution(NOW - 1, seconds=2.0)),
        ({"cwd": "/w/api"}, Execution(NOW, cwd="api")),
        ({"session_id": 7, "user_id": 8}, Execution(NOW, session="7", user_id="8")),
        ({"unknown": object}, Execution(NOW)),
    ],
)
def test_a_record_is_an_execution(record: Mapping[str, Any], expected: Execution) -> None:
    found = read({"operation_kind": "k", **record})
    assert isinstance(found, Execution)
    assert found == Execution(**{**_fields(expected), "operation_kind": "k", "source": Source.LOG})


def _fields(execution: Execution) -> dict[str, Any]:
    return {name: getattr(execution, name) for name in execution.__slots__}


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ([], "a record is a JSON object"),
        ({"command": ["x"]}, "command: a text"),
        ({"argv": "x"}, "argv: a list of texts"),
        ({"tools_used": [1]}, "tools_used: a list of texts"),
        ({"exit_code": "1"}, "exit_code: a whole number"),
        ({"exit_code": True}, "exit_code: a whole number"),
        ({"success": 1}, "success: true or false"),
        ({"duration_seconds": -1}, "duration_seconds: a number of seconds"),
        ({"duration_seconds": float("nan")}, "duration_seconds: a number of seconds"),
        ({"timestamp": "yesterday"}, "timestamp: seconds since 1970"),
        ({"timestamp": float("inf")}, "timestamp: seconds since 1970"),
        ({"inputs": json.loads("[" * 40 + "]" * 40)}, "nested more than 20 deep"),
    ],
)
def test_a_record_that_is_none_says_why(record: object, says: str) -> None:
    found = read(record)
    assert isinstance(found, str) and found.startswith(says)


@pytest.mark.parametrize(
    ("directory", "expected"), [("/w", "."), ("/w/a/b", "a/b"), ("/wide", "/wide"), ("", ""), ("a", "a")]
)
def test_a_directory_is_relative_to_the_workspace_inside_it(directory: str, expected: str) -> None:
    assert inside(directory, ROOT) == expected


def test_nothing_secret_is_written_in_any_field(tmp_path: Path) -> None:
    secrets = [secret for _, secret, _ in COMMANDS] + [token for _, token in ISSUED]
    records: list[dict[str, Any]] = [{"command": before + secret + after} for before, secret, after in COMMANDS]
    for _, token in ISSUED:
        records += [{"argv": ["deploy", token]}, {"error_output": f"denied: {token}", "exit_code": 1}]
        records += [{"inputs": {"a": [token]}}, {"outputs": token}, {"cwd": f"/x/{token}"}]
        records += [{"verification": token}, {"input_signature": token}]
    records += [{"inputs": {"password": COMMANDS[0][1]}}, {"argv": ["mysql", f"-p{COMMANDS[0][1]}"]}]
    with open_workspace(tmp_path) as workspace:
        found = [read({"operation_kind": "k", **record}) for record in records]
        keep(workspace.store, [one for one in found if isinstance(one, Execution)])
    database = tmp_path / "patterns" / "metrics"
    dump = "".join(file.read_bytes().decode("latin-1") for file in database.iterdir())
    assert len(found) == len(records) and dump.count("secret:") >= len(records)
    assert [secret for secret in secrets if secret in dump] == []


def test_a_failure_is_an_error_with_a_signature(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        other = {**FAILED, "error_output": FAILED["error_output"].replace("babel", "yaml")}  # type: ignore[attr-defined]
        first, second = (read(one) for one in (FAILED, other))
        assert isinstance(first, Execution) and isinstance(second, Execution)
        one, two = keep(workspace.store, [first, second])
        assert one.execution.error_signature == two.execution.error_signature != ""
        assert errors.of_execution(workspace.store, one.execution.id) == list(one.errors)
        assert [(error.type, error.parameters) for error in one.errors + two.errors] == [
            ("ModuleNotFoundError", ("babel",)),
            ("ModuleNotFoundError", ("yaml",)),
        ]


def test_the_kind_of_work_and_the_tools_are_read_off_the_command(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        (kept,) = keep(workspace.store, [Execution(NOW, command="cd api && sudo git commit -m x | tee log")])
    assert (kept.execution.operation_kind, kept.execution.tools_used[-1]) == ("git commit", "git")


# ── patui log ────────────────────────────────────────────────────────────────────────────────────────────────────────


def logged(workspace: Workspace, *blocks: bytes) -> list[dict[str, Any]]:
    return list(take_log(workspace, blocks))


def test_each_record_is_answered_in_order_wherever_the_blocks_are_cut(tmp_path: Path) -> None:
    lines = [
        json.dumps(FAILED).encode(),
        b"",
        b"no json",
        b'{"a": 1}',
        b"\xff",
        json.dumps({"operation_kind": "x"}).encode(),
    ]
    text = b"\n".join(lines)
    for cut in range(0, len(text), 17):
        with open_workspace(tmp_path) as workspace:
            before = executions.newest(workspace.store)
            answers = logged(workspace, text[:cut], text[cut:])
            assert [answer.get("id") for answer in answers] == [before + 1, None, None, None, before + 2]
            assert [answer.get("line") for answer in answers] == [None, 3, 4, 5, None]
            assert answers[0]["error_signature"] and answers[-1]["error_signature"] is None


def test_an_acknowledged_record_is_stored(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace, open_workspace(tmp_path) as other:
        record = json.dumps({"operation_kind": "k", "user_id": "mara", "pattern_id": "PAT-A-001"}).encode() + b"\n"
        for answer in take_log(workspace, iter([record, record])):
            kept = executions.get(other.store, answer["id"])
            assert kept is not None and (kept.user_id, kept.pattern_id) == ("mara", "PAT-A-001")


def test_a_program_that_waits_for_each_answer_gets_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui", "-C", str(tmp_path), "log", "--file", "-"]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin and process.stdout
        for number in (1, 2):
            process.stdin.write('{"operation_kind": "k"}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.write("{}")
        process.stdin.close()
        assert json.loads(process.stdout.readline())["line"] == 3
        assert process.wait() == 3


# ── looking at what is new ───────────────────────────────────────────────────────────────────────────────────────────


class Looker:
    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []

    def on_execution(self, execution: Execution, errors: Any) -> None:
        self.seen.append((execution.id, len(errors)))


def test_each_execution_is_looked_at_once_whoever_wrote_it(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        digest, again = digester(workspace), digester(workspace)
        looker = Looker()
        digest.learners = again.learners = (looker,)
        logged(workspace, json.dumps(FAILED).encode())
        with workspace.store.write() as connection:
            connection.execute("INSERT INTO execution_logs (operation_kind, success) VALUES ('build', 1)")
        assert digest.run() == 2
        assert (digest.run(), again.run(everything=True)) == (0, 0)
        assert looker.seen == [(1, 1), (2, 0)]
        told = [(str(event.type), event.text) for event in feed.recent(workspace.store)]
        assert told == [
            ("error", "pytest -x: ModuleNotFoundError: No module named 'babel'"),
            ("execution", "build"),
        ]


def test_a_history_that_comes_at_once_is_one_line(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        executions.record(workspace.store, [Execution(NOW, operation_kind="k") for _ in range(6000)])
        looker = Looker()
        digest = digester(workspace)
        digest.learners = (looker,)
        digest.run(everything=True)
        assert looker.seen[-1] == (6000, 0) and len(looker.seen) == 200
        assert feed.recent(workspace.store)[0].text == "took in 5,800 executions"
