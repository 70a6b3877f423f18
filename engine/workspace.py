"""One directory with everything patui keeps for it, opened once and handed round.

The database is opened when it is first needed, so that a scan of a read-only directory writes nothing. A workspace may
be used from any thread.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Final

import platformdirs

from engine.config import Config, load_config
from engine.errors import NotAWorkspace, UnsafePath, UsageError
from engine.homes import (
    enclosing_workspace,
    find_home,
    ignored_text,
    is_workspace,
    make_marked,
    nearest_workspace,
    without_links,
)
from engine.trust import Trust

# The app and each command wait for what stands above: the model, the pattern files and the plan's classes take 60 ms
# to import, and come when they are asked for.
if TYPE_CHECKING:
    from engine.analyzers.evolution_tracker import PatternEvolutionTracker
    from engine.analyzers.performance_analyzer import PatternPerformanceAnalyzer
    from engine.analyzers.template_generator import TemplateAutoGenerator
    from engine.detectors.anti_pattern_detector import AntiPatternDetector
    from engine.detectors.error_learner import ErrorRecoveryPatternLearner
    from engine.detectors.execution_detector import ExecutionPatternDetector
    from engine.detectors.file_pattern_miner import FilePatternMiner, Propose
    from engine.detectors.pattern_suggester import PatternSuggester
    from engine.library.sandbox import Sandbox
    from engine.library.shelf import Shelf
    from engine.mining.executions import Finding
    from engine.model import Candidate, Clock, Example, Execution, Family, Notifier, Values
    from engine.store.connection import Store

__all__ = ["Workspace", "enclosing_workspace", "is_workspace", "nearest_workspace", "open_workspace"]

PATIENCE: Final = 10.0
"""Seconds that a command waits to write while another program writes to the database."""
LONG_PATIENCE: Final = 60.0
"""The same of what runs all day: it has the time, and what it would have written is not asked for again."""


def open_workspace(
    directory: str | Path = ".",
    *,
    clock: Clock | None = None,
    notifier: Notifier | None = None,
    user_state: Path | None = None,
    user_config: Path | None = None,
    checkpoints: bool = False,
    patience: float = PATIENCE,
) -> Workspace:
    """Opens `directory` as a workspace; `NotAWorkspace` when it is no directory or may not be entered.

    `user_state` holds what was approved on this machine, `user_config` the user's rule files; by default where the
    platform keeps such things. The engine sets `checkpoints`: it may always empty the database's log. Without a `clock`
    it is `usual_clock()`. `patience`: how many seconds a write waits while another program writes to the database.
    """
    try:
        root = Path(directory).absolute().resolve(strict=True)
        os.scandir(root).close()
        if not os.access(root, os.X_OK):  # to list a directory and to reach what lies in it are two permissions
            raise PermissionError
    except FileNotFoundError:
        raise NotAWorkspace(f"{directory}: there is no such directory") from None
    except NotADirectoryError:
        raise NotAWorkspace(f"{directory}: this is a file; patui looks after a directory") from None
    except PermissionError:
        raise NotAWorkspace(f"{directory}: this directory may not be read") from None
    except OSError as error:
        raise NotAWorkspace(f"{directory}: cannot be opened: {error.strerror}") from None
    except (RuntimeError, ValueError) as error:  # a loop of symlinks; a NUL in the name
        raise NotAWorkspace(f"{directory}: cannot be opened: {error}") from None
    state = user_state or platformdirs.user_state_path("patui")
    home = find_home(root)
    config = load_config(user_config or platformdirs.user_config_path("patui"), home)
    return Workspace(
        root, home, config, Trust(state / "trust"), clock or usual_clock(), notifier, checkpoints, patience
    )


def usual_clock() -> Clock:
    """The system's clock; where PATUI_CLOCK is set, that moment for ever, so that months can be replayed in seconds.

    PATUI_CLOCK holds seconds since 1970; processes that a command starts inherit it. UsageError when it is no number.
    """
    given = os.environ.get("PATUI_CLOCK", "")
    if not given:
        return time.time
    try:
        moment = float(given)
    except ValueError:
        moment = -1.0
    if not 0.0 <= moment < 253_000_000_000.0:
        raise UsageError(f"PATUI_CLOCK={given}: seconds since 1970 are wanted")
    return lambda: moment


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at `path`; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@dataclass
class Workspace:
    """The parts of one directory, wired. Close it when done (it is a context manager)."""

    root: Path
    home: Path
    config: Config
    trust: Trust
    clock: Clock
    _notifier: Notifier | None = None
    _checkpoints: bool = False
    _patience: float = PATIENCE
    _lock: RLock = field(default_factory=RLock, repr=False)
    _opened: bool = False
    _file: tuple[int, int] | None = None
    _log: tuple[int, int] | None = None

    # ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def store(self) -> Store:
        """The database, made when it is first asked for."""
        with self._lock:
            return self._store

    @cached_property
    def _store(self) -> Store:
        from engine.redact.marking import Marking
        from engine.store.connection import open_store
        from engine.store.driver import CHECKPOINTS_SAFELY

        self.make_home()  # what is kept in the database goes with files of ours, wherever it lies
        if not (self.config.database or os.path.lexists(self._database_home)):
            make_marked(self._database_home)
        store = open_store(
            self.database_path,
            clock=self.clock,
            checkpoints=self._checkpoints or CHECKPOINTS_SAFELY,
            patience=self._patience,
        )
        store.marking = Marking(self.trust.directory.parent)
        self._opened, self._file = True, _identity(self.database_path)
        self._log = _identity(Path(f"{self.database_path}-wal"))
        return store

    def reopen_if_replaced(self) -> bool:
        """Opens the database anew when its file is gone or is another one by now; whether it did.

        What is open would else go on for ever on a file that has no name any more. So it is with the log: whoever
        closes a deleted database last deletes the log of the one that stands in its place by then. Raises what opening
        raises.
        """
        with self._lock:
            if self._opened and _identity(self.database_path) == self._file:
                log = _identity(Path(f"{self.database_path}-wal"))
                if self._log in (None, log):
                    self._log = log
                    return False
            if self._opened:
                self._close_store()
            self.store  # noqa: B018 - opened by being asked for
            return True

    @cached_property
    def shelf(self) -> Shelf:
        """The pattern files of this workspace."""
        from engine.library.shelf import Shelf

        return Shelf(self.home)

    @cached_property
    def database_path(self) -> Path:
        """The config may name another than the default place."""
        if self.config.database:
            named = os.path.expanduser(self.config.database)  # noqa: PTH111 - Path's raises where there is no home
            return without_links(Path(os.path.normpath(self.root / named)), self.root)
        home = self._database_home
        return without_links(home / "metrics" / "pattern_performance.db", home.parent)

    @cached_property
    def _database_home(self) -> Path:
        """Worktrees of one repository share the database of the main one."""
        if (self.root / ".git").is_file():  # a linked worktree, or a submodule
            from engine.sources.git import common_dir  # 30 ms

            common = common_dir(self.root)
            if common is not None and common.name == ".git":
                return find_home(common.parent)
        return self.home

    @property
    def spool(self) -> Path:
        """Where the shells' hooks leave what was run, for all workspaces of this user."""
        return self.trust.directory.parent / "spool"

    def users_own(self) -> Workspace:
        """The workspace of the user: what was run in no other belongs to it. Close it when done."""
        state = self.trust.directory.parent
        root = state / "workspace"
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return replace(self, root=root, home=find_home(root), _lock=RLock(), _opened=False)

    @property
    def engine_lock(self) -> Path:
        """The file whose lock the one engine of this workspace holds."""
        mark = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:8]
        return self.database_path.parent / f"engine-{mark}.lock"

    @cached_property
    def _sandbox(self) -> Sandbox:
        from engine.library.sandbox import Sandbox

        return Sandbox()

    def render_raw(self, source: str, values: Values) -> str:
        """Renders a template that uses more of Jinja2 than our subset, in a child with hard limits."""
        with self._lock:
            return self._sandbox.render(source, values)

    @cached_property
    def notifier(self) -> Notifier:
        from engine.ports import StoredNews

        return self._notifier or StoredNews(lambda: self.store)

    def make_home(self, *, shared: bool = False) -> None:
        """Makes the folder of patui's own files, ignored by git; `shared` opens it for specs and templates."""
        if not os.path.lexists(self.home):
            make_marked(self.home)
        text = ignored_text(self.home, shared=shared)
        if text is not None:
            self.shelf.save(self.home / ".gitignore", text)

    def moved_home(self, home: Path) -> Workspace:
        """The same workspace with its files below `home` (for `patui init --dir`)."""
        return replace(self, home=home, _lock=RLock(), _opened=False)

    # ── reading the work tree ────────────────────────────────────────────────────────────────────────────────────────

    def relative(self, path: str | Path) -> str:
        """`path` relative to the root, `/` between parts. `UnsafePath` when it lies outside the root."""
        if not str(path):
            raise UnsafePath("the path is empty")
        whole = Path(os.path.normpath(self.root / path))
        try:
            return whole.relative_to(self.root).as_posix()
        except ValueError:
            pass
        try:  # the same place reached through a link above the root
            return (whole.parent.resolve() / whole.name).relative_to(self.root).as_posix()
        except (ValueError, OSError):
            raise UnsafePath(f"{path} lies outside the workspace {self.root}") from None

    def read_example(self, path: str) -> Example | str:
        """The file at `path` as an example, or the reason why it cannot be one."""
        from engine.model import Example
        from engine.redact import find_secrets, holds_token
        from engine.sources.tree import read_example

        read = read_example(self.root, path, max_bytes=self.config.detection.max_file_kb * 1024)
        if isinstance(read, Example):
            return "holds a secret" if holds_token(path) or find_secrets(read.text) else read
        return str(read.reason)

    # ── the plan's classes, wired ────────────────────────────────────────────────────────────────────────────────────

    def template_auto_generator(self) -> TemplateAutoGenerator:
        """AUTO-008 over the files of this workspace."""
        from engine.analyzers.template_generator import TemplateAutoGenerator

        return TemplateAutoGenerator(self._must_read)

    def file_pattern_miner(self, propose: Propose | None = None) -> FilePatternMiner:
        """AUTO-002 over this workspace's database; `propose` drafts the pattern of a family that was found."""
        from engine.proposers import file_pattern_miner

        return file_pattern_miner(self, propose or self.propose)

    def execution_pattern_detector(self) -> ExecutionPatternDetector:
        """AUTO-001 over this workspace's executions."""
        from engine.proposers import execution_pattern_detector

        return execution_pattern_detector(self, self.propose_recipe)

    def anti_pattern_detector(self) -> AntiPatternDetector:
        """AUTO-005 over what failed here."""
        from engine.registry import detector

        return detector(self)

    def pattern_performance_analyzer(self) -> PatternPerformanceAnalyzer:
        """AUTO-004 over the weeks of this workspace."""
        from engine.weekly_reports import analyzer

        return analyzer(self)

    def pattern_evolution_tracker(self) -> PatternEvolutionTracker:
        """AUTO-007 over the uses of this workspace's patterns."""
        from engine.pattern_log import tracker

        return tracker(self)

    def propose_recipe(self, finding: Finding, executions: Mapping[int, Execution] | None = None) -> Candidate | None:
        """Drafts the recipe of a finding; None when nothing new is to be offered. `executions` by number spare reading
        those of its occurrences."""
        from engine import recipe_drafting
        from engine.store import errors
        from engine.store.executions import of_numbers

        if recipe_drafting.is_a_fix(finding, errors.spans(self.store, 0.0)):
            return None
        if executions is None:
            numbers = {number for occurrence in finding.routine.occurrences for number in occurrence}
            executions = {one.id: one for one in of_numbers(self.store, numbers)}
        return recipe_drafting.propose(
            finding, executions, store=self.store, shelf=self.shelf, trust=self.trust, now=self.clock()
        )

    def error_recovery_pattern_learner(self) -> ErrorRecoveryPatternLearner:
        """AUTO-003 over this workspace's errors."""
        from engine.recovering import learner

        return learner(self)

    def pattern_suggester(self) -> PatternSuggester:
        """AUTO-006 over the families, patterns and executions of this workspace."""
        from engine.known_work import suggester

        return suggester(self)

    def propose(self, family: Family) -> Candidate | None:
        """Drafts the pattern of a family whose files lie in the work tree; None when copying a sibling is better."""
        from engine import drafting

        instances = drafting.instances_of(family, self.read_example)
        return drafting.propose(
            family, instances, store=self.store, shelf=self.shelf, trust=self.trust, now=self.clock()
        )

    def _must_read(self, path: str) -> Example:
        from engine.model import Example

        read = self.read_example(self.relative(path))
        if isinstance(read, Example):
            return read
        raise NotAWorkspace(f"{path}: {read}")

    # ── closing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        with self._lock:
            if "_sandbox" in self.__dict__:
                self.__dict__.pop("_sandbox").close()
            if self._opened:
                self._close_store()

    @property
    def opened_store(self) -> Store | None:
        """The database if it is open by now: to look at it opens nothing, and waits for nobody who opens it."""
        return self.__dict__.get("_store")

    def _close_store(self) -> None:
        self._store.close()
        self._opened = False
        self.__dict__.pop("_store", None)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
