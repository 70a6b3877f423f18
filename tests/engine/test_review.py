"""Verdicts: the table of transitions, and what they do to files, trust and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import review
from engine.errors import (
    BrokenInput,
    Conflict,
    InvalidDocument,
    NoSuchPattern,
    NotTrusted,
    PatuiError,
    RefusedError,
    StoreError,
)
from engine.library.pattern_file import parse_document, to_document
from engine.library.shelf import Shelf
from engine.model import Candidate, FileTemplate, Kind, Literal, Pattern, Slot, Status, Template, Variable
from engine.review import Desk, Move, StoredCandidates, Transition, decide, read_draft, transition, undo_last
from engine.store import candidates as table
from engine.store.connection import Store, open_store
from engine.trust import Trust

P, A, R, D, X = Status.PENDING, Status.APPROVED, Status.REJECTED, Status.DEFERRED, Status.ARCHIVED
DRAFT = "patterns/drafts/AUTO-1-config.pattern.yaml"
APPROVED = "patterns/templates/auto-config.template.yaml"
PATTERN = Pattern(
    "PAT-CONFIG-001",
    "config",
    Kind.FILE,
    variables=(Variable("name", derivation="stem"),),
    files=(FileTemplate(Template((Slot("name"), Literal(".yaml"))), Template((Literal("name: "), Slot("name")))),),
    aliases=("AUTO-1",),
)
TEXT = to_document(PATTERN)


class Bench:
    """A desk on a real directory and a real database, with one candidate whose draft patui wrote."""

    def __init__(self, root: Path, store: Store) -> None:
        self.root, self.store = root, store
        self.shelf, self.trust = Shelf(root / "patterns"), Trust(root / "state")
        self.desk = Desk(root, self.shelf, self.trust, StoredCandidates(store))
        self.write(DRAFT, TEXT)
        self.trust.mark_draft(root / DRAFT, TEXT.encode())
        self.candidate = table.put(
            store,
            Candidate(
                id=0,
                pattern_id="PAT-CONFIG-001",
                name="config",
                kind=Kind.FILE,
                status=P,
                confidence=0.9,
                support=5,
                hours_saved=1.0,
                hours_per_month=0.5,
                signature="s",
                path=DRAFT,
                detected_at=1.0,
                aliases=("AUTO-1",),
            ),
        )

    def write(self, path: str, text: str) -> None:
        self.shelf.save(self.root / path, text)

    def decide(self, status: Status, *, at: float = 10.0, shown: str = "", why: str = "") -> Candidate:
        return decide(self.desk, self.now, status, at=at, why=why, shown=shown)

    @property
    def now(self) -> Candidate:
        found = table.get(self.store, self.candidate.id)
        assert found is not None
        return found

    @property
    def files(self) -> dict[str, str]:
        found = (path for path in (self.root / "patterns").rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes().decode() for path in found}

    @property
    def trusted(self) -> set[str]:
        """The files that this machine trusts as they are now."""
        return {path for path, text in self.files.items() if self.trust.is_trusted(self.root / path, text.encode())}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_store(tmp_path / "db" / "p.db", clock=lambda: 0.0) as store:
        yield Bench(tmp_path, store)


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────

WEEK = 7 * 86_400.0
POSSIBLE = {
    (P, A): Transition(A, Move.PUBLISH),
    (D, A): Transition(A, Move.PUBLISH),
    (R, A): Transition(A, Move.PUBLISH),
    (P, R): Transition(R, Move.STAY),
    (D, R): Transition(R, Move.STAY),
    (P, D): Transition(D, Move.STAY, 100.0 + WEEK),
    (D, D): Transition(D, Move.STAY, 100.0 + WEEK),
    (R, D): Transition(D, Move.STAY, 100.0 + WEEK),
    (D, P): Transition(P, Move.STAY),
    (R, P): Transition(P, Move.STAY),
    (A, P): Transition(P, Move.WITHDRAW),
    (A, R): Transition(R, Move.WITHDRAW),
    (A, X): Transition(X, Move.ARCHIVE),
    (X, A): Transition(A, Move.PUBLISH),
}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_every_pair_of_states_is_decided(before: Status, after: Status) -> None:
    if (before, after) in POSSIBLE:
        assert transition(before, after, 100.0) == POSSIBLE[before, after]
    else:
        with pytest.raises(RefusedError, match=str(before)):
            transition(before, after, 100.0)


# ── approving ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_approval_moves_the_draft_and_trusts_exactly_it(bench: Bench) -> None:
    approved = bench.decide(A, why="yes")
    wanted = TEXT.replace("status: pending", "status: approved")
    assert bench.files == {APPROVED: wanted}
    assert (approved.status, approved.path, approved.why, approved.pattern_id) == (A, APPROVED, "yes", "PAT-CONFIG-001")
    assert bench.trusted == {APPROVED}
    assert parse_document(wanted, "x") == replace(PATTERN, status=A)


def test_a_taken_place_is_left_alone(bench: Bench) -> None:
    bench.write(APPROVED, "someone's")
    assert bench.decide(A).path == "patterns/templates/auto-config-2.template.yaml"
    assert bench.files[APPROVED] == "someone's"


def test_the_second_of_two_who_approve_is_told(bench: Bench) -> None:
    stale = bench.now
    bench.decide(A)
    with pytest.raises(RefusedError, match="approved already"):
        decide(bench.desk, stale, A, at=11.0)
    assert list(bench.files) == [APPROVED]


def test_an_edited_draft_is_approved_as_it_was_shown(bench: Bench) -> None:
    edited = "# mine\n" + TEXT.replace("status: pending", "status:  'pending'  # for now").replace(
        "name: config", 'name: "config"   # good'
    )
    bench.write(DRAFT, edited)
    with pytest.raises(NotTrusted, match="edited"):
        bench.decide(A)
    draft = read_draft(bench.desk, bench.now)
    assert (draft.own, draft.content) == (False, edited.encode())
    bench.decide(A, shown=draft.digest)
    assert bench.files == {APPROVED: edited.replace("'pending'", "'approved'")}


def test_a_draft_that_changed_after_it_was_shown_is_not_approved(bench: Bench) -> None:
    shown = read_draft(bench.desk, bench.now).digest
    bench.write(DRAFT, TEXT.replace("name: ", "nome: ", 1))
    with pytest.raises(NotTrusted, match="changed since it was shown"):
        bench.decide(A, shown=shown)
    assert (bench.now.status, list(bench.files), bench.trusted) == (P, [DRAFT], set())


def test_a_draft_from_elsewhere_needs_to_be_seen(bench: Bench) -> None:
    bench.trust.revoke(bench.root / DRAFT)
    with pytest.raises(NotTrusted, match="not written by patui on this machine"):
        bench.decide(A)
    assert bench.decide(A, shown=read_draft(bench.desk, bench.now).digest).status is A


def test_a_broken_draft_is_refused_with_all_its_problems(bench: Bench) -> None:
    broken = TEXT.replace("from: stem", "from: nonsense").replace("kind: file", "kind: fill").replace("lf", "fl")
    bench.write(DRAFT, broken)
    with pytest.raises(InvalidDocument) as caught:
        bench.decide(A, shown=read_draft(bench.desk, bench.now).digest)
    assert {problem.where for problem in caught.value.problems} >= {"kind", "variables[0].from", "files[0].eol"}
    assert (bench.now.status, bench.files, bench.trusted) == (P, {DRAFT: broken}, set())


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (TEXT.replace("PAT-CONFIG-001", "PAT-OTHER-001").encode(), InvalidDocument, "never changes"),
        (b"name: \xff\n", InvalidDocument, "not UTF-8"),
        (b"x" * 2_000_001, BrokenInput, "larger than"),
    ],
)
def test_what_cannot_be_a_pattern_is_refused(bench: Bench, content: bytes, error: type[PatuiError], said: str) -> None:
    (bench.root / DRAFT).write_bytes(content)
    bench.trust.mark_draft(bench.root / DRAFT, content)
    with pytest.raises(error, match=said):
        bench.decide(A)
    assert (bench.root / DRAFT).read_bytes() == content


def test_a_draft_that_is_gone_or_a_link_is_refused(bench: Bench) -> None:
    (bench.root / DRAFT).unlink()
    with pytest.raises(RefusedError, match="is gone"):
        bench.decide(A)
    (bench.root / "elsewhere.yaml").write_text(TEXT)
    (bench.root / DRAFT).symlink_to(bench.root / "elsewhere.yaml")
    with pytest.raises(PatuiError, match="symbolic link"):
        bench.decide(A)


@pytest.mark.parametrize("path", ["", "../outside.yaml", "/etc/passwd", "pattern_id: PAT\nname: x\n"])
def test_a_path_from_another_program_is_not_believed(bench: Bench, path: str) -> None:
    table.put(bench.store, replace(bench.now, path=path))
    with pytest.raises(RefusedError):
        bench.decide(A)


def test_a_candidate_that_is_gone_is_no_candidate(bench: Bench) -> None:
    with pytest.raises(NoSuchPattern):
        decide(bench.desk, replace(bench.candidate, id=99), A, at=1.0)


def test_a_verdict_that_cannot_be_saved_changes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Candidate:
        raise StoreError("disk full")

    monkeypatch.setattr(table, "decide", full)
    before = bench.now
    with pytest.raises(StoreError):
        bench.decide(A)
    assert (bench.now, bench.files, bench.trusted) == (before, {DRAFT: TEXT}, set())


# ── rejecting, deferring, taking back ────────────────────────────────────────────────────────────────────────────────


def test_rejection_keeps_the_draft_and_can_be_taken_back(bench: Bench) -> None:
    rejected = bench.decide(R, why="never again")
    assert (rejected.status, rejected.why, bench.files) == (R, "never again", {DRAFT: TEXT})
    assert bench.decide(P).status is P
    bench.decide(R)
    assert bench.decide(A).status is A


def test_a_broken_draft_can_be_rejected(bench: Bench) -> None:
    bench.write(DRAFT, "{")
    assert bench.decide(R).status is R


def test_deferral_ends_after_a_week_or_two_more_examples(bench: Bench) -> None:
    assert bench.decide(D, at=1000.0).defer_until == 1000.0 + WEEK
    assert table.wake_deferred(bench.store, 999.0 + WEEK) == []
    assert [one.status for one in table.wake_deferred(bench.store, 1000.0 + WEEK)] == [P]
    bench.decide(D, at=1000.0)
    table.put(bench.store, replace(bench.now, id=0, support=7))
    assert [one.id for one in table.wake_deferred(bench.store, 1001.0)] == [bench.candidate.id]


def test_rejecting_an_approved_pattern_withdraws_it(bench: Bench) -> None:
    bench.decide(A)
    rejected = bench.decide(R)
    assert (rejected.status, rejected.path, bench.files, bench.trusted) == (R, DRAFT, {DRAFT: TEXT}, set())
    assert read_draft(bench.desk, rejected).own
    assert bench.decide(A).status is A


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_undo_of_an_approval_restores_file_state_and_trust(bench: Bench) -> None:
    bench.decide(D, at=5.0, why="later")
    before = bench.now
    bench.decide(A)
    assert undo_last(bench.desk, at=20.0) == before
    assert (bench.now, bench.files, bench.trusted) == (before, {DRAFT: TEXT}, set())
    bench.write(APPROVED, TEXT.replace("status: pending", "status: approved"))
    assert bench.trusted == set()  # the same content at the same place is no longer approved
    assert bench.decide(A).status is A  # still patui's own draft: no second look is asked for


def test_undo_keeps_edits_made_after_the_approval(bench: Bench) -> None:
    bench.decide(A)
    bench.write(APPROVED, bench.files[APPROVED] + "# edited\n")
    undo_last(bench.desk, at=20.0)
    assert bench.files == {DRAFT: TEXT + "# edited\n"}
    with pytest.raises(NotTrusted):
        bench.decide(A)


def test_undo_of_an_approval_whose_file_broke_keeps_the_text(bench: Bench) -> None:
    bench.decide(A)
    bench.write(APPROVED, "{ broken")
    undo_last(bench.desk, at=20.0)
    assert (bench.now.status, bench.files) == (P, {DRAFT: "{ broken"})


def test_undo_does_not_overwrite_a_new_draft(bench: Bench) -> None:
    bench.decide(A)
    bench.write(DRAFT, "new")
    with pytest.raises(Conflict, match="exists"):
        undo_last(bench.desk, at=20.0)
    assert (bench.now.status, bench.files[DRAFT]) == (A, "new")


def test_undo_of_a_withdrawal_publishes_again(bench: Bench) -> None:
    bench.decide(A)
    approved, files = bench.now, bench.files
    bench.decide(R)
    assert undo_last(bench.desk, at=20.0) == approved
    assert (bench.files, bench.trusted) == (files, {APPROVED})
    bench.decide(P)
    bench.write(DRAFT, TEXT + "# edited\n")
    with pytest.raises(NotTrusted, match="edited since it was withdrawn"):
        undo_last(bench.desk, at=20.0)


def test_undo_after_the_row_went_elsewhere_is_refused(bench: Bench) -> None:
    bench.decide(A)
    table.put(bench.store, replace(bench.now, status=X))
    with pytest.raises(Conflict, match="archived by now"):
        undo_last(bench.desk, at=20.0)


def test_undo_of_a_deferral_that_woke_up_is_harmless(bench: Bench) -> None:
    bench.decide(D, at=0.0)
    table.wake_deferred(bench.store, 2 * WEEK)
    restored = undo_last(bench.desk, at=20.0)
    assert restored is not None
    assert restored.status is P


def test_there_may_be_nothing_to_undo(bench: Bench) -> None:
    assert undo_last(bench.desk, at=1.0) is None
    bench.decide(R)
    with bench.store.write() as connection:
        connection.execute("DELETE FROM pattern_candidates")
    assert undo_last(bench.desk, at=1.0) is None
    assert table.last_verdict(bench.store) is None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verdicts=st.lists(st.sampled_from([P, A, R, D]), max_size=6))
def test_undoing_all_verdicts_is_the_identity(tmp_path_factory: pytest.TempPathFactory, verdicts: list[Status]) -> None:
    root = tmp_path_factory.mktemp("review")
    with open_store(root / "db" / "p.db", clock=lambda: 0.0) as store:
        bench = Bench(root, store)
        states = [(bench.now, bench.files, bench.trusted)]
        for number, status in enumerate(verdicts):
            try:
                bench.decide(status, at=float(number), why=str(number))
            except RefusedError:
                continue
            states.append((bench.now, bench.files, bench.trusted))
        while len(states) > 1:
            assert (bench.now, bench.files, bench.trusted) == states.pop()
            undo_last(bench.desk, at=99.0)
        assert (bench.now, bench.files, bench.trusted) == states[0]
        assert undo_last(bench.desk, at=100.0) is None


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("status: pending\n", "status: approved\n"),
        ("status:   pending   # why\r\n", "status:   approved   # why\r\n"),
        ('status: "pending"\n', 'status: "approved"\n'),
    ],
)
def test_only_the_word_changes(line: str, changed: str) -> None:
    before = TEXT.replace("status: pending\n", line)
    assert before != TEXT or line == "status: pending\n"
    draft = review.Draft("x.yaml", before.encode(), own=True)
    assert review.with_status(draft, A) == TEXT.replace("status: pending\n", changed)


@pytest.mark.parametrize(
    "text", [TEXT.replace("status: pending\n", ""), TEXT.replace("status: pending", "status:\n  pending")]
)
def test_a_status_written_in_another_way_is_changed_too(text: str) -> None:
    draft = review.Draft("x.yaml", text.encode(), own=True)
    assert parse_document(review.with_status(draft, A), "x") == replace(PATTERN, status=A)


def test_a_line_of_a_text_that_looks_like_the_status_is_left_alone() -> None:
    text = TEXT.replace("status: pending\n", '"status": pending\ndescription: "why\nstatus: pending\nso"\n')
    changed = parse_document(review.with_status(review.Draft("x.yaml", text.encode(), own=True), A), "x")
    assert changed == replace(parse_document(text, "x"), status=A)
    assert changed.description == "why status: pending so"
