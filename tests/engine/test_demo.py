"""The past of the demo: taken in like any other, and nothing of it twice."""

from __future__ import annotations

from pathlib import Path

from engine.actions.demo import past_commands, record_past
from engine.store import executions
from engine.workspace import open_workspace

NOW = 1_763_647_318.0


def test_the_past_is_taken_in_once(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        count = record_past(workspace)
        assert record_past(workspace) == count
        kept = executions.recent(workspace.store, 1_000)
        assert len(kept) == count
        failed = [row for row in kept if row.success is False]
        missing = [row for row in failed if row.command == "pytest -q"]
        refused = [row for row in failed if row.command.startswith("docker push")]
        assert (len(missing), len(refused), len(failed)) == (4, 4, 8)
        for alike in (missing, refused):
            assert len({row.error_signature for row in alike}) == 1, "the same error with other names in it"


def test_each_release_is_the_same_routine_with_other_values() -> None:
    commands = [execution.command for execution in past_commands(NOW)]
    assert len(commands) == len({(execution.at, execution.session) for execution in past_commands(NOW)})
    assert sum(command.startswith("git tag v") for command in commands) == 10
    assert all(NOW - 200 * 86_400 < execution.at < NOW for execution in past_commands(NOW))
