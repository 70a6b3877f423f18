"""`ai_policies.yaml`: what must not be done, in a block of its own between two marks; every other byte stays as it was.

The file is other people's. The block goes below the key `forbidden_patterns`, or to the end with that key where there
is none; without anything to forbid the text is again what it was before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine import documents
from engine.errors import BrokenInput, InvalidDocument

FILE = "ai_policies.yaml"
KEY = "forbidden_patterns"
BLOCK = "policies"
"""The block of comments that `patui enable policies` puts in: while it stands, the entries are kept up to date."""
_STANDS = re.compile(rf"^# >>> patui {BLOCK} >>>\r?$", re.MULTILINE)
_BEGIN, _END = "# patui: begin", "# patui: end"
_BLOCK = re.compile(rf"^[ ]*{_BEGIN}(?P<how>[^\r\n]*)\r?\n.*?^[ ]*{_END}[^\r\n]*\r?\n", re.MULTILINE | re.DOTALL)
_KEY_LINE = re.compile(rf"^{KEY}:(?P<value>[^\r\n#]*)(?P<comment>#[^\r\n]*)?(?P<end>\r?\n|\Z)", re.MULTILINE)


def is_kept(text: str) -> bool:
    """Whether the file itself says that patui keeps its entries."""
    return _STANDS.search(text) is not None


def as_policies(text: str, forbidden: Sequence[Mapping[str, Any]], source: str) -> str:
    """`text` with exactly these entries of ours. Raises BrokenInput when there is no place for them."""
    plain = without_block(text)
    if not forbidden:
        return plain
    eol = "\r\n" if "\r\n" in plain else "\n"
    found = _KEY_LINE.search(plain)
    if found is None:
        if plain.strip() and not _is_mapping(plain):
            raise BrokenInput(f"{source}: is no list of keys and values")
        glue = "" if not plain or plain.endswith("\n") else eol
        how = " (a line end before it is ours)" if glue else ""
        lines = [f"{_BEGIN}{how}", f"{KEY}:", *_lines(forbidden, "  "), _END]
        return _checked(plain, plain + glue + "".join(f"{line}{eol}" for line in lines), forbidden, source)
    value = found["value"].strip()
    if value in ("", "[]", "~", "null"):
        indent = _indent_after(plain, found.end())
        head = plain[: found.start()]
        line = f"{KEY}:" + (f" {found['comment']}" if found["comment"] else "") + eol
        how = f" (was: {found[0].rstrip()})" if value else ""
        glue = " (a line end before it is ours)" if not found["end"] else ""
        if not value:
            line = found[0] if found["end"] else found[0] + eol
        block = "".join(
            f"{one}{eol}" for one in (f"{indent}{_BEGIN}{how}{glue}", *_lines(forbidden, indent), f"{indent}{_END}")
        )
        return _checked(plain, head + line + block + plain[found.end() :], forbidden, source)
    raise BrokenInput(f"{source}: {KEY} is no list with an entry a line")


def without_block(text: str) -> str:
    """`text` as it was before our block came in."""
    found = _BLOCK.search(text)
    if found is None:
        return text
    before, after = text[: found.start()], text[found.end() :]
    if was := re.search(rf" \(was: (?P<line>{KEY}:.*?)\)(?= \(a line end|$)", found["how"]):
        start = before.rfind(f"{KEY}:")
        eol = "\r\n" if before.endswith("\r\n") else "\n"
        before = before[:start] + was["line"] + eol
    if "a line end before it is ours" in found["how"]:
        before = before.removesuffix("\n").removesuffix("\r")
    return before + after


def _is_mapping(text: str) -> bool:
    """Whether the text starts keys at its margin, as far as a look at its lines tells."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "---", "%"))]
    return not lines or bool(re.match(r"[^\s\-\[{&*!|>].*:(\s|$)", lines[0]))


def _indent_after(text: str, start: int) -> str:
    """The indentation of the entries that are there."""
    found = re.match(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?P<indent>[ ]*)- ", text[start:])
    return found["indent"] if found else "  "


def _lines(forbidden: Sequence[Mapping[str, Any]], indent: str) -> list[str]:
    return [f"{indent}{line}" for line in documents.dump([dict(one) for one in forbidden]).rstrip("\n").split("\n")]


def _checked(before: str, after: str, forbidden: Sequence[Mapping[str, Any]], source: str) -> str:
    """`after`, once it reads as `before` with our entries; what uses more of YAML than we read is left alone."""
    try:
        was, now = documents.load(before, source) or {}, documents.load(after, source)
    except InvalidDocument as error:
        raise BrokenInput(f"{source}: {error}") from None
    theirs = was.get(KEY) or [] if isinstance(was, dict) else None
    ours = [dict(one) for one in forbidden]
    if not isinstance(theirs, list) or now != {**was, KEY: [*ours, *theirs]} or without_block(after) != before:
        raise BrokenInput(f"{source}: {KEY} cannot be added to as it is written")
    return after
