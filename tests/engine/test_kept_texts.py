"""Whole texts: purged with all else that holds a word, and forgotten with the outputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions.cleaning import clean_up
from engine.actions.purging import find, holds, purge
from engine.store import file_versions, outcomes, versions
from engine.store.versions import StoredVersion
from engine.workspace import Workspace, open_workspace

NOW = 1_795_370_000.0
DAY = 86_400.0
WORD = "tr0mbone-orchard"
TEXT = f"first line\nkey = {WORD}\n" + "more and more of the same\n" * 50
TABLES = ("applied_texts", "file_texts", "file_versions", "pattern_versions")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, clock=lambda: NOW) as opened:
        yield opened


def fill(workspace: Workspace, at: float, text: str, number: int) -> None:
    store = workspace.store
    outcomes.keep_texts(store, number, {"a.py": text})
    file_versions.keep(store, "a.py", at, text)
    versions.keep(store, StoredVersion("PAT-A-001", f"1.{number}.0", at, "patterns/templates/a.yaml", text))
    with store.write() as connection:
        connection.execute("INSERT INTO applications (id, pattern_id, at) VALUES (?, 'PAT-A-001', ?)", (number, at))
        connection.execute("INSERT INTO file_texts VALUES (?, ?, ?)", (f"{number}", at, text.encode()))


def counts(workspace: Workspace) -> dict[str, int]:
    found = {}
    for table in TABLES:
        row = workspace.store.row(f"SELECT count(*) FROM {table}")
        assert row is not None
        found[table] = row[0]
    return found


@pytest.mark.parametrize(("word", "is_regex"), [(WORD, False), ("tr0m[a-z]+-orch", True)])
def test_purging_reaches_every_text(workspace: Workspace, word: str, is_regex: bool) -> None:
    fill(workspace, NOW - 2, TEXT, 1)
    fill(workspace, NOW - 1, TEXT.replace(WORD, "kept"), 2)
    match = holds(word, is_regex)
    assert find(workspace, match).rows == dict.fromkeys(TABLES, 1)
    assert purge(workspace, match).rows == dict.fromkeys(TABLES, 1)
    assert counts(workspace) == dict.fromkeys(TABLES, 1) and find(workspace, match).total == 0
    assert outcomes.texts_of(workspace.store, 2) and not outcomes.texts_of(workspace.store, 1)


def test_texts_are_forgotten_with_the_outputs(workspace: Workspace) -> None:
    for number, days in enumerate((45, 31, 29), 1):
        fill(workspace, NOW - days * DAY, f"{TEXT}{number}", number)
    assert clean_up(workspace, dry_run=True).texts == 8 and counts(workspace) == dict.fromkeys(TABLES, 3)
    done = clean_up(workspace)
    assert done.texts == 8 and done.as_row()["forgotten"]["texts"] == 8
    assert counts(workspace) == dict.fromkeys(TABLES, 1)
    assert clean_up(workspace).texts == 0


def test_the_newest_earlier_version_stays_however_old(workspace: Workspace) -> None:
    for number, days in enumerate((400, 300), 1):
        fill(workspace, NOW - days * DAY, TEXT, number)
    clean_up(workspace)
    assert [one.version for one in versions.of_pattern(workspace.store, "PAT-A-001")] == ["1.2.0"]
