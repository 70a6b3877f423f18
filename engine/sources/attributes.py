"""What .gitattributes declares about authorship: `linguist-generated` and `linguist-vendored`, as forges read them.

A pattern that names a directory means everything in it, which is what those who write one intend (git itself would
apply it to nothing). Of several declarations the deepest file's last one counts; `info/attributes` beats all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pathspec

from engine.sources import gitcommand
from engine.sources.names import shown
from engine.sources.reading import Content, Reader
from engine.sources.skips import Reason

Declared = Callable[[str], Mapping[Reason, bool]]
"""What is said of a path: whether it is GENERATED, whether it is VENDORED; nothing for what nobody speaks of."""

_FILE = ".gitattributes"
_LIMIT = 1 << 20  # bytes; a longer file declares nothing
_REASONS = {"linguist-generated": Reason.GENERATED, "linguist-vendored": Reason.VENDORED}
_LINE = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s#"]\S*))\s+(?P<attributes>.*)')
_ATTRIBUTE = re.compile(r"(?P<sign>[-!]?)(?P<name>linguist-(?:generated|vendored))(?:=(?P<value>\S+))?")


@dataclass(frozen=True, slots=True)
class _Rule:
    """`verdict` says whether the paths are what `reason` says; None takes back what an earlier rule said."""

    spec: pathspec.GitIgnoreSpec
    below: str  # the directory of the file, with a slash behind it, from the repository's top
    reason: Reason
    verdict: bool | None


def declared(root: Path) -> Declared | None:
    """What the repository (or a lone .gitattributes in `root`) says of a path of the workspace; None if nothing."""
    prefix = gitcommand.answer(root, "rev-parse", "--show-prefix")
    inside = shown((prefix or b"").rstrip(b"\n"))
    rules = list(_rules(root, inside, in_repository=prefix is not None))
    if not rules:
        return None
    rules.reverse()

    @lru_cache(maxsize=4096)  # asked by name, and again when the text is there
    def said(path: str) -> Mapping[Reason, bool]:
        return _said(rules, inside + path)

    return said


def _said(rules: list[_Rule], path: str) -> dict[Reason, bool]:
    said: dict[Reason, bool | None] = {}
    for rule in rules:
        if rule.reason not in said and path.startswith(rule.below) and rule.spec.match_file(path[len(rule.below) :]):
            said[rule.reason] = rule.verdict
            if len(said) == len(_REASONS):
                break
    return {reason: verdict for reason, verdict in said.items() if verdict is not None}


def _rules(root: Path, inside: str, *, in_repository: bool) -> Iterator[_Rule]:
    """Weakest first."""
    levels = inside.rstrip("/").split("/") if inside else []
    top = Path(root, *[".."] * len(levels))
    for depth in range(len(levels) + 1):
        below = "".join(f"{level}/" for level in levels[:depth])
        yield from _read(top, below + _FILE, below)
    if not in_repository:
        return
    found = gitcommand.answer(root, "ls-files", "-z", "--cached", "--", f"*/{_FILE}") or b""
    for name in sorted(found.split(b"\0")[:-1], key=lambda name: name.count(b"/")):
        below = inside + shown(name).removesuffix(_FILE)
        yield from _read(top, below + _FILE, below)
    common = gitcommand.answer(root, "rev-parse", "--git-path", "info/attributes")
    if common is not None:
        own = Path(root, os.fsdecode(common.removesuffix(b"\n")))
        if own.parent.is_dir():
            yield from _read(own.parent, own.name, "")


def _read(directory: Path, name: str, below: str) -> Iterator[_Rule]:
    try:
        with Reader(directory) as reader:
            content = reader.read(name.encode(), _LIMIT)
    except OSError:
        return
    if isinstance(content, Content):
        yield from parse(content.data.decode("utf-8", "replace"), below)


def parse(text: str, below: str = "") -> Iterator[_Rule]:
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or "linguist-" not in line:
            continue
        pattern = match["plain"] or re.sub(r"\\(.)", r"\1", match["quoted"] or "")
        if pattern.startswith("!"):  # git refuses these here
            continue
        try:
            spec = pathspec.GitIgnoreSpec.from_lines([pattern])
        except ValueError:
            continue
        for attribute in match["attributes"].split():
            meant = _ATTRIBUTE.fullmatch(attribute)
            if meant is not None:
                no = meant["sign"] == "-" or (meant["value"] or "").lower() == "false"
                verdict = None if meant["sign"] == "!" else not no
                yield _Rule(spec, below, _REASONS[meant["name"]], verdict)
