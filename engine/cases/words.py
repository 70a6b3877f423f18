"""Splitting a name into its words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Splitting works on one class letter per character, so that a single expression serves every script: U upper or title
# case, L other letters and marks, s the letter s, D digits, - everything else, which separates.
_WORD = re.compile(
    r"""
      U{2,}s(?![LDs])   # URLs, a plural acronym
    | U+(?=U[Ls])       # HTTP before Server
    | U?[LDs]+          # Server2, server, 2fa
    | U+D*              # HTTP, HTTP2
    """,
    re.VERBOSE,
)


def _class(char: str) -> str:
    if char == "s":
        return "s"
    if char.isupper() or char.istitle():
        return "U"
    if char.isalpha() or char.islower():
        return "L"
    if char.isalnum():
        return "D"
    return "L" if unicodedata.category(char)[0] == "M" else "-"


_ASCII = str.maketrans({chr(code): _class(chr(code)) for code in range(128)})


@lru_cache(maxsize=1 << 16)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name, spelt as they stand: camel humps, acronyms and separators split it, digits stay with the
    letters before them. `HTTPServer2` has `HTTP`, `Server2`; `de_AT` has `de`, `AT`; punctuation is dropped."""
    classes = text.translate(_ASCII) if text.isascii() else "".join(map(_class, text))
    return tuple(text[match.start() : match.end()] for match in _WORD.finditer(classes))
