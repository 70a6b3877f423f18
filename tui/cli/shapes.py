"""Model values as the JSON that scripts read; keys and meaning are a promise."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.actions.applying import Preview
from engine.actions.inducing import variable_document
from engine.model import Application, Backtest, Candidate, Family, Fit, Kind, Pattern, Plan, RawTemplate, Undone
from engine.template import to_jinja


def family(found: Family) -> dict[str, Any]:
    return {
        "name": found.name,
        "kind": str(found.kind),
        "files": list(found.files),
        "confidence": round(found.confidence, 4),
        "signature": found.signature,
        "path_template": found.path_template,
        "members": [member.path for member in found.members],
    }


def candidate(row: Candidate, proposed: Pattern | None = None) -> dict[str, Any]:
    """A row of the review; of a recipe or a recovery with the steps of the pattern that it proposes."""
    return {
        "id": row.id,
        "pattern_id": row.pattern_id,
        "aliases": list(row.aliases),
        "kind": str(row.kind),
        "name": row.name,
        "status": str(row.status),
        "confidence": round(row.confidence, 4),
        "support": row.support,
        "hours_saved": round(row.hours_saved, 4),
        "hours_per_month": round(row.hours_per_month, 4),
        "path": row.path,
        "members": list(row.members),
        "evidence": dict(row.evidence),
        "why": row.why,
    } | ({"steps": steps(proposed)} if row.kind in (Kind.EXECUTION, Kind.RECOVERY) else {})


def steps(found: Pattern | None) -> list[dict[str, Any]]:
    """The steps as they stand in the file: `argv` is a list of words, `{{ name }}` in them a parameter."""
    return [{**step, "argv": list(step.get("argv", ()))} for step in found.steps] if found else []


def template_text(pattern: Pattern) -> str:
    """The written form of the pattern's first file."""
    if not pattern.files:
        return ""
    body = pattern.files[0].body
    return body.source if isinstance(body, RawTemplate) else to_jinja(body)


def pattern(found: Pattern) -> dict[str, Any]:
    return {
        "pattern_id": found.pattern_id,
        "name": found.name,
        "kind": str(found.kind),
        "version": found.version,
        "status": str(found.status),
        "description": found.description,
        "template": template_text(found),
        "files": [to_jinja(file.path) for file in found.files],
        "variables": [variable_document(variable) for variable in found.variables],
        "steps": steps(found),
        "presets": [{"name": preset.name, "values": dict(preset.values)} for preset in found.presets],
        "confidence": round(found.confidence, 4),
    }


def fit(found: Fit) -> dict[str, Any]:
    return {
        "preset": found.preset,
        "values": dict(found.values),
        "exact": found.exact,
        "similarity": round(found.similarity, 4) if not found.exact else 1.0,
        "missed": list(found.missed),
    }


def preview(shown: Preview) -> dict[str, Any]:
    return {
        "pattern_id": shown.plan.pattern_id,
        "version": shown.plan.version,
        "writes": [{"path": w.path, "action": str(w.action), "text": w.text} for w in shown.plan.writes],
        "values": dict(shown.values),
        "sources": dict(shown.sources),
        "missing": list(shown.missing),
        "unchecked": list(shown.plan.unchecked),
    }


def application(done: Application, unchecked: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "application": done.id,
        "pattern_id": done.pattern_id,
        "version": done.version,
        "paths": list(done.paths),
        "unchecked": list(unchecked),
    }


def undone(result: Undone) -> dict[str, Any]:
    return {
        "application": result.application.id if result.application else None,
        "removed": list(result.removed),
        "kept": dict(result.kept),
    }


def backtest(pattern_id: str, past: Backtest) -> dict[str, Any]:
    return {
        "pattern_id": pattern_id,
        "support": past.support,
        "predicted": past.predicted,
        "exact": past.exact,
        "gap_closed": round(past.gap_closed, 4),
        "hours_saved": round(past.hours_saved, 4),
        "hours_per_month": round(past.hours_per_month, 4),
        "sampled": past.sampled,
        "baseline": "copy",
        "source": "keystroke-level model",
        "predictions": [asdict(prediction) for prediction in past.predictions],
    }


def plan(shown: Plan) -> dict[str, Any]:
    return {
        "pattern_id": shown.pattern_id,
        "version": shown.version,
        "targets": list(shown.targets),
        "writes": [{"path": w.path, "action": str(w.action), "text": w.text} for w in shown.writes],
        "unchecked": list(shown.unchecked),
    }
