"""A repository's past: every file that a commit added, oldest first, as its author first wrote it.

One `git log --raw` names the additions, one `git cat-file --batch-check` tells their sizes and one
`git cat-file --batch` gives the contents of those that are small enough; no process per file, nothing on the network.

What counts as an addition: a regular file that a commit adds and that is not the new name of one it removes (`-M`).
A file that was renamed since is seen under its last name, with the text it was renamed with, and keeps its first
author and time: so a family survives the move of its directory. A path counts once, when it first appears; so a file
that two branches add, or that is removed and brought back, is one. Merges add nothing themselves: what a branch added
counts where the branch added it. Symbolic links and submodules are no files. Where the workspace is a subdirectory,
only its part is seen, and what was moved in counts as added.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from engine.model import Example
from engine.sources import gitcommand
from engine.sources.agents import made_by_agent
from engine.sources.authorship import WorkRules
from engine.sources.blobs import Blobs
from engine.sources.names import on_disk, shown, unescaped
from engine.sources.reading import decoded
from engine.sources.skips import Reason, Skips

BULK = 100  # files: a commit that adds so many at once is an import, not typing
_BATCH = 256  # blobs asked for at once: their names fit into any pipe

_FIELDS = ("%H", "%at", "%aN", "%aE", "%cN", "%cE", "%(trailers:key=Co-authored-by,valueonly,separator=%x02)")
_FORMAT = "%x01" + "%x00".join(_FIELDS)
_COMMIT = re.compile(r"[0-9a-f]{4,64}")
_FILE_MODES = {b"100644": False, b"100755": True}
_LINK, _GITLINK = b"120000", b"160000"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Added:
    """A file that `commit` added; `bulk` when it came with so many others that the commit counts once."""

    path: str
    blob: str
    commit: str
    created: float
    author: str
    by_agent: bool
    executable: bool
    bulk: bool


@dataclass(frozen=True, slots=True)
class Addition:
    """An added file with its text, and whether something still stands at its path."""

    example: Example
    commit: str
    bulk: bool
    exists: bool


def is_repository(root: Path) -> bool:
    return gitcommand.complaint(root) == ""


def head(root: Path) -> str:
    """The id of the commit that is checked out; empty when there is none (no repository, or no commit yet)."""
    return _line(gitcommand.answer(root, "rev-parse", "--quiet", "--verify", "HEAD^{commit}"))


def common_dir(root: Path) -> Path | None:
    """The directory that all worktrees of the repository share; None outside a repository."""
    found = gitcommand.answer(root, "rev-parse", "--git-common-dir")
    return None if found is None else Path(os.path.realpath(root / os.fsdecode(found.removesuffix(b"\n"))))


def commit_count(root: Path, after: str = "") -> int:
    """How many commits a walk of the history would see."""
    since = _range(root, after)
    return int(_line(gitcommand.answer(root, "rev-list", "--count", since)) or 0) if since else 0


def added_paths(root: Path, *, after: str = "", skips: Skips | None = None) -> Iterator[Added]:
    """Every addition without its content; one git process. `after` is a commit whose past is known already."""
    skips = Skips() if skips is None else skips
    found: dict[str, Added] = {}  # by the name that a file has so far; in the order of their first appearance
    for commit in _commits(root, after):
        for change in commit:
            if not isinstance(change, _Change):
                skips.add(*change)
                continue
            now = change.added
            if not change.was:
                found.setdefault(now.path, now)
            elif (first := found.pop(change.was, None)) is not None:  # else it was added before `after`, and is known
                found[now.path] = replace(first, path=now.path, blob=now.blob, executable=now.executable)
    yield from sorted(found.values(), key=lambda added: added.created)


def additions(
    root: Path,
    *,
    after: str = "",
    max_bytes: int,
    skips: Skips | None = None,
    rules: WorkRules | None = None,
) -> Iterator[Addition]:
    """Every addition with its text; what is no text, too large or by `rules` nobody's work is counted in `skips`.

    An `after` that the repository does not know (rewritten history) means everything.
    """
    skips = Skips() if skips is None else skips
    rules = WorkRules() if rules is None else rules
    with Blobs(root) as blobs:
        for batch in _batches(_wanted(added_paths(root, after=after, skips=skips), rules, skips), _BATCH):
            contents = blobs.read([added.blob for added in batch], max_bytes)
            for added, content in zip(batch, contents, strict=True):
                text = decoded(content) if isinstance(content, bytes) else content
                why = rules.of_text(added.path, text) if not isinstance(text, Reason) else text
                if why is not None or isinstance(text, Reason):
                    skips.add(why or Reason.UNREADABLE, added.path)
                    continue
                example = Example(
                    added.path, text, added.created, added.author, added.by_agent, executable=added.executable
                )
                exists = os.path.lexists(on_disk(root, unescaped(added.path)))
                yield Addition(example, added.commit, added.bulk, exists)


def _wanted(found: Iterable[Added], rules: WorkRules, skips: Skips) -> Iterator[Added]:
    for added in found:
        why = rules.of_path(added.path)
        if why is None:
            yield added
        else:
            skips.add(why, added.path)


@dataclass(frozen=True, slots=True)
class _Change:
    """An addition, or with `was` a renaming, of which `added` is what it would be if it were an addition."""

    added: Added
    was: str = ""


def _commits(root: Path, after: str) -> Iterator[list[_Change | tuple[Reason, str]]]:
    """The additions commit by commit: parents before children, and beyond that by author time."""
    since = _range(root, after)
    if not since:
        return
    boundary = _shallow(root)
    # A partial clone lacks the blobs that inexact renames are compared by: there only exact ones are seen.
    renames = "-M100%" if _is_partial(root) else "-M"
    below = ("--full-history", "--relative", "--", ".") if _prefix(root) else ()
    arguments = (
        *("log", "-z", "--raw", "--no-abbrev", renames, "--diff-filter=AR", "--reverse", "--author-date-order"),
        *("--no-merges", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--encoding=UTF-8"),
        *(f"--format={_FORMAT}", since, *below),
    )
    with gitcommand.streaming(root, *arguments) as process:
        if process.stdout is None:  # never: it was asked for
            return
        tokens = gitcommand.nul_separated(process.stdout)
        header: list[bytes] = []
        entries: list[tuple[bytes, bytes, bytes]] = []  # what git says of it, the name, the name before
        for token in tokens:
            if token.startswith(b"\x01"):
                if entries:
                    yield _additions_of(header, entries, boundary)
                header, entries = [token[1:], *islice(tokens, len(_FIELDS) - 1)], []
            elif token.lstrip(b"\n").startswith(b":"):
                said, name = token.lstrip(b"\n"), next(tokens, b"")
                renamed = said.rsplit(b" ", 1)[-1].startswith(b"R")
                entries.append((said, next(tokens, b""), name) if renamed else (said, name, b""))
        if entries:
            yield _additions_of(header, entries, boundary)
        if process.wait():  # a damaged clone: what came before stands, and a person should hear of the rest
            last = header[0].decode("utf-8", "replace")[:12] if header else ""
            yield [(Reason.HISTORY, f"after commit {last}" if last else "every commit")]


def _additions_of(
    header: list[bytes], entries: list[tuple[bytes, bytes, bytes]], boundary: frozenset[str]
) -> list[_Change | tuple[Reason, str]]:
    commit, time, *people = (value.decode("utf-8", "replace") for value in header)
    author, author_address, committer, committer_address, co_authors = people
    by_agent = made_by_agent((author, author_address), (committer, committer_address), co_authors.split("\x02"))
    bulk = sum(not was for _, _, was in entries) >= BULK or commit in boundary
    found: list[_Change | tuple[Reason, str]] = []
    for entry, name, was in entries:
        _, mode, _, blob, _ = entry.split(b" ")
        path = shown(name)
        if mode in _FILE_MODES:
            added = Added(path, blob.decode(), commit, float(time), author, by_agent, _FILE_MODES[mode], bulk)
            found.append(_Change(added, shown(was) if was else ""))
        elif mode == _LINK:
            found.append((Reason.SYMLINK, path))
        else:
            found.append((Reason.SUBMODULE if mode == _GITLINK else Reason.SPECIAL, path))
    return found


def _range(root: Path, after: str) -> str:
    """What to walk; empty when there is nothing."""
    if not head(root):
        return ""
    if _COMMIT.fullmatch(after) and gitcommand.answer(root, "cat-file", "-e", f"{after}^{{commit}}") is not None:
        return f"{after}..HEAD"
    return "HEAD"


def _prefix(root: Path) -> bool:
    """Whether `root` lies below the repository's top."""
    return bool(_line(gitcommand.answer(root, "rev-parse", "--show-prefix")))


def _shallow(root: Path) -> frozenset[str]:
    """The commits at which a shallow clone ends: they seem to add everything that was there before them."""
    directory = common_dir(root)
    try:
        return frozenset((directory / "shallow").read_text().split()) if directory is not None else frozenset()
    except OSError:
        return frozenset()


def _is_partial(root: Path) -> bool:
    found = gitcommand.answer(root, "config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$")
    return bool(found)


def _line(output: bytes | None) -> str:
    return "" if output is None else output.decode("utf-8", "replace").strip()


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
