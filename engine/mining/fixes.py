"""What made an error go away several times, as one fix whose words come from the error.

Occurrences of one signature are parted by what was done; what all of a part have in common, and chance does not
explain, is a fix. Its words are literals, pieces of the error (`engine.mining.bindings`), or a choice by such a piece
(`yaml` is installed as `pyyaml`). A word that nothing explains makes two fixes of it, or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from engine.mining.background import Background
from engine.mining.bindings import Atoms, atoms_of, bind_word, evaluate, fill, is_related, program_words, slots_of
from engine.mining.commands import command_of
from engine.mining.edit_rules import EditRule, apply_rule, learn_rules
from engine.mining.episodes import AGAIN, is_fallback
from engine.mining.sequences.history import SESSION_GAP
from engine.model import ErrorRecord, Step, StepKind

MOST_FIXES = 12  # of one signature
MOST_PASTS = 200
_CHOICE = "choice"
_ASKED = "asked"
_EDIT = "\0edit"  # in front of a rule: no program is called so, and one may well be called "edit"
Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """One occurrence of an error that went away, with what was done (nothing, where nobody knows)."""

    error: ErrorRecord
    steps: tuple[Step, ...]
    at: float
    session: str = ""
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class FixStep:
    """One step: the templates of its words (`{{ parameter1 }}`, `{{ choice1 }}`, `{{ asked1 }}`), or an edit's rule."""

    argv: tuple[str, ...] = ()
    cwd: str = ""
    edit: EditRule | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that was chosen by a piece of the error; what was never seen stands as the piece itself says."""

    name: str
    by: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do about errors of one signature.

    `only` are pieces of the error that must be so. `times` of `matching` occurrences it was this that helped, by people
    `people` times, in `sessions` sessions; `occurrences` are their numbers in what was learned from.
    """

    steps: tuple[FixStep, ...]
    choices: tuple[Choice, ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    times: int = 0
    matching: int = 0
    people: int = 0
    sessions: int = 0
    first: float = 0.0
    last: float = 0.0
    occurrences: tuple[int, ...] = ()

    @property
    def share(self) -> float:
        """Of the times it could have been the fix, how often it was."""
        return self.times / self.matching if self.matching else 0.0


# ── learning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def learn(pasts: Sequence[Past], usual: Background | None = None) -> list[Fix]:
    """The fixes of one signature, those that helped most often first. The order of `pasts` is of no matter."""
    pasts = sorted(pasts, key=lambda one: one.at)[-MOST_PASTS:]
    usual = usual or Background()
    shapes = [_shapes(past) for past in pasts]
    remaining = [number for number, found in enumerate(shapes) if found]
    length = sum(len(found) for found in shapes) / max(1, len(remaining))
    banned: set[Shape] = set()
    fixes: list[Fix] = []
    while remaining and len(fixes) < MOST_FIXES:
        counts = Counter(shape for number in remaining for shape in shapes[number] if shape not in banned)
        if not counts:
            break
        most = max(counts.values())
        shape = max((one for one, n in counts.items() if n == most), key=_telling)
        group = [number for number in remaining if shape in shapes[number]]
        found = _fixes_of(pasts, group, shapes, banned, usual, length)
        if not found:
            banned.add(shape)
            continue
        fixes += found
        used = {number for fix in found for number in fix.occurrences}
        left = [number for number in remaining if number not in used]
        if len(left) == len(remaining):
            banned.add(shape)
        remaining = left
    counted = [_counted(fix, pasts) for fix in fixes]
    return sorted(counted, key=lambda fix: (-fix.times, -fix.last))


def _fixes_of(
    pasts: Sequence[Past],
    group: Sequence[int],
    shapes: Sequence[Mapping[Shape, list[Step]]],
    banned: set[Shape],
    usual: Background,
    length: float,
) -> list[Fix]:
    """The fix of a group whose members have a step in common; several where only its words part it; or none."""
    common = [shape for shape in shapes[group[-1]] if shape not in banned and all(shape in shapes[n] for n in group)]
    last = [_tail(pasts[number]) for number in group]
    common = _distinct([shape for shape in common if any(shape in tail for tail in last)])
    steps: list[FixStep] = []
    choices: list[Choice] = []
    for shape in common:
        occurrences = [_chosen(shapes[number][shape], pasts[number].error) for number in group]
        made = _step_of(shape, occurrences, [pasts[number].error for number in group], len(choices))
        if made is None:
            if len(common) > 1 and shape[0] != _EDIT:
                parts = _by_words(group, occurrences)
                if len(parts) > 1:
                    return _parted(pasts, parts, shapes, banned, usual, length)
                continue
            parts = _by_words(group, occurrences)
            return _parted(pasts, parts, shapes, banned, usual, length) if len(parts) > 1 else []
        step, chosen = made
        is_literal = step.edit is None and not any(slots_of(word) for word in step.argv)
        if is_literal and usual.explains(step.argv, len(group), len(group), length):
            continue
        steps.append(step)
        choices += chosen
    if not steps:
        return []
    errors = [pasts[number].error for number in group]
    free = not any(slots_of(word) for step in steps for word in step.argv)
    free = free and all(step.edit is None or not step.edit.is_bound for step in steps)
    return [Fix(tuple(steps), tuple(choices), _only(errors) if free else (), occurrences=tuple(group))]


def _parted(
    pasts: Sequence[Past],
    parts: Sequence[Sequence[int]],
    shapes: Sequence[Mapping[Shape, list[Step]]],
    banned: set[Shape],
    usual: Background,
    length: float,
) -> list[Fix]:
    return [fix for part in parts for fix in _fixes_of(pasts, part, shapes, banned, usual, length)]


def _by_words(group: Sequence[int], occurrences: Sequence[Step]) -> list[list[int]]:
    """The members that did exactly the same, part by part."""
    parts: dict[tuple[str, ...], list[int]] = {}
    for number, step in zip(group, occurrences, strict=True):
        parts.setdefault((*step.argv, step.before, step.after), []).append(number)
    return list(parts.values())


@lru_cache(maxsize=4096)
def _shape_of(step: Step, error: ErrorRecord) -> Shape:
    """What is done: the skeleton of the call, with the error's own words in its options taken out (`-ti:8000`)."""
    program, *words = command_of(step.argv).skeleton
    pieces = sorted({text for text in atoms_of(error).values() if len(text) > 1}, key=len, reverse=True)
    return (program, *(_without(word, pieces) if word.startswith("-") else word for word in words))


def _without(word: str, pieces: Sequence[str]) -> str:
    found = next((piece for piece in pieces if piece in word[2:]), "")
    return word.replace(found, "‹›") if found else word


def _shapes(past: Past) -> dict[Shape, list[Step]]:
    """The steps of an occurrence by what is done, in order."""
    found: dict[Shape, list[Step]] = {}
    for step in past.steps:
        if step == AGAIN:
            continue
        names = [(_EDIT, *rule) for rule in learn_rules(step, past.error)] if step.kind is StepKind.EDIT else []
        for shape in names if step.kind is StepKind.EDIT else [_shape_of(step, past.error)]:
            found.setdefault(shape, []).append(step)
    return found


def _tail(past: Past) -> frozenset[Shape]:
    """What was done after the error was seen for the last time."""
    places = [at for at, step in enumerate(past.steps) if step == AGAIN]
    return frozenset(_shapes(replace(past, steps=past.steps[places[-1] + 1 if places else 0 :])))


def _distinct(shapes: Sequence[Shape]) -> list[Shape]:
    """Of the rules that explain one edit only the most telling one."""
    edits = [shape for shape in shapes if shape[0] == _EDIT]
    best = {max(edits, key=_telling)} if edits else set()
    return [shape for shape in shapes if shape[0] != _EDIT or shape in best]


def _telling(shape: Shape) -> tuple[int, int, Shape]:
    """Of rules that explain the same edits the one that says most by the error's own names; else what is longest."""
    return ("".join(shape).count("{{ ") if shape[0] == _EDIT else 0, len(shape), shape)


def _chosen(steps: Sequence[Step], error: ErrorRecord) -> Step:
    """Of several steps of one shape, the one that speaks of the error; else the last."""
    if len(steps) == 1:
        return steps[0]
    pieces = {text for text in atoms_of(error).values() if len(text) > 1}
    return max(enumerate(steps), key=lambda one: (sum(word in pieces for word in one[1].argv), one[0]))[1]


def _step_of(
    shape: Shape, occurrences: Sequence[Step], errors: Sequence[ErrorRecord], known: int
) -> tuple[FixStep, list[Choice]] | None:
    if shape[0] == _EDIT:
        return FixStep(edit=EditRule.of(shape[1:])), []
    lengths = Counter(len(step.argv) for step in occurrences)
    if len(lengths) > 1:
        return None
    atoms = [atoms_of(error) for error in errors]
    named = program_words(occurrences[0].argv)
    words: list[str] = []
    choices: list[Choice] = []
    for place in range(len(occurrences[0].argv)):
        column = [step.argv[place] for step in occurrences]
        found = bind_word(column, atoms, eager=place not in named)
        if found is not None:
            words.append(found.template)
            continue
        choice = _choice(column, atoms, f"{_CHOICE}{known + len(choices) + 1}")
        if choice is not None:
            choices.append(choice)
            words.append(f"{{{{ {choice.name} }}}}")
        elif all(word.isdigit() for word in column) and len(column) > 1:
            words.append(
                f"{{{{ {_ASKED}{place} }}}}"
            )  # the number of a process: new each time, and no name of anything
        else:
            return None
    cwds = {step.cwd for step in occurrences}
    return FixStep(tuple(words), cwds.pop() if len(cwds) == 1 else ""), choices


def _choice(words: Sequence[str], atoms: Sequence[Atoms], name: str) -> Choice | None:
    """The piece of the error by which a word was chosen, where most words are that piece or have to do with it."""
    for key in atoms[0]:
        values: dict[str, str] = {}
        near = 0
        for word, own in zip(words, atoms, strict=True):
            text = evaluate(key, own)
            if text is None or values.setdefault(text, word) != word:
                break
            near += text == word or is_related(word, text)
        else:
            exceptions = tuple((text, word) for text, word in values.items() if text != word)
            if 2 * near >= len(words) and len(values) > 1:
                return Choice(name, key, exceptions)
    return None


def _only(errors: Sequence[ErrorRecord]) -> tuple[tuple[str, str], ...]:
    """The names that were the same each time: what has always helped with one thing says nothing of another."""
    count = min(len(error.parameters) for error in errors)
    return tuple(
        (f"parameter{number + 1}", errors[0].parameters[number])
        for number in range(count)
        if len({error.parameters[number] for error in errors}) == 1 and len(errors[0].parameters[number]) <= 300
    )


def _counted(fix: Fix, pasts: Sequence[Past]) -> Fix:
    own = [pasts[number] for number in fix.occurrences]
    return replace(
        fix,
        times=len(own),
        matching=sum(matches(fix, past.error) for past in pasts),
        people=sum(not past.by_agent for past in own),
        sessions=sessions_of(own),
        first=min(past.at for past in own),
        last=max(past.at for past in own),
    )


def sessions_of(pasts: Iterable[Past]) -> int:
    """In how many sessions; where none is named, a rest of 30 minutes parts two."""
    pasts = sorted(pasts, key=lambda one: one.at)
    unnamed = [past.at for past in pasts if not past.session]
    rests = sum(later - earlier > SESSION_GAP for earlier, later in pairwise(unnamed))
    return len({past.session for past in pasts if past.session}) + (rests + 1 if unnamed else 0)


# ── using ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Offer:
    """A fix for one error: its steps in final words; `asked` are the names that a person has to fill in."""

    steps: tuple[Step, ...]
    asked: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = field(default=())


def matches(fix: Fix, error: ErrorRecord) -> bool:
    """Whether the error is one that the fix is for, by its names."""
    if not fix.only:
        return True
    atoms = atoms_of(error)
    return all(atoms.get(name) == text for name, text in fix.only)


def offer(fix: Fix, error: ErrorRecord, texts: Mapping[str, str] | None = None) -> Offer | None:
    """The fix in the error's own words; None when it is not for this error, or the error lacks a piece.

    `texts` are the present texts of files by path: an edit needs the text of the file that it edits.
    """
    if not matches(fix, error):
        return None
    atoms = dict(atoms_of(error))
    for choice in fix.choices:
        text = evaluate(choice.by, atoms)
        if text is None:
            return None
        atoms[choice.name] = dict(choice.values).get(text, text)
    steps: list[Step] = []
    asked: list[str] = []
    for step in fix.steps:
        if step.edit is not None:
            edited = apply_rule(step.edit, error, texts or {})
            if edited is None:
                return None
            steps.append(edited)
            continue
        words: list[str] = []
        for template in step.argv:
            names = [name for name in slots_of(template) if name.startswith(_ASKED)]
            asked += names
            word = fill(template, {**atoms, **{name: f"{{{{ {name} }}}}" for name in names}})
            if word is None or (not word and template):
                return None
            if word.startswith("-") and not template.startswith("-"):
                return None  # what an error says must not become an option
            words.append(word)
        steps.append(Step(StepKind.COMMAND, tuple(words), cwd=step.cwd))
    return Offer(tuple(steps), tuple(dict.fromkeys(asked)), tuple((c.name, atoms[c.name]) for c in fix.choices))


def is_sure(fix: Fix, signature: str, least_share: float = 0.5) -> bool:
    """Whether it may be offered: it helped twice or more, and most of the times it could have."""
    return fix.times >= (3 if is_fallback(signature) else 2) and fix.share >= least_share
