"""Patterns over time: how each version did, and the version that is proposed next."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine import documents
from engine.actions import review
from engine.actions.find import find
from engine.actions.weeks import WEEKS, success_of, uses, zone_of
from engine.errors import BrokenInput, NoSuchPattern, PatuiError
from engine.library.shelf import content_of, text_of
from engine.model import Candidate, Kind, Pattern, RawTemplate, Status
from engine.model.figures import Evolution, Improvement, VersionFigures
from engine.rooted import digest
from engine.store import candidates, outcomes
from engine.store.figures import Uses
from engine.template import to_jinja
from engine.weeks import week_names, week_of
from engine.workspace import Workspace

_SLOT: Final = re.compile(r"\{\{[^{}]*\}\}")
_KEPT: Final = 500  # files that are read


def evolutions(workspace: Workspace) -> tuple[Evolution, ...]:
    """Every approved or used pattern, those with a proposal first, then the most used."""
    now, zone = workspace.clock(), zone_of(workspace)
    used: dict[str, list[Uses]] = {}
    for use in uses(workspace, now):
        used.setdefault(use.pattern_id, []).append(use)
    patterns = {pattern.pattern_id: pattern for _, pattern in workspace.shelf.approved().patterns}
    names = {pattern.pattern_id: pattern.name for pattern in workspace.shelf.catalogue()}
    written = _written(workspace)
    weeks = week_names(now, WEEKS, zone)
    found = []
    for pattern_id in {**patterns, **used, **written}:
        document, trouble = written.get(pattern_id, ({}, ""))
        mine = used.get(pattern_id, [])
        by_week: dict[str, list[Uses]] = {}
        for use in mine:
            by_week.setdefault(week_of(use.at, zone), []).append(use)
        first = next((index for index, week in enumerate(weeks) if week in by_week), len(weeks))
        course = tuple(success_of(by_week.get(week, ())) for week in weeks[first:])
        name = patterns[pattern_id].name if pattern_id in patterns else names.get(pattern_id, pattern_id)
        found.append(_evolution(pattern_id, name, patterns.get(pattern_id), document, trouble, mine, course))
    return tuple(sorted(found, key=lambda one: (not one.proposed_version, -one.uses, one.name)))


def templates(workspace: Workspace, evolution: Evolution) -> tuple[str, str]:
    """The pattern as it reads now and as it is proposed; two equal texts when nothing is proposed."""
    now = as_text(find(workspace, evolution.pattern_id).pattern)
    if not evolution.draft:
        return now, now
    path = workspace.root / workspace.relative(evolution.draft)
    return now, as_text(workspace.shelf.load(path))


@dataclass(frozen=True, slots=True)
class NextVersion:
    """A proposed version beside the one that stands, both as text to compare."""

    version: str
    proposed_version: str
    now: str
    proposed: str


def proposed(workspace: Workspace, number: int) -> Candidate | None:
    """The candidate that a proposal is kept as."""
    return candidates.get(workspace.store, number) if number else None


def next_version(workspace: Workspace, candidate: Candidate) -> NextVersion:
    """What a candidate of the kind REVISION proposes. NoSuchPattern, BrokenInput when one of the two cannot be read."""
    stands = find(workspace, candidate.pattern_id).pattern
    proposed = workspace.shelf.load(workspace.root / candidate.path)
    return NextVersion(stands.version, proposed.version, as_text(stands), as_text(proposed))


def digest_of(workspace: Workspace, evolution: Evolution) -> str:
    """Of the proposed version's file as it lies there now; empty when there is none."""
    if not evolution.draft:
        return ""
    path = workspace.root / workspace.relative(evolution.draft)
    return digest(content_of(path, evolution.draft))


def approve_proposed(workspace: Workspace, evolution: Evolution, shown: str) -> Candidate:
    """Puts the proposed version in the place of the one that stands, if it is still the one with the digest `shown`.

    Raises NoSuchPattern when no candidate waits with it, NotTrusted when its file is another now.
    """
    waiting = candidates.listing(workspace.store, (Status.PENDING, Status.DEFERRED))
    for candidate in waiting:
        if candidate.kind is Kind.REVISION and candidate.pattern_id == evolution.pattern_id:
            return review.approve(workspace, str(candidate.id), shown)
    raise NoSuchPattern(evolution.pattern_id, [])


def judge(workspace: Workspace, evolution: Evolution, value: int) -> None:
    """Keeps a thumb: 1 up, -1 down, for the version that stands."""
    outcomes.give_feedback(workspace.store, evolution.pattern_id, evolution.version, value, workspace.clock())


def as_text(pattern: Pattern) -> str:
    """What a pattern writes or runs, as text to compare: each file's template below its path, or the steps."""
    parts = []
    for file in pattern.files:
        body = file.body.source if isinstance(file.body, RawTemplate) else to_jinja(file.body)
        parts.append(f"{to_jinja(file.path)}\n{body}" if len(pattern.files) > 1 else body)
    return "\n".join(parts) + "".join(f"{line}\n" for line in step_lines(pattern.steps))


def step_lines(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each step of a routine or a fix in one line: the command as one would type it, or the file it edits."""
    lines = []
    for step in steps:
        argv = step.get("argv")
        if isinstance(argv, list | tuple):
            lines.append(" ".join(_word(str(word)) for word in argv))
        elif step.get("path"):
            lines.append(f"edit {step['path']}")
        else:
            lines.append(str(step.get("command") or step.get("description") or dict(step)))
    return lines


def _word(word: str) -> str:
    """A parameter stays as it is written in the pattern: quotes around it would be read as part of it."""
    bare = _SLOT.sub("x", word)
    return word if shlex.quote(bare) == bare else shlex.quote(word)


# ── the evolution files ──────────────────────────────────────────────────────────────────────────────────────────────


def _written(workspace: Workspace) -> dict[str, tuple[Mapping[str, Any], str]]:
    """What lies in reports/evolution, by pattern; a broken file gives its words instead."""
    folder = workspace.home / "reports" / "evolution"
    found: dict[str, tuple[Mapping[str, Any], str]] = {}
    for path in sorted(folder.glob("*.yaml"))[:_KEPT]:
        try:
            document = read_mapping(workspace, path)
        except PatuiError as error:
            found[path.stem] = {}, str(error)
        else:
            found[text(document.get("pattern_id")) or path.stem] = document, ""
    return found


def read_mapping(workspace: Workspace, path: Path) -> Mapping[str, Any]:
    """The YAML document at `path`; BrokenInput when it holds anything but keys and values."""
    source = workspace.shelf.relative(path)
    document = documents.load(text_of(content_of(path, source), source), source)
    if not isinstance(document, dict):
        raise BrokenInput(f"{source}: must be keys and values")
    return document


def _evolution(
    pattern_id: str,
    name: str,
    pattern: Pattern | None,
    document: Mapping[str, Any],
    trouble: str,
    used: Sequence[Uses],
    weeks: tuple[float | None, ...],
) -> Evolution:
    performance = document.get("performance")
    known: Mapping[str, Any] = performance if isinstance(performance, dict) else {}
    total = known.get("total_uses")
    success = share(known.get("success_rate"))
    return Evolution(
        pattern_id=pattern_id,
        name=name,
        version=pattern.version if pattern else text(document.get("version")),
        uses=total if isinstance(total, int) else sum(use.uses for use in used),
        success=success if success is not None else success_of(used),
        weeks=weeks,
        versions=_versions(pattern, used),
        time_saved=text(known.get("avg_time_saved")),
        issues=lines(document.get("issues_detected")),
        improvements=tuple(
            Improvement(text(entry.get("priority")), text(entry.get("change")), text(entry.get("estimated_impact")))
            for entry in entries(document.get("recommended_improvements"))
        ),
        proposed_version=text(document.get("proposed_version")),
        draft=text(document.get("auto_generated_spec")),
        backtest=text(document.get("backtest")) if isinstance(document.get("backtest"), str) else "",
        trouble=trouble,
    )


def _versions(pattern: Pattern | None, used: Iterable[Uses]) -> tuple[VersionFigures, ...]:
    """The versions in the order of the pattern's lineage, then as they were first used, the present one last."""
    by_version: dict[str, list[Uses]] = {}
    for entry in pattern.lineage if pattern else ():
        if version := text(entry.get("version")):
            by_version.setdefault(version, [])
    for use in used:
        if use.version:
            by_version.setdefault(use.version, []).append(use)
    if pattern:
        by_version[pattern.version] = by_version.pop(pattern.version, [])
    return tuple(
        VersionFigures(version, sum(use.uses for use in mine), success_of(mine)) for version, mine in by_version.items()
    )


# ── values of documents that another program may have written ────────────────────────────────────────────────────────


def text(value: object) -> str:
    """A value as one text; nothing for what is no single value."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def lines(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(text, value))) if isinstance(value, list) else ()


def entries(value: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()


def share(value: object) -> float | None:
    """A share in 0..1, or None."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1 else None
