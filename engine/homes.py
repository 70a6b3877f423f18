"""Where patui's own files lie in a directory, and which directories it looks after.

A folder is ours by a mark in its `.gitignore`: what lies in `patterns/` without it is somebody else's, and stays so.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from engine.errors import BrokenInput, NotAWorkspace, UnsafePath
from engine.regular_file import read_file

_MARK = "# patui:"
_MOST_BYTES = 1_000_000  # bytes of a .gitignore that are read
_PRIVATE = f"{_MARK} nothing in here is shared until `patui init` or the first approval\n*\n"
_SHARED = f"{_MARK} approved patterns are shared; drafts, reports and figures stay on this machine\n"
_SHARED += "/drafts/\n/reports/\n/metrics/\n"


def find_home(root: Path) -> Path:
    """Where patui's own files lie below `root`: `patterns/`, or `.patui/` where `patterns/` is somebody else's."""
    hidden, plain = root / ".patui", root / "patterns"
    home = plain if _is_ours(plain) or not (os.path.lexists(plain) or hidden.is_dir()) else hidden
    if home.is_symlink():
        raise UnsafePath(f"{home.name}/ is a symlink; patui keeps its files inside the workspace: remove the link")
    return home


def nearest_workspace(start: Path | None = None) -> Path:
    """The directory to look after when none was named: the nearest with a home or a repository, else `start` (here).

    `NotAWorkspace` when the current directory is gone.
    """
    try:
        start = (start or Path.cwd()).absolute()
    except FileNotFoundError:
        raise NotAWorkspace("the current directory is gone: change to one that exists") from None
    return enclosing_workspace(start) or start


def enclosing_workspace(place: Path) -> Path | None:
    """The nearest directory from `place` upwards that has a home of ours or a repository."""
    return next((directory for directory in (place, *place.parents) if is_workspace(directory)), None)


def is_workspace(directory: Path) -> bool:
    """Whether patui looks after `directory` by itself: it has a home of ours, or a repository."""
    try:
        return (directory / ".git").exists() or _is_ours(directory / "patterns") or _is_ours(directory / ".patui")
    except OSError:  # a directory above that may not be entered
        return False


def make_marked(home: Path) -> None:
    """Makes `home` with its mark in it, both at once: without the mark it would be taken for somebody else's."""
    try:
        made = Path(tempfile.mkdtemp(prefix=".patui-", dir=home.parent))
        try:
            (made / ".gitignore").write_text(_PRIVATE, "utf-8")
            made.chmod(0o755)
            made.rename(home)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        if not _is_ours(home):  # else another process was faster
            raise BrokenInput(f"{home} cannot be made: {error.strerror}") from None


def ignored_text(home: Path, *, shared: bool) -> str | None:
    """What `.gitignore` of `home` must say from now on, or None when it says so already."""
    ignore = home / ".gitignore"
    before = read_file(ignore, str(ignore), _MOST_BYTES).decode("utf-8", "replace") if os.path.lexists(ignore) else ""
    if shared and _SHARED not in before:
        return before.replace(_PRIVATE, "") + _SHARED
    return before + _PRIVATE if _MARK not in before else None


def _is_ours(folder: Path) -> bool:
    ignore = folder / ".gitignore"
    try:
        linked = folder.is_symlink() or ignore.is_symlink()
        return not linked and _MARK.encode() in read_file(ignore, str(ignore), _MOST_BYTES)
    except BrokenInput:
        return False


def without_links(path: Path, top: Path) -> Path:
    """`path`; `UnsafePath` when it lies below `top` behind a symlink, which a repository could have planted."""
    if path.is_relative_to(top):
        for place in (path, *path.parents[: len(path.relative_to(top).parts) - 1]):
            if place.is_symlink():
                raise UnsafePath(f"{place} is a symlink; the database would lie outside the workspace: remove the link")
    return path
