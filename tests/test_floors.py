"""The floors of docs/architecture.md, and what importing costs; counted in modules, not in seconds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("textual", "rich", "jinja2", "yaml", "watchdog", "sqlite_utils", "rapidfuzz")


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after `code`."""
    script = f"{code}\nimport json, sys; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_every_file_has_a_floor_and_imports_only_lower_ones() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_version_and_help_import_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys; sys.argv = ['patui', *{arguments!r}]\nfrom tui.cli import main\n"
    code += "try:\n    main()\nexcept SystemExit:\n    pass"
    assert modules_after(code).isdisjoint(HEAVY)


def test_version_does_not_even_import_click() -> None:
    code = "import sys; sys.argv = ['patui', '--version']\nfrom tui.cli import main\nmain()"
    assert "click" not in modules_after(code)


def test_importing_the_engine_imports_nothing_heavy() -> None:
    assert modules_after("import engine").isdisjoint(HEAVY)


def test_the_engine_process_does_without_the_terminal() -> None:
    assert modules_after("import engine.service").isdisjoint(("textual", "rich", "click", "tui"))


def test_nothing_imports_difflib() -> None:
    sources = [path for package in ("engine", "tui") for path in (ROOT / package).rglob("*.py")]
    guilty = [path.name for path in sources if re.search(r"^\s*(import|from)\s+difflib", path.read_text(), re.M)]
    assert sources and not guilty


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in ("engine", "tui")
        for path in (ROOT / package).rglob("*.py")
        if (lines := path.read_text().count("\n")) > 400
    }
    assert not long
