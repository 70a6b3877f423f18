"""A recipe by the command line alone: told by `log`, found by `analyze`, approved, run, exported."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tui.cli.group import run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = tmp_path / "shop"
    root.mkdir()
    at = time.time() - 9000.0
    lines = []
    for name in ("alpha", "beta", "gamma", "delta"):
        for line in (f"mkdir {name}", f"touch {name}/notes.md", f"test -e {name}/notes.md"):
            at += 20
            record = {"operation_kind": "terminal", "command": line, "exit_code": 0, "timestamp": at, "session_id": "a"}
            lines.append(json.dumps(record))
    (tmp_path / "records").write_text("\n".join(lines) + "\n")
    assert run(["-C", str(root), "log", "--file", str(tmp_path / "records")]) == 0
    return root


def test_from_the_records_to_the_run(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def patui(*words: str) -> int:
        capsys.readouterr()
        return run(["-C", str(workspace), *words])

    assert patui("analyze", "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)["candidates"]
    assert (found["kind"], found["support"]) == ("execution", 4)
    argvs = [step["argv"] for step in found["steps"]]
    (name,) = {word for argv in argvs for word in argv if word.startswith("{{") and "/" not in word}
    assert argvs == [["mkdir", name], ["touch", f"{name}/notes.md"], ["test", "-e", f"{name}/notes.md"]]
    value = f"{name.strip('{} ')}=new one"

    assert patui("apply", "1", "--set", value, "--yes") == 1  # a draft
    assert patui("approve", "1") == 0
    assert patui("apply", "1", "--set", value) == 1 and not (workspace / "new one").exists()
    assert patui("apply", "1", "--set", value, "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["steps"][0]["argv"] == ["mkdir", "new one"]
    assert patui("apply", "1", "--yes") == 2  # a value is missing
    assert patui("apply", "1", "--set", value, "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["succeeded"] and (workspace / "new one" / "notes.md").exists()
    assert patui("apply", "1", "--set", value, "--yes", "--json") == 1  # it is there by now
    ended = json.loads(capsys.readouterr().out)
    assert ended["from_step"] == 1 and [step["argv"][0] for step in ended["left"]] == ["touch", "test"]
    assert patui("apply", "1", "--set", value, "--yes", "--from-step", "2") == 0
    assert patui("export", "1", "--to", "sh") == 0 and "() (" in capsys.readouterr().out
    assert patui("export", "1", "--to", "make") == 2
    assert patui("analyze", "--json") == 1  # what it ran itself is nothing new
