"""Pieces become a template: variables get names, types, defaults and choices; every example gets its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.induction.linking import Draft, Links
from engine.induction.naming import hole_name, identifier, item_name, list_name, switch_name, unique
from engine.induction.pieces import Field, Hole, Loop, Option, PathRef, Piece, Text
from engine.model import Literal, Node, Record, Repeat, Slot, Switch, Template, Value, Variable, VariableType

_MOST_CHOICES = 6
_MOST_EXAMPLES = 5
_LONGEST_CHOICE = 60


@dataclass(slots=True)
class Assembly:
    """The state of naming and building one pattern; `drafts` in order of first use."""

    links: Links
    count: int
    taken: set[str] = field(default_factory=set)
    ordered: list[Draft] = field(default_factory=list)
    fields: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)  # draft -> (item, field names)
    before: str = ""
    above: str = ""
    section: str = ""
    avoid: frozenset[str] = frozenset()
    """The values that the path (and names linked to it) have in single examples: they name nothing for the others."""

    def __post_init__(self) -> None:
        told = [draft for draft in self.links.drafts if draft.path_variable >= 0 and len(set(draft.values)) > 1]
        self.avoid = frozenset(identifier(value) for draft in told for value in draft.values if isinstance(value, str))
        for draft in self.links.drafts:
            if draft.name:
                draft.name = unique(identifier(draft.name), self.taken)
                self.taken.add(draft.name)
                self.ordered.append(draft)

    # ── building ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def template(self, pieces: Sequence[Piece]) -> Template:
        self.before = self.above = self.section = ""
        return Template(self._nodes(pieces))

    def _nodes(self, pieces: Sequence[Piece]) -> tuple[Node, ...]:
        nodes: list[Node] = []
        for index, piece in enumerate(pieces):
            after = _text_behind(pieces, index)
            match piece:
                case Text(text):
                    nodes.append(Literal(text))
                    self._advance(text)
                case PathRef(variable, filters, texts):
                    draft = self.links.drafts[variable]
                    known = [text for text in texts if text is not None]
                    self._name(draft, hole_name(self.before, after, known, self.above, self.avoid))
                    nodes.append(Slot(draft.name, filters))
                    self._advance("\x00")
                case Hole(values):
                    draft, filters = self.links.holes[id(piece)]
                    known = [value for value in values if value is not None]
                    self._name(draft, hole_name(self.before, after, known, self.above, self.avoid))
                    nodes.append(Slot(draft.name, filters))
                    self._advance("\x00" + ("\n" if known[0].endswith("\n") else ""))
                case Option(_, body, otherwise):
                    draft, on = self.links.options[id(piece)]
                    named = draft.first or piece
                    self._name(draft, switch_name(_first_text(named.body), self.taken))
                    before, above = self.before, self.above
                    branches = []
                    for branch in (body, otherwise):
                        branches.append(self._nodes(branch))
                        self.before, self.above = before, above
                    nodes.append(Switch(draft.name, *(branches if on else reversed(branches))))
                case Loop():
                    nodes.append(self._loop(piece))
        return tuple(nodes)

    def _loop(self, loop: Loop) -> Repeat:
        draft = self.links.loops[id(loop)]
        body_text = "".join(part.text if isinstance(part, Text) else "\x00" for part in loop.body)
        self._name(draft, list_name(self.above, self.before, body_text))
        item = item_name(draft.name)
        while item in self.taken and id(draft) not in self.fields:
            item += "_item"
        if id(draft) not in self.fields:
            self.fields[id(draft)] = (item, _field_names(loop))
        item, names = self.fields[id(draft)]
        nodes: list[Node] = []
        for part in loop.body:
            if isinstance(part, Text):
                nodes.append(Literal(part.text))
            elif isinstance(part, PathRef):
                fixed = self.links.drafts[part.variable]
                self._name(fixed, hole_name(_before(loop.body, part), "", [text for text in part.texts if text]))
                nodes.append(Slot(fixed.name, part.filters))
            else:
                nodes.append(Slot(item if len(names) == 1 else f"{item}.{names[part.index]}"))
        self._advance(body_text)
        return Repeat(item, draft.name, tuple(nodes), loop.separator)

    def _advance(self, text: str) -> None:
        lines = (self.before + text).split("\n")
        for line in lines[:-1]:
            if line.strip("\x00 \t"):
                self.above = line
                if not line[0].isspace():
                    self.section = line
        self.before = lines[-1]

    def _name(self, draft: Draft, name: str) -> None:
        if draft.name:
            return
        hints = [hint for hint in (_last_key(self.section), _last_key(self.above)) if hint]
        draft.name = unique(name, self.taken, hints)
        self.taken.add(draft.name)
        self.ordered.append(draft)

    # ── variables and values ─────────────────────────────────────────────────────────────────────────────────────────

    def switch(self, present: tuple[bool | None, ...], name: str) -> str:
        """The name of a switch for a whole file."""
        draft = Draft(present)
        self._name(draft, name)
        return draft.name

    def values(self, typical: Sequence[int]) -> list[dict[str, Value]]:
        """The values of each example; where one does not have a variable, the most common one stands in."""
        return [
            {draft.name: self._value(draft, example, typical) for draft in self.ordered}
            for example in range(self.count)
        ]

    def _value(self, draft: Draft, example: int, typical: Sequence[int]) -> Value:
        raw = draft.values[example]
        if raw is None:
            known = [draft.values[other] for other in typical if draft.values[other] is not None]
            raw = _most_common(known) if known else ""
        return self._plain(draft, raw)

    def _plain(self, draft: Draft, raw: object) -> Value:
        if isinstance(raw, tuple):
            _, names = self.fields[id(draft)]
            if len(names) == 1:
                return [row[0] for row in raw]
            records: list[Record] = [dict(zip(names, row, strict=True)) for row in raw]
            return records
        return raw if isinstance(raw, bool) else str(raw)

    def variables(self, typical: Sequence[int], newest: Sequence[int]) -> list[Variable]:
        """The variables; examples are given twice, the most `typical` first and the `newest` first."""
        return [self._variable(draft, typical, newest) for draft in self.ordered]

    def _variable(self, draft: Draft, typical: Sequence[int], newest: Sequence[int]) -> Variable:
        known = [draft.values[example] for example in typical if draft.values[example] is not None]
        ranked = _ranked(known)
        examples = tuple(self._plain(draft, raw) for raw in ranked[:_MOST_EXAMPLES])
        first = known[0] if known else ""
        if isinstance(first, bool):
            return Variable(
                draft.name, VariableType.BOOLEAN, default=bool(ranked[0]) if ranked else False, required=False
            )
        if isinstance(first, tuple):
            kind = VariableType.LIST if len(self.fields[id(draft)][1]) == 1 else VariableType.RECORDS
            return Variable(draft.name, kind, default=[], required=False, examples=examples)
        texts = [str(raw) for raw in known]
        kind = VariableType.STRING
        if texts and all(text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") for text in texts):
            kind = VariableType.INTEGER
        if draft.path_variable >= 0:
            return Variable(draft.name, kind, draft.derivation, examples=examples)
        recurring = len(ranked) < len(known)
        choices = tuple(str(raw) for raw in ranked) if recurring and len(ranked) <= _MOST_CHOICES else ()
        if any(len(choice) > _LONGEST_CHOICE or "\n" in choice for choice in choices):
            choices = ()
        default: Value | None = None
        if ranked and texts.count(str(ranked[0])) * 2 > len(texts):
            default = str(ranked[0])
        elif choices:
            default = str(_newest_of_the_commonest(draft.values, newest))
        elif "" in texts:
            default = ""
        return Variable(
            draft.name,
            kind,
            draft.derivation,
            choices=choices,
            default=default,
            required=default is None,
            examples=examples,
        )


def _ranked(values: Sequence[object]) -> list[object]:
    """Distinct values, the most common first, ties in the order given."""
    counts = Counter(values)
    order = {value: index for index, value in reversed(list(enumerate(values)))}
    return sorted(counts, key=lambda value: (-counts[value], order[value]))


def _newest_of_the_commonest(values: Sequence[object], newest: Sequence[int]) -> object:
    return _ranked([values[example] for example in newest if values[example] is not None])[0]


def _most_common(values: Sequence[object]) -> object:
    return _ranked(values)[0]


def _text_behind(pieces: Sequence[Piece], index: int) -> str:
    if index + 1 < len(pieces):
        behind = pieces[index + 1]
        if isinstance(behind, Text):
            return behind.text.split("\n", 1)[0]
    return ""


def _first_text(pieces: Sequence[Piece]) -> str:
    return "".join(
        piece.text if isinstance(piece, Text) else "" if not isinstance(piece, PathRef) else piece.texts[0] or ""
        for piece in pieces
    )


def _before(body: Sequence[Text | Field | PathRef], part: PathRef) -> str:
    """The literal text before `part` on its line."""
    texts = [one.text if isinstance(one, Text) else "\x00" for one in body[: list(body).index(part)]]
    return "".join(texts).rsplit("\n", 1)[-1]


def _last_key(line: str) -> str:
    words = [
        word for word in line.replace("\x00", " ").replace(":", " ").replace("=", " ").split() if word[0].isalpha()
    ]
    hint = identifier(words[-1]) if words else ""
    return "" if hint.endswith("_value") else hint[:16].rpartition("_")[0] if len(hint) > 16 else hint


def _field_names(loop: Loop) -> tuple[str, ...]:
    names: list[str] = []
    before = ""
    for index, part in enumerate(loop.body):
        if isinstance(part, Text):
            before = (before + part.text).rsplit("\n", 1)[-1]
        elif isinstance(part, Field):
            after = loop.body[index + 1] if index + 1 < len(loop.body) else None
            values = [row[part.index] for rows in loop.rows if rows for row in rows]
            name = hole_name(before, after.text if isinstance(after, Text) else "", values)
            names.append(unique(name, names))
            before += "\x00"
    return tuple(names)
