"""What drafting a candidate takes: as many predictions as its files' length allows, and no line read twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import drafting, savings
from engine.model import Candidate, Example, Family, Instance, Kind, Member
from engine.savings import Cost, edit_cost
from engine.workspace import open_workspace


def candidate(root: Path, lines: int, count: int = 12) -> Candidate:
    """The proposal for `count` files of which each has `lines` lines in common with the others."""
    shared = "".join(f"step_{number} = run(number={number}, retries=3)\n" for number in range(lines))
    instances = []
    for index in range(count):
        path = f"jobs/job{index}/main.py"
        text = f'"""The job {index}."""\n\nNAME = "job{index}"\nPORT = {8000 + index}\n{shared}'
        instances.append(Instance(path, (Example(path, text, created=index + 1.0),), index + 1.0))
    members = tuple(Member(one.path, (one.path,), one.created) for one in instances)
    family = Family("job", Kind.FILE, members, "0123456789abcdef", 0.9, "jobs/{{ job }}/main.py")
    with open_workspace(root) as place:
        found = drafting.propose(family, instances, store=place.store, shelf=place.shelf, trust=place.trust, now=100.0)
    assert found is not None
    return found


def test_fewer_members_are_predicted_the_longer_the_files_are(tmp_path: Path) -> None:
    predicted = []
    for number, lines in enumerate((20, 80, 300)):
        root = tmp_path / str(number)
        root.mkdir()
        predicted.append(candidate(root, lines).evidence["backtest"]["predicted"])
    assert predicted == [drafting.SAMPLE, 4, drafting.LEAST_SAMPLE]


def test_the_confidence_of_a_draft_is_what_its_past_proves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unasked(*_: object, **__: object) -> float:
        raise AssertionError("a family with a past needs no examples left out")

    monkeypatch.setattr(drafting, "confidence", unasked)
    assert candidate(tmp_path, 20).confidence > 0.9


def test_two_files_have_no_past_and_their_confidence_is_measured_by_leaving_one_out(tmp_path: Path) -> None:
    found = candidate(tmp_path, 20, count=2)
    assert found.evidence["backtest"]["predicted"] == 0
    assert found.confidence > 0.5


def test_a_line_is_cut_into_tokens_once_however_many_versions_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []

    def counted(text: str) -> list[str]:
        cut.append(text)
        return original(text)

    original = savings.tokens_of
    monkeypatch.setattr(savings, "_remembered", [savings._Letters()])
    monkeypatch.setattr(savings, "tokens_of", counted)
    lines = [f"unheard of line {number}" for number in range(50)]
    for version in range(20):
        after = [f"version {version} of it", *lines, f"the end of version {version}"]
        assert edit_cost("\n".join(["first", *lines, "last"]), "\n".join(after)).places == 2
    assert all(cut.count(line) == 1 for line in lines)


def test_nothing_depends_on_what_was_compared_before(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [("a = 1\nb = two\n" * n, "a = 2\nb = three\nc\n" * (n + 1)) for n in range(1, 9)]
    once = [edit_cost.__wrapped__(*pair) for pair in pairs]
    monkeypatch.setattr(savings, "_REMEMBERED_LINES", 2)  # now the letters are given anew all the time
    monkeypatch.setattr(savings, "_remembered", [savings._Letters()])
    assert [edit_cost.__wrapped__(*pair) for pair in reversed(pairs)] == once[::-1]


def test_a_line_of_more_tokens_than_there_are_letters_is_typed_anew() -> None:
    before, after = (
        " ".join(f"w{number}" for number in numbers) for numbers in (range(300_000), range(300_000, 0, -1))
    )
    assert edit_cost(before, after) == Cost(len(after), 1)
