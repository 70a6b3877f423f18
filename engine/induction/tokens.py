"""Texts as lines of sub-word tokens, interned so that rapidfuzz compares strings of one character a token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Acronyms, camel humps and other words, digits, runs of blanks, and every other character by itself.
_TOKEN = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]|\d+|[ \t]+|.", re.DOTALL)

_SEPARATORS = frozenset("=:")
_KEY_MARKS = frozenset("-_.'\"")
_LONGEST_KEY = 9

_SURROGATES = range(0xD800, 0xE000)


def tokens_of(text: str) -> list[str]:
    """`text` cut into tokens; joined they are `text` again."""
    return _TOKEN.findall(text)


def lines_of(text: str) -> list[str]:
    """`text` cut behind each `\\n` (and nowhere else); joined they are `text` again."""
    lines = text.split("\n")
    whole = [line + "\n" for line in lines[:-1]]
    return [*whole, lines[-1]] if lines[-1] else whole


@dataclass(frozen=True, slots=True)
class PathForm:
    """An occurrence of a path variable's value in a text: which variable, and all filters that would give this text."""

    variable: int
    filters: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    form: PathForm | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `code` has one character per token, equal for tokens that may stand for each other."""

    code: str
    tokens: tuple[Token, ...]
    weight: float
    """How much it says: the number of word tokens and path words; blank lines and lone brackets weigh little."""
    key: str = ""
    """The code of what stands up to the first `=` or `:` (`Description=`), where that is a key; otherwise empty."""

    @property
    def text(self) -> str:
        return "".join(token.text for token in self.tokens)


@dataclass(slots=True)
class Alphabet:
    """Gives every distinct token key its own character, in order of first sight."""

    codes: dict[object, str] = field(default_factory=dict)

    def code(self, key: object) -> str:
        found = self.codes.get(key)
        if found is None:
            number = len(self.codes) + 1
            if number >= _SURROGATES.start:
                number += len(_SURROGATES)
            found = self.codes[key] = chr(number)
        return found

    def line(self, tokens: Iterable[Token]) -> Line:
        kept = tuple(tokens)
        code = "".join(self.code(_key(token)) for token in kept)
        words = sum(1 for token in kept if token.form or token.text[0].isalnum())
        return Line(code, kept, 0.2 + min(words, 12), code[: _key_length(kept)])


def _key_length(tokens: Sequence[Token]) -> int:
    """How many tokens the key takes with its `=` or `:`; 0 where the line starts with none."""
    words = False
    for index, token in enumerate(tokens[:_LONGEST_KEY]):
        if token.text in _SEPARATORS:
            return index + 1 if words else 0
        if token.form is not None or token.text[0].isalnum():
            words = True
        elif not (token.text in _KEY_MARKS or token.text.isspace()):
            return 0
    return 0


def _key(token: Token) -> object:
    if token.form is None:
        return token.text
    return (token.form.variable, shape_of(token.text))


def shape_of(text: str) -> str:
    """Whether a word is in capitals, starts with one, or neither: forms of one name that differ here never align."""
    if len(text) > 1 and text.upper() == text and text.lower() != text:
        return "U"
    return "C" if text[:1].isupper() else "l"
