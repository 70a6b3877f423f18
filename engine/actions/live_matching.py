"""What the live engine makes of one settled change: an empty file of a known family is offered to be filled, a new file
counts for its family, the third similar one brings a proposal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from engine.detectors.file_pattern_miner import FilePatternMiner
from engine.mining.index import FamilyIndex, Match
from engine.mining.sketches import Sketch, sketch
from engine.model import (
    ChangeKind,
    Event,
    EventType,
    FileChange,
    Kind,
    Pattern,
    Status,
    Suggestion,
    SuggestionKind,
)
from engine.redact import holds_token
from engine.sources.authorship import why_not_work
from engine.store import applications, candidates, families, suggestions
from engine.template import match_path
from engine.workspace import Workspace


@dataclass
class Matcher:
    """Matches changes against the known families. `load` it anew after each mining."""

    workspace: Workspace
    _index: FamilyIndex = field(default_factory=FamilyIndex)
    _miner: FilePatternMiner | None = None
    _counts: dict[str, int] = field(default_factory=dict)

    def load(self) -> None:
        """Takes the families of the last mining from the database."""
        import engine.drafting  # noqa: F401 - 100 ms: now, while nobody waits, and not before the first toast

        known, blobs = families.load(self.workspace.store)
        index = FamilyIndex(self.workspace.config.detection.similarity_threshold)
        sketches = {path: Sketch.from_bytes(blob) for path, blob in blobs.items()}
        for family in known:
            index.learn(family, [sketches[path] for path in family.files if path in sketches])
        self._index = index
        self._counts = {family.signature: len(family.members) for family in known}
        self._miner = self.workspace.file_pattern_miner()

    def take(self, change: FileChange) -> None:
        """One change; what is not a developer's work is passed over."""
        workspace = self.workspace
        if change.by_tool or change.path.startswith(f"{workspace.home.name}/") or holds_token(change.path):
            return
        if change.kind is ChangeKind.REMOVED:
            self._withdraw(change.path)
        elif change.kind is ChangeKind.DIRECTORY:
            self._offer(change.path, self._index.for_directory(change.path), change.time)
        else:
            self._take_file(change)

    def _take_file(self, change: FileChange) -> None:
        example = self.workspace.read_example(change.path)
        if isinstance(example, str) or why_not_work(change.path, example.text) is not None:
            return
        if not example.text.strip():
            self._offer(change.path, self._index.for_path(change.path), change.time)
            return
        self._withdraw(change.path)
        if applications.wrote(self.workspace.store, change.path, _digest(example.text)):
            return
        self._tell_saved(change, example.text)
        if change.kind is ChangeKind.CREATED and self._miner is not None:
            self._miner.on_file_created(change.path, example.text)

    def _tell_saved(self, change: FileChange, text: str) -> None:
        found = self._index.add(sketch(change.path, text, created=change.time))
        about = {}
        words = "saved"
        if found:
            best = found[0]
            about = {"family": best.name, "signature": best.signature, "similarity": best.similarity}
            if change.kind is ChangeKind.CREATED:
                self._counts[best.signature] = self._counts.get(best.signature, 0) + 1
                about["number"] = self._counts[best.signature]
                words = f"new, {ordinal(self._counts[best.signature])} of {best.name}"
            else:
                words = f"saved, of {best.name}"
        self.workspace.notifier.tell(Event(EventType.FILE, change.time, words, change.path, about))

    # ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _offer(self, path: str, matches: tuple[Match, ...], time: float) -> None:
        """Offers to fill `path` by an approved pattern, or else by the draft of the family that it belongs to."""
        if self.workspace.config.suggestion.quiet:
            return
        approved = self._approved_for(path)
        if approved is not None:
            row = candidates.find(self.workspace.store, approved.pattern_id)
            number = self._counts.get(row.signature, row.support) + 1 if row is not None else 0
            self._suggest(path, approved.pattern_id, approved.name, time, waits=False, number=number)
            return
        for match in matches:
            row = candidates.by_signature(self.workspace.store, match.signature)
            if row is not None and row.status in (Status.PENDING, Status.DEFERRED, Status.APPROVED):
                number = self._counts.get(match.signature, row.support) + 1
                self._suggest(path, row.pattern_id, row.name, time, row.status is not Status.APPROVED, number)
                return

    def _approved_for(self, path: str) -> Pattern | None:
        for _, pattern in self.workspace.shelf.approved().patterns:
            if pattern.kind is Kind.FILE and pattern.files and match_path(pattern.files[0].path, path) is not None:
                return pattern
        return None

    def _suggest(self, path: str, pattern: str, name: str, time: float, waits: bool, number: int = 0) -> None:
        store = self.workspace.store
        if suggestions.dismissals(store, pattern) >= self.workspace.config.suggestion.quiet_after_dismissals:
            return
        nth = f"{ordinal(number)} {name}" if number else name
        detail = f"{nth}. Not approved yet" if waits else f"{nth}. Fill it"
        self.workspace.notifier.suggest(
            Suggestion(f"fill:{path}", SuggestionKind.FILL, path, detail, path, pattern, time)
        )

    def _withdraw(self, path: str) -> None:
        """An offer to fill a file that has content now, or is gone, is withdrawn."""
        for open_one in suggestions.open_ones(self.workspace.store):
            if open_one.path == path and open_one.kind is SuggestionKind.FILL:
                suggestions.settle(self.workspace.store, open_one.id, "expired", self.workspace.clock())


def ordinal(number: int) -> str:
    """1st 2nd 3rd 4th 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
