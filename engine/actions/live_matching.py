"""What the live engine makes of one settled change: an empty file of a known family, or one that an editor has just
opened, is offered to be filled, a new file counts for its family, the third similar one brings a proposal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from engine.actions.evolving import measure_file, note_fit
from engine.detectors.file_pattern_miner import FilePatternMiner, Propose
from engine.detectors.pattern_suggester import Action, PatternSuggester, ordinal
from engine.known_work import StoredWork, suggester
from engine.mining.index import FamilyIndex
from engine.mining.sketches import sketch
from engine.model import ChangeKind, Event, EventType, FileChange, SuggestionKind
from engine.redact import holds_token
from engine.sources.authorship import why_not_work
from engine.store import applications, suggestions
from engine.workspace import Workspace


@dataclass
class Matcher:
    """Matches changes against the known families. `load` it anew after each mining."""

    workspace: Workspace
    _miner: FilePatternMiner | None = None
    _work: StoredWork = field(init=False)
    _suggester: PatternSuggester = field(init=False)

    def __post_init__(self) -> None:
        self._use(StoredWork(self.workspace, given=FamilyIndex()))

    def load(self, propose: Propose | None = None) -> None:
        """Takes the families of the last mining from the database; `propose` drafts instead of the workspace."""
        import engine.drafting  # noqa: F401 - 100 ms: now, while nobody waits, and not before the first toast

        work = StoredWork(self.workspace)
        work.counts = {family.signature: len(family.members) for family in work.index.families()}
        self._use(work)
        self._miner = self.workspace.file_pattern_miner(propose)

    def _use(self, work: StoredWork) -> None:
        self._work, self._suggester = work, suggester(self.workspace, work)

    def take(self, change: FileChange) -> None:
        """One change; what is not a developer's work is passed over."""
        workspace = self.workspace
        if change.by_tool or change.path.startswith(f"{workspace.home.name}/") or holds_token(change.path):
            return
        if change.kind is ChangeKind.REMOVED:
            self._withdraw(change.path)
        elif change.kind is ChangeKind.OPENED:
            self._offer(Action.CREATE_FILE, change.path)
        elif change.kind is ChangeKind.DIRECTORY:
            self._offer(Action.CREATE_DIRECTORY, change.path)
        else:
            self._take_file(change)

    def _take_file(self, change: FileChange) -> None:
        example = self.workspace.read_example(change.path)
        if isinstance(example, str) or why_not_work(change.path, example.text) is not None:
            return
        if not example.text.strip():
            self._offer(Action.CREATE_FILE, change.path)
            return
        self._withdraw(change.path)
        if applications.wrote(self.workspace.store, change.path, _digest(example.text)):
            return
        if applications.wrote_at(self.workspace.store, change.path):
            measure_file(self.workspace, change.path, example.text)
        elif change.kind is ChangeKind.CREATED:
            note_fit(self.workspace, change.path, example.text)
        self._tell_saved(change, example.text)
        if change.kind is ChangeKind.CREATED and self._miner is not None:
            self._miner.on_file_created(change.path, example.text)

    def _tell_saved(self, change: FileChange, text: str) -> None:
        found = self._work.index.add(sketch(change.path, text, created=change.time))
        about = {}
        words = "saved"
        counts = self._work.counts
        if found:
            best = found[0]
            about = {"family": best.name, "signature": best.signature, "similarity": best.similarity}
            if change.kind is ChangeKind.CREATED:
                counts[best.signature] = counts.get(best.signature, 0) + 1
                about["number"] = counts[best.signature]
                words = f"new, {ordinal(counts[best.signature])} of {best.name}"
            else:
                words = f"saved, of {best.name}"
        self.workspace.notifier.tell(Event(EventType.FILE, change.time, words, change.path, about))

    # ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _offer(self, action: Action, path: str) -> None:
        """Offers to fill `path` by an approved pattern, or else by the draft of the family that it belongs to."""
        self._suggester.on_user_action(action, {"path": path})

    def _withdraw(self, path: str) -> None:
        """An offer to fill a file that has content now, or is gone, is withdrawn."""
        for open_one in suggestions.open_ones(self.workspace.store):
            if open_one.path == path and open_one.kind is SuggestionKind.FILL:
                taken = applications.wrote_at(self.workspace.store, path)
                ended = "accepted" if taken else "expired"
                suggestions.settle(self.workspace.store, open_one.id, ended, self.workspace.clock())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
