"""The mark of a secret: the same for the same secret and user, and of no use to anybody else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.actions.purging import holds, purge
from engine.actions.recipe_finding import find_recipes
from engine.model import Execution, Source
from engine.recording import execution_of, keep
from engine.redact import find_secrets, redact
from engine.redact.marking import Marking
from engine.workspace import Workspace, open_workspace

ONE, OTHER = "Wuerfel7haus", "Kastanie4711"
NOW = 1_763_769_600.0


def test_a_mark_is_the_same_for_the_same_secret_and_key(tmp_path: Path) -> None:
    mark = Marking(tmp_path / "a")
    assert mark(ONE) == Marking(tmp_path / "a")(ONE) != mark(OTHER)
    assert mark(ONE) != Marking(tmp_path / "b")(ONE)
    assert len(mark(ONE)) == 8 and int(mark(ONE), 16) >= 0
    (file,) = (tmp_path / "a").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600 and len(file.read_bytes()) == 32


def test_where_no_key_can_be_had_the_kind_is_all_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Marking(tmp_path / "file")(ONE) == ""
    (tmp_path / "secrets.key").write_bytes(b"short")
    assert Marking(tmp_path)(ONE) == ""
    assert redact(f"deploy --password {ONE}", Marking(tmp_path)) == "deploy --password ‹secret:option›"


def test_what_is_marked_is_not_hidden_again(tmp_path: Path) -> None:
    mark = Marking(tmp_path)
    lines = [
        f"deploy --token {ONE}",
        f"curl -u mara:{ONE} x.org",
        f"TOKEN={ONE} a",
        f"git clone https://a:{ONE}@x.org/b",
    ]
    for line in lines:
        safe = redact(line, mark)
        assert mark(ONE) in safe and ONE not in safe
        assert redact(safe, mark) == safe and not find_secrets(safe)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "w").mkdir()
    return open_workspace(
        tmp_path / "w", user_state=tmp_path / "state", user_config=tmp_path / "config", clock=lambda: NOW + 500_000
    )


def recorded(workspace: Workspace, commands: Sequence[str], began: float = NOW) -> list[Execution]:
    records = [{"command": line, "argv": shlex.split(line), "cwd": str(workspace.root)} for line in commands]
    made = [
        execution_of(one, source=Source.LOG, root=workspace.root, now=began + 20 * at) for at, one in enumerate(records)
    ]
    return [one.execution for one in keep(workspace.store, [one for one in made if isinstance(one, Execution)])]


def test_the_database_knows_a_secret_again_and_does_not_hold_it(workspace: Workspace, tmp_path: Path) -> None:
    with workspace:
        first, second, third = recorded(
            workspace, [f"deploy --password {ONE}", f"push --password {ONE}", f"push --password {OTHER}"]
        )
        mark = first.argv[2]
        assert first.command == f"deploy --password {mark}" and mark.count(":") == 2
        assert second.argv[2] == mark != third.argv[2]
        assert purge(workspace, holds(mark)).rows
        assert purge(workspace, holds("Kastanie")).rows == {}
        left = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "secrets.key"]
        assert not any(ONE.encode() in path.read_bytes() or OTHER.encode() in path.read_bytes() for path in left)


@pytest.mark.parametrize("secrets", [[ONE] * 4, [ONE, OTHER, ONE + "x", OTHER + "y"]])
def test_secrets_that_are_the_same_become_one_parameter(workspace: Workspace, secrets: list[str]) -> None:
    steps = ["make bundle", "fetcher login --token {}", "uploader send --token {} out.zip", "notify --team build"]
    with workspace:
        for day, secret in enumerate(secrets):
            recorded(workspace, [step.format(secret) for step in steps], NOW + 90_000 * day)
        find_recipes(workspace)
        (draft,) = workspace.home.rglob("*.pattern.yaml")
    text = draft.read_text()
    tokens = re.findall(r"\{\{ (\w+) \}\}", text)
    assert len(tokens) == 2 and len(set(tokens)) == 1
    assert "default: ‹" not in text and "a secret: it was not kept" in text
    assert not any(secret in text for secret in secrets)
