"""Made-up weeks of errors and their fixes: is the right fix offered after two examples, and how often a wrong one?

A week interleaves episodes of many kinds of errors in several sessions, with noise between (looking, editing, work that
is done all the time, attempts that fail), errors that go away by something else each time, and errors whose fix
depends on what they name. Then each error comes once more, with names that were not seen, and what is offered is
compared with what would help.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.actions.fixing import Workshop
from engine.actions.learning import digester
from engine.actions.log import take_log
from engine.workspace import Workspace, open_workspace

SEEDS = 8
EXAMPLES = 2
_NOW = 1_790_000_000.0
_STEMS = ("order", "invoice", "parcel", "ledger", "track", "badge", "novel", "quartz", "ember", "delta", "falcon")
_TAILS = ("kit", "flow", "base", "port", "lane", "mark", "grid", "cast", "wire")


@dataclass(frozen=True, slots=True)
class Kind:
    """Makes of a name the failing command, its output, and the commands that help; `constant`: names play no part."""

    name: str
    command: Callable[[str], str]
    output: Callable[[str], str]
    fix: Callable[[str], list[str]]
    code: int = 1


def _trace(kind: str, message: str) -> str:
    return f'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n    run()\n{kind}: {message}\n'


def _port(name: str) -> str:
    return str(3000 + sum(map(ord, name)) % 6000)


def _old(name: str) -> str:
    return f"{name}_count"


KINDS = (
    Kind(
        "missing module",
        lambda n: "python main.py",
        lambda n: _trace("ModuleNotFoundError", f"No module named '{n}'"),
        lambda n: [f"pip install {n}"],
    ),
    Kind(
        "missing node module",
        lambda n: "npm start",
        lambda n: f"Error: Cannot find module '{n}'\nRequire stack:\n- a.js\n",
        lambda n: [f"npm install {n}"],
    ),
    Kind(
        "no upstream",
        lambda n: "git push",
        lambda n: f"fatal: The current branch {n} has no upstream branch.\n",
        lambda n: [f"git push -u origin {n}"],
        128,
    ),
    Kind(
        "port in use",
        lambda n: f"./serve --port {_port(n)}",
        lambda n: f"ERROR: port {_port(n)} is already in use\n",
        lambda n: [f"fuser -k {_port(n)}/tcp"],
    ),
    Kind(
        "renamed attribute",
        lambda n: "mypy src",
        lambda n: f'src/{n}.py:8: error: "Item" has no attribute "{_old(n)}"; maybe "{n}_total"?  [attr-defined]\n',
        lambda n: [f"sed -i s/{_old(n)}/{n}_total/g src/{n}.py"],
    ),
    Kind(
        "lint",
        lambda n: f"ruff check {n}.py",
        lambda n: f"{n}.py:1:8: F401 [*] `{n}` imported but unused\n",
        lambda n: [f"ruff check --fix {n}.py"],
    ),
    Kind(
        "format",
        lambda n: f"black --check {n}.py",
        lambda n: f"would reformat {n}.py\nOh no! 1 file would be reformatted.\n",
        lambda n: [f"black {n}.py"],
    ),
    Kind(
        "missing table",
        lambda n: "pytest",
        lambda n: _trace("sqlite3.OperationalError", f"no such table: {n}"),
        lambda n: ["python manage.py migrate"],
    ),
    Kind(
        "go package",
        lambda n: "go build ./...",
        lambda n: f"main.go:5:2: no required module provides package acme.dev/{n}; to add it:\n\tgo get acme.dev/{n}\n",
        lambda n: [f"go get acme.dev/{n}"],
    ),
    Kind(
        "lock of git",
        lambda n: f"git commit -m {n}",
        lambda n: "fatal: Unable to create '/srv/shop/.git/index.lock': File exists.\n",
        lambda n: ["rm -f .git/index.lock"],
        128,
    ),
    Kind(
        "missing directory",
        lambda n: f"./export out/{n}",
        lambda n: _trace("FileNotFoundError", f"[Errno 2] No such file or directory: 'out/{n}'"),
        lambda n: [f"mkdir -p out/{n}"],
    ),
    Kind(
        "two steps",
        lambda n: f"./deploy {n}",
        lambda n: f"ERROR: image '{n}' not found in registry\n",
        lambda n: [f"docker build -t {n} .", f"docker push {n}"],
    ),
    Kind(
        "command not found",
        lambda n: f"{n} --version",
        lambda n: f"bash: {n}: command not found\n",
        lambda n: [f"brew install {n}"],
        127,
    ),
    Kind(
        "unknown revision",
        lambda n: f"git checkout {n}",
        lambda n: f"error: pathspec '{n}' did not match any file(s) known to git\n",
        lambda n: ["git fetch --all"],
    ),
    Kind(
        "helm release",
        lambda n: f"helm upgrade {n} ./chart",
        lambda n: f'Error: UPGRADE FAILED: "{n}" has no deployed releases\n',
        lambda n: [f"helm rollback {n}"],
    ),
    Kind(
        "permission",
        lambda n: f"./{n}.sh",
        lambda n: f"bash: ./{n}.sh: Permission denied\n",
        lambda n: [f"chmod +x {n}.sh"],
        126,
    ),
)
# The fix is decided by what the error names: what helped with one says nothing of another.
SERVICES = {"5432": "db", "6379": "cache", "9092": "queue", "9200": "search"}
_RANDOM = (
    "make clean", "git stash", "docker restart web", "npm ci", "rm -rf .cache", "git checkout src", "./reset.sh",
    "pip install -U setuptools", "touch conftest.py", "make seed", "docker compose down", "git pull",
)  # fmt: skip
_USUAL = ("git pull", "make fmt", "git add .", "git commit -m wip", "pytest -q", "make docs")
_LOOKING = ("ls", "git status", "cat main.py", "vim main.py", "git diff", "cd src", "cd ..", "git log --oneline")


@dataclass(slots=True)
class Week:
    """Records with their times, session by session."""

    chance: random.Random
    at: float
    records: list[dict[str, object]]
    session: str = ""

    def does(self, command: str, code: int = 0, output: str = "") -> None:
        self.at += self.chance.uniform(3, 60)
        self.records.append(
            {"operation_kind": "command", "command": command, "exit_code": code, "error_output": output}
            | {"session_id": self.session, "timestamp": self.at}
        )

    def looks(self) -> None:
        for command in self.chance.sample(_LOOKING, self.chance.randrange(3)):
            self.does(command)

    def works(self) -> None:
        for command in self.chance.sample(_USUAL, self.chance.randrange(1, 4)):
            self.does(command)

    def episode(self, command: str, output: str, code: int, fix: list[str]) -> None:
        """With noise; once in a while with an attempt that fails, or one that changes nothing."""
        self.does(command, code, output)
        self.looks()
        if self.chance.random() < 0.25:
            # What is green before it is fixed was no error.
            self.does(self.chance.choice([one for one in _USUAL if one.split()[0] != command.split()[0]]))
        if self.chance.random() < 0.2:
            self.does(fix[0].replace("install", "isntall"), 1, "")
        if self.chance.random() < 0.2:
            self.does(command, code, output)
        for step in fix:
            self.does(step)
            self.looks()
        if fix[-1].split()[:2] != command.split()[:2] or fix[-1].split()[0] not in ("git", "ruff", "black"):
            self.does(command)


def names(chance: random.Random, count: int) -> list[str]:
    whole = [stem + tail for stem in _STEMS for tail in _TAILS]
    return chance.sample(whole, count)


@dataclass(slots=True)
class Score:
    lookups: int = 0
    right: int = 0
    wrong: int = 0
    none_due: int = 0
    none_wrong: int = 0
    missed: list[str] | None = None


def play(seed: int, root: Path, score: Score, times: list[float]) -> None:
    """One week; its figures are added to `score`, the seconds of each look-up to `times`."""
    chance = random.Random(seed)
    week = Week(chance, _NOW - 6 * 86_400.0, [])
    fresh = names(chance, len(KINDS) * (EXAMPLES + 1) + 20)
    plans: list[Callable[[], None]] = []
    for number, kind in enumerate(KINDS):
        for example in range(EXAMPLES):
            name = fresh[number * (EXAMPLES + 1) + example]
            plans.append(partial(week.episode, kind.command(name), kind.output(name), kind.code, kind.fix(name)))
    ports = chance.sample(sorted(SERVICES), 3)
    for port in ports[:2]:
        for _ in range(EXAMPLES):
            plans.append(partial(week.episode, "./api", _refused(port), 1, [f"docker compose up -d {SERVICES[port]}"]))
    for other in chance.sample(_RANDOM, 6):
        plans.append(partial(week.episode, "make check", _trace("AssertionError", "assert 3 == 4"), 2, [other]))
    for _ in range(4):
        plans.append(partial(week.episode, "./flaky", "ERROR: timed out waiting for worker\n", 1, ["make fmt"]))
    chance.shuffle(plans)
    for number, plan in enumerate(plans):
        week.session = f"s{number // 3}"
        week.works()
        plan()
        week.works()
        week.at += 2400.0
    with open_workspace(root, clock=lambda: _NOW, user_state=root / "state", user_config=root / "config") as workspace:
        _take(workspace, week.records)
        workshop = Workshop(workspace)
        for number, kind in enumerate(KINDS):
            name = fresh[number * (EXAMPLES + 1) + EXAMPLES]
            offered = _ask(workspace, workshop, kind.command(name), kind.output(name), kind.code, times)
            _count(score, offered, tuple(kind.fix(name)), f"{kind.name}: {offered}")
        for port in ports[:2]:
            offered = _ask(workspace, workshop, "./api", _refused(port), 1, times)
            _count(score, offered, (f"docker compose up -d {SERVICES[port]}",), f"service {port}: {offered}")
        for command, output in (
            ("./api", _refused(ports[2])),
            ("make check", _trace("AssertionError", "assert 3 == 4")),
            ("./flaky", "ERROR: timed out waiting for worker\n"),
            ("./other", _trace("RuntimeError", "the lake is frozen")),
        ):
            score.none_due += 1
            score.none_wrong += bool(_ask(workspace, workshop, command, output, 1, times))


def _refused(port: str) -> str:
    return f"ERROR: connection to localhost:{port} refused\n"


def _count(score: Score, offered: list[tuple[str, ...]], wanted: tuple[str, ...], what: str) -> None:
    score.lookups += 1
    if wanted in offered:
        score.right += 1
    elif offered:
        score.wrong += 1
    if wanted not in offered:
        score.missed = [*(score.missed or []), what]


def _take(workspace: Workspace, records: list[dict[str, object]]) -> None:
    list(take_log(workspace, (json.dumps(record).encode() + b"\n" for record in records)))
    digester(workspace, live=False).run(everything=True)


def _ask(
    workspace: Workspace, workshop: Workshop, command: str, output: str, code: int, times: list[float]
) -> list[tuple[str, ...]]:
    record: dict[str, object] = {"operation_kind": "command", "command": command, "exit_code": code}
    _take(workspace, [{**record, "error_output": output, "session_id": "now", "timestamp": _NOW - 30.0}])
    error = workshop.last_error()
    if error is None:
        return []
    started = time.perf_counter()
    found = workshop.remedies(error)
    times.append(time.perf_counter() - started)
    workspace.store.read().execute("UPDATE errors SET resolution_id = -1 WHERE resolution_id = 0")
    return [one.lines for one in found]


def main() -> None:
    score = Score()
    times: list[float] = []
    for seed in range(SEEDS):
        with tempfile.TemporaryDirectory() as folder:
            play(seed, Path(folder), score, times)
    times.sort()
    shown, asked = score.wrong + score.none_wrong, score.lookups + score.none_due
    print(
        f"\nfixes after {EXAMPLES} examples, {SEEDS} made-up weeks of {len(KINDS)} kinds: right one among the three "
        f"{score.right / score.lookups:.1%} of {score.lookups}; wrong {shown / asked:.1%} of {asked} (where nothing "
        f"helps {score.none_wrong} of {score.none_due}); look-up {1000 * times[len(times) // 2]:.1f} ms median, "
        f"{1000 * times[len(times) * 95 // 100]:.1f} ms at 95 %"
    )
    for line in score.missed or []:
        print("  missed:", line)
