"""Aligning the lines of many texts: a table whose columns hold at most one line of each text, in order.

Progressive alignment: the text nearest to all others is the first profile, the others join nearest first. Two
sequences are anchored at lines that are unique in both (patience), and between anchors aligned by dynamic programming
over line similarity. Work is bounded: a gap of more than CELLS cells is aligned by equal lines only (rapidfuzz, C).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel, LCSseq

from engine.induction.tokens import Line

CELLS = 6_000
SIMILAR = 0.5
_REPRESENTATIVES = 3


@dataclass(slots=True)
class Column:
    """One column: the index of each text's line here, or -1."""

    lines: list[int]
    faces: list[Line] = field(default_factory=list)
    """The distinct lines in it, at most a few: what a further line is compared with."""


def align(texts: Sequence[Sequence[Line]]) -> list[Column]:
    """The alignment of `texts`, each a sequence of lines. Every line of every text is in exactly one column."""
    count = len(texts)
    order = joining_order(texts)
    first = order[0]
    columns = []
    for index, line in enumerate(texts[first]):
        column = Column([-1] * count, [line])
        column.lines[first] = index
        columns.append(column)
    for number in order[1:]:
        columns = _join(columns, texts[number], number, count)
    return columns


def joining_order(texts: Sequence[Sequence[Line]]) -> list[int]:
    """The medoid first, then by falling similarity to it."""
    codes: dict[str, int] = {}
    encoded = [[codes.setdefault(line.code, len(codes)) for line in text] for text in texts]
    if len(texts) < 3:
        return list(range(len(texts)))
    table = [[0.0] * len(texts) for _ in texts]
    for i, one in enumerate(encoded):
        for j in range(i):
            table[i][j] = table[j][i] = Indel.normalized_similarity(one, encoded[j])
    medoid = max(range(len(texts)), key=lambda i: (sum(table[i]), -i))
    rest = sorted((i for i in range(len(texts)) if i != medoid), key=lambda i: (-table[medoid][i], i))
    return [medoid, *rest]


def _join(columns: list[Column], text: Sequence[Line], number: int, count: int) -> list[Column]:
    pairs = align_pair([column.faces for column in columns], text)
    joined: list[Column] = []
    at = 0
    for left, right in [*pairs, (len(columns), len(text))]:
        while at < left:
            joined.append(columns[at])
            at += 1
        done = joined_lines(joined, number)
        for index in range(done, right):
            column = Column([-1] * count, [text[index]])
            column.lines[number] = index
            joined.append(column)
        if left < len(columns):
            column = columns[left]
            column.lines[number] = right
            if len(column.faces) < _REPRESENTATIVES and all(face.code != text[right].code for face in column.faces):
                column.faces.append(text[right])
            joined.append(column)
            at = left + 1
    return joined


def joined_lines(columns: Sequence[Column], number: int) -> int:
    """How many lines of text `number` stand in `columns` already (they come in order)."""
    for column in reversed(columns):
        if column.lines[number] >= 0:
            return column.lines[number] + 1
    return 0


def align_pair(faces: Sequence[Sequence[Line]], text: Sequence[Line]) -> list[tuple[int, int]]:
    """Rising pairs (column, line) that belong together; `faces` are the lines known for each column."""
    pairs: list[tuple[int, int]] = []
    last = (0, 0)
    for left, right in [*_anchors(faces, text), (len(faces), len(text))]:
        pairs += _align_gap(faces, text, last[0], left, last[1], right)
        if left < len(faces):
            pairs.append((left, right))
        last = (left + 1, right + 1)
    return pairs


def _anchors(faces: Sequence[Sequence[Line]], text: Sequence[Line]) -> list[tuple[int, int]]:
    """Lines with words that occur once in the text and in one column: the longest rising run of such pairs."""
    columns: Counter[str] = Counter()
    where: dict[str, int] = {}
    for index, column in enumerate(faces):
        for face in column:
            columns[face.code] += 1
            where[face.code] = index
    lines = Counter(line.code for line in text)
    pairs = [
        (where[line.code], index)
        for index, line in enumerate(text)
        if line.weight > 2 and lines[line.code] == 1 and columns[line.code] == 1
    ]
    return _rising(pairs)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence with rising first members (second members rise already): patience sorting, O(n log n)."""
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, (left, _) in enumerate(pairs):
        pile = bisect_left(tails, left)
        before.append(tops[pile - 1] if pile else -1)
        if pile == len(tails):
            tails.append(left)
            tops.append(index)
        else:
            tails[pile] = left
            tops[pile] = index
    chain = []
    at = tops[-1] if tops else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _align_gap(
    faces: Sequence[Sequence[Line]], text: Sequence[Line], left: int, left_end: int, right: int, right_end: int
) -> list[tuple[int, int]]:
    start: list[tuple[int, int]] = []
    while left < left_end and right < right_end and _equal(faces[left], text[right]):
        start.append((left, right))
        left, right = left + 1, right + 1
    end: list[tuple[int, int]] = []
    while left < left_end and right < right_end and _equal(faces[left_end - 1], text[right_end - 1]):
        left_end, right_end = left_end - 1, right_end - 1
        end.append((left_end, right_end))
    height, width = left_end - left, right_end - right
    if not height or not width:
        middle = []
    elif height * width > CELLS:
        middle = _equal_lines(faces, text, left, left_end, right, right_end)
    else:
        middle = _dynamic(faces, text, left, left_end, right, right_end)
    return [*start, *middle, *reversed(end)]


def _equal(column: Sequence[Line], line: Line) -> bool:
    return any(face.code == line.code for face in column)


def _equal_lines(
    faces: Sequence[Sequence[Line]], text: Sequence[Line], left: int, left_end: int, right: int, right_end: int
) -> list[tuple[int, int]]:
    one = [faces[index][0].code for index in range(left, left_end)]
    two = [line.code for line in text[right:right_end]]
    blocks = LCSseq.editops(one, two).as_matching_blocks()
    return [(left + block.a + k, right + block.b + k) for block in blocks for k in range(block.size)]


def _dynamic(
    faces: Sequence[Sequence[Line]], text: Sequence[Line], left: int, left_end: int, right: int, right_end: int
) -> list[tuple[int, int]]:
    """Needleman-Wunsch without gap cost: a pair of lines scores its weight times its similarity above SIMILAR."""
    width = right_end - right
    scores: list[list[float]] = [[0.0] * (width + 1)]
    gains: list[list[float]] = []
    for row in range(left, left_end):
        above = scores[-1]
        gain = [similarity_gain(faces[row], line) for line in text[right:right_end]]
        line_scores = [0.0]
        best = 0.0
        for k, value in enumerate(gain):
            best = max(best, above[k + 1])
            if value:
                best = max(best, above[k] + value)
            line_scores.append(best)
        scores.append(line_scores)
        gains.append(gain)
    pairs = []
    row, k = left_end - left, width
    while row and k:
        here = scores[row][k]
        if here == scores[row - 1][k]:
            row -= 1
        elif here == scores[row][k - 1]:
            k -= 1
        else:
            row, k = row - 1, k - 1
            pairs.append((left + row, right + k))
    return pairs[::-1]


def similarity_gain(column: Sequence[Line], line: Line) -> float:
    """What putting `line` into `column` is worth: 0 when no face is similar enough."""
    best = 0.0
    for face in column:
        if face.code == line.code:
            return line.weight
        if line.weight > 1 and face.weight > 1:
            near = Indel.normalized_similarity(face.code, line.code, score_cutoff=SIMILAR)
            if near or (line.key and face.key == line.key):
                best = max(best, (max(near, SIMILAR) - SIMILAR + 0.05) * min(face.weight, line.weight))
    return best
