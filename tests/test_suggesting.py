"""Suggestions over a real workspace: on the command line, in a commit, in a directory that nobody mined."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import open_workspace
from engine.actions import git_hook, review, suggesting
from engine.actions.analyze import analyze
from engine.store import suggestions
from tests.conftest import NAMES, job_text
from tui.cli.group import run

Json = Callable[..., Any]


@pytest.fixture
def command(repository: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Json:
    monkeypatch.chdir(repository)

    def call(*words: str, code: int = 0) -> Any:
        capfd.readouterr()
        assert run(words) == code
        out = capfd.readouterr()[0]
        return json.loads(out) if out else None

    return call


def test_create_without_a_terminal_prints_the_suggestion_and_makes_nothing(repository: Path, command: Json) -> None:
    with open_workspace(repository) as workspace:
        (row,) = analyze(workspace)
    found = command("create", "jobs/brand_new.py", "--json")["suggestion"]
    assert found["pattern_id"] == row.pattern_id and found["question"].startswith("Continue manually? (y/n)")
    assert found["estimated_savings"]["seconds"] > 0
    assert not (repository / "jobs/brand_new.py").exists()
    assert command("create", "docs/notes.md", "--json", code=1) == {"suggestion": None}
    command("create", "jobs/audit.py", code=1)  # it has content


def test_where_nothing_was_mined_the_files_beside_it_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    for number in range(3):
        (tmp_path / "jobs" / f"{NAMES[number]}.py").write_text(job_text(NAMES[number], number))
    (tmp_path / "jobs" / "notes.txt").write_text("nothing of that kind\n")
    with open_workspace(tmp_path) as workspace:
        found = workspace.pattern_suggester().on_user_action("create_file", {"directory": str(tmp_path / "jobs")})
        assert found is not None and found.known.similar == 3
        assert "You've created 3 similar .py files in the last hour." in found.text
        by_path = suggesting.before_creating(workspace, "jobs/new_one.py")
        assert by_path is not None and by_path.pattern_id == found.pattern_id


def test_a_family_that_was_dismissed_twice_stays_quiet_and_an_acceptance_ends_that(repository: Path) -> None:
    with open_workspace(repository) as workspace:
        analyze(workspace)
        suggester = workspace.pattern_suggester()
        for number in range(2):
            found = suggester.on_user_action("create_file", {"path": f"jobs/new_{number}.py"})
            assert found is not None
            suggesting.answer(workspace, found, accepted=False)
        assert suggester.on_user_action("create_file", {"path": "jobs/new_3.py"}) is None
        precision = suggesting.precision(workspace)
        assert (precision.shown, precision.accepted, precision.dismissed, precision.share) == (2, 0, 2, 0.0)
        asked = suggesting.before_creating(workspace, "jobs/asked.py")  # who asks is answered
        assert asked is not None
        suggesting.answer(workspace, asked, accepted=True)
        assert suggester.on_user_action("create_file", {"path": "jobs/new_4.py"}) is not None


def test_a_place_with_other_files_is_no_place_to_be_sure_of(repository: Path, commit: Any) -> None:
    others = {f"jobs/x{number}.py": f"VALUE_{number} = {number}\n" * (number + 2) for number in range(6)}
    commit(repository, others, 20)
    with open_workspace(repository) as workspace:
        analyze(workspace)
        assert workspace.pattern_suggester().on_user_action("create_file", {"path": "jobs/new.py"}) is None
        (open_one, *_) = [*suggestions.recent(workspace.store), None]
        assert open_one is None


# ── the git hook ─────────────────────────────────────────────────────────────────────────────────────────────────────


def stage(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)


def hook(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "tui", "hook", "git"]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


def test_the_hook_knows_the_family_of_a_staged_file(repository: Path) -> None:
    with open_workspace(repository) as workspace:
        (row,) = analyze(workspace)
        stage(repository, {"jobs/refunds.py": job_text("refunds", 3)})
        first, second = git_hook.said_of(repository)
        assert "jobs/refunds.py is " + row.pattern_id in first and f"patui show {row.pattern_id}" in second
        review.approve(workspace, row.pattern_id)
    assert "patui apply" in git_hook.said_of(repository)[1]


def test_the_hook_finds_what_staged_files_have_in_common_and_writes_nothing(repository: Path) -> None:
    names = [f"{name}_v2" for name in NAMES[:3]]
    stage(repository, {f"tasks/{name}.py": job_text(name, 1) for name in names})
    before = sorted(repository.rglob("*"))
    first, second = git_hook.said_of(repository)
    assert "3 are alike" in first and "patui induce tasks/" in second
    assert sorted(repository.rglob("*")) == before


@pytest.mark.parametrize("files", [{}, {"one.txt": "alone\n"}, {"a\x1b[31m.py": "x = 1\n"}])
def test_the_hook_has_nothing_to_say(repository: Path, files: dict[str, str]) -> None:
    stage(repository, files)
    assert git_hook.said_of(repository) == []


def test_the_hook_never_stops_a_commit(tmp_path: Path, repository: Path) -> None:
    for root in (tmp_path, repository):  # outside a repository, too
        done = hook(root)
        assert (done.returncode, done.stdout) == (0, "") and done.stderr.count("\n") <= 2
    (repository / "patterns").mkdir()
    (repository / "patterns" / ".gitignore").write_text("# patui:\n")
    (repository / "patterns" / "config").mkdir()
    (repository / "patterns" / "config" / "settings.yaml").write_text("{ broken")
    stage(repository, {"jobs/refunds.py": job_text("refunds", 3)})
    assert hook(repository).returncode == 0


def test_the_hook_imports_neither_click_nor_the_app(repository: Path) -> None:
    stage(repository, {f"tasks/{name}.py": job_text(name, 1) for name in NAMES})
    script = (
        "import sys, os; from pathlib import Path\n"
        "from engine.actions.git_hook import said_of\n"
        "said_of(Path(sys.argv[1]))\n"
        "print(*sorted({'click', 'rich', 'textual', 'jinja2', 'yaml', 'sqlite_utils', 'watchdog'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, str(repository)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
