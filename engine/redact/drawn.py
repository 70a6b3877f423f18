"""Words that a machine drew: whatever issuer a credential is from, its long part is random, and commands hold few such
words that are harmless.

Digests are in hexadecimal, and names of files and branches are made of words: neither is taken for a credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.redact.secret import Secret

_WORD = re.compile(r"(?<![\w/.=%+-])(?:[\w-]*=)?(?P<q>[\"']?)(?P<word>[\w~.-]{20,500}={0,2})(?![\w/:+%])", re.ASCII)
_PIECE = re.compile(r"[A-Za-z0-9]+")
_RUNS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
HARMLESS = re.compile(r"sha\d+[-~]|AAAA[A-Z]|ssh-|[\d.,_-]+$", re.ASCII)
_SHORTEST = 16


def drawn_words(text: str) -> Iterator[Secret]:
    """The words of a command line of which a part of 16 or more letters and digits looks drawn."""
    for found in _WORD.finditer(text):
        word = found["word"]
        if not HARMLESS.match(word) and any(is_drawn(piece) for piece in _PIECE.findall(word)):
            yield Secret("token", *found.span("word"))


def is_drawn(piece: str) -> bool:
    """Whether letters and digits were drawn, and are neither words nor a digest.

    In drawn text of n characters the kind of character (small, capital, digit) changes about .6 n times where all three
    are used and .4 n times where two are; in words and versions far more rarely.
    """
    if len(piece) < _SHORTEST or _HEX.fullmatch(piece) or sum(map(str.isdigit, piece)) < 2:
        return False
    runs = _RUNS.findall(piece)
    kinds = len({_kind(run[0]) for run in runs})
    in_words = sum(len(run) for run in runs if len(run) >= 8 and not run.isdigit())
    letters = sum(map(str.isalpha, piece))
    share = 0.3 if kinds == 3 else 0.22
    return (
        len(runs) >= share * len(piece)
        and in_words <= 0.5 * len(piece)
        and letters >= len(piece) / 3
        and len(set(piece)) >= 9
    )


def _kind(char: str) -> int:
    return 0 if char.islower() else 1 if char.isupper() else 2
