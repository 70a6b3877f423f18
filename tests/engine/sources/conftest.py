"""Tiny repositories made by the real git, each with its own clock and configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


class Repository:
    """A repository under test; every commit is an hour after the one before."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._hours = 0
        root.mkdir(parents=True, exist_ok=True)

    def git(self, *arguments: str, fails: bool = False, **variables: str) -> str:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            **variables,
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode != 0) == fails, done.stderr
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "work", **variables: str) -> str:
        self.write(files or {})
        self._hours += 1
        time = f"{1_600_000_000 + 3600 * self._hours} +0000"
        self.git("add", "-A")
        dates = {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time}
        self.git("commit", "-q", "--allow-empty", "-m", message, fails=False, **{**dates, **variables})
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.git("init", "-q", "-b", "main")
    return made


@pytest.fixture
def new_repository(tmp_path: Path) -> Callable[[str], Repository]:
    """Makes a directory of that name a repository's root; the test says how it comes to be one."""
    return lambda name: Repository(tmp_path / name)
