from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.sources import git
from engine.sources.authorship import WorkRules
from engine.sources.gitcommand import git_dir
from engine.sources.skips import Skips

if TYPE_CHECKING:
    from tests.engine.sources.conftest import Repository

LIMIT = 1000
ADA = ("Ada", "ada@example.org")


def added(root: Path, **options: object) -> list[git.Addition]:
    return list(git.additions(root, max_bytes=LIMIT, **options))  # type: ignore[arg-type]


def texts(root: Path) -> dict[str, str]:
    return {addition.example.path: addition.example.text for addition in added(root)}


def test_additions_come_oldest_first_with_the_text_as_first_written(repository: Repository) -> None:
    repository.commit({"a.py": "first\n"})
    second = repository.commit({"b/c.py": "one\r\ntwo", "a.py": "changed\n"})
    found = added(repository.root)
    assert [(item.example.path, item.example.text) for item in found] == [("a.py", "first\n"), ("b/c.py", "one\r\ntwo")]
    assert [item.example.created for item in found] == [1_600_003_600.0, 1_600_007_200.0]
    assert {item.example.author for item in found} == {"Ada"}
    assert found[1].commit == second
    assert not any(item.bulk or item.example.by_agent or item.example.executable for item in found)


def test_order_is_by_author_time_where_history_leaves_it_open(repository: Repository) -> None:
    base = repository.commit({"base": "b"})
    repository.git("checkout", "-q", "-b", "early")
    repository.commit({"early": "e"}, GIT_AUTHOR_DATE="1600010000 +0000", GIT_COMMITTER_DATE="1700000000 +0000")
    repository.git("checkout", "-q", "-b", "late", base)
    repository.commit({"late": "l"}, GIT_AUTHOR_DATE="1600020000 +0000", GIT_COMMITTER_DATE="1650000000 +0000")
    repository.git("merge", "-q", "--no-edit", "early")
    assert list(texts(repository.root)) == ["base", "early", "late"]


def test_a_file_that_was_removed_still_counts_and_says_that_it_is_gone(repository: Repository) -> None:
    repository.commit({"kept": "k", "gone": "g"})
    (repository.root / "gone").unlink()
    repository.commit()
    assert {item.example.path: item.exists for item in added(repository.root)} == {"kept": True, "gone": False}


def test_a_renamed_file_has_its_new_name_and_text_and_keeps_its_author_and_time(repository: Repository) -> None:
    repository.commit({"old.py": "line\n" * 20})
    repository.commit({"other.py": "something else entirely\n"})
    (before,) = [item.example for item in added(repository.root) if item.example.path == "old.py"]
    repository.git("mv", "old.py", "new.py")
    repository.commit({"new.py": "line\n" * 20 + "one more\n"})
    repository.git("mv", "new.py", "moved.py")
    repository.commit({"moved.py": "line\n" * 20 + "one more\n"})
    assert list(texts(repository.root)) == ["moved.py", "other.py"]
    (after,) = [item.example for item in added(repository.root) if item.example.path == "moved.py"]
    assert (after.created, after.author) == (before.created, before.author)
    assert after.text == "line\n" * 20 + "one more\n"


def test_a_rename_of_what_is_known_brings_nothing_new(repository: Repository) -> None:
    known = repository.commit({"old.py": "line\n" * 20})
    repository.git("mv", "old.py", "new.py")
    repository.commit({"other.py": "o"})
    assert [item.example.path for item in added(repository.root, after=known)] == ["other.py"]


def test_files_that_swap_their_names(repository: Repository) -> None:
    repository.commit({"a": "one\n" * 20})
    repository.commit({"b": "two\n" * 20})
    for old, new in (("a", "x/b"), ("b", "x/a"), ("x/a", "a"), ("x/b", "b")):
        (repository.root / "x").mkdir(exist_ok=True)
        repository.git("mv", old, new)
        if new in ("x/a", "b"):
            repository.commit()
    found = {item.example.path: (item.example.text[:3], item.example.created) for item in added(repository.root)}
    assert found == {"b": ("one", 1_600_003_600.0), "a": ("two", 1_600_007_200.0)}


def test_a_rename_onto_the_name_of_a_removed_file(repository: Repository) -> None:
    repository.commit({"a": "one\n" * 20})
    repository.commit({"b": "two\n" * 20})
    repository.git("rm", "-q", "a")
    repository.commit()
    repository.git("mv", "b", "a")
    repository.commit()
    assert texts(repository.root) == {"a": "two\n" * 20}


def test_a_path_counts_once_when_it_first_appears(repository: Repository) -> None:
    base = repository.commit({"base": "b"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"twice": "t"})
    repository.git("checkout", "-q", "main")
    repository.commit({"twice": "t"})
    repository.git("merge", "-q", "--no-edit", "side")
    (repository.root / "base").unlink()
    repository.commit()
    repository.commit({"base": "again"})
    assert base
    assert texts(repository.root) == {"base": "b", "twice": "t"}


def test_what_a_merge_brings_counts_once(repository: Repository) -> None:
    repository.commit({"base": "b"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"side": "s"})
    repository.git("checkout", "-q", "main")
    repository.commit({"main": "m"})
    repository.git("merge", "-q", "--no-edit", "--no-ff", "side")
    assert [item.example.path for item in added(repository.root)] == ["base", "side", "main"]


def test_after_leaves_out_what_is_known(repository: Repository) -> None:
    first = repository.commit({"a": "a"})
    last = repository.commit({"b": "b"})
    assert [item.example.path for item in added(repository.root, after=first)] == ["b"]
    assert added(repository.root, after=last) == []
    assert git.commit_count(repository.root, first) == 1


@pytest.mark.parametrize("after", ["f" * 40, "--output=stolen", "main", ""])
def test_an_unknown_after_means_everything(repository: Repository, after: str) -> None:
    repository.commit({"a": "a"})
    assert [item.example.path for item in added(repository.root, after=after)] == ["a"]
    assert not (repository.root / "stolen").exists()


def test_what_cannot_be_a_text_is_counted_and_named(repository: Repository) -> None:
    repository.write({"link-target": "t"})
    (repository.root / "link").symlink_to("link-target")
    repository.commit(
        {"binary": b"a\0b", "latin": b"caf\xe9", "large": "x" * (LIMIT + 1), "limit": "x" * LIMIT, "yarn.lock": "y"}
    )
    skips = Skips()
    found = {item.example.path for item in added(repository.root, skips=skips)}
    assert found == {"link-target", "limit"}
    assert {skipped.path: str(skipped.reason) for skipped in skips} == {
        "binary": "binary",
        "latin": "invalid UTF-8",
        "large": "too large",
        "link": "symbolic link",
        "yarn.lock": "lock file",
    }
    assert skips.counts["binary"] == 1


def test_any_byte_may_stand_in_a_path(repository: Repository) -> None:
    names = [
        b"new\nline",
        b"tab\t",
        b'quo"te',
        b"caf\xe9",
        "ünï ö".encode(),
        b"%41",
        b"\x01",
        b":colon",
        b"back\\slash",
    ]
    for name in names:
        Path(os.fsdecode(os.fsencode(repository.root) + b"/" + name)).write_bytes(name)
    (repository.root / os.fsdecode(b"caf\xe9")).write_text("latin")
    repository.commit()
    found = added(repository.root)
    expected = {name.decode() if name != b"caf\xe9" else "caf%E9" for name in names}
    assert {item.example.path for item in found} == expected
    assert all(item.exists for item in found)


def test_executable_and_empty_files(repository: Repository) -> None:
    repository.write({"run": "#!/bin/sh\n"})
    (repository.root / "run").chmod(0o755)
    repository.commit({"empty": ""})
    assert {item.example.path: (item.example.text, item.example.executable) for item in added(repository.root)} == {
        "run": ("#!/bin/sh\n", True),
        "empty": ("", False),
    }


def test_many_files_in_one_commit_are_an_import(repository: Repository) -> None:
    repository.commit({"one": "1"})
    many = repository.commit({f"many/{number}": f"{number}" for number in range(git.BULK)})
    found = added(repository.root)
    assert {item.bulk for item in found if item.commit == many} == {True}
    assert [item.bulk for item in found if item.commit != many] == [False]


def test_where_a_shallow_clone_ends_everything_is_an_import(
    repository: Repository, new_repository: Callable[[str], Repository]
) -> None:
    repository.commit({"a": "a", "b": "b"})
    repository.commit({"c": "c"})
    repository.commit({"d": "d"})
    shallow = new_repository("shallow")
    shallow.git("clone", "-q", "--depth=2", f"file://{repository.root}", ".")
    found = {item.example.path: item.bulk for item in added(shallow.root)}
    assert found == {"a": True, "b": True, "c": True, "d": False}


def test_a_partial_clone_fetches_nothing(repository: Repository, new_repository: Callable[[str], Repository]) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.commit({"a": "a\n" * 9, "b": "b"})
    repository.git("mv", "a", "moved")
    repository.commit({"moved": "a\n" * 9 + "!"})
    partial = new_repository("partial")
    partial.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository.root}", ".")
    before = sorted(path.name for path in (partial.root / ".git/objects/pack").iterdir())
    skips = Skips()
    assert added(partial.root, skips=skips) == []
    assert skips.counts["not in this clone"] >= 2
    assert sorted(path.name for path in (partial.root / ".git/objects/pack").iterdir()) == before


def test_submodules_are_passed_over(repository: Repository, new_repository: Callable[[str], Repository]) -> None:
    inner = new_repository("inner")
    inner.git("init", "-q")
    inner.commit({"inside": "i"})
    repository.commit({"a": "a"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.root), "sub")
    repository.commit()
    skips = Skips()
    assert {item.example.path for item in added(repository.root, skips=skips)} == {"a", ".gitmodules"}
    assert skips.counts == {"submodule": 1}


def test_a_subdirectory_sees_its_own_part(repository: Repository) -> None:
    repository.commit({"top": "t", "sub/a": "a"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"sub/deep/b": "b"})
    repository.git("checkout", "-q", "main")
    repository.commit({"other": "o"})
    repository.git("merge", "-q", "--no-edit", "side")
    assert texts(repository.root / "sub") == {"a": "a", "deep/b": "b"}
    assert all(item.exists for item in added(repository.root / "sub"))


def test_worktrees_and_detached_heads(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit({"a": "a"})
    repository.commit({"b": "b"})
    tree = tmp_path / "tree"
    repository.git("worktree", "add", "-q", "--detach", str(tree), first)
    assert texts(tree) == {"a": "a"}
    assert git.head(tree) == first
    assert git.common_dir(tree) == git.common_dir(repository.root) == (repository.root / ".git").resolve()
    assert git_dir(tree) != git_dir(repository.root)


def test_a_repository_without_a_commit(repository: Repository) -> None:
    repository.write({"a": "a"})
    assert git.is_repository(repository.root)
    assert (git.head(repository.root), added(repository.root), git.commit_count(repository.root)) == ("", [], 0)


def test_no_repository(tmp_path: Path) -> None:
    assert not git.is_repository(tmp_path)
    assert (git.head(tmp_path), git.common_dir(tmp_path), added(tmp_path)) == ("", None, [])


def test_no_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"a": "a"})
    monkeypatch.setenv("PATH", "")
    assert not git.is_repository(repository.root)
    assert (git.head(repository.root), added(repository.root)) == ("", [])


def test_variables_of_a_calling_hook_are_dropped(
    repository: Repository, new_repository: Callable[[str], Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"a": "a"})
    other = new_repository("other")
    other.git("init", "-q")
    other.commit({"other": "o"})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert texts(repository.root) == {"a": "a"}


def test_nothing_that_the_repository_configures_is_run(repository: Repository) -> None:
    program = repository.root / "program"
    program.write_text(f"#!/bin/sh\ntouch '{repository.root}/ran'\n")
    program.chmod(0o755)
    repository.commit({"a": "a", ".gitattributes": "* diff=own filter=own\n"})
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.own.textconv",
        "filter.own.clean",
        "core.askPass",
    ):
        repository.git("config", key, str(program))
    for hook in ("post-index-change", "reference-transaction"):
        (repository.root / ".git/hooks" / hook).symlink_to(program)
    (repository.root / "ran").unlink(missing_ok=True)
    assert set(texts(repository.root)) == {"a", ".gitattributes", "program"}
    assert not (repository.root / "ran").exists()


def test_a_damaged_blob_costs_only_itself(repository: Repository) -> None:
    repository.commit({"a": "text of a", "b": "text of b", "c": "text of c"})
    blob = repository.git("rev-parse", "HEAD:b")
    loose = repository.root / ".git/objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-8] + b"\0" * 8)
    skips = Skips()
    assert {item.example.path for item in added(repository.root, skips=skips)} == {"a", "c"}
    assert skips.counts == {"not in this clone": 1}


def test_a_history_that_breaks_off_is_said(repository: Repository) -> None:
    repository.commit({"a": "text of a"})
    tree = repository.git("rev-parse", f"{repository.commit({'b': 'text of b'})}^{{tree}}")
    skips = Skips()
    assert {item.example.path for item in added(repository.root, skips=skips)} == {"a", "b"}
    assert not skips.counts
    (repository.root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert {item.example.path for item in added(repository.root, skips=skips)} <= {"a"}
    assert skips.counts == {"history that git cannot read": 1}
    (said,) = skips
    assert said.path.startswith(("after commit ", "every commit"))


def test_rules_of_the_workspace_count(repository: Repository) -> None:
    repository.commit({"a.py": "a", "fixtures/b.py": "b", "patterns/drafts/x.yaml": "x"})
    rules = WorkRules(excluded=("fixtures/",), own=("patterns",))
    skips = Skips()
    assert [item.example.path for item in added(repository.root, rules=rules, skips=skips)] == ["a.py"]
    assert skips.counts == {"excluded": 1, "patui's own": 1}


def test_added_paths_agrees_with_additions(repository: Repository) -> None:
    for number in range(5):
        repository.commit({f"f{number}": f"{number}", f"d/g{number}": f"{number}"})
    assert [item.path for item in git.added_paths(repository.root)] == list(texts(repository.root))


def test_a_walk_left_early_ends_its_processes(repository: Repository) -> None:
    repository.commit({f"f{number}": "x" for number in range(600)})
    walk = git.additions(repository.root, max_bytes=LIMIT)
    assert next(walk).example.text == "x"
    walk.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize(
    ("author", "committer", "message", "expected"),
    [
        (("Ada", "ada@x.org"), ("Ada", "ada@x.org"), "work", False),
        (("Claude", "noreply@anthropic.com"), ("Ada", "ada@x.org"), "work", True),
        (("Ada", "ada@x.org"), ("Ada", "ada@x.org"), "work\n\nCo-Authored-By: Claude <noreply@anthropic.com>", True),
        (("Ada", "ada@x.org"), ("Ada", "ada@x.org"), "mentions Co-authored-by: Claude <noreply@anthropic.com>", False),
        (
            ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
            ("GitHub", "noreply@github.com"),
            "w",
            True,
        ),
    ],
)
def test_by_agent(
    repository: Repository, author: tuple[str, str], committer: tuple[str, str], message: str, expected: bool
) -> None:
    repository.commit(
        {"a": "a"},
        message,
        GIT_AUTHOR_NAME=author[0],
        GIT_AUTHOR_EMAIL=author[1],
        GIT_COMMITTER_NAME=committer[0],
        GIT_COMMITTER_EMAIL=committer[1],
    )
    assert [item.example.by_agent for item in added(repository.root)] == [expected]
