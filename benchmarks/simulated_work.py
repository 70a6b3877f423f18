"""What a made-up developer does in a quarter: files of several families, routines, errors, things that keep failing.

Everything follows from a seed and the number of weeks; nothing here knows patui.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from benchmarks.simulated_files import FAMILIES, Family, Files

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)  # a Monday
DRIFT_WEEK = 4  # from here on, counted from 0, the changed form is written
WORK_DAYS = 5

_FIRST = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "ivory", "jetty", "karst", "lunar",
          "mango", "north", "ocean", "pearl", "quartz", "river")  # fmt: skip
_SECOND = ("gate", "lane", "post", "mill", "yard", "dock", "line", "hall", "wharf", "ridge", "field", "works", "depot",
           "bridge", "market")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Make:
    """A new member of a family: its files, and the path that names it (for several files the directory)."""

    at: float
    family: str
    target: str
    files: Files


@dataclass(frozen=True, slots=True)
class Ran:
    """One command, or one use of an orchestrator's pattern, as a record of `patui log`."""

    at: float
    record: dict[str, object]


@dataclass(frozen=True, slots=True)
class Routine:
    """Commands that are run in a row with values of their own."""

    at: float
    name: str
    values: dict[str, str]
    steps: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Broke:
    """A command that fails, the command that repairs it, and the first one again."""

    at: float
    kind: str
    command: str
    error: str
    repair: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Failing:
    """Something planted that keeps failing from one week on, `times` within it, and is repaired `weeks` later.

    `causes` are the right answers; none means that it must not be called an anti-pattern.
    """

    name: str
    pattern_id: str
    operation: str
    errors: tuple[str, ...]
    causes: frozenset[str]
    times: int = 4
    exit_code: int = 1
    command: str = ""
    verification: str = ""
    file_type: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A whole quarter, in order of time, and what was planted in it."""

    work: tuple[Make | Ran | Routine | Broke, ...]
    failing: dict[str, Failing] = field(default_factory=dict)


RELEASE = (("git switch -c release/{version}", 9.0), ("make build VERSION={version}", 75.0),
            ("git tag v{version}", 8.0), ("make ship VERSION={version}", 140.0), ("git switch main", 7.0))  # fmt: skip
BRANCH = (("git switch -c fix/{ticket}", 11.0), ("make check", 55.0), ("git push -u origin fix/{ticket}", 14.0),
           ("git switch main", 6.0))  # fmt: skip
_MODULES = ("httpx", "orjson", "babel", "pydantic", "arrow", "rich", "attrs", "tomlkit", "structlog", "tenacity",
            "pendulum", "marshmallow")  # fmt: skip
_IDLE = ("git status", "git diff", "ls", "git log --oneline -5", "cat README.md", "git stash list", "pwd")

FAILING = (
    Failing("nightly export", "PAT-NIGHTLY-EXPORT-001", "export", ("bash: line 1: pgcopy: command not found",),
            frozenset({"missing_dependency"}), exit_code=127),
    Failing("image build", "PAT-IMAGE-BUILD-001", "build",
            ("Traceback (most recent call last):\n  File \"tools/image.py\", line 3, in <module>\n    import wand\n"
             "ModuleNotFoundError: No module named 'wand'",), frozenset({"missing_dependency"})),
    Failing("service skeleton", "PAT-SERVICE-NEW-001", "create",
            ("jinja2.exceptions.UndefinedError: 'region' is undefined",), frozenset({"template_too_rigid"}), times=5),
    Failing("report page", "PAT-REPORT-PAGE-002", "create",
            ("template error: title 'Ocean & Grove (2nd)' does not match the pattern ^[a-z_]+$",
             "template error: title 'Ivory/Mill' does not match the pattern ^[a-z_]+$"),
            frozenset({"template_too_rigid"})),
    Failing("manifest check", "PAT-MANIFEST-LINT-001", "lint", (), frozenset({"verification_failed"}), times=6,
            verification="expected exactly 12 keys, found 13"),
    Failing("golden pages", "PAT-GOLDEN-PAGES-001", "verify",
            ("AssertionError: rendered page differs from the golden file in 1 line",),
            frozenset({"verification_failed"})),
    Failing("settings merge", "PAT-SETTINGS-MERGE-001", "merge",
            ("error: settings.toml is not a YAML file: this pattern takes .yaml",), frozenset({"wrong_context"}),
            file_type=".toml"),
    Failing("integration run", "", "integration", ("TimeoutError: no answer from api.shop.example after 30 s",),
            frozenset({"timeout"}), command="make integration", times=5),
    Failing("artefact upload", "PAT-UPLOAD-001", "upload", ("OSError: [Errno 28] No space left on device",),
            frozenset({"disk_full"})),
    Failing("dev server", "", "serve", ("OSError: [Errno 98] Address already in use: ('127.0.0.1', 8400)",),
            frozenset({"port_in_use"}), command="python -m shop.web"),
    Failing("deploy rights", "PAT-DEPLOY-003", "deploy",
            ("PermissionError: [Errno 13] Permission denied: '/srv/shop/current'",), frozenset({"permission"})),
    Failing("seed data", "", "seed",
            ("json.decoder.JSONDecodeError: Expecting ',' delimiter: line 14 column 3 (char 310)",),
            frozenset({"bad_input"}), command="python -m shop.seed fixtures/stock.json"),
    # What must not be called one: it failed twice, or it is a search that found nothing.
    Failing("twice only", "PAT-ROTATE-001", "rotate", ("KeyError: 'cycle'",), frozenset(), times=2),
    Failing("empty search", "", "", (), frozenset(), times=6, command="grep -rn TODO shop"),
)  # fmt: skip


def story(seed: int, weeks: int) -> Story:
    """The quarter (or `weeks` of one) of a seed."""
    rng = random.Random(seed)
    names = [f"{one}_{other}" for one in _FIRST for other in _SECOND]
    rng.shuffle(names)
    work: list[Make | Ran | Routine | Broke] = []
    for family in FAMILIES:
        work += _members(family, weeks, names, rng)
    work += _routines(weeks, rng)
    work += _errors(weeks, rng)
    planted: dict[str, Failing] = {}
    for number, one in enumerate(FAILING):
        week = 1 + number * max(1, weeks - 4) // len(FAILING)
        if week + 1 < weeks:
            planted[one.name] = one
            work += _failures(one, week, weeks, rng)
    for _ in range(weeks * 6):
        at = _moment(rng.randrange(weeks), rng)
        work.append(Ran(at, {"command": rng.choice(_IDLE), "exit_code": 0, "duration_seconds": 1.0}))
    return Story(tuple(sorted(work, key=lambda one: one.at)), planted)


def _moment(week: int, rng: random.Random, first: int = 0, last: int = WORK_DAYS - 1) -> float:
    """A second of working hours in a week."""
    day = START + timedelta(weeks=week, days=rng.randint(first, last))
    return day.timestamp() + rng.randrange(0, 8 * 3600)


def _members(family: Family, weeks: int, names: list[str], rng: random.Random) -> list[Make]:
    made = []
    owed = 0.0
    for week in range(min(weeks, family.until)):
        owed += family.weekly * rng.uniform(0.7, 1.3)
        while owed >= 1:
            owed -= 1
            name = names.pop()
            files = family.text(name, rng, family.drifts and week >= DRIFT_WEEK)
            target = f"{family.place}{name}" if len(files) > 1 else next(iter(files))
            made.append(Make(_moment(week, rng), family.name, target, files))
    return made


def _routines(weeks: int, rng: random.Random) -> list[Routine]:
    done = []
    for week in range(weeks):
        values = {"version": f"1.{week}.{rng.randint(0, 4)}"}
        done.append(_routine(_moment(week, rng, 3, 3), "release", values, RELEASE, rng))
        for day in sorted(rng.sample(range(WORK_DAYS), 2)):
            ticket = {"ticket": f"shop-{100 + 10 * week + day}"}
            done.append(_routine(_moment(week, rng, day, day), "branch", ticket, BRANCH, rng))
    return done


def _routine(
    at: float, name: str, values: dict[str, str], steps: Sequence[tuple[str, float]], rng: random.Random
) -> Routine:
    return Routine(
        at, name, values, tuple((step.format(**values), took * rng.uniform(0.8, 1.4)) for step, took in steps)
    )


def _errors(weeks: int, rng: random.Random) -> list[Broke]:
    found = []
    for week in range(weeks):
        module = _MODULES[week % len(_MODULES)]
        test = f"pytest tests/carriers -k {rng.choice(_FIRST)}"
        trace = f"E   ModuleNotFoundError: No module named '{module}'\n1 error in {rng.random():.2f}s"
        found.append(Broke(_moment(week, rng), "module", test, trace, f"pip install {module}", 60.0))
        branch = f"try/{rng.choice(_SECOND)}-{week}"
        refused = (
            f"fatal: The current branch {branch} has no upstream branch.\n"
            "To push the current branch and set the remote as upstream, use\n\n"
            f"    git push --set-upstream origin {branch}\n"
        )
        repair = f"git push --set-upstream origin {branch}"
        found.append(Broke(_moment(week, rng), "upstream", "git push", refused, repair, 25.0))
    return found


def _failures(one: Failing, week: int, weeks: int, rng: random.Random) -> list[Ran]:
    """Failures within a week, then, from two weeks later on, runs that end well with a newer version."""
    done = []
    day = START + timedelta(weeks=week)
    for number in range(one.times):
        at = day.timestamp() + (number * 4.5 / one.times) * 86_400.0 + rng.randrange(3600)
        record = _use(one, at, number, "1.0.0") | {"success": False, "exit_code": one.exit_code}
        if one.errors:
            record["error_output"] = one.errors[number % len(one.errors)]
        if one.verification:
            record["verification"] = one.verification
        done.append(Ran(at, record))
    for later in range(week + 2, min(weeks, week + 4)):
        for number in range(2):
            at = _moment(later, rng)
            done.append(Ran(at, _use(one, at, 100 * later + number, "1.1.0") | {"success": True, "exit_code": 0}))
    return done


def _use(one: Failing, at: float, number: int, version: str) -> dict[str, object]:
    record: dict[str, object] = {"timestamp": at, "duration_seconds": 20.0, "input_signature": f"{one.name} {number}"}
    if one.operation:
        record["operation_kind"] = one.operation
    if one.pattern_id:
        record |= {"pattern_id": one.pattern_id, "pattern_version": version}
    if one.command:
        record["command"] = one.command
    if one.file_type:
        record["file_types"] = [one.file_type if version == "1.0.0" else ".yaml"]
    return record
