"""Routines in a history: their steps, their parameters, and what is no routine."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.mining.sequences import mine, name_of
from engine.model import Execution, Routine


def history(*sessions: Sequence[str], start: float = 0.0) -> list[Execution]:
    """Each session a list of lines, half a minute apart; `!` in front: it failed."""
    made: list[Execution] = []
    at = start
    for number, lines in enumerate(sessions):
        at += 10_000
        for line in lines:
            at += 30
            failed = line.startswith("!")
            made.append(Execution(at, line.lstrip("!"), exit_code=int(failed), session=f"s{number}", id=len(made) + 1))
    return made


def lines_of(routine: Routine) -> list[str]:
    return [" ".join(step) for step in routine.steps]


NOISE = ["ls", "vim a.py", "cat b", "git diff", "cd x", "htop", "grep -n y z", "df -h", "man tar", "less q"]


def release(version: str, *between: str) -> list[str]:
    lines = [
        f"hatch version {version}",
        f'git commit -am "Release {version}"',
        f"git tag v{version}",
        f"git push origin v{version}",
    ]
    return [line for k, step in enumerate(lines) for line in (step, *between[k : k + 1])]


RELEASE = [
    "hatch version {{ version }}",
    "git commit -am Release {{ version }}",
    "git tag v{{ version }}",
    "git push origin v{{ version }}",
]


@pytest.mark.parametrize(
    "sessions",
    [
        [release("1.2.3"), release("1.3.0"), release("2.0.0")],
        [[*release("1.2.3"), *release("1.3.0"), *release("2.0.0")]],
        [[*NOISE, *release("1.2.3")], [*release("1.3.0"), *NOISE], [*NOISE[:4], *release("2.0.0"), "ls"]],
        [release("1.2.3", "ls"), release("1.3.0", "git status", "vim x"), release("2.0.0", "ls", "cd a", "pwd")],
        [["make x", *release("1.2.3")], release("1.3.0"), [*release("2.0.0"), "kubectl get pods"]],
        [[*release("1.2.3")[:2], "!git tag v1.2.3", *release("1.2.3")[2:]], release("1.3.0"), release("2.0.0")],
    ],
    ids=["by themselves", "in one session", "among others", "interrupted", "with odd ends", "with a retry"],
)  # fmt: skip
def test_a_release_is_found(sessions: list[list[str]]) -> None:
    (routine,) = mine(history(*sessions))
    assert lines_of(routine) == RELEASE
    assert [binding["version"] for binding in routine.bindings] == ["1.2.3", "1.3.0", "2.0.0"]
    assert routine.types == {"version": "version"}
    assert name_of(routine) == "release"
    assert all(len(ids) == 4 for ids in routine.occurrences)


def test_three_are_needed() -> None:
    assert mine(history(release("1.2.3"), release("1.3.0"))) == ()


@pytest.mark.parametrize(
    "lines",
    [["ls", "cd src", "git status"], ["vim a.py", "clear", "ls"], ["git status", "git diff"], ["make test"]],
)
def test_looking_around_is_no_routine(lines: list[str]) -> None:
    assert mine(history(*[lines] * 8)) == ()


def test_the_order_of_rows_does_not_matter() -> None:
    rows = history([*NOISE, *release("1.2.3")], release("1.3.0"), release("2.0.0"))
    assert mine(rows[::-1]) == mine(rows)


def test_one_compound_line_is_several_steps() -> None:
    branches = ["fix/login", "feat/cart", "fix/typo-in-mail"]
    sessions = [[f"git switch -c {b} && git commit -am '{b}: start'", f"git push -u origin {b}"] for b in branches]
    (routine,) = mine(history(*sessions))
    assert lines_of(routine) == [
        "git switch -c {{ branch }}", "git commit -am {{ branch }}: start", "git push -u origin {{ branch }}"
    ]  # fmt: skip
    assert name_of(routine) == "git-switch-commit-push"


def test_a_name_in_another_case_is_the_same_parameter() -> None:
    names = ["order_list", "user_card", "side_menu"]
    forms = {name: "".join(part.title() for part in name.split("_")) for name in names}
    sessions = [[f"mkdir src/{n}", f"touch src/{n}/{forms[n]}.tsx", f"npm run gen -- {forms[n]}"] for n in names]
    (routine,) = mine(history(*sessions))
    assert len(routine.types) == 1
    assert lines_of(routine)[1].endswith("| pascal }}.tsx")


def test_a_look_at_something_else_each_time_is_no_step() -> None:
    """What is read on the way differs each time and comes back nowhere; what the work names is a step."""
    rules = [("fix/tar", "rules/zip.py"), ("feat/uv", "README.md"), ("topic-gh", "rules/base.py")]
    sessions = [
        [f"git switch -c {branch}", f"cat {read}", "pytest -q", f"cat docs/{branch}.md", f"git push -u origin {branch}"]
        for branch, read in rules
    ]
    (routine,) = mine(history(*sessions))
    assert lines_of(routine) == [
        "git switch -c {{ branch }}",
        "pytest -q",
        "cat docs/{{ branch }}.md",
        "git push -u origin {{ branch }}",
    ]


def test_a_value_is_named_after_the_word_that_it_is() -> None:
    sessions = [
        [f'git merge --no-ff -m "Merge {name}" {name}', "git push", f"git branch -d {name}"]
        for name in ("just-lexer", "abbr", "mkdocs-unknown")
    ]
    (routine,) = mine(history(*sessions))
    assert lines_of(routine)[0] == "git merge --no-ff -m Merge {{ branch }} {{ branch }}"


def test_values_that_nothing_parts_are_one() -> None:
    """The name stands in the address too, though not in the same place each time."""
    addresses = [
        ("sdispater+pendulum/repo", "pendulum"),
        ("nvbn+fixer/repo", "fixer"),
        ("lexers+lexers/repo", "lexers"),
    ]
    sessions = [
        [f"git clone /srv/mirror/{address} {name}", f"cd {name}", "python3 -m venv .venv"]
        for address, name in addresses
    ]
    (routine,) = mine(history(*sessions))
    clone, into, _ = routine.steps
    assert clone[:2] == ("git", "clone") and clone[3] == into[1] != clone[2]
    assert clone[2:] == ("{{ url }}", "{{ directory }}")


def test_what_was_seen_in_one_run_only_is_no_constant() -> None:
    """Each run adds another number of files: which ones is asked."""
    added = ["src/toml.txt", "lexers/just.py lexers/map.py", "tests/a tests/b tests/c"]
    sessions = [["npm run goldens", f"git add {files}", "git push origin HEAD", "make docs"] for files in added]
    (routine,) = mine(history(*sessions))
    assert lines_of(routine)[1].startswith("git add {{ path")
    assert not any(part in lines_of(routine)[1] for part in ("src", "lexers", "tests/"))
