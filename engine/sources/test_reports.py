"""Reports of tests as events: JUnit XML and pytest-reportlog, each test once, with what a failure said.

XML is read without a document type: no entity is ever declared, so none can grow or reach for a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

from engine.errors import BrokenInput

MOST_BYTES = 64_000_000
_MOST_TEXT = 64_000  # of one failure
_MOST_DEPTH = 50


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test of a report. `at` is when it ended, 0 where the report does not say; `text` what a failure said."""

    __test__ = False  # pytest would take it for a test

    name: str
    passed: bool | None  # None: skipped
    at: float = 0.0
    seconds: float | None = None
    text: str = ""
    tool: str = ""


def junit(text: bytes) -> list[TestResult]:
    """The tests of a JUnit XML report, in order. BrokenInput for what is none."""
    reader = _Junit()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise BrokenInput(f"is no XML: {error}") from None
    if not reader.is_report:
        raise BrokenInput("is no JUnit report: it holds no testsuite")
    return reader.found


def _refuse(*_: object) -> None:
    raise BrokenInput("has a document type, which no report needs and which is not read")


@dataclass
class _Junit:
    """Follows the elements of a report."""

    found: list[TestResult] = field(default_factory=list)
    is_report: bool = False
    _depth: int = 0
    _suites: list[Mapping[str, str]] = field(default_factory=list)
    _case: Mapping[str, str] | None = None
    _passed: bool | None = True
    _texts: list[str] = field(default_factory=list)
    _takes: bool = False

    def start(self, element: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise BrokenInput(f"is nested more than {_MOST_DEPTH} deep")
        if element in ("testsuite", "testsuites"):
            self.is_report = True
            self._suites.append(attributes)
        elif element == "testcase":
            self._case, self._passed, self._texts = attributes, True, []
        elif self._case is not None and element in ("failure", "error", "rerunFailure"):
            self._passed = False
            self._takes = True
            says = attributes.get("message", "")
            kind = attributes.get("type", "")
            self._texts.append(f"{kind}: {says}\n" if kind and says and not says.startswith(kind) else f"{says}\n")
        elif self._case is not None and element == "skipped" and self._passed:
            self._passed = None

    def characters(self, text: str) -> None:
        if self._takes:
            self._texts.append(text)

    def end(self, element: str) -> None:
        self._depth -= 1
        if element in ("testsuite", "testsuites"):
            self._suites.pop()
        elif element in ("failure", "error", "rerunFailure"):
            self._takes = False
        elif element == "testcase" and self._case is not None:
            self.found.append(self._result(self._case))
            self._case = None

    def _result(self, case: Mapping[str, str]) -> TestResult:
        stamps = [suite["timestamp"] for suite in reversed(self._suites) if suite.get("timestamp")]
        suite = self._suites[-1].get("name", "") if self._suites else ""
        name = "::".join(part for part in (case.get("classname") or case.get("file"), case.get("name")) if part)
        text = "".join(self._texts).strip("\n")
        return TestResult(
            name,
            self._passed,
            _moment(stamps[0]) if stamps else 0.0,
            _seconds(case.get("time")),
            text[-_MOST_TEXT:],
            "pytest" if suite == "pytest" else "",
        )


def reportlog(text: bytes) -> tuple[list[TestResult], int]:
    """The tests of a pytest-reportlog file, each by its worst phase, and how many lines were none."""
    found: dict[str, TestResult] = {}
    broken = 0
    is_log = False
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            broken += 1
            continue
        if not isinstance(told, dict) or "$report_type" not in told:
            broken += 1
            continue
        is_log = True
        if told["$report_type"] in ("TestReport", "CollectReport"):
            _add(found, told)
    if not is_log:
        raise BrokenInput("is no log of pytest-reportlog")
    return list(found.values()), broken


def _add(found: dict[str, TestResult], told: Mapping[str, Any]) -> None:
    name, outcome = told.get("nodeid"), told.get("outcome")
    collected = told["$report_type"] == "CollectReport"
    if not isinstance(name, str) or not name or (collected and outcome != "failed"):
        return
    passed = {"passed": True, "failed": False}.get(str(outcome))
    before = found.get(name)
    stop, seconds = told.get("stop"), _seconds(told.get("duration"))
    at = float(stop) if isinstance(stop, (int, float)) and not isinstance(stop, bool) else 0.0
    if before is not None and told.get("when") != "setup":
        worst = False if False in (passed, before.passed) else None if None in (passed, before.passed) else True
        text = before.text or _long_text(told.get("longrepr")) if worst is False else ""
        total = (before.seconds or 0.0) + (seconds or 0.0)
        found[name] = TestResult(name, worst, at or before.at, total, text, "pytest")
    else:  # the first phase, of the first run or of one more
        text = _long_text(told.get("longrepr")) if passed is False else ""
        found[name] = TestResult(name, passed, at, seconds, text, "pytest")


def _long_text(long: object) -> str:
    """What a failure said: its message, as JUnit's reports begin with, and the lines of its traceback."""
    if isinstance(long, str):
        return long[-_MOST_TEXT:]
    if not isinstance(long, dict):
        return ""
    lines: list[str] = []
    trace = long.get("reprtraceback")
    for entry in trace.get("reprentries") or () if isinstance(trace, dict) else ():
        data = entry.get("data") if isinstance(entry, dict) else None
        if not isinstance(data, dict):
            continue
        lines += [line for line in data.get("lines") or () if isinstance(line, str)]
        place = data.get("reprfileloc")
        if isinstance(place, dict):
            lines.append(f"{place.get('path')}:{place.get('lineno')}: {place.get('message')}")
    crash = long.get("reprcrash")
    if isinstance(crash, dict) and isinstance(crash.get("message"), str):
        lines.insert(0, crash["message"])
    return "\n".join(lines)[-_MOST_TEXT:]


def _moment(stamp: str) -> float:
    try:
        parsed = datetime.fromisoformat(stamp)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _seconds(value: object) -> float | None:
    try:
        seconds = float(str(value).replace(",", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e8 else None
