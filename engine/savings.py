"""What work by hand costs, and what a pattern leaves of it: the Keystroke-Level Model.

Source: Card, Moran, Newell, "The Keystroke-Level Model for User Performance Time with Interactive Systems", CACM 1980:
a keystroke K takes .28 s (an average non-secretary typist), a mental preparation M 1.35 s, a pointing P 1.10 s. A place
that is navigated to takes M + P. Everything here is in characters, places and seconds.

Text is compared in tokens: sub-words, numbers, runs of blanks, single other characters. One place is one run of
changes; runs with fewer than 3 equal characters between them count as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Postfix, Prefix

KEYSTROKE = 0.28
MENTAL = 1.35
POINTING = 1.10
PLACE = MENTAL + POINTING
JOINING_GAP = 3
SIBLINGS = 3

# Above so many pairs of tokens an alignment takes too long and more than 8 MB: lines are aligned first.
_MOST_PAIRS = 1 << 26
_MOST_TOKENS = 1 << 20

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
    chars = places = 0
    gap = JOINING_GAP
    for equal, typed in _changes(before, after):
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
    """Share of equal tokens in order, in 0..1; 1 exactly for equal texts."""
    if one == other:
        return 1.0
    before, after = tokens_of(one), tokens_of(other)
    if not _can_align(before, after):
        before, after = one.split("\n"), other.split("\n")
    return float(LCSseq.normalized_similarity(*_interned(before, after)))


def _changes(before: str, after: str) -> Iterator[tuple[int, int]]:
    """Runs in order: (equal characters, 0), or (0, characters typed) for a change."""
    start = before.rfind("\n", 0, Prefix.similarity(before, after)) + 1
    old, new = before[start:], after[start:]
    line = old.find("\n", len(old) - Postfix.similarity(old, new)) + 1
    end = len(old) - line if line else 0
    old_tokens, new_tokens = tokens_of(old[: len(old) - end]), tokens_of(new[: len(new) - end])
    if _can_align(old_tokens, new_tokens):
        yield from _aligned(old_tokens, new_tokens)
    else:
        yield from _changes_by_line(old[: len(old) - end], new[: len(new) - end])


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    for code in LCSseq.opcodes(*_interned(old, new)):
        length = sum(map(len, new[code.dest_start : code.dest_end]))
        yield (length, 0) if code.tag == "equal" else (0, length)


def _changes_by_line(before: str, after: str) -> Iterator[tuple[int, int]]:
    """The same for long texts: lines are aligned first, then the tokens of the lines that differ."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if not _can_align(old, new):
        yield 0, len(after)
        return
    for code in LCSseq.opcodes(*_interned(old, new)):
        was, now = old[code.src_start : code.src_end], new[code.dest_start : code.dest_end]
        if code.tag == "equal":
            yield sum(map(len, now)), 0
            continue
        one, other = tokens_of("".join(was)), tokens_of("".join(now))
        if _can_align(one, other):
            yield from _aligned(one, other)
        else:
            yield 0, sum(map(len, now))


def _can_align(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) * len(other) <= _MOST_PAIRS and len(one) + len(other) <= _MOST_TOKENS


def _interned(one: Iterable[str], other: Iterable[str]) -> tuple[str, str]:
    """Both sequences with one character per token: rapidfuzz compares strings several times faster than lists."""
    table: dict[str, int] = {}
    left = "".join([chr(table.setdefault(token, len(table))) for token in one])
    return left, "".join([chr(table.setdefault(token, len(table))) for token in other])
