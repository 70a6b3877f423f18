"""What many tests need: a user of their own, and repositories with a family of known order."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("patui", deadline=None, print_blob=True)
settings.load_profile("patui")

NAMES = ("billing", "stock_levels", "search", "user_profile", "returns", "pricing", "late_parcels", "audit")
Commit = Callable[[Path, Mapping[str, str], int], None]


@pytest.fixture(autouse=True)
def own_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that nothing is read from or left with the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    for variable, folder in (("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")):
        monkeypatch.setenv(variable, str(home / folder))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return home


def job_text(name: str, number: int) -> str:
    """One sibling of the family that the tests use: a name in three case forms, two values, one optional line."""
    pascal = "".join(part.capitalize() for part in name.split("_"))
    optional = "    retries = 3\n" if number % 2 else ""
    return (
        f'"""The {name.replace("_", " ")} job."""\n\nfrom jobs.base import Job, register\n\n\n'
        f'@register("{name}")\nclass {pascal}Job(Job):\n    queue = "{("fast", "slow")[number % 2]}"\n'
        f"    timeout = {30 + 15 * (number % 3)}\n{optional}\n    def run(self) -> None:\n"
        f'        self.log("running {name}")\n        self.store.refresh("{name}")\n'
    )


@pytest.fixture
def commit() -> Commit:
    """Commits files on a day of November 2026, in a repository that is made when it is missing."""

    def commit_files(root: Path, files: Mapping[str, str], day: int) -> None:
        date = f"2026-11-{day:02d}T12:00:00 +0000"
        person = {"NAME": "Ada Park", "EMAIL": "ada@shop.example", "DATE": date}
        people = {f"GIT_{role}_{field}": person[field] for role in ("AUTHOR", "COMMITTER") for field in person}

        def git(*arguments: str) -> None:
            subprocess.run(["git", "-C", str(root), *arguments], check=True, env={**os.environ, **people})

        if not (root / ".git").exists():
            root.mkdir(exist_ok=True)
            git("init", "-q", "-b", "main")
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        git("add", "-A")
        git("commit", "-q", "-m", f"day {day}")

    return commit_files


@pytest.fixture
def repository(tmp_path: Path, commit: Commit) -> Path:
    """A repository in which eight jobs were added, one a day."""
    root = tmp_path / "shop"
    for number, name in enumerate(NAMES):
        commit(root, {f"jobs/{name}.py": job_text(name, number)}, number + 1)
    return root
