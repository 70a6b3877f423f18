"""Histories, transcripts and trajectories, taken in once; nothing there is changed."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions.draining import Drain
from engine.actions.importing import IMPORTERS, Imported, import_commands
from engine.errors import BrokenInput, PatuiError
from engine.model import Execution, Source
from engine.sources.agent_hook import line_of, spool_directory
from engine.sources.importers.entries import Entry, Passed
from engine.sources.importers.shell_histories import bash_history, fish_history, zsh_history
from engine.sources.importers.transcripts import transcript
from engine.store import errors, executions
from engine.workspace import Workspace, open_workspace
from tests.engine.test_redact import ISSUED

NOW = 1_763_769_600.0
_NAMES = ("id", "timestamp", "duration", "exit", "command", "cwd", "session", "hostname")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "w"
    root.mkdir()
    with open_workspace(root, clock=lambda: NOW + 1e6) as opened:
        yield opened


def commands(found: Iterator[Entry | Passed]) -> list[tuple[str, float]]:
    return [(one.command, one.at) for one in found if isinstance(one, Entry)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", []),
        (b"ls\ngit pull\n\nls\n", [("ls", 0), ("git pull", 0), ("ls", 0)]),
        (
            b"#1763769600\nls\n#1763769700\nfor a in b\ndo c\ndone\n",
            [("ls", NOW), ("for a in b\ndo c\ndone", NOW + 100)],
        ),
        (b"#1763769600\n#1763769700\nls", [("ls", NOW + 100)]),
        (b"ls\n#1763769600\nmake\ncaf\xe9\n", [("ls", 0), ("make", NOW), ("caf\udce9", 0)]),
        (b"# a comment\nls\n", [("# a comment", 0), ("ls", 0)]),
    ],
)
def test_bash(text: bytes, expected: list[tuple[str, float]]) -> None:
    assert commands(bash_history(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"ls\nmake\n", [("ls", 0), ("make", 0)]),
        (b": 1763769600:12;make all\n", [("make all", NOW)]),
        (b": 1763769600:0;for a in b\\\ndo c\\\ndone\nls\n", [("for a in b\ndo c\ndone", NOW), ("ls", 0)]),
        (b": 1763769600:0;echo a; : 12:0;b\n", [("echo a; : 12:0;b", NOW)]),
        ("echo ż\n".encode().replace(b"\xc5\xbc", b"\xc5\x83\x9c"), [("echo ż", 0)]),  # 0xBC is one of zsh's own bytes
        (b": 1763769600:0;\nls\n", [("ls", 0)]),
        (b"ends in a meta \x83", [("ends in a meta ", 0)]),
        (b"open end\\", [("open end\\", 0)]),
    ],
)
def test_zsh(text: bytes, expected: list[tuple[str, float]]) -> None:
    assert commands(zsh_history(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"- cmd: ls\n  when: 1763769600\n- cmd: make\n", [("ls", NOW), ("make", 0)]),
        (b"- cmd: echo a\\nb \\\\n\n  when: 1763769600\n  paths:\n    - x\n", [("echo a\nb \\n", NOW)]),
        (b"- cmd: a: b # c\n  when: no\n", [("a: b # c", 0)]),
    ],
)
def test_fish(text: bytes, expected: list[tuple[str, float]]) -> None:
    assert commands(fish_history(text)) == expected


@given(st.binary(max_size=300))
def test_no_history_is_too_broken_to_be_read(text: bytes) -> None:
    for read in (bash_history, zsh_history, fish_history, transcript):
        for one in read(text):
            assert isinstance(one, Passed) or one.command.strip()


def taken(workspace: Workspace, kind: str, path: Path) -> tuple[Imported, list[Execution]]:
    counts = import_commands(workspace, kind, path)
    return counts, list(reversed(executions.recent(workspace.store, 1000)))


@pytest.mark.parametrize(("kind", "stamp"), [("bash", ""), ("bash", "#{}\n"), ("zsh", ": {}:0;"), ("zsh", "")])
def test_a_history_is_taken_in_once_and_goes_on(workspace: Workspace, tmp_path: Path, kind: str, stamp: str) -> None:
    lines = [f"{stamp.format(int(NOW) + n)}{('make', 'git push', 'make', f'echo {n}')[n % 4]}\n" for n in range(12)]
    file = tmp_path / "history"
    file.write_text("".join(lines[:9]))
    assert taken(workspace, kind, file)[0] == Imported(9)
    assert taken(workspace, kind, file)[0] == Imported(known=9)
    file.write_text("".join(lines))
    counts, rows = taken(workspace, kind, file)
    assert counts == Imported(3, 9) and len(rows) == 12
    file.write_text("".join(lines[4:]))  # the shell forgot its oldest lines
    assert taken(workspace, kind, file)[0] == Imported(known=8)
    assert {row.source for row in rows} == {Source.IMPORT} and rows[0].success is None


def test_pauses_and_leaving_the_shell_begin_a_session(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "history"
    offsets = (0, 60, 120, 3600, 3660, 3661)
    texts = ("a", "b", "c", "d", "exit", "e")
    file.write_text("".join(f"#{int(NOW) + at}\n{text}\n" for at, text in zip(offsets, texts, strict=True)))
    _, rows = taken(workspace, "bash", file)
    sessions = [row.session for row in rows]
    assert [sessions.index(one) for one in sessions] == [0, 0, 0, 3, 3, 5]
    assert [row.at for row in rows] == [NOW + at for at in offsets]


def test_without_times_the_order_stays_and_ends_when_the_file_was_written(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "history"
    file.write_text("a\nb\nc\n")
    os.utime(file, (NOW, NOW))
    _, rows = taken(workspace, "bash", file)
    assert [row.command for row in sorted(rows, key=lambda row: row.at)] == ["a", "b", "c"]
    assert NOW - 60 < rows[-1].at <= NOW


def test_secrets_of_a_history_are_not_stored(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "history"
    file.write_text("".join(f"deploy {token}\n" for _, token in ISSUED))
    taken(workspace, "bash", file)
    dump = "".join(part.read_bytes().decode("latin-1") for part in (workspace.home / "metrics").iterdir())
    assert [token for _, token in ISSUED if token in dump] == []


# ── atuin ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ROW = {"timestamp": int(NOW * 1e9), "duration": int(2e9), "exit": 0, "cwd": "/x", "session": "s", "hostname": "h:mara"}


def atuin(path: Path, rows: list[dict[str, Any]]) -> None:
    columns = dict.fromkeys(name for row in rows for name in row)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE history ({', '.join(columns)})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO history ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def test_atuins_history_by_its_columns(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    atuin(
        file,
        [
            {"id": "a", "command": "make", **ROW, "author": None, "intent": None, "deleted_at": None},
            {"id": "b", "command": "make test", **ROW, "exit": 2, "author": "mara"},
            {"id": "c", "command": "runs still", **ROW, "exit": -1, "duration": -1},
            {"id": "d", "command": "gone", **ROW, "deleted_at": 1},
            {"id": "e", "command": "ls", **ROW, "author": "claude-code"},
            {"id": "f", "command": "ls", **ROW, "intent": "look around"},
            {"id": "g", "command": None, **ROW},
        ],
    )
    before = file.read_bytes(), sorted(tmp_path.iterdir())
    counts, rows = taken(workspace, "atuin", file)
    assert counts == Imported(imported=4, skipped=2, broken=1)
    assert [(row.command, row.exit_code, row.success, row.by_agent) for row in rows] == [
        ("make", 0, True, False),
        ("make test", 2, False, False),
        ("ls", 0, True, True),
        ("ls", 0, True, True),
    ]
    assert (rows[0].at, rows[0].seconds, rows[0].session, rows[0].cwd) == (NOW + 2, 2.0, "s", "/x")
    assert taken(workspace, "atuin", file)[0].known == 4
    assert (file.read_bytes(), sorted(tmp_path.iterdir())) == before


_FIRST = (
    "create table history (id text primary key, timestamp integer not null, duration integer not null, exit integer "
    "not null, command text not null, cwd text not null, session text not null, hostname text not null, "
    "unique(timestamp, cwd, command))"
)
_LATER = [
    [],
    ["deleted_at integer"],
    ["deleted_at integer", "author text", "intent text"],
    ["deleted_at integer", "author text", "intent text", "shell text", "author_kind integer"],
]


@pytest.mark.parametrize("more", _LATER, ids=[str(len(more)) for more in _LATER])
def test_every_schema_of_atuins_is_read(workspace: Workspace, tmp_path: Path, more: list[str]) -> None:
    file = tmp_path / "history.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(_FIRST)
        for column in more:
            connection.execute(f"ALTER TABLE history ADD COLUMN {column}")
        for number in range(3):
            row = (
                f"id{number}",
                int((NOW + number) * 1e9),
                2_000_000_000,
                number,
                f"make {number}",
                "/x",
                "s",
                "h:mara",
            )
            connection.execute(
                f"INSERT INTO history ({', '.join(_NAMES)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        if "author_kind integer" in more:
            connection.execute("UPDATE history SET author = 'somebody', author_kind = exit")  # 1 a person, 2 an agent
        connection.commit()
    before = file.read_bytes()
    counts, rows = taken(workspace, "atuin", file)
    assert counts == Imported(3) and [row.command for row in rows] == ["make 0", "make 1", "make 2"]
    assert [(row.exit_code, row.success, row.seconds) for row in rows] == [
        (0, True, 2.0),
        (1, False, 2.0),
        (2, False, 2.0),
    ]
    assert [row.by_agent for row in rows] == [False, False, "author_kind integer" in more]
    assert file.read_bytes() == before and sorted(path.name for path in tmp_path.iterdir()) == ["history.db", "w"]


def test_atuins_open_log_is_read_and_left_alone(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "a" / "history.db"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE history (id, timestamp, command)")
        writer.execute("INSERT INTO history VALUES ('a', ?, 'make')", (int(NOW * 1e9),))
        writer.commit()
        before = {path.name: path.read_bytes() for path in file.parent.iterdir() if "shm" not in path.name}
        assert taken(workspace, "atuin", file)[0] == Imported(1)
        assert {path.name: path.read_bytes() for path in file.parent.iterdir() if "shm" not in path.name} == before


def test_what_is_no_history_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database")
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute("CREATE TABLE history (line)")
    for path in (tmp_path / "text", tmp_path / "other.db", tmp_path / "missing", tmp_path):
        with pytest.raises(BrokenInput):
            import_commands(workspace, "atuin", path)
    for kind in ("bash", "zsh", "fish", "transcript"):
        with pytest.raises(PatuiError):
            import_commands(workspace, kind, tmp_path / "missing")
    with pytest.raises(PatuiError):
        import_commands(workspace, "trajectory")


def test_every_kind_but_trajectories_has_a_usual_place(workspace: Workspace, own_user: Path) -> None:
    for kind, (_, usual, _) in IMPORTERS.items():
        if kind != "trajectory":
            assert usual(workspace).is_relative_to(own_user)


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def jsonl(*lines: dict[str, Any]) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def claude_call(number: str, command: str, second: int, tool: str = "Bash") -> dict[str, Any]:
    part = {"type": "tool_use", "id": number, "name": tool, "input": {"command": command}}
    base = {"type": "assistant", "sessionId": "S", "cwd": "/p", "timestamp": f"2025-11-22T00:00:{second:02}.000Z"}
    return base | {"message": {"role": "assistant", "content": [{"type": "text", "text": "so"}, part]}}


def claude_answer(number: str, text: Any, second: int, is_error: bool = False, **result: Any) -> dict[str, Any]:
    part = {"type": "tool_result", "tool_use_id": number, "content": text, "is_error": is_error}
    base = {"type": "user", "timestamp": f"2025-11-22T00:00:{second:02}.000Z", "toolUseResult": result or "text"}
    return base | {"message": {"role": "user", "content": [part]}}


CLAUDE = jsonl(
    {"type": "summary", "summary": "x"},
    claude_call("1", "pytest", 0),
    claude_answer("1", "Exit code 1\nModuleNotFoundError: No module named 'babel'", 3, True),
    claude_call("2", "pip install babel", 4),
    claude_answer("2", [{"type": "text", "text": "ok"}], 9, stdout="ok", interrupted=False),
    claude_call("3", "read", 10, tool="Read"),
    claude_call("4", "sleep 99", 11),
    claude_answer("4", "[Request interrupted by user]", 12, True),
    claude_call("5", "never answered", 13),
    {"type": "user", "message": {"role": "user", "content": "go on"}},
)
CODEX = jsonl(
    {"timestamp": "2025-11-22T00:00:00Z", "type": "session_meta", "payload": {"id": "C", "cwd": "/p"}},
    *(
        {"timestamp": f"2025-11-22T00:00:{number:02}Z", "type": "response_item", "payload": payload}
        for number, payload in enumerate(
            [
                {
                    "type": "function_call",
                    "name": "shell",
                    "call_id": "a",
                    "arguments": '{"command":["bash","-lc","ls"]}',
                },
                {"type": "function_call_output", "call_id": "a", "output": '{"output":"x","metadata":{"exit_code":0}}'},
                {"type": "function_call", "name": "exec_command", "call_id": "b", "arguments": '{"cmd":"make"}'},
                {"type": "function_call_output", "call_id": "b", "output": "Process exited with code 2\nOutput:\nboom"},
                {"type": "function_call", "name": "update_plan", "call_id": "c", "arguments": "{}"},
                {"type": "local_shell_call", "call_id": "d", "action": {"type": "exec", "command": ["git", "log"]}},
                {"type": "function_call", "name": "exec_command", "call_id": "e", "arguments": '{"cmd":"make all"}'},
                {
                    "type": "function_call_output",
                    "call_id": "e",
                    "output": "Process running with session ID 7\nOutput:\n",
                },
                {"type": "function_call", "name": "write_stdin", "call_id": "f", "arguments": '{"session_id":7}'},
                {
                    "type": "function_call_output",
                    "call_id": "f",
                    "output": [{"type": "input_text", "text": "Process exited with code 3\nOutput:\nboom"}],
                },
                {"type": "message", "role": "assistant", "content": []},
            ]
        )
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLAUDE, [("pytest", 1), ("pip install babel", 0), ("sleep 99", None), ("never answered", None)]),
        (CODEX, [("ls", 0), ("make", 2), ("make all", 3), ("git log", None)]),
        (b"no json\n[1]\n", []),
    ],
)
def test_transcripts(text: bytes, expected: list[tuple[str, int | None]]) -> None:
    found = [one for one in transcript(text) if isinstance(one, Entry)]
    assert [(one.command, one.exit_code) for one in found] == expected
    assert all(one.by_agent and one.directory == "/p" and one.session in ("S", "C") for one in found)


def test_a_folder_of_transcripts_and_what_the_hook_told_are_one(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.root / ".git").mkdir()
    told: dict[str, Any] = {
        "session_id": "S",
        "hook_event_name": "PostToolUse",
        "tool_name": "Bash",
        "tool_use_id": "2",
    }
    told |= {"tool_input": {"command": "pip install babel"}, "tool_response": {}, "cwd": str(workspace.root)}
    line = line_of(json.dumps(told).encode(), NOW)
    assert line is not None
    Path(spool_directory()).mkdir(parents=True)
    (Path(spool_directory()) / "agent-S.spool").write_bytes(line[1])
    assert len(Drain(workspace).run()) == 1
    (tmp_path / "t" / "deep").mkdir(parents=True)
    (tmp_path / "t" / "a.jsonl").write_bytes(CLAUDE)
    (tmp_path / "t" / "deep" / "b.jsonl").write_bytes(CODEX)
    counts, rows = taken(workspace, "transcript", tmp_path / "t")
    assert counts == Imported(7, 1) and {row.source for row in rows} == {Source.AGENT}
    assert [error.type for error in errors.recent(workspace.store)].count("ModuleNotFoundError") == 1


def test_a_trajectory(workspace: Workspace, tmp_path: Path) -> None:
    failure = "Traceback (most recent call last):\n  File \"x.py\", line 1\nKeyError: 'a'"
    state = json.dumps({"working_dir": "/repo"})
    steps: list[Any] = [
        {"action": "cat log\n", "observation": failure, "state": state},
        {"action": "python x.py\n", "observation": failure, "state": {"working_dir": "/repo"}, "execution_time": 0.5},
        {"action": "edit 1:1\nb\nend_of_edit", "observation": "done", "state": state},
        {"action": "", "observation": "", "state": "no json"},
        {"action": "python x.py\n", "observation": "b", "state": state},
        "no step",
    ]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.traj").write_text(json.dumps({"trajectory": steps, "info": name}))
    (tmp_path / "two" / "other.traj").write_text("[]")
    counts, rows = taken(workspace, "trajectory", tmp_path)
    assert counts == Imported(imported=8, skipped=2, broken=3)
    assert [(row.command.split("\n")[0], row.success) for row in rows[:4]] == [
        ("cat log", None),
        ("python x.py", False),
        ("edit 1:1", None),
        ("python x.py", True),
    ]
    assert len({row.session for row in rows}) == 2 and all(row.by_agent and row.cwd == "/repo" for row in rows)
    assert taken(workspace, "trajectory", tmp_path)[0].imported == 0


def test_a_demonstration_that_holds_the_talk_alone(workspace: Workspace, tmp_path: Path) -> None:
    edit = "edit 1:1\nx\nend_of_edit"
    talk = [
        {"role": "system", "content": "hello", "message_type": "system_prompt"},
        {"role": "user", "content": "the task", "message_type": "observation"},
        {"role": "assistant", "content": "I look", "action": "cat none.py", "message_type": "action"},
        {"role": "tool", "content": "cat: none.py: No such file or directory\n", "message_type": "observation"},
        {"role": "assistant", "content": "I edit", "action": edit, "message_type": "action"},
        {
            "role": "tool",
            "content": "Your proposed edit has introduced new syntax error(s).\n",
            "message_type": "observation",
        },
        {"role": "assistant", "content": "I read", "action": "cat errors.md", "message_type": "action"},
        {"role": "tool", "content": "error: nothing but a text about cat: not found\n", "message_type": "observation"},
    ]
    file = tmp_path / "a.traj"
    file.write_text(json.dumps({"history": talk}))
    counts, rows = taken(workspace, "trajectory", file)
    assert counts == Imported(3)
    assert [(row.command, row.success) for row in rows] == [
        ("cat none.py", False),
        (edit, False),
        ("cat errors.md", None),
    ]
