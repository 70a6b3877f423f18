"""One .gitignore file, read as gitignore(5) says, for trees where git itself cannot be asked.

A rule matches a name itself, never what lies below it: whoever walks a tree does not enter what is ignored. Names are
bytes, so `?` and `[…]` match one byte, as they do in git.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CLASSES = {
    b"alnum": rb"0-9A-Za-z",
    b"alpha": rb"A-Za-z",
    b"blank": rb" \t",
    b"digit": rb"0-9",
    b"lower": rb"a-z",
    b"space": rb"\s",
    b"upper": rb"A-Z",
    b"xdigit": rb"0-9A-Fa-f",
}
_TRAILING = re.compile(rb"(?<!\\) +$")
_PARTS = re.compile(
    rb"""(?P<across>/\*\*(?=/)) | (?P<below>/\*\*$) | (?P<slash>\\?/) | (?P<stars>\*+) | (?P<one>\?)
       | (?P<escaped>\\(?s:.)) | \[(?P<not>[!^]?)(?P<set>\]?(?:\[:\w+:\]|\\.|[^]\\])*)\] | (?P<other>(?s:.))""",
    re.VERBOSE,
)
_MEMBERS = re.compile(rb"\[:(?P<named>\w+):\] | \\(?P<escaped>.) | (?P<other>(?s:.))", re.VERBOSE)


@dataclass(frozen=True, slots=True)
class _Rule:
    expression: re.Pattern[bytes]
    ignores: bool
    directories_only: bool
    by_base_name: bool


class IgnoreFile:
    def __init__(self, content: bytes) -> None:
        self._rules = tuple(_rules(content))[::-1]

    def verdict(self, name: bytes) -> bool | None:
        """Whether `name` (relative to the file's directory; a directory's ends in `/`) is ignored; None: no opinion."""
        is_directory = name.endswith(b"/")
        path = name.rstrip(b"/")
        base = path.rpartition(b"/")[2]
        for rule in self._rules:  # the last one that matches counts
            if (is_directory or not rule.directories_only) and rule.expression.fullmatch(
                base if rule.by_base_name else path
            ):
                return rule.ignores
        return None


def _rules(content: bytes) -> Iterator[_Rule]:
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        pattern = _TRAILING.sub(b"", line.removesuffix(b"\r"))
        if not pattern or pattern.startswith(b"#"):
            continue
        ignores = not pattern.startswith(b"!")
        pattern = pattern if ignores else pattern[1:]
        directories_only = pattern.endswith(b"/")
        pattern = pattern.removesuffix(b"/")
        anchored = b"/" in pattern
        pattern = pattern.removeprefix(b"/")
        if not pattern:
            continue
        try:
            expression = re.compile(_translated(pattern), re.DOTALL)
        except re.error:  # a range that runs backwards: git matches nothing with it
            continue
        yield _Rule(expression, ignores, directories_only, by_base_name=not anchored)


def _translated(pattern: bytes) -> bytes:
    """The expression of a whole name. One component is matched without backtracking over more than its last star."""
    done = b""
    while pattern.startswith(b"**/"):
        done, pattern = b"(?:[^/]+/)*", pattern[3:]
    pieces = [b""]  # of this component, a star between two
    for match in _PARTS.finditer(pattern):
        if match["stars"]:
            pieces.append(b"")
        elif match["across"] or match["below"] or match["slash"]:
            separator = b"(?:/[^/]+)*" if match["across"] else b"/.+" if match["below"] else b"/"
            done, pieces = done + _component(pieces) + separator, [b""]
        else:
            pieces[-1] += _part(match)
    return done + _component(pieces)


def _component(pieces: list[bytes]) -> bytes:
    """A star takes as little as lets the next piece match, once and for all; only the last must reach the end."""
    first, *others = pieces
    if not others:
        return first
    return first + b"".join(b"(?>[^/]*?%s)" % piece for piece in others[:-1]) + b"[^/]*" + others[-1]


def _part(match: re.Match[bytes]) -> bytes:
    if match["one"]:
        return rb"[^/]"
    if match["escaped"]:
        return re.escape(match["escaped"][1:])
    if match["set"] is not None:
        members = b"".join(_member(member) for member in _MEMBERS.finditer(match["set"]))
        return b"(?!/)[" + (b"^" if match["not"] else b"") + members + b"]"
    # A bracket that is never closed matches nothing at all.
    return rb"(?!)" if match["other"] == b"[" else re.escape(match["other"])


def _member(match: re.Match[bytes]) -> bytes:
    if match["named"]:
        return _CLASSES.get(match["named"], b"")
    if match["escaped"]:
        return re.escape(match["escaped"])
    return b"-" if match["other"] == b"-" else re.escape(match["other"])
