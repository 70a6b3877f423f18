"""Which files of a work tree are there to be looked at: by git's answer, or outside of repositories by our own reading.

Names are bytes relative to the root, with `/`; a directory's ends in `/` where it is asked about.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from engine.sources import gitcommand
from engine.sources.authorship import TOOL_DIRECTORIES
from engine.sources.gitcommand import is_special
from engine.sources.gitignore import IgnoreFile
from engine.sources.names import on_disk, shown
from engine.sources.skips import Reason, Skips

_TOOLS = frozenset(name.encode() for name in TOOL_DIRECTORIES)
_RULES = 1 << 20  # bytes; a longer .gitignore is cut there


class Ignore(Protocol):
    """Answers by the rules as they stand on disk when it is asked."""

    def ignored(self, names: Sequence[bytes]) -> set[bytes]:
        """Those that are ignored, themselves or by a directory above them."""

    def files(self, skips: Skips) -> Iterator[bytes]:
        """Every file that is not ignored, links and special files included where the system lists them as files."""

    def directories(self) -> Iterator[bytes]:
        """Every directory that is not ignored, empty ones included; each ends in `/`, the root is `b""`."""


def ignore_rules(root: Path) -> Ignore:
    """Git's own rules where git takes `root` for a work tree, else the .gitignore files of the tree."""
    inside = gitcommand.answer(root, "rev-parse", "--is-inside-work-tree")
    return _GitIgnore(root) if inside == b"true\n" else _FileIgnore(root)


class _GitIgnore:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: _FileIgnore | None = None  # our own reading, once git was found to wait at rules that never end
        self._waits_at = ""

    def _stuck(self) -> bool:
        """Whether rules lie there that git would read for ever: a FIFO or a device. Git opens whatever has the name."""
        for path in gitcommand.rule_files(self._root):
            if is_special(path):
                self._own, self._waits_at = _FileIgnore(self._root), os.path.relpath(path, self._root)
        waiting = [b""]
        while waiting and self._own is None:
            directory = waiting.pop()
            for entry in entries(self._root, directory):
                if entry.name == ".gitignore" and _is_special(entry):
                    self._own = _FileIgnore(self._root)
                elif entry.is_dir(follow_symlinks=False) and os.fsencode(entry.name) not in _TOOLS:
                    waiting.append(directory + os.fsencode(entry.name) + b"/")
        return self._own is not None

    def ignored(self, names: Sequence[bytes]) -> set[bytes]:
        if self._own is not None:
            return self._own.ignored(names)
        tools = {name for name in names if _in_tool_directory(name)}
        return tools | self._ask([name for name in names if name not in tools])

    def _ask(self, names: Sequence[bytes]) -> set[bytes]:
        """Those that git ignores; tracked files never are."""
        if not names:
            return set()
        given = b"".join(b"./%s\0" % name for name in names)  # so that no name is taken for pathspec magic
        found = gitcommand.answer(
            self._root, "check-ignore", "-z", "--stdin", given=given, accept=(0, 1), stuck=self._stuck
        )
        if self._own is not None:
            return self._own.ignored(names)
        if found is not None:
            return {name.removeprefix(b"./") for name in found.split(b"\0")[:-1]}
        # One name in a submodule or behind a symbolic link and git answers nothing at all: those are not ours either.
        if len(names) == 1:
            return set(names)
        middle = len(names) // 2
        return self._ask(names[:middle]) | self._ask(names[middle:])

    def files(self, skips: Skips) -> Iterator[bytes]:
        arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        if self._own is not None:
            yield from self._own_files(skips)
            return
        last, seen_in, told = b"", set(), set()
        with gitcommand.streaming(self._root, *arguments, stuck=self._stuck) as process:
            for name in gitcommand.nul_separated(process.stdout) if process.stdout is not None else ():
                if name.endswith(b"/"):  # an untracked repository within this one
                    skips.add(Reason.SUBMODULE, shown(name[:-1]))
                elif name != last:  # a path in conflict is listed once a side
                    last = name
                    seen_in.add(name.rpartition(b"/")[0])
                    told.add(name)
                    yield name
        if self._own is not None:  # git was ended in the middle
            yield from (name for name in self._own_files(skips) if name not in told)
            return
        # Git passes over what is neither file, link nor directory; a person should hear of it.
        for directory in sorted(seen_in | {b""}):
            for entry in entries(self._root, directory):
                if _is_special(entry):
                    skips.add(Reason.SPECIAL, shown(_joined(directory, os.fsencode(entry.name))))

    def _own_files(self, skips: Skips) -> Iterator[bytes]:
        if self._waits_at:
            skips.add(Reason.SPECIAL, self._waits_at)
        return self._own.files(skips) if self._own is not None else iter(())

    def directories(self) -> Iterator[bytes]:
        arguments = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
        found = None if self._own is not None else gitcommand.answer(self._root, *arguments, stuck=self._stuck)
        if self._own is not None:
            yield from self._own.directories()
            return
        ignored = {name for name in (found or b"").split(b"\0") if name.endswith(b"/")}
        yield from _directories(self._root, lambda name: name in ignored)


class _FileIgnore:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[bytes, IgnoreFile | None] = {}

    def ignored(self, names: Sequence[bytes]) -> set[bytes]:
        self._files.clear()  # they may have been edited
        return {name for name in names if _in_tool_directory(name) or any(map(self._matches, _prefixes(name)))}

    def files(self, skips: Skips) -> Iterator[bytes]:
        self._files.clear()
        waiting = [b""]
        while waiting:
            directory = waiting.pop()
            below: list[bytes] = []
            try:
                found = sorted(_scan(self._root, directory), key=lambda entry: entry.name)
            except OSError:
                skips.add(Reason.UNREADABLE, shown(directory) or ".")
                continue
            for entry in found:
                name = _joined(directory, os.fsencode(entry.name))
                if entry.is_dir(follow_symlinks=False):
                    if os.fsencode(entry.name) not in _TOOLS and not self._matches(name + b"/"):
                        below.append(name)
                elif _is_special(entry):
                    skips.add(Reason.SPECIAL, shown(name))
                elif not self._matches(name):
                    yield name
            waiting.extend(reversed(below))

    def directories(self) -> Iterator[bytes]:
        self._files.clear()
        yield from _directories(self._root, self._matches)

    def _matches(self, name: bytes) -> bool:
        """Whether the nearest .gitignore with an opinion ignores this very name (not: a directory above it)."""
        directory = name.rstrip(b"/").rpartition(b"/")[0]
        while True:
            rules = self._rules_in(directory)
            verdict = rules.verdict(name[len(directory) + 1 :] if directory else name) if rules is not None else None
            if verdict is not None or not directory:
                return bool(verdict)
            directory = directory.rpartition(b"/")[0]

    def _rules_in(self, directory: bytes) -> IgnoreFile | None:
        if directory not in self._files:
            self._files[directory] = _read_rules(on_disk(self._root, _joined(directory, b".gitignore")))
        return self._files[directory]


def _read_rules(path: bytes) -> IgnoreFile | None:
    try:
        # Non-blocking and no link followed: a FIFO or a device may bear this name too.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return IgnoreFile(os.read(descriptor, _RULES))
    except OSError:
        return None
    finally:
        os.close(descriptor)


class _Test(Protocol):
    def __call__(self, name: bytes, /) -> bool: ...


def _directories(root: Path, ignored: _Test) -> Iterator[bytes]:
    waiting = [b""]
    while waiting:
        directory = waiting.pop()
        yield directory
        for entry in entries(root, directory):
            if entry.is_dir(follow_symlinks=False) and os.fsencode(entry.name) not in _TOOLS:
                name = directory + os.fsencode(entry.name) + b"/"
                if not ignored(name) and not is_nested_repository(root, name):
                    waiting.append(name)


def is_nested_repository(root: Path, directory: bytes) -> bool:
    """Whether a directory (`a/b/`) is a repository of its own: its files are not this workspace's."""
    return os.path.lexists(on_disk(root, directory + b".git"))


def _scan(root: Path, directory: bytes) -> list[os.DirEntry[str]]:
    with os.scandir(os.fsdecode(on_disk(root, directory))) as found:
        return list(found)


def entries(root: Path, directory: bytes) -> list[os.DirEntry[str]]:
    """What lies in a directory; nothing where it is gone or closed to us."""
    try:
        return _scan(root, directory)
    except OSError:
        return []


def _is_special(entry: os.DirEntry[str]) -> bool:
    return not (entry.is_symlink() or entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False))


def _joined(directory: bytes, name: bytes) -> bytes:
    return directory + b"/" + name if directory else name


def _in_tool_directory(name: bytes) -> bool:
    """Whether a directory on the way, or the named directory itself, is a tool's."""
    return not _TOOLS.isdisjoint(name.split(b"/")[:-1])


def _prefixes(name: bytes) -> Iterator[bytes]:
    """`a/b/c` as `a/`, `a/b/`, `a/b/c`."""
    start = name.find(b"/")
    while start != -1:
        yield name[: start + 1]
        start = name.find(b"/", start + 1)
    if not name.endswith(b"/"):
        yield name
