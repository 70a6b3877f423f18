"""The app in a real terminal that is treated badly: stopped from outside, scribbled on, resized a hundred times."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model import Event, EventType
from engine.store import feed
from engine.workspace import open_workspace
from tests.terminal import Terminal

pytestmark = [
    pytest.mark.skipif(not shutil.which("tmux"), reason="needs tmux"),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    with open_workspace(root, user_state=tmp_path / "state" / "patui") as workspace:
        happened(root, tmp_path, 40)
        assert workspace.root == root
    return root


def happened(root: Path, folder: Path, count: int, name: str = "old") -> None:
    with open_workspace(root, user_state=folder / "state" / "patui") as workspace:
        told = [Event(EventType.FILE, workspace.clock(), "", path=f"{name}/{number}.py") for number in range(count)]
        feed.tell_all(workspace.store, told)


@pytest.fixture
def terminal(root: Path, tmp_path: Path) -> Iterator[Terminal]:
    """The app in a pane, and behind it what the terminal's modes are when it has ended."""
    script = f"{sys.executable} -P -m tui; stty -a; echo it is over; read line"
    environment = {
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "LC_ALL": "C.UTF-8",
    }
    with Terminal(tmp_path / "tmux", ["sh", "-c", script], root, 120, 36, environment) as opened:
        opened.until("old/39.py")
        yield opened


def test_a_stopped_app_goes_on_as_if_nothing_had_been(terminal: Terminal, root: Path, tmp_path: Path) -> None:
    shell = terminal.process()
    process = int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])
    terminal.until("watching")
    os.kill(process, signal.SIGSTOP)
    happened(root, tmp_path, 3, "meanwhile")
    terminal.scribble("a shell wrote this")
    terminal.until("a shell wrote this")
    os.kill(process, signal.SIGCONT)
    frame = terminal.until("meanwhile/2.py")
    assert "a shell wrote this" not in terminal.until(lambda frame: "a shell wrote this" not in frame)
    assert "old/39.py" in frame
    terminal.keys("j")
    terminal.keys("2")
    terminal.until("▸2 Candidates")
    terminal.keys("q")
    modes = terminal.until("it is over").split()
    assert {"icanon", "echo", "isig"} <= set(modes)


def test_a_storm_of_a_hundred_sizes_ends_with_the_last(terminal: Terminal, root: Path, tmp_path: Path) -> None:
    for number in range(100):
        terminal.resize(20 + number * 37 % 180, 5 + number * 13 % 50)
    terminal.resize(100, 30)
    happened(root, tmp_path, 1, "afterwards")

    def whole(frame: str) -> bool:
        lines = frame.splitlines()
        return len(lines) == 30 and "afterwards/0.py" in frame and lines[1].rstrip().endswith("? help")

    terminal.until(whole)
    terminal.keys("q")
    terminal.until("it is over")
