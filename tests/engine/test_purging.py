"""Purging: what is removed is in no byte of the database, of its log, of the spool."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions.draining import Drain
from engine.actions.purging import find, holds, purge
from engine.errors import UsageError
from engine.model import Event, EventType, Execution, Resolution, Step, StepKind, Suggestion, SuggestionKind
from engine.recording import keep
from engine.store import errors, executions, feed, settings, suggestions
from engine.workspace import Workspace, open_workspace
from tui.cli.group import run

NOW = 1_763_769_600.0
SECRET = 'Ada\'s "Zwölf" plan'


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def fill(workspace: Workspace) -> None:
    store = workspace.store
    failed = f'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: {SECRET}'
    keep(
        store,
        [
            Execution(NOW, command="make kept", session="s"),
            Execution(NOW, command=f"echo {SECRET}"),
            Execution(NOW, argv=("echo", SECRET), inputs={"a": [{SECRET: 1}]}),
            Execution(NOW, command="make", success=False, error_output=failed),
            Execution(NOW, command="ls", user_id=SECRET),
        ],
    )
    step = Step(StepKind.EDIT, path="a", before=SECRET, after="b")
    errors.resolve(store, Resolution(NOW, "sig", (step,)))
    feed.tell(store, Event(EventType.NOTICE, NOW, f"about {SECRET}"))
    feed.tell(store, Event(EventType.NOTICE, NOW, "kept", about={"x": "y"}))
    suggestions.put(store, Suggestion("k", SuggestionKind.RECIPE, "t", SECRET, "", "", NOW))
    settings.put(store, "kept", 1)
    with store.write() as connection:
        connection.execute("INSERT INTO execution_logs (operation_kind, user_id) VALUES ('plain', ?)", (SECRET,))
        connection.execute("INSERT INTO file_texts VALUES ('a', 1.0, ?)", (SECRET.encode(),))


def bytes_of(workspace: Workspace) -> bytes:
    folder = workspace.database_path.parent
    files = [*folder.iterdir(), *workspace.spool.glob("*")]
    return b"".join(path.read_bytes() for path in files if path.is_file())


def forms() -> list[bytes]:
    plain = [SECRET, json.dumps(SECRET)[1:-1], json.dumps(SECRET, ensure_ascii=False)[1:-1]]
    return [one.encode() for one in plain]


def test_no_byte_of_it_is_left(workspace: Workspace) -> None:
    (workspace.root / ".git").mkdir()
    workspace.spool.mkdir(parents=True)
    line = "1\t1763769600000000\t0\t0\ts\t{}\t{}\n"
    file = workspace.spool / "bash-1.spool"
    file.write_text(line.format(workspace.root, "one") + line.format(workspace.root, f"x {SECRET}"), "utf-8")
    told = {"at": NOW, "event": "after", "cwd": str(workspace.root), "command": f"y {SECRET}", "ok": True}
    (workspace.spool / "agent-1.spool").write_bytes(b"2\t" + json.dumps(told).encode() + b"\n")
    size = file.stat().st_size
    fill(workspace)
    assert len(Drain(workspace).run()) == 3
    assert any(form in bytes_of(workspace) for form in forms())
    match = holds(SECRET)
    found = find(workspace, match)
    removed = purge(workspace, match)
    assert removed == found and removed.spool == 2 and removed.total > 10
    assert [form for form in forms() if form in bytes_of(workspace)] == []
    assert [one.command for one in executions.recent(workspace.store)] == ["one", "make kept"]
    assert [one.text for one in feed.recent(workspace.store)] == ["kept"]
    assert settings.get(workspace.store, "kept") == 1
    assert errors.recent(workspace.store) == [] and find(workspace, match).total == 0
    assert file.stat().st_size == size and Drain(workspace).run() == []


def test_by_a_regular_expression(workspace: Workspace) -> None:
    keep(workspace.store, [Execution(NOW, command=f"curl host-{n}") for n in range(3)])
    assert purge(workspace, holds(r"host-[12]", is_regex=True)).total == 2
    assert [one.command for one in executions.recent(workspace.store)] == ["curl host-0"]


@pytest.mark.parametrize(("text", "is_regex"), [("", False), ("(", True), ("a*", True)])
def test_what_would_match_everything_is_refused(text: str, is_regex: bool) -> None:
    with pytest.raises(UsageError):
        holds(text, is_regex)


def test_another_reader_does_not_keep_it_alive(workspace: Workspace) -> None:
    fill(workspace)
    with open_workspace(workspace.root) as other:
        assert executions.recent(other.store)
        purge(workspace, holds(SECRET))
        assert [form for form in forms() if form in bytes_of(workspace)] == []
        assert [one.command for one in executions.recent(other.store)] == ["make kept"]


def test_the_command_asks_nobody_when_there_is_nobody(
    workspace: Workspace, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.root)
    keep(workspace.store, [Execution(NOW, command="curl host")])
    (workspace.home / "drafts").mkdir()
    (workspace.home / "drafts" / "a.pattern.yaml").write_text("curl host")
    assert run(["purge", "--match", "host"]) == 1
    assert "a.pattern.yaml holds it too" in capfd.readouterr().err
    assert run(["purge", "--match", "host", "--dry-run", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["found"] == 1
    assert len(executions.recent(workspace.store)) == 1
    assert run(["purge", "--match", "host", "--yes", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["removed"] == 1
    assert executions.recent(workspace.store) == []
    assert run(["purge", "--match", "host", "--yes"]) == 1
