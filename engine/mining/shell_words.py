"""A command line in the words of its calls, as bash, zsh and fish would split it. Nothing is expanded or run.

`a && b; c` are three calls. A pipeline is one call whose words hold `|`, because its parts only work together;
redirections stay words too (`>`, `out.txt`). `$(…)`, backquotes and process substitutions stay text in their word. A
line that is no plain list of calls (a loop, an open quote) is one call of its blank-separated words: never an error.
"""

from __future__ import annotations

import re

LONGEST = 8192
"""Characters of a line that are looked at."""

# Whatever of this occurs needs the lexer; the other lines, most of them, are split at their blanks.
_SYNTAX = re.compile(r"[\\'\"`|&;<>()\n]|\$[({]|(?:^|\s)[#{}]")
# Lines with plain quotes and nothing else that is special are next in number; possessive, so never slow on the rest.
_QUOTED_ONLY = re.compile(r"""(?:[^\s'"\\|&;<>()`#{}]++|'[^']*+'|"[^"\\]*+"|[ \t]++)*+""")
_QUOTED_WORD = re.compile(r"""(?:[^\s'"]++|'[^']*+'|"[^"]*+")++""")
_QUOTES = re.compile(r"""'([^']*+)'|"([^"]*+)\"""")
_BLANK = re.compile(r"(?:[ \t\r]|\\\r?\n)+")
_JOINT = re.compile(r"&&|\|\||;;|\|&|[;|\n]|&(?!>)")
_REDIRECTION = re.compile(r"(?:\d{1,3}|&)?(?:<<<|<<-?|>>|>\||>&|<&|<>|>|<)(?!\()(?P<copy>(?:(?<=&)(?:\d+|-))?)")
_TEXT = re.compile(r"[^\s\\'\"`|&;<>()$]+")
_SINGLE = re.compile(r"'([^']*)'")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_BACKQUOTED = re.compile(r"`(?:[^`\\]|\\.)*`", re.DOTALL)
_BRACED = re.compile(r"\$\{[^}\n]*\}")
_IN_DOUBLE = re.compile(r'\\(["\\$`\n])')
_TOLD = re.compile(r"((\w+)[^\n]*)\n(?:.*\n)?end_of_\2\s*", re.DOTALL)
_STRUCTURE = frozenset(
    {"for", "while", "until", "if", "case", "select", "function", "do", "done", "then", "else", "elif", "fi", "esac"}
    | {"coproc", "switch", "begin", "end", "[[", "(("}
)
_JOINING = frozenset({"{", "}", "!", "and", "or", "not"})  # fish's and, or, not; groups of bash
PIPES = frozenset({"|", "|&"})


class _Open(Exception):
    """A quote or a bracket is not closed, or an operator stands where none can."""


def split_line(line: str) -> tuple[tuple[str, ...], ...]:
    """The calls of a line, each in its words with the quotes resolved; empty for blanks and comments."""
    line = line[:LONGEST]
    if "\nend_of_" in line and (told := _TOLD.fullmatch(line)):
        line = told[1]  # what an agent's editor was told is text, and no command
    if not _SYNTAX.search(line):
        words = tuple(line.split())
        return (words,) if words and words[0] not in _STRUCTURE else _whole(line)
    if _QUOTED_ONLY.fullmatch(line) and "$'" not in line:
        words = tuple(_unquoted(word) for word in _QUOTED_WORD.findall(line))
        return (words,) if words and words[0] not in _STRUCTURE and words[0] not in _JOINING else _whole(line)
    try:
        calls = _calls(line)
    except _Open:
        return _whole(line)
    return _whole(line) if any(call[0] in _STRUCTURE for call in calls) else calls


def _unquoted(word: str) -> str:
    return _QUOTES.sub(r"\1\2", word) if "'" in word or '"' in word else word


def _whole(line: str) -> tuple[tuple[str, ...], ...]:
    words = tuple(line.split())
    return (words,) if words else ()


def _calls(line: str) -> tuple[tuple[str, ...], ...]:
    calls: list[tuple[str, ...]] = []
    words: list[str] = []
    bodies: list[str] = []  # delimiters of the here-documents that begin after this line
    at, length = 0, len(line)
    wants_body = False
    while at < length:
        if blank := _BLANK.match(line, at):
            at = blank.end()
        elif line[at] == "#":
            at = _end_of_line(line, at)
        elif joint := _JOINT.match(line, at):
            at = joint.end()
            if joint[0] in PIPES and words:
                words.append("|")
                continue
            _finish(calls, words)
            if joint[0] == "\n" and bodies:
                at = _after_bodies(line, at, bodies)
        elif redirection := _REDIRECTION.match(line, at):
            words.append(redirection[0])
            at = redirection.end()
            wants_body = redirection[0].rstrip("-").endswith("<<") and not redirection[0].endswith("<<<")
        elif line[at] == ")" or (line[at] == "(" and not words):
            _finish(calls, words)
            at += 1
        else:
            word, end = _word(line, at)
            if end == at:  # a stray operator
                raise _Open
            at = end
            if wants_body:
                bodies.append(word)
                wants_body = False
            if words or word not in _JOINING:
                words.append(word)
    _finish(calls, words)
    return tuple(calls)


def _finish(calls: list[tuple[str, ...]], words: list[str]) -> None:
    if words:
        calls.append(tuple(words))
        words.clear()


def _word(line: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while at < len(line):
        char = line[at]
        if text := _TEXT.match(line, at):
            parts.append(text[0])
            at = text.end()
        elif char == "\\":
            if line[at + 1 : at + 2] != "\n":
                parts.append(line[at + 1 : at + 2])
            at += 2
        elif char in "'\"`" or line.startswith(("$'", "${"), at):
            text_of, at = _quoted(line, at)
            parts.append(text_of)
        elif line.startswith(("$(", "<(", ">("), at) or (char == "(" and parts):
            end = _closing(line, line.index("(", at))
            parts.append(line[at:end])
            at = end
        elif char == "$":
            parts.append(char)
            at += 1
        elif char == "(":  # fish's substitution, an argument by itself
            end = _closing(line, at)
            parts.append(line[at:end])
            at = end
        else:
            break
    return "".join(parts), at


def _quoted(line: str, at: int) -> tuple[str, int]:
    """The text of a quoted piece, and where it ends."""
    kinds = (("'", _SINGLE), ('"', _DOUBLE), ("$'", _ANSI), ("`", _BACKQUOTED), ("${", _BRACED))
    found = next(pattern for start, pattern in kinds if line.startswith(start, at)).match(line, at)
    if found is None:
        raise _Open
    if found.re is _DOUBLE:
        return _IN_DOUBLE.sub(lambda escape: escape[1].strip("\n"), found[1]), found.end()
    return (found[1] if found.re in (_SINGLE, _ANSI) else found[0]), found.end()


def _closing(line: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    while at < len(line):
        char = line[at]
        if char in "'\"`":
            at = _quoted(line, at)[1]
            continue
        depth += (char == "(") - (char == ")")
        at += 2 if char == "\\" else 1
        if depth == 0:
            return at
    raise _Open


def _end_of_line(line: str, at: int) -> int:
    end = line.find("\n", at)
    return len(line) if end < 0 else end


def _after_bodies(line: str, at: int, bodies: list[str]) -> int:
    """Behind the here-documents that begin at `at`; one that never ends takes the rest."""
    while bodies:
        delimiter = bodies.pop(0)
        while at < len(line):
            end = _end_of_line(line, at)
            body, at = line[at:end], end + 1
            if body.strip() == delimiter:
                break
    return min(at, len(line))
