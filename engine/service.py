"""The engine of one workspace as a process: it watches, mines in a child of low priority, matches, and tells.

    patui --engine-only DIR        JSON events on stdout, one a line, until SIGTERM or SIGINT

Only one engine runs on a workspace (an advisory lock that dies with the process). Everything it finds goes through the
database, so viewers need not know it. Mining runs in a child: its memory goes back to the system when it is done.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Event as Flag
from threading import Thread
from typing import Any

from engine.actions import live, schedule
from engine.actions.learning import digester
from engine.actions.live_matching import Matcher
from engine.errors import PatuiError, StoreBusy, StoreError
from engine.model import Event, EventType, FileChange, Notifier, Status, Suggestion
from engine.sources import git
from engine.sources.watch import Notice, NoticeKind, Watcher
from engine.store import candidates, feed, settings, suggestions
from engine.workspace import LONG_PATIENCE, Workspace, open_workspace

EXIT_REFUSED = 1
_TICK_SECONDS = 1.0
_HEAD_SECONDS = 30.0
_RETRY_SECONDS = 3600.0  # a run that did not get through is tried again on the next commit, or after this
_STALE_SECONDS = 6 * 3600.0  # detection every six hours
_LOCK_TRIES, _LOCK_PAUSE = 20, 0.05
_PATIENCE_SECONDS = 5.0

Emit = Callable[[dict[str, Any]], None]


def run(directory: Path, *, parent: int = 0, emit: Emit | None = None, stop: Flag | None = None) -> int:
    """Runs the engine until a signal, `stop`, or the end of process `parent`; gives the exit code."""
    emit, stop = emit or print_line, stop or Flag()
    with open_workspace(directory, checkpoints=True, patience=LONG_PATIENCE) as workspace:

        def end(*_: object) -> None:
            stop.set()
            live.stop_waiting(workspace)

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, end)
        workspace.make_home()
        workspace.store.read()
        with _locked(workspace.engine_lock) as still_locked:
            if not still_locked():
                print("patui: an engine runs on this workspace already", file=sys.stderr)
                return EXIT_REFUSED
            Engine(workspace, emit, stop, still_locked, parent).run()
            if not still_locked():
                raise StoreError(f"{workspace.engine_lock.parent} was moved or deleted: the engine has ended")
    return 0


def print_line(document: dict[str, Any]) -> None:
    """One JSON line on stdout; when nobody can read it any more, the engine goes on for its viewers."""
    try:
        print(json.dumps(document, ensure_ascii=False), flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[Callable[[], bool]]:
    """Tells whether the lock is held, and its file still lies where others look for it.

    A viewer that just looks whether the lock is held lets go at once, so it is asked for several times.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        for _ in range(_LOCK_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_LOCK_PAUSE)
            else:
                yield lambda: _lies_at(descriptor, path)
                return
        yield lambda: False
    finally:
        os.close(descriptor)


def _lies_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False


@dataclass
class Telling(Notifier):
    """Everything that happens goes into the database, for the viewers, and from there to stdout: what the mining child,
    an app or a command writes into the feed is told like the engine's own."""

    workspace: Workspace
    emit: Emit
    _told: int = -1
    _version: int = -1

    def start(self) -> None:
        """Tells from here on what comes into the feed; the versions of another database say nothing of this one's."""
        self._version = -1
        newest = feed.recent(self.workspace.store, 1)
        self._told = newest[-1].id if newest else 0

    def tell(self, event: Event) -> None:
        feed.tell(self.workspace.store, event)
        self.pass_on()

    def pass_on(self) -> None:
        """Emits what came into the feed since; microseconds when nobody wrote."""
        version = self.workspace.store.data_version()
        if version == self._version:
            return
        self._version = version
        for event in feed.after(self.workspace.store, self._told):
            self._told = event.id
            known = {"type": str(event.type), "time": event.time, "path": event.path, "text": event.text}
            self.emit({**event.about, **known})

    def suggest(self, suggestion: Suggestion) -> None:
        kept = suggestions.put(self.workspace.store, suggestion)
        self.emit({"type": "suggestion", **{k: v for k, v in asdict(kept).items() if k not in ("status",)}})


@dataclass
class Engine:
    """The loop: settled changes are matched, mining is started when it is due, viewers are told how things stand."""

    workspace: Workspace
    emit: Emit
    stop: Flag
    still_locked: Callable[[], bool]
    parent: int = 0
    _changes: Queue[list[FileChange]] = field(default_factory=Queue)
    _mining: subprocess.Popen[bytes] | None = None
    _tried: tuple[str, float] | None = None
    _looked: float = 0.0
    _failing: str = ""

    def run(self) -> None:
        """Blocks until `stop` is set, or the lock is lost: its folder is the database's."""
        notifier = Telling(self.workspace, self.emit)
        notifier.start()
        self.workspace.notifier = notifier
        self._matcher = Matcher(self.workspace)
        digest = digester(self.workspace)
        watcher = Watcher(self.workspace.root, self._changes.put, on_notice=self._noticed)
        watcher.start()
        try:
            notifier.emit(
                {"type": "ready", "time": self.workspace.clock(), "path": ".", "root": str(self.workspace.root)}
            )
            self._matcher.load()
            while not self.stop.is_set() and self.still_locked() and not self._orphaned():
                with suppress(Empty):
                    self._take(self._changes.get(timeout=_TICK_SECONDS))
                try:
                    if self.still_locked() and self.workspace.reopen_if_replaced():
                        notifier.start()
                        self._matcher.load()
                        digest = digester(self.workspace)
                    digest.run()
                    notifier.pass_on()
                    self._look_after_mining()
                    self._failing = ""
                except StoreError as error:  # a full disk may have room again: said once, and tried at the next tick
                    if str(error) != self._failing:
                        self._failing = str(error)
                        self._trouble(self._failing, error)
        finally:
            watcher.stop()
            self._end_mining()
            with suppress(StoreError):  # the database may be what went wrong
                settings.put(self.workspace.store, "engine.status", {})

    def _take(self, changes: list[FileChange]) -> None:
        """One bad file or a full disk must not end the engine: what went wrong is told, and it goes on."""
        for change in changes:
            try:
                self._matcher.take(change)
            except StoreBusy as error:  # it will be free again: nothing that was saved meanwhile is passed over
                self._changes.put([change])
                self._trouble(str(error), error)
            except (PatuiError, OSError) as error:
                self._trouble(f"{change.path}: {error}")

    def _trouble(self, text: str, cause: Exception | None = None) -> None:
        """Tells what went wrong: in the feed, or on stdout where the feed is what cannot be written."""
        try:
            if not isinstance(cause, StoreBusy):
                self.workspace.notifier.tell(Event(EventType.NOTICE, self.workspace.clock(), text))
                return
            words = text
        except StoreError as error:
            words = f"{text} ({error})"
        self.emit({"type": "error", "time": self.workspace.clock(), "path": "", "text": words})

    def _noticed(self, notice: Notice) -> None:
        self._trouble(notice.text)
        if notice.kind is NoticeKind.VANISHED:
            self.stop.set()

    # ── mining ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _look_after_mining(self) -> None:
        now = self.workspace.clock()
        if self._mining is not None:
            if self._mining.poll() is None:
                return
            if self._mining.returncode:
                self._trouble("looking for patterns failed; `patui analyze` says why")
            self._end_mining()
            self._matcher.load()
            self._status("")
        elif not within(_HEAD_SECONDS, self._looked, now):
            self._looked = now
            if self._is_due(now):
                self._status("looking for patterns")
                self._start("--mine")
            elif schedule.overdue(self.workspace):
                self._status("looking back")
                self._start("--tick")
            else:
                self._status("")

    def _start(self, what: str) -> None:
        self._mining = subprocess.Popen(
            child_command(what, self.workspace.root),
            stdin=subprocess.PIPE,  # never written to: its end tells the child that we have ended
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            preexec_fn=_be_nice,
        )

    def _is_due(self, now: float) -> bool:
        head = git.head(self.workspace.root)
        mined = settings.get(self.workspace.store, "mined", {})
        fresh = mined and head == mined.get("head") and within(_STALE_SECONDS, float(mined.get("at", 0.0)), now)
        fresh = fresh and not self._lacks_drafts()
        tried = self._tried is not None and self._tried[0] == head and within(_RETRY_SECONDS, self._tried[1], now)
        if fresh or tried:
            return False
        self._tried = head, now
        return True

    def _lacks_drafts(self) -> bool:
        """Whether this is a worktree and what was found lies as drafts in another one: the database is one for all."""
        root = self.workspace.root
        if not (root / ".git").is_file():
            return False
        waiting = candidates.listing(self.workspace.store, (Status.PENDING, Status.DEFERRED))
        return any(row.path and not os.path.lexists(root / row.path) for row in waiting)

    def _end_mining(self) -> None:
        mining, self._mining = self._mining, None
        if mining is None:
            return
        mining.terminate()
        if mining.stdin is not None:
            mining.stdin.close()
        try:
            mining.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:  # it is stopped, or in a call that nothing interrupts
            mining.kill()
            mining.wait()

    def _status(self, busy: str) -> None:
        mined = settings.get(self.workspace.store, "mined", {})
        told = {"files": mined.get("files", 0), "commits": mined.get("commits", 0), "busy": busy}
        if settings.get(self.workspace.store, "engine.status", {}) != told:
            settings.put(self.workspace.store, "engine.status", told)

    def _orphaned(self) -> bool:
        return bool(self.parent) and os.getppid() != self.parent


def within(seconds: float, then: float, now: float) -> bool:
    """Whether less than `seconds` passed; no, when the clock was set back since."""
    return 0.0 <= now - then < seconds


def _be_nice() -> None:
    os.nice(10)


def child_command(what: str, root: Path) -> list[str]:
    # -P: a module that lies in the workspace must never be imported.
    return [sys.executable, "-P", "-m", "engine.service", what, str(root)]


def mine(root: Path) -> int:
    """What the child does: `analyze`, once. It ends with its parent, however that ends."""
    from engine.actions.analyze import analyze

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Thread(target=_end_with_parent, daemon=True).start()
    with open_workspace(root, patience=LONG_PATIENCE) as workspace:
        analyze(workspace)
    return 0


def do_overdue(root: Path) -> int:
    """What the child does when something else is overdue: a tick, with the patience of who looks all the time."""
    from engine.actions.ticking import tick

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Thread(target=_end_with_parent, daemon=True).start()
    with open_workspace(root, patience=LONG_PATIENCE) as workspace:
        for one in tick(workspace, patient=True).jobs:
            if error := one.says.get("error"):
                workspace.notifier.tell(Event(EventType.NOTICE, workspace.clock(), f"{one.job} failed: {error}"))
    return 0


def _end_with_parent() -> None:
    while os.read(0, 1):  # blocks until the other end of the pipe is closed
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_SECONDS)
    os._exit(EXIT_REFUSED)


def main(arguments: Sequence[str]) -> int:
    """`python -m engine.service [--mine | --tick | --with-parent PID] DIR`: how patui starts its own children."""
    try:
        match list(arguments):
            case ["--mine", root]:
                return mine(Path(root))
            case ["--tick", root]:
                return do_overdue(Path(root))
            case ["--with-parent", pid, root]:
                return run(Path(root), parent=int(pid))
            case [root]:
                return run(Path(root))
    except PatuiError as error:
        print(f"patui: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    print("usage: python -m engine.service [--mine | --tick | --with-parent PID] DIR", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
