"""Reports of tests: failures become errors, the next green run resolves them, and XML stays harmless."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions.importing import Imported
from engine.actions.importing_tests import import_report
from engine.errors import BrokenInput
from engine.sources.test_reports import junit, reportlog
from engine.store import errors, executions
from engine.workspace import Workspace, open_workspace

NOW = 1_763_769_600.0
TRACE = (
    "def test_b():\n&gt;       import babel\nE       ModuleNotFoundError: No module named 'babel'\n\n"
    "tests/t.py:4: ModuleNotFoundError"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, clock=lambda: NOW + 1e5) as opened:
        yield opened


def xml(*cases: str, stamp: str = "2025-11-22T00:00:00") -> bytes:
    body = "".join(cases)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" timestamp="{stamp}">{body}'
        "</testsuite></testsuites>"
    ).encode()


def case(name: str, inner: str = "") -> str:
    return f'<testcase classname="tests.t" name="{name}" time="0.5">{inner}</testcase>'


FAILED = case("b", f'<failure message="ModuleNotFoundError: No module named &apos;babel&apos;">{TRACE}</failure>')


def test_a_junit_report_names_each_test() -> None:
    found = junit(xml(case("a"), FAILED, case("c", "<skipped/>"), case("d", '<error type="E" message="m">x</error>')))
    assert [(one.name, one.passed) for one in found] == [
        ("tests.t::a", True),
        ("tests.t::b", False),
        ("tests.t::c", None),
        ("tests.t::d", False),
    ]
    assert found[1].at == NOW and found[1].seconds == 0.5 and "import babel" in found[1].text
    assert found[3].text.startswith("E: m")


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite name="&b;"/>'
FILE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>'


@pytest.mark.parametrize("text", [b"", b"text", b"<a/>", BOMB, FILE, b"<testsuite>" * 60, b"<testsuite>"])
def test_what_is_no_report_is_refused(text: bytes) -> None:
    with pytest.raises(BrokenInput):
        junit(text)


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(text: bytes) -> None:
    for read in (junit, reportlog):
        with suppress(BrokenInput):
            read(text)


def take(workspace: Workspace, name: str, text: bytes, at: float = NOW, kind: str = "junit") -> Imported:
    file = workspace.root / name
    file.write_bytes(text)
    os.utime(file, (at, at))
    return import_report(workspace, kind, file)


def test_a_failure_is_an_error_until_the_next_green_run(workspace: Workspace) -> None:
    red, green = xml(case("a"), FAILED), xml(case("a"), case("b"), stamp="2025-11-22T01:00:00")
    assert take(workspace, "1.xml", red) == Imported(imported=1, skipped=1)
    assert take(workspace, "1.xml", red) == Imported(known=1, skipped=1)
    (error,) = errors.unresolved(workspace.store, 0)
    assert (error.type, error.parameters) == ("ModuleNotFoundError", ("babel",))
    assert take(workspace, "early.xml", xml(case("b"), stamp="2025-11-21T00:00:00")) == Imported(skipped=1)
    assert take(workspace, "2.xml", green) == Imported(imported=1, skipped=1)
    assert errors.unresolved(workspace.store, 0) == []
    (resolution,) = errors.resolutions_of(workspace.store, error.signature)
    assert resolution.error_id == error.id and resolution.at == NOW + 3600.5
    run = executions.get(workspace.store, resolution.execution_id)
    assert run is not None and run.success and run.inputs == {"test": "tests.t::b"}
    assert take(workspace, "3.xml", green.replace(b"01:00", b"02:00")) == Imported(skipped=2)


def log_line(name: str, when: str, outcome: str, **more: object) -> str:
    return json.dumps({"$report_type": "TestReport", "nodeid": name, "when": when, "outcome": outcome, **more}) + "\n"


def phases(name: str, outcome: str, **more: object) -> str:
    return (
        log_line(name, "setup", "passed")
        + log_line(name, "call", outcome, **more)
        + log_line(name, "teardown", "passed")
    )


LONG = {
    "reprcrash": {"path": "/t.py", "lineno": 4, "message": "ModuleNotFoundError: No module named 'babel'"},
    "reprtraceback": {
        "reprentries": [
            {
                "data": {
                    "lines": [">       import babel", "E       ModuleNotFoundError: No module named 'babel'"],
                    "reprfileloc": {"path": "t.py", "lineno": 4, "message": "ModuleNotFoundError"},
                }
            }
        ]
    },
}


def test_a_reportlog_names_each_test_by_its_worst_phase(workspace: Workspace) -> None:
    text = (
        '{"pytest_version": "8", "$report_type": "SessionStart"}\n'
        + phases("t.py::a", "passed", duration=0.5, stop=NOW)
        + phases("t.py::b", "failed", longrepr=LONG, duration=1.5, stop=NOW)
        + log_line("t.py::c", "setup", "skipped")
        + "no json\n"
    ).encode()
    found, broken = reportlog(text)
    assert [(one.name, one.passed) for one in found] == [("t.py::a", True), ("t.py::b", False), ("t.py::c", None)]
    assert broken == 1 and (found[1].at, found[1].seconds) == (NOW, 1.5)
    assert take(workspace, "log", text, kind="reportlog") == Imported(imported=1, skipped=2, broken=1)
    (error,) = errors.unresolved(workspace.store, 0)
    assert (error.type, error.parameters) == ("ModuleNotFoundError", ("babel",))
    green = phases("t.py::b", "passed", stop=NOW + 60).encode()
    assert take(workspace, "log", green, kind="reportlog").imported == 1
    assert errors.unresolved(workspace.store, 0) == []
