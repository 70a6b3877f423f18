"""AUTO-006: silent until confident, and confident by what became of its suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import SuggestionRules
from engine.detectors.pattern_suggester import BENEFIT, NEVER, Considerate, Known, PatternSuggester, spoken, threshold
from engine.model import Event, Kind, Suggestion, SuggestionKind

NOW = 1_800_000_000.0
JOB = Known("PAT-JOB-001", "job", Kind.FILE, True, 0.9, 7, 90.0)


@dataclass
class Fake:
    """All ports at once."""

    known: list[Known] = field(default_factory=lambda: [JOB])
    repeating: list[Known] = field(default_factory=list)
    shown: int = 0
    dismissed: int = 0
    wrong: int = 0
    told: list[tuple[float, bool]] = field(default_factory=list)
    suggested: list[Suggestion] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def for_path(self, path: str) -> Sequence[Known]:
        self.asked.append(f"path {path}")
        return self.known

    def for_directory(self, path: str) -> Sequence[Known]:
        self.asked.append(f"directory {path}")
        return self.known

    def for_operation(self, context: Mapping[str, Any]) -> Sequence[Known]:
        return self.known

    def repeated(self, since: float) -> Sequence[Known]:
        self.asked.append(f"since {NOW - since:.0f}")
        return self.repeating

    def inside(self, path: str) -> str | None:
        return None if path.startswith("/") else path

    def shown_since(self, time: float) -> int:
        return self.shown

    def is_open(self, key: str) -> bool:
        return any(one.key == key for one in self.suggested)

    def dismissals(self, pattern: str) -> int:
        return self.dismissed

    def record(self, pattern: str, since: float) -> tuple[int, int]:
        return 0, self.wrong

    def answers(self, since: float, limit: int) -> Sequence[tuple[float, bool]]:
        return self.told

    def suggest(self, suggestion: Suggestion) -> None:
        self.suggested.append(suggestion)

    def tell(self, event: Event) -> None: ...


def suggester(fake: Fake, **rules: Any) -> PatternSuggester:
    return PatternSuggester(fake, fake, fake, lambda: NOW, replace(SuggestionRules(), **rules))


@pytest.mark.parametrize(("approved", "first"), [(0.5, "PAT-JOB-001"), (0.4, "PAT-INIT-001")])
def test_what_is_approved_leads_unless_another_is_twice_as_likely(approved: float, first: str) -> None:
    init = replace(JOB, pattern_id="PAT-INIT-001", approved=False, confidence=1.0)
    fake = Fake([init, replace(JOB, confidence=approved)])
    found = suggester(fake).covering("create_file", {"path": "jobs/__init__.py"})
    assert found[0].pattern_id == first


def test_a_file_of_a_family_is_suggested_with_the_plans_question() -> None:
    fake = Fake()
    found = suggester(fake).on_user_action("create_file", {"path": "jobs/new.py"})
    assert found is not None and found.pattern_id == "PAT-JOB-001"
    assert fake.suggested == [found.suggestion] and found.suggestion.confidence == 0.9
    assert found.suggestion.key == "fill:jobs/new.py" and found.suggestion.detail == "8th job. Fill it"
    assert found.text.splitlines()[-1].strip() == "Continue manually? (y/n) or Apply pattern? (p)"
    assert "Use pattern: PAT-JOB-001" in found.text
    assert "Estimated time savings: 2 minutes per file" in found.text


@pytest.mark.parametrize(
    ("context", "asked"),
    [
        ({"path": "a/b.py"}, "path a/b.py"),
        ({"filepath": "a/b.py", "directory": "x"}, "path a/b.py"),
        ({"filename": "b.py", "directory": "a/"}, "path a/b.py"),
        ({"directory": "a"}, "directory a"),
        ({"path": "/etc/passwd"}, "since 1800"),
        ({}, "since 1800"),
    ],
)
def test_what_is_about_to_be_made_is_read_from_the_context(context: dict[str, Any], asked: str) -> None:
    fake = Fake()
    suggester(fake).on_user_action("create_file", context)
    assert fake.asked[0] == asked


def test_of_two_that_share_a_place_both_are_offered_when_it_will_be_one_of_them() -> None:
    tie = replace(JOB, confidence=0.65, second="PAT-TASK-001", together=0.95)
    found = suggester(Fake(known=[tie])).on_user_action("create_file", {"path": "jobs/new.py"})
    assert found is not None and found.suggestion.confidence == pytest.approx(0.95)
    assert "8th job, or PAT-TASK-001" in found.suggestion.detail
    assert "Or pattern:  PAT-TASK-001" in found.text and found.question.endswith("the other one? (o)")
    assert suggester(Fake(known=[replace(tie, together=0.79)])).on_user_action("create_file", {"path": "a.py"}) is None
    assert suggester(Fake(known=[tie], wrong=3)).on_user_action("create_file", {"path": "a.py"}) is None


def test_a_box_says_what_was_made_lately() -> None:
    fake = Fake(known=[replace(JOB, lately=3, lately_seconds=3600.0, things="plugin files")])
    found = suggester(fake).on_user_action("create_file", {"path": "a.py"})
    assert found is not None and "You've created 3 similar plugin files in the last hour." in found.text


def test_a_refactoring_and_a_repetition_are_suggested() -> None:
    recipe = Known("PAT-RENAME-001", "rename", Kind.EXECUTION, True, 0.95, 4, lately=3)
    found = suggester(Fake(known=[recipe])).on_user_action("refactor", {"operation_kind": "rename"})
    assert found is not None and found.pattern_id == "PAT-RENAME-001"
    fake = Fake(known=[], repeating=[recipe])
    found = suggester(fake).on_user_action("execute", {})
    assert found is not None and "3 times in the last 30 minutes" in found.because
    assert suggester(Fake()).on_user_action("execute", {}) is None


@pytest.mark.parametrize(
    ("fake", "rules"),
    [
        (Fake(), {"quiet": True}),
        (Fake(shown=6), {}),
        (Fake(), {"max_per_hour": 0}),
        (Fake(dismissed=2), {}),
        (Fake(wrong=2), {}),
        (Fake(dismissed=1), {"quiet_after_dismissals": 1}),
        (Fake(known=[replace(JOB, confidence=0.79)]), {}),
        (Fake(told=[(0.95, False)] * 3), {}),
        (Fake(known=[]), {}),
    ],
)
def test_silence(fake: Fake, rules: dict[str, Any]) -> None:
    assert suggester(fake, **rules).on_user_action("create_file", {"path": "jobs/new.py"}) is None
    assert fake.suggested == []


def test_a_dismissed_family_does_not_hide_another_one() -> None:
    class Picky(Fake):
        def dismissals(self, pattern: str) -> int:
            return 2 if pattern == JOB.pattern_id else 0

    other = replace(JOB, pattern_id="PAT-OTHER-001")
    found = suggester(Picky(known=[JOB, other])).on_user_action("create_file", {"path": "a"})
    assert found is not None and found.pattern_id == "PAT-OTHER-001"


ANSWERS = st.lists(st.tuples(st.floats(0.01, 1.0), st.booleans()), max_size=50)


@given(ANSWERS, st.floats(0.0, 1.0))
def test_above_the_threshold_past_suggestions_were_right_often_enough(
    answers: list[tuple[float, bool]], least: float
) -> None:
    level = threshold(answers, least)
    assert least <= level <= NEVER
    kept = [accepted for confidence, accepted in answers if confidence >= level]
    assert sum(kept) + BENEFIT >= least * (len(kept) + BENEFIT) - 1e-9


@given(ANSWERS)
def test_accepted_suggestions_never_raise_it(answers: list[tuple[float, bool]]) -> None:
    assert threshold([(confidence, True) for confidence, _ in answers], 0.8) == 0.8


def test_it_rises_above_what_was_dismissed_and_no_further() -> None:
    answers = [(0.82, False)] * 5 + [(0.95, True)] * 20
    assert 0.82 < threshold(answers, 0.85) <= 0.95
    assert threshold([(1.0, False)] * 5, 0.8) == NEVER


@pytest.mark.parametrize(("seconds", "words"), [(40, "40 seconds"), (900, "15 minutes"), (9000, "2.5 hours")])
def test_spans_are_spoken(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


def proposal(pattern: str = "PAT-JOB-001", key: str = "family:x") -> Suggestion:
    return Suggestion(key, SuggestionKind.FAMILY, "You have created 3 similar files.", "", "a.py", pattern, NOW)


@pytest.mark.parametrize(
    ("fake", "rules", "told"),
    [
        (Fake(), {}, 1),
        (Fake(), {"quiet": True}, 0),
        (Fake(shown=6), {}, 0),
        (Fake(dismissed=2), {}, 0),
        (Fake(shown=6, suggested=[proposal()]), {}, 2),
    ],
)
def test_who_proposes_is_as_considerate(fake: Fake, rules: dict[str, Any], told: int) -> None:
    Considerate(fake, fake, lambda: NOW, replace(SuggestionRules(), **rules)).suggest(proposal())
    assert len(fake.suggested) == told
