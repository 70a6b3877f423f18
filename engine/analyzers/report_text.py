"""A weekly report as Markdown, under the plan's headings; as JSON documents, in the keys that scripts read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.model.reports import NewCandidate, PatternWeek, WeeklyReport

_NOTHING = "Nothing this week."


def as_document(report: WeeklyReport) -> dict[str, Any]:
    """`patui report --json`."""
    return {
        "week": report.week,
        "top_patterns": [
            {
                "pattern_id": one.pattern_id,
                "uses": one.uses,
                "failures": one.failures,
                "hours_saved": round(one.hours_saved, 6),
                "source": source_of(one),
            }
            for one in report.top_patterns
        ],
        "time_saved": {"hours": round(report.hours, 6)},
        "underused_patterns": [
            {"pattern_id": one.pattern_id, "name": one.name, "count": len(one.files), "files": list(one.files)}
            for one in report.underused
        ],
        "new_pattern_candidates": [
            {
                "operation_kind": one.operation_kind,
                "kind": one.kind,
                "count": one.count,
                "name": one.name,
                "suggested_pattern_id": one.suggested_pattern_id,
                "similarity": round(one.similarity, 4),
                "candidate": one.candidate or None,
            }
            for one in report.candidates
        ],
        "anti_patterns": [
            {
                "id": one.id,
                "pattern_id": pattern,
                "name": one.name,
                "root_cause": cause,
                "occurrences": one.occurrences,
                "status": one.status,
                "recommendation": one.fix,
            }
            for one, pattern, cause in report.anti_patterns
        ],
        "manual_workarounds": [
            {"pattern_id": one.pattern_id, "count": one.count, "uses": one.uses, "examples": list(one.examples)}
            for one in report.workarounds
        ],
        "recommended_actions": [f"{one.command}  # {plain(one.why)}" for one in report.actions],
        "note": report.note,
    }


def as_markdown(report: WeeklyReport) -> str:
    """`patterns/reports/weekly/2026-W47.md`."""
    year, _, number = report.week.partition("-W")
    parts = [f"# Pattern Usage Report - Week {int(number)} {year}", ""]
    if report.note:
        parts += [f"> {report.note}", ""]
    parts += ["## Top Patterns (by usage)", "", *_top(report), ""]
    parts += ["## 📈 New Pattern Candidates", "", *_candidates(report.candidates), ""]
    parts += ["## ⚠ Anti-Patterns Detected", "", *_anti_patterns(report), ""]
    parts += ["## Underused Patterns", "", *_underused(report), ""]
    parts += ["## Manual Workarounds", "", *_workarounds(report), ""]
    parts += ["## 🔧 Recommended Actions", ""]
    parts += [f"{n}. `{one.command}`: {escaped(one.why)}" for n, one in enumerate(report.actions, 1)] or [_NOTHING]
    return "\n".join(parts) + "\n"


def source_of(one: PatternWeek) -> str:
    """Where a pattern's hours come from, in a word that scripts can compare."""
    if one.measured and one.modelled:
        return "measured and keystroke-level model"
    return "measured" if one.measured else "keystroke-level model" if one.modelled else "none"


def _top(report: WeeklyReport) -> list[str]:
    if not report.top_patterns:
        return [_NOTHING]
    lines = []
    for place, one in enumerate(report.top_patterns, 1):
        failed = f", {one.failures} failed" if one.failures else ""
        source = {"none": "not measured", "measured": "measured durations"}.get(source_of(one), source_of(one))
        lines.append(
            f"{place}. {one.pattern_id}: {one.uses} uses, {one.hours_saved:.1f} hours saved{failed} ({source})"
        )
    return [*lines, "", f"Time saved in all: {report.hours:.1f} hours."]


def _candidates(candidates: Iterable[NewCandidate]) -> list[str]:
    lines = []
    for one in candidates:
        if one.kind == "revision":
            lines.append(f"- **Next version drafted**: of {one.suggested_pattern_id}, from {one.count} of its uses")
            continue
        what = "File" if one.kind in ("file", "scaffold") else "Execution" if one.kind == "execution" else "Error"
        by = {"File": "files", "Execution": "operations", "Error": "fixes"}[what]
        lines.append(
            f"- **{what} pattern detected**: {one.count} similar {escaped(one.name)} {by} made by hand, "
            f"{one.similarity:.0%} similar"
        )
        lines.append(f"  → Suggest: {one.suggested_pattern_id}")
    return lines or [_NOTHING]


def _anti_patterns(report: WeeklyReport) -> list[str]:
    lines = []
    for one, pattern, cause in report.anti_patterns:
        who = pattern or escaped(one.name)
        lines.append(f"- {who} failed {one.occurrences} times ({escaped(cause.replace('_', ' '))}, {one.id})")
        if one.fix:
            lines.append(f"  → Recommendation: {escaped(one.fix)}")
    return lines or [_NOTHING]


def _underused(report: WeeklyReport) -> list[str]:
    return [
        f"- {one.pattern_id} ({escaped(one.name)}) was not used for {len(one.files)} files: "
        + ", ".join(f"`{plain(path).replace('`', '')}`" for path in one.files[:10])
        for one in report.underused
    ] or [_NOTHING]


def _workarounds(report: WeeklyReport) -> list[str]:
    lines = []
    for one in report.workarounds:
        lines.append(f"- Manual workarounds detected for {one.pattern_id}: {one.count} of {one.uses} uses were edited")
        lines += [f"  - {escaped(example)}" for example in one.examples[:3]]
    return lines or [_NOTHING]


def escaped(text: str) -> str:
    """`text` on one line, none of it read as Markdown or HTML."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|!~" else c for c in plain(text))


def plain(text: str) -> str:
    """`text` on one line without control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
