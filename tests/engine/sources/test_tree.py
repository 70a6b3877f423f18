from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import NotAWorkspace
from engine.model import Example
from engine.sources import gitcommand, tree
from engine.sources.authorship import WorkRules
from engine.sources.ignore import ignore_rules
from engine.sources.names import raw, shown, unescaped
from engine.sources.skips import Reason, Skipped, Skips

if TYPE_CHECKING:
    from tests.engine.sources.conftest import Repository

LIMIT = 1000


def walked(root: Path, **options: object) -> dict[str, str]:
    return {example.path: example.text for example in tree.walk(root, max_bytes=LIMIT, **options)}  # type: ignore[arg-type]


@pytest.fixture(params=["in git", "without git"])
def place(request: pytest.FixtureRequest, tmp_path: Path, new_repository: Callable[[str], Repository]) -> Repository:
    made = new_repository("place")
    if request.param == "in git":
        made.git("init", "-q")
    return made


def test_files_with_their_texts_times_and_modes(place: Repository) -> None:
    place.write({"a.py": "one\r\n", "b/run": "two"})
    os.utime(place.root / "a.py", (5, 1_600_000_000.5))
    (place.root / "b/run").chmod(0o755)
    found = {example.path: example for example in tree.walk(place.root, max_bytes=LIMIT)}
    assert found["a.py"] == Example("a.py", "one\r\n", 1_600_000_000.5)
    assert (found["b/run"].text, found["b/run"].executable) == ("two", True)
    assert set(tree.paths(place.root)) == set(found)


def test_ignored_files_are_not_there(place: Repository) -> None:
    place.write(
        {
            ".gitignore": "*.log\nbuild/\n/only-here\n!keep.log\n# comment\n\\#odd\n",
            "a.log": "x",
            "keep.log": "k",
            "build/a": "x",
            "sub/build/a": "x",
            "only-here": "x",
            "sub/only-here": "s",
            "#odd": "x",
            "sub/.gitignore": "*.tmp\n!a.log\nbuild\n",
            "sub/a.log": "again",
            "sub/x.tmp": "x",
            "x.tmp": "t",
            "sub/deep/x.tmp": "x",
        }
    )
    skips = Skips()
    assert set(walked(place.root, skips=skips)) == {
        ".gitignore",
        "keep.log",
        "sub/only-here",
        "sub/.gitignore",
        "sub/a.log",
        "x.tmp",
    }
    assert skips.counts == {}


def test_what_is_no_text_is_counted_and_named(place: Repository) -> None:
    place.write({"ok": "x" * LIMIT, "large": "x" * (LIMIT + 1), "binary": b"\0", "latin": b"\xe9"})
    (place.root / "link").symlink_to("ok")
    (place.root / "loop").symlink_to(".")
    (place.root / "dangling").symlink_to("nowhere")
    os.mkfifo(place.root / "fifo")
    skips = Skips()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(place.root / "socket"))
        assert set(walked(place.root, skips=skips)) == {"ok"}
    assert {skipped.path: str(skipped.reason) for skipped in skips} == {
        "large": "too large",
        "binary": "binary",
        "latin": "invalid UTF-8",
        "link": "symbolic link",
        "loop": "symbolic link",
        "dangling": "symbolic link",
        "fifo": "not a regular file",
        "socket": "not a regular file",
    }


def test_a_directory_behind_a_link_is_never_entered(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"real/inside": "i", "kept": "k"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/inside").write_text("secret")
    (repository.root / "real/inside").unlink()
    (repository.root / "real").rmdir()
    (repository.root / "real").symlink_to(tmp_path / "elsewhere")
    assert set(walked(repository.root)) == {"kept"}
    assert isinstance(tree.read_example(repository.root, "real/inside", LIMIT), Skipped)


def test_tracked_files_that_are_gone_are_named(repository: Repository) -> None:
    repository.commit({"a": "a", "b": "b"})
    (repository.root / "a").unlink()
    skips = Skips()
    assert set(walked(repository.root, skips=skips)) == {"b"}
    assert skips.counts == {"vanished": 1}


def test_a_huge_file_costs_nothing(place: Repository) -> None:
    with (place.root / "huge").open("wb") as file:
        file.truncate(2 << 30)
    skips = Skips()
    assert walked(place.root, skips=skips) == {}
    assert skips.counts == {"too large": 1}


def test_a_conflict_lists_its_file_once(repository: Repository) -> None:
    repository.commit({"a": "base\n"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"a": "side\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"a": "main\n"})
    repository.git("merge", "-q", "side", fails=True)
    assert list(tree.paths(repository.root)) == ["a"]


def test_repositories_within_are_passed_over(
    repository: Repository, new_repository: Callable[[str], Repository]
) -> None:
    source = new_repository("source")
    source.git("init", "-q")
    source.commit({"inside": "i"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(source.root), "sub")
    nested = new_repository("repository/nested")
    nested.git("init", "-q")
    nested.commit({"inside": "i"})
    skips = Skips()
    assert set(walked(repository.root, skips=skips)) == {".gitmodules"}
    assert skips.counts == {"submodule": 2}


def test_a_subdirectory_sees_its_own_part(repository: Repository) -> None:
    repository.write({".gitignore": "*.log\n", "top": "t", "sub/a": "a", "sub/x.log": "x"})
    assert walked(repository.root / "sub") == {"a": "a"}


def test_rules_count(place: Repository) -> None:
    place.write({"a.py": "a", "data/b": "b", "g.go": "// DO NOT EDIT", "node_modules/m": "m", "mine/c": "c"})
    skips = Skips()
    rules = WorkRules(excluded=("data",), own=("mine",))
    assert set(walked(place.root, rules=rules, skips=skips)) == {"a.py"}
    counts = dict(skips.counts)
    counts.pop("vendored", None)  # without git such directories are not even entered
    assert counts == {"excluded": 1, "patui's own": 1, "generated": 1}


def test_without_git_tool_directories_are_not_entered(tmp_path: Path) -> None:
    for name in ("node_modules", ".venv", ".git", "__pycache__"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text("f")
    (tmp_path / "kept").write_text("k")
    skips = Skips()
    assert set(walked(tmp_path, skips=skips)) == {"kept"}
    assert len(skips) == 0


def test_a_bad_line_of_an_ignore_file_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"*.log\n!\n\xff\n//\n[\n*.tmp\n")
    for name in ("a.log", "a.tmp", "a"):
        (tmp_path / name).write_text("x")
    assert set(walked(tmp_path)) == {"a"}


@pytest.mark.parametrize("kind", ["fifo", "directory", "link"])
def test_an_ignore_file_that_is_none(tmp_path: Path, kind: str) -> None:
    target = tmp_path / ".gitignore"
    if kind == "fifo":
        os.mkfifo(target)
    elif kind == "directory":
        target.mkdir()
    else:
        target.symlink_to("/dev/zero")
    (tmp_path / "a").write_text("x")
    assert walked(tmp_path) == {"a": "x"}


def test_an_ignore_file_that_never_ends_holds_nobody_up(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write({"a": "x", "sub/b": "y", ".gitignore": "*.log\n", "c.log": "z"})
    os.mkfifo(repository.root / "sub/.gitignore")
    monkeypatch.setattr(gitcommand, "SLOW", 0.05)
    skips = Skips()
    assert set(walked(repository.root, skips=skips)) == {"a", "sub/b", ".gitignore"}
    assert Skipped("sub/.gitignore", Reason.SPECIAL) in list(skips)
    assert ignore_rules(repository.root).ignored([b"c.log", b"sub/b", b"sub/d.log"]) == {b"c.log", b"sub/d.log"}
    assert set(ignore_rules(repository.root).directories()) == {b"", b"sub/"}


@pytest.mark.parametrize("slow", [0.0001, 60.0])
def test_a_slow_git_is_waited_for(repository: Repository, monkeypatch: pytest.MonkeyPatch, slow: float) -> None:
    repository.write({"a": "x", ".gitignore": "b\n", "b": "y"})
    monkeypatch.setattr(gitcommand, "SLOW", slow)
    assert set(walked(repository.root)) == {"a", ".gitignore"}
    assert ignore_rules(repository.root).ignored([b"a", b"b"]) == {b"b"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(place: Repository) -> None:
    place.write({"closed": "c", "open": "o", "dir/f": "f"})
    (place.root / "closed").chmod(0)
    (place.root / "dir").chmod(0)
    skips = Skips()
    try:
        assert set(walked(place.root, skips=skips)) == {"open"}
    finally:
        (place.root / "dir").chmod(0o755)
    assert "closed" in {skipped.path for skipped in skips}


@pytest.mark.parametrize("name", ["missing", "file"])
def test_no_directory(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotAWorkspace):
        walked(tmp_path / name)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b", "text"),
        ("missing", Reason.VANISHED),
        ("a/b/c", Reason.VANISHED),
        ("a", Reason.DIRECTORY),
        ("link", Reason.SYMLINK),
        ("../outside", Reason.UNREADABLE),
        ("/etc/passwd", Reason.UNREADABLE),
        ("a//b", Reason.UNREADABLE),
        ("", Reason.UNREADABLE),
        ("nul\0", Reason.UNREADABLE),
        ("sur\udce9rogate", Reason.UNREADABLE),
        ("caf%E9", "latin"),
        ("100%E9", "literal"),
    ],
)
def test_read_example(tmp_path: Path, path: str, expected: str | Reason) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a/b").write_text("text")
    (root / "link").symlink_to("a/b")
    (tmp_path / "outside").write_text("o")
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9")).write_text("latin")
    (root / "100%E9").write_text("literal")
    read = tree.read_example(root, path, LIMIT)
    assert (read.text if isinstance(read, Example) else read.reason) == expected


def test_a_file_that_grows_past_the_limit_while_it_is_read(tmp_path: Path) -> None:
    proc = Path("/proc/self")
    if not (proc / "maps").exists():
        pytest.skip("needs a file whose size is not what the system says")
    assert tree.read_example(proc, "maps", 10) == Skipped("maps", Reason.TOO_LARGE)


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_names_come_back(name: bytes) -> None:
    path = shown(name)
    assert path.encode("utf-8")  # no surrogate is left
    if b"%" not in name:
        assert unescaped(path) == name
    if path == name.decode("utf-8", "replace"):
        assert raw(path) == name


NAMES = st.sampled_from(["a", "b", "a.log", "b.log", "build", "x y", "#c", "!d", "é"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
_LINES = (
    "*.log  !a.log  build/  /build  a  !a  a/b  /a/*  **/b  a/**  x y  \\#c  \\!d  [ab]  b.lo?  é  !/a  !b/  *  !*/  "
    "a/**/b  **  [!a]  ?  [  [a-  a**b  /**/a  \\a  [[:alpha:]]  #c  /  //a  a//b  !  x\\ y  a\\"
)
LINES = st.sampled_from(_LINES.split("  "))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    paths=st.lists(PATHS, min_size=1, max_size=8),
    ignore=st.dictionaries(st.sampled_from(["", "a/", "build/", "a/b/"]), st.lists(LINES, max_size=4), max_size=3),
)
def test_our_reading_of_ignore_files_is_gits(
    paths: list[str],
    ignore: dict[str, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    new_repository: Callable[[str], Repository],
) -> None:
    place = new_repository(tmp_path_factory.mktemp("ignore").as_posix())
    rules = {f"{where}.gitignore": "\n".join(lines) for where, lines in ignore.items()}
    for path, text in [*rules.items(), *((path, "x") for path in paths)]:
        target = place.root / path
        if not target.is_dir() and not any(parent.is_file() for parent in target.parents):
            place.write({path: text})
    ours = ignore_rules(place.root)
    listed = set(ours.files(Skips()))
    every = [os.fsencode(path.relative_to(place.root)) for path in place.root.rglob("*") if path.is_file()]
    hidden = ours.ignored(every)
    place.git("init", "-q")
    gits = ignore_rules(place.root)
    assert listed == set(gits.files(Skips()))
    assert hidden == gits.ignored(every)
    assert listed == set(every) - hidden


@pytest.mark.parametrize("where", [".git/info/exclude", ".git/index", ".git/config", ".git/HEAD"])
def test_git_is_not_waited_for_where_a_pipe_takes_the_place_of_its_file(
    repository: Repository, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.sources.gitcommand.SLOW", 0.2)
    repository.commit({"kept.txt": "kept\n", ".gitignore": "*.log\n", "noise.log": "noise\n"})
    (repository.root / where).unlink(missing_ok=True)
    os.mkfifo(repository.root / where)
    skips = Skips()
    assert set(walked(repository.root, skips=skips)) == {".gitignore", "kept.txt"}
    if where == ".git/info/exclude":
        assert {skipped.path: str(skipped.reason) for skipped in skips} == {where: "not a regular file"}
    else:
        assert gitcommand.complaint(repository.root) == f"{where} is not a regular file"
