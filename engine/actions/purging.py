"""`patui purge --match`: what was recorded and should not have been, out of the database, its log and the spool."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.actions.live import engine_runs
from engine.errors import RefusedError, UsageError
from engine.sources.spool import blot_out, lines_with, spool_files
from engine.store import purge as purge_table
from engine.store.driver import CHECKPOINTS_SAFELY
from engine.store.purge import Holds
from engine.workspace import Workspace

_MOST_FILE = 4_000_000


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows (by table) and lines of the spool hold the text, or were removed; and files that hold it, which
    are a person's to change: drafts, patterns, reports."""

    rows: dict[str, int]
    spool: int
    files: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.rows.values()) + self.spool


def holds(text: str, is_regex: bool = False) -> Holds:
    """What is looked for: a text, letter for letter, or a regular expression. UsageError when it is bad."""
    if not text:
        raise UsageError("an empty text would match everything: say what is to be removed")
    if not is_regex:
        return lambda value: text in value
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(f"{text!r} is no regular expression: {error}") from None
    if pattern.search(""):
        raise UsageError(f"{text!r} matches everything: say what is to be removed")
    return lambda value: pattern.search(value) is not None


def find(workspace: Workspace, match: Holds) -> Purged:
    """What would be removed, from this workspace's database, the user's own, and the spool of all shells."""
    rows: dict[str, int] = {}
    for one in _databases(workspace):
        _add(rows, purge_table.count(one.store, match))
    spool = sum(len(lines_with(path, match)) for path, _, _ in spool_files(workspace.spool))
    return Purged(rows, spool, tuple(_files(workspace, match)))


def purge(workspace: Workspace, match: Holds) -> Purged:
    """Removes it. What a shell still wrote meanwhile is taken along: the spool goes first."""
    for one in _databases(workspace):
        if not CHECKPOINTS_SAFELY and engine_runs(one):
            raise RefusedError("the engine keeps the database's log in use: close patui here, and purge again")
    spool = 0
    for path, _, _ in spool_files(workspace.spool):
        lines = lines_with(path, match)
        blot_out(path, lines)
        spool += len(lines)
    rows: dict[str, int] = {}
    for one in _databases(workspace):
        _add(rows, purge_table.remove(one.store, match))
    return Purged(rows, spool, tuple(_files(workspace, match)))


def _databases(workspace: Workspace) -> Iterator[Workspace]:
    if os.path.lexists(workspace.database_path):
        yield workspace
    with workspace.users_own() as own:
        if own.database_path != workspace.database_path and os.path.lexists(own.database_path):
            yield own


def _add(rows: dict[str, int], more: dict[str, int]) -> None:
    for table, number in more.items():
        rows[table] = rows.get(table, 0) + number


def _files(workspace: Workspace, match: Holds) -> Iterator[str]:
    """patui's own text files in the workspace that hold it."""
    for path in sorted(workspace.home.rglob("*")):
        if (
            path.suffix in (".yaml", ".yml", ".md")
            and not path.is_symlink()
            and path.is_file()
            and _in_file(path, match)
        ):
            yield workspace.shelf.relative(path)


def _in_file(path: Path, match: Holds) -> bool:
    try:
        with path.open("rb") as file:
            return match(file.read(_MOST_FILE).decode("utf-8", "replace"))
    except OSError:
        return False
