from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.sources import git
from engine.sources.attributes import declared
from engine.sources.authorship import WorkRules
from engine.sources.skips import Reason, Skips

if TYPE_CHECKING:
    from tests.engine.sources.conftest import Repository


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("*.pb linguist-generated\n", "a/b.pb", {Reason.GENERATED: True}),
        ("*.pb linguist-generated\n", "a/b.py", {}),
        ("*.pb linguist-generated=true diff\n", "b.pb", {Reason.GENERATED: True}),
        ("*.pb linguist-generated=false\n", "b.pb", {Reason.GENERATED: False}),
        ("*.pb -linguist-generated\n", "b.pb", {Reason.GENERATED: False}),
        ("*.pb linguist-generated\nkept.pb !linguist-generated\n", "kept.pb", {}),
        ("*.pb linguist-generated\nkept.pb -linguist-generated\n", "kept.pb", {Reason.GENERATED: False}),
        ("lib/** linguist-vendored\n", "lib/a/b.c", {Reason.VENDORED: True}),
        ("lib/** linguist-vendored\n", "src/lib/a.c", {}),
        ("/lib linguist-vendored\n", "lib/a/b.c", {Reason.VENDORED: True}),
        ('"with space/*" linguist-vendored\n', "with space/a", {Reason.VENDORED: True}),
        ("# *.py linguist-vendored\n", "a.py", {}),
        ("*.py text eol=lf linguist-language=C\n", "a.py", {}),
        ("!*.py linguist-generated\n", "a.py", {}),
        ("*.c linguist-vendored -linguist-generated\n", "a.c", {Reason.VENDORED: True, Reason.GENERATED: False}),
        ("*.c linguist-generated\r\n", "a.c", {Reason.GENERATED: True}),
    ],
)
def test_declarations(tmp_path: Path, text: str, path: str, expected: dict[Reason, bool]) -> None:
    (tmp_path / ".gitattributes").write_text(text)
    verdict = declared(tmp_path)
    assert (verdict(path) if verdict is not None else {}) == expected


def test_deeper_files_and_the_repositorys_own_win(repository: Repository) -> None:
    repository.commit(
        {
            ".gitattributes": "*.a linguist-generated\n*.b linguist-generated\n*.c linguist-generated\n",
            "sub/.gitattributes": "*.b -linguist-generated\n*.c -linguist-generated\n",
            "sub/deep/.gitattributes": "*.d linguist-vendored\n",
            ".git/info/attributes": "*.c linguist-vendored\n",
        }
    )
    verdict = declared(repository.root)
    assert verdict is not None
    paths = ("sub/x.a", "sub/x.b", "x.b", "sub/x.c", "sub/deep/x.d", "sub/x.d")
    assert [verdict(path) for path in paths] == [
        {Reason.GENERATED: True},
        {Reason.GENERATED: False},
        {Reason.GENERATED: True},
        {Reason.VENDORED: True, Reason.GENERATED: False},
        {Reason.VENDORED: True},
        {},
    ]


def test_a_subdirectory_hears_what_is_said_above_it(repository: Repository) -> None:
    repository.commit(
        {".gitattributes": "sub/*.a linguist-generated\n", "sub/x": "x", "sub/.gitattributes": "*.a text\n"}
    )
    verdict = declared(repository.root / "sub")
    assert verdict is not None
    assert verdict("x.a") == {Reason.GENERATED: True}


def test_nothing_declared_costs_nothing(repository: Repository, tmp_path: Path) -> None:
    repository.commit({".gitattributes": "* text=auto\n"})
    assert declared(repository.root) is None
    assert declared(tmp_path) is None


def test_declarations_overrule_names_and_marks(repository: Repository) -> None:
    said = [
        "vendor/** -linguist-vendored",
        "made.py linguist-generated",
        "marked.py -linguist-generated",
        "tests/** linguist-vendored=false",
        ".patui/** -linguist-generated",
    ]
    repository.commit(
        {
            ".gitattributes": "\n".join(said),
            "vendor/ours.py": "o",
            "made.py": "m",
            "marked.py": "# DO NOT EDIT\n",
            "other.py": "# DO NOT EDIT\n",
            "tests/recorded.yml": "# Files here are auto-generated from SQL files.\n",
            ".patui/own.yml": "o",
        }
    )
    skips = Skips()
    rules = WorkRules(declared=declared(repository.root))
    found = {item.example.path for item in git.additions(repository.root, max_bytes=999, skips=skips, rules=rules)}
    assert found == {"vendor/ours.py", "marked.py", ".gitattributes"}
    assert skips.counts == {"generated": 3, "patui's own": 1}
