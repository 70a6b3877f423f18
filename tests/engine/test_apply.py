"""Planning, writing and undoing on real directories: nothing overwritten, nothing outside, everything can be undone."""

from __future__ import annotations

import os
import resource
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import apply, rooted
from engine.apply import RenderedFile
from engine.errors import Conflict, NotAWorkspace, PatuiError, RefusedError, UnsafePath, UsageError
from engine.model import (
    Application,
    FileTemplate,
    Kind,
    Literal,
    Node,
    Pattern,
    Plan,
    Slot,
    Template,
    Variable,
    VariableType,
    WriteAction,
)
from engine.rooted import Found
from engine.store.applications import AppliedFile

PATTERN = Pattern("PAT-X-001", "x", Kind.SCAFFOLD, version="1.2.0")


def snapshot(root: Path) -> dict[str, Any]:
    """Every file with its content and mode, every directory, every link: what must be the same after an undo."""
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = path.readlink()
        elif path.is_dir():
            found[name] = "directory"
        else:
            found[name] = (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
    return found


class Recorder:
    """A record of applications that remembers the files it was told."""

    def __init__(self) -> None:
        self.files: list[AppliedFile] = []

    def __call__(self, files: Sequence[AppliedFile]) -> Application:
        self.files = list(files)
        return Application(1, PATTERN.pattern_id, PATTERN.version, 5.0, tuple(file.path for file in files))


def planned(root: Path, *files: RenderedFile, **options: Any) -> Plan:
    return apply.plan(PATTERN, files, root, [file.path for file in files], {"name": "x"}, **options)


def fill_tree(root: Path, tree: dict[str, str | None]) -> None:
    """`tree` maps paths to texts, None makes a directory."""
    for path, text in tree.items():
        whole = root / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            whole.mkdir(exist_ok=True)
        else:
            whole.write_bytes(text.encode())


# ── planning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tree", "text", "action"),
    [
        ({}, "text", WriteAction.CREATE),
        ({"a/b": None}, "text", WriteAction.CREATE),
        ({"a/b/c.py": ""}, "text", WriteAction.FILL),
        ({"a/b/c.py": "text"}, "text", WriteAction.SAME),
        ({"a/b/c.py": ""}, "", WriteAction.SAME),
        ({"a/b/c.py": "TEXT"}, "text", WriteAction.CONFLICT),
        ({"a/b/c.py": "longer text"}, "text", WriteAction.CONFLICT),
        ({"a/b/c.py": "text\n"}, "text\r\n", WriteAction.CONFLICT),
        ({"a/b/c.py": None}, "text", WriteAction.CONFLICT),
        ({"a/b/c.py/d": "x"}, "text", WriteAction.CONFLICT),
        ({"a": "a file"}, "text", WriteAction.CONFLICT),
        ({"a/b": ""}, "text", WriteAction.CONFLICT),
    ],
)
def test_the_plan_says_what_would_happen(tmp_path: Path, tree: dict[str, str | None], text: str, action: str) -> None:
    fill_tree(tmp_path, tree)
    before = snapshot(tmp_path)
    plan = planned(tmp_path, RenderedFile("a/b/c.py", text), unchecked=["name"])
    assert [write.action for write in plan.writes] == [action]
    assert (plan.pattern_id, plan.version, plan.targets) == ("PAT-X-001", "1.2.0", ("a/b/c.py",))
    assert plan.unchecked == ("name",)
    assert snapshot(tmp_path) == before


def test_a_fifo_is_a_conflict_and_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert planned(tmp_path, RenderedFile("pipe", "")).conflicts == ("pipe",)


def test_the_plan_knows_the_disk_only_through_its_port(tmp_path: Path) -> None:
    asked = []

    def look(path: str, content: bytes) -> Found:
        asked.append((path, content))
        return Found.EMPTY

    plan = planned(tmp_path / "nowhere", RenderedFile("a.py", "é"), look=look)
    assert plan.writes[0].action is WriteAction.FILL
    assert asked == [("a.py", "é".encode())]


@pytest.mark.parametrize(
    "path", ["/etc/x", "../x", "a/../../x", "a//b", "", "a/", "a\0b", "a\nb", "./x", "a\\b", "C:x", "aux", "a /b"]
)
def test_paths_that_leave_the_root_or_deceive_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnsafePath):
        planned(tmp_path, RenderedFile(path, "x"), allow_protected=True)


@pytest.mark.parametrize(
    "path",
    [".git/hooks/post-commit", ".GIT/x", ".g\u200cit/x", ".github/workflows/a.yml", "AGENTS.md", ".vscode/x.json"],
)
def test_protected_places_need_an_approval_of_their_own(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnsafePath, match="approval of its own"):
        planned(tmp_path, RenderedFile(path, "x"))
    plan = planned(tmp_path, RenderedFile(path, "x"), allow_protected=True)
    with pytest.raises(UnsafePath, match="approval of its own"):
        apply.write(plan, tmp_path, record=Recorder())
    assert snapshot(tmp_path) == {}
    apply.write(plan, tmp_path, record=Recorder(), allow_protected=True)
    assert (tmp_path / path).read_text() == "x"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a", "1"), ("a", "2")], "two different texts"),
        ([("caf\u00e9", "1"), ("cafe\u0301", "2")], "two different texts"),
        ([("a", "1"), ("a/b", "2")], "the directory of"),
        ([("a/b/c", "1"), ("a", "2")], "the directory of"),
    ],
)
def test_files_that_contradict_are_a_conflict(tmp_path: Path, files: list[tuple[str, str]], said: str) -> None:
    with pytest.raises(Conflict, match=said):
        planned(tmp_path, *(RenderedFile(path, text) for path, text in files))


def test_a_file_that_two_targets_share_is_written_once(tmp_path: Path) -> None:
    plan = planned(tmp_path, RenderedFile("a/__init__.py", ""), RenderedFile("a/__init__.py", ""))
    assert [write.path for write in plan.writes] == ["a/__init__.py"]


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="half a character"):
        planned(tmp_path, RenderedFile("a", "\ud800"))


@pytest.mark.parametrize(
    ("targets", "target", "left"),
    [
        (["m/a/c.yaml", "m/b/c.yaml"], "m/a/c.yaml", ["m/b/c.yaml"]),
        (["m/a", "m/ab"], "m/a", ["m/ab/x.py", "m/ab/y.py"]),
        (["m", "m/a"], "m", ["m/a/x.py", "m/a/y.py"]),
    ],
)
def test_a_target_can_be_left_out(tmp_path: Path, targets: list[str], target: str, left: list[str]) -> None:
    files = [
        path
        for place in targets
        for path in ([place] if place.endswith(".yaml") else [f"{place}/x.py", f"{place}/y.py"])
    ]
    plan = apply.plan(PATTERN, [RenderedFile(path, "t") for path in files], tmp_path, targets, {})
    fewer = apply.without(plan, target)
    assert [write.path for write in fewer.writes] == left
    assert target not in fewer.targets
    with pytest.raises(UsageError):
        apply.without(fewer, target)


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_writing_is_exact_and_recorded(tmp_path: Path) -> None:
    fill_tree(tmp_path, {"filled.py": "", "same.py": "same"})
    (tmp_path / "filled.py").chmod(0o640)
    plan = planned(
        tmp_path,
        RenderedFile("new/dir/crlf.txt", "a\r\nb\r\n\ttab, no end: é"),
        RenderedFile("filled.py", "filled\n"),
        RenderedFile("same.py", "same"),
        RenderedFile("run.sh", "#!/bin/sh\n", executable=True),
    )
    recorder = Recorder()
    application = apply.write(plan, tmp_path, record=recorder, durable=True)
    assert (application.id, application.paths) == (1, ("new/dir/crlf.txt", "filled.py", "run.sh"))
    assert (tmp_path / "new/dir/crlf.txt").read_bytes() == "a\r\nb\r\n\ttab, no end: é".encode()
    assert (tmp_path / "filled.py").read_text() == "filled\n"
    assert stat.S_IMODE((tmp_path / "filled.py").stat().st_mode) == 0o640
    assert os.access(tmp_path / "run.sh", os.X_OK)
    assert not os.access(tmp_path / "new/dir/crlf.txt", os.X_OK)
    assert [(file.path, file.action, file.text_before_empty) for file in recorder.files] == [
        ("new", "directory", False),
        ("new/dir", "directory", False),
        ("new/dir/crlf.txt", "create", False),
        ("filled.py", "fill", True),
        ("run.sh", "create", False),
    ]
    assert sorted(snapshot(tmp_path)) == ["filled.py", "new", "new/dir", "new/dir/crlf.txt", "run.sh", "same.py"]


def test_a_conflict_anywhere_writes_nothing(tmp_path: Path) -> None:
    fill_tree(tmp_path, {"b.py": "mine"})
    plan = planned(tmp_path, RenderedFile("a.py", "x"), RenderedFile("b.py", "y"))
    with pytest.raises(Conflict, match=r"b\.py"):
        apply.write(plan, tmp_path, record=Recorder())
    assert snapshot(tmp_path).keys() == {"b.py"}


def test_nothing_to_write_is_said(tmp_path: Path) -> None:
    fill_tree(tmp_path, {"a.py": "x"})
    with pytest.raises(RefusedError, match="nothing to write"):
        apply.write(planned(tmp_path, RenderedFile("a.py", "x")), tmp_path, record=Recorder())


def test_a_root_that_is_gone_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspace):
        planned(tmp_path / "gone", RenderedFile("a.py", "x"))


@pytest.mark.parametrize(
    ("tree", "later"),
    [
        ({}, {"b/c.py": "mine"}),
        ({}, {"b/c.py": ""}),
        ({"b/c.py": ""}, {"b/c.py": "typed meanwhile"}),
        ({"b": None}, {"b/c.py": None}),
        ({}, {"b": "a file"}),
    ],
)
def test_what_appears_between_plan_and_write_is_never_overwritten(
    tmp_path: Path, tree: dict[str, str | None], later: dict[str, str | None]
) -> None:
    fill_tree(tmp_path, tree)
    plan = planned(tmp_path, RenderedFile("a.py", "x"), RenderedFile("b/c.py", "pattern"))
    fill_tree(tmp_path, later)
    before = snapshot(tmp_path)
    with pytest.raises(Conflict):
        apply.write(plan, tmp_path, record=Recorder())
    assert snapshot(tmp_path) == before


def test_a_filled_file_that_vanished_is_a_conflict(tmp_path: Path) -> None:
    fill_tree(tmp_path, {"a.py": ""})
    plan = planned(tmp_path, RenderedFile("a.py", "x"))
    (tmp_path / "a.py").unlink()
    with pytest.raises(Conflict, match="changed since"):
        apply.write(plan, tmp_path, record=Recorder())


@pytest.mark.parametrize("before", ["", None])
def test_a_save_at_the_last_moment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    """An editor saves after every check has passed, just before the file gets its name."""
    target = tmp_path / "b.py"
    fill_tree(tmp_path, {} if before is None else {"b.py": before})
    plan = planned(tmp_path, RenderedFile("a.py", "x"), RenderedFile("b.py", "pattern"))

    def saved_first(function: Callable[..., None]) -> Callable[..., None]:
        def call(source: str, name: str, **options: Any) -> None:
            if "b.py" in (source, name):
                target.write_text("typed")
            function(source, name, **options)

        return call

    call = "link" if before is None else "rename"
    monkeypatch.setattr(os, call, saved_first(getattr(os, call)))
    with pytest.raises(Conflict, match=r"b\.py: it"):
        apply.write(plan, tmp_path, record=Recorder())
    assert {name: content for name, (content, _) in snapshot(tmp_path).items()} == {"b.py": b"typed"}


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """A disk that is full from `size` bytes a file on (Python ignores SIGXFSZ: writing more is an OSError)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("full", ["new/big.txt", "empty.txt"])
def test_a_full_disk_on_a_later_file_takes_everything_back(tmp_path: Path, full: str) -> None:
    fill_tree(tmp_path, {"empty.txt": "", "other.txt": "", "kept/x": "x"})
    before = snapshot(tmp_path)
    plan = planned(
        tmp_path,
        RenderedFile("kept/deep/er/small.txt", "small"),
        RenderedFile("other.txt", "small"),
        RenderedFile(full, "x" * 100_000),
    )
    recorder = Recorder()
    with files_limited_to(4096), pytest.raises(RefusedError, match=rf"{full}: .*nothing was written"):
        apply.write(plan, tmp_path, record=recorder)
    assert snapshot(tmp_path) == before
    assert recorder.files == []


@pytest.mark.parametrize("error", [PatuiError("the database is locked"), KeyboardInterrupt()])
def test_what_cannot_be_recorded_is_taken_back(tmp_path: Path, error: BaseException) -> None:
    def record(files: Sequence[AppliedFile]) -> Application:
        raise error

    with pytest.raises(type(error)):
        apply.write(planned(tmp_path, RenderedFile("a/b.py", "x")), tmp_path, record=record)
    assert snapshot(tmp_path) == {}


def test_a_file_system_without_hard_links_is_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*names: object, **options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    fill_tree(tmp_path, {"b.py": ""})
    before = snapshot(tmp_path)
    recorder = Recorder()
    plan = planned(tmp_path, RenderedFile("a.py", "x"), RenderedFile("b.py", "y"))
    application = apply.write(plan, tmp_path, record=recorder)
    assert (tmp_path / "a.py").read_text() + (tmp_path / "b.py").read_text() == "xy"
    apply.undo(application, recorder.files, tmp_path)
    assert snapshot(tmp_path) == before


# ── symlinks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["link/x.py", "link/deep/x.py", "a/link/x.py", "file.py", "dangling.py"])
def test_a_link_in_the_plan_is_refused(tmp_path: Path, path: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a").mkdir(parents=True)
    outside.mkdir()
    (outside / "file.py").touch()
    (root / "link").symlink_to(outside)
    (root / "a/link").symlink_to("../../outside")
    (root / "file.py").symlink_to(outside / "file.py")
    (root / "dangling.py").symlink_to(outside / "none.py")
    with pytest.raises(UnsafePath, match="symbolic link"):
        planned(root, RenderedFile(path, "x"))
    assert {name: content for name, (content, _) in snapshot(outside).items()} == {"file.py": b""}


@pytest.mark.parametrize("swapped", ["a", "a/b", "a/b/c.py"])
def test_a_directory_swapped_for_a_link_after_the_plan_is_refused(tmp_path: Path, swapped: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a/b").mkdir(parents=True)
    (outside / "b").mkdir(parents=True)
    plan = planned(root, RenderedFile("z.py", "z"), RenderedFile("a/b/c.py", "x"))
    place = root / swapped
    if place.exists():
        place.rename(tmp_path / "away")
    place.symlink_to(outside, target_is_directory=True)
    with pytest.raises(UnsafePath, match="symbolic link"):
        apply.write(plan, root, record=Recorder())
    assert snapshot(outside) == {"b": "directory"}
    assert not (root / "z.py").exists()


def test_a_directory_swapped_between_the_check_and_the_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attacker wins every race that names could lose; descriptors are not fooled."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a").mkdir(parents=True)
    outside.mkdir()
    plan = planned(root, RenderedFile("first.py", "1"), RenderedFile("a/x.py", "x"))
    create = rooted.create

    def swap_after(directory: int, name: str, content: bytes, **options: bool) -> None:
        create(directory, name, content, **options)
        if name == "first.py":
            (root / "a").rmdir()
            (root / "a").symlink_to(outside)

    monkeypatch.setattr(rooted, "create", swap_after)
    with pytest.raises(UnsafePath, match="symbolic link"):
        apply.write(plan, root, record=Recorder())
    assert snapshot(outside) == {}
    assert snapshot(root).keys() == {"a"}


def test_the_root_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    apply.write(planned(tmp_path / "link", RenderedFile("a", "x")), tmp_path / "link", record=Recorder())
    assert (tmp_path / "real/a").read_text() == "x"


# ── undoing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_undo_keeps_what_was_edited_and_says_so(tmp_path: Path) -> None:
    fill_tree(tmp_path, {"fill.py": "", "fill_edited.py": ""})
    recorder = Recorder()
    names = [
        "new/gone.py",
        "new/edited.py",
        "new/kept/x.py",
        "fill.py",
        "fill_edited.py",
        "link.py",
        "dir.py",
        "own/y.py",
    ]
    application = apply.write(
        planned(tmp_path, *(RenderedFile(name, "x") for name in names)), tmp_path, record=recorder
    )
    (tmp_path / "new/gone.py").unlink()
    (tmp_path / "new/edited.py").write_text("edited")
    (tmp_path / "fill_edited.py").write_text("y")
    (tmp_path / "link.py").unlink()
    (tmp_path / "link.py").symlink_to("new/kept/x.py")
    (tmp_path / "dir.py").unlink()
    (tmp_path / "dir.py").mkdir()
    (tmp_path / "own/mine.py").write_text("mine")
    undone = apply.undo(application, recorder.files, tmp_path)
    assert undone.application == application
    assert set(undone.removed) == {"new/gone.py", "new/kept/x.py", "fill.py", "own/y.py"}
    assert undone.kept.keys() == {"new/edited.py", "fill_edited.py", "link.py", "dir.py"}
    assert undone.kept["new/edited.py"] == "it was edited since"
    assert "link" in undone.kept["link.py"]
    assert sorted(snapshot(tmp_path)) == [
        *("dir.py", "fill.py", "fill_edited.py", "link.py", "new", "new/edited.py", "own", "own/mine.py")
    ]
    assert (tmp_path / "fill.py").read_text() == ""


def test_undo_does_not_believe_a_record_that_points_outside(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.py"
    root.mkdir()
    outside.write_text("x")
    (root / "link").symlink_to(tmp_path)
    files = [AppliedFile(path, "create", rooted.digest(b"x"), False) for path in ("../outside.py", "link/outside.py")]
    undone = apply.undo(None, files, root)
    assert undone.kept.keys() == {"../outside.py", "link/outside.py"}
    assert outside.read_text() == "x"


def test_an_edit_at_the_moment_of_the_undo_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    application = apply.write(planned(tmp_path, RenderedFile("a.py", "x")), tmp_path, record=recorder)
    rename = os.rename

    def edited_first(source: str, name: str, **options: Any) -> None:
        (tmp_path / "a.py").write_text("typed")
        rename(source, name, **options)

    monkeypatch.setattr(os, "rename", edited_first)
    assert apply.undo(application, recorder.files, tmp_path).kept == {"a.py": "it was edited since"}
    assert {name: content for name, (content, _) in snapshot(tmp_path).items()} == {"a.py": b"typed"}


NAMES = st.sampled_from(["a", "ü b", "c.py"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TEXTS = st.sampled_from(["x", "line\r\nline\r\n", "é\n", "x" * 5000, ""])
# Mostly what a pattern may be applied to: empty files and directories, seldom a file with content.
STANDING = st.sampled_from(["", "", None, "x"])


@settings(max_examples=120, deadline=None)
@given(
    tree=st.dictionaries(PATHS, STANDING, max_size=4),
    files=st.dictionaries(PATHS, st.tuples(TEXTS, st.booleans()), min_size=1, max_size=4),
)
def test_apply_then_undo_is_the_identity(tree: dict[str, str | None], files: dict[str, tuple[str, bool]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for path, text in sorted(tree.items()):
            if not any((root / path).parents[depth].is_file() for depth in range(path.count("/") + 1)):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                if text is None or (root / path).is_dir():
                    (root / path).mkdir(exist_ok=True)
                else:
                    (root / path).write_bytes(text.encode())
        before = snapshot(root)
        recorder = Recorder()
        try:
            plan = planned(root, *(RenderedFile(path, *rest) for path, rest in files.items()))
            application = apply.write(plan, root, record=recorder)
        except RefusedError:
            assert snapshot(root) == before
            return
        for path, (content, _) in files.items():
            assert (root / path).read_bytes() == content.encode()
        after = snapshot(root)
        assert all(after[name] == content for name, content in before.items() if content[0] != b"")
        undone = apply.undo(application, recorder.files, root)
        assert undone.kept == {}
        assert snapshot(root) == before


# ── what is missing ──────────────────────────────────────────────────────────────────────────────────────────────────


def family(path: str) -> Pattern:
    """A file pattern whose path template is written with `<name>` for a slot."""
    nodes: list[Node] = []
    for index, piece in enumerate(path.replace(">", "<").split("<")):
        if piece:
            nodes.append(Slot(piece) if index % 2 else Literal(piece))
    return Pattern("P", "p", Kind.FILE, files=(FileTemplate(Template(tuple(nodes)), Template(())),))


@pytest.mark.parametrize(
    ("path", "existing", "missing"),
    [
        ("m/<n>/c.yaml", ["m/a/c.yaml", "m/b/x.py", "m/d/x.py"], ["m/b/c.yaml", "m/d/c.yaml"]),
        ("m/<n>/c.yaml", ["m/a/c.yaml"], []),
        ("m/<n>/c.yaml", ["m/x.py", "m/.hidden/x.py", "m/__pycache__/x.pyc", "other/b/x.py"], []),
        ("m/<n>/c.yaml", ["m/b/deep/er/x.py"], ["m/b/c.yaml"]),
        ("m/<n>/sub/c.yaml", ["m/a/sub/c.yaml", "m/b/x.py", "m/d/sub/x"], ["m/b/sub/c.yaml", "m/d/sub/c.yaml"]),
        ("m/<n>/test_<n>.py", ["m/a/test_a.py", "m/b/b.py"], ["m/b/test_b.py"]),
        ("m/<n>/<other>.py", ["m/a/x.py", "m/b/y.txt"], []),
        ("<kind>/<n>/i.py", ["x/a/i.py", "y/b/z.py", "y/top.py"], ["y/b/i.py"]),
        ("p/x_<n>/i.py", ["p/x_a/z", "p/y_a/z"], ["p/x_a/i.py"]),
        ("docs/<n>.md", ["docs/a.md", "docs/b/x.md"], []),
    ],
)
def test_sibling_directories_that_lack_the_file(path: str, existing: list[str], missing: list[str]) -> None:
    assert list(apply.missing_targets(family(path), existing)) == missing


def test_a_slot_that_stands_for_several_directories_has_no_siblings() -> None:
    existing = ["alpha/src/test/x/AppTest.java", "beta/src/main/y/App.java"]
    pattern = family("<directory><n>/AppTest.java")
    assert apply.missing_targets(pattern, existing) != ()
    deep = Variable("directory", VariableType.STRING, examples=("alpha/src/test/", "beta/"))
    assert apply.missing_targets(replace(pattern, variables=(deep,)), existing) == ()


def test_only_files_have_siblings() -> None:
    assert apply.missing_targets(Pattern("P", "p", Kind.SCAFFOLD), ["a/b"]) == ()
