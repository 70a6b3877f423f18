"""A week of a developer in a real shell: five kinds of errors, each fixed by hand three times, and then by patui."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.model import Kind
from engine.store import candidates
from engine.workspace import open_workspace
from tests.terminal import Terminal

BIN = Path(sys.executable).parent
_TOOLS = {
    "fetch-module": 'mkdir -p "$SITE" && echo "NAME = 1" > "$SITE/$1.py"',
    "free-port": 'kill "$(cat "held-$1")" && while [ -e "/proc/$(cat "held-$1")" ]; do :; done',
}
_SERVE = "import socket, sys\nsocket.create_server(('127.0.0.1', int(sys.argv[1]))).close()\n"
_HOLD = (
    "import os, socket, sys\nserver = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    "open(f'held-{sys.argv[1]}', 'w').write(str(os.getpid()))\nserver.accept()\n"
)

pytestmark = [
    pytest.mark.skipif(not (shutil.which("tmux") and shutil.which("bash")), reason="needs tmux and bash"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="the stand-in waits for the end of a process by /proc"),
]


class Shell:
    """An interactive bash with patui's hook, in tmux: each prompt says its number and the last exit code."""

    def __init__(self, root: Path) -> None:
        self.root = root / "shop"
        self.state = root / "state"
        self.root.mkdir()
        (self.root / "patterns").mkdir()
        tools = root / "tools"
        tools.mkdir()
        for name, script in _TOOLS.items():
            (tools / name).write_text(f"#!/bin/sh\nset -e\n{script}\n")
            (tools / name).chmod(0o755)
        (root / "rc").write_text(
            "PS1='[\\#:$?] '\nbind 'set enable-bracketed-paste off'\neval \"$(patui hook init bash)\"\n"
        )
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        shutil.rmtree(self.root / "patterns")
        environment = {
            "HOME": str(root),
            "PATH": f"{tools}:{BIN}:{os.environ['PATH']}",
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(root / "config"),
            "SITE": str(root / "site"),
            "PYTHONPATH": str(root / "site"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "RUFF_NO_CACHE": "true",
            "LC_ALL": "C.UTF-8",
        }
        self.rc = str(root / "rc")
        self.number = 1
        self.terminal = Terminal(root / "tmux", ["bash", "--rcfile", self.rc, "-i"], self.root, 150, 200, environment)
        self.terminal.until("[1:")

    def types(self, *lines: str) -> str:
        """Types lines, each when the one before has ended, and gives the last frame."""
        frame = ""
        for line in lines:
            self.terminal.types(line)
            self.terminal.keys("Enter")
            self.number += 1
            frame = self.terminal.until(f"[{self.number}:")
        return frame

    def new_session(self) -> None:
        self.terminal.types(f"clear; exec bash --rcfile {self.rc} -i")
        self.terminal.keys("Enter")
        self.number = 1
        self.terminal.until(lambda frame: frame.startswith("[1:"))

    def fixes(self, shown: str) -> str:
        """Runs `patui fix`, says yes once `shown` stands there, and gives what came of it."""
        self.terminal.types("clear; patui fix --number 1")
        self.terminal.keys("Enter")
        # The question before stands there until the screen is cleared.
        asked = self.terminal.until(lambda frame: "[y/N]" in frame and "clear; patui fix" not in frame)
        assert shown in asked, asked
        self.terminal.keys("y", "Enter")
        self.number += 1
        return self.terminal.until(f"[{self.number}:")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    try:
        yield shell
    finally:
        shell.terminal.close()
        for held in shell.root.glob("held-*"):
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(held.read_text()), signal.SIGKILL)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def write(shell: Shell, path: str, text: str) -> None:
    (shell.root / path).write_text(text)


def order(wrong: str, right: str) -> str:
    return f"class Order:\n    def {right}(self):\n        return 7\n\n\nprint(Order().{wrong}())\n"


def holds(port: int) -> str:
    return f"python hold.py {port} & while [ ! -s held-{port} ]; do :; done"


def conflict(name: str) -> str:
    return f"a = 1\n<<<<<<< HEAD\n{name} = 2\n=======\n{name} = 3\n>>>>>>> feature\nprint({name})\n"


MODULES = ("yamlish", "requestful", "flasky", "numbery")
METHODS = (("totals", "total"), ("prices", "price"), ("taxes", "tax_of"), ("weights", "weight"))
WORDS = ("colour", "size", "shape", "weight")
IMPORTS = ("os", "json", "re", "shutil")


def test_what_was_fixed_three_times_is_fixed_by_patui(shell: Shell) -> None:
    write(shell, "serve.py", _SERVE)
    write(shell, "hold.py", _HOLD)
    ports = [free_port() for _ in range(4)]

    def breaks(number: int) -> None:
        write(shell, f"app{number}.py", f"import {MODULES[number]}\nprint({MODULES[number]}.NAME)\n")
        write(shell, f"order{number}.py", order(METHODS[number][1][:-1] + "x", METHODS[number][1]))
        write(shell, f"merge{number}.py", conflict(WORDS[number]))
        write(shell, f"lint{number}.py", f"import {IMPORTS[number]}\n\nprint(1)\n")

    for number in range(3):
        breaks(number)
        python, port = "patui run -- python", ports[number]
        shell.types(
            f"{python} app{number}.py", "ls", f"fetch-module {MODULES[number]}", f"{python} app{number}.py",
            f"{python} order{number}.py", f"{python} merge{number}.py",
        )  # fmt: skip
        # An editor of which no shell hears.
        write(shell, f"order{number}.py", order(METHODS[number][1], METHODS[number][1]))
        write(shell, f"merge{number}.py", f"a = 1\n{WORDS[number]} = 2\nprint({WORDS[number]})\n")
        shell.types(
            f"{python} order{number}.py", f"{python} merge{number}.py", holds(port),
            f"{python} serve.py {port}", "git status", f"free-port {port}", f"{python} serve.py {port}",
            f"patui run -- ruff check lint{number}.py", f"ruff check --fix lint{number}.py",
            f"patui run -- ruff check lint{number}.py",
        )  # fmt: skip
        if number == 0:
            shell.new_session()

    breaks(3)
    shell.types("patui run -- python app3.py")
    assert "fixed" in shell.fixes(f"fetch-module {MODULES[3]}")
    shell.types("patui run -- python order3.py")
    assert "fixed" in shell.fixes(f"+ print(Order().{METHODS[3][1]}())")
    shell.types("patui run -- python merge3.py")
    assert "fixed" in shell.fixes("- >>>>>>> feature")
    shell.types(
        holds(ports[3]),
        f"patui run -- python serve.py {ports[3]}",
    )
    assert "fixed" in shell.fixes(f"free-port {ports[3]}")
    shell.types("patui run -- ruff check lint3.py")
    assert "fixed" in shell.fixes("ruff check --fix lint3.py")

    assert (shell.root / "order3.py").read_text() == order(METHODS[3][1], METHODS[3][1])
    assert (shell.root / "merge3.py").read_text() == f"a = 1\n{WORDS[3]} = 2\nprint({WORDS[3]})\n"
    assert (shell.root / "lint3.py").read_text() == "\nprint(1)\n"
    green = shell.types("clear", "python app3.py && python order3.py && python merge3.py && ruff check lint3.py")
    assert f"[{shell.number}:0]" in green, green
    with open_workspace(shell.root, user_state=shell.state / "patui") as workspace:
        found = [row for row in candidates.listing(workspace.store) if row.kind is Kind.RECOVERY]
    assert len(found) == 5 and all(row.support == 3 for row in found), found
