"""The engine as a process: JSON events on stdout, a lock, a clean end; several processes on one database."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

import pytest

from engine import open_workspace, service
from engine.actions import live, review, schedule
from engine.actions.live_matching import Matcher
from engine.model import ChangeKind, EventType, FileChange
from tests.conftest import job_text

PATIENCE = 60.0


class EngineProcess:
    """`patui --engine-only` with its events read as they come."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-P", "-m", "tui", "--engine-only", str(root)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._events: Queue[dict[str, Any] | None] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._events.put(json.loads(line))
        self._events.put(None)

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next event that is wanted; fails when the engine ends or keeps silent."""
        while True:
            event = self._events.get(timeout=PATIENCE)
            assert event is not None, f"the engine ended: {(self.process.stderr or sys.stdin).read()}"
            if wanted(event):
                return event

    def said(self) -> str:
        """What the ended engine wrote to stderr; its events are read to the end first."""
        self._reader.join(PATIENCE)
        return self.process.communicate()[1]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def engine(repository: Path) -> Iterator[EngineProcess]:
    started = EngineProcess(repository)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.said()


def of(kind: str, path: str = "") -> Callable[[dict[str, Any]], bool]:
    return lambda event: event["type"] == kind and (not path or event["path"] == path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_every_line_is_an_event_and_a_signal_ends_it_cleanly(engine: EngineProcess, number: int) -> None:
    ready = engine.until(of("ready"))
    assert {"type", "time", "path"} <= ready.keys()
    assert engine.stop(number) == 0


def test_a_second_engine_is_refused_and_says_so(engine: EngineProcess, repository: Path) -> None:
    engine.until(of("ready"))
    second = EngineProcess(repository)
    assert second.process.wait(PATIENCE) == 1
    assert "runs" in second.said()


def test_an_empty_file_of_a_known_family_brings_the_offer_to_fill_it(engine: EngineProcess, repository: Path) -> None:
    engine.until(of("ready"))
    found = engine.until(of("candidate"))
    with open_workspace(repository) as viewer:
        (row,) = review.candidates(viewer)
        assert row.pattern_id == found["pattern_id"]
        review.approve(viewer, row.pattern_id)
        (repository / "jobs/new_arrivals.py").touch()
        offered = engine.until(of("suggestion", "jobs/new_arrivals.py"))
        assert offered["pattern"] == row.pattern_id and offered["kind"] == "fill"
        assert [s.path for s in live.open_suggestions(viewer)] == ["jobs/new_arrivals.py"]


def test_the_third_similar_file_brings_the_question(engine: EngineProcess, repository: Path) -> None:
    engine.until(of("ready"))
    for number, name in enumerate(("red", "green", "blue")):
        body = f"name: {name}\nowner: shop\nimage: shop/{name}\nport: {8000 + number}\nreplicas: 2\nregion: north\n"
        (repository / f"{name}.yaml").write_text(body)
        engine.until(of("file", f"{name}.yaml"))
    asked = engine.until(of("suggestion"))
    assert asked["title"] == "You have created 3 similar YAML files. Generate a template?"


def test_what_patui_wrote_itself_is_no_work_of_the_developer(engine: EngineProcess, repository: Path) -> None:
    from engine.actions import applying

    engine.until(of("ready"))
    identity = engine.until(of("candidate"))["pattern_id"]
    with open_workspace(repository) as viewer:
        review.approve(viewer, identity)
        applying.write(viewer, applying.preview(viewer, identity, "jobs/made_by_patui.py").plan)
    (repository / "jobs/made_by_hand.py").write_text(job_text("made_by_hand", 1))
    seen: list[str] = []

    def by_hand(event: dict[str, Any]) -> bool:
        seen.append(event["path"] if event["type"] == "file" else "")
        return bool(event["type"] == "file" and event["path"] == "jobs/made_by_hand.py")

    engine.until(by_hand)
    assert "jobs/made_by_patui.py" not in seen


def test_an_engine_whose_viewer_dies_ends_too(repository: Path) -> None:
    script = (
        "import os, sys\nfrom engine import open_workspace\nfrom engine.actions.engine_process import ensure_engine\n"
        f"handle = ensure_engine(open_workspace({str(repository)!r}))\n"
        "print(handle.process.pid, flush=True)\nos._exit(1)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=PATIENCE)
    pid = int(done.stdout)
    assert _gone(pid), "the engine outlived its viewer"


def _gone(pid: int) -> bool:
    """Whether the process has ended before patience does; a pidfd tells, whoever its parent is."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], PATIENCE)[0])
    finally:
        os.close(descriptor)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_mining_child_outlives_its_engine(
    repository: Path, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A git that does not come back from listing files while a file lies there, so that the child mines until it is
    # ended.
    waits, held = tmp_path / "waits/git", tmp_path / "held"
    waits.parent.mkdir()
    listing = f'case "$*" in *ls-files*) while [ -e {held} ]; do sleep 0.05; done;; esac'
    waits.write_text(f'#!/bin/sh\n{listing}\nexec {shutil.which("git")} "$@"\n')
    waits.chmod(0o755)
    monkeypatch.setenv("PATH", f"{waits.parent}{os.pathsep}{os.environ['PATH']}")
    first = EngineProcess(repository)
    first.until(of("ready"))
    held.touch()
    deadline = time.monotonic() + PATIENCE
    mining: list[int] = []
    while not mining and time.monotonic() < deadline:
        mining = [pid for pid in _children(first.process.pid) if b"--mine" in _command(pid)]
    assert mining
    assert first.stop(number) == (0 if number == signal.SIGTERM else -number)
    assert all(_gone(pid) for pid in mining)
    held.unlink()
    first.said()
    second = EngineProcess(repository)
    second.until(of("candidate"))
    assert second.stop() == 0
    second.said()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("lost", [".", "patterns", "patterns/metrics"])
def test_an_engine_whose_folder_is_gone_ends_and_makes_nothing_anew(
    engine: EngineProcess, repository: Path, lost: str
) -> None:
    engine.until(of("candidate"))
    moved = repository.with_name("moved")
    (repository / lost).rename(moved)
    assert engine.process.wait(PATIENCE) == 3
    assert not (repository / lost).exists()
    said = engine.said()
    assert "moved or deleted" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("then", "now", "expected"), [(100.0, 109.9, True), (100.0, 110.0, False), (100.0, 99.0, False), (0.0, 1e9, False)]
)
def test_a_clock_that_was_set_back_delays_nothing(then: float, now: float, expected: bool) -> None:
    assert service.within(10.0, then, now) is expected


def test_events_that_nobody_can_read_do_not_end_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        for number in range(3):
            service.print_line({"type": "file", "number": number})


def test_what_is_overdue_is_done_by_a_child_of_the_engine(repository: Path) -> None:
    with subprocess.Popen(service.child_command("--tick", repository), stdin=subprocess.PIPE) as child:
        assert child.wait(PATIENCE) == 0
    with open_workspace(repository) as workspace:
        assert list((workspace.home / "reports" / "weekly").glob("*.md"))
        assert not schedule.overdue(workspace)


def deployed(repository: Path) -> None:
    with open_workspace(repository) as viewer, viewer.store.write() as connection:
        connection.execute("INSERT INTO execution_logs (operation_kind, success) VALUES ('deploy', 1)")


def test_a_database_that_was_deleted_is_made_anew_and_served(engine: EngineProcess, repository: Path) -> None:
    engine.until(of("ready"))
    engine.until(of("candidate"))  # the mining child has told what there is
    with open_workspace(repository) as viewer:
        place = viewer.database_path
    for file in place.parent.glob(f"{place.name}*"):
        file.unlink()
    deployed(repository)
    assert engine.until(of("execution"))["operation_kind"] == "deploy"
    assert engine.stop() == 0


def test_a_stopped_engine_goes_on_where_it_was(engine: EngineProcess, repository: Path) -> None:
    engine.until(of("ready"))
    engine.process.send_signal(signal.SIGSTOP)
    deployed(repository)
    engine.process.send_signal(signal.SIGCONT)
    assert engine.until(of("execution"))["operation_kind"] == "deploy"
    assert engine.stop() == 0


def test_what_is_saved_while_the_database_is_locked_is_looked_at_when_it_is_free(repository: Path) -> None:
    told: list[dict[str, Any]] = []
    with open_workspace(repository, patience=0.0) as workspace, open_workspace(repository) as other:
        engine = service.Engine(workspace, told.append, Event(), lambda: True)
        workspace.notifier = service.Telling(workspace, told.append)
        engine._matcher = Matcher(workspace)
        (repository / "notes.py").write_text("answer = 42\n" * 5)
        saved = FileChange("notes.py", ChangeKind.CREATED, workspace.clock())
        with other.store.write():
            engine._take([saved])
            assert [event["type"] for event in told] == ["error"]
            assert "locked" in told[0]["text"]
        engine._take(engine._changes.get_nowait())
        assert [event.path for event in live.recent_events(workspace) if event.type is EventType.FILE] == ["notes.py"]
        assert engine._changes.empty()
