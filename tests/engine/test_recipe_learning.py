"""The engine at the third time: a recipe waits, and it is told with the command that completed it."""

from __future__ import annotations

from pathlib import Path

from engine.actions.digesting import Digester
from engine.actions.live import recent_events
from engine.actions.recipe_finding import RecipeLearner
from engine.model import EventType, Execution
from engine.recording import keep
from engine.workspace import open_workspace

LINES = ("hatch version {0}", "git tag v{0}", "git push origin v{0}")


def test_the_command_that_completes_a_repetition_is_named(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    with open_workspace(root, clock=lambda: 1_700_001_000.0, user_state=tmp_path / "state") as workspace:
        digester = Digester(workspace, (RecipeLearner(workspace),))
        for number, version in enumerate(("1.0.1", "1.1.0", "2.0.0")):
            at = 1_700_000_000.0 + 300 * number
            done = [
                Execution(at + 30 * k, line.format(version), exit_code=0, success=True, session="s")
                for k, line in enumerate(LINES)
            ]
            last = keep(workspace.store, done)[-1].execution.id
            digester.run()
        (told,) = [event for event in recent_events(workspace) if event.type is EventType.CANDIDATE]
    assert told.about["execution"] == last and told.text == '3rd time: recipe "release" waits'
