"""Bars, rows and facts as tables: what is said at which width."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from textual.content import Content

from engine.model import Event, EventType, Kind, Literal, Status, Variable, VariableType, WriteAction
from tests.tui.fake_engine import NOW, PATTERN, FakeEngine, offer
from tui.presentation import bars, candidates, feed, files, library, toasts
from tui.presentation.bars import KeyHint, State, Tab

CANDIDATE = FakeEngine(Path("state")).candidates[0]
BUSY = State("~/src/shop", True, 2310, 412, "", 3)
TABS = [Tab("1", "live", "Live"), Tab("2", "candidates", "Candidates", 7, True), Tab("3", "patterns", "Patterns", 12)]
KEYS = [KeyHint(key, word, key) for key, word in (("a", "approve"), ("r", "reject"), ("d", "defer"), ("v", "view"))]


def squeezed(content: Content) -> str:
    return " ".join(content.plain.split())


@pytest.mark.parametrize(
    ("state", "width", "expected"),
    [
        (BUSY, 120, "patui ~/src/shop ● watching 2,310 files · 412 commits mined · 3 new 14:02"),
        (BUSY, 60, "patui ~/src/shop ● 3 new 14:02"),
        (replace(BUSY, new=0), 84, "patui ~/src/shop ○ watching 2,310 files · 412 commits mined 14:02"),
        (replace(BUSY, new=0, offers=1), 70, "patui ~/src/shop ● watching 2,310 files · 1 offer 14:02"),
        (
            replace(BUSY, new=0, offers=1),
            84,
            "patui ~/src/shop ● watching 2,310 files · 412 commits mined · 1 offer 14:02",
        ),
        (replace(BUSY, busy="reading history"), 84, "patui ~/src/shop ● reading history · 3 new 14:02"),
        (replace(BUSY, running=False, new=0), 84, "patui ~/src/shop ○ engine not running 14:02"),
        (replace(BUSY, path="/a\x1b[2J"), 120, "patui /a␛[2J ● watching 2,310 files · 412 commits mined · 3 new 14:02"),
    ],
)
def test_header(state: State, width: int, expected: str) -> None:
    bar = bars.header(state, "14:02", width)
    assert squeezed(bar.content) == expected
    assert bar.content.cell_length == width


def test_only_what_waits_has_its_colour() -> None:
    assert not any(
        "$waits" in str(span.style) for span in bars.header(replace(BUSY, new=0), "14:02", 120).content.spans
    )
    assert any("$waits" in str(span.style) for span in bars.header(BUSY, "14:02", 120).content.spans)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (120, "1 Live ▸2 Candidates 7 3 Patterns 12 ? help"),
        (40, "1 ▸2 Candidates 7 3 ? help"),
        (22, "1 ▸2 Candidates 7 3"),
    ],
)
def test_tabs(width: int, expected: str) -> None:
    assert squeezed(bars.tabs(TABS, "candidates", width).content) == expected


def test_a_tab_answers_to_a_click_where_it_stands() -> None:
    bar = bars.tabs(TABS, "candidates", 120)
    words = {what: bar.content.plain[start:end].strip() for start, end, what in bar.spots}
    assert words == {"live": "1 Live", "candidates": "▸2 Candidates 7", "patterns": "3 Patterns 12", "help": "? help"}


@pytest.mark.parametrize(
    ("width", "expected"),
    [(60, "a approve r reject d defer v view"), (32, "a approve r reject ? more"), (20, "a approve ? more"), (6, "")],
)
def test_keys(width: int, expected: str) -> None:
    bar = bars.keys(KEYS, width)
    assert squeezed(bar.content) == expected
    assert all(bar.content.plain[start:end].startswith((key, "?")) for start, end, key in bar.spots)


@pytest.mark.parametrize(
    ("width", "new", "expected"),
    [
        (60, True, "locale-provider 14 files 13 h 91 % ●"),
        (36, False, "locale-provider 14 files 13 h"),
        (30, False, "locale-pr… 14 files 13 h"),
    ],
)
def test_candidate_row(width: int, new: bool, expected: str) -> None:
    row = candidates.candidate_row(CANDIDATE, width, new=new)
    assert squeezed(row) == expected
    assert row.cell_length == width


@pytest.mark.parametrize(
    ("status", "sign"), [(Status.APPROVED, "✓"), (Status.REJECTED, "✗"), (Status.DEFERRED, "…"), (Status.PENDING, "h")]
)
def test_a_decided_candidate_says_so_without_colour(status: Status, sign: str) -> None:
    assert squeezed(candidates.candidate_row(replace(CANDIDATE, status=status), 40)).endswith(sign)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (90, "locale-provider file template 14 files 13 h, 3.2 h a month 91 % sure"),
        (60, "locale-provider 14 files 13 h, 3.2 h a month 91 % sure"),
        (20, "locale-provider"),
    ],
)
def test_candidate_title(width: int, expected: str) -> None:
    assert squeezed(candidates.candidate_title(CANDIDATE, width)) == expected


@pytest.mark.parametrize(
    ("rendered", "width", "split", "expected"),
    [
        (None, 60, False, "example 2/4 a/b.py"),
        (candidates.Rendered(0, 0), 90, False, "example 2/4 a/b.py rendered from its path, exact ✓"),
        (candidates.Rendered(2, 1), 110, True, "example 2/4 a/b.py rendered from its path + 1 value, 2 lines differ"),
        (candidates.Rendered(1, 3), 40, False, "2/4 a/b.py 1 line differs"),
    ],
)
def test_example_line(rendered: candidates.Rendered | None, width: int, split: bool, expected: str) -> None:
    assert squeezed(candidates.example_line("a/b.py", 1, 4, width, rendered, split=split)) == expected


def test_variables() -> None:
    assert [squeezed(row) for row in candidates.variable_rows(PATTERN, 60)] == [
        "locale from path de_AT fr_FR sk_SK",
        "safe switch on in 1 of 3",
        "colors list 8 to 140 items",
    ]
    assert squeezed(candidates.variable_rows(replace(PATTERN, variables=()), 60)[0]) == "none: every file is the same"


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        (Variable("a", choices=("x", "y")), "one of 2"),
        (Variable("a"), "you type it"),
        (Variable("a", default="x"), "default"),
        (Variable("a", VariableType.RECORDS), "list"),
        (Variable("a", derivation="stem|pascal"), "from path"),
    ],
)
def test_where_a_value_comes_from(variable: Variable, expected: str) -> None:
    assert candidates.source_of(variable) == expected


def test_evidence_says_what_was_recorded() -> None:
    assert [squeezed(row) for row in candidates.evidence_rows(CANDIDATE, 60, NOW, UTC)] == [
        "seen 14×, by 4 people, 2 by agents",
        "Mar 3 → yesterday",
        "backtest: 5 of 6 later files ≥ 80 %",
        "2 exact, a sample of 11",
        "would have saved 13 h over copying",
        "last: providers/color/sk_SK/__init__.py (yesterday)",
        "found yesterday",
    ]


def test_evidence_invents_nothing() -> None:
    bare = replace(CANDIDATE, evidence={}, members=(), detected_at=0.0, hours_saved=0.0)
    assert [row.plain for row in candidates.evidence_rows(bare, 60, NOW, UTC)] == ["seen 14×"]
    odd = replace(bare, evidence={"first": "soon", "authors": "many", "backtest": "good"})
    assert [row.plain for row in candidates.evidence_rows(odd, 60, NOW, UTC)] == ["seen 14×"]


@pytest.mark.parametrize(
    ("query", "expected"), [("", [0, 1, 2]), ("prov", [0]), ("shpo", [1]), ("  ", [0, 1, 2]), ("zzz", [])]
)
def test_filter(query: str, expected: list[int]) -> None:
    assert candidates.matching(["locale-provider", "shop-migration", "release"], query) == expected


@pytest.mark.parametrize(
    ("event", "width", "expected"),
    [
        (Event(EventType.FILE, NOW, "15th", path="a/b.py"), 80, "14:01:58 ✎ saved a/b.py 15th"),
        (Event(EventType.FILE, NOW, "15th", path="a/b.py"), 50, "14:01 ✎ a/b.py 15th"),
        (Event(EventType.ERROR, NOW - 90_000, "1 failed"), 80, "yesterday ✗ failed 1 failed"),
        (Event(EventType.CANDIDATE, NOW, "found x", path="a/b.py"), 80, "14:01:58 ◆ pattern found x a/b.py"),
        (Event(EventType.NOTICE, NOW, "\x1b[1mloud\nlines"), 80, "14:01:58 ! note ␛[1mloud␊lines"),
    ],
)
def test_feed(event: Event, width: int, expected: str) -> None:
    row = feed.event_row(event, width, NOW, UTC)
    assert squeezed(row) == expected
    assert row.cell_length == width


def test_what_a_command_completed_stands_on_its_line() -> None:
    ran = Event(EventType.EXECUTION, NOW, "git push origin fix/alpha", about={"execution": 7}, id=1)
    waits = {"execution": 7, "pattern_id": "PAT-RELEASE-001"}
    offer = Event(EventType.CANDIDATE, NOW + 1, '3rd time: recipe "release" waits', about=waits, id=2)
    later = Event(EventType.EXECUTION, NOW + 2, "ls", about={"execution": 8}, id=3)
    rows = feed.newest_first([ran, offer, later])
    assert [event.text for event in rows] == ["ls", "git push origin fix/alpha"]
    assert rows[1].about["pattern_id"] == "PAT-RELEASE-001"
    row = feed.event_row(rows[1], 90, NOW, UTC)
    assert squeezed(row) == '14:01:58 ▸ ran git push origin fix/alpha 3rd time: recipe "release" waits ⏎ look'
    narrow = feed.event_row(rows[1], 56, NOW, UTC)
    assert narrow.cell_length == 56 and "recipe" in narrow.plain and "git" in narrow.plain
    assert [event.id for event in feed.newest_first([offer, later])] == [3, 2]


def test_every_kind_of_event_has_a_sign_and_a_word() -> None:
    assert set(feed.SIGNS) == set(EventType)
    assert len({sign for sign, _, _ in feed.SIGNS.values()}) == len(EventType)


@pytest.mark.parametrize(
    ("running", "busy", "expected"),
    [
        (True, "", "○ watching"),
        (True, "reading history", "… reading history"),
        (False, "", "○ the engine is not running"),
    ],
)
def test_engine_state(running: bool, busy: str, expected: str) -> None:
    rows = feed.status_rows(running=running, files=1, commits=2, pending=3, busy=busy, width=40)
    assert [squeezed(row) for row in rows] == [expected, "1 file", "2 commits mined", "3 to review"]


@pytest.mark.parametrize(
    ("writes", "missing", "expected"),
    [
        ([("x" * 2104, WriteAction.CREATE)], (), "⏎ writes 1 file, 2.1 kB"),
        ([("x", WriteAction.FILL), ("y", WriteAction.CONFLICT)], (), "⏎ writes 1 file, 1 B, 1 file left alone"),
        ([("x", WriteAction.SAME)], (), "nothing to write: it is all there"),
        ([("x", WriteAction.CONFLICT)], (), "nothing to write, 1 file left alone"),
        ([("x", WriteAction.CREATE)], ("a", "b", "c", "d"), "● needs a, b, c…"),
    ],
)
def test_what_enter_would_do(writes: list[tuple[str, WriteAction]], missing: tuple[str, ...], expected: str) -> None:
    assert files.writing(writes, missing).plain == expected


def test_a_template_reads_with_its_variables() -> None:
    lines = [squeezed(files.file_line(line, 70)) for line in files.template_lines(PATTERN)]
    assert lines[0].startswith("── providers/color/‹locale›/__init__.py")
    assert lines[5:] == ["5 # ‹locale›", "6 ‹if safe› safe = True", "7 ‹end›"]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (PATTERN.files[0].path.nodes, "providers/color/"),
        ((Literal("docs/adr-1.md"),), "docs/adr-1.md"),
        ((Literal("test_"), PATTERN.files[0].path.nodes[1]), ""),
    ],
)
def test_where_a_path_starts(nodes: tuple[object, ...], expected: str) -> None:
    assert files.path_start(replace(PATTERN.files[0].path, nodes=nodes)) == expected  # type: ignore[arg-type]


def test_library_rows() -> None:
    said = library.Entry(replace(PATTERN, success_rate=0.914))
    assert squeezed(library.pattern_row(said, 60)) == "locale-provider file template 1.2.0 91 %"
    used = replace(said, uses=1_270, success=0.5)
    assert squeezed(library.pattern_row(used, 60)) == "locale-provider file template 1.2.0 1,270× 50 %"
    assert squeezed(library.pattern_row(library.Entry(PATTERN), 38)) == "locale-provider 1.2.0"
    assert squeezed(library.target_row("a/b", 30, chosen=True, conflict=True)) == "[x] a/b exists"
    assert squeezed(library.target_row("a/b", 30, chosen=False, conflict=False)) == "[ ] a/b"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_name_and_a_unit(kind: Kind) -> None:
    assert candidates.kind_name(kind)
    assert candidates.support(replace(CANDIDATE, kind=kind, support=1)).startswith("1 ")


def test_a_toast_says_what_and_what_to_do() -> None:
    toast = offer()
    assert toasts.toast_body(toast, 48, keys=True).plain.splitlines() == [
        "15th locale-provider. Fill it: 96 % known",
        "p preview   x not now",
    ]
    assert toasts.toast_title(toast, 30).plain == "…/color/l1_LT/__init__.py"
    same = replace(toast, title=toast.path, detail="handler. Fill it", count=3)
    assert toasts.toast_body(same, 48, keys=False).plain == "handler. Fill it  ×3"
    assert "+2 more in Live" in toasts.toast_body(toast, 48, keys=True, more=2).plain


def test_toasts_are_news_merged_and_at_most_three() -> None:
    queue = toasts.Toasts().heard([offer(8, time=NOW - 2), offer(9, time=NOW - 1)])
    assert [toast.id for toast in queue.shown] == [9], "of what was open at the start the newest stands for all"
    assert queue.hidden == 1
    assert toasts.Toasts().heard([]).heard([offer(7)]).hidden == 0
    queue = toasts.Toasts(started=True, counts={offer(9).key: 1}).heard([offer(9)])
    assert queue.first is None
    queue = queue.heard([offer(9), *(offer(n, time=NOW + n) for n in range(1, 6))])
    assert [toast.id for toast in queue.shown] == [3, 4, 5]
    assert queue.first is not None
    assert (queue.first.id, queue.hidden) == (5, 2)
    again = replace(offer(1, time=NOW + 9), count=2)
    queue = queue.heard([again, *(offer(n, time=NOW + n) for n in range(2, 6))])
    assert [toast.id for toast in queue.shown] == [4, 5, 1]
    assert len(queue.waiting) == 5, "merged by key"
    queue = queue.heard([offer(5)])
    assert [toast.id for toast in queue.shown] == [5], "settled ones leave"
    assert queue.without(offer(5).key).first is None
    assert toasts.Toasts(started=True).heard([offer(1)], quiet=True).first is None
