"""What work by hand costs, and what a pattern leaves of it: the Keystroke-Level Model.

Source: Card, Moran, Newell, "The Keystroke-Level Model for User Performance Time with Interactive Systems", CACM 1980:
a keystroke K takes .28 s (an average non-secretary typist), a mental preparation M 1.35 s, a pointing P 1.10 s. A place
that is navigated to takes M + P. Everything here is in characters, places and seconds.

Text is compared in tokens: sub-words, numbers, runs of blanks, single other characters. One place is one run of
changes; runs with fewer than 3 equal characters between them count as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, count, groupby

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
# The same texts are compared again while a draft is tried with one value after another, and most of their lines are
# the same in all of them.
_REMEMBERED_COSTS = 128
_REMEMBERED_LINES = 1 << 15

# Small letters (of every script) before capitals, for speed: `HTTPServer` is HTTP, Server.
_SMALL = r"[^\W\d_A-Z]"
_TOKEN = re.compile(rf"{_SMALL}+|[A-Z](?:{_SMALL}+|[A-Z]*(?!{_SMALL}))|[ \t]+|[0-9]+|.", re.DOTALL)


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


@lru_cache(_REMEMBERED_COSTS)
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
    newest = candidates[-SIBLINGS:]
    if not newest:
        return typing
    return min(edit_cost(_most_similar(newest, after), after), typing, key=lambda cost: cost.seconds)


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
    return _similarities([one], other)[0]


def _most_similar(candidates: Sequence[str], text: str) -> str:
    """The candidate that shares most tokens in order with the text; of equals the last."""
    shares = _similarities(candidates, text)
    return candidates[max(range(len(candidates)), key=lambda at: (shares[at], at))]


def _similarities(candidates: Sequence[str], text: str) -> list[float]:
    sequences = [tokens_of(one) for one in (*candidates, text)]
    if not all(_can_align(tokens, sequences[-1]) for tokens in sequences):
        sequences = [one.split("\n") for one in (*candidates, text)]
    *others, own = interned(*sequences)
    return [float(LCSseq.normalized_similarity(other, own)) for other in others]


def _changes(before: str, after: str) -> Iterator[tuple[int, int]]:
    """Runs in order: (equal characters, 0), or (0, characters typed) for a change."""
    start = before.rfind("\n", 0, Prefix.similarity(before, after)) + 1
    old, new = before[start:], after[start:]
    line = old.find("\n", len(old) - Postfix.similarity(old, new)) + 1
    end = len(old) - line if line else 0
    was, now = old[: len(old) - end], new[: len(new) - end]
    changes = _aligned(was, now)
    yield from _changes_by_line(was, now) if changes is None else changes


def _aligned(old: str, new: str) -> Iterator[tuple[int, int]] | None:
    """The runs between two texts, token by token; None where they are too long for that."""
    long = len(old) + len(new) > _MOST_TOKENS // 4
    if long and not _can_align(tokens_of(old), tokens_of(new)):
        return None
    letters = _Letters() if long else _letters()
    was, now = letters.spell(old), letters.spell(new)
    return _runs(was, now, letters.widths) if _can_align(was, now) else None


def _runs(old: str, new: str, widths: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    ends = [0, *accumulate(map(widths.__getitem__, new))]
    for code in LCSseq.opcodes(old, new):
        length = ends[code.dest_end] - ends[code.dest_start]
        yield (length, 0) if code.tag == "equal" else (0, length)


@dataclass(slots=True)
class _Letters:
    """A letter for each token, and how the lines met so far are spelled with them.

    Several threads may ask at once: a token's width is known before its letter is, and a letter is given once.
    """

    widths: dict[str, int] = field(default_factory=dict)
    _letter_of: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, str] = field(default_factory=dict)
    _next: Iterator[int] = field(default_factory=lambda: count(1))

    def are_many(self) -> bool:
        return len(self._lines) > _REMEMBERED_LINES or len(self.widths) > _REMEMBERED_LINES

    def spell(self, text: str) -> str:
        """One letter a token; no token spans lines, but for the line break that is one itself."""
        known = self._lines
        return self._line("\n").join([known.get(line) or self._line(line) for line in text.split("\n")])

    def _line(self, line: str) -> str:
        spelled = self._lines[line] = "".join(map(self._letter, tokens_of(line)))
        return spelled

    def _letter(self, token: str) -> str:
        found = self._letter_of.get(token)
        if found is None:
            letter = chr(next(self._next))
            self.widths[letter] = len(token)
            found = self._letter_of.setdefault(token, letter)
        return found


_remembered = [_Letters()]


def _letters() -> _Letters:
    """The letters in use, new ones when they have grown many; whoever has the old ones keeps them.

    There are more letters than a text has tokens, and some to spare, so several threads do not use them up.
    """
    if _remembered[0].are_many():
        _remembered[0] = _Letters()
    return _remembered[0]


def _changes_by_line(before: str, after: str) -> Iterator[tuple[int, int]]:
    """The same for long texts: lines are aligned first, then the tokens of the lines that differ."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if not _can_align(old, new):
        yield 0, len(after)
        return
    codes = LCSseq.opcodes(*interned(old, new))
    for equal, run in groupby(codes, key=lambda code: code.tag == "equal"):
        first, *others = run
        last = others[-1] if others else first
        was = "".join(old[first.src_start : last.src_end])
        now = "".join(new[first.dest_start : last.dest_end])
        if equal:
            yield len(now), 0
        else:
            changes = _aligned(was, now)
            yield from [(0, len(now))] if changes is None else changes


def _can_align(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) * len(other) <= _MOST_PAIRS and len(one) + len(other) <= _MOST_TOKENS


def interned(*sequences: Sequence[str]) -> list[str]:
    """The sequences with one character per token: rapidfuzz compares strings several times faster than lists."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    return ["".join(map(chr, map(numbers.__getitem__, tokens))) for tokens in sequences]
