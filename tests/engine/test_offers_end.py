"""An offer ends with its reason: the error is gone, or what it asked for was decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions import live, review
from engine.actions.demo_commands import no_upstream
from engine.actions.learning import digester
from engine.model import Status
from engine.recording import keep
from engine.workspace import Workspace, open_workspace

NOW = 1_763_647_318.0


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "shop"
    root.mkdir()
    with open_workspace(
        root, clock=lambda: NOW, user_state=tmp_path / "state", user_config=tmp_path / "config"
    ) as opened:
        yield opened


def pushed(workspace: Workspace, *names: str, fixed: bool) -> list[str]:
    """Pushes branches that nobody knows yet; says which offers are open then."""
    for name in names:
        keep(workspace.store, no_upstream(NOW - 100, name, fixed=fixed))
        digester(workspace).run(everything=True)
    return [one.key.partition(":")[0] for one in live.open_suggestions(workspace)]


def test_an_offered_fix_is_withdrawn_when_its_error_is_gone(workspace: Workspace) -> None:
    assert "fix" not in pushed(workspace, "a/one", "a/two", fixed=True)
    assert "fix" in pushed(workspace, "a/three", fixed=False)
    end = list(no_upstream(NOW - 100, "a/three"))[1:]
    keep(workspace.store, end)
    digester(workspace).run(everything=True)
    assert "fix" not in [one.key.partition(":")[0] for one in live.open_suggestions(workspace)]


@pytest.mark.parametrize(("verdict", "status"), [("approve", "accepted"), ("reject", "dismissed")])
def test_what_asks_for_a_decision_ends_with_it(workspace: Workspace, verdict: str, status: str) -> None:
    assert "recovery" in pushed(workspace, "a/one", "a/two", "a/three", fixed=True)
    (candidate,) = (row for row in review.candidates(workspace) if row.kind == "recovery")
    decided = getattr(review, verdict)(workspace, candidate.pattern_id)
    assert decided.status is (Status.APPROVED if verdict == "approve" else Status.REJECTED)
    assert "recovery" not in [one.key.partition(":")[0] for one in live.open_suggestions(workspace)]
    kept = [one for one in live.recent_suggestions(workspace) if one.key.startswith("recovery:")]
    assert [one.status for one in kept] == [status]
