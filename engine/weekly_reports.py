"""Where weekly reports come from and lie: the week as it can be computed from the database, and its files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.analyzers.performance_analyzer import PatternPerformanceAnalyzer
from engine.analyzers.report_text import as_markdown, escaped
from engine.errors import BrokenInput
from engine.library.shelf import content_of
from engine.mining.executions import is_only_a_command
from engine.model import Candidate, Event, EventType, Kind, Status
from engine.model.figures import AntiPattern
from engine.model.reports import AppliedUse, Underused, WeeklyReport, WeekOfWork, Workaround
from engine.parts import Parts
from engine.store import anti_patterns as anti_pattern_table
from engine.store import applications, executions, figures, outcomes
from engine.store import candidates as candidate_table
from engine.store import families as family_table
from engine.weeks import WEEK, bounds, week_names, week_of, zone_named

_DAY = 86_400.0
_MOST_FILES = 50
_DIGEST = 200  # open candidates in the digest


def analyzer(parts: Parts) -> PatternPerformanceAnalyzer:
    """AUTO-004 over the database and the files of a parts."""
    rules = parts.config.detection
    return PatternPerformanceAnalyzer(
        StoredWeeks(parts),
        min_executions=rules.min_executions,
        similarity_threshold=rules.similarity_threshold,
    )


@dataclass(frozen=True)
class StoredWeeks:
    """Weeks from the database, reports into files."""

    parts: Parts

    def week(self, name: str | None) -> WeekOfWork:
        return week_of_work(self.parts, name or last_week(self.parts))

    def keep(self, report: WeeklyReport) -> None:
        parts = self.parts
        parts.make_home()
        folder = parts.home / "reports"
        path = folder / "weekly" / f"{report.week}.md"
        new = not path.exists()
        parts.shelf.save(path, as_markdown(report))
        write_index(parts)
        write_digests(parts)
        if new:
            said = f"wrote the report of {report.week}: {report.hours:.1f} hours saved"
            about = {"week": report.week, "hours": round(report.hours, 2)}
            parts.notifier.tell(Event(EventType.REPORT, parts.clock(), said, parts.shelf.relative(path), about))


def last_week(parts: Parts) -> str:
    """The last ISO week that has ended."""
    return week_names(parts.clock(), 2, zone_named(parts.config.timezone))[0]


def week_of_work(parts: Parts, week: str) -> WeekOfWork:
    """Everything that the report of a week is computed from."""
    start, end = bounds(week, zone_named(parts.config.timezone))
    store = parts.store
    used = executions.between(store, start, end, with_pattern=True)
    by_hand = executions.between(store, start, end, with_pattern=False)
    usual = figures.seconds_by_hand(store, {one.operation_kind for one in used}, end)
    return WeekOfWork(
        week=week,
        start=start,
        end=end,
        used=tuple(used),
        applied=tuple(
            AppliedUse(one.pattern_id, one.at, applications.seconds_saved(store, one.id), bool(one.undone_at))
            for one in applications.between(store, start, end)
        ),
        by_hand=tuple(one for one in by_hand if not is_only_a_command(one)),
        usual=dict(usual),
        underused=underused(parts, start, end),
        candidates=tuple(_candidates_of(parts, start, end)),
        anti_patterns=_anti_patterns(parts, start, end),
        workarounds=tuple(
            Workaround(pattern, *counted) for pattern, counted in outcomes.workarounds(store, start, end).items()
        ),
        without_telemetry=executions.newest(store) == 0 and not applications.listing(store),
    )


def underused(parts: Parts, start: float, end: float) -> tuple[Underused, ...]:
    """Approved patterns of files, with what was made by hand of their family in a time."""
    families = {family.signature: family for family in family_table.load(parts.store)[0]}
    found = []
    for row in candidate_table.listing(parts.store, (Status.APPROVED,)):
        family = families.get(row.signature)
        if row.kind not in (Kind.FILE, Kind.SCAFFOLD) or family is None:
            continue
        files = [
            member.path
            for member in family.members
            if start <= member.created < end
            and member.path not in row.members
            and not any(applications.wrote_at(parts.store, path) for path in member.files)
        ]
        if files:
            found.append(Underused(row.pattern_id, row.name, tuple(files[:_MOST_FILES])))
    return tuple(found)


def _candidates_of(parts: Parts, start: float, end: float) -> list[Candidate]:
    """Open candidates that were found in a time; a next version of a pattern is no new one."""
    rows = candidate_table.listing(parts.store, (Status.PENDING, Status.DEFERRED))
    return [row for row in rows if start <= row.detected_at < end and row.kind is not Kind.REVISION]


def _anti_patterns(parts: Parts, start: float, end: float) -> tuple[tuple[AntiPattern, str, str], ...]:
    return tuple(
        (
            AntiPattern(one.id, one.name, occurrences=one.occurrences, fix=one.recommendation, status=one.status),
            one.pattern_id,
            one.cause,
        )
        for one in anti_pattern_table.listing(parts.store)
        if one.first_at < end and one.last_at >= start
    )


# ── the index and the digests ────────────────────────────────────────────────────────────────────────────────────────


def write_index(parts: Parts) -> None:
    """`reports/README.md`: every weekly report, the newest first, with what it says it saved."""
    folder = parts.home / "reports"
    lines = ["# Reports", "", "- [Open candidates](pattern_candidates.md)", ""]
    for path in sorted((folder / "weekly").glob("*.md"), reverse=True):
        if not WEEK.fullmatch(path.stem):
            continue
        text = content_of(path, path.name).decode("utf-8", "replace")
        saved = re.search(r"^Time saved in all: (.*) hours\.$", text, re.MULTILINE)
        lines.append(f"- [{path.stem}](weekly/{path.name})" + (f": {saved[1]} hours saved" if saved else ""))
    _save_changed(parts, "README.md", "\n".join(lines) + "\n")


def write_digests(parts: Parts) -> None:
    """`pattern_candidates.md`: what waits for a verdict; `pattern_candidates_weekly.md`: what the last week found."""
    rows = candidate_table.listing(parts.store, (Status.PENDING,), _DIGEST)
    _save_changed(parts, "pattern_candidates.md", digest("Pattern Candidates", rows))
    week = week_of(parts.clock(), zone_named(parts.config.timezone))
    start, _ = bounds(week, zone_named(parts.config.timezone))
    recent = [row for row in rows if row.detected_at >= start - 7 * _DAY]
    _save_changed(parts, "pattern_candidates_weekly.md", digest("Pattern Candidates of the last week", recent))


def digest(title: str, rows: Sequence[Candidate]) -> str:
    """Open candidates as Markdown, the most valuable first."""
    lines = [f"# {title}", ""]
    if not rows:
        lines.append("None is waiting. `patui analyze` looks for patterns now.")
    for row in rows:
        what = {Kind.FILE: "files", Kind.SCAFFOLD: "directories", Kind.EXECUTION: "runs", Kind.RECOVERY: "fixes"}
        head = f"{row.support} {what.get(row.kind, 'examples')}, {row.confidence:.0%} sure"
        hours = f", {row.hours_saved:.1f} hours it would have saved" if row.hours_saved >= 0.05 else ""
        lines.append(f"- **{escaped(row.name)}** ({row.kind}, `{row.pattern_id}`): {head}{hours}")
        lines.append(f"  - `patui show {row.id}`, then `patui approve {row.id}` or `patui reject {row.id}`")
    return "\n".join(lines) + "\n"


def _save_changed(parts: Parts, name: str, text: str) -> None:
    path = parts.home / "reports" / name
    with suppress(BrokenInput):  # missing or unreadable: it is written anew, which says what is wrong
        if content_of(path, name) == text.encode():
            return
    parts.shelf.save(path, text)
