"""What a viewer is told while it looks: bursts, another file in the database's place, a workspace that vanishes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions import live
from engine.errors import PatuiError
from engine.model import Event, EventType
from engine.store import feed
from engine.workspace import Workspace, open_workspace

NOW = 1_763_769_600.0


def _events(count: int) -> list[Event]:
    return [Event(EventType.FILE, NOW + number, "", path=f"src/{number}.py") for number in range(count)]


def _opened(root: Path, state: Path) -> Workspace:
    return open_workspace(root, clock=lambda: NOW, user_state=state, user_config=state)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "work").mkdir()
    with _opened(tmp_path / "work", tmp_path / "state") as opened:
        yield opened


def test_a_burst_is_told_whole(workspace: Workspace, tmp_path: Path) -> None:
    cursor = live.Cursor(workspace)
    cursor.poll()
    with _opened(workspace.root, tmp_path / "state") as other, other.store.write() as connection:
        feed.tell_all(other.store, _events(2_500))
        connection.execute("INSERT INTO suggestions (key, kind, title) VALUES ('k', 'fill', 't')")

    assert cursor.poll() == {"feed", "suggestions"}
    assert cursor.poll() == frozenset()


def test_another_file_in_the_place_of_the_database_is_opened_and_read_whole(
    workspace: Workspace, tmp_path: Path
) -> None:
    cursor = live.Cursor(workspace)
    cursor.poll()
    feed.tell_all(workspace.store, _events(3))
    (tmp_path / "other").mkdir()
    with _opened(tmp_path / "other", tmp_path / "state") as other:
        feed.tell_all(other.store, _events(1))
        other.store.read().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        made = other.database_path
    for path in workspace.database_path.parent.glob("*.db*"):
        path.unlink()
    shutil.copy(made, workspace.database_path)

    assert cursor.poll() == {"*"}
    assert len(live.recent_events(workspace)) == 1


def test_a_deleted_database_is_made_anew(workspace: Workspace) -> None:
    cursor = live.Cursor(workspace)
    cursor.poll()
    feed.tell_all(workspace.store, _events(3))
    shutil.rmtree(workspace.home)

    assert cursor.poll() == {"*"}
    assert live.recent_events(workspace) == []
    feed.tell_all(workspace.store, _events(1))
    assert len(live.recent_events(workspace)) == 1


def test_a_workspace_that_vanishes_is_said_and_found_again_when_it_is_back(workspace: Workspace) -> None:
    cursor = live.Cursor(workspace)
    cursor.poll()
    away = workspace.root.with_name("away")
    workspace.root.rename(away)

    for _ in range(2):
        with pytest.raises(PatuiError):
            cursor.poll()
    assert not workspace.root.exists()  # and nothing is made in its place

    away.rename(workspace.root)
    assert cursor.poll() == {"*"}
    assert cursor.poll() == frozenset()


def test_a_database_that_is_no_longer_one_is_said_and_found_again(workspace: Workspace) -> None:
    cursor = live.Cursor(workspace)
    cursor.poll()
    kept = workspace.database_path.with_name("kept")
    workspace.store.read().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(workspace.database_path, kept)
    broken = workspace.database_path.with_name("broken")
    broken.write_bytes(b"no database " * 1000)
    broken.replace(workspace.database_path)

    with pytest.raises(PatuiError):
        cursor.poll()

    for path in workspace.database_path.parent.glob("*.db*"):
        path.unlink()
    kept.replace(workspace.database_path)
    assert cursor.poll() == {"*"}


def test_a_page_of_the_feed_is_found_by_its_key(workspace: Workspace) -> None:
    feed.tell_all(workspace.store, _events(1_000))

    first = live.recent_events(workspace, 200)
    second = live.recent_events(workspace, 200, first[0].id)

    assert [event.id for event in second + first] == list(range(601, 1001))
    plan = workspace.store.rows(
        "EXPLAIN QUERY PLAN SELECT * FROM feed WHERE id < ? ORDER BY id DESC LIMIT ?", (first[0].id, 200)
    )
    assert [row["detail"] for row in plan] == ["SEARCH feed USING INTEGER PRIMARY KEY (rowid<?)"]


def test_a_log_that_was_deleted_is_a_database_that_was_replaced(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        with workspace.store.write() as connection:
            connection.execute("CREATE TABLE noted (word TEXT)")
        assert not workspace.reopen_if_replaced()
        workspace.database_path.with_name(f"{workspace.database_path.name}-wal").unlink()
        assert workspace.reopen_if_replaced()
        assert not workspace.reopen_if_replaced()
