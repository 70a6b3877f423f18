"""A file as the newest commit has it."""

from __future__ import annotations

import os
from pathlib import Path

from engine.sources import gitcommand
from engine.sources.names import unescaped
from engine.sources.reading import decoded

_SIZE = 2_000_000
_SLOP = 86_400.0  # seconds by which a commit may be dated before what it holds


def newest_commit(root: Path) -> float:
    """When HEAD was committed, in seconds since the epoch; 0 where there is no commit."""
    said = gitcommand.answer(root, "log", "-1", "--format=%ct")
    word = (said or b"").strip()
    return float(word) if word.isdigit() else 0.0


def committed_since(root: Path, path: str, since: float) -> str | None:
    """The text of `path` in HEAD, when a commit at `since` or later touched it; else None."""
    name = os.fsdecode(unescaped(path))
    said = gitcommand.answer(root, "log", "-1", "--format=%ct", "--", name)
    word = (said or b"").strip()
    if not word.isdigit() or float(word) < int(since):
        return None
    content = gitcommand.answer(root, "show", f"HEAD:./{name}")
    if content is None or len(content) > _SIZE:
        return None
    text = decoded(content)
    return text if isinstance(text, str) else None


def was_removed(root: Path, path: str, since: float) -> bool:
    """Whether somebody removed `path`, which is not there: it is tracked all the same, a commit of this branch took it
    away after `since`, or no branch knows it. Else another branch is checked out, and it is there again with its own.
    """
    name = os.fsdecode(unescaped(path))
    tracked = gitcommand.answer(root, "ls-files", "--", name)
    if tracked is None or tracked.strip():  # no repository: what is not there was removed
        return True
    said = gitcommand.answer(root, "log", "-1", "--diff-filter=D", "--format=%ct", _after(since), "--", name)
    word = (said or b"").strip()
    if word.isdigit() and float(word) >= int(since):
        return True
    known = gitcommand.answer(root, "log", "-1", "--all", "--format=%H", _after(since - _SLOP), "--", name)
    return not (known or b"").strip()


def _after(since: float) -> str:
    """So that git walks the newest commits only, however long the history is."""
    return f"--since=@{int(since)} +0000"
