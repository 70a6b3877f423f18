"""Reading a text that a template does not render exactly: the values with which it comes close.

The template's logical lines (what lies between two line ends of its literals) are rendered with a preset's values and
aligned with the text's lines. Lines that agree are anchors; what lies between two anchors is read exactly if it can be
(`matching`), else line by line, else token by token. Work is bounded by the alignment's bounds and a step budget.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import LCSseq

from engine.errors import MissingValue
from engine.induction.align import align_pair
from engine.induction.matching import match_text
from engine.induction.paths import plain_tokens
from engine.induction.tokens import Alphabet, Line, lines_of, tokens_of
from engine.model import Literal, Node, Repeat, Slot, Switch, Template, Value
from engine.template import render, segments

_CHUNK_STEPS = 3_000
_LINE_STEPS = 400


@dataclass(slots=True)
class _Votes:
    """Every value read for every variable; the most frequent wins, the first of equals."""

    read: dict[str, list[Value]] = field(default_factory=dict)

    def add(self, values: Mapping[str, Value]) -> None:
        for name, value in values.items():
            self.read.setdefault(name, []).append(value)

    def result(self) -> dict[str, Value]:
        return {name: _favourite(values) for name, values in self.read.items()}


def _favourite(values: Sequence[Value]) -> Value:
    counts = Counter(repr(value) for value in values)
    return max(values, key=lambda value: counts[repr(value)])


@dataclass(slots=True)
class _Logical:
    """The nodes of one logical line, and the lines they render with the preset's values."""

    nodes: list[Node]
    lines: list[str]
    start: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.lines)

    def plain(self, bound: Mapping[str, Value]) -> bool:
        return all(isinstance(node, Literal) or (isinstance(node, Slot) and node.name in bound) for node in self.nodes)


def recover(
    template: Template,
    text: str,
    bound: Mapping[str, Value],
    preset: Mapping[str, Value],
    many_lines: Collection[str],
) -> dict[str, Value]:
    """Values for the variables that could be read; `preset` are complete values, `bound` those that are certain."""
    votes = _Votes()
    _read(template.nodes, lines_of(text), bound, preset, many_lines, votes)
    return votes.result()


def _read(
    nodes: Sequence[Node],
    lines: Sequence[str],
    bound: Mapping[str, Value],
    preset: Mapping[str, Value],
    many_lines: Collection[str],
    votes: _Votes,
) -> None:
    logical = logical_lines(nodes, preset)
    rendered = [line for one in logical for line in one.lines]
    alphabet = Alphabet()
    left = [alphabet.line(plain_tokens(line)) for line in rendered]
    right = [alphabet.line(plain_tokens(line)) for line in lines]
    partner = dict(align_pair([(line,) for line in left], right))
    reader = _Reader(logical, lines, left, right, partner, bound, preset, many_lines, votes)
    reader.read()


@dataclass(slots=True)
class _Reader:
    logical: Sequence[_Logical]
    lines: Sequence[str]
    left: Sequence[Line]
    right: Sequence[Line]
    partner: Mapping[int, int]
    bound: Mapping[str, Value]
    preset: Mapping[str, Value]
    many_lines: Collection[str]
    votes: _Votes

    def read(self) -> None:
        """Cut at anchors and read every chunk between them."""
        chunk: list[_Logical] = []
        start = 0
        for one in self.logical:
            if len(one.lines) == 1 and one.plain(self.bound):
                place = self.partner.get(one.start)
                if place is not None and self.lines[place] == one.lines[0]:
                    self._chunk(chunk, start, place)
                    chunk, start = [], place + 1
                    continue
            chunk.append(one)
        self._chunk(chunk, start, len(self.lines))

    def _chunk(self, chunk: Sequence[_Logical], start: int, end: int) -> None:
        if all(one.plain(self.bound) for one in chunk):
            return
        found = self._match([node for one in chunk for node in one.nodes], start, end, _CHUNK_STEPS)
        if found is not None:
            self.votes.add(found)
            return
        places = [[self.partner[k] for k in range(one.start, one.end) if k in self.partner] for one in chunk]
        ends = [end] * len(chunk)
        for index in range(len(chunk) - 2, -1, -1):
            ends[index] = min(places[index + 1], default=ends[index + 1])
        for one, own, stop in zip(chunk, places, ends, strict=True):
            # It has the lines between what the lines before and after it are aligned with to itself.
            if not one.plain(self.bound):
                self._one(one, start, max(start, stop))
            start = max(own) + 1 if own else start

    def _match(self, nodes: Sequence[Node], start: int, end: int, steps: int) -> dict[str, Value] | None:
        return match_text(nodes, "".join(self.lines[start:end]), self.bound, self.many_lines, steps)

    def _one(self, one: _Logical, start: int, end: int) -> None:
        """One logical line that has the lines `start:end` of the text to itself."""
        found = self._match(one.nodes, start, end, _CHUNK_STEPS)
        if found is not None:
            self.votes.add(found)
            return
        first = one.nodes[0]
        if len(one.nodes) == 1 and isinstance(first, Switch):
            self._switch(first, one, start, end)
        elif len(one.nodes) == 1 and isinstance(first, Repeat):
            self._repeat(first, start, end)
        else:
            places = [self.partner[k] for k in range(one.start, one.end) if k in self.partner]
            if not places:
                return
            found = self._match(one.nodes, places[0], places[-1] + 1, _LINE_STEPS)
            if found is None and len(one.lines) == 1:
                found = loosely(one.nodes, self.lines[places[0]], self.preset)
            if found:
                self.votes.add(found)

    def _switch(self, node: Switch, one: _Logical, start: int, end: int) -> None:
        """On when at least half of the body's words stand in the room it has, and no more of its alternative's."""
        agreed = self._agreed(node.body, start, end)
        on = agreed >= 0.5 and agreed >= self._agreed(node.otherwise, start, end)
        self.votes.add({node.name: on})
        read = node.body if on else node.otherwise
        if read:
            _read(read, self.lines[start:end], self.bound, self.preset, self.many_lines, self.votes)

    def _agreed(self, branch: Sequence[Node], start: int, end: int) -> float:
        """The share of a branch's words that stand in the lines `start:end`, 0..1."""
        alphabet = Alphabet()
        rendered = [line for part in logical_lines(branch, self.preset) for line in part.lines]
        left = [alphabet.line(plain_tokens(line)) for line in rendered]
        right = [alphabet.line(plain_tokens(line)) for line in self.lines[start:end]]
        pairs = align_pair([(line,) for line in left], right)
        weight = sum(line.weight for line in left)
        return sum(left[k].weight * _agreement(left[k], right[j]) for k, j in pairs) / weight if pairs else 0.0

    def _repeat(self, node: Repeat, start: int, end: int) -> None:
        """The longest run of lines in the room that reads as whole items."""
        for begin in range(start, min(end, start + 6)):
            for stop in range(end, max(begin, end - 6), -1):
                found = self._match([node], begin, stop, _LINE_STEPS)
                if found is not None and found.get(node.over):
                    self.votes.add(found)
                    return


def _agreement(one: Line, two: Line) -> float:
    if one.code == two.code:
        return 1.0
    return float(LCSseq.normalized_similarity(one.code, two.code))


def logical_lines(nodes: Sequence[Node], preset: Mapping[str, Value]) -> list[_Logical]:
    """The nodes cut behind each line end of their own literals; a switch or repeat of whole lines stands alone."""
    groups: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Literal):
            for line in lines_of(node.text):
                groups[-1].append(Literal(line))
                if line.endswith("\n"):
                    groups.append([])
        else:
            groups[-1].append(node)
            if not isinstance(node, Slot) and len(groups[-1]) == 1 and _whole_lines(node):
                groups.append([])
    logical = []
    at = 0
    for group in groups:
        if group:
            one = _Logical(group, lines_of(_render(group, preset)), at)
            logical.append(one)
            at = one.end
    return logical


def _whole_lines(node: Switch | Repeat) -> bool:
    last = node.body[-1] if node.body else None
    return isinstance(last, Literal) and last.text.endswith("\n")


def _render(nodes: Sequence[Node], preset: Mapping[str, Value]) -> str:
    return render(Template(tuple(nodes)), preset, lambda name: "")


def loosely(nodes: Sequence[Node], line: str, preset: Mapping[str, Value]) -> dict[str, Value]:
    """Slot values from aligning the literal tokens of a template line with a line of text.

    A slot takes what stands between the tokens next to it, where both were found.
    """
    try:
        parts = segments(Template(tuple(nodes)), preset)
    except MissingValue:
        return {}
    slots = {node.name: node for node in nodes if isinstance(node, Slot)}
    once = Counter(node.name for node in nodes if isinstance(node, Slot))
    alphabet = Alphabet()
    code: list[str] = []
    borders: list[tuple[str, int, int]] = []
    for part in parts:
        tokens = tokens_of(part.text)
        if part.variable:
            borders.append((part.variable, len(code), len(code) + len(tokens)))
        code += [alphabet.code(("slot", len(code) + k) if part.variable else token) for k, token in enumerate(tokens)]
    tokens = tokens_of(line)
    other = [alphabet.code(token) for token in tokens]
    place = {
        block.a + k: block.b + k
        for block in LCSseq.editops("".join(code), "".join(other)).as_matching_blocks()
        for k in range(block.size)
    }
    found: dict[str, Value] = {}
    for name, start, end in borders:
        node = slots.get(name)
        if node is None or node.filters or once[name] > 1:
            continue
        before = place.get(start - 1) if start else -1
        after = place.get(end) if end < len(code) else len(tokens)
        if before is not None and after is not None and before < after:
            found[name] = "".join(tokens[before + 1 : after])
    return found
