"""The work tree as it stands: every text file that is not ignored and may be a developer's work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import NotAWorkspace
from engine.model import Example
from engine.sources.authorship import WorkRules
from engine.sources.ignore import ignore_rules
from engine.sources.names import raw, shown, unescaped
from engine.sources.reading import Content, Reader, decoded
from engine.sources.skips import Reason, Skipped, Skips


def paths(root: Path, *, skips: Skips | None = None, rules: WorkRules | None = None) -> Iterator[str]:
    """The names alone, nothing opened."""
    for _, path in _candidates(root, Skips() if skips is None else skips, WorkRules() if rules is None else rules):
        yield path


def walk(
    root: Path, *, max_bytes: int, skips: Skips | None = None, rules: WorkRules | None = None
) -> Iterator[Example]:
    """Every file with its text; `created` is when it was last modified. Raises NotAWorkspace without a directory."""
    skips = Skips() if skips is None else skips
    rules = WorkRules() if rules is None else rules
    with _reader(root) as reader:
        for name, path in _candidates(root, skips, rules):
            example = _example(path, reader.read(name, max_bytes))
            why = example.reason if isinstance(example, Skipped) else rules.of_text(path, example.text)
            if why is not None:
                skips.add(Reason.SUBMODULE if why is Reason.DIRECTORY else why, path)
            elif isinstance(example, Example):
                yield example


def read_example(root: Path, path: str, max_bytes: int) -> Example | Skipped:
    """One file, whatever the rules say of it."""
    with _reader(root) as reader:
        try:
            content = reader.read(raw(path), max_bytes)
            if content is Reason.VANISHED and unescaped(path) != raw(path):
                content = reader.read(unescaped(path), max_bytes)
        except ValueError:
            return Skipped(path, Reason.UNREADABLE)
    return _example(path, content)


def _candidates(root: Path, skips: Skips, rules: WorkRules) -> Iterator[tuple[bytes, str]]:
    for name in ignore_rules(root).files(skips):
        path = shown(name)
        why = rules.of_path(path)
        if why is None:
            yield name, path
        else:
            skips.add(why, path)


def _example(path: str, content: Content | Reason) -> Example | Skipped:
    if isinstance(content, Reason):
        return Skipped(path, content)
    text = decoded(content.data)
    if isinstance(text, Reason):
        return Skipped(path, text)
    return Example(path, text, content.modified, executable=content.executable)


def _reader(root: Path) -> Reader:
    try:
        return Reader(root)
    except OSError as error:
        raise NotAWorkspace(f"{root} cannot be read: {error.strerror}") from error
