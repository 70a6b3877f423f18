"""On a real file system; every wait is for an event with a deadline, never for time to pass."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.errors import NotAWorkspace
from engine.model import ChangeKind, FileChange
from engine.sources.rawevents import OVERFLOW, Backend, RawEvent, Sink
from engine.sources.watch import Notice, NoticeKind, Watcher, system_backend

if TYPE_CHECKING:
    from tests.engine.sources.conftest import Repository

DEADLINE = 10.0
CREATED, MODIFIED, REMOVED, DIRECTORY = (
    ChangeKind.CREATED,
    ChangeKind.MODIFIED,
    ChangeKind.REMOVED,
    ChangeKind.DIRECTORY,
)


class Seen:
    """What a watcher reported, and a way to wait for it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.changes: list[FileChange] = []
        self.batches: list[list[FileChange]] = []
        self.notices: list[Notice] = []
        self.watcher: Watcher | None = None
        self._arrived = threading.Condition()
        self._fence = 0

    def on_changes(self, changes: list[FileChange]) -> None:
        with self._arrived:
            self.batches.append(changes)
            self.changes.extend(changes)
            self._arrived.notify_all()

    def on_notice(self, notice: Notice) -> None:
        with self._arrived:
            self.notices.append(notice)
            self._arrived.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._arrived:
            assert self._arrived.wait_for(condition, DEADLINE), (self.changes, self.notices)

    def settled(self) -> list[tuple[str, ChangeKind]]:
        """All changes up to now: a file made last is seen after everything before it, removals included."""
        for _ in range(3):  # a removal is looked at twice
            self._fence += 1
            name = f"fence-{self._fence}"
            (self.root / name).write_text(name)
            self.wait(lambda name=name: any(change.path == name for change in self.changes))  # type: ignore[misc]
        return [(change.path, change.kind) for change in self.changes if not change.path.startswith("fence-")]

    def by_tool(self) -> dict[str, bool]:
        self.settled()
        return {
            change.path: change.by_tool
            for change in self.changes
            if not change.path.startswith("fence-") and change.kind is not DIRECTORY
        }


Watch = Callable[..., Seen]


@pytest.fixture
def watch() -> Iterator[Watch]:
    started: list[Seen] = []

    def start(root: Path, **options: object) -> Seen:
        seen = Seen(root)
        settings = {"debounce": 0.05, "on_notice": seen.on_notice, **options}
        seen.watcher = Watcher(root, seen.on_changes, **settings)  # type: ignore[arg-type]
        seen.watcher.start()
        started.append(seen)
        return seen

    yield start
    for seen in started:
        assert seen.watcher is not None
        seen.watcher.stop()


def test_created_modified_removed(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "old").write_text("o")
    seen = watch(tmp_path, clock=lambda: 7.0)
    (tmp_path / "new").write_text("n")
    assert seen.settled() == [("new", CREATED)]
    (tmp_path / "old").write_text("other")
    (tmp_path / "new").unlink()
    assert seen.settled()[1:] == [("old", MODIFIED), ("new", REMOVED)]
    assert {change.time for change in seen.changes} == {7.0}
    assert not any(change.by_tool for change in seen.changes)


def test_an_empty_file_counts_and_its_filling_is_a_change(tmp_path: Path, watch: Watch) -> None:
    seen = watch(tmp_path)
    (tmp_path / "a.py").touch()
    assert seen.settled() == [("a.py", CREATED)]
    (tmp_path / "a.py").write_text("text")
    assert seen.settled() == [("a.py", CREATED), ("a.py", MODIFIED)]


@pytest.mark.parametrize("buffer", [".new.py.swp", ".#new.py", ".new.py.kate-swp"])
def test_a_file_that_an_editor_has_opened_is_told_once_before_it_is_there(
    tmp_path: Path, watch: Watch, buffer: str
) -> None:
    seen = watch(tmp_path)
    (tmp_path / "old.py").write_text("old")
    assert seen.settled() == [("old.py", CREATED)]
    (tmp_path / buffer).write_text("swap")
    (tmp_path / buffer.replace("new", "old")).write_text("swap")
    told = [("old.py", CREATED), ("new.py", ChangeKind.OPENED)]
    assert seen.settled() == told
    (tmp_path / buffer).write_text("swap, again")
    assert seen.settled() == told


def _vim(path: Path) -> None:
    """Vim with backupcopy=no: a probe, the old version renamed, the new one written, the old one removed."""
    (path.parent / "4913").touch()
    (path.parent / "4913").unlink()
    (path.parent / f".{path.name}.swp").write_text("swap")
    if path.exists():
        path.rename(f"{path}~")
    path.write_text("vim was here")
    Path(f"{path}~").unlink(missing_ok=True)


def _jetbrains(path: Path) -> None:
    new, old = Path(f"{path}___jb_tmp___"), Path(f"{path}___jb_old___")
    new.write_text("idea was here")
    if path.exists():
        path.rename(old)
    new.rename(path)
    old.unlink(missing_ok=True)


def _vscode(path: Path) -> None:
    with path.open("w") as file:
        file.flush()
        file.write("code")
        file.flush()
        file.write(" was here")


def _atomic(path: Path) -> None:
    new = path.with_name(f".{path.name}.tmp.4711")
    new.write_text("agent was here")
    new.replace(path)


def _emacs(path: Path) -> None:
    auto = path.with_name(f"#{path.name}#")
    auto.write_text("auto")
    path.with_name(f".#{path.name}").symlink_to("ada@host.1")
    if path.exists():
        path.rename(f"{path}~")  # stays
    path.write_text("emacs was here")
    auto.unlink()
    path.with_name(f".#{path.name}").unlink()


@pytest.mark.parametrize("save", [_vim, _jetbrains, _vscode, _atomic, _emacs])
def test_an_editors_save_is_one_change(tmp_path: Path, watch: Watch, save: Callable[[Path], None]) -> None:
    (tmp_path / "old.py").write_text("old")
    seen = watch(tmp_path)
    save(tmp_path / "old.py")
    save(tmp_path / "new.py")
    assert sorted(seen.settled()) == [("new.py", CREATED), ("old.py", MODIFIED)]
    assert not any(change.by_tool for change in seen.changes)


def _touch(path: Path) -> None:
    os.utime(path)


def _open_and_close(path: Path) -> None:
    with path.open("a"):
        pass
    os.utime(path)


def _chmod(path: Path) -> None:
    path.chmod(0o755)


def _there_and_back(path: Path) -> None:
    path.rename(f"{path}.away")
    Path(f"{path}.away").rename(path)


@pytest.mark.parametrize("touch", [_touch, _open_and_close, _chmod, _there_and_back])
def test_a_touch_is_no_change(tmp_path: Path, watch: Watch, touch: Callable[[Path], None]) -> None:
    (tmp_path / "a").write_text("text")
    seen = watch(tmp_path)
    touch(tmp_path / "a")
    assert seen.settled() == []


def test_writing_the_same_again_is_no_change(tmp_path: Path, watch: Watch) -> None:
    seen = watch(tmp_path)
    (tmp_path / "a").write_text("text")
    assert seen.settled() == [("a", CREATED)]
    _there_and_back(tmp_path / "a")
    (tmp_path / "a").write_text("text")
    (tmp_path / "b").write_text("text")
    (tmp_path / "b").replace(tmp_path / "a")
    assert seen.settled() == [("a", CREATED)]
    (tmp_path / "a").write_text("TEXT")
    assert seen.settled() == [("a", CREATED), ("a", MODIFIED)]


def test_what_did_not_last_is_not_reported(tmp_path: Path, watch: Watch) -> None:
    seen = watch(tmp_path)
    (tmp_path / "short").write_text("s")
    (tmp_path / "short").unlink()
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir").rmdir()
    assert seen.settled() == []


def test_new_directories_count_with_what_is_in_them(tmp_path: Path, watch: Watch) -> None:
    seen = watch(tmp_path)
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/c/file").write_text("f")
    (tmp_path / "empty").mkdir()
    assert sorted(seen.settled()) == [
        ("a", DIRECTORY),
        ("a/b", DIRECTORY),
        ("a/b/c", DIRECTORY),
        ("a/b/c/file", CREATED),
        ("empty", DIRECTORY),
    ]
    (tmp_path / "a/b/c/later").write_text("l")
    assert ("a/b/c/later", CREATED) in seen.settled()


def test_a_removed_directory_takes_its_files_along(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "d/e").mkdir(parents=True)
    (tmp_path / "d/e/f").write_text("f")
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    seen = watch(tmp_path)
    (tmp_path / "d").rename(outside)
    assert seen.settled() == [("d/e/f", REMOVED)]
    (outside / "e/g").write_text("not ours any more")
    assert seen.settled() == [("d/e/f", REMOVED)]


def test_a_move_of_older_files_is_no_new_work(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/old").write_text("o")
    (tmp_path / "single").write_text("s")
    seen = watch(tmp_path)
    (tmp_path / "d").rename(tmp_path / "moved")
    (tmp_path / "single").rename(tmp_path / "renamed")
    assert seen.by_tool() == {"moved/old": True, "d/old": False, "renamed": True, "single": False}
    (tmp_path / "moved/more").write_text("m")
    assert seen.by_tool()["moved/more"] is False


def test_a_new_file_stays_new_work_when_it_gets_its_name(tmp_path: Path, watch: Watch) -> None:
    seen = watch(tmp_path)
    (tmp_path / "untitled").write_text("u")
    (tmp_path / "New Folder").mkdir()
    seen.settled()
    (tmp_path / "untitled").rename(tmp_path / "named")
    (tmp_path / "New Folder").rename(tmp_path / "widgets")
    assert seen.by_tool() == {"untitled": False, "named": False}
    assert [change.by_tool for change in seen.changes if change.path == "widgets"] == [False]


def test_ignored_files_and_directories_are_silent(repository: Repository, watch: Watch) -> None:
    root = repository.root
    repository.write({".gitignore": "build/\n*.log\n", "sub/.gitignore": "local\n", "build/a": "a"})
    seen = watch(root)
    repository.write(
        {
            "build/b": "b",
            "x.log": "x",
            "sub/local": "l",
            "sub/kept": "k",
            "node_modules/m/i.js": "i",
            "new/build/c": "c",
        }
    )
    assert sorted(seen.settled()) == [("new", DIRECTORY), ("sub/kept", CREATED)]


def test_without_git_the_ignore_files_count_as_well(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / ".gitignore").write_text("build/\n*.log\n!keep.log\n")
    seen = watch(tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/a").write_text("a")
    (tmp_path / "a.log").write_text("a")
    (tmp_path / "keep.log").write_text("k")
    assert seen.settled() == [("keep.log", CREATED)]


def test_changed_ignore_rules_count_from_then_on(repository: Repository, watch: Watch) -> None:
    root = repository.root
    repository.write({".gitignore": "out/\n", "out/old": "o", "logs/old": "o"})
    seen = watch(root)
    (root / ".gitignore").write_text("logs/\n")
    assert seen.settled() == [(".gitignore", MODIFIED)]
    repository.write({"out/new": "n", "logs/new": "n"})
    assert seen.settled() == [(".gitignore", MODIFIED), ("out/new", CREATED)]


def test_a_directory_that_becomes_a_repository(
    tmp_path: Path, watch: Watch, new_repository: Callable[[str], Repository]
) -> None:
    repository = new_repository("later")
    seen = watch(repository.root)
    repository.git("init", "-q")
    seen.settled()
    repository.git("commit", "-q", "--allow-empty", "-m", "start")
    repository.write({".git/info/exclude": "hidden\n", "hidden": "h", "shown": "s"})
    assert seen.settled() == [("shown", CREATED)]


def test_nested_repositories_are_not_ours(
    tmp_path: Path, watch: Watch, new_repository: Callable[[str], Repository]
) -> None:
    outer = new_repository("outer")
    outer.git("init", "-q")
    seen = watch(outer.root)
    inner = new_repository("outer/inner")
    inner.git("init", "-q")
    seen.settled()
    inner.commit({"file": "f"})
    assert ("inner/file", CREATED) not in seen.settled()


@pytest.mark.parametrize(
    "commands",
    [
        ["checkout -q other"],
        ["merge -q other"],
        ["rebase -q other"],
        ["reset -q --hard other"],
        ["cherry-pick other"],
        ["restore --source=other ."],
    ],
)
def test_what_git_writes_is_not_the_developers(repository: Repository, watch: Watch, commands: list[str]) -> None:
    repository.commit({"base": "b"})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"theirs": "t", "deep/er/theirs": "t", "base": "changed"})
    repository.git("checkout", "-q", "main")
    repository.commit({"mine": "m"})
    seen = watch(repository.root)
    for command in commands:
        repository.git(*command.split())
    found = seen.by_tool()
    assert found["theirs"] and found["deep/er/theirs"] and found["base"]
    (repository.root / "own").write_text("o")
    (repository.root / "deep/er/own").write_text("o")
    found = seen.by_tool()
    assert (found["own"], found["deep/er/own"]) == (False, False)


def test_stash_and_back_is_not_the_developers(repository: Repository, watch: Watch) -> None:
    repository.commit({"base": "b"})
    repository.write({"base": "changed", "new/file": "n"})
    repository.git("add", "-A")
    seen = watch(repository.root)
    repository.git("stash", "-q")
    assert set(seen.by_tool().values()) == {True}
    seen.changes.clear()
    repository.git("stash", "pop", "-q")
    found = seen.by_tool()
    assert found["new/file"] and found["base"]


def test_untracked_files_come_back_from_a_stash_as_no_new_work(repository: Repository, watch: Watch) -> None:
    repository.commit({"base": "b"})
    repository.write({"new/file": "n"})
    repository.git("stash", "-q", "-u")
    seen = watch(repository.root)
    repository.git("stash", "pop", "-q")
    assert seen.by_tool() == {"new/file": True}


def test_what_is_committed_at_once_is_still_the_developers(repository: Repository, watch: Watch) -> None:
    repository.commit({"base": "b"})
    seen = watch(repository.root)
    repository.commit({"new": "n", "base": "changed"})
    assert seen.by_tool() == {"base": False, "new": False}


def test_very_many_files_at_once_are_one_batch_and_no_ones_typing(tmp_path: Path, watch: Watch) -> None:
    root, unpacked = tmp_path / "root", tmp_path / "unpacked"
    root.mkdir()
    unpacked.mkdir()
    for number in range(300):
        (unpacked / f"{number}").write_text("x")
    seen = watch(root)
    unpacked.rename(root / "unpacked")
    seen.wait(lambda: bool(seen.changes))
    assert len(seen.batches[0]) == 301
    assert all(change.by_tool for change in seen.batches[0] if change.kind is CREATED)


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "target").write_text("t")
    seen = watch(tmp_path)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "loop").symlink_to(".")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket"))
        assert seen.settled() == []


def test_names_of_any_bytes(tmp_path: Path, watch: Watch) -> None:
    seen = watch(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n")).write_text("c")
    assert seen.settled() == [("caf%E9\n", CREATED)]


class Wrapped:
    """The system's watches with a flaw."""

    def __init__(self, sink: Sink) -> None:
        made = system_backend(sink)
        assert made is not None
        self._made: Backend = made
        self.sink = sink

    def start(self) -> None:
        self._made.start()

    def add(self, path: bytes, *, names_only: bool = False) -> int:
        return self._made.add(path, names_only=names_only)

    def remove(self, watches: list[int]) -> None:
        self._made.remove(watches)

    def stop(self) -> None:
        self._made.stop()


class Forgetful(Wrapped):
    """Loses everything, and says so when asked to."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(lambda event: None)
        self.real_sink = sink

    def admit(self) -> None:
        self.real_sink(RawEvent(-1, OVERFLOW, b"", 0, time.monotonic()))


def test_lost_events_are_found_by_comparing(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "d").mkdir()
    for name in ("kept", "changed", "removed"):
        (tmp_path / "d" / name).write_text(name)
    made: list[Forgetful] = []

    def backend(sink: Sink) -> Backend:
        made.append(Forgetful(sink))
        return made[-1]

    seen = watch(tmp_path, backend=backend)
    (tmp_path / "d/changed").write_text("something else")
    (tmp_path / "d/removed").unlink()
    (tmp_path / "d/new").write_text("n")
    (tmp_path / "e").mkdir()
    made[0].admit()
    expected = {("d/changed", MODIFIED), ("d/removed", REMOVED), ("d/new", CREATED), ("e", DIRECTORY)}
    seen.wait(lambda: {(change.path, change.kind) for change in seen.changes} == expected)
    assert [notice.kind for notice in seen.notices] == [NoticeKind.OVERFLOW]


def test_without_watches_the_tree_is_compared(tmp_path: Path, watch: Watch) -> None:
    class Exhausted(Wrapped):
        def add(self, path: bytes, *, names_only: bool = False) -> int:
            if path.endswith(b"/d/"):
                raise OSError(errno.ENOSPC, "no space left on device")
            return super().add(path, names_only=names_only)

    (tmp_path / "d").mkdir()
    seen = watch(tmp_path, backend=Exhausted, poll_seconds=0.02, poll_share=0.5)
    assert [notice.kind for notice in seen.notices] == [NoticeKind.POLLING]
    assert "no more watches" in seen.notices[0].text and "compared" in seen.notices[0].text
    (tmp_path / "d/new").write_text("n")
    (tmp_path / "e").mkdir()
    assert sorted(seen.settled()) == [("d/new", CREATED), ("e", DIRECTORY)]
    (tmp_path / "d/new").unlink()
    assert ("d/new", REMOVED) in seen.settled()


def test_comparing_knows_a_checkout(repository: Repository, watch: Watch) -> None:
    repository.commit({"base": "b"})
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"theirs": "t"})
    repository.git("checkout", "-q", "main")
    seen = watch(repository.root, backend=lambda sink: None, poll_seconds=0.02, poll_share=0.5)
    repository.git("checkout", "-q", "other")
    seen.wait(lambda: any(change.path == "theirs" for change in seen.changes))
    assert seen.by_tool()["theirs"] is True
    (repository.root / "mine").write_text("m")
    assert seen.by_tool()["mine"] is False


@pytest.mark.parametrize("polling", [False, True])
def test_a_workspace_that_vanishes_is_told_and_ends_the_watcher(tmp_path: Path, watch: Watch, polling: bool) -> None:
    root = tmp_path / "root"
    (root / "d").mkdir(parents=True)
    options = {"backend": lambda sink: None, "poll_seconds": 0.02, "poll_share": 0.5} if polling else {}
    seen = watch(root, **options)
    root.rename(tmp_path / "elsewhere")
    seen.wait(lambda: any(notice.kind is NoticeKind.VANISHED for notice in seen.notices))


def test_a_receiver_that_fails_is_told_and_served_again(tmp_path: Path, watch: Watch) -> None:
    seen = Seen(tmp_path)

    def failing(changes: list[FileChange]) -> None:
        seen.on_changes(changes)
        if changes[0].path == "bad":
            raise ValueError("no")

    watcher = Watcher(tmp_path, failing, on_notice=seen.on_notice, debounce=0.05)
    watcher.start()
    try:
        (tmp_path / "bad").write_text("b")
        assert seen.settled() == [("bad", CREATED)]
        assert [(notice.kind, notice.text) for notice in seen.notices] == [(NoticeKind.FAILED, "ValueError: no")]
    finally:
        watcher.stop()


def test_start_needs_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for root in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(NotAWorkspace):
            Watcher(root, print).start()


def test_stop_ends_every_thread_and_may_come_twice(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    watcher = Watcher(tmp_path, print)
    watcher.start()
    assert len(set(threading.enumerate()) - before) == 2
    watcher.stop()
    watcher.stop()
    assert set(threading.enumerate()) == before
