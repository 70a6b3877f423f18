"""AUTO-001: three of the same make one offer, whether an orchestrator reports them or a shell types them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.config import DetectionRules
from engine.detectors.execution_detector import (
    MOST_RECENT,
    ExecutionPatternDetector,
    Finding,
    signature_of,
    similarity,
    synthesize,
)
from engine.model import Candidate, Event, Execution, Kind, Status, Suggestion


@dataclass
class Log:
    rows: list[Execution] = field(default_factory=list)
    handed_out: list[int] = field(default_factory=list)

    def record(self, record: Mapping[str, Any]) -> Execution:
        known = {key: value for key, value in record.items() if key in Execution.__slots__}
        for name in ("file_types", "tools_used"):
            known[name] = tuple(record.get(name) or ())
        self.rows.append(Execution(**{"at": 60.0 * len(self.rows), "session": "s", **known, "id": len(self.rows) + 1}))
        return self.rows[-1]

    def recent(self, since: float, limit: int) -> Sequence[Execution]:
        found = [one for one in self.rows if one.at >= since][-limit:]
        self.handed_out.append(len(found))
        return found


@dataclass
class Told:
    suggestions: list[Suggestion] = field(default_factory=list)

    def suggest(self, suggestion: Suggestion) -> None:
        self.suggestions.append(suggestion)

    def tell(self, event: Event) -> None:
        raise AssertionError(event)


class Bench:
    """A detector with its ports in memory."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.told = Told()
        self.log = Log()
        self.detector = ExecutionPatternDetector(self.log, self._propose, self.told, lambda: 1e4, DetectionRules())

    def _propose(self, finding: Finding) -> Candidate:
        self.findings.append(finding)
        return Candidate(
            1, "PAT-X-001", finding.name, Kind.EXECUTION, Status.PENDING, finding.routine.confidence,
            len(finding.routine.occurrences), 0.0, 0.0, finding.routine.signature, "", 0.0,
        )  # fmt: skip

    def run(self, *lines: str) -> list[Candidate | None]:
        return [self.detector.on_execution_complete({"command": line}) for line in lines]


def refactoring(path: str, **more: Any) -> dict[str, Any]:
    return {
        "operation_kind": "refactor", "tools_used": ["read", "edit", "test"], "file_types": ["py"],
        "inputs": {"path": path, "depth": 1}, "outputs": {"changed": 3},
        "verification": "pytest", "seconds": 90.0, **more,
    }  # fmt: skip


def test_the_plans_signature() -> None:
    assert signature_of({**refactoring("src/a.py"), "file_types": None}) == {
        "operation_kind": "refactor",
        "file_types": [".py"],
        "tool_sequence": ["read", "edit", "test"],
        "input_structure": {"depth": "number", "path": "path"},
        "output_structure": {"changed": "number"},
        "verification_method": "pytest",
    }
    assert not any(signature_of({}).values())


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (refactoring("lib/b.py"), True),
        (refactoring("lib/b.py", verification="mypy"), True),
        (refactoring("lib/b.py", tools_used=["read", "edit", "lint", "test"]), True),
        (refactoring("lib/b.py", operation_kind="deploy"), False),
        (refactoring("lib/b.py", tools_used=["ship"], file_types=["yaml"]), False),
    ],
)
def test_similar_is_three_quarters(other: dict[str, Any], alike: bool) -> None:
    one, two = signature_of(refactoring("src/a.py")), signature_of(other)
    assert (similarity(one, two) >= 0.75) is alike
    assert similarity(one, two) == similarity(two, one)
    assert similarity(one, one) == 1.0


def test_the_third_similar_execution_is_offered() -> None:
    bench = Bench()
    paths = ["src/a.py", "lib/b.py", "app/c.py"]
    given = [bench.detector.on_execution_complete(refactoring(path)) for path in paths]
    assert [one is not None for one in given] == [False, False, True]
    (finding,) = bench.findings
    assert finding.name == "refactor"
    assert finding.routine.steps == (("read", "{{ path }}"), ("edit",), ("test",))
    assert [one["path"] for one in finding.routine.bindings] == paths
    assert finding.invariants["verification_method"] == "pytest"
    assert finding.time_savings_estimate == 90.0
    assert bench.told.suggestions[0].title == "You have done this 3 times: refactor. Make it a recipe?"


def test_what_failed_or_used_a_pattern_counts_for_nothing() -> None:
    bench = Bench()
    for more in ({"success": False}, {"success": False}, {"pattern_id": "PAT-A-001"}, {}, {}):
        assert bench.detector.on_execution_complete(refactoring("a.py", **more)) is None
    assert bench.findings == []


def test_a_recipe_is_offered_when_its_third_run_is_complete() -> None:
    bench = Bench()
    given: list[Candidate | None] = []
    for version in ("1.0.1", "1.1.0", "2.0.0"):
        given += bench.run(f"hatch version {version}", "ls", f"git tag v{version}", f"git push origin v{version}")
    assert [one is not None for one in given] == [False] * 11 + [True]
    assert bench.findings[0].routine.steps == (
        ("hatch", "version", "{{ version }}"), ("git", "tag", "v{{ version }}"),
        ("git", "push", "origin", "v{{ version }}"),
    )  # fmt: skip
    assert bench.findings[0].name == "release"


def test_one_more_command_looks_at_the_newest_ones_only() -> None:
    """The work does not grow with the history: one reading of a bounded number, however much was done before."""
    bench = Bench()
    for number in range(3 * MOST_RECENT):
        bench.log.record({"command": f"make step{number % 97}", "at": 60.0})
    bench.run("git status", "hatch version 1.0.1")
    assert bench.log.handed_out == [MOST_RECENT, MOST_RECENT]


def test_single_commands_of_a_shell_are_no_pattern() -> None:
    bench = Bench()
    assert bench.run(*["git status", "pytest tests/a.py", "ls"] * 5) == [None] * 15


def test_commands_of_an_operation_become_its_steps() -> None:
    rows = [
        Execution(0, f"pytest tests/test_{name}.py -q", operation_kind="verify module", seconds=9.0, id=number)
        for number, name in enumerate(["billing", "search", "login"], 1)
    ]
    finding = synthesize(rows)
    assert finding.routine.steps == (("pytest", "tests/test_{{ name }}.py", "-q"),)
    assert finding.name == "verify-module"
