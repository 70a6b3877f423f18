"""Induction: instances of a family in, one template with its variables out.

Paths first (they decide what costs nobody anything), then lines, then tokens; then variables are linked and named.
Every step keeps the law that each example is spelled exactly; it is verified at the end, and where it fails the file's
template falls back to a coarser one. Examples are put into an order of their own first: their order does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import MissingValue, TemplateError, TooDifferent
from engine.induction.align import align, joining_order
from engine.induction.alternatives import with_alternatives
from engine.induction.assemble import Assembly
from engine.induction.blocks import Region, column_pieces
from engine.induction.complete import path_values
from engine.induction.compositions import composed
from engine.induction.holes import one_hole, row_pieces
from engine.induction.linking import link
from engine.induction.naming import identifier
from engine.induction.paths import PathFamily, PathVariable, PathWords, path_family
from engine.induction.pieces import Piece, spell, walk
from engine.induction.terms import burden, find_terms
from engine.induction.tokens import Alphabet, Line, Token, lines_of, tokens_of
from engine.model import (
    Example,
    FileTemplate,
    Induction,
    Instance,
    Kind,
    Literal,
    Node,
    Repeat,
    Slot,
    Switch,
    Template,
    Values,
    Variable,
)
from engine.savings import KEYSTROKE, edit_cost, typing_cost
from engine.template import render

MOST_CHARS = 3_000_000
LEAST_LITERAL = 0.1  # a smaller share is worth a template only when the skeleton is still
LEAST_SKELETON = 120  # characters: some three lines around what a person has to write anyway
LEAST_COPIED = 0.16  # strangers save a tenth; from here on starting like the nearest is worth a draft by itself
_COMPARED = 6  # examples, each with so many neighbours by path on either side
_NEIGHBOURS = 6
_EOLS = ("\r\n", "\r")


def induce(
    instances: Sequence[Instance],
    *,
    kind: Kind = Kind.FILE,
    background: Mapping[str, int] | None = None,
    most_chars: int = MOST_CHARS,
) -> Induction:
    """The template of `instances` with the values of each; `values[i]` re-renders `instances[i]` byte for byte.

    `background` says how often a sub-word occurs in the rest of the workspace; no decision rests on it yet. Raises
    TooDifferent, with why, when the instances share too little to be one template, or are too large to be compared.
    """
    if not instances or not all(instance.files for instance in instances):
        raise TooDifferent("there is no example to learn from")
    size = sum(len(file.text) for instance in instances for file in instance.files)
    if size > most_chars:
        raise TooDifferent(f"the examples are too large to compare: {size:,} characters, at most {most_chars:,}")
    order = sorted(range(len(instances)), key=lambda index: _sort_key(instances[index]))
    ordered = [instances[index] for index in order]
    work = _Work(ordered, kind)
    parts = work.parts()
    if work.learn_terms(parts):
        again = work.parts()
        if burden([part.pieces for part in again]) <= burden([part.pieces for part in parts]):
            parts = again
    for part, pieces in zip(parts, composed([part.pieces for part in parts], work.known), strict=True):
        part.pieces = pieces
    induction = work.build([part.pieces for part in parts], parts)
    if not work.holds(induction, parts):
        for part in parts:
            part.pieces = work.coarse(part)
        induction = work.build([part.pieces for part in parts], parts)
        if not work.holds(induction, parts):
            raise TooDifferent("the examples cannot be written as one template exactly")
    share = literal_share(induction, instances)
    little = len(instances) > 1 and share < LEAST_LITERAL and skeleton(induction) < LEAST_SKELETON
    if little and _copied(ordered) < LEAST_COPIED:
        raise TooDifferent(f"the examples share only {share:.0%} of their text: a template would be one big hole")
    values = [induction.values[0]] * len(order)
    for place, index in enumerate(order):
        values[index] = induction.values[place]
    return replace(induction, values=tuple(values))


def _copied(instances: Sequence[Instance]) -> float:
    """The share of its typing that an example saves by starting from the nearest of the others: the mean of a few."""
    texts = ["".join(file.text for file in instance.files) for instance in instances]
    shares = []
    for index in range(0, len(texts), -(-len(texts) // _COMPARED)):
        near = [*texts[max(0, index - _NEIGHBOURS) : index], *texts[index + 1 : index + 1 + _NEIGHBOURS]]
        cheapest = min((edit_cost(other, texts[index]).seconds for other in near), default=math.inf)
        shares.append(1 - cheapest / max(typing_cost(texts[index]).seconds, KEYSTROKE))
    return sum(shares) / len(shares)


def _sort_key(instance: Instance) -> tuple[str, tuple[tuple[str, str], ...]]:
    return instance.path, tuple((file.path, file.text) for file in instance.files)


@dataclass(slots=True)
class _Part:
    """One file of the pattern: the example's files (None where an instance lacks it), and its path's pieces."""

    files: list[Example | None]
    path: list[Piece]
    eol: str
    lines: list[list[Line]]
    pieces: list[Piece]

    @property
    def members(self) -> list[int]:
        return [index for index, file in enumerate(self.files) if file is not None]


class _Work:
    """One induction over `instances`, which are in canonical order."""

    def __init__(self, instances: Sequence[Instance], kind: Kind) -> None:
        self.instances = instances
        self.count = len(instances)
        self.scaffold = kind is Kind.SCAFFOLD
        self.family = self._family()
        self.known: tuple[PathVariable, ...] = self.family.variables
        self.words = [PathWords([variable.values[index] for variable in self.known]) for index in range(self.count)]

    def learn_terms(self, parts: Sequence[_Part]) -> bool:
        """Take values that a first round found and that stand elsewhere too as words to look for, as the path's are."""
        texts = ["\n".join(line.text for part in parts for line in part.lines[index]) for index in range(self.count)]
        terms = find_terms([part.pieces for part in parts], self.family.variables, texts)
        self.known = (*self.family.variables, *terms)
        paths = len(self.family.variables)
        for index in range(self.count):

            def rare(variable: int, form: str, own: int = index) -> bool:
                values = self.known[variable].values
                return variable < paths or all(
                    values[k] == values[own] or form not in text for k, text in enumerate(texts)
                )

            self.words[index] = PathWords([variable.values[index] for variable in self.known], rare)
        return bool(terms)

    def _family(self) -> PathFamily:
        paths = [instance.path for instance in self.instances]
        family = path_family(paths, directory=self.scaffold)
        files = (FileTemplate(family.template, Template(())),)
        checked = []
        for variable in family.variables:
            probe = (Variable(variable.name, derivation=variable.derivation),)
            right = all(
                path_values(probe, files, path).get(variable.name) == value
                for path, value in zip(paths, variable.values, strict=True)
            )
            checked.append(variable if right else PathVariable(variable.name, "", variable.values))
        return PathFamily(family.template, tuple(checked))

    # ── examples to pieces ───────────────────────────────────────────────────────────────────────────────────────────

    def parts(self) -> list[_Part]:
        if not self.scaffold:
            files: list[Example | None] = [instance.files[0] for instance in self.instances]
            return [self._part(files, [])]
        groups: dict[tuple[object, ...], list[tuple[Example, Line] | None]] = {}
        alphabet = Alphabet()
        for index, instance in enumerate(self.instances):
            for file in instance.files:
                relative = file.path.removeprefix(instance.path.rstrip("/") + "/")
                line = alphabet.line(self.words[index].mark(relative))
                row = groups.setdefault((line.code,), [None] * self.count)
                if row[index] is None:
                    row[index] = (file, line)
                else:  # two files of one instance with one shape: the second is kept under its own name
                    plain = alphabet.line(Token(text) for text in tokens_of(relative))
                    groups.setdefault((relative,), [None] * self.count)[index] = (file, plain)
        parts = []
        for row in groups.values():
            rows = {index: entry[1] for index, entry in enumerate(row) if entry}
            path = row_pieces(rows, self.count)
            parts.append(self._part([entry[0] if entry else None for entry in row], path))
        return sorted(parts, key=lambda part: next(file.path for file in part.files if file))

    def _part(self, files: Sequence[Example | None], path: list[Piece]) -> _Part:
        texts = [file.text for file in files if file is not None]
        eol = _common_eol(texts)
        split = [lines_of(_plain(file.text, eol)) if file is not None else [] for file in files]
        part = _Part(list(files), path, eol, self._marked(split), [])
        part.pieces = self._pieces(part)
        if any(spell(part.pieces, index) != "".join(split[index]) for index in part.members):
            part.pieces = self.coarse(part)
        return part

    def _marked(self, texts: Sequence[Sequence[str]]) -> list[list[Line]]:
        """The lines as tokens, with the words marked that are known, except in a line that another example has too for
        which the word is another."""
        alphabet = Alphabet()
        owners: dict[str, set[int]] = {}
        for index, text in enumerate(texts):
            for line in text:
                owners.setdefault(line, set()).add(index)
        same = {
            shared: frozenset(
                number
                for number, variable in enumerate(self.known)
                if len({variable.values[index] for index in shared}) == 1
            )
            for shared in map(frozenset, owners.values())
        }
        return [
            [alphabet.line(self.words[index].mark(line, same[frozenset(owners[line])])) for line in text]
            for index, text in enumerate(texts)
        ]

    def _pieces(self, part: _Part) -> list[Piece]:
        members = part.members
        columns = align([part.lines[index] for index in members])
        for column in columns:
            spread = [-1] * self.count
            for place, index in enumerate(members):
                spread[index] = column.lines[place]
            column.lines = spread
        return with_alternatives(column_pieces(columns, Region(part.lines, members, self.count, Alphabet())))

    def coarse(self, part: _Part) -> list[Piece]:
        """The fallback that cannot fail: what all texts start and end with, and one hole between."""
        alphabet = Alphabet()
        rows = {
            index: alphabet.line(Token(token.text) for line in part.lines[index] for token in line.tokens)
            for index in part.members
        }
        return one_hole(rows, self.count)

    # ── pieces to a pattern ──────────────────────────────────────────────────────────────────────────────────────────

    def build(self, bodies: Sequence[Sequence[Piece]], parts: Sequence[_Part]) -> Induction:
        everything = [piece for body in bodies for piece in walk(body)]
        everything += [piece for part in parts for piece in walk(part.path)]
        links = link(everything, self.known)
        assembly = Assembly(links, self.count)
        typical = self.typical(parts)
        files = []
        for part, body in zip(parts, bodies, strict=True):
            template = assembly.template(body)
            path = self._path_template(assembly) if not self.scaffold else assembly.template(part.path)
            switch = ""
            if len(part.members) < self.count:
                present = tuple(file is not None for file in part.files)
                name = next(file.path for file in part.files if file).rsplit("/", 1)[-1]
                switch = assembly.switch(present, identifier("with_" + name.rsplit(".", 1)[0]))
            executable = all(file.executable for file in part.files if file is not None)
            files.append(FileTemplate(path, template, part.eol, switch, executable))
        values: tuple[Values, ...] = tuple(assembly.values(typical))
        return Induction(
            Kind.SCAFFOLD if self.scaffold else Kind.FILE,
            tuple(files),
            tuple(assembly.variables(typical, self.newest(typical))),
            values,
            0.0,
            self._suggested_name(),
        )

    def _path_template(self, assembly: Assembly) -> Template:
        """The path template with its variables under the names they got."""
        names = {
            variable.name: draft.name
            for variable, draft in zip(self.family.variables, assembly.links.drafts, strict=False)
        }
        return Template(
            tuple(
                Slot(names[node.name], node.filters) if isinstance(node, Slot) else node
                for node in self.family.template.nodes
            )
        )

    def typical(self, parts: Sequence[_Part]) -> list[int]:
        """The examples, the most typical first."""
        whole = [[line for part in parts for line in part.lines[index]] for index in range(self.count)]
        return joining_order(whole)

    def newest(self, typical: Sequence[int]) -> list[int]:
        """The examples, the newest first; of those made at one moment the most typical first."""
        return sorted(typical, key=lambda index: -self.instances[index].created)

    def holds(self, induction: Induction, parts: Sequence[_Part]) -> bool:
        """The law: every example's files, and their paths, are rendered exactly from its own values."""
        try:
            for file, part in zip(induction.files, parts, strict=True):
                for index in part.members:
                    example = part.files[index]
                    if example is None or not isinstance(file.body, Template):
                        return False
                    text = render(file.body, induction.values[index])
                    path = render(file.path, induction.values[index])
                    base = self.instances[index].path.rstrip("/") + "/" if self.scaffold else ""
                    if example.path.removeprefix(base) != path:
                        return False
                    if (text if file.eol == "\n" else text.replace("\n", file.eol)) != example.text:
                        return False
        except (MissingValue, TemplateError):
            return False
        return True

    def _suggested_name(self) -> str:
        literal = "".join(node.text if isinstance(node, Literal) else "/" for node in self.family.template.nodes)
        words = [word for word in literal.replace(".", "/").split("/") if word.strip("_-")]
        return identifier("_".join(words[-2:])).replace("_", "-") if words else "family"


def _common_eol(texts: Sequence[str]) -> str:
    """The line end that all of the texts use throughout, if it is not `\\n`; otherwise `\\n`, and others are text."""
    for eol in _EOLS:
        if any(eol in text for text in texts) and all(
            text.replace(eol, "").find("\n") < 0 and text.replace(eol, "").find("\r") < 0 for text in texts
        ):
            return eol
    return "\n"


def _plain(text: str, eol: str) -> str:
    return text if eol == "\n" else text.replace(eol, "\n")


def literal_share(induction: Induction, instances: Sequence[Instance]) -> float:
    """The characters that the template's literals and path slots give, over the mean size of an instance."""
    sizes = [sum(len(file.text) for file in instance.files) for instance in instances]
    mean = sum(sizes) / len(sizes)
    if not mean:
        return 1.0
    return min(1.0, skeleton(induction) / mean)


def skeleton(induction: Induction) -> int:
    """The characters that the template itself gives."""
    return sum(literal_chars(file.body.nodes) for file in induction.files if isinstance(file.body, Template))


def literal_chars(nodes: Sequence[Node]) -> int:
    total = 0
    for node in nodes:
        match node:
            case Literal(text):
                total += len(text)
            case Switch(_, body, otherwise):
                total += max(literal_chars(body), literal_chars(otherwise))
            case Repeat(_, _, body, _):
                total += literal_chars(body)
            case _:
                pass
    return total
