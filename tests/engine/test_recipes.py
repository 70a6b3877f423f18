"""Steps are run as they were shown: words stay words, a failure stops, an edited file is left alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from engine import recipes
from engine.errors import InvalidDocument, RefusedError, UsageError
from engine.mining.command_risks import marks_of
from engine.model import Kind, Pattern, Step, StepKind, Variable, VariableType
from engine.sources.run import Ran


def pattern(*steps: Sequence[str], variables: tuple[Variable, ...] = ()) -> Pattern:
    return Pattern("PAT-X-001", "x", Kind.EXECUTION, variables, steps=tuple({"argv": list(argv)} for argv in steps))


def prepared(found: Pattern, values: Mapping[str, str] | None = None) -> recipes.Ready:
    return recipes.ready(recipes.bound(recipes.steps_of(found), values or {}), name=found.name)


class Runs:
    """A runner that runs nothing; it ends with the code that was ordered for a program."""

    def __init__(self, **codes: int) -> None:
        self.codes = codes
        self.calls: list[tuple[tuple[str, ...], Path]] = []

    def __call__(self, argv: Sequence[str], cwd: Path) -> Ran:
        self.calls.append((tuple(argv), cwd))
        return Ran(self.codes.get(argv[0], 0), 0.5, f"{argv[0]} said this\n")


def test_parameters_become_whole_words(tmp_path: Path) -> None:
    found = pattern(["tag", "v{{ version }}", "--note={{ note | upper }}"], ["push", "{{ version }}"])
    assert recipes.parameters_of(recipes.steps_of(found)) == ("version", "note")
    ready = prepared(found, {"version": "1.2", "note": "a b; rm -rf ~"})
    assert [step.argv for step in ready.steps] == [("tag", "v1.2", "--note=A B; RM -RF ~"), ("push", "1.2")]
    assert recipes.shown(ready.steps[0]) == "tag v1.2 '--note=A B; RM -RF ~'"
    run = Runs()
    outcome = recipes.carry_out(ready, tmp_path, run)
    assert outcome.succeeded and outcome.seconds == 1.0 and run.calls[1] == (("push", "1.2"), tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (Variable("v", VariableType.INTEGER), "seven"),
        (Variable("v"), "--force"),
        (Variable("v"), "two\nlines"),
        (Variable("v"), ""),
    ],
)
def test_a_value_of_another_type_is_refused(variable: Variable, value: str) -> None:
    with pytest.raises(UsageError):
        recipes.checked(variable, value)


def test_what_only_a_shell_could_run_is_refused() -> None:
    for words in (["kill", "$(lsof -ti:80)"], ["make", ">", "log"], ["A=1", "make"], ["a", "|"]):
        with pytest.raises(RefusedError):
            prepared(pattern(words))
    with pytest.raises(InvalidDocument):
        recipes.steps_of(Pattern("PAT-X-001", "x", Kind.EXECUTION, steps=({"command": "a b"},)))


def test_the_first_failure_stops_and_what_is_left_is_told(tmp_path: Path) -> None:
    ready = prepared(pattern(["a"], ["b"], ["c"], ["d"]))
    outcome = recipes.carry_out(ready, tmp_path, Runs(b=3))
    assert [one.exit_code for one in outcome.done] == [0, 3] and [step.argv[0] for step in outcome.left] == ["c", "d"]
    assert not outcome.succeeded
    stopped = recipes.carry_out(ready, tmp_path, Runs(), before=lambda number, step: number < 1)
    assert len(stopped.done) == 1 and len(stopped.left) == 3


def test_a_pipeline_is_joined_and_its_output_is_streamed(tmp_path: Path) -> None:
    heard: list[str] = []
    write = [sys.executable, "-c", "print('one two')"]
    ready = prepared(pattern([*write, "|", "tr", "a-z", "A-Z"]))
    outcome = recipes.carry_out(ready, tmp_path, recipes.piped(heard.append))
    assert outcome.succeeded and "".join(heard) == "ONE TWO\n" == outcome.done[0].output
    missing = recipes.carry_out(prepared(pattern(["no-such-program"])), tmp_path, recipes.piped(heard.append))
    assert missing.done[0].exit_code == 127


def test_an_edit_replaces_what_was_shown_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old\n")
    (tmp_path / "a.py").chmod(0o755)
    ready = recipes.ready([Step(StepKind.EDIT, path="a.py", before="old\n", after="new\n")], name="x")
    assert recipes.carry_out(ready, tmp_path, Runs()).succeeded
    assert (tmp_path / "a.py").read_text() == "new\n" and (tmp_path / "a.py").stat().st_mode & 0o777 == 0o755
    again = recipes.carry_out(ready, tmp_path, Runs())
    assert not again.succeeded and "edited" in again.done[0].output
    (tmp_path / "link").symlink_to(tmp_path / "a.py")
    linked = recipes.ready([Step(StepKind.EDIT, path="link", before="new\n", after="x\n")], name="x")
    assert not recipes.carry_out(linked, tmp_path, Runs()).succeeded
    assert (tmp_path / "a.py").read_text() == "new\n"
    for path in ("../a.py", ".git/hooks/pre-commit", ".vscode/tasks.json"):
        with pytest.raises(RefusedError):
            recipes.ready([Step(StepKind.EDIT, path=path, before="", after="x\n")], name="x")


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        ("pip install yaml", ("installs", "network")),
        ("python3 -m pip install -r requirements.txt", ("installs", "network")),
        ("npm ci", ("installs", "network")),
        ("sudo apt-get install libpq-dev", ("installs", "network", "privileged")),
        ("git pull --rebase", ("network",)),
        ("git clean -fdx", ("deletes",)),
        ("rm -rf build", ("deletes",)),
        ("lsof -ti :8000 | xargs kill -9", ("deletes",)),
        ("terraform init", ("installs", "network")),
        ("go mod tidy", ("network",)),
        ("curl https://example.org", ("network",)),
        ("ruff check --fix .", ()),
        ("make build", ()),
        ("git add .", ()),
    ],
)
def test_marks(line: str, marks: tuple[str, ...]) -> None:
    assert marks_of(tuple(line.split())) == marks
