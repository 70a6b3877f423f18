"""Where pattern files lie in a workspace's patterns folder, and those that ship with patui.

A broken file is a problem to tell, never a reason to stop: `drafts` and `approved` return what can be read and what
cannot side by side.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from pathlib import Path

from engine import documents, rooted
from engine.errors import BrokenInput, InvalidDocument, Problem, UnsafePath
from engine.library.pattern_file import parse_document
from engine.model import Kind, Pattern
from engine.regular_file import read_file

# Written by tools and editors beside the files; a pattern's own name never starts so.
_HIDDEN = (".", "~")
_SLUG_BYTES = 120


@dataclass(frozen=True, slots=True)
class Loaded:
    """Pattern files by their absolute path in order of their names, and what could not be read."""

    patterns: tuple[tuple[Path, Pattern], ...]
    problems: tuple[BrokenInput, ...]


class Shelf:
    """The pattern files below `home` (a workspace's `patterns` folder); `root` is the workspace.

    A file that did not change is parsed once; a Shelf may be used from several threads.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home.parent
        self._parsed: dict[Path, tuple[tuple[int, ...], Pattern | BrokenInput]] = {}

    def relative(self, path: Path) -> str:
        """`path` as the database keeps it: from the root, with `/` between parts."""
        return path.relative_to(self.root).as_posix()

    # ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def draft_path(self, alias: str, name: str) -> Path:
        """A free place for a draft: `drafts/{alias}-{name}.pattern.yaml`."""
        return _free(self.home / "drafts", f"{alias}-{slug(name)}", ".pattern.yaml")

    def approved_path(self, pattern: Pattern) -> Path:
        """A free place for an approved pattern, by its kind."""
        if pattern.kind in (Kind.FILE, Kind.SCAFFOLD):
            return _free(self.home / "templates", f"auto-{slug(pattern.name)}", ".template.yaml")
        if pattern.kind is Kind.RECOVERY:
            error = pattern.match.get("error_type")
            words = slug(error if isinstance(error, str) else pattern.name)
            return _free(self.home / "specs" / "self_heal", f"AUTO-{words}", ".yaml")
        return _free(self.home / "specs", pattern.pattern_id, ".pattern.yaml")

    def archive_path(self, path: Path) -> Path:
        """A free place for an approved pattern that nobody uses: as it lay, below `archive/`."""
        inside = path.relative_to(self.home) if path.is_relative_to(self.home) else Path(path.name)
        stem, dot, ending = path.name.partition(".")
        return _free(self.home / "archive" / inside.parent, stem, dot + ending)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def drafts(self) -> Loaded:
        """Proposed patterns."""
        return self._load_all((self.home / "drafts").glob("*.yaml"))

    def approved(self) -> Loaded:
        """Patterns where approved ones lie; whether this machine trusts them is `engine.trust`'s to say."""
        specs = self.home / "specs"
        places = ((self.home / "templates").glob("*.yaml"), specs.glob("*.yaml"), (specs / "self_heal").glob("*.yaml"))
        return self._load_all(chain(*places))

    def load(self, path: Path) -> Pattern:
        """The pattern at `path`. Raises BrokenInput when it is no readable file, InvalidDocument when no pattern."""
        found = self._parse(path)
        if isinstance(found, BrokenInput):
            raise found
        return found

    def catalogue(self) -> list[Pattern]:
        """The patterns that ship with patui, in order of their names."""
        return list(_catalogue())

    def _load_all(self, paths: Iterable[Path]) -> Loaded:
        patterns: list[tuple[Path, Pattern]] = []
        problems: list[BrokenInput] = []
        for path in sorted(path for path in paths if not path.name.startswith(_HIDDEN)):
            found = self._parse(path)
            if isinstance(found, BrokenInput):
                problems.append(found)
            else:
                patterns.append((path, found))
        return Loaded(tuple(patterns), tuple(problems))

    def _parse(self, path: Path) -> Pattern | BrokenInput:
        source = self.relative(path) if path.is_relative_to(self.root) else str(path)
        try:
            status = path.stat()
        except OSError as error:
            return BrokenInput(f"{source}: cannot be read: {error.strerror}")
        # The change time cannot be set back as the modification time can.
        mark = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        known = self._parsed.get(path)
        if known is None or known[0] != mark:
            try:
                known = (mark, parse_document(_text(path, source), source))
            except BrokenInput as error:
                known = (mark, error)
            self._parsed[path] = known
        return known[1]

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self, path: Path, text: str) -> None:
        """Write `text` to `path` below the root, whole or not at all, through no symbolic link.

        Missing folders are made. Raises UnsafePath for a link on the way or a path outside, BrokenInput when the disk
        refuses.
        """
        if not path.is_relative_to(self.root) or ".." in path.parts:
            raise UnsafePath(f"{path} is not in {self.root}")
        relative = self.relative(path)
        temporary = f".{path.name[:80]}.{os.getpid()}.new"
        try:
            with rooted.opened(self.root) as root, rooted.parent_of(root, relative, []) as (directory, name):
                try:
                    rooted.create(directory, temporary, text.encode(), durable=True)
                    os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
                except BaseException:
                    _discard(directory, temporary)
                    raise
        except OSError as error:
            raise BrokenInput(f"{relative} cannot be written: {error.strerror}") from error


def slug(name: str) -> str:
    """`name` as a part of a file name: letters, digits, dashes, at most 120 bytes."""
    words = re.sub(r"[^\w]+", "-", name).strip("-_").lower()
    return words.encode()[:_SLUG_BYTES].decode("utf-8", "ignore").strip("-") or "pattern"


def _free(directory: Path, stem: str, ending: str) -> Path:
    names = (f"{stem}{f'-{number}' if number > 1 else ''}{ending}" for number in count(1))
    return next(path for path in (directory / name for name in names) if not os.path.lexists(path))


def content_of(path: Path, source: str) -> bytes:
    """The bytes of a file of patui's, at most one more than a document may have; BrokenInput when it is no file."""
    return read_file(path, source, documents.MAX_BYTES + 1)


def text_of(content: bytes, source: str) -> str:
    """The text of a pattern file; InvalidDocument when it is none."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InvalidDocument(source, [Problem("", "is not UTF-8 text")]) from None


def _text(path: Path, source: str) -> str:
    return text_of(content_of(path, source), source)


def _discard(directory: int, name: str) -> None:
    with suppress(OSError):
        os.unlink(name, dir_fd=directory)


@cache
def _catalogue() -> tuple[Pattern, ...]:
    package = Path(__file__).parents[1]
    # In an installed package, or in a checkout.
    for folder in (package / "catalogue", package.parent / "patterns" / "catalogue"):
        if folder.is_dir():
            paths = sorted(chain(folder.rglob("*.pattern.yaml"), folder.rglob("*.template.yaml")))
            return tuple(sorted((parse_document(_text(path, path.name), path.name) for path in paths), key=_by_name))
    return ()


def _by_name(pattern: Pattern) -> str:
    return pattern.name
