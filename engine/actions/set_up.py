"""init and doctor."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine import __version__
from engine.actions.live import engine_runs
from engine.errors import PatuiError, UsageError
from engine.sources import git
from engine.store import files as file_table
from engine.workspace import Workspace, nearest_workspace, open_workspace

_HOMES = ("patterns", ".patui")
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Initialised:
    """Where patui's files are, relative to the workspace, and which folders were made."""

    home: str
    database: str
    created: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the doctor looked at."""

    name: str
    ok: bool
    says: str
    details: tuple[str, ...] = ()


def init(workspace: Workspace, home: str | None = None) -> Initialised:
    """Makes the folders and the database; approved patterns are shared by git from now on."""
    if home is not None:
        if home.strip("/") not in _HOMES:
            raise UsageError(f"--dir is {' or '.join(_HOMES)}, not {home!r}")
        with workspace.moved_home(workspace.root / home.strip("/")) as moved:
            return _made(moved)
    return _made(workspace)


def _made(workspace: Workspace) -> Initialised:
    workspace.make_home(shared=True)
    created = []
    for name in ("drafts", "specs", "templates", "reports", "anti_patterns", "config", "metrics"):
        folder = workspace.home / name
        if not folder.is_dir():
            folder.mkdir(parents=True)
            created.append(f"{workspace.home.name}/{name}")
    database = workspace.store.path
    shown = os.path.relpath(database, workspace.root)
    return Initialised(workspace.home.name, shown, tuple(created))


def doctor(directory: str | None) -> list[Check]:
    """What works and what does not; never raises for a broken workspace, since that is what it is for."""
    checks = [
        Check("patui", True, f"{__version__} on Python {sys.version.split()[0]}"),
        _checked("git", _git),
    ]
    try:
        workspace = open_workspace(directory or nearest_workspace())
    except PatuiError as error:
        return [*checks, Check("workspace", False, str(error))]
    with workspace:
        checks.append(Check("workspace", True, f"{workspace.root}, patui's files in {workspace.home.name}/"))
        checks.append(_checked("history", lambda: _history(workspace)))
        checks.append(_checked("database", lambda: _database(workspace)))
        checks.append(_checked("engine", lambda: _engine(workspace)))
        checks.append(_pattern_files(workspace))
        checks.append(_checked("disk", lambda: _disk(workspace)))
        checks.extend(_skipped(workspace))
    return checks


def _checked(name: str, says: Callable[[], str]) -> Check:
    try:
        return Check(name, True, says())
    except (PatuiError, OSError) as error:
        return Check(name, False, str(error))


def _git() -> str:
    found = shutil.which("git")
    if found is None:
        raise UsageError("not installed: patui sees the work tree, and not what was added when")
    return found


def _history(workspace: Workspace) -> str:
    if not git.is_repository(workspace.root):
        return "not a git repository: patui sees the work tree only"
    return f"mined up to {head[:12]}" if (head := git.head(workspace.root)) else "no commit yet"


def _database(workspace: Workspace) -> str:
    size = workspace.store.path.stat().st_size
    version = workspace.store.row("SELECT sqlite_version() AS version")
    return f"{workspace.store.path}, {size / 1e6:.1f} MB, SQLite {version['version'] if version else '?'}"


def _engine(workspace: Workspace) -> str:
    return "running" if engine_runs(workspace) else "not running; the app starts one, or `patui --engine-only`"


def _pattern_files(workspace: Workspace) -> Check:
    drafts, approved = workspace.shelf.drafts(), workspace.shelf.approved()
    problems = tuple(str(problem) for problem in (*drafts.problems, *approved.problems))
    says = f"{len(approved.patterns)} approved, {len(drafts.patterns)} drafts"
    return Check("patterns", not problems, f"{says}, {len(problems)} broken" if problems else says, problems)


def _disk(workspace: Workspace) -> str:
    free = shutil.disk_usage(workspace.root).free
    if free < 50_000_000:
        raise UsageError(f"only {free / 1e6:.0f} MB are free")
    return f"{free / 1e9:.1f} GB free"


def _skipped(workspace: Workspace) -> Iterator[Check]:
    try:
        counts = file_table.skip_counts(workspace.store)
        named = file_table.skips(workspace.store, _NAMED)
    except PatuiError:
        return  # the database check has said so
    if counts:
        says = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items(), key=lambda pair: -pair[1]))
        yield Check("skipped", True, says, tuple(f"{path}: {reason}" for path, reason in named))
