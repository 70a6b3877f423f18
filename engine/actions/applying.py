"""Applying patterns: preview, write, all missing siblings at once, undo."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine import apply as applier
from engine.actions.find import Found, Standing, find
from engine.actions.inducing import preset_values
from engine.actions.rendering import Rendered, render_pattern
from engine.actions.scan import work_rules
from engine.errors import MissingValue
from engine.induction import Completed, complete
from engine.model import (
    Application,
    Event,
    EventType,
    Pattern,
    Plan,
    Undone,
    Value,
    Values,
    WriteAction,
)
from engine.redact import find_secrets, redact
from engine.sources import tree
from engine.store import applications, outcomes
from engine.template import Segment
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PreviewFile:
    """One file as it would be written; `segments` tell which parts are slots."""

    path: str
    text: str
    segments: tuple[Segment, ...]
    action: WriteAction


@dataclass(frozen=True, slots=True)
class Preview:
    """What an application would do with what is known so far; a missing value shows as ‹name›.

    `sources` says for each variable where its value comes from: given, path, preset, default, analogy or missing.
    `standing` says whether the pattern may write yet.
    """

    pattern: Pattern
    standing: Standing
    plan: Plan
    values: Values
    sources: Mapping[str, str]
    missing: tuple[str, ...]
    files: tuple[PreviewFile, ...]


def preview(
    workspace: Workspace,
    reference: str,
    target: str,
    values: Mapping[str, Value] | None = None,
    preset: str | None = None,
) -> Preview:
    """What applying would write at `target`; writes nothing and tolerates missing values."""
    found = find(workspace, reference).must_render()
    pattern, where = found.pattern, workspace.relative(target)
    completed = _completed(pattern, where, values or {}, preset)
    rendered = render_pattern(workspace, pattern, completed.values, where, tolerant=True)
    plan = _plan(workspace, pattern, rendered, (where,), completed)
    parts = {file.path: file.segments for file in rendered}
    return Preview(
        pattern,
        found.standing,
        plan,
        completed.values,
        {**completed.sources, **dict.fromkeys(completed.missing, "missing")},
        completed.missing,
        tuple(PreviewFile(w.path, w.text, parts[w.path], w.action) for w in plan.writes),
    )


def _completed(pattern: Pattern, target: str, values: Mapping[str, Value], preset: str | None) -> Completed:
    """The values at `target`. What nobody knows starts like the most typical example, to be checked: so an application
    is never worse than a copied sibling."""
    completed = complete(pattern.variables, pattern.files, target, values, preset_values(pattern, preset))
    if completed.missing and preset is None and pattern.presets:
        completed = complete(pattern.variables, pattern.files, target, values, pattern.presets[0].values)
    return completed


def _plan(
    workspace: Workspace,
    pattern: Pattern,
    rendered: list[Rendered],
    targets: tuple[str, ...],
    completed: Completed,
) -> Plan:
    unchecked = tuple(name for name, source in completed.sources.items() if source in ("preset", "default", "analogy"))
    files = [(file.path, file.text, file.executable) for file in rendered]
    return applier.plan(pattern, files, workspace.root, targets=targets, values=completed.values, unchecked=unchecked)


def missing(
    workspace: Workspace, reference: str, values: Mapping[str, Value] | None = None, preset: str | None = None
) -> Plan:
    """One plan for every sibling directory that lacks the family's file.

    A target whose values are not all known is left out of the plan; `MissingValue` when that is every one.
    """
    found = find(workspace, reference).must_render()
    pattern = found.pattern
    paths = tree.paths(workspace.root, rules=work_rules(workspace))
    plans, lacking = [], []
    for target in applier.missing_targets(pattern, list(paths)):
        completed = _completed(pattern, target, values or {}, preset)
        if completed.missing:
            lacking = list(completed.missing)
            continue
        rendered = render_pattern(workspace, pattern, completed.values, target)
        plans.append(_plan(workspace, pattern, rendered, (target,), completed))
    if lacking and not plans:
        raise MissingValue(lacking)
    return Plan(
        pattern.pattern_id,
        pattern.version,
        pattern.name,
        tuple(target for plan in plans for target in plan.targets),
        tuple(write for plan in plans for write in plan.writes),
        dict(values or {}),
        tuple(dict.fromkeys(name for plan in plans for name in plan.unchecked)),
    )


def without(plan: Plan, target: str) -> Plan:
    """`plan` less one of its targets."""
    return applier.without(plan, target)


def write(workspace: Workspace, plan: Plan, *, allow_protected: bool = False) -> Application:
    """Writes `plan` and records the application. `NotTrusted` unless the pattern was approved here as it now is."""
    found = find(workspace, plan.pattern_id).must_write()
    now = workspace.clock()

    def record(files: Sequence[applications.AppliedFile]) -> Application:
        kept = replace(plan, values=_without_secrets(plan.values))
        with workspace.store.write():
            saved = _seconds_saved(found) * len(plan.targets)
            made = applications.record(workspace.store, kept, files, now, seconds_saved=saved)
            # What people keep of these texts is measured later; a secret is never stored.
            texts = {one.path: one.text for one in plan.writes if one.path in made.paths and not find_secrets(one.text)}
            outcomes.keep_texts(workspace.store, made.id, texts)
        return made

    done = applier.write(plan, workspace.root, record=record, allow_protected=allow_protected)
    count = f"{len(done.paths)} files" if len(done.paths) != 1 else done.paths[0]
    workspace.notifier.tell(
        Event(
            EventType.APPLICATION,
            now,
            f"applied {found.pattern.name}: {count}",
            path=done.paths[0] if done.paths else "",
            about={"pattern_id": plan.pattern_id, "application": done.id},
        )
    )
    return done


def _without_secrets(values: Values) -> Values:
    """The values as the database may keep them."""
    kept: dict[str, Value] = {}
    for name, value in values.items():
        if isinstance(value, str):
            kept[name] = redact(value)
        elif isinstance(value, bool):
            kept[name] = value
        else:
            kept[name] = json.loads(redact(json.dumps(value, ensure_ascii=False)))
    return kept


def _seconds_saved(found: Found) -> float:
    """What one use saves, by the backtest that the pattern carries; 0 for a pattern without one."""
    past = found.pattern.evidence.get("backtest")
    if not isinstance(past, Mapping) or not past.get("later"):
        return 0.0
    return max(0.0, float(past.get("hours_saved", 0.0)) * 3600.0 / float(past["later"]))


def undo(workspace: Workspace) -> Undone:
    """Takes back the last application that stands; files that were edited since are kept, each with its reason."""
    with workspace.store.write():  # nobody else may take back the same one meanwhile
        last = applications.last_standing(workspace.store)
        if last is None:
            return Undone(None, (), {})
        done = applier.undo(last, applications.files_of(workspace.store, last.id), workspace.root)
        applications.mark_undone(workspace.store, last.id, workspace.clock())
    workspace.notifier.tell(
        Event(
            EventType.APPLICATION,
            workspace.clock(),
            f"undid {last.pattern_id}: {len(done.removed)} removed, {len(done.kept)} kept",
            about={"pattern_id": last.pattern_id, "application": last.id, "undone": True},
        )
    )
    return done


def library(workspace: Workspace) -> list[Pattern]:
    """The patterns that can be applied: approved here or by the team, then those that ship."""
    approved = [pattern for _, pattern in workspace.shelf.approved().patterns]
    return [*approved, *workspace.shelf.catalogue()]
