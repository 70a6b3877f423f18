"""The plan's names as an orchestrator hooks them: the row, the draft and the event of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import open_workspace
from engine.actions.log import take_log
from engine.errors import TooDifferent
from engine.library.pattern_file import parse_document
from engine.model import Event, Kind, Status, Suggestion
from engine.store import anti_patterns, candidates, executions
from tests.conftest import NAMES, job_text


class Listener:
    """A notifier of the orchestrator's own."""

    def __init__(self) -> None:
        self.suggestions: list[Suggestion] = []
        self.events: list[Event] = []

    def suggest(self, suggestion: Suggestion) -> None:
        self.suggestions.append(suggestion)

    def tell(self, event: Event) -> None:
        self.events.append(event)


def made(root: Path, number: int) -> tuple[str, str]:
    path, text = f"jobs/{NAMES[number]}.py", job_text(NAMES[number], number)
    (root / "jobs").mkdir(exist_ok=True)
    (root / path).write_text(text)
    return path, text


def test_file_pattern_miner_drafts_at_the_third_similar_file(tmp_path: Path) -> None:
    listener, now = Listener(), [1_000_000.0]
    with open_workspace(tmp_path, clock=lambda: now[0], notifier=listener) as workspace:
        miner = workspace.file_pattern_miner()
        for number in range(2):
            now[0] += 3600
            assert miner.on_file_created(*made(tmp_path, number)) is None
        assert listener.suggestions == [] and candidates.listing(workspace.store) == []
        now[0] += 3600
        found = miner.on_file_created(*made(tmp_path, 2))
        assert found is not None and found.status is Status.PENDING and found.support == 3
        assert candidates.get(workspace.store, found.id) == found
        draft = parse_document((tmp_path / found.path).read_text(), found.path)
        assert draft.pattern_id == found.pattern_id and [v.derivation for v in draft.variables if v.derivation]
        (asked,) = listener.suggestions
        assert asked.title == "You have created 3 similar Python files. Generate a template?"
        assert asked.pattern == found.pattern_id


def test_files_that_are_more_than_a_window_apart_are_no_family(tmp_path: Path) -> None:
    listener, now = Listener(), [1_000_000.0]
    with open_workspace(tmp_path, clock=lambda: now[0], notifier=listener) as workspace:
        miner = workspace.file_pattern_miner()
        for number in range(4):
            now[0] += 13 * 3600  # at most two of them lie within 24 hours
            assert miner.on_file_created(*made(tmp_path, number)) is None
    assert listener.suggestions == []


def test_template_auto_generator_gives_the_plans_keys(tmp_path: Path) -> None:
    files = [made(tmp_path, number)[0] for number in range(3)]
    with open_workspace(tmp_path) as workspace:
        drafted = workspace.template_auto_generator().generate_from_examples(files)
    assert drafted.keys() == {"template", "variables", "confidence", "suggested_name"}
    assert "class {{" in drafted["template"] and 0.0 < drafted["confidence"] <= 1.0
    assert all({"name", "type", "from", "default"} <= variable.keys() for variable in drafted["variables"])


def test_template_auto_generator_refuses_strangers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Parcels leave at nine.\nNobody waits for them.\nRain is no excuse.\n")
    (tmp_path / "b.txt").write_text("SELECT sum(cents)\nFROM payments\nGROUP BY day\n")
    with open_workspace(tmp_path) as workspace, pytest.raises(TooDifferent):
        workspace.template_auto_generator().generate_from_examples(["a.txt", "b.txt"])


def test_execution_detector_drafts_at_the_third_similar_execution(tmp_path: Path) -> None:
    listener, now = Listener(), [1_700_000_000.0]
    with open_workspace(tmp_path, clock=lambda: now[0], notifier=listener, user_state=tmp_path / "state") as workspace:
        detector = workspace.execution_pattern_detector()
        found = []
        for number in range(3):
            now[0] += 3600
            found.append(
                detector.on_execution_complete(
                    {
                        "operation_kind": "add_endpoint",
                        "file_types": [".py"],
                        "tools_used": ["read", "edit", "test"],
                        "inputs": {"path": f"api/{NAMES[number]}.py"},
                        "outputs": {"tests": 3},
                        "success": True,
                        "verification": "pytest",
                        "duration_seconds": 900,
                    }
                )
            )
        assert found[:2] == [None, None]
        candidate = found[2]
        assert candidate is not None and candidate.support == 3 and candidate.kind is Kind.EXECUTION
        assert candidates.get(workspace.store, candidate.id) == candidate
        draft = parse_document((tmp_path / candidate.path).read_text(), candidate.path)
        assert draft.pattern_id == candidate.pattern_id
        assert [step["argv"] for step in draft.steps] == [["read", "{{ path }}"], ["edit"], ["test"]]
        assert draft.time_savings_estimate["source"] == "measured durations"
        assert draft.time_savings_estimate["seconds_per_use"] > 800
        (asked,) = listener.suggestions
        assert asked.pattern == candidate.pattern_id and asked.title.startswith("You have done this 3 times")
        assert detector.on_recorded(executions.recent(workspace.store, 1)[0]) is None  # told once for each execution


def test_a_sequence_in_the_shell_is_a_recipe_at_the_third_time(tmp_path: Path) -> None:
    now = [1_700_000_000.0]
    with open_workspace(tmp_path, clock=lambda: now[0], notifier=Listener(), user_state=tmp_path / "s") as workspace:
        detector = workspace.execution_pattern_detector()
        found = None
        for version in ("1.4.0", "1.5.0", "2.0.1"):
            for line in (f"npm version {version}", "npm publish", f"git push origin v{version}", "ls -la"):
                now[0] += 20
                made = detector.on_execution_complete(
                    {"operation_kind": "command", "command": line, "exit_code": 0, "session_id": "a"}
                )
                found = made or found
        assert found is not None and found.support == 3
        draft = parse_document((tmp_path / found.path).read_text(), found.path)
        assert [step["argv"] for step in draft.steps] == [
            ["npm", "version", "{{ version }}"],
            ["npm", "publish"],
            ["git", "push", "origin", "v{{ version }}"],
        ]
        assert draft.variables[0].examples == ("2.0.1", "1.5.0", "1.4.0")


def test_anti_pattern_detector_keeps_row_registry_page_and_event(tmp_path: Path) -> None:
    now, listener = 1_795_370_000.0, Listener()
    with open_workspace(tmp_path, clock=lambda: now, notifier=listener, user_state=tmp_path / "s") as workspace:
        told = [record_of_failure(number, now) for number in range(3)]
        assert [answer["ok"] for answer in take_log(workspace, [b"".join(told)])] == [True] * 3
        (found,) = workspace.anti_pattern_detector().detect_anti_patterns()
        assert (found.pattern_id, found.cause, found.occurrences) == ("PAT-X-001", "template_too_rigid", 3)
        assert anti_patterns.listing(workspace.store) == [found]
        folder = tmp_path / "patterns" / "anti_patterns"
        assert {path.name for path in folder.iterdir()} == {"registry.yaml", "ANTI-PAT-001.md"}
        assert [event.about["anti_pattern"] for event in listener.events] == ["ANTI-PAT-001"]


def test_pattern_evolution_tracker_keeps_row_file_draft_and_event(tmp_path: Path) -> None:
    now, listener = 1_795_370_000.0, Listener()
    with open_workspace(tmp_path, clock=lambda: now, notifier=listener, user_state=tmp_path / "s") as workspace:
        told = [record_of_failure(number, now) for number in range(3)]
        assert all(answer["ok"] for answer in take_log(workspace, [b"".join(told)]))
        metrics = workspace.pattern_evolution_tracker().track_pattern_metrics("PAT-X-001")
        assert metrics.proposal is not None and metrics.overall.failed == 3
        (row,) = candidates.listing(workspace.store)
        assert (row.id, row.status, row.path) == (metrics.proposal.candidate, Status.PENDING, metrics.proposal.draft)
        assert (tmp_path / "patterns/reports/evolution/PAT-X-001.yaml").exists() and (tmp_path / row.path).exists()
        assert [event.about["proposed_version"] for event in listener.events] == ["1.1.0"]


def record_of_failure(number: int, now: float) -> bytes:
    error = f"ValueError: variable 'name' value 'my-{number}' does not match ^[a-z_]+$"
    known = {"pattern_id": "PAT-X-001", "operation_kind": "make_x", "success": False, "error_output": error}
    return json.dumps({**known, "input_signature": f"in{number}", "timestamp": now - 60 + number}).encode() + b"\n"


def test_pattern_suggester_suggests_what_covers_the_files_of_a_directory(tmp_path: Path) -> None:
    listener = Listener()
    for number in range(3):
        made(tmp_path, number)
    with open_workspace(tmp_path, notifier=listener) as workspace:
        suggester = workspace.pattern_suggester()
        found = suggester.on_user_action("create_file", {"directory": "jobs", "filename": "new_module.py"})
        assert found is not None and candidates.find(workspace.store, found.pattern_id) is not None
        assert "Continue manually? (y/n) or Apply pattern? (p)" in found.text
        assert [one.pattern for one in listener.suggestions] == [found.pattern_id]
        assert suggester.on_user_action("create_file", {"directory": "elsewhere"}) is None
