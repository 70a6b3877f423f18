from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import BrokenInput, InvalidDocument, UnsafePath
from engine.library.pattern_file import to_document
from engine.library.shelf import Shelf, slug
from engine.model import FileTemplate, Kind, Literal, Pattern, Template

TEXT = Template((Literal("hello\n"),))
PATTERN = Pattern("PAT-GREETING-001", "Greeting Card", Kind.FILE, files=(FileTemplate(TEXT, TEXT),))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    home = tmp_path / "patterns"
    home.mkdir()
    return Shelf(home)


def test_each_kind_has_its_place(shelf: Shelf) -> None:
    for pattern, place in [
        (PATTERN, "patterns/templates/auto-greeting-card.template.yaml"),
        (replace(PATTERN, kind=Kind.SCAFFOLD, name="Ünï / x"), "patterns/templates/auto-ünï-x.template.yaml"),
        (replace(PATTERN, kind=Kind.EXECUTION), "patterns/specs/PAT-GREETING-001.pattern.yaml"),
        (replace(PATTERN, kind=Kind.REFACTOR), "patterns/specs/PAT-GREETING-001.pattern.yaml"),
        (
            replace(PATTERN, kind=Kind.RECOVERY, match={"error_type": "ImportError"}),
            "patterns/specs/self_heal/AUTO-importerror.yaml",
        ),
        (replace(PATTERN, kind=Kind.RECOVERY), "patterns/specs/self_heal/AUTO-greeting-card.yaml"),
    ]:
        assert shelf.relative(shelf.approved_path(pattern)) == place
    draft = shelf.draft_path("AUTO-2025-11-22-001", "Greeting Card")
    assert shelf.relative(draft) == "patterns/drafts/AUTO-2025-11-22-001-greeting-card.pattern.yaml"


def test_a_taken_place_is_numbered(shelf: Shelf) -> None:
    for number in ("", "-2", "-3"):
        path = shelf.approved_path(PATTERN)
        assert path.name == f"auto-greeting-card{number}.template.yaml"
        shelf.save(path, "x")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a b", "a-b"), ("../../etc", "etc"), ("", "pattern"), ("!", "pattern"), ("é" * 200, "é" * 60), (".x_", "x")],
)
def test_names_become_parts_of_file_names(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_what_is_saved_is_loaded(shelf: Shelf) -> None:
    first, second = shelf.draft_path("AUTO-2", "b"), shelf.draft_path("AUTO-1", "a")
    shelf.save(first, to_document(PATTERN))
    shelf.save(second, to_document(replace(PATTERN, name="other")))
    assert shelf.load(first) == PATTERN
    assert shelf.drafts().patterns == ((second, replace(PATTERN, name="other")), (first, PATTERN))
    assert shelf.approved().patterns == ()
    shelf.save(first, to_document(replace(PATTERN, name="changed")))
    assert shelf.load(first).name == "changed"
    assert first.stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert sorted(path.name for path in first.parent.iterdir()) == [second.name, first.name]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_approved_patterns_lie_in_three_places(shelf: Shelf) -> None:
    execution = replace(PATTERN, kind=Kind.EXECUTION, steps=({"argv": ["true"]},))
    recovery = replace(execution, kind=Kind.RECOVERY)
    for pattern in (PATTERN, execution, recovery):
        shelf.save(shelf.approved_path(pattern), to_document(pattern))
    found = shelf.approved()
    assert [pattern.kind for _, pattern in found.patterns] == [Kind.EXECUTION, Kind.RECOVERY, Kind.FILE]
    assert found.problems == ()


def test_an_unchanged_file_is_parsed_once(shelf: Shelf) -> None:
    path = shelf.draft_path("AUTO-1", "a")
    shelf.save(path, to_document(PATTERN))
    assert shelf.load(path) is shelf.load(path)


def test_broken_files_are_told_beside_the_others(shelf: Shelf) -> None:
    drafts = shelf.home / "drafts"
    shelf.save(drafts / "good.pattern.yaml", to_document(PATTERN))
    (drafts / "a.yaml").write_text("kind: [\n")
    (drafts / "b.yaml").write_text("kind: file\n")
    (drafts / "c.yaml").write_bytes(b"\xff")
    (drafts / "d.yaml").mkdir()
    os.mkfifo(drafts / "e.yaml")
    (drafts / "f.yaml").symlink_to("f.yaml")
    (drafts / "g.yaml").symlink_to("/dev/zero")
    (drafts / "h.yaml").write_text("x" * 2_000_001)
    (drafts / ".i.yaml").write_text("an editor's")
    (drafts / "README.md").write_text("text")
    found = shelf.drafts()
    assert [path.name for path, _ in found.patterns] == ["good.pattern.yaml"]
    said = [str(problem).splitlines()[0] for problem in found.problems]
    assert [line.partition(": ")[0] for line in said] == [f"patterns/drafts/{letter}.yaml" for letter in "abcdefgh"]
    assert [line.partition(": ")[2] for line in said[2:]] == [
        "is not UTF-8 text",
        "is not a file",
        "is not a file",
        "cannot be read: Too many levels of symbolic links",
        "is not a file",
        "is larger than 2 MB",
    ]
    for problem, path in zip(found.problems, sorted(drafts.glob("[a-h].yaml")), strict=True):
        with pytest.raises(type(problem)):
            shelf.load(path)
    with pytest.raises(BrokenInput, match="No such file"):
        shelf.load(drafts / "none.yaml")
    assert isinstance(found.problems[1], InvalidDocument) and len(found.problems[1].problems) == 3


def test_nothing_is_written_through_a_link_or_outside(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (shelf.home / "drafts").symlink_to(outside)
    for path in (
        shelf.draft_path("AUTO-1", "a"),
        outside / "x",
        shelf.home / "templates" / ".." / ".." / ".." / outside.name / "x",
    ):
        with pytest.raises(UnsafePath):
            shelf.save(path, "x")
    assert list(outside.iterdir()) == []
    target = outside / "target"
    target.write_text("theirs")
    (shelf.home / "link.yaml").symlink_to(target)
    shelf.save(shelf.home / "link.yaml", "ours")
    assert target.read_text() == "theirs"
    assert (shelf.home / "link.yaml").read_text() == "ours" and not (shelf.home / "link.yaml").is_symlink()


def test_a_failed_write_leaves_the_old_file(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shelf.home / "a.yaml"
    shelf.save(path, "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(BrokenInput, match=r"patterns/a.yaml cannot be written: No space left on device"):
        shelf.save(path, "new")
    assert path.read_text() == "old"
    assert [one.name for one in shelf.home.iterdir()] == ["a.yaml"]


def test_the_catalogue_can_be_read(shelf: Shelf) -> None:
    found = shelf.catalogue()
    assert [pattern.name for pattern in found] == sorted(pattern.name for pattern in found)
    found.clear()
    assert shelf.catalogue() == shelf.catalogue()
