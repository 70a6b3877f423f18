"""What is learned from stories of errors: the fix with the error's own words, and nothing from what only looks so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.actions.fixing import Workshop
from engine.actions.learning import digester
from engine.actions.log import take_log
from engine.actions.review import approve, reject
from engine.errors import UsageError
from engine.model import Candidate, Kind, Status
from engine.store import candidates, suggestions
from engine.store import errors as error_table
from engine.workspace import Workspace, open_workspace

NOW = 1_790_000_000.0
Row = tuple[str, int, str]  # command, exit code, output


def python(kind: str, message: str) -> str:
    return f'Traceback (most recent call last):\n  File "tool.py", line 3, in <module>\n    x\n{kind}: {message}\n'


def missing(name: str) -> str:
    return python("ModuleNotFoundError", f"No module named '{name}'")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(
        tmp_path, clock=lambda: NOW, user_state=tmp_path / "state", user_config=tmp_path / "config"
    ) as opened:
        yield opened


def tell(workspace: Workspace, sessions: Sequence[tuple[str, Sequence[Row]]], start: float = NOW - 80_000.0) -> None:
    """Logs sessions one after the other, an hour apart, and looks at them."""
    lines = []
    for number, (session, rows) in enumerate(sessions):
        for at, (command, code, output) in enumerate(rows):
            record: dict[str, Any] = {
                "operation_kind": "command",
                "command": command,
                "exit_code": code,
                "error_output": output,
                "session_id": session,
                "timestamp": start + 3600 * number + 10 * at,
            }
            lines.append(json.dumps(record).encode() + b"\n")
    assert all(answer["ok"] for answer in take_log(workspace, lines))
    digester(workspace, live=False).run(everything=True)


def found(workspace: Workspace) -> list[Candidate]:
    return [row for row in candidates.listing(workspace.store) if row.kind is Kind.RECOVERY]


def steps(workspace: Workspace, row: Candidate) -> list[list[str]]:
    return [list(step["argv"]) for step in workspace.shelf.load(workspace.root / row.path).steps]


def episode(fail: str, output: str, *fix: str, code: int = 1) -> list[Row]:
    return [(fail, code, output), ("git status", 0, ""), *((line, 0, "") for line in fix), (fail, 0, "")]


STORIES: dict[str, tuple[list[list[Row]], list[list[str]]]] = {
    "a module by its own name, and one by another": (
        [
            episode("python tool.py", missing("attrs"), "pip install attrs"),
            episode("python tool.py", missing("dateutil"), "pip install python-dateutil"),
            episode("python tool.py", missing("rich.text"), "pip install rich.text"),
        ],
        [["pip", "install", "{{ package }}"]],
    ),
    "a fix of two steps": (
        [
            episode("make test", f"gcc: error: {name}.c: No such file or directory\n", f"./gen {name}", "make clean")
            for name in ("alpha", "beta", "gamma")
        ],
        [["./gen", "{{ file }}"], ["make", "clean"]],
    ),
    "the same command in other words": (
        [
            [
                ("git push", 128, f"fatal: The current branch {name} has no upstream branch.\n"),
                ("git push -u origin " + name, 0, ""),
            ]
            for name in ("fix/a", "topic", "b-2")
        ],
        [["git", "push", "-u", "origin", "{{ branch }}"]],
    ),
    "fixed and run again in one line": (
        [
            [("npm test", 1, f"Error: Cannot find module '{name}'\n"), (f"npm install {name} && npm test", 0, "")]
            for name in ("chalk", "lodash", "zod")
        ],
        [["npm", "install", "{{ package }}"]],
    ),
    "failed, fixed and run again in one line": (
        [
            [(f"./run {name} || ./make-db {name} && ./run {name}", 0, f"ERROR: database '{name}' does not exist\n")]
            for name in ("orders", "people", "stock")
        ],
        [["./make-db", "{{ name }}"]],
    ),
    "a pipeline that frees a port": (
        [
            episode(f"./serve {port}", f"ERROR: port {port} is already in use\n", f"lsof -ti:{port} | xargs kill")
            for port in (8000, 3000, 5173)
        ],
        [["lsof", "-ti:{{ port }}", "|", "xargs", "kill"]],
    ),
    "an edit by a command": (
        [
            episode(
                "mypy .",
                f'{path}.py:3: error: "Order" has no attribute "{old}"; maybe "{new}"?  [attr-defined]\n',
                f"sed -i 's/{old}/{new}/g' {path}.py",
            )
            for path, old, new in (("a", "totals", "total"), ("b", "size", "sizes"), ("c", "kind", "type"))
        ],
        [["sed", "-i", "s/{{ name }}/{{ name_2 }}/g", "{{ file }}"]],
    ),
    "a step that failed is no part of it": (
        [
            [
                ("python tool.py", 1, missing(name)),
                (f"pip install {name} --offline", 1, ""),
                (f"pip install {name}", 0, ""),
                ("python tool.py", 0, ""),
            ]
            for name in ("attrs", "rich", "zstd")
        ],
        [["pip", "install", "{{ package }}"]],
    ),
    "something else each time": (
        [
            episode("make test", python("AssertionError", "assert 3 == 4"), line)
            for line in ("make clean", "docker restart db", "git checkout a.py")
        ],
        [],
    ),
    "another package each time, that has nothing to do with it": (
        [
            episode("python tool.py", missing(name), f"pip install {other}")
            for name, other in (("attrs", "numpy"), ("rich", "celery"), ("zstd", "boto3"))
        ],
        [],
    ),
    "nothing at all: it went away by itself": (
        [episode("pytest", "E   assert 1 == 2\n") for _ in range(4)],
        [],
    ),
    "an answer is no error": (
        [[("grep -r todo src", 1, ""), ("make todo", 0, ""), ("grep -r todo src", 0, "")] for _ in range(4)],
        [],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str, workspace: Workspace) -> None:
    stories, expected = STORIES[name]
    tell(workspace, [(f"s{number % 2}{number}", rows) for number, rows in enumerate(stories)])
    rows = found(workspace)
    assert [steps(workspace, row) for row in rows] == ([expected] if expected else [])


def test_what_is_done_all_the_time_is_no_fix(workspace: Workspace) -> None:
    def day(name: str) -> list[Row]:
        return [("git pull", 0, ""), *episode("pytest", f"E   KeyError: '{name}'\n", "git pull"), ("git pull", 0, "")]

    tell(workspace, [(f"s{number}", day(name)) for number, name in enumerate(("a1", "b2", "c3", "d4"))])
    assert found(workspace) == []


def test_two_sessions_are_needed(workspace: Workspace) -> None:
    stories = [episode("python tool.py", missing(name), f"pip install {name}") for name in ("attrs", "rich", "zstd")]
    tell(workspace, [("one", [row for rows in stories for row in rows])])
    assert found(workspace) == []
    tell(workspace, [("two", episode("python tool.py", missing("flit"), "pip install flit"))], NOW - 900.0)
    (row,) = found(workspace)
    assert row.support == 4 and row.evidence["sessions"] == 2 and row.evidence["marks"] == ["installs", "network"]


def test_without_session_names_a_rest_parts_them(workspace: Workspace) -> None:
    stories = [episode("python tool.py", missing(name), f"pip install {name}") for name in ("attrs", "rich", "zstd")]
    tell(workspace, [("", [row for rows in stories for row in rows])])
    assert found(workspace) == []
    tell(workspace, [("", episode("python tool.py", missing("flit"), "pip install flit"))], NOW - 900.0)
    assert [row.support for row in found(workspace)] == [4]


def test_sessions_that_run_at_once_are_kept_apart(workspace: Workspace) -> None:
    for number, name in enumerate(("attrs", "rich", "zstd")):
        mine = episode("python tool.py", missing(name), f"pip install {name}")
        other = episode("make docs", f"make: *** No rule to make target '{name}'.  Stop.\n", f"touch {name}", code=2)
        start = NOW - 80_000.0 + 3600 * number
        lines = []
        for at, (one, two) in enumerate(zip(mine, other, strict=True)):
            for session, (command, code, output) in (("a", one), ("b", two)):
                record = {"operation_kind": "command", "command": command, "exit_code": code, "error_output": output}
                record |= {"session_id": f"{session}{number}", "timestamp": start + 10 * at}
                lines.append(json.dumps(record).encode() + b"\n")
        list(take_log(workspace, lines))
    digester(workspace, live=False).run(everything=True)
    learned = sorted(steps(workspace, row) for row in found(workspace))
    assert [[step[0] for step in fix] for fix in learned] == [["pip"], ["touch"]]


def test_two_earlier_fixes_are_offered_and_an_approved_one_comes_first(workspace: Workspace) -> None:
    workshop = Workshop(workspace)
    names = ("attrs", "rich", "zstd")
    for number, name in enumerate(names[:2]):
        rows = episode("python tool.py", missing(name), f"pip install {name}")
        tell(workspace, [(f"s{number}", rows)], NOW - 90_000.0 + 4000 * number)
    tell(workspace, [("now", [("python tool.py", 1, missing("flit"))])], NOW - 60.0)
    error = workshop.last_error()
    assert error is not None and error.parameters == ("flit",)
    (remedy,) = workshop.remedies(error)
    assert (remedy.source, remedy.lines, remedy.times) == ("history", ("pip install flit",), 2)
    assert remedy.marks == ("installs", "network") and not remedy.runs_unasked
    tell(workspace, [("s3", episode("python tool.py", missing("zstd"), "pip install zstd"))], NOW - 50_000.0)
    (row,) = found(workspace)
    assert workshop.remedies(error)[0].source == "candidate"
    approved = approve(workspace, str(row.id))
    assert approved.path == "patterns/specs/self_heal/AUTO-modulenotfounderror.yaml"
    (remedy,) = workshop.remedies(error)
    assert (remedy.source, remedy.lines, remedy.trouble) == ("approved", ("pip install flit",), "")
    path = workspace.root / approved.path
    path.write_text(path.read_text().replace("install", "download"))
    assert "not approved" in workshop.remedies(error)[0].trouble


def test_a_rejected_fix_is_not_offered(workspace: Workspace) -> None:
    stories = [episode("python tool.py", missing(name), f"pip install {name}") for name in ("attrs", "rich", "zstd")]
    tell(workspace, [(f"s{number}", rows) for number, rows in enumerate(stories)])
    reject(workspace, str(found(workspace)[0].id), "")
    tell(workspace, [("now", [("python tool.py", 1, missing("flit"))])], NOW - 60.0)
    error = Workshop(workspace).last_error()
    assert error is not None and Workshop(workspace).remedies(error) == ()


def test_a_word_of_an_error_never_becomes_an_option(workspace: Workspace) -> None:
    stories = [episode("python tool.py", missing(name), f"pip install {name}") for name in ("attrs", "rich", "zstd")]
    tell(workspace, [(f"s{number}", rows) for number, rows in enumerate(stories)])
    tell(workspace, [("now", [("python tool.py", 1, missing("--index-url=http://evil"))])], NOW - 60.0)
    error = Workshop(workspace).last_error()
    assert error is not None and Workshop(workspace).remedies(error) == ()


def test_the_plans_hook(workspace: Workspace) -> None:
    learner = workspace.error_recovery_pattern_learner()

    def resolved(name: str, **more: Any) -> Candidate | None:
        record = {"type": "ImportError", "signature": "missing-module", "message": f"No module named '{name}'", **more}
        return learner.on_error_resolved(record, {"steps": [f"pip install {name}", ["hash", "-r"]]})

    assert resolved("attrs", session_id="a") is None and resolved("rich", session_id="a") is None
    row = resolved("zstd", session_id="b")
    assert row is not None and row.status is Status.PENDING and row.kind is Kind.RECOVERY and row.support == 3
    pattern = workspace.shelf.load(workspace.root / row.path)
    assert pattern.match["error_type"] == "ImportError" and pattern.match["error_signature"] == "missing-module"
    assert pattern.success_rate == 1.0
    assert steps(workspace, row) == [["pip", "install", "{{ package }}"], ["hash", "-r"]]
    assert [one.pattern for one in suggestions.open_ones(workspace.store)] == [row.pattern_id]
    assert len(error_table.resolutions_of(workspace.store, "missing-module")) == 3


def test_the_plans_hook_wants_at_least_two_sessions(workspace: Workspace) -> None:
    learner = workspace.error_recovery_pattern_learner()
    for name in ("attrs", "rich", "zstd", "flit"):
        record = {"type": "ImportError", "signature": f"No module named '{name}'", "session_id": "only"}
        assert learner.on_error_resolved(record, {"steps": [{"argv": ["pip", "install", name]}]}) is None
    for record, resolution in (({"type": "x"}, {"steps": ["a"]}), ({"type": "x", "signature": "y"}, {"steps": []})):
        with pytest.raises(UsageError):
            learner.on_error_resolved(record, resolution)
