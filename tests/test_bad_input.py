"""Bad input, met on a real file system with the real commands: clear words, the right exit code, nothing lost, nothing
written outside, and what was passed over is counted and named."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.service import child_command
from tests.conftest import Commit, job_text
from tui.cli.group import run

PATIENCE = 60.0
PATUI = (sys.executable, "-P", "-m", "tui")
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


class Patui:
    """Runs commands on one workspace in this process; `said` is what the last one narrated."""

    def __init__(self, root: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.root, self._capfd, self.said = root, capfd, ""

    def __call__(self, *words: str, code: int = 0) -> str:
        self._capfd.readouterr()
        ended = run(["-C", str(self.root), *words])
        out, self.said = self._capfd.readouterr()
        assert ended == code, f"exit {ended}: {out}{self.said}"
        return out

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))

    def checks(self, code: int = 0) -> dict[str, Any]:
        return {check["name"]: check for check in self.json("doctor", code=code)["checks"]}

    def draft(self) -> Path:
        return self.root / str(self.json("analyze")["candidates"][0]["path"])


@pytest.fixture
def patui(repository: Path, capfd: pytest.CaptureFixture[str]) -> Patui:
    return Patui(repository, capfd)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder beside the workspace that must stay as it is."""
    folder = tmp_path / "outside"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


# ── directories ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda place: None, "no such directory"),
        (lambda place: place.write_text("x"), "is a file"),
        (os.mkfifo, "is a file"),
        (lambda place: place.symlink_to(place), "cannot be opened"),
        (lambda place: place.symlink_to("nowhere"), "no such directory"),
    ],
)
def test_what_is_no_directory_is_said(
    make: Callable[[Path], object], words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "place"
    make(place)
    for command in ("scan", "analyze", "candidates"):
        assert run(["-C", str(place), command]) == 3
        assert words in capfd.readouterr().err
    assert run(["-C", str(place), "doctor"]) == 1
    assert run(["scan", "x" * 5000 + "/"]) == 3


def test_a_current_directory_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    for command, code in (("scan", 3), ("doctor", 1), ("--engine-only", 3)):
        script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
        done = subprocess.run(
            ["sh", "-c", script, "sh", gone, *PATUI, command], capture_output=True, text=True, timeout=PATIENCE
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)
        assert "gone" in done.stdout + done.stderr
        gone.mkdir()


def test_an_empty_directory_holds_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    patui = Patui(tmp_path, capfd)
    assert patui.json("scan", code=1)["families"] == []
    assert patui.checks()["database"]["ok"]
    assert list(tmp_path.iterdir()) == []  # looking makes nothing
    assert patui.json("analyze", code=1)["candidates"] == []


AS_NOBODY = """
import os, sys
from pathlib import Path
from engine import service
from tui.cli.group import run

warm, root, *words = sys.argv[1:]
run(["-C", warm, "analyze"]), run(["-C", warm, "doctor", "--json"])  # loads what nobody may not be able to
sys.stdout.flush()
os.dup2(os.open(root + ".out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
if os.getuid() == 0:
    os.setgroups([]), os.setegid(65534), os.seteuid(65534)
sys.exit(run(["-C", root, *words]))
"""


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A directory that everybody may enter: pytest closes its own to others whenever one of its processes starts."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_a_read_only_directory_is_scanned_and_nothing_else(repository: Path, open_to_all: Path) -> None:
    """As root by another effective user, for root may write everywhere; git then refuses the repository as well."""
    warm = open_to_all / "warm"
    warm.mkdir()
    repository = Path(shutil.move(repository, open_to_all / "here"))
    (repository / "jobs/billing.py").chmod(0)
    repository.chmod(0o555)

    def read_only(*words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-P", "-c", AS_NOBODY, str(warm), str(repository), *words]
        own = {**os.environ, "XDG_STATE_HOME": str(warm), "XDG_CONFIG_HOME": str(warm), "HOME": str(warm)}
        done = subprocess.run(command, capture_output=True, text=True, env=own, timeout=PATIENCE)
        return done.returncode, Path(f"{repository}.out").read_text(), done.stderr

    code, found, said = read_only("scan", "--json")
    assert code == 0, said
    assert len(json.loads(found)["families"]) == 1
    for words in (("analyze",), ("init",), ("induce", "jobs/audit.py", "jobs/search.py"), ("--engine-only",)):
        code, _, said = read_only(*words)
        assert (code, "ermission denied" in said, "Traceback" in said) == (3, True, False), said
    checks = {check["name"]: check for check in json.loads(read_only("doctor", "--json")[1])["checks"]}
    if os.getuid() == 0:
        assert not checks["history"]["ok"] and "git refuses this repository" in checks["history"]["says"]
    assert sorted(path.name for path in repository.iterdir()) == [".git", "jobs"]
    repository.chmod(0o755)


def test_a_linked_worktree_shares_the_database_and_opens_again(patui: Patui, tmp_path: Path) -> None:
    subprocess.run(["git", "-C", str(patui.root), "worktree", "add", "-q", str(tmp_path / "tree")], check=True)
    main, patui.root = patui.root, tmp_path / "tree"
    (found,) = patui.json("analyze")["candidates"]
    assert patui.json("candidates")["candidates"] == [found]
    patui("show", found["pattern_id"])
    assert "mined up to" in patui.checks()["history"]["says"]
    for root in (main, patui.root):
        status = subprocess.run(["git", "-C", str(root), "status", "--porcelain"], capture_output=True, check=True)
        assert status.stdout == b""
        assert (root / "patterns").is_dir() and not (root / ".patui").exists()


def _without_git(root: Path) -> None:
    shutil.rmtree(root / ".git")


def _git_file_to_nowhere(root: Path) -> None:
    _without_git(root)
    (root / ".git").write_text("gitdir: /nowhere\n")


def _without_a_commit(root: Path) -> None:
    _without_git(root)
    subprocess.run(["git", "init", "-q", root], check=True)


def _without_objects(root: Path) -> None:
    for path in sorted((root / ".git/objects").glob("??/*"))[:12]:
        path.unlink()


@pytest.mark.parametrize(
    ("spoil", "says", "code"),
    [
        (_without_git, "not a git repository", 0),
        (_git_file_to_nowhere, "/nowhere", 1),
        (_without_a_commit, "no commit", 0),
        (_without_objects, "git cannot read", 1),
    ],
)
def test_a_repository_without_a_readable_past_has_its_work_tree(
    patui: Patui, spoil: Callable[[Path], object], says: str, code: int
) -> None:
    spoil(patui.root)
    (family,) = patui.json("scan")["families"]
    assert len(family["files"]) == 8
    assert len(patui.json("analyze")["candidates"]) == 1
    history = patui.checks(code=code)["history"]
    assert says in history["says"] and history["ok"] == (code == 0)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_odd_files_are_passed_over_counted_and_named(patui: Patui) -> None:
    jobs = patui.root / "jobs"
    os.mkfifo(jobs / "pipe.py")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(jobs / "socket.py"))
    (jobs / "loop").symlink_to(".")
    (jobs / "link.py").symlink_to("/etc/passwd")
    os.truncate(os.open(jobs / "huge.py", os.O_CREAT | os.O_WRONLY), 2 << 30)
    (jobs / "binary.py").write_bytes(b"a\0b")
    (jobs / "latin.py").write_bytes(b"caf\xe9 = 1\n")
    (jobs / "keys.py").write_text(job_text("keys", 2) + f'    token = "{TOKEN}"\n')
    patui("analyze")
    check = patui.checks()["skipped"]
    for path, reason in {
        "jobs/pipe.py": "not a regular file",
        "jobs/socket.py": "not a regular file",
        "jobs/loop": "symbolic link",
        "jobs/link.py": "symbolic link",
        "jobs/huge.py": "too large",
        "jobs/binary.py": "binary",
        "jobs/latin.py": "invalid UTF-8",
        "jobs/keys.py": "holds a secret",
    }.items():
        assert f"{path}: {reason}" in check["details"]
    assert "2 not a regular file" in check["says"] and "1 too large" in check["says"]


def test_names_drive_no_terminal(patui: Patui) -> None:
    names = ("new\nline", "\x1b[31mred", "[@click=app.quit]x", "\u202egnp", "{{ name }}", "-C", " a ", "%FF")
    for name in names:
        (patui.root / f"jobs/{name}.py").write_text(job_text("plain", 1))
    (patui.root / "bin").mkdir()
    for number in range(3):
        raw = os.fsencode(patui.root / "bin") + b"/\x1b[2J\xff%d.py" % number
        Path(os.fsdecode(raw)).write_text(job_text(f"raw{number}", number))
    files = [path for family in patui.json("scan")["families"] for path in family["files"]]
    assert "jobs/\x1b[31mred.py" in files and "jobs/new\nline.py" in files
    (patui.root / "jobs/\x1b[31mred.py").write_bytes(b"\0")
    for words in (["scan"], ["analyze"], ["candidates"], ["doctor"], ["show", "x\x1b[2Jy"]):
        done = subprocess.run([*PATUI, "-C", str(patui.root), *words], capture_output=True, timeout=PATIENCE)
        assert not {0x1B, 0x0D, 0x08} & {*done.stdout, *done.stderr}
        assert "\u202e" not in (done.stdout + done.stderr).decode()


def test_a_name_that_is_no_utf8_can_be_given(patui: Patui) -> None:
    odd = os.fsdecode(b"jobs/odd\xff.py")
    (patui.root / odd).write_text(job_text("odd", 1))
    drafted = patui.json("induce", str(patui.root / "jobs/billing.py"), str(patui.root / odd))
    assert patui.json("fit", drafted["pattern_id"], str(patui.root / odd), "--as", "jobs/odd.py")["missed"] is not None
    patui("show", os.fsdecode(b"\xff"), code=2)
    patui("render", drafted["pattern_id"], "--path", "jobs/a.py", "--set", os.fsdecode(b"queue=\xff"), code=2)
    patui("approve", drafted["pattern_id"])
    patui("apply", drafted["pattern_id"], "--path", os.fsdecode(b"jobs/new\xff.py"), code=1)


def test_a_secret_is_stored_nowhere(patui: Patui, own_user: Path, commit: Commit) -> None:
    for number, name in enumerate(("red", "green", "blue", "white")):
        text = f"name: {name}\nowner: shop\nimage: shop/{name}\nport: {8000 + number}\ntoken: {TOKEN}\nreplicas: 2\n"
        (patui.root / f"{name}.yaml").write_text(text)
        (patui.root / f"{name}-{TOKEN}.py").write_text(job_text(name, number))
    commit(patui.root, {f"old-{TOKEN}.py": job_text("old", 1)}, 20)
    identity = patui.json("analyze")["candidates"][0]["pattern_id"]
    patui("induce", str(patui.root / "red.yaml"), str(patui.root / "blue.yaml"), code=3)
    assert "secret" in patui.said
    patui("reject", identity, "--why", f"it holds {TOKEN}")
    patui("approve", identity)
    patui("apply", identity, "--path", "jobs/new_one.py", "--set", f"queue={TOKEN}", "-y")
    for folder in (patui.root / "patterns", own_user):
        for path in folder.rglob("*"):
            assert TOKEN not in path.name
            assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("patterns/drafts", ["analyze"]),
        ("patterns/templates", ["approve", "1"]),
        ("patterns/metrics", ["analyze"]),
        ("patterns/metrics/pattern_performance.db", ["analyze"]),
        (".patui", ["analyze"]),
    ],
)
def test_no_link_leads_outside(patui: Patui, outside: Path, place: str, words: list[str]) -> None:
    target = outside / "x" if place.endswith(".db") else outside
    link = patui.root / place
    if place.startswith("patterns/"):
        patui("init")
        draft = patui.draft()
        if link.is_dir():
            shutil.rmtree(link)
        else:
            link.unlink()
        if place == "patterns/templates":
            assert draft.is_file()
    link.symlink_to(target)
    patui(*words, code=1)
    assert "symbolic link" in patui.said or "symlink" in patui.said
    if not place.endswith(".db"):
        assert any("link" in check["says"] for check in patui.checks(code=1).values() if not check["ok"])


def test_a_database_that_the_config_puts_behind_a_link_is_refused(patui: Patui, outside: Path) -> None:
    patui("init")
    (patui.root / "elsewhere").symlink_to(outside)
    (patui.root / "patterns/config/settings.yaml").write_text("database: elsewhere/a.db\n")
    patui("candidates", code=1)
    assert "symlink" in patui.said


# ── pattern files ────────────────────────────────────────────────────────────────────────────────────────────────────

BOMB = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    "put",
    [
        lambda path: path.write_text("]] [\n"),
        lambda path: path.write_bytes(b"\xff\xfe\0"),
        lambda path: path.write_text(""),
        lambda path: path.write_text(BOMB),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_text('pattern_id: !!python/object/apply:os.system ["true"]\n'),
        lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 3 << 30),
        lambda path: path.mkdir(),
        os.mkfifo,
    ],
)
def test_a_broken_pattern_file_is_said_by_every_command(patui: Patui, put: Callable[[Path], object]) -> None:
    draft = patui.draft()
    draft.unlink()
    put(draft)
    for words in (["show"], ["render", "--path", "jobs/x.py"], ["approve"], ["apply", "--path", "jobs/x.py"]):
        patui(words[0], "1", *words[1:], code=3)
        assert draft.name in patui.said
    assert draft.name in str(patui.checks(code=1)["patterns"]["details"])
    assert not (patui.root / "jobs/x.py").exists()


def test_a_draft_that_is_gone_is_drafted_anew(patui: Patui) -> None:
    draft = patui.draft()
    text = draft.read_bytes()
    draft.unlink()
    patui("show", "1", code=3)
    assert "gone" in patui.said
    patui("analyze")
    assert draft.read_bytes() == text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{% for i in range(10**9) %}{{ i }}{% endfor %}", "Range too big"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "did not finish"),
        ("{{ 'a' * 10**10 }}", "memory"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
    ],
)
def test_a_template_cannot_burn_the_machine_nor_reach_out(patui: Patui, body: str, words: str) -> None:
    patui.draft()
    approved = patui.root / patui.json("approve", "1")["path"]
    head, _, rest = approved.read_text().partition("    template: |")
    tail = rest[rest.index("\n    eol") :]
    approved.write_text(f"{head}    template: {json.dumps(body)}{tail}")
    patui("render", "1", "--path", "jobs/x.py", code=1)  # changed since it was approved
    patui("approve", "1")
    patui("render", "1", "--path", "jobs/x.py", "--set", "queue=a", "--set", "timeout=1", code=3)
    assert words in patui.said


# ── what is typed ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reference", ["", ".", "x" * 5000, "\x1b[2J", "-1", "9" * 30, "/dev/zero", "a\0b"])
def test_a_reference_that_means_nothing_is_said(patui: Patui, reference: str) -> None:
    patui("show", "--", reference, code=2)
    assert "no pattern" in patui.said and "\x1b" not in patui.said


@pytest.mark.parametrize("content", [b"\xff", b"[" * 100_000, b"[1]", b'{"queue": {"a": 1}}', b'{"queue": "\\ud800"}'])
def test_values_that_are_none_are_said(patui: Patui, tmp_path: Path, content: bytes) -> None:
    patui("analyze")
    (tmp_path / "values.json").write_bytes(content)
    patui("render", "1", "--path", "jobs/x.py", "--values", str(tmp_path / "values.json"), code=2)
    assert "values.json" in patui.said


def test_a_bad_line_does_not_stop_the_others(patui: Patui, tmp_path: Path) -> None:
    patui("analyze")
    good = json.dumps({"path": "jobs/ok.py", "values": {"queue": "fast", "timeout": "5"}}).encode()
    lines = [b'{"path": 5}', b"[]", b"not", b"\xff\xfe", b'{"path": "../x"}', b"{}", good]
    (tmp_path / "t.jsonl").write_bytes(b"\n".join(lines))
    answers = [
        json.loads(line) for line in patui("render", "1", "--targets", str(tmp_path / "t.jsonl"), code=2).splitlines()
    ]
    assert [answer.get("line") for answer in answers] == [1, 2, 3, 4, 5, 6, None]
    assert "class OkJob(Job):" in answers[-1]["text"]


@pytest.mark.parametrize(
    "target",
    [
        "../x.py",
        "/etc/x.py",
        ".git/hooks/x",
        ".github/workflows/x.yml",
        ".",
        "jobs",
        "jobs/\x1b.py",
        "jobs/billing.py/x",
    ],
)
def test_a_target_that_may_not_be_written_is_refused(patui: Patui, target: str) -> None:
    patui("analyze")
    patui("approve", "1")
    patui("apply", "1", "--path", target, "--set", "queue=a", "--set", "timeout=1", "-y", code=1)
    assert patui.said and "\x1b" not in patui.said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"similarity_treshold: 1\n", "did you mean similarity_threshold"),
        (b"min_files: many\n", "min_files"),
        (b"[", "not YAML"),
        (b"\xff", "UTF-8"),
        (b"- 1\n", "mapping"),
    ],
)
def test_a_mistake_in_a_config_file_is_said_with_its_place(patui: Patui, text: bytes, words: str) -> None:
    patui("init")
    file = patui.root / "patterns/config/detection_rules.yaml"
    file.write_bytes(text)
    for command in ("scan", "candidates", "--engine-only"):
        patui(command, code=3)
        assert str(file) in patui.said and words in patui.said
    assert not patui.checks(code=1)["workspace"]["ok"]


# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_text("no database at all, but a text of some length\n" * 40), "not an SQLite"),
        (lambda path: os.truncate(path, 20_000), "damaged"),
        (_newer, "newer patui"),
        (lambda path: (path.unlink(), path.mkdir()), "is a directory"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_at_once(
    patui: Patui, spoil: Callable[[Path], object], words: str
) -> None:
    draft = patui.draft()
    database = patui.root / "patterns/metrics/pattern_performance.db"
    spoil(database)
    for command in ("candidates", "analyze", "--engine-only"):
        patui(command, code=3)
        assert words in patui.said and "comparing" not in patui.said
    assert words in patui.checks(code=1)["database"]["says"]
    patui("scan")
    assert draft.is_file()


def test_a_lost_database_proposes_nothing_twice(patui: Patui) -> None:
    before = patui.json("analyze")["candidates"][0]
    shutil.rmtree(patui.root / "patterns/metrics")
    again = patui.json("analyze")["candidates"][0]
    assert (again["pattern_id"], again["path"]) == (before["pattern_id"], before["path"])
    assert len(list((patui.root / "patterns/drafts").iterdir())) == 1
    patui("approve", before["pattern_id"])
    shutil.rmtree(patui.root / "patterns/metrics")
    assert patui.json("analyze", code=1)["candidates"] == []
    patui("apply", before["pattern_id"], "--path", "jobs/new_one.py", "--set", "queue=a", "--set", "timeout=1", "-y")


def test_a_folder_that_could_not_be_made_whole_is_not_left_behind(
    patui: Patui, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *rest: object, **named: object) -> int:
        raise OSError(28, "No space left on device", str(self))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        patui("analyze", code=3)
    assert "No space left" in patui.said
    assert sorted(path.name for path in patui.root.iterdir()) == [".git", "jobs"]
    patui("analyze")
    assert (patui.root / "patterns/drafts").is_dir()


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_borne(repository: Path, closed: str) -> None:
    for words, code in (("scan", 0), ("candidates", 1), ("frobnicate", 2)):
        command = f'exec "$@" {closed}'
        done = subprocess.run(
            ["sh", "-c", command, "sh", *PATUI, "-C", repository, words],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert (done.returncode, done.stderr.count("Traceback")) == (code, 0)


def test_several_at_once_decide_and_write_once(patui: Patui) -> None:
    def together(*words: str, times: int) -> list[int]:
        command = [*PATUI, "-C", str(patui.root), *words]
        started = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(times)
        ]
        said = [process.communicate(timeout=PATIENCE) for process in started]
        assert not any("Traceback" in err for _, err in said), said
        return sorted(process.returncode for process in started)

    assert together("analyze", times=2) == [0, 0]
    assert len(list((patui.root / "patterns/drafts").iterdir())) == 1
    assert together("approve", "1", times=5) == [0, 1, 1, 1, 1]
    values = ("--set", "queue=fast", "--set", "timeout=5", "-y")
    assert together("apply", "1", "--path", "jobs/new_one.py", *values, times=3) == [0, 1, 1]
    assert together("undo", times=3) == [0, 1, 1]
    assert not (patui.root / "jobs/new_one.py").exists()


@pytest.fixture
def git_that_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that never comes back from listing the work tree."""
    waits = tmp_path / "waits/git"
    waits.parent.mkdir()
    waits.write_text(f'#!/bin/sh\ncase "$*" in *--others*) exec sleep 600;; esac\nexec {shutil.which("git")} "$@"\n')
    waits.chmod(0o755)
    monkeypatch.setenv("PATH", f"{waits.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("git_that_waits")
def test_ctrl_c_ends_with_130_and_without_a_traceback(repository: Path) -> None:
    process = subprocess.Popen(
        [*PATUI, "-C", str(repository), "analyze"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "work tree" in line:
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in said
    assert not list((repository / "patterns").glob("drafts/*"))


@pytest.mark.usefixtures("git_that_waits")
def test_the_mining_child_ends_with_its_parent(repository: Path) -> None:
    with subprocess.Popen(child_command("--mine", repository), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stderr is not None
        child.stdin.close()  # what the system does when the engine is killed
        assert child.wait(PATIENCE) != 0
        assert b"Traceback" not in child.stderr.read()
