"""An edit that made an error go away, as a rule: what stood there, what stands there now, both in the error's words.

A rule is a template before and one after, over the pieces of the error (`engine.mining.bindings`): `{{ parameter2 }}`
becomes `{{ parameter3 }}` on the error's line, or wherever it stands in the file. Other rules: the error's line goes,
an import is added, of a conflict one side is kept. What none of these says of an edit is not learned from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from engine.mining.bindings import atoms_of, bindings_of, fill
from engine.model import ErrorRecord, Step, StepKind

MOST_LINES = 12_000  # of a file that is compared
_MOST_HUNKS = 12
_MOST_TEXT = 2000  # characters of a hunk
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_START, _MIDDLE, _END = "<<<<<<<", "=======", ">>>>>>>"
_IMPORT = re.compile(r"\s*(?:import\s|from\s+\S+\s+import\s|#include\s|use\s+\w|(?:const|let|var)\s.*\brequire\()")
_SIDES = ("ours", "theirs", "both")
_EVERYWHERE, _HERE = "everywhere", "here"


@dataclass(frozen=True, slots=True)
class EditRule:
    """`kind` is replace, delete, insert or conflict; `where` says which place, or which side of a conflict."""

    kind: str
    where: str
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, parts: Sequence[str]) -> EditRule:
        return cls(*parts)

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.kind, self.where, self.before, self.after)

    @property
    def is_bound(self) -> bool:
        """Whether it speaks of the error's own names or place; else it is what once stood in one file."""
        return "{{ " in self.before + self.after or self.kind in ("conflict", "delete") or self.where == _HERE


# ── from two texts to steps ──────────────────────────────────────────────────────────────────────────────────────────


def edits_of(path: str, before: str, after: str) -> tuple[Step, ...]:
    """What was changed in a file, place by place; nothing when it was changed too much to say.

    `argv` of a step holds its line (from 1) and whether what it replaces stands nowhere in the file any more.
    """
    if before == after:
        return ()
    for side in _SIDES:
        if _START in before and (resolved := _resolve(before, side)) is not None and resolved == after:
            return (Step(StepKind.EDIT, ("1", side), path, before=_START, after=""),)
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > MOST_LINES:
        return ()
    steps: list[Step] = []
    for start, end, first, last in hunks(old, new):
        if end - start == last - first:
            pairs = [(start + n, old[start + n], new[first + n]) for n in range(end - start)]
        else:
            pairs = [(start, "".join(old[start:end]), "".join(new[first:last]))]
        for line, was, now in pairs:
            if was != now and len(was) + len(now) <= _MOST_TEXT:
                gone = _HERE
                if was.strip() and now.strip():
                    run = _changed_run(was, now)[0]
                    gone = _EVERYWHERE if run.strip() and not _finder(run).search(after) else _HERE
                steps.append(Step(StepKind.EDIT, (str(line + 1), gone), path, before=was, after=now))
    return tuple(steps) if len(steps) <= _MOST_HUNKS else ()


def hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The runs of lines that differ: from and to in the old and in the new text."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    joined: list[int] = []
    for code in LCSseq.opcodes(a, b):
        start, end, first, last = code.src_start, code.src_end, code.dest_start, code.dest_end
        if code.tag == "equal":
            if joined:
                yield joined[0] + head, joined[1] + head, joined[2] + head, joined[3] + head
            joined = []
        elif joined:
            joined[1], joined[3] = end, last
        else:
            joined = [start, end, first, last]
    if joined:
        yield joined[0] + head, joined[1] + head, joined[2] + head, joined[3] + head


def _changed_run(was: str, now: str) -> tuple[str, str]:
    """What differs between two lines, in whole words; never empty before: an insertion takes the word beside it."""
    old, new = _TOKEN.findall(was), _TOKEN.findall(now)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    while head and not "".join(old[head : len(old) - tail]).strip():
        head -= 1
    return "".join(old[head : len(old) - tail]), "".join(new[head : len(new) - tail])


# ── from a step to rules ─────────────────────────────────────────────────────────────────────────────────────────────


def learn_rules(step: Step, error: ErrorRecord) -> tuple[tuple[str, ...], ...]:
    """The rules that explain an edit by its error, each as the parts of an `EditRule`; several may."""
    if not error.path or not (step.path == error.path or error.path.endswith("/" + step.path)):
        return ()
    line, word = (*step.argv, "1", _HERE)[:2] if step.argv else ("1", _HERE)
    if word in _SIDES:
        return (EditRule("conflict", word).parts,)
    here = line == str(error.line)
    atoms = atoms_of(error)
    if not step.after.strip() and step.before.strip():
        count = step.before.count("\n")
        return (EditRule("delete", _HERE, str(max(1, count))).parts,) if here else ()
    if not step.before.strip():
        if _IMPORT.match(step.after) and step.after.count("\n") <= 1:
            return tuple(
                EditRule("insert", "imports", "", text).parts for text in bindings_of(step.after.strip("\n"), atoms)
            )
        return ()
    old, new = _changed_run(step.before, step.after)
    where = _EVERYWHERE if word == _EVERYWHERE else _HERE if here else ""
    if not where or not old.strip():
        return ()
    rules = [
        EditRule("replace", where, was, now).parts for was in bindings_of(old, atoms) for now in bindings_of(new, atoms)
    ]
    return tuple(rule for rule in rules if rule[2] != rule[3])


# ── from a rule to an edit ───────────────────────────────────────────────────────────────────────────────────────────


def apply_rule(rule: EditRule, error: ErrorRecord, texts: Mapping[str, str]) -> Step | None:
    """The edit of the error's file: its whole text before and after; None when the rule finds nothing to change."""
    before = texts.get(error.path)
    if not before:
        return None
    after = _changed(rule, error, before)
    return (
        None if after is None or after == before else Step(StepKind.EDIT, path=error.path, before=before, after=after)
    )


def _changed(rule: EditRule, error: ErrorRecord, text: str) -> str | None:
    if rule.kind == "conflict":
        return _resolve(text, rule.where) if _START in text else None
    lines = text.splitlines(keepends=True)
    at = error.line - 1
    if rule.kind == "delete":
        return "".join(lines[:at] + lines[at + int(rule.before) :]) if 0 <= at < len(lines) else None
    atoms = atoms_of(error)
    now = fill(rule.after, atoms)
    if now is None:
        return None
    if rule.kind == "insert":
        place = next((number for number, line in enumerate(lines) if _IMPORT.match(line)), _behind_header(lines))
        return "".join([*lines[:place], now + "\n", *lines[place:]])
    was = fill(rule.before, atoms)
    if not was:
        return None
    finder = _finder(was)
    if rule.where == _EVERYWHERE:
        return finder.sub(lambda _: now, text)
    if not 0 <= at < len(lines):
        return None
    return "".join([*lines[:at], finder.sub(lambda _: now, lines[at]), *lines[at + 1 :]])


def _behind_header(lines: Sequence[str]) -> int:
    """Behind the first lines that must stay first: `#!`, an encoding, a docstring."""
    at = 0
    while at < len(lines) and lines[at].startswith(("#!", "# -*-", "<?php")):
        at += 1
    if at < len(lines) and (quote := lines[at][:3]) in ('"""', "'''"):
        while at < len(lines) - 1 and not (lines[at].rstrip().endswith(quote) and len(lines[at].strip()) > 3):
            at += 1
        at += 1
    return at


def _finder(run: str) -> re.Pattern[str]:
    """Finds a run of tokens that is not part of longer words."""
    start = r"(?<!\w)" if re.match(r"\w", run) else ""
    end = r"(?!\w)" if re.match(r"\w", run[-1:]) else ""
    return re.compile(f"{start}{re.escape(run)}{end}")


def _resolve(text: str, side: str) -> str | None:
    """A text with every conflict resolved in favour of one side; None when its markers do not pair."""
    kept: list[str] = []
    state = ""
    for line in text.splitlines(keepends=True):
        if line.startswith(_START):
            if state:
                return None
            state = "ours"
        elif line.startswith("|||||||") and state == "ours":
            state = "base"
        elif line.startswith(_MIDDLE) and state in ("ours", "base"):
            state = "theirs"
        elif line.startswith(_END) and state == "theirs":
            state = ""
        elif not state or state == side or (side == "both" and state != "base"):
            kept.append(line)
    return None if state else "".join(kept)
