"""What work by hand costs, and what a pattern leaves of it: the Keystroke-Level Model.

Source: Card, Moran, Newell, "The Keystroke-Level Model for User Performance Time with Interactive Systems", CACM 1980:
a keystroke K takes .28 s (an average non-secretary typist), a mental preparation M 1.35 s, a pointing P 1.10 s. A place
that is navigated to takes M + P. Everything here is in characters, places and seconds.

Text is compared in tokens: sub-words, numbers, runs of blanks, single other characters. One place is one run of
changes; runs with fewer than 3 equal characters between them count as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

KEYSTROKE = 0.28
MENTAL = 1.35
POINTING = 1.10
PLACE = MENTAL + POINTING
JOINING_GAP = 3
SIBLINGS = 3

# Above this many token pairs an alignment takes more than about 20 ms and 8 MB: lines are aligned first.
_MOST_PAIRS = 1 << 26

_TOKEN = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[0-9]+|[ \t]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cost:
    """Characters typed, places navigated to, and the seconds they take."""

    chars: int
    places: int

    @property
    def seconds(self) -> float:
        return KEYSTROKE * self.chars + PLACE * self.places


def tokens_of(text: str) -> list[str]:
    """The tokens in which text is compared; joined they are the text."""
    return _TOKEN.findall(text)


def edit_cost(before: str, after: str) -> Cost:
    """What turning one text into the other takes. Deleting costs the way to the place, not keystrokes."""
    if before == after:
        return Cost(0, 0)
    start, end = _common_lines(before, after)
    old, new = tokens_of(before[start : len(before) - end]), tokens_of(after[start : len(after) - end])
    chars = places = 0
    gap = JOINING_GAP
    for equal, typed in _changes(old, new):
        if equal:
            gap += equal
            continue
        chars += typed
        places += gap >= JOINING_GAP
        gap = 0
    return Cost(chars, places)


def typing_cost(text: str) -> Cost:
    """Typing everything into an empty file: all its characters, at one place."""
    return edit_cost("", text)


def copy_cost(candidates: Sequence[str], after: str) -> Cost:
    """The cheapest thing a developer would really do without a pattern: copy the most similar of the three newest
    siblings and edit it, or type everything where that is cheaper. `candidates` are in order of creation."""
    typing = typing_cost(after)
    newest = list(candidates[-SIBLINGS:])
    if not newest:
        return typing
    best = newest[0] if len(newest) == 1 else max(reversed(newest), key=lambda text: similarity(text, after))
    return min(edit_cost(best, after), typing, key=lambda cost: cost.seconds)


def pattern_cost(typed: Sequence[str], accepted: int, rendered: str, after: str) -> Cost:
    """What the pattern leaves to do: the values typed, one keystroke for each of the `accepted` values that were right
    already, and the edits that still turn the rendered text into the wanted one."""
    edits = edit_cost(rendered, after)
    return Cost(sum(map(len, typed)) + accepted + edits.chars, edits.places)


def limit_cost(training_texts: Iterable[str], path: str, after: str) -> Cost:
    """What no tool can save: each sub-word or number of the text that stands neither in the texts before it nor in its
    path is typed once, in whatever case; going to places costs nothing."""
    known = {token.lower() for text in (*training_texts, path) for token in tokens_of(text)}
    new = {token.lower() for token in tokens_of(after)} - known
    return Cost(sum(len(token) for token in new if not token.isspace()), 0)


def similarity(one: str, other: str) -> float:
    """Share of equal tokens in order, in 0..1; 1 only for equal texts."""
    if one == other:
        return 1.0
    table: dict[str, int] = {}
    left, right = _interned(tokens_of(one), table), _interned(tokens_of(other), table)
    if len(left) * len(right) > _MOST_PAIRS:
        left, right = _interned(one.split("\n"), table), _interned(other.split("\n"), table)
    return float(LCSseq.normalized_similarity(left, right))


def _interned(tokens: Iterable[str], table: dict[str, int]) -> str:
    """The tokens as one character each: rapidfuzz compares strings several times faster than lists."""
    return "".join([chr(table.setdefault(token, len(table))) for token in tokens])


def _common_lines(one: str, other: str) -> tuple[int, int]:
    """How many characters of equal lines the texts begin with, and end with."""
    return 0, 0


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Runs in order: (equal characters, 0), or (0, characters typed) for a change."""
    table: dict[str, int] = {}
    for code in LCSseq.opcodes(_interned(old, table), _interned(new, table)):
        length = sum(map(len, new[code.dest_start : code.dest_end]))
        yield (length, 0) if code.tag == "equal" else (0, length)
