"""Where aligned rows differ: literals, references to the path, and holes that cover whole units.

Rows are token sequences of the examples that have this place. Their longest common subsequence (found row by row) is
literal; the gaps are holes. Then holes are widened and merged so that none splits a number, version, identifier path or
phrase, because a person fills one value, not the fragments in which two values happen to differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from engine.induction.paths import simplest
from engine.induction.pieces import Hole, Option, PathRef, Piece, Text, merged
from engine.induction.tokens import Line, Token

# Between two holes these belong to what is filled in, as in `a.b.c`, `x-y`, `1, 2`, `two words`, `dir/file`.
_JOINT = re.compile(r"[\w.\-+/:@~^#%&*]{0,3}|,? (?:[a-z]{1,3} )?| ?[-/.+] ?")
_PROSE = re.compile(r" ?(?:[a-z]+ )*[a-z]* ?")
_HOST = re.compile(r"(?:://|@)[\w.-]*$")
_LABELS = re.compile(r"[\w-]*(?:\.[\w-]*)+")
_NUMBER_END = re.compile(r"(?:\d+[.]?)+$|\d[.]$")
_NUMBER_START = re.compile(r"^[.]?\d+(?:[.]\d+)*")
_WORD_END = re.compile(r"[^\W_]+$")
_WORD_START = re.compile(r"^[^\W_]+")
_LEAST_LITERAL = 0.3


@dataclass(slots=True)
class _Cell:
    """A stretch of the row: `kind` is literal, path or hole; `texts` by position among the rows."""

    kind: str
    texts: list[str]
    variable: int = -1
    filters: tuple[str, ...] = ()

    @property
    def literal(self) -> str:
        return self.texts[0]


def row_pieces(rows: Mapping[int, Line], count: int) -> list[Piece]:
    """The pieces of aligned `rows` (example -> its line or lines); `count` is the number of all examples."""
    members = sorted(rows)
    cells = tidy(_cells([rows[member] for member in members]))
    return merged([piece for cell in cells for piece in _piece(cell, members, count)])


def one_hole(rows: Mapping[int, Line], count: int) -> list[Piece]:
    """The pieces of `rows` with everything between their common start and end as one hole."""
    members = sorted(rows)
    cells = _collapse(_cells([rows[member] for member in members]))
    return merged([piece for cell in cells for piece in _piece(cell, members, count)])


def _piece(cell: _Cell, members: Sequence[int], count: int) -> list[Piece]:
    if cell.kind == "literal":
        return [Text(cell.literal)]
    spread: list[str | None] = [None] * count
    for member, text in zip(members, cell.texts, strict=True):
        spread[member] = text
    if cell.kind == "path":
        return [PathRef(cell.variable, cell.filters, tuple(spread))]
    filled = {text for text in cell.texts if text}
    if len(filled) == 1 and sum(1 for text in cell.texts if text) > 1 and "" in cell.texts:
        present: list[bool | None] = [None if text is None else bool(text) for text in spread]
        return [Option(tuple(present), (Text(filled.pop()),))]
    return [Hole(tuple(spread))]


# ── cells from common subsequences ───────────────────────────────────────────────────────────────────────────────────


def _cells(rows: Sequence[Line]) -> list[_Cell]:
    common = min(rows, key=lambda row: (len(row.code), row.code)).code
    for row in rows:
        if row.code != common:
            common = _common(common, row.code)
    positions = [_positions(common, row.code) for row in rows]
    cells: list[_Cell] = []
    starts = [0] * len(rows)
    for k in range(len(common) + 1):
        ends = [
            position[k] if k < len(common) else len(row.code) for position, row in zip(positions, rows, strict=True)
        ]
        gap = [_text(row.tokens[start:end]) for row, start, end in zip(rows, starts, ends, strict=True)]
        if any(gap):
            cells.append(_Cell("hole", gap))
        if k < len(common):
            cells.append(_anchor([row.tokens[end] for row, end in zip(rows, ends, strict=True)]))
            starts = [end + 1 for end in ends]
    return _joined(cells)


def _common(one: str, two: str) -> str:
    return "".join(one[block.a : block.a + block.size] for block in LCSseq.editops(one, two).as_matching_blocks())


def _positions(common: str, code: str) -> list[int]:
    """For each character of `common`, its place in `code`, which contains it as a subsequence."""
    blocks = LCSseq.editops(common, code).as_matching_blocks()
    return [block.b + k for block in blocks for k in range(block.size)]


def _text(tokens: Sequence[Token]) -> str:
    return "".join(token.text for token in tokens)


def _anchor(tokens: Sequence[Token]) -> _Cell:
    texts = [token.text for token in tokens]
    forms = [token.form for token in tokens if token.form is not None]
    if len(forms) == len(tokens):
        filters = forms[0].filters
        for form in forms:
            filters &= form.filters
        if filters:
            return _Cell("path", texts, forms[0].variable, simplest(filters))
    if len(set(texts)) == 1:
        return _Cell("literal", texts)
    return _Cell("hole", texts)


def _joined(cells: Sequence[_Cell]) -> list[_Cell]:
    """Neighbouring cells of one kind (paths excepted) as one."""
    result: list[_Cell] = []
    for cell in cells:
        if not any(cell.texts):
            continue
        if cell.kind == "hole" and len(set(cell.texts)) == 1:
            cell = _Cell("literal", cell.texts)
        if result and result[-1].kind == cell.kind != "path":
            result[-1] = _Cell(cell.kind, [one + two for one, two in zip(result[-1].texts, cell.texts, strict=True)])
        else:
            result.append(cell)
    return result


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def tidy(cells: list[_Cell]) -> list[_Cell]:
    """Holes widened to whole units and merged where only a joint stands between them."""
    cells = _merge_joints(cells)
    cells = _widen(cells)
    cells = _merge_joints(cells)
    holes = [cell for cell in cells if cell.kind == "hole"]
    if len(holes) > 1:
        known = sum(len(cell.literal.strip()) for cell in cells if cell.kind == "literal")
        known += sum(max(map(len, cell.texts)) for cell in cells if cell.kind == "path")
        free = sum(sum(map(len, cell.texts)) / len(cell.texts) for cell in holes)
        if known < _LEAST_LITERAL * (known + free):
            cells = _collapse(cells)
    return cells


def _collapse(cells: Sequence[_Cell]) -> list[_Cell]:
    holes = [index for index, cell in enumerate(cells) if cell.kind == "hole"]
    if not holes:
        return list(cells)
    first, last = holes[0], holes[-1]
    return _widen([*cells[:first], _sum(cells[first : last + 1]), *cells[last + 1 :]])


def _sum(cells: Sequence[_Cell]) -> _Cell:
    return _Cell("hole", ["".join(texts) for texts in zip(*(cell.texts for cell in cells), strict=True)])


def _merge_joints(cells: Sequence[_Cell]) -> list[_Cell]:
    result: list[_Cell] = []
    for cell in cells:
        if (
            cell.kind == "hole"
            and len(result) > 1
            and result[-2].kind == "hole"
            and result[-1].kind == "literal"
            and (
                _JOINT.fullmatch(result[-1].literal)
                or _is_prose(result[-2], result[-1].literal, cell)
                or _is_mark(result[-2], result[-1].literal, cell)
                or (len(result) > 2 and _is_host(result[-3], result[-1].literal))
            )
        ):
            result[-2:] = [_sum([*result[-2:], cell])]
        else:
            result.append(cell)
    return _joined(result)


def _is_prose(left: _Cell, between: str, right: _Cell) -> bool:
    """Whether two holes are parts of one sentence: words without punctuation between them, and blanks inside them."""
    return bool(_PROSE.fullmatch(between)) and any(" " in text.strip() for text in (*left.texts, *right.texts))


def _is_mark(left: _Cell, between: str, right: _Cell) -> bool:
    """Whether two holes are parts of one run of marks (`>=`, `==`): nobody fills in a mark without its neighbours."""
    if len(between) > 3 or any(character.isalnum() or character.isspace() for character in between):
        return False
    return any(not any(map(str.isalnum, "".join(cell.texts))) for cell in (left, right))


def _is_host(before: _Cell, between: str) -> bool:
    """Whether two holes are parts of one host's name, that of a URL or an address."""
    return bool(before.kind == "literal" and _HOST.search(before.literal) and _LABELS.fullmatch(between))


def _widen(cells: Sequence[_Cell]) -> list[_Cell]:
    result = list(cells)
    for index, cell in enumerate(result):
        if cell.kind != "hole":
            continue
        if index and result[index - 1].kind == "literal":
            left = result[index - 1]
            taken = _taken_left(left.literal, cell.texts)
            if taken:
                cut = len(left.literal) - taken
                cell = result[index] = _Cell("hole", [left.literal[cut:] + text for text in cell.texts])
                result[index - 1] = _Cell("literal", [left.literal[:cut]] * len(cell.texts))
        if index + 1 < len(result) and result[index + 1].kind == "literal":
            right = result[index + 1]
            taken = _taken_right(right.literal, cell.texts)
            if taken:
                result[index] = _Cell("hole", [text + right.literal[:taken] for text in cell.texts])
                result[index + 1] = _Cell("literal", [right.literal[taken:]] * len(cell.texts))
    return _joined(result)


def _taken_left(literal: str, values: Sequence[str]) -> int:
    """How many characters of the literal before a hole belong to the unit that the hole continues."""
    firsts = [value[0] for value in values if value]
    if any(first.isdigit() or first == "." for first in firsts) and (match := _NUMBER_END.search(literal)):
        return len(match[0])
    if any(first.isalnum() for first in firsts) and (match := _WORD_END.search(literal)) and len(match[0]) < 3:
        return len(match[0])
    return 0


def _taken_right(literal: str, values: Sequence[str]) -> int:
    lasts = [value[-1] for value in values if value]
    if any(last.isdigit() or last == "." for last in lasts) and (match := _NUMBER_START.search(literal)):
        return len(match[0])
    if any(last.isalnum() for last in lasts) and (match := _WORD_START.search(literal)) and len(match[0]) < 3:
        return len(match[0])
    return 0
