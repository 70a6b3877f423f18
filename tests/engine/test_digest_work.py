"""Digesting a batch of executions: what it teaches is proposed once, not with each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actions.learning import digester
from engine.detectors.error_learner import ErrorRecoveryPatternLearner
from engine.model import ErrorRecord, Execution, Source
from engine.recording import execution_of, keep
from engine.store import candidates
from engine.workspace import Workspace, open_workspace

NOW = 1_790_000_000.0
LACKING = (
    'Traceback (most recent call last):\n  File "run.py", line 3, in <module>\n'
    "ModuleNotFoundError: No module named '{}'\n"
)


def week(times: int) -> list[Execution]:
    """So many sessions in which a module is missing, and is installed."""
    rows = []
    for number in range(times):
        name = f"lib{'abcdefghijklmnop'[number]}x"
        for at, (command, error) in enumerate(
            [("python run.py", LACKING.format(name)), (f"pip install {name}", ""), ("python run.py", "")]
        ):
            record = {"timestamp": NOW + 4000 * number + at, "command": command, "session_id": f"s{number}"}
            record |= {"exit_code": 1 if error else 0, "error_output": error}
            found = execution_of(record, source=Source.SHELL, root=Path("/"), now=NOW)
            assert isinstance(found, Execution)
            rows.append(found)
    return rows


@pytest.fixture
def proposed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    propose = ErrorRecoveryPatternLearner._propose_for

    def counted(self: ErrorRecoveryPatternLearner, error: ErrorRecord) -> object:
        seen.append(error.signature)
        return propose(self, error)

    monkeypatch.setattr(ErrorRecoveryPatternLearner, "_propose_for", counted)
    return seen


def names(place: Workspace) -> list[tuple[str, int]]:
    return [(row.name, row.support) for row in candidates.listing(place.store, None, 10)]


def test_a_batch_proposes_once_what_one_by_one_proposes_each_time(tmp_path: Path, proposed: list[str]) -> None:
    found = []
    for step, calls in ((21, 1), (1, 7)):
        root = tmp_path / str(step)
        root.mkdir()
        proposed.clear()
        with open_workspace(root, clock=lambda: NOW + 40_000, user_state=root / "state") as place:
            digest = digester(place, live=False)
            rows = week(7)
            for start in range(0, len(rows), step):
                keep(place.store, rows[start : start + step])
                digest.run(everything=True)
            assert len(proposed) == calls
            found.append(names(place))
    assert found[0] == found[1] and found[0][0][1] == 7
