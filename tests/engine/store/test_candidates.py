from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import NoSuchPattern
from engine.model import Candidate, Kind, Status
from engine.store import candidates, changes
from engine.store.connection import Store

NOW = 1_763_769_600.0


def candidate(name: str = "provider", **changed: object) -> Candidate:
    plain = Candidate(
        id=0,
        pattern_id=f"PAT-{name.upper()}-001",
        name=name,
        kind=Kind.FILE,
        status=Status.PENDING,
        confidence=0.9,
        support=3,
        hours_saved=1.5,
        hours_per_month=0.25,
        signature=f"sig-{name}",
        path=f"drafts/{name}.pattern.yaml",
        detected_at=NOW + 0.5,
        aliases=(f"AUTO-{name}-é",),
        members=("a/b.py", "a/ü.py", "a/\udce9.py"),
        evidence={"exact": 2, "paths": ["x"], "why": None},
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def test_what_is_put_is_got(store: Store) -> None:
    saved = candidates.put(store, candidate())
    assert saved == candidate(id=saved.id)
    assert candidates.get(store, saved.id) == saved
    assert candidates.by_signature(store, "sig-provider") == saved
    assert candidates.get(store, saved.id + 1) is None


@pytest.mark.parametrize("reference", ["1", "PAT-PROVIDER-001", "AUTO-provider-é", "provider"])
def test_a_candidate_answers_to_all_its_names(store: Store, reference: str) -> None:
    saved = candidates.put(store, candidate())
    candidates.put(store, candidate("other"))
    assert candidates.find(store, reference) == saved


@pytest.mark.parametrize("reference", ["", "3", "PAT-PROVIDER", "AUTO-provider", '"', "%", "9" * 30, "²"])
def test_what_no_candidate_is_called(store: Store, reference: str) -> None:
    candidates.put(store, candidate())
    assert candidates.find(store, reference) is None


def test_of_two_with_one_id_the_waiting_one_is_meant(store: Store) -> None:
    first = candidates.put(store, candidate(status=Status.APPROVED))
    second = candidates.put(store, candidate(signature="revision", kind=Kind.REVISION))
    assert candidates.find(store, "PAT-PROVIDER-001") == second
    candidates.decide(store, second.id, Status.REJECTED, why="", at=NOW, path="")
    assert candidates.find(store, "PAT-PROVIDER-001") == first


@pytest.mark.parametrize("status", [Status.PENDING, Status.DEFERRED])
def test_the_same_signature_updates_the_one_that_waits(store: Store, status: Status) -> None:
    first = candidates.put(store, candidate())
    if status is not Status.PENDING:
        first = candidates.decide(store, first.id, status, why="later", at=NOW, path=first.path, defer_until=NOW + 9)
    found = candidate(support=4, pattern_id="PAT-NEW-001", aliases=("AUTO-NEW",), detected_at=NOW + 99)
    again = candidates.put(store, found)
    assert again == replace(first, support=4)
    assert len(candidates.listing(store)) == 1


@pytest.mark.parametrize("status", [Status.REJECTED, Status.APPROVED, Status.ARCHIVED])
def test_the_same_signature_does_not_reopen_what_was_decided(store: Store, status: Status) -> None:
    first = candidates.put(store, candidate())
    decided = candidates.decide(store, first.id, status, why="no", at=NOW, path="there")
    assert candidates.put(store, candidate(support=9)) == decided
    assert candidates.listing(store) == [decided]


def test_saving_the_same_again_tells_nobody(store: Store) -> None:
    saved = candidates.put(store, candidate(evidence={"tuple": ("a", "b")}))
    seen = changes.latest(store)
    assert candidates.put(store, candidate(evidence={"tuple": ("a", "b")})) == saved
    assert candidates.put(store, saved) == saved
    assert changes.latest(store) == seen


def test_candidates_without_a_signature_do_not_merge(store: Store) -> None:
    candidates.put(store, candidate(signature=""))
    candidates.put(store, candidate(signature=""))
    assert len(candidates.listing(store)) == 2


def test_a_number_replaces_that_row(store: Store) -> None:
    saved = candidates.put(store, candidate())
    changed = replace(saved, status=Status.APPROVED, path="templates/x.yaml", name="new", why="good", support=7)
    assert candidates.put(store, changed) == changed == candidates.get(store, saved.id)
    with pytest.raises(NoSuchPattern):
        candidates.put(store, replace(saved, id=99))


def test_the_best_come_first(store: Store) -> None:
    for name, monthly, past in [("low", 0.1, 9.0), ("high", 2.0, 1.0), ("tie-more", 1.0, 5.0), ("tie-less", 1.0, 2.0)]:
        candidates.put(store, candidate(name, hours_per_month=monthly, hours_saved=past))
    assert [one.name for one in candidates.listing(store)] == ["high", "tie-more", "tie-less", "low"]
    assert [one.name for one in candidates.listing(store, limit=1)] == ["high"]
    assert candidates.listing(store, []) == []


def test_statuses_are_filtered_and_counted(store: Store) -> None:
    names = ["a", "b", "c"]
    ids = {name: candidates.put(store, candidate(name)).id for name in names}
    candidates.decide(store, ids["b"], Status.REJECTED, why="", at=NOW, path="")
    assert [one.name for one in candidates.listing(store, [Status.PENDING])] == ["a", "c"]
    assert [one.name for one in candidates.listing(store, {Status.REJECTED, Status.APPROVED})] == ["b"]
    assert candidates.counts(store) == {
        Status.PENDING: 2,
        Status.APPROVED: 0,
        Status.REJECTED: 1,
        Status.DEFERRED: 0,
        Status.ARCHIVED: 0,
    }


def test_a_verdict_remembers_what_was_before(store: Store) -> None:
    saved = candidates.put(store, candidate())
    candidates.decide(store, saved.id, Status.DEFERRED, why="later", at=NOW, path="d", defer_until=NOW + 5)
    after = candidates.decide(store, saved.id, Status.APPROVED, why="good", at=NOW + 1, path="t")
    assert candidates.get(store, saved.id) == after
    assert (after.status, after.path, after.why, after.defer_until) == (Status.APPROVED, "t", "good", 0.0)
    verdict = candidates.last_verdict(store)
    assert verdict == candidates.Verdict(
        id=2,
        candidate_id=saved.id,
        before_status=Status.DEFERRED,
        after_status=Status.APPROVED,
        before_path="d",
        after_path="t",
        why="good",
        at=NOW + 1,
        before_why="later",
        before_defer_until=NOW + 5,
    )
    candidates.mark_verdict_undone(store, 2, NOW + 2)
    first = candidates.last_verdict(store)
    assert first is not None and first.id == 1
    candidates.mark_verdict_undone(store, 1, NOW + 3)
    assert candidates.last_verdict(store) is None
    with pytest.raises(NoSuchPattern):
        candidates.decide(store, 99, Status.APPROVED, why="", at=NOW, path="")


def test_deferred_ones_wake_at_their_time_or_with_two_more_examples(store: Store) -> None:
    ids = {name: candidates.put(store, candidate(name)).id for name in ("time", "growth", "neither")}
    for name, number in ids.items():
        until = NOW + (10 if name == "time" else 1000)
        candidates.decide(store, number, Status.DEFERRED, why="", at=NOW, path="", defer_until=until)
    assert candidates.wake_deferred(store, NOW + 9) == []
    candidates.put(store, candidate("growth", support=4))
    assert candidates.wake_deferred(store, NOW + 9) == []
    candidates.put(store, candidate("growth", support=5))
    assert [one.name for one in candidates.wake_deferred(store, NOW + 9)] == ["growth"]
    assert [one.name for one in candidates.wake_deferred(store, NOW + 10)] == ["time"]
    assert candidates.wake_deferred(store, NOW + 10) == []
    assert [one.name for one in candidates.listing(store, [Status.PENDING])] == ["time", "growth"]


def test_ids_and_aliases_are_never_given_twice(store: Store) -> None:
    assert candidates.next_pattern_id(store, "new provider (v2)!") == "PAT-NEW-PROVIDER-V2-001"
    assert candidates.next_pattern_id(store, "-é-") == "PAT-PATTERN-001"
    assert candidates.next_alias(store, NOW) == "AUTO-2025-11-22-001"
    candidates.put(store, candidate(aliases=("AUTO-2025-11-22-009", "AUTO-2025-11-23-044"), pattern_id="PAT-X-007"))
    assert candidates.next_alias(store, NOW) == "AUTO-2025-11-22-010"
    assert candidates.next_alias(store, NOW, ["AUTO-2025-11-22-020"]) == "AUTO-2025-11-22-021"
    assert candidates.next_pattern_id(store, "x") == "PAT-X-008"
    assert candidates.next_pattern_id(store, "x", ["PAT-X-123", "PAT-X-Y-500", "PAT-X-"]) == "PAT-X-124"
    with store.write() as connection:
        connection.execute("INSERT INTO pattern_metrics (pattern_id) VALUES ('PAT-X-019')")
    assert candidates.next_pattern_id(store, "x") == "PAT-X-020"


def sql(store: Store, *statements: str) -> None:
    with store.write() as connection:
        for statement in statements:
            connection.execute(statement)


def test_rows_of_another_program_show_with_what_they_have(store: Store) -> None:
    sql(
        store,
        "INSERT INTO pattern_candidates DEFAULT VALUES",
        "INSERT INTO pattern_candidates (detected_at, signature, example_executions, confidence, status, "
        "auto_generated_spec) VALUES ('2025-11-22 10:00:00', 'sig', '[1, \"two\", {\"n\": 3}]', 0.8, 'APPROVED', "
        "'patterns/drafts/AUTO-1-batch.pattern.yaml')",
        "INSERT INTO pattern_candidates (detected_at, signature, example_executions, confidence, status, "
        "auto_generated_spec) VALUES ('last week', x'ff00', '[broken', 'high', 'done', 'pattern_id: X\nname: y')",
        "INSERT INTO pattern_candidates (detected_at, signature, confidence, status) VALUES (5, 7, NULL, NULL)",
    )
    empty, plan, odd, nulls = sorted(candidates.listing(store), key=lambda one: one.id)
    assert (empty.status, empty.name, empty.pattern_id, empty.members) == (Status.PENDING, "candidate-1", "", ())
    assert plan.name == "AUTO-1-batch" and plan.status is Status.APPROVED and plan.kind is Kind.EXECUTION
    assert plan.members == ("1", "two", '{"n": 3}') and plan.support == 3
    assert plan.detected_at == NOW + 10 * 3600 and plan.confidence == 0.8
    assert (odd.status, odd.confidence, odd.detected_at, odd.members) == (Status.PENDING, 0.0, 0.0, ())
    assert odd.name == "candidate-3"
    assert (nulls.detected_at, nulls.signature, nulls.status) == (5.0, "7", Status.PENDING)
    assert candidates.find(store, "AUTO-1-batch") == plan
    assert candidates.counts(store)[Status.PENDING] == 3
    decided = candidates.decide(store, odd.id, Status.REJECTED, why="no", at=NOW, path=odd.path)
    assert candidates.get(store, odd.id) == decided
    assert tuple(store.rows("SELECT confidence FROM pattern_candidates WHERE id = 3")[0]) == ("high",)
    assert candidates.wake_deferred(store, NOW) == []


def test_details_do_not_outlive_their_candidate(store: Store) -> None:
    saved = candidates.put(store, candidate())
    sql(store, "DELETE FROM pattern_candidates", "INSERT INTO pattern_candidates (signature) VALUES ('other')")
    other = candidates.get(store, saved.id)
    assert other is not None and (other.name, other.pattern_id) == (f"candidate-{saved.id}", "")
    sql(store, "INSERT INTO candidate_details (candidate_id, name) VALUES (77, 'orphan')")
    assert len(candidates.listing(store)) == 1
