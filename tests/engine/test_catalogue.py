"""The patterns that ship: each renders byte for byte as its golden files, can be applied and undone, and works.

A golden file ends in `.golden`, so that no tool takes it for code of ours. After a wanted change of a pattern:
`PATUI_GOLDEN=write pytest tests/engine/test_catalogue.py`, and read the difference.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine import apply
from engine.apply import RenderedFile
from engine.induction import complete, render_files
from engine.library.pattern_file import parse_document, to_document
from engine.library.shelf import Shelf
from engine.model import Application, Kind, Pattern, Status, Value, WriteAction
from engine.paths import problem_with, protected_by
from engine.store.applications import AppliedFile
from engine.template import to_jinja

GOLDEN = Path(__file__).parents[1] / "golden" / "catalogue"
PATTERNS = {pattern.pattern_id: pattern for pattern in Shelf(Path("workspace/patterns")).catalogue()}


@dataclass(frozen=True)
class Case:
    """One application of a pattern; its golden files lie in `GOLDEN/{pattern_id}/{name}`."""

    pattern_id: str
    name: str
    target: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def golden(self) -> Path:
        return GOLDEN / self.pattern_id / self.name


CASES = [
    Case("PAT-ADR-001", "path", "docs/adr/0007-keep-state-in-one-database.md"),
    Case(
        "PAT-ADR-001",
        "values",
        "notes/decision.md",
        {"number": "12", "title": "Use {{ braces }} & accents: é", "status": "accepted"},
    ),
    Case("PAT-PYTHON-PACKAGE-001", "path", "src/shop/price_list"),
    Case("PAT-PYTHON-PACKAGE-001", "values", "orders", {"summary": "What customers want", "tests": False}),
    Case("PAT-SHELL-SCRIPT-001", "path", "scripts/back-up-database.sh"),
    Case("PAT-SHELL-SCRIPT-001", "values", "bin/release", {"summary": "Tag, build and publish"}),
]


def rendered(case: Case) -> list[RenderedFile]:
    pattern = PATTERNS[case.pattern_id]
    completed = complete(pattern.variables, pattern.files, case.target, case.values)
    assert completed.missing == ()
    return [RenderedFile(*file) for file in render_files(pattern.files, completed.values, case.target)]


def apply_to(root: Path, case: Case) -> tuple[Application, list[AppliedFile]]:
    written: list[AppliedFile] = []

    def record(files: Sequence[AppliedFile]) -> Application:
        written.extend(files)
        return Application(1, case.pattern_id, "1.0.0", 0.0, ())

    plan = apply.plan(PATTERNS[case.pattern_id], rendered(case), root, [case.target], case.values)
    return apply.write(plan, root, record=record), written


def test_there_are_three_and_every_one_has_golden_files() -> None:
    assert len(PATTERNS) == 3
    assert {case.pattern_id for case in CASES if case.name == "path"} == set(PATTERNS)
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.glob("*/*")} == {
        f"{case.pattern_id}/{case.name}" for case in CASES
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.pattern_id}-{case.name}")
def test_a_pattern_renders_byte_for_byte(case: Case) -> None:
    files = rendered(case)
    if os.environ.get("PATUI_GOLDEN") == "write":
        shutil.rmtree(case.golden, ignore_errors=True)
        for file in files:
            golden = case.golden / f"{file.path}.golden"
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(file.text.encode())
    wanted = {
        path.relative_to(case.golden).as_posix().removesuffix(".golden"): path.read_bytes()
        for path in case.golden.rglob("*.golden")
    }
    assert {file.path: file.text.encode() for file in files} == wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.pattern_id}-{case.name}")
def test_a_pattern_is_applied_and_undone(case: Case, tmp_path: Path) -> None:
    application, written = apply_to(tmp_path, case)
    assert set(application.paths) == {file.path for file in rendered(case)}
    assert {file.action for file in written} <= {WriteAction.CREATE, apply.DIRECTORY}
    assert apply.undo(application, written, tmp_path).kept == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_is_well_made(pattern: Pattern) -> None:
    assert pattern.status is Status.APPROVED
    assert pattern.description
    assert pattern.confidence == 0.0  # nothing is claimed that was not measured
    assert parse_document(to_document(pattern), "again") == pattern
    for variable in pattern.variables:
        assert variable.description, variable.name
    for file in pattern.files:
        path = to_jinja(file.path)
        assert problem_with(path) == ""
        assert protected_by(path) == ""
    if pattern.kind is Kind.FILE:  # the path alone decides what is neither chosen nor defaulted
        assert all(variable.derivation or variable.default is not None for variable in pattern.variables)


def test_the_package_passes_its_own_test(tmp_path: Path) -> None:
    apply_to(tmp_path, CASES[2])
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is one for Bash")
@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["--help"], 0, "Back up database.\n\nUsage: back-up-database.sh [--help]\n", ""),
        ([], 0, "", ""),
        (["x y"], 2, "", "back-up-database.sh: unknown argument: x y\n"),
    ],
)
def test_the_script_runs(tmp_path: Path, arguments: list[str], code: int, out: str, err: str) -> None:
    case = CASES[4]
    apply_to(tmp_path, case)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [tmp_path / case.target, *arguments], cwd=elsewhere, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)
