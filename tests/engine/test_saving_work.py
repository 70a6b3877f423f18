"""A saved file costs what it touches, however many files and families the workspace has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.detectors import file_pattern_miner
from engine.mining.cohesion import Core
from engine.mining.families import find_families
from engine.mining.index import FamilyIndex
from engine.mining.nearness import near
from engine.mining.sketches import Sketch, sketch
from engine.ports import StoredFiles
from engine.store import files
from engine.workspace import open_workspace

NOW = 1_000_000.0
KINDS = [f"kind{letter}" for letter in "abcdefghijklmnopqrst"]


def text(kind: str, number: int) -> str:
    return "".join(f"{kind[-1] * 5}_{word}: {number}\n" for word in ("name", "image", "port", "title", "path", "owner"))


def made(kind: str, number: int, ending: str = "yaml") -> Sketch:
    return sketch(f"{kind}/part{number}.{ending}", text(kind, number), created=NOW - number)


def test_only_what_lies_near_is_compared() -> None:
    window = [made(kind, number) for kind in KINDS for number in range(8)]
    one = made("kindc", 9)
    assert {other.path.split("/")[0] for other in near(one, window)} == {"kindc"}


def test_what_has_the_same_text_elsewhere_is_near_and_so_is_what_lies_beside_it() -> None:
    one = made("kindc", 9)
    twin = sketch("far/away/other.yaml", text("kindc", 1))
    notes = sketch("far/away/notes.md", "# Notes\nabout it\n")
    assert near(one, [made("kindd", 1), twin, notes, sketch("docs/notes.md", "# Notes\nabout it\n")]) == [twin, notes]


def test_the_family_among_the_near_is_the_family_among_all() -> None:
    window = [made(kind, number) for kind in KINDS for number in range(8)]
    whole = {path: family for family in find_families(window) for path in family.files}
    for one in window[::7]:
        others = [other for other in window if other is not one]
        (found,) = (f for f in find_families([one, *near(one, others)], among=window) if one.path in f.files)
        assert found == whole[one.path]


def test_a_new_file_is_compared_with_its_kind_however_long_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def counted(sketches: list[Sketch], **how: object) -> object:
        compared.append(len(sketches))
        return find_families(sketches, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(file_pattern_miner, "find_families", counted)
    with open_workspace(tmp_path, clock=lambda: NOW) as place:
        log = StoredFiles(lambda: place.store)
        for kind in KINDS:
            for number in range(1, 8):
                log.remember(made(kind, number), NOW)
        miner = place.file_pattern_miner(lambda family: None)
        miner.on_file_created("kindc/part9.yaml", text("kindc", 9))
        miner.on_file_created("lone/thing.yaml", "alpha: 1\nbeta: 2\ngamma: 3\ndelta: 4\n")
    assert compared == [8]


def test_of_a_long_window_the_newest_are_read(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as place:
        for number in range(300):
            one = made("kinda", number, "md" if number % 3 else "yaml")
            files.remember(place.store, one.path, one.created, one.to_bytes(), ".md")
        found = StoredFiles(lambda: place.store).beside("kinda/part99.yaml", NOW - 290, NOW - 1, 20, 10)
    paths = [one.path for one in found]
    assert paths[0] == "kinda/part99.yaml"
    assert paths[1:21] == [f"kinda/part{number}.yaml" for number in range(3, 63, 3)]
    assert paths[21:] == [f"kinda/part{number}.md" for number in range(1, 16) if number % 3]


def test_a_file_is_matched_with_families_of_its_extension_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    index = FamilyIndex()
    for ending in ("yaml", "md"):
        window = [made(kind, number, ending) for kind in KINDS for number in range(4)]
        for family in find_families(window):
            index.learn(family, window)
    asked: list[Core] = []
    coverage = Core.coverage

    def noted(core: Core, keys: Any, limit: Any) -> Any:
        asked.append(core)
        return coverage(core, keys, limit)

    monkeypatch.setattr(Core, "coverage", noted)
    (match,) = index.add(made("kindc", 9))
    assert match.similarity == 1.0
    assert len(asked) == len(KINDS) and len(index) == 2 * len(KINDS)
    index.forget(match.signature)
    assert index.add(made("kindc", 9)) == ()
