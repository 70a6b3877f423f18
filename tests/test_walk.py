"""One run in a real terminal, from history to a filled file; and what a terminal can do to an app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.walk import walk


@pytest.fixture
def terminal(repository: Path, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "tmux", [sys.executable, "-m", "tui", str(repository)], tmp_path)


def test_from_history_to_a_filled_file_by_keys(terminal: Terminal, repository: Path) -> None:
    with terminal:
        walk(terminal, repository, "job", "jobs/new_arrivals.py", lambda words, frame: None)
        text = (repository / "jobs/new_arrivals.py").read_text()
        assert "class NewArrivalsJob(Job):" in text and 'refresh("new_arrivals")' in text
        terminal.keys("u")
        terminal.until("took back")
        assert (repository / "jobs/new_arrivals.py").read_text() == ""
        terminal.resize(60, 40)
        terminal.until(lambda frame: max(map(len, frame.splitlines())) <= 60 and "patui" in frame)
        terminal.resize(20, 8)
        terminal.until(lambda frame: max(map(len, frame.splitlines())) <= 20)
        terminal.resize(120, 36)
        terminal.until("Candidates")
        terminal.keys("q")
        terminal.until(lambda frame: terminal.ended() is not None)
        assert terminal.ended() == 0
    status = subprocess.run(["git", "-C", str(repository), "status", "--porcelain"], capture_output=True, text=True)
    assert "patterns/drafts" not in status.stdout and "metrics" not in status.stdout


def test_ctrl_c_at_the_app_leaves_a_usable_terminal(terminal: Terminal) -> None:
    with terminal:
        terminal.until("Candidates")
        terminal.keys("C-c")
        terminal.keys("C-q")
        terminal.until(lambda frame: terminal.ended() is not None)
