"""Sketches: what mining remembers of a file. A few hundred bytes that say which lines it has, names and values removed.

A line counts by two keys. The strict one is the stripped line in lower case, without digits, `_` and `-`, with string
literals emptied and with the names that the path decides (file stem, the nearest directories) replaced by a mark; since
case and separators are gone, `FooBar`, `foo_bar`, `foo-bar` and `FOO_BAR` are one name. The loose one is the head of
the line, up to the first bracket, quote, `=` or `:`, so that `timeout: 30` and `timeout: none` still agree. In JSON the
keys of the objects take the place of both. Blank lines and lines of punctuation alone have no key, nor has a licence
at the head: in many workspaces every file begins with it.

Hashes are CRC-32: they are equal in every process and on every machine (Python's own are salted), and among the about
one million different lines of a large repository some hundred pairs collide, which changes no similarity visibly.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from engine.model import Example

MAX_CHARS = 65_536  # what follows in a longer file no longer changes which family it belongs to
MAX_KEYS = 1_024  # of a larger set the smallest hashes are kept: the same sample in every file
_UNLIMITED = 0xFFFFFFFF

_LOWER = bytes.maketrans(bytes(range(65, 91)), bytes(range(97, 123)))
_DROPPED = b"_-0123456789\r"
_STRING = re.compile(rb'"[^"\n]*"|\'[^\'\n]*\'')
_HEAD = re.compile(rb'^[ \t]*([^\n=:("\'\[{,#<>;]{2,})', re.MULTILINE)
_JSON_KEY = re.compile(rb'"([^"\n]{1,80})"\s*:')
_JSON_NAMES = (".json", ".webmanifest", ".geojson", ".ipynb")
_MARK = b"\x01"
_LICENCE = re.compile(rb"copyright|licen[cs]e")
_OPENING = re.compile(rb"(?:[ \t]*\n|(?:#!|<\?).*\n)*")  # blank lines, a shebang, an opening tag
_COMMENT = re.compile(
    rb"(?:[ \t]*(?:#|//|;|%|\.\.).*(?:\n|$))+"
    rb"|/\*(?:[^*]|\*(?!/))*\*/\n?"
    rb"|<![^>]*>\n?"
    rb'|"""(?:[^"]|"(?!""))*"""'
)
_HEADER_CHARS = 6_000
_WORD = re.compile(rb"[a-z\x01\x80-\xff]").search
_HEAD_SALT = 7
_HEADER = struct.Struct("<IIIdB H H H I")


@dataclass(frozen=True, slots=True)
class Sketch:
    """One file, abstracted. `keys` are sorted unsigned 32-bit hashes in native order.

    `lines` counts those that say something. `limit` is the largest hash that the sketch could hold: a key above it is
    unknown, not absent.
    """

    path: str
    size: int
    lines: int
    keys: bytes
    limit: int = _UNLIMITED
    created: float = 0.0
    author: str = ""
    by_agent: bool = False

    def key_set(self) -> set[int]:
        return set(memoryview(self.keys).cast("I"))

    def to_bytes(self) -> bytes:
        """Everything but nothing more, for a store; `from_bytes` is the inverse on the same machine."""
        path, author = (text.encode("utf-8", "surrogatepass") for text in (self.path, self.author))
        head = _HEADER.pack(
            self.size, self.lines, self.limit, self.created, self.by_agent, len(path), len(author), 0, len(self.keys)
        )
        return head + path + author + self.keys

    @staticmethod
    def from_bytes(blob: bytes) -> Sketch:
        """Raises ValueError when `blob` was cut or is something else."""
        try:
            size, lines, limit, created, by_agent, path, author, _, keys = _HEADER.unpack_from(blob)
        except struct.error as error:
            raise ValueError("not a sketch: too short") from error
        start = _HEADER.size
        if len(blob) != start + path + author + keys or keys % 4:
            raise ValueError("not a sketch: its parts do not add up")
        middle, end = start + path, start + path + author
        return Sketch(
            blob[start:middle].decode("utf-8", "surrogatepass"),
            size,
            lines,
            blob[end:],
            limit,
            created,
            blob[middle:end].decode("utf-8", "surrogatepass"),
            bool(by_agent),
        )


def sketch(path: str, text: str, *, created: float = 0.0, author: str = "", by_agent: bool = False) -> Sketch:
    """The sketch of one file; depends on nothing but the arguments."""
    plain = text[:MAX_CHARS].encode("utf-8", "surrogatepass").translate(_LOWER, _DROPPED)
    whole = plain.count(b"\n")
    plain = _without_licence(plain)
    licence = whole - plain.count(b"\n")
    for name in _own_names(path):
        plain = plain.replace(name, _MARK)
    keys: set[int] = set()
    lines = 0
    if path.endswith(_JSON_NAMES):
        found = _JSON_KEY.findall(plain)
        lines = len(found)
        keys = {crc32(key) for key in found}
    if not keys:
        stripped = [line for raw in _STRING.sub(b'"', plain).split(b"\n") if len(line := raw.strip()) > 2]
        says_something = {line for line in set(stripped) if _WORD(line)}
        lines = sum(line in says_something for line in stripped) + licence
        keys = {crc32(line) for line in says_something}
        heads = {head for found in set(_HEAD.findall(plain)) if len(head := found.rstrip()) > 2}
        keys.update(crc32(head, _HEAD_SALT) for head in heads if _WORD(head))
    ordered = sorted(keys)
    limit = _UNLIMITED
    if len(ordered) > MAX_KEYS:
        del ordered[MAX_KEYS:]
        limit = ordered[-1]
    packed = struct.pack(f"={len(ordered)}I", *ordered)
    return Sketch(path, len(text), lines, packed, limit, created, author, by_agent)


def _without_licence(plain: bytes) -> bytes:
    """`plain` without the comments at its head that name a licence or an owner: they say nothing about the kind."""
    head = plain[:_HEADER_CHARS]
    if not _LICENCE.search(head):
        return plain
    kept: list[bytes] = []
    at = 0
    while True:
        opening = _OPENING.match(head, at)
        start = opening.end() if opening else at
        comment = _COMMENT.match(head, start)
        if comment is None:
            return b"".join([*kept, plain[at:]])
        kept.append(head[at:start] if _LICENCE.search(comment[0]) else head[at : comment.end()])
        at = comment.end()


def sketch_example(example: Example) -> Sketch:
    return sketch(example.path, example.text, created=example.created, author=example.author, by_agent=example.by_agent)


def sketch_many(examples: Iterable[Example]) -> list[Sketch]:
    """The sketches of a batch, in order: a unit of work for a process pool (arguments and results pickle)."""
    return [sketch_example(example) for example in examples]


def _own_names(path: str) -> list[bytes]:
    """The names that `path` decides, as they look after the translation, longest first; short ones stay."""
    parts = path.split("/")
    stem = parts[-1].split(".")[0] or parts[-1]
    words = re.split(r"[_\-. ]+", stem)
    candidates = [stem, *parts[-4:-1]]
    if len(words) > 1:
        candidates += ["".join(words[1:]), "".join(words[:-1])]
    names = {
        name
        for candidate in candidates
        if len(name := candidate.encode("utf-8", "surrogatepass").translate(_LOWER, _DROPPED + b". ")) >= 3
    }
    return sorted(names, key=lambda name: (-len(name), name))
