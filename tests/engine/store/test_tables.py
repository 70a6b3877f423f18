"""The smaller tables: feed, suggestions, applications, files, settings, executions, changes."""

from __future__ import annotations

import pytest

from engine.model import Application, Event, EventType, Plan, Suggestion, SuggestionKind
from engine.store import applications, changes, executions, feed, files, settings, suggestions
from engine.store.applications import AppliedFile
from engine.store.connection import Store

NOW = 1_763_769_600.0


# ── feed ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def event(text: str = "x") -> Event:
    return Event(EventType.FILE, NOW, text, path="a/\udcff.py", about={"n": 1, "list": ["a"]})


def test_events_are_told_and_read_back_in_order(store: Store) -> None:
    told = [feed.tell(store, event(str(n))) for n in range(3)] + feed.tell_all(store, [event("3"), event("4")])
    assert [one.id for one in told] == [1, 2, 3, 4, 5]
    assert told[0].about == {"n": 1, "list": ["a"]}
    assert [one.text for one in feed.recent(store, 2)] == ["3", "4"]
    assert [one.text for one in feed.recent(store, 2, before_id=4)] == ["1", "2"]
    assert [one.text for one in feed.after(store, 3)] == ["3", "4"]
    assert feed.recent(store, 1)[0].path == "a/%FF.py"
    assert feed.recent(store, 1)[0].about == {"n": 1, "list": ["a"]}
    assert feed.after(store, 5) == []


def test_the_feed_keeps_the_newest(store: Store) -> None:
    feed.tell_all(store, [event(str(n)) for n in range(10)])
    assert feed.prune(store, keep=3) == 7
    assert [one.text for one in feed.recent(store)] == ["7", "8", "9"]
    assert feed.tell(store, event()).id == 11


def test_an_event_of_a_newer_kind_is_a_notice(store: Store) -> None:
    with store.write() as connection:
        connection.execute("INSERT INTO feed (type, text, about) VALUES ('wonder', 'what', '[')")
    assert feed.recent(store) == [Event(EventType.NOTICE, 0.0, "what", id=1)]


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def suggestion(key: str = "k", count: int = 1, time: float = NOW, pattern: str = "PAT-A-001") -> Suggestion:
    return Suggestion(key, SuggestionKind.FAMILY, f"{count} files", "detail", "a/b", pattern, time, count)


def test_open_suggestions_of_one_key_merge(store: Store) -> None:
    first = suggestions.put(store, suggestion(count=3))
    second = suggestions.put(store, suggestion(count=1, time=NOW + 5))
    assert (second.id, second.count, second.time) == (first.id, 4, NOW + 5)
    assert suggestions.put(store, suggestion(count=9, time=NOW + 6)).count == 9
    other = suggestions.put(store, suggestion("other", time=NOW + 1))
    assert [one.id for one in suggestions.open_ones(store)] == [other.id, first.id]
    assert suggestions.get(store, other.id) == other
    assert suggestions.shown_since(store, NOW) == 2
    assert suggestions.shown_since(store, NOW + 1) == 1
    assert suggestions.shown_since(store, NOW + 2) == 0


def test_a_settled_suggestion_does_not_merge_and_is_counted(store: Store) -> None:
    first = suggestions.put(store, suggestion())
    suggestions.settle(store, first.id, "dismissed", NOW)
    suggestions.settle(store, first.id, "accepted", NOW)
    assert suggestions.open_ones(store) == []
    second = suggestions.put(store, suggestion())
    assert second.id != first.id and second.count == 1
    assert suggestions.dismissals(store, "PAT-A-001") == 1
    assert suggestions.dismissals(store, "PAT-B-001") == 0
    suggestions.settle(store, second.id, "accepted", NOW)
    assert suggestions.dismissals(store, "PAT-A-001") == 0
    assert [(one.id, one.status) for one in suggestions.recent(store, 5)] == [(2, "accepted"), (1, "dismissed")]


# ── applications ─────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(pattern_id: str = "PAT-A-001") -> Plan:
    return Plan(pattern_id, "1.2.0", "a", ("x", "y"), (), {"name": "n", "on": True, "list": ["a"]}, ("name",))


WRITTEN = (AppliedFile("x/a.py", "create", "h1", False), AppliedFile("y/a.py", "fill", "h2", True))


def test_an_application_stands_until_it_is_undone(store: Store) -> None:
    first = applications.record(store, plan(), WRITTEN, NOW, seconds_saved=50.0)
    second = applications.record(store, plan("PAT-B-001"), (), NOW + 1, seconds_saved=0.0)
    assert first == Application(1, "PAT-A-001", "1.2.0", NOW, ("x/a.py", "y/a.py"))
    assert applications.get(store, 1) == first and applications.get(store, 9) is None
    assert applications.files_of(store, 1) == list(WRITTEN)
    assert applications.listing(store) == [second, first]
    assert applications.listing(store, "PAT-A-001") == [first]
    assert applications.last_standing(store) == second
    applications.mark_undone(store, 2, NOW + 2)
    assert applications.last_standing(store) == first
    undone = applications.get(store, 2)
    assert undone is not None and undone.undone_at == NOW + 2
    applications.mark_undone(store, 1, NOW + 3)
    assert applications.last_standing(store) is None


def test_uses_are_counted_in_the_plans_table(store: Store) -> None:
    def metrics() -> tuple[object, ...]:
        return tuple(
            store.rows("SELECT version, total_uses, total_time_saved_minutes, last_used FROM pattern_metrics")[0]
        )

    with store.write() as connection:  # another program's count stands
        connection.execute("INSERT INTO pattern_metrics VALUES ('PAT-A-001', '1', 5, 4, 1, NULL, NULL, 0.5)")
    for second in range(3):  # 3 × 50 s are 2.5 minutes; small savings are not rounded away one by one
        applications.record(store, plan(), WRITTEN, NOW + second, seconds_saved=50.0)
    assert metrics() == ("1.2.0", 8, 2, "2025-11-22 00:00:02")
    applications.mark_undone(store, 3, NOW + 9)
    applications.mark_undone(store, 3, NOW + 10)
    assert metrics()[1:3] == (7, 2)
    for number in (1, 2):
        applications.mark_undone(store, number, NOW + 11)
    assert metrics()[1:3] == (5, 0)


# ── files, settings, executions ──────────────────────────────────────────────────────────────────────────────────────


def test_the_live_window(store: Store) -> None:
    files.remember(store, "b.yaml", NOW, b"\x00\xff", ".yaml")
    files.remember(store, "a.yaml", NOW + 1, b"1", ".yaml")
    files.remember(store, "b.yaml", NOW + 9, b"2", ".yml")
    assert files.recent(store, NOW) == [
        files.Remembered("b.yaml", NOW, b"2", ".yml"),
        files.Remembered("a.yaml", NOW + 1, b"1", ".yaml"),
    ]
    assert [one.path for one in files.recent(store, NOW + 1)] == ["a.yaml"]
    files.forget(store, "a.yaml")
    assert files.prune(store, NOW + 1) == 1
    assert files.recent(store, 0) == []


def test_skips_are_those_of_each_sources_last_pass(store: Store) -> None:
    files.replace_skips(store, "tree", {"old": "binary"})
    files.replace_skips(store, "tree", {"big": "too big", "b": "binary", "caf\udce9": "binary"})
    files.replace_skips(store, "git", {"b": "binary", "c": "too big", "d": "binary"})
    assert files.skip_counts(store) == {"binary": 3, "too big": 2}
    assert files.skips(store, 3) == [("b", "binary"), ("caf%E9", "binary"), ("d", "binary")]


@pytest.mark.parametrize("value", [None, True, 3, 1.5, "text\udcff", ["a", {"b": None}], {}])
def test_settings_hold_json(store: Store, value: object) -> None:
    assert settings.get(store, "k", "default") == "default"
    settings.put(store, "k", 0)
    settings.put(store, "k", value)
    assert settings.get(store, "k", "default") == value


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_change_a_viewer_cares_about_is_written_down(store: Store) -> None:
    assert changes.latest(store) == 0
    with store.write() as connection:
        for statement in (
            "INSERT INTO execution_logs (id) VALUES (4)",
            "UPDATE execution_logs SET user_id = 'u'",
            "INSERT INTO pattern_metrics (pattern_id) VALUES ('PAT-A-001')",
            "INSERT OR REPLACE INTO anti_patterns (id) VALUES ('ANTI-PAT-001')",
            "INSERT INTO pattern_candidates (id) VALUES (9)",
            "DELETE FROM pattern_candidates",
            "INSERT INTO live_files (path, signature) VALUES ('not shown', x'00')",
        ):
            connection.execute(statement)
    feed.tell(store, event())
    suggestions.put(store, suggestion())
    applications.record(store, plan("PAT-A-001"), WRITTEN, NOW, seconds_saved=1)
    seen = [(change.table, change.row) for change in changes.since(store, 0)]
    assert seen == [
        ("execution_logs", 4),
        ("execution_logs", 4),
        ("pattern_metrics", "PAT-A-001"),
        ("anti_patterns", "ANTI-PAT-001"),
        ("pattern_candidates", 9),
        ("pattern_candidates", 9),
        ("feed", 1),
        ("suggestions", 1),
        ("applications", 1),
        ("pattern_metrics", "PAT-A-001"),
        ("pattern_metrics", "PAT-A-001"),
    ]
    assert changes.latest(store) == len(seen)
    assert [change.seq for change in changes.since(store, 2, limit=2)] == [3, 4]
    assert changes.tables_since(store, 8) == (11, frozenset({"applications", "pattern_metrics"}))
    assert changes.tables_since(store, 11) == (11, frozenset())


def test_what_is_rolled_back_was_no_change(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        connection.execute("INSERT INTO execution_logs (id) VALUES (4)")
        raise ZeroDivisionError
    assert changes.latest(store) == 0
    assert executions.recent(store) == []


def test_only_the_newest_changes_are_kept(store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 102500) "
            "INSERT INTO execution_logs (id) SELECT i FROM n"
        )
    assert store.rows("SELECT count(*) FROM changes")[0][0] == 100_500
    assert changes.since(store, 0, limit=1)[0].seq == 2001
    assert changes.latest(store) == 102_500
