"""What is known of a workspace's work, for AUTO-006: its families by place, its patterns by operation."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from engine.detectors.pattern_suggester import Known, PatternSuggester
from engine.errors import PatuiError, UnsafePath
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
from engine.model import Candidate, Example, Execution, Family, Kind, Pattern, Status
from engine.parts import Parts
from engine.store import candidates, executions, families, settings
from engine.stored_past import StoredPast
from engine.surroundings import files_of, listing, modified
from engine.template import match_path

if TYPE_CHECKING:
    from engine.mining.executions import Finding

SHARES: Final = "families.shares"
"""The setting that holds, by family, which share of the files at its places it has."""
_OPEN = (Status.PENDING, Status.DEFERRED, Status.APPROVED)
_OPERATIONS = (Kind.EXECUTION, Kind.REFACTOR)
_MOST_RECENT = 300  # executions among which a repetition is looked for
_HOUR = 3600.0
_APPROVED_CONFIDENCE = 0.9  # a person approved the pattern for just this place


class Place(Parts, Protocol):
    """A workspace that also draws up what is worth offering."""

    def relative(self, path: str | Path) -> str: ...

    def propose(self, family: Family) -> Candidate | None: ...


def suggester(place: Place, work: StoredWork | None = None) -> PatternSuggester:
    """AUTO-006 over a workspace; `work` when it is kept for longer."""
    rules, work = place.config.suggestion, work or StoredWork(place)
    return PatternSuggester(work, StoredPast(lambda: place.store), place.notifier, place.clock, rules)


@dataclass
class StoredWork:
    """The port over a workspace. Its families are those of the last mining when it is first asked."""

    place: Place
    counts: dict[str, int] = field(default_factory=dict)
    """Members of families by signature, where more is known than the last mining saw."""

    given: FamilyIndex | None = None

    @cached_property
    def index(self) -> FamilyIndex:
        if self.given is not None:
            return self.given
        known, blobs = families.load(self.place.store)
        index = FamilyIndex(self.place.config.detection.similarity_threshold)
        sketches = {path: Sketch.from_bytes(blob) for path, blob in blobs.items()}
        for family in known:
            index.learn(family, [sketches[path] for path in family.files if path in sketches])
        return index

    @cached_property
    def _shares(self) -> Mapping[str, Any]:
        found = settings.get(self.place.store, SHARES, {})
        return found if isinstance(found, dict) else {}

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def inside(self, path: str) -> str | None:
        try:
            return self.place.relative(os.path.expanduser(path))  # noqa: PTH111 - Path's raises where there is no home
        except (UnsafePath, ValueError):
            return None

    def for_path(self, path: str) -> Sequence[Known]:
        here = around(path, listing(self.place.root, extension(posixpath.basename(path)), self.index.created))
        chances = known_chances(self.index, self._mined_shares, self._families_of(here), here)
        found = [*self._approved_at(path, chances), *self._of_chances(ordered(chances))]
        if not self.index.holds(path) and shows_more(
            chances, self.index, here, self.place.config.suggestion.min_precision
        ):
            local = local_chances(self._families_around(here), here)
            both = ordered(joined(chances, local, self.index))
            found = [*self._approved_at(path, both), *self._of_chances(both)]
        found = list({one.pattern_id: one for one in reversed(found)}.values())[::-1]
        # What a person approved comes before a draft that is as sure.
        return sorted(found, key=lambda one: (-one.approved, -round(one.confidence, 2)))

    def _of_chances(self, chances: Sequence[Chance]) -> list[Known]:
        """The patterns, or the waiting drafts, of what a file may be; of a place that two families share, the likelier
        one names the other."""
        found = []
        for one in chances:
            known = self._known_of(one)
            if known is None:
                continue
            second = self._of_families([one.second.signature])[:1] if one.is_tie and one.second else []
            if second and second[0].pattern_id != known.pattern_id:
                known = replace(known, second=second[0].pattern_id, together=one.together)
            found.append(known)
        return found

    def _known_of(self, chance: Chance) -> Known | None:
        if chance.family is None:
            found = next(iter(self._of_families([chance.match.signature])), None)
            return replace(found, confidence=chance.share) if found else None
        try:
            row = self.place.propose(chance.family)
        except PatuiError:
            return None
        if row is None or row.status not in _OPEN:
            return None
        now = self.place.clock()
        ages = [now - member.created for member in chance.family.members]
        known = self._known(row, chance.share)
        lately = sum(0 <= age <= _HOUR for age in ages)
        return replace(known, similar=len(chance.family.members), lately=lately, lately_seconds=_HOUR)

    def for_directory(self, path: str) -> Sequence[Known]:
        signatures = [match.signature for match in self.index.for_directory(path)]
        here = [] if path == "." else [path]
        prefix = f"{here[0]}/" if here else ""
        counted = [
            (sum(f.startswith(prefix) and "/" not in f[len(prefix) :] for f in family.files), family.signature)
            for family in self.index.families()
        ]
        signatures += [signature for count, signature in sorted(counted, reverse=True) if count >= 2]
        found = self._of_families(signatures)
        if not found:
            directory = "" if path == "." else path
            paths = files_of(self.place.root, directory)
            endings = Counter(extension(posixpath.basename(one)) for one in paths)
            paths = [one for one in paths if extension(posixpath.basename(one)) == endings.most_common(1)[0][0]]
            beside = Around(posixpath.join(directory, " "), tuple(paths))
            found = self._of_chances(local_chances(self._families_around(beside), beside))
        return found

    def of_family(self, signature: str) -> Known | None:
        """The pattern, or the waiting draft, of a family."""
        return next(iter(self._of_families([signature])), None)

    def _approved_at(self, path: str, chances: Sequence[Chance]) -> list[Known]:
        shares = {one.match.signature: one.share for one in chances}
        found = []
        for _, pattern in self.place.shelf.approved().patterns:
            if pattern.kind is not Kind.FILE or not pattern.files or match_path(pattern.files[0].path, path) is None:
                continue
            row = candidates.find(self.place.store, pattern.pattern_id)
            if row is not None and row.status is Status.APPROVED:
                share = shares.get(row.signature) or self._confidence(row.signature, 0.0) or _APPROVED_CONFIDENCE
                found.append(self._known(row, share, pattern))
            else:
                evidence = int(pattern.evidence.get("support", 0) or 0)
                known = Known(pattern.pattern_id, pattern.name, pattern.kind, True, _APPROVED_CONFIDENCE, evidence)
                found.append(known)
        return found

    def _of_families(self, signatures: Sequence[str]) -> list[Known]:
        found = []
        for signature in dict.fromkeys(signatures):
            row = candidates.by_signature(self.place.store, signature)
            if row is not None and row.status in _OPEN and row.pattern_id:
                found.append(self._known(row, self._confidence(signature, row.confidence)))
        return found

    def _confidence(self, signature: str, otherwise: float) -> float:
        share = self._shares.get(signature)
        return float(share) if isinstance(share, int | float) else otherwise

    def _known(self, row: Candidate, confidence: float, pattern: Pattern | None = None) -> Known:
        similar = max(self.counts.get(row.signature, 0), row.support)
        seconds, source = worth(row)
        things = things_of(row)
        approved = row.status is Status.APPROVED
        return Known(row.pattern_id, row.name, row.kind, approved, confidence, similar, seconds, source, things)

    # ── neighbours ───────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _mined_shares(self) -> dict[str, float]:
        return {one: float(share) for one, share in self._shares.items() if isinstance(share, int | float)}

    @cached_property
    def _mined_at(self) -> float:
        found = settings.get(self.place.store, "mined", {})
        at = found.get("at") if isinstance(found, dict) else None
        return float(at) if isinstance(at, int | float) else 0.0

    def _families_of(self, here: Around) -> Callable[[str], Collection[str]]:
        """The families of a neighbour; of one that is younger than the last mining, those that its content fits."""
        found: dict[str, Collection[str]] = {path: self.index.families_of(path) for path in here.paths}
        for path in here.paths:
            if not found[path] and modified(self.place.root, path) > self._mined_at:
                example = self.place.read_example(path)
                if isinstance(example, Example):
                    found[path] = {match.signature for match in self.index.add(sketch_example(example))}
        return lambda path: found.get(path, ())

    def _families_around(self, here: Around) -> Sequence[Family]:
        read = (self.place.read_example(path) for path in here.paths)
        examples = [one for one in read if isinstance(one, Example) and one.text.strip()]
        return found_around([sketch_example(one) for one in examples], self.place.config.detection.similarity_threshold)

    # ── operations ───────────────────────────────────────────────────────────────────────────────────────────────────

    def for_operation(self, context: Mapping[str, Any]) -> Sequence[Known]:
        from engine.mining.executions import signature_of  # 100 ms, and files need none of it

        wanted = signature_of(_record(context))
        asked = {str(context[key]) for key in ("pattern", "pattern_id", "name") if context.get(key)}
        found = []
        for row, pattern in self._recipes():
            alike = 1.0 if asked & {row.pattern_id, row.name} else likeness(pattern, wanted)
            if alike >= self.place.config.detection.similarity_threshold:
                found.append(self._known(row, alike))
        return sorted(found, key=lambda one: (-one.confidence, not one.approved))

    def repeated(self, since: float) -> Sequence[Known]:
        recent = [one for one in self._recent(since) if one.success is not False and not one.pattern_id]
        least = self.place.config.detection.min_executions
        if len(recent) < least:
            return ()
        from engine.mining.executions import finding_of, is_only_a_command, record_of, signature_of, similarity
        from engine.mining.sequences import routines_ending

        newest = recent[-1]
        if is_only_a_command(newest):
            routines = routines_ending(recent, newest, min_support=least)
            findings = [finding_of(routine, recent) for routine in routines]
            return [known for finding in findings[:3] for known in self._of_routine(finding)]
        own = signature_of(record_of(newest))
        threshold = self.place.config.detection.similarity_threshold
        times = sum(similarity(own, signature_of(record_of(one))) >= threshold for one in recent)
        if times < least:
            return ()
        return [_repeated(one, times) for one in self.for_operation(record_of(newest))]

    def _of_routine(self, finding: Finding) -> list[Known]:
        wanted = finding.routine.signature
        return [
            _repeated(self._known(row, 1.0), len(finding.routine.occurrences))
            for row, pattern in self._recipes()
            if _invariants(pattern).get("routine") == wanted
        ]

    def _recent(self, since: float) -> list[Execution]:
        newest = executions.recent(self.place.store, _MOST_RECENT)
        return sorted((one for one in newest if one.at >= since), key=lambda one: (one.at, one.id))

    def _recipes(self) -> list[tuple[Candidate, Pattern]]:
        found = []
        for row in candidates.listing(self.place.store, _OPEN, 500):
            if row.kind in _OPERATIONS and row.path:
                try:
                    found.append((row, self.place.shelf.load(self.place.root / row.path)))
                except PatuiError:  # edited into something else, or gone: it covers nothing
                    continue
        return found


def worth(row: Candidate) -> tuple[float, str]:
    """Seconds that one use saves, and where the figure comes from; 0 where nothing was measured."""
    past = row.evidence.get("backtest")
    if isinstance(past, Mapping) and past.get("later"):
        return max(0.0, float(past.get("hours_saved", 0.0)) * _HOUR / float(past["later"])), "keystroke-level model"
    if row.support > 1 and row.hours_saved > 0:
        return row.hours_saved * _HOUR / row.support, "recorded work"
    return 0.0, "keystroke-level model"


def things_of(row: Candidate) -> str:
    """What the members of a family are called: `.py files`, `directories`."""
    if row.kind is Kind.SCAFFOLD:
        return "directories"
    suffix = extension(posixpath.basename(row.members[-1])) if row.members else ""
    return f"{suffix} files" if suffix.startswith(".") else "files"


def likeness(pattern: Pattern, wanted: Mapping[str, Any]) -> float:
    """How well an operation's signature fits what all executions of a pattern shared, 0 to 1."""
    from engine.mining.executions import similarity

    invariants = {key: value for key, value in _invariants(pattern).items() if key in wanted}
    kind = invariants.get("operation_kind")
    if not invariants or (kind and wanted["operation_kind"] and kind != wanted["operation_kind"]):
        return 0.0
    said = {key: value for key, value in wanted.items() if value}
    shared = invariants.keys() & said.keys()
    if "operation_kind" not in shared:
        return 0.0
    return similarity({key: invariants[key] for key in shared}, {key: said[key] for key in shared})


def _invariants(pattern: Pattern) -> Mapping[str, Any]:
    found = pattern.match.get("execution_signature")
    plain = {"operation_kind": pattern.match["operation_kind"]} if pattern.match.get("operation_kind") else {}
    return {**plain, **found} if isinstance(found, Mapping) else plain


def _record(context: Mapping[str, Any]) -> dict[str, Any]:
    """A context in the keys of a record: files tell their types."""
    record = dict(context)
    files = context.get("files")
    if not record.get("file_types") and isinstance(files, list | tuple):
        record["file_types"] = sorted({extension(posixpath.basename(str(one))) for one in files})
    return record


def _repeated(known: Known, times: int) -> Known:
    return replace(known, lately=times)
