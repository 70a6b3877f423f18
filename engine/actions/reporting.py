"""`patui report`: the week as it can be computed from the database, written down and indexed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.actions.weeks import week_of, zone_of
from engine.analyzers.performance_analyzer import PatternPerformanceAnalyzer
from engine.analyzers.report_text import as_markdown, escaped
from engine.errors import BrokenInput, UsageError
from engine.library.shelf import content_of
from engine.mining.executions import is_only_a_command
from engine.model import Candidate, Event, EventType, Kind, Status
from engine.model.figures import AntiPattern
from engine.model.reports import AppliedUse, Underused, WeeklyReport, WeekOfWork, Workaround
from engine.store import anti_patterns as anti_pattern_table
from engine.store import applications, executions, figures, outcomes
from engine.store import candidates as candidate_table
from engine.store import families as family_table
from engine.workspace import Workspace

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DAY = 86_400.0
_MOST_FILES = 50
_DIGEST = 200  # open candidates in the digest


def generate_weekly_report(workspace: Workspace, week: str | None = None) -> WeeklyReport:
    """The report of an ISO week (without one: the last whole one), written to reports/weekly and indexed.

    UsageError for a week that no calendar has.
    """
    return analyzer(workspace).generate_weekly_report(week)


def analyzer(workspace: Workspace) -> PatternPerformanceAnalyzer:
    """AUTO-004 over this workspace."""
    rules = workspace.config.detection
    return PatternPerformanceAnalyzer(
        StoredWeeks(workspace),
        min_executions=rules.min_executions,
        similarity_threshold=rules.similarity_threshold,
    )


@dataclass(frozen=True)
class StoredWeeks:
    """Weeks from the database, reports into files."""

    workspace: Workspace

    def week(self, name: str | None) -> WeekOfWork:
        return week_of_work(self.workspace, name or last_week(self.workspace))

    def keep(self, report: WeeklyReport) -> None:
        workspace = self.workspace
        workspace.make_home()
        folder = workspace.home / "reports"
        path = folder / "weekly" / f"{report.week}.md"
        new = not path.exists()
        workspace.shelf.save(path, as_markdown(report))
        write_index(workspace)
        write_digests(workspace)
        if new:
            said = f"wrote the report of {report.week}: {report.hours:.1f} hours saved"
            about = {"week": report.week, "hours": round(report.hours, 2)}
            workspace.notifier.tell(
                Event(EventType.REPORT, workspace.clock(), said, workspace.shelf.relative(path), about)
            )


def last_week(workspace: Workspace) -> str:
    """The last ISO week that has ended."""
    zone = zone_of(workspace)
    return week_of((datetime.fromtimestamp(workspace.clock(), zone) - timedelta(weeks=1)).timestamp(), zone)


def bounds(workspace: Workspace, week: str) -> tuple[float, float]:
    """Where a week starts and ends (excluded), by the config's zone. UsageError when there is no such week."""
    found = _WEEK.fullmatch(week)
    zone = zone_of(workspace)
    try:
        if found is None:
            raise ValueError
        start = datetime.fromisocalendar(int(found[1]), int(found[2]), 1).replace(tzinfo=zone)
        return start.timestamp(), (start + timedelta(weeks=1)).timestamp()
    except (ValueError, OverflowError):
        raise UsageError(f"{week}: no week; weeks are written 2026-W47") from None


def week_of_work(workspace: Workspace, week: str) -> WeekOfWork:
    """Everything that the report of a week is computed from."""
    start, end = bounds(workspace, week)
    store = workspace.store
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
        underused=underused(workspace, start, end),
        candidates=tuple(_candidates_of(workspace, start, end)),
        anti_patterns=_anti_patterns(workspace, start, end),
        workarounds=tuple(
            Workaround(pattern, *counted) for pattern, counted in outcomes.workarounds(store, start, end).items()
        ),
        without_telemetry=executions.newest(store) == 0 and not applications.listing(store),
    )


def underused(workspace: Workspace, start: float, end: float) -> tuple[Underused, ...]:
    """Approved patterns of files, with what was made by hand of their family in a time."""
    families = {family.signature: family for family in family_table.load(workspace.store)[0]}
    found = []
    for row in candidate_table.listing(workspace.store, (Status.APPROVED,)):
        family = families.get(row.signature)
        if row.kind not in (Kind.FILE, Kind.SCAFFOLD) or family is None:
            continue
        files = [
            member.path
            for member in family.members
            if start <= member.created < end
            and member.path not in row.members
            and not any(applications.wrote_at(workspace.store, path) for path in member.files)
        ]
        if files:
            found.append(Underused(row.pattern_id, row.name, tuple(files[:_MOST_FILES])))
    return tuple(found)


def _candidates_of(workspace: Workspace, start: float, end: float) -> list[Candidate]:
    """Open candidates that were found in a time."""
    rows = candidate_table.listing(workspace.store, (Status.PENDING, Status.DEFERRED))
    return [row for row in rows if start <= row.detected_at < end]


def _anti_patterns(workspace: Workspace, start: float, end: float) -> tuple[tuple[AntiPattern, str, str], ...]:
    return tuple(
        (
            AntiPattern(one.id, one.name, occurrences=one.occurrences, fix=one.recommendation, status=one.status),
            one.pattern_id,
            one.cause,
        )
        for one in anti_pattern_table.listing(workspace.store)
        if one.first_at < end and one.last_at >= start
    )


# ── the index and the digests ────────────────────────────────────────────────────────────────────────────────────────


def write_index(workspace: Workspace) -> None:
    """`reports/README.md`: every weekly report, the newest first, with what it says it saved."""
    folder = workspace.home / "reports"
    lines = ["# Reports", "", "- [Open candidates](pattern_candidates.md)", ""]
    for path in sorted((folder / "weekly").glob("*.md"), reverse=True):
        if not _WEEK.fullmatch(path.stem):
            continue
        text = content_of(path, path.name).decode("utf-8", "replace")
        saved = re.search(r"^Time saved in all: (.*) hours\.$", text, re.MULTILINE)
        lines.append(f"- [{path.stem}](weekly/{path.name})" + (f": {saved[1]} hours saved" if saved else ""))
    _save_changed(workspace, "README.md", "\n".join(lines) + "\n")


def write_digests(workspace: Workspace) -> None:
    """`pattern_candidates.md`: what waits for a verdict; `pattern_candidates_weekly.md`: what the last week found."""
    rows = candidate_table.listing(workspace.store, (Status.PENDING,), _DIGEST)
    _save_changed(workspace, "pattern_candidates.md", digest("Pattern Candidates", rows))
    week = week_of(workspace.clock(), zone_of(workspace))
    start, _ = bounds(workspace, week)
    recent = [row for row in rows if row.detected_at >= start - 7 * _DAY]
    _save_changed(workspace, "pattern_candidates_weekly.md", digest("Pattern Candidates of the last week", recent))


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


def _save_changed(workspace: Workspace, name: str, text: str) -> None:
    path = workspace.home / "reports" / name
    with suppress(BrokenInput):  # missing or unreadable: it is written anew, which says what is wrong
        if content_of(path, name) == text.encode():
            return
    workspace.shelf.save(path, text)
