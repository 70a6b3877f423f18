"""What keeps failing: causes by evidence, groups, what fixes one, the registry and the policies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import documents, open_workspace
from engine.actions import enabling
from engine.actions.anti_patterns import archive, detect_anti_patterns, enable_policies
from engine.actions.digesting import Digester
from engine.actions.learning import learners
from engine.enabling.part import Place
from engine.enabling.parts import PARTS
from engine.enabling.policies import POLICIES
from engine.errors import BrokenInput, NoSuchPattern
from engine.library.policies import as_policies, without_block
from engine.mining.causes import cause_in, cause_of, has_failed
from engine.model import Event, Source, Suggestion
from engine.model.failures import Cause
from engine.recording import execution_of, keep
from engine.store import anti_patterns as table
from engine.workspace import Workspace

NOW = 1_795_370_000.0
DAY = 86_400.0
RIGID = "ValueError: variable 'name' value 'my-{}' does not match ^[a-z_]+$"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("ModuleNotFoundError: No module named 'requests'", Cause.MISSING_DEPENDENCY),
        ("bash: jq: command not found", Cause.MISSING_DEPENDENCY),
        ("fatal error: zlib.h: No such file or directory", Cause.MISSING_DEPENDENCY),
        ("jinja2.exceptions.UndefinedError: 'class_name' is undefined", Cause.TEMPLATE_TOO_RIGID),
        ("Template variable NAME expects snake_case, got 'my-file'", Cause.TEMPLATE_TOO_RIGID),
        ("unsupported file type: .md (expected .py)", Cause.WRONG_CONTEXT),
        ("error: could not find `Cargo.toml` in `/tmp/x` or any parent directory", Cause.WRONG_CONTEXT),
        ("fatal: not a git repository (or any of the parent directories): .git", Cause.WRONG_CONTEXT),
        ("E       AssertionError: assert 3 == 4", Cause.VERIFICATION_FAILED),
        ("Ground truth check failed: output too long", Cause.VERIFICATION_FAILED),
        ("PermissionError: [Errno 13] Permission denied: '/etc/x'", Cause.PERMISSION),
        ("Error: listen EADDRINUSE: address already in use :::3000", Cause.PORT_IN_USE),
        ("curl: (6) Could not resolve host: example.com", Cause.NETWORK),
        ("TimeoutError: timed out after 30s", Cause.TIMEOUT),
        ("OSError: [Errno 28] No space left on device", Cause.DISK_FULL),
        ("java.lang.OutOfMemoryError: Java heap space", Cause.OUT_OF_MEMORY),
        ("sqlite3.OperationalError: database is locked", Cause.LOCKED),
        ("CONFLICT (content): Merge conflict in a.py", Cause.MERGE_CONFLICT),
        ("json.decoder.JSONDecodeError: Expecting value: line 1 column 1", Cause.BAD_INPUT),
        ("error TS2322: Type 'string' is not assignable to type 'number'.", Cause.CODE_ERROR),
        ("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", Cause.LOCKED),
        ("npm ERR! code ERESOLVE", Cause.MISSING_DEPENDENCY),
        ("error: toolchain 'nightly' is not installed", Cause.MISSING_DEPENDENCY),
        ("fatal: destination path 'app' already exists and is not an empty directory.", Cause.ALREADY_EXISTS),
        ("ACCESS_REFUSED - access to vhost '/' refused", Cause.PERMISSION),
        ("error: Uncaught PermissionDenied: net", Cause.PERMISSION),
        ("a.go:3:2: ineffectual assignment to err (ineffassign)", Cause.VERIFICATION_FAILED),
        ("a.kt:3:5: error: no such thing here", Cause.CODE_ERROR),
        ("something went wrong", Cause.UNKNOWN),
        ("", Cause.UNKNOWN),
    ],
)
def test_what_a_text_says_of_its_cause(text: str, cause: Cause) -> None:
    assert cause_in(text).cause is cause


def test_a_missing_key_is_the_templates_fault_where_a_pattern_filled_it() -> None:
    assert cause_of(["KeyError: 'author'"], by_pattern=True).cause is Cause.TEMPLATE_TOO_RIGID
    assert cause_of(["KeyError: 'author'"], by_pattern=False).cause is Cause.CODE_ERROR


def test_a_verification_decides_where_the_output_says_nothing_particular() -> None:
    failed = "failed: 2 of 5 files are missing"
    assert cause_of((), "", verification=failed).cause is Cause.VERIFICATION_FAILED
    assert cause_of(["ModuleNotFoundError: No module named 'x'"], verification=failed).cause is Cause.MISSING_DEPENDENCY
    assert cause_of((), "", verification="passed").cause is Cause.UNKNOWN
    assert [has_failed(one) for one in ("passed", "ok", "exit 0", "3 passed", "exit code 1", "FAILED", "")] == [
        *[False] * 4,
        True,
        True,
        False,
    ]


@given(st.text(max_size=400))
def test_any_text_has_a_cause(text: str) -> None:
    assert isinstance(cause_of([text], text, verification=text, exit_code=1, by_pattern=True).cause, Cause)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Told:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def suggest(self, suggestion: Suggestion) -> None:
        raise AssertionError("nothing is suggested here")


def log(workspace: Workspace, at: float, **record: object) -> None:
    execution = execution_of({"timestamp": at, **record}, source=Source.LOG, root=workspace.root, now=at)
    assert not isinstance(execution, str), execution
    keep(workspace.store, [execution])


def fail(workspace: Workspace, at: float, pattern: str = "PAT-X-001", **record: object) -> None:
    log(workspace, at, **{"pattern_id": pattern, "operation_kind": "make_x", "success": False, **record})


def files(root: Path) -> dict[str, str]:
    folder = root / "patterns" / "anti_patterns"
    return {path.name: path.read_text() for path in sorted(folder.iterdir())} if folder.exists() else {}


def test_three_failures_of_seven_days_make_one_in_table_registry_and_page(tmp_path: Path) -> None:
    told = Told()
    with open_workspace(tmp_path, clock=lambda: NOW, notifier=told) as workspace:
        fail(workspace, NOW - 8 * DAY, error_output=RIGID.format(0))
        for number in range(2):
            fail(workspace, NOW - DAY + number, error_output=RIGID.format(number), input_signature=f"i{number}")
        assert detect_anti_patterns(workspace) == () and files(tmp_path) == {}
        fail(workspace, NOW - 60, error_output=RIGID.format(9), input_signature="i9")
        (found,) = workspace.anti_pattern_detector().detect_anti_patterns()
        assert (found.id, found.occurrences, found.cause) == ("ANTI-PAT-001", 3, "template_too_rigid")
        assert table.listing(workspace.store) == [found]
        written = files(tmp_path)
        (entry,) = documents.load(written["registry.yaml"], "registry")["anti_patterns"]
        assert entry["affected_patterns"] == ["PAT-X-001"] and entry["status"] == "active" and entry["fix"]
        assert entry["occurrences"] == 3 and "ANTI-PAT-001" in written["ANTI-PAT-001.md"]
        assert [event.about["anti_pattern"] for event in told.events] == ["ANTI-PAT-001"]
        assert detect_anti_patterns(workspace) == (found,) and files(tmp_path) == written and len(told.events) == 1


def test_failures_of_two_patterns_or_two_errors_do_not_add_up(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(2):
            fail(workspace, NOW - 60 + number, "PAT-A-001", error_output="bash: jq: command not found")
            fail(workspace, NOW - 50 + number, "PAT-B-001", error_output="bash: jq: command not found")
            fail(workspace, NOW - 40 + number, "PAT-A-001", error_output="No space left on device")
        assert detect_anti_patterns(workspace) == ()


def test_mistakes_without_a_pattern_or_an_output_count_too(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(3):
            log(workspace, NOW - 60 + number, command="make build", exit_code=2)
            log(workspace, NOW - 50 + number, command="grep nothing here", exit_code=1)  # an answer
            log(workspace, NOW - 40 + number, command="sleep 100", exit_code=130)  # interrupted
        (found,) = detect_anti_patterns(workspace)
        assert (found.pattern_id, found.cause, found.occurrences) == ("", "unknown", 3)


def test_the_same_input_failing_and_succeeding_is_flaky_but_a_repair_is_not(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(6):
            record = {"input_signature": "same", "success": bool(number % 2)}
            fail(workspace, NOW - 60 + number, "PAT-F-001", error_output="assert 1 == 2" * (not number % 2), **record)
        for number in range(4):
            record = {"input_signature": "same", "success": number == 3}
            fail(workspace, NOW - 60 + number, "PAT-R-001", error_output="assert 1 == 2" * (number < 3), **record)
        found = {row.pattern_id: row.cause for row in detect_anti_patterns(workspace)}
        assert found == {"PAT-F-001": "flaky", "PAT-R-001": "verification_failed"}


def test_another_kind_of_file_than_those_that_succeed_is_the_wrong_context(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(3):
            fail(workspace, NOW - 60 + number, error_output="SyntaxError: invalid syntax", file_types=["md"])
            fail(workspace, NOW - 50 + number, success=True, file_types=["py"])
        (found,) = detect_anti_patterns(workspace)
        assert found.cause == "wrong_context" and "md" in found.name


# ── what becomes of one ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_version_that_does_not_fail_fixes_it_and_failing_again_brings_it_back(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(3):
            fail(workspace, NOW - 600 + number, error_output=RIGID.format(number), pattern_version="1.0.0")
        assert detect_anti_patterns(workspace)[0].status == "active"
        fail(workspace, NOW - 300, success=True, pattern_version="1.1.0")
        fixed = detect_anti_patterns(workspace)[0]
        assert (fixed.status, fixed.fixed_in) == ("fixed", "1.1.0")
        fail(workspace, NOW - 200, error_output=RIGID.format(7), pattern_version="1.1.0")
        again = detect_anti_patterns(workspace)[0]
        assert (again.id, again.status, again.fixed_in) == ("ANTI-PAT-001", "active", "")


def test_seven_quiet_days_fix_it_only_when_it_was_used(tmp_path: Path) -> None:
    now = [NOW]
    with open_workspace(tmp_path, clock=lambda: now[0]) as workspace:
        for number in range(3):
            fail(workspace, NOW - 600 + number, "PAT-A-001", error_output=RIGID.format(number))
            fail(workspace, NOW - 600 + number, "PAT-B-001", error_output=RIGID.format(number))
        detect_anti_patterns(workspace)
        fail(workspace, NOW + DAY, "PAT-A-001", success=True)
        now[0] = NOW + 8 * DAY
        assert {row.pattern_id: row.status for row in detect_anti_patterns(workspace)} == {
            "PAT-A-001": "fixed",
            "PAT-B-001": "active",
        }


def test_what_is_archived_stays_so_until_it_fails_three_times_more(tmp_path: Path) -> None:
    now = [NOW]
    with open_workspace(tmp_path, clock=lambda: now[0]) as workspace:
        for number in range(3):
            fail(workspace, NOW - 600 + number, error_output=RIGID.format(number))
        detect_anti_patterns(workspace)
        assert archive(workspace, "ANTI-PAT-001").status == "archived"
        with pytest.raises(NoSuchPattern):
            archive(workspace, "ANTI-PAT-009")
        for number in range(3):
            assert detect_anti_patterns(workspace)[0].status == "archived"
            fail(workspace, NOW + number, error_output=RIGID.format(number))
        now[0] = NOW + 10
        assert detect_anti_patterns(workspace)[0].status == "active"


def test_a_registry_that_came_with_the_repository_keeps_its_numbers(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        workspace.make_home()
        entry = {"id": "ANTI-PAT-004", "name": "Over-Verification", "occurrences": 4, "status": "fixed_in_v1.1"}
        text = documents.dump({"anti_patterns": [{**entry, "owner": "Ada"}]})
        workspace.shelf.save(tmp_path / "patterns" / "anti_patterns" / "registry.yaml", text)
        for number in range(3):
            fail(workspace, NOW - 600 + number, error_output=RIGID.format(number))
        rows = detect_anti_patterns(workspace)
        assert {row.id: row.status for row in rows} == {"ANTI-PAT-005": "active", "ANTI-PAT-004": "fixed"}
        kept = documents.load(files(tmp_path)["registry.yaml"], "registry")["anti_patterns"]
        assert kept[0]["owner"] == "Ada"


def test_the_third_failure_is_noticed_by_itself(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(3):
            fail(workspace, NOW - 600 + number, error_output=RIGID.format(number))
        Digester(workspace, learners(workspace)).run()
        assert [row.occurrences for row in table.listing(workspace.store)] == [3]


# ── the policies ─────────────────────────────────────────────────────────────────────────────────────────────────────

FORBIDDEN = [{"id": "ANTI-PAT-001", "pattern": "PAT-X-001"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "version: 1\n",
        "version: 1",
        "allow: [a, b]\nforbidden_patterns:\n- id: X  # theirs\n  why: 'no'\nother: {a: 1}\n",
        "forbidden_patterns:\n    - X\n    - Y\n",
        "forbidden_patterns: []  # none yet\nrest: 1\n",
        "forbidden_patterns: []",
        "forbidden_patterns:\nrest: 1\n",
        "a: 1\r\nforbidden_patterns:\r\n  - X\r\n",
    ],
)
def test_policies_get_the_block_and_lose_it_again_to_the_byte(text: str) -> None:
    after = as_policies(text, FORBIDDEN, "p")
    assert documents.load(after, "p")["forbidden_patterns"][0] == FORBIDDEN[0]
    assert as_policies(after, FORBIDDEN, "p") == after
    assert as_policies(after, [], "p") == text == without_block(after)


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "forbidden_patterns: {a: 1}\n", "forbidden_patterns: &x [a]\n", "a: [\n"]
)
def test_policies_of_another_shape_are_left_alone(text: str) -> None:
    with pytest.raises(BrokenInput):
        as_policies(text, FORBIDDEN, "p")


def test_policies_are_written_only_when_enabled(tmp_path: Path) -> None:
    policies = tmp_path / "ai_policies.yaml"
    policies.write_text("version: 1\n")
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        for number in range(3):
            fail(workspace, NOW - 600 + number, error_output=RIGID.format(number), pattern_version="1.0.0")
        detect_anti_patterns(workspace)
        assert policies.read_text() == "version: 1\n"
        enable_policies(workspace)
        assert "PAT-X-001" in policies.read_text()
        fail(workspace, NOW - 300, success=True, pattern_version="1.1.0")
        detect_anti_patterns(workspace)
        assert policies.read_text() == "version: 1\n"


def test_the_part_policies_keeps_the_file_until_it_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "shop"
    root.mkdir()
    policies = root / "ai_policies.yaml"
    policies.write_text("version: 1\nforbidden_patterns: []  # none yet")
    place = Place(root, tmp_path, tmp_path / "config", ("patui",))
    enabling.carry_out(enabling.plan_enabling(place, POLICIES))
    assert enabling.plan_enabling(place, POLICIES).is_done and POLICIES in PARTS and POLICIES.asks_alone
    with open_workspace(root, clock=lambda: NOW) as workspace:
        for number in range(3):
            fail(workspace, NOW - 600 + number, error_output=RIGID.format(number), pattern_version="1.0.0")
        detect_anti_patterns(workspace)
    assert [one["pattern"] for one in documents.load(policies.read_text(), "p")["forbidden_patterns"]] == ["PAT-X-001"]
    enabling.carry_out(enabling.plan_disabling(place, POLICIES))
    assert policies.read_text() == "version: 1\nforbidden_patterns: []  # none yet"


def test_what_was_fixed_keeps_its_highest_count_although_the_week_slid_on(tmp_path: Path) -> None:
    now = [NOW]
    with open_workspace(tmp_path, clock=lambda: now[0]) as workspace:
        for day in (6, 5, 4, 0.5):
            fail(workspace, NOW - day * DAY, error_output=RIGID.format(day), pattern_version="1.0.0")
        (row,) = detect_anti_patterns(workspace)
        assert (row.status, row.occurrences) == ("active", 4)
        now[0] = NOW + 4 * DAY
        (row,) = detect_anti_patterns(workspace)
        assert (row.status, row.occurrences) == ("active", 1)  # of the last 7 days
        fail(workspace, now[0] - 60, success=True, pattern_version="1.1.0")
        (row,) = detect_anti_patterns(workspace)
        assert (row.status, row.occurrences, row.fixed_in) == ("fixed", 4, "1.1.0")
        assert "most" not in row.evidence


@pytest.mark.parametrize(
    ("verification", "cause"),
    [
        ("expected exactly 12 keys, found 13", Cause.VERIFICATION_FAILED),
        ("7 of 9 fields set", Cause.VERIFICATION_FAILED),
        ("passed", Cause.UNKNOWN),
        ("exit code 0", Cause.UNKNOWN),
        ("", Cause.UNKNOWN),
    ],
)
def test_a_failure_of_which_only_its_verification_speaks_failed_that(verification: str, cause: Cause) -> None:
    assert cause_of([], "", verification=verification).cause is cause
