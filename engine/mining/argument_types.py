"""What kind of value a word of a command is, judged by its shape alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# In this order: the first that matches the whole word names its type.
_TYPES = (
    ("url", r"(?:[a-z][a-z0-9+.-]*://|git@[\w.-]+:)\S+"),
    ("version", r"[vV]?\d+\.\d+(?:\.\d+)*(?:[-+.]?(?:a|b|rc|alpha|beta|dev|post|pre)[-.]?\d*)*(?:[-+][\w.]+)?"),
    ("number", r"[-+]?\d+(?:[.,]\d+)?%?"),
    ("date", r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?Z?)?"),
    ("hash", r"(?:sha\d+:)?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}"),
    ("hash", r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    ("email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("host", r"(?:[\w-]+@)[\w.-]+|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|localhost:\d+"),
    ("string", r"(?s:.*\s.*)|"),
    ("branch", r"(?:feature|feat|fix|bugfix|hotfix|release|chore|docs|origin|user|topic|task|dev)s?/[\w./#-]+"),
    ("branch", r"main|master|develop"),
    ("path", r"[^\s=]*[/\\][^\s]*|~|\.{1,2}|[\w@%+*?{},-]*\.[A-Za-z]\w{0,9}|\*\S*|[\w-]+\*\S*"),
    ("word", r"\S+"),
)  # fmt: skip
_TYPE = re.compile("|".join(f"((?:{shape})$)" for _, shape in _TYPES))


@lru_cache(maxsize=1 << 14)
def type_of(word: str) -> str:
    """url version number date hash email host string branch path, or word when nothing tells."""
    found = _TYPE.match(word)
    return _TYPES[found.lastindex - 1][0] if found and found.lastindex else "string"


def common_type(words: Iterable[str]) -> str:
    """The type of a parameter from the values it took: what they agree on; a mix is a string or a word."""
    types = {type_of(word) for word in words}
    if len(types) == 1:
        return types.pop()
    for wide in ("string", "path", "branch"):
        if wide in types and types <= {wide, "word", "version", "number"}:
            return wide
    return "string" if "string" in types else "word"
