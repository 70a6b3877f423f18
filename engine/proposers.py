"""AUTO-001 and AUTO-002 over a workspace: they propose, and are silent where nobody should be told now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.parts import Parts

if TYPE_CHECKING:
    from engine.detectors.execution_detector import ExecutionPatternDetector
    from engine.detectors.execution_detector import Propose as ProposeRecipe
    from engine.detectors.file_pattern_miner import FilePatternMiner, Propose
    from engine.detectors.pattern_suggester import Considerate


def file_pattern_miner(place: Parts, propose: Propose) -> FilePatternMiner:
    """AUTO-002; `propose` drafts the pattern of a family that was found."""
    from engine.detectors.file_pattern_miner import FilePatternMiner
    from engine.ports import StoredFiles

    files = StoredFiles(lambda: place.store)
    return FilePatternMiner(files, propose, _considerate(place), place.clock, place.config.detection)


def execution_pattern_detector(place: Parts, propose: ProposeRecipe) -> ExecutionPatternDetector:
    """AUTO-001; `propose` drafts the recipe of a finding."""
    from engine.detectors.execution_detector import ExecutionPatternDetector
    from engine.ports import StoredExecutions

    log = StoredExecutions(lambda: place.store, place.root, place.clock)
    return ExecutionPatternDetector(log, propose, _considerate(place), place.clock, place.config.detection)


def _considerate(place: Parts) -> Considerate:
    from engine.detectors.pattern_suggester import Considerate
    from engine.stored_past import StoredPast

    return Considerate(place.notifier, StoredPast(lambda: place.store), place.clock, place.config.suggestion)
