"""`patui replay`: a repository's past lived through again, commit by commit, to see what patui would have suggested.

Before each commit patui knows what lay before it and nothing else. It mines anew when the files have grown by a
twelfth, and looks at a file's neighbours in between, as the live engine does; so the work stays a small multiple of one
mining. Whether a suggestion was right is judged by hindsight: by the families of the whole history. The person is taken
to answer each suggestion at once, by what the file became; only so does hindsight reach what is suggested next. Nothing
is written anywhere.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from engine.actions.scan import Progress, quiet, work_rules
from engine.analyzers.backtest import FIRST, MOST_CHARACTERS, predict_next
from engine.detectors.pattern_suggester import LOOKED_BACK, MOST_ANSWERS, calibrated, threshold
from engine.errors import BrokenInput, UsageError
from engine.mining.families import find_families
from engine.mining.index import FamilyIndex
from engine.mining.neighbours import (
    Around,
    Chance,
    around,
    found_around,
    joined,
    known_chances,
    local_chances,
    ordered,
    shows_more,
)
from engine.mining.shapes import extension
from engine.mining.sketches import Sketch, sketch_example
from engine.model import Example, Family, Instance, Kind, Prediction
from engine.redact import find_secrets
from engine.savings import KEYSTROKE
from engine.sources import git
from engine.sources.skips import Skips
from engine.workspace import Workspace

_GROWTH: Final = 1 / 12  # of the files, after which is mined anew
_LEAST_NEW: Final = 3
SMALL_EDIT: Final = 8.0
"""Seconds by the Keystroke-Level Model: one place, and some twenty characters."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion that would have been made for a file or directory before it was written. `right`: it became a
    member of that very family. `files` are what the commit wrote there, `before` the newest members known then,
    `others` those of the family that was named as the second choice."""

    commit: str
    path: str
    pattern_id: str
    signature: str
    kind: Kind
    confidence: float
    right: bool
    files: tuple[str, ...]
    before: tuple[Instance, ...]
    others: tuple[Instance, ...] = ()
    second_right: bool = False
    prediction: Prediction | None = None

    def as_row(self) -> dict[str, Any]:
        """A line of the trace; `similarity` and `typed` are null where the file was not rendered."""
        past = self.prediction
        row: dict[str, Any] = {"commit": self.commit, "path": self.path, "pattern_id": self.pattern_id}
        row |= {"similarity": past and round(past.similarity, 4), "typed": past and past.typed}
        return {**row, "right": self.right, "exact": past and past.exact, "confidence": round(self.confidence, 3)}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. `in_family` counts the added files of a family that had `FIRST` members in earlier commits;
    `rendered` how many right suggestions were rendered, `rendered_exact` those without an edit, `rendered_nearly` those
    that need no more than a SMALL_EDIT besides the values."""

    files_added: int
    in_family: int
    suggested_before: int
    rendered: int
    rendered_exact: int
    rendered_nearly: int
    hours_saved: float
    shown: tuple[Shown, ...] = field(repr=False)

    def as_row(self) -> dict[str, Any]:
        """In the keys that scripts read."""
        return {
            "files_added": self.files_added,
            "in_family": self.in_family,
            "suggested_before": self.suggested_before,
            "rendered": self.rendered,
            "rendered_exact": self.rendered_exact,
            "rendered_nearly": self.rendered_nearly,
            "hours_saved": round(self.hours_saved, 3),
            "suggestions_shown": len(self.shown),
            "suggestions_right": sum(one.right for one in self.shown),
            "choices_shown": sum(bool(one.others) for one in self.shown),
            "choices_right": sum(bool(one.others) and (one.right or one.second_right) for one in self.shown),
        }


@dataclass
class _Live:
    """What patui knows at one moment of the past. `truth` is the family that each file ends in: it decides the answers
    to what was suggested, and nothing else."""

    threshold: float
    min_files: int
    min_precision: float
    truth: Mapping[str, str]
    sketches: list[Sketch] = field(default_factory=list)
    beside: dict[tuple[str, str], list[Sketch]] = field(default_factory=lambda: defaultdict(list))
    index: FamilyIndex = field(default_factory=FamilyIndex)
    members: dict[str, list[Instance]] = field(default_factory=dict)
    families_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shares: dict[str, float] = field(default_factory=dict)
    answers: list[tuple[float, float, str, bool]] = field(default_factory=list)  # when, confidence, family, right
    looked_at: dict[tuple[str, int], list[Family]] = field(default_factory=dict)
    mined: int = 0

    def told(self, chance: Chance, now: float) -> Chance:
        """With a share that has learned from what became of its suggestions."""
        mine = [right for at, _, of, right in self.answers if of == chance.match.signature and now - at <= LOOKED_BACK]
        share = calibrated(chance.share, sum(mine), len(mine))
        return replace(chance, share=share, together=min(1.0, chance.together + share - chance.share))

    def level(self, now: float) -> float:
        recent = [(sure, right) for at, sure, _, right in self.answers[-MOST_ANSWERS:] if now - at <= LOOKED_BACK]
        return threshold(recent, self.min_precision)

    def mine(self, texts: dict[str, Example]) -> None:
        """Finds the families of what there is, when there is enough new."""
        if len(self.sketches) - self.mined < max(_LEAST_NEW, self.mined * _GROWTH):
            return
        self.mined = len(self.sketches)
        found = find_families(self.sketches, threshold=self.threshold, min_files=self.min_files)
        by_path = {sketch.path: sketch for sketch in self.sketches}
        self.index = FamilyIndex(self.threshold)
        self.families_of = defaultdict(set)
        for family in found:
            self.index.learn(family, [by_path[path] for path in family.files if path in by_path])
            for path in family.files:
                self.families_of[path].add(family.signature)
        self.members = {family.signature: _instances(family, texts) for family in found}
        self.shares = self.index.shares(by_path)

    def chances(self, path: str) -> list[Chance]:
        """What a file at `path` may be, before it is written."""
        kind = extension(posixpath.basename(path))

        def listing(directory: str, tail: str) -> Sequence[str]:
            return [sketch.path for sketch in self.beside[directory, tail or f"*{kind}"]]

        here = around(path, listing)
        found = known_chances(self.index, self.shares, lambda one: self.families_of.get(one, ()), here)
        if shows_more(found, self.index, here, self.min_precision):
            found = joined(found, local_chances(self._around(here), here), self.index)
        return found

    def _around(self, here: Around) -> list[Family]:
        key = (f"{here.part}{here.paths[-1]}", len(here.paths))
        if key not in self.looked_at:
            wanted = set(here.paths)
            name = posixpath.basename(here.path)
            own = posixpath.basename(posixpath.dirname(here.path))
            above = posixpath.dirname(posixpath.dirname(here.path))
            where = [
                (posixpath.dirname(here.path), f"*{extension(name)}"),
                (above, name),
                (posixpath.dirname(above), f"{own}/{name}"),
            ][here.part]
            self.looked_at[key] = list(
                found_around([one for one in self.beside[where] if one.path in wanted], self.threshold, self.min_files)
            )
        return self.looked_at[key]

    def take(self, sketch: Sketch) -> None:
        """A file that was written."""
        self.sketches.append(sketch)
        directory, name = posixpath.split(sketch.path)
        self.beside[directory, f"*{extension(name)}"].append(sketch)
        if directory:
            above, own = posixpath.split(directory)
            self.beside[above, name].append(sketch)
            if above:
                self.beside[posixpath.dirname(above), f"{own}/{name}"].append(sketch)


def replay(workspace: Workspace, *, sample: int | None = None, progress: Progress = quiet) -> Replayed:
    """Lives through the history of a workspace. `sample` bounds how many suggestions are rendered, spread evenly over
    them (None: all). UsageError without a history."""
    if not git.is_repository(workspace.root):
        raise UsageError(f"{workspace.root} is no git repository: there is no past to live through")
    rules = workspace.config.detection
    history = _history(workspace)
    if not history:
        raise BrokenInput(f"{workspace.root}: no file was added by hand in this history")
    sketched = {path: sketch_example(example) for _, added in history for path, example in added.items()}
    final = find_families(sketched.values(), threshold=rules.similarity_threshold, min_files=rules.min_files)
    family_of = {path: family.signature for family in final for path in family.files}
    precision = workspace.config.suggestion.min_precision
    live = _Live(rules.similarity_threshold, rules.min_files, precision, family_of)
    texts: dict[str, Example] = {}
    shown: list[Shown] = []
    for number, (commit, fresh) in enumerate(history):
        live.mine(texts)
        if number % 200 == 0:
            progress(f"commit {number}, {len(texts)} files, {len(shown)} suggestions")
        shown += _suggested(live, commit, fresh, sketched, texts)
        texts |= fresh
    in_family, reached = _reached([list(fresh) for _, fresh in history], final, shown)
    right = [number for number, one in enumerate(shown) if one.right]
    step = max(1, len(right) // sample) if sample else 1
    for done, number in enumerate(right[::step]):
        if done % 20 == 0:
            progress(f"rendering {done} of {len(right[::step])}")
        shown[number] = _rendered(shown[number], texts)
    rendered = [one.prediction for one in shown if one.prediction is not None]
    scale = len(right) / len(rendered) if rendered else 0.0
    return Replayed(
        files_added=len(texts),
        in_family=in_family,
        suggested_before=reached,
        rendered=len(rendered),
        rendered_exact=sum(one.exact for one in rendered),
        rendered_nearly=sum(one.pattern_seconds - one.typed * KEYSTROKE <= SMALL_EDIT for one in rendered),
        hours_saved=sum(one.saved_seconds for one in rendered) * scale / 3600,
        shown=tuple(shown),
    )


def _commits(workspace: Workspace) -> Iterator[tuple[str, list[Example]]]:
    """The files that each commit added by hand, oldest first; what holds a secret is left out."""
    rules = work_rules(workspace)
    limit = workspace.config.detection.max_file_kb * 1024
    found = git.additions(workspace.root, max_bytes=limit, skips=Skips(), rules=rules)
    for commit, group in groupby(found, key=lambda addition: addition.commit):
        yield commit, [one.example for one in group if not find_secrets(one.example.text)]


def _history(workspace: Workspace) -> list[tuple[str, dict[str, Example]]]:
    """Commit by commit the files that it added for the first time."""
    seen: set[str] = set()
    found = []
    for commit, added in _commits(workspace):
        fresh = {example.path: example for example in added if example.path not in seen}
        seen |= fresh.keys()
        found += [(commit, fresh)] * bool(fresh)
    return found


def _suggested(
    live: _Live, commit: str, fresh: dict[str, Example], sketched: Mapping[str, Sketch], texts: Mapping[str, Example]
) -> list[Shown]:
    """What would have been suggested for the paths of a commit, and what is learned from how they turned out."""
    shown: dict[tuple[str, str], Shown] = {}
    now = max(example.created for example in fresh.values())
    before = {path: live.chances(path) for path in fresh}
    for path, example in fresh.items():
        content = {match.signature for match in live.index.add(sketched[path])}
        level = live.level(now)
        found = ordered([live.told(one, now) for one in before[path]])
        sure = next((one for one in found[:1] if one.share >= level), None)
        chosen = sure or next((one for one in found if one.is_tie and one.together >= level), None)
        if chosen is not None:
            one = _shown(live, commit, path, fresh, chosen, texts, tie=chosen is not sure)
            if one.before and (one.signature, one.path) not in shown:
                shown[one.signature, one.path] = one = _judged(one, live.truth)
                live.answers.append((now, one.confidence, one.signature, one.right))
        for signature in content & {match.signature for match in live.index.for_path(path)}:
            live.families_of[path].add(signature)
            if live.index.kind_of(signature) is Kind.FILE:
                live.members.setdefault(signature, []).append(Instance(path, (example,), example.created))
    for path in fresh:
        live.take(sketched[path])
    return list(shown.values())


def _shown(
    live: _Live,
    commit: str,
    path: str,
    fresh: dict[str, Example],
    chance: Chance,
    texts: Mapping[str, Example],
    tie: bool,
) -> Shown:
    match = chance.match
    where = path if chance.family else _member_path(live, match.signature, match.kind, path)
    files = tuple(file for file in fresh if file == where or file.startswith(f"{where}/"))
    known = _instances(chance.family, texts) if chance.family else live.members.get(match.signature, ())
    others = live.members.get(chance.second.signature, ()) if tie and chance.second else ()
    sure = chance.together if tie else chance.share
    return Shown(
        commit,
        where,
        _pattern_id(match.name),
        match.signature,
        match.kind,
        sure,
        False,
        files,
        tuple(known[-10:]),
        tuple(others[-10:]),
    )


def _pattern_id(name: str) -> str:
    """The id that the first draft of this name would get."""
    return f"PAT-{re.sub(r'[^A-Z0-9]+', '-', name.upper()).strip('-')[:40].strip('-') or 'PATTERN'}-001"


def _member_path(live: _Live, signature: str, kind: Kind, path: str) -> str:
    """What a person would be offered: the file, or of a scaffold its directory."""
    if kind is Kind.SCAFFOLD:
        parent = posixpath.dirname(path)
        while parent:
            if any(match.signature == signature for match in live.index.for_directory(parent)):
                return parent
            parent = posixpath.dirname(parent)
    return path


def _judged(one: Shown, family_of: Mapping[str, str]) -> Shown:
    """Right, when the files ended up in the family in which the members known then did."""
    ended = {family_of.get(file, "") for file in one.files}
    first, second = (_ended(members, family_of) for members in (one.before, one.others))
    return replace(one, right=first in ended, second_right=second in ended)


def _ended(members: Sequence[Instance], family_of: Mapping[str, str]) -> str:
    """The family in which most members ended; a word that is no signature where none ended in one."""
    ends = Counter(family_of[file.path] for member in members for file in member.files if file.path in family_of)
    return ends.most_common(1)[0][0] if ends else "none"


def _reached(commits: list[list[str]], final: tuple[Family, ...], shown: list[Shown]) -> tuple[int, int]:
    """How many files joined a family that had members enough in earlier commits, and for how many of those a right
    suggestion stood before they were written."""
    offered = {path for one in shown if one.right for path in one.files}
    member_of = {
        file: (family.signature, member.path) for family in final for member in family.members for file in member.files
    }
    met: dict[str, set[str]] = {}
    joined = reached = 0
    for paths in commits:
        known = [(path, *member_of[path]) for path in paths if path in member_of]
        for path, signature, member in known:
            if len(met.get(signature, set()) - {member}) >= FIRST:
                joined += 1
                reached += path in offered
        for _, signature, member in known:
            met.setdefault(signature, set()).add(member)
    return joined, reached


def _rendered(one: Shown, texts: dict[str, Example]) -> Shown:
    files = tuple(texts[path] for path in one.files)
    if len(one.before) < 2 or sum(len(file.text) for file in files) > MOST_CHARACTERS:
        return one
    member = Instance(one.path, files, files[0].created if files else 0.0)
    return replace(one, prediction=predict_next(one.before, member, one.kind))


def _instances(family: Family, texts: Mapping[str, Example]) -> list[Instance]:
    found = []
    for member in family.members:
        files = tuple(texts[path] for path in member.files if path in texts)
        if files and len(files) == len(member.files):
            found.append(Instance(member.path, files, member.created))
    return found
