"""What chance brings together is no routine, in a short history as in a long one; what names the same value is none of
its work."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.mining.sequences import mine, routines_ending
from engine.model import Execution

WORDS = ("billing", "search", "login", "invoice", "parser", "worker", "gateway", "reports", "cache", "mailer")
COMMANDS = (
    """
make build|npm test|git push origin NAME|docker build -t NAME .|kubectl apply -f NAME.yaml|cargo test
git commit -m NAME|terraform plan -out NAME|pytest tests/NAME.py|ruff check NAME|psql -f NAME.sql|git merge NAME
npm publish|git tag NAME|helm upgrade NAME charts/NAME|mkdir NAME|rsync -a dist NAME|systemctl restart NAME
flask db upgrade|git rebase NAME|twine upload NAME|gh pr create --title NAME|go build NAME|black NAME|mypy NAME
ls|git status|vim NAME|cd NAME|htop
""".strip()
    .replace("\n", "|")
    .split("|")
)


def executions(lines: Sequence[str], session: str = "s") -> list[Execution]:
    return [
        Execution(30.0 * number, line, exit_code=0, success=True, session=session, id=number)
        for number, line in enumerate(lines, 1)
    ]


def by_chance(seed: int, count: int) -> list[Execution]:
    """Commands drawn independently; some are far more common than others."""
    rng = random.Random(seed)
    kinds = rng.sample(COMMANDS, len(COMMANDS))
    weights = [1 / rank for rank in range(1, len(kinds) + 1)]
    chosen = rng.choices(kinds, weights, k=count)
    return executions([line.replace("NAME", rng.choice(WORDS)) for line in chosen])


@pytest.mark.parametrize("count", [50, 100, 300])
def test_chance_makes_no_routine(count: int) -> None:
    proposed = [len(mine(by_chance(seed, count))) for seed in range(16)]
    assert sum(proposed) <= 1


def test_chance_makes_no_routine_while_it_comes_in() -> None:
    proposed = 0
    for seed in range(2):
        history = by_chance(seed, 200)
        proposed += sum(bool(routines_ending(history[: at + 1], one)) for at, one in enumerate(history))
    assert proposed <= 1


@pytest.mark.parametrize(
    "sessions",
    [
        [["make clean", "make build"]] * 3,
        [["git add -A", "git push"] * 3],
        [["git pull", "npm ci", "npm test"], ["git pull", "npm test"], *([["git pull", "npm ci", "npm test"]] * 2)],
    ],
)
def test_what_was_all_that_was_done_is_a_routine(sessions: list[list[str]]) -> None:
    lines = [(f"s{number}", line) for number, session in enumerate(sessions) for line in session]
    history = [
        replace(one, session=session, command=line, at=60.0 * one.id)
        for one, (session, line) in zip(executions([""] * len(lines)), lines, strict=True)
    ]
    (routine,) = mine(history)
    steps = list(dict.fromkeys(sessions[0]))
    assert [" ".join(step) for step in routine.steps] == steps


def moved_about(seed: int, names: Sequence[str]) -> list[Execution]:
    """A routine of two steps done once a name, each time in another directory, in a history where `cd` is common."""
    rng = random.Random(seed)
    lines: list[str] = []
    for number, name in enumerate(names):
        for one in by_chance(10 * seed + number, 20):
            lines += [one.command, *([f"cd {rng.choice(WORDS)}"] if rng.random() < 0.3 else [])]
        lines += [f"aws s3 cp {name}.tgz s3://backups/{name}.tgz", f"cd src/{name}", f"journalctl -u {name}"]
    return executions(lines)


NAMES = ("alpha-one", "bravo-two", "tango-six")


def test_a_common_step_that_names_what_the_others_name_belongs_to_them() -> None:
    found = [mine(moved_about(seed, NAMES)) for seed in range(6)]
    steps = [[step[0] for step in one[0].steps] for one in found if one]
    assert steps.count(["aws", "cd", "journalctl"]) >= 5


def test_runs_of_which_each_lacks_another_step_are_found_by_what_they_name() -> None:
    """No two of the steps are together in all three runs."""
    whole = ["git push --delete origin {}", "git rebase --onto {}", "gh pr close {}", "docker rm {}"]
    complete = 0
    for seed in range(6):
        lines: list[str] = []
        for left_out, name in enumerate(["fix/alpha-one", "feat/bravo-two", "topic-tango"]):
            lines += [one.command for one in by_chance(10 * seed + left_out, 25)]
            lines += [step.format(name) for number, step in enumerate(whole) if number != left_out]
        steps = [[" ".join(step) for step in one.steps] for one in mine(executions(lines))]
        complete += [step.format("{{ branch }}") for step in whole] in steps
    assert complete >= 4
