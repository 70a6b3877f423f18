"""init and doctor."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine import __version__
from engine.actions.live import engine_runs
from engine.actions.suggesting import precision
from engine.actions.telemetry_sources import Source, sources
from engine.errors import PatuiError, UsageError
from engine.sources import git, gitcommand
from engine.store import files as file_table
from engine.store import settings
from engine.workspace import Workspace, nearest_workspace, open_workspace

_HOMES = ("patterns", ".patui")
_NAMED = 10  # of each reason


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
        checks.append(Check("workspace", True, str(workspace.root)))
        checks.append(_folders(workspace))
        checks.append(_checked("history", lambda: _history(workspace)))
        checks.append(_checked("database", lambda: _database(workspace)))
        checks.append(_checked("engine", lambda: _engine(workspace)))
        checks.extend(source_checks(workspace))
        checks.append(_checked("suggestions", lambda: _suggestions(workspace)))
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
    complaint = gitcommand.complaint(workspace.root)
    if complaint and any(os.path.lexists(folder / ".git") for folder in (workspace.root, *workspace.root.parents)):
        raise UsageError(f"git refuses this repository, so patui sees the work tree only: {complaint}")
    if complaint:
        return "not a git repository: patui sees the work tree only"
    head = git.head(workspace.root)
    if not head:
        return "no commit yet"
    if not git.commit_count(workspace.root):
        raise UsageError("git cannot read this history, so patui sees the work tree only: `git fsck` says why")
    mined = settings.get(workspace.store, "mined", {}).get("head") if _has_database(workspace) else None
    if not mined:
        return "not mined yet: `patui analyze`, the app and the engine do it"
    return f"mined up to {mined[:12]}" + ("" if mined == head else f"; there is more, up to {head[:12]}")


def _folders(workspace: Workspace) -> Check:
    """Nothing is written through a link, so a folder of patui's that is one makes commands fail."""
    links = sorted(path for path in workspace.home.glob("*") if path.is_symlink())
    if not links:
        return Check("folders", True, f"patui's files lie in {workspace.home.name}/")
    says = f"{', '.join(workspace.shelf.relative(path) for path in links)}: patui writes through no symbolic link"
    return Check("folders", False, says)


def _has_database(workspace: Workspace) -> bool:
    return os.path.lexists(workspace.database_path)


def _database(workspace: Workspace) -> str:
    if not _has_database(workspace):
        return "none yet: the first command that keeps something makes it"
    size = sum(part.stat().st_size for part in workspace.database_path.parent.glob(f"{workspace.database_path.name}*"))
    version = workspace.store.row("SELECT sqlite_version() AS version")
    kept = (
        f"commands are kept {workspace.config.keep_executions_days} days, outputs {workspace.config.keep_outputs_days}"
    )
    return f"{workspace.store.path}, {size / 1e6:.1f} MB, SQLite {version['version'] if version else '?'}; {kept}"


def _engine(workspace: Workspace) -> str:
    return "running" if engine_runs(workspace) else "not running; the app starts one, or `patui --engine-only`"


def source_checks(workspace: Workspace) -> Iterator[Check]:
    """A line a source of telemetry: whether it is there, and when it last told something. None of them is a must."""
    try:
        found = sources(workspace)
    except PatuiError:
        return  # the database check has said so
    for source in found:
        yield Check(f"source: {source.name}", True, _source(source, workspace.clock()), ())


def _source(source: Source, now: float) -> str:
    there = {True: "installed", False: "not installed", None: ""}[source.is_installed]
    told = f"last told {_ago(now - source.last)}" if source.last else "has told nothing yet"
    return ", ".join(part for part in (there, told, source.hint) if part)


def _ago(seconds: float) -> str:
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def _suggestions(workspace: Workspace) -> str:
    if not _has_database(workspace):
        return "none yet"
    found = precision(workspace)
    if found.share is None:
        return f"{found.shown} shown, none answered yet"
    sure = "nothing is sure enough now" if found.threshold > 1 else f"from {found.threshold:.0%} confidence on"
    return f"{found.accepted} accepted of {found.shown} shown ({found.share:.0%}); {sure}"


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
        if not _has_database(workspace):
            return
        counts = settings.get(workspace.store, "skipped", {})
        named = file_table.skips(workspace.store, 1000)
    except PatuiError:
        return  # the database check has said so
    if counts:
        says = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items(), key=lambda pair: -pair[1]))
        paths: dict[str, list[str]] = {}
        for path, reason in named:
            paths.setdefault(reason, []).append(path)
        details = (f"{path}: {reason}" for reason, some in paths.items() for path in some[:_NAMED])
        yield Check("skipped", True, says, tuple(details))
