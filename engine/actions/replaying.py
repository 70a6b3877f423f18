"""`patui replay`: a repository's past lived through again, commit by commit, to see what patui would have suggested.

Before each commit patui knows what lay before it and nothing else. It mines anew when the files have grown by a
twelfth, and counts in between what the live engine would; so the work stays a small multiple of one mining. Whether a
suggestion was right is judged by hindsight: by the families of the whole history. Nothing is written anywhere.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from engine.actions.scan import Progress, quiet, work_rules
from engine.analyzers.backtest import FIRST, MOST_CHARACTERS, predict_next
from engine.detectors.pattern_suggester import LOOKED_BACK, MOST_ANSWERS, calibrated, threshold
from engine.errors import BrokenInput, UsageError
from engine.mining.families import find_families
from engine.mining.index import FamilyIndex
from engine.mining.sketches import Sketch, sketch_example
from engine.model import Example, Family, Instance, Kind, Prediction
from engine.redact import find_secrets
from engine.sources import git
from engine.sources.skips import Skips
from engine.workspace import Workspace

_GROWTH: Final = 1 / 12  # of the files, after which is mined anew
_LEAST_NEW: Final = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion that would have been made for a file or directory before it was written. `right`: it became a
    member of that very family. `files` are what the commit wrote there, `before` the newest members known then."""

    commit: str
    path: str
    pattern_id: str
    signature: str
    kind: Kind
    confidence: float
    right: bool
    files: tuple[str, ...]
    before: tuple[Instance, ...]
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
    `rendered` how many right suggestions were rendered, `rendered_exact` those without an edit."""

    files_added: int
    in_family: int
    suggested_before: int
    rendered: int
    rendered_exact: int
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
            "hours_saved": round(self.hours_saved, 3),
            "suggestions_shown": len(self.shown),
            "suggestions_right": sum(one.right for one in self.shown),
        }


@dataclass
class _Live:
    """What patui knows at one moment of the past."""

    threshold: float
    min_files: int
    min_precision: float
    sketches: list[Sketch] = field(default_factory=list)
    index: FamilyIndex = field(default_factory=FamilyIndex)
    members: dict[str, list[Instance]] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    answers: list[tuple[float, float, str, bool]] = field(default_factory=list)  # when, confidence, place, right
    waiting: list[tuple[float, float, str, str, str]] = field(default_factory=list)  # the same, a member then, the file
    mined: int = 0

    def confidence(self, signature: str, now: float) -> float:
        mine = [right for at, _, of, right in self.answers if of == signature and now - at <= LOOKED_BACK]
        return calibrated(self.shares.get(signature, 0.0), sum(mine), len(mine))

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
        for family in found:
            self.index.learn(family, [by_path[path] for path in family.files if path in by_path])
        self.members = {family.signature: _instances(family, texts) for family in found}
        self.shares = self.index.shares(by_path)
        family_of = {path: family.signature for family in found for path in family.files}
        self.answers += [
            (at, sure, of, family_of.get(path) == family_of.get(member, ""))
            for at, sure, of, member, path in self.waiting
        ]
        self.waiting = []


def replay(workspace: Workspace, *, sample: int | None = None, progress: Progress = quiet) -> Replayed:
    """Lives through the history of a workspace. `sample` bounds how many suggestions are rendered, spread evenly over
    them (None: all). UsageError without a history."""
    if not git.is_repository(workspace.root):
        raise UsageError(f"{workspace.root} is no git repository: there is no past to live through")
    rules = workspace.config.detection
    live = _Live(rules.similarity_threshold, rules.min_files, workspace.config.suggestion.min_precision)
    texts: dict[str, Example] = {}
    shown: list[Shown] = []
    commits: list[list[str]] = []
    for number, (commit, added) in enumerate(_commits(workspace)):
        live.mine(texts)
        if number % 200 == 0:
            progress(f"commit {number}, {len(texts)} files, {len(shown)} suggestions")
        fresh = {example.path: example for example in added if example.path not in texts}
        shown += _suggested(live, commit, fresh)
        for path, example in fresh.items():
            texts[path] = example
            live.sketches.append(sketch_example(example))
        commits.append(list(fresh))
    if not texts:
        raise BrokenInput(f"{workspace.root}: no file was added by hand in this history")
    progress("judging by hindsight")
    final = find_families(live.sketches, threshold=rules.similarity_threshold, min_files=rules.min_files)
    family_of = {path: family.signature for family in final for path in family.files}
    shown = [_judged(one, family_of) for one in shown]
    in_family, reached = _reached(commits, final, shown)
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


def _suggested(live: _Live, commit: str, fresh: dict[str, Example]) -> list[Shown]:
    """What would have been suggested for the paths of a commit, and what is learned from how they turned out."""
    shown: dict[tuple[str, str], Shown] = {}
    now = max((example.created for example in fresh.values()), default=0.0)
    level = live.level(now)
    for path, example in fresh.items():
        content = {match.signature for match in live.index.add(sketch_example(example))}
        matches = live.index.for_path(path)
        sure, chosen = max(
            ((live.confidence(match.signature, now), match) for match in matches),
            key=lambda pair: round(pair[0], 2),  # of equals the most specific place, which comes first
            default=(0.0, None),
        )
        if chosen is not None and sure >= level:
            where = _member_path(live, chosen.signature, chosen.kind, path)
            files = tuple(file for file in fresh if file == where or file.startswith(f"{where}/"))
            before = tuple(live.members.get(chosen.signature, ())[-10:])
            one = Shown(
                commit, where, _pattern_id(chosen.name), chosen.signature, chosen.kind, sure, False, files, before
            )
            if before and (chosen.signature, where) not in shown:
                shown[chosen.signature, where] = one
                live.waiting.append((now, sure, chosen.signature, before[-1].files[0].path, path))
        for signature in content & {match.signature for match in matches}:
            if live.index.kind_of(signature) is Kind.FILE:
                live.members.setdefault(signature, []).append(Instance(path, (example,), example.created))
    return list(shown.values())


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


def _judged(one: Shown, family_of: dict[str, str]) -> Shown:
    """Right, when the files ended up in the family in which the members known then did."""
    ends = Counter(family_of.get(file.path, "") for member in one.before for file in member.files)
    ends.pop("", None)
    common = ends.most_common(1)[0][0] if ends else ""
    return replace(one, right=bool(common) and any(family_of.get(file) == common for file in one.files))


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


def _instances(family: Family, texts: dict[str, Example]) -> list[Instance]:
    found = []
    for member in family.members:
        files = tuple(texts[path] for path in member.files if path in texts)
        if files and len(files) == len(member.files):
            found.append(Instance(member.path, files, member.created))
    return found
