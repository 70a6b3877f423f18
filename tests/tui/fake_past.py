"""A frozen past for the screens that look back: weeks, patterns over time, fixes, what keeps failing."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from engine.errors import BrokenInput
from engine.model import Status
from engine.model.figures import (
    AntiPattern,
    Evolution,
    Improvement,
    Recovery,
    ReportFile,
    VersionFigures,
    WeekFigures,
)

NOW = 1_763_647_318.0  # 2025-11-20 14:01:58 UTC, week 47
_USES = (3, 0, 5, 8, 4, 12, 7, 9, 14, 6, 11, 13)
_SUCCESS = (1.0, None, 0.8, 0.75, 1.0, 0.83, 0.71, 0.78, 0.86, 0.83, 0.91, 0.92)

REPORT = """# Pattern Usage Report - Week 47 2025

## Top Patterns (by usage)
1. PAT-LOCALE-PROVIDER-001: 8 uses, 2.9 hours saved
2. PAT-RELEASE-001: 5 uses, 1.1 hours saved

## New Pattern Candidates
- **File pattern**: 9 similar migrations were created by hand
  → `patui show shop-migration`

## Anti-Patterns Detected
- PAT-RELEASE-001 failed 3 times (the tag exists already)

| pattern | uses | failures |
|---|---|---|
| locale-provider | 8 | 0 |
| release | 5 | 3 |

## Recommended Actions
1. Approve shop-migration ([how](https://patui.example/approve))
"""

REPORTS = (
    ReportFile("2025-W47", "patterns/reports/weekly/2025-W47.md", REPORT),
    ReportFile("2025-W46", "patterns/reports/weekly/2025-W46.md", "# Week 46\n\nA quiet week.\n"),
)
WEEKS = tuple(
    WeekFigures(f"2025-W{36 + index}", uses, uses * 0.31, success)
    for index, (uses, success) in enumerate(zip(_USES, _SUCCESS, strict=True))
)
EVOLUTIONS = (
    Evolution(
        "PAT-LOCALE-PROVIDER-001",
        "locale-provider",
        "1.2.0",
        127,
        0.73,
        (1.0, None, 0.8, 0.75, 0.6, 0.7, 0.71, 0.6, 0.7),
        (VersionFigures("1.0.0", 41, 0.66), VersionFigures("1.2.0", 86, 0.77)),
        "42min",
        ("Fails on a locale with a script, as sr_Latn_RS (8 times)", "The colours are retyped in 19 % of the uses"),
        (
            Improvement("high", "Take the script of the locale into the path", "+15 % success"),
            Improvement("medium", "Let the list of colours be empty", "+8 % success"),
        ),
        "1.3.0",
        "patterns/drafts/locale-provider-1.3.pattern.yaml",
        "19 of 23 recorded uses would have been exact, 1.2.0 had 14",
    ),
    Evolution(
        "PAT-RELEASE-001", "release", "1.0.0", 31, 0.94, (1.0, 0.9, 0.9, 1.0), (VersionFigures("1.0.0", 31, 0.94),)
    ),
    Evolution("PAT-ADR-001", "adr", "1.0.0", 0, None),
)
RECOVERIES = (
    Recovery(
        "PAT-STALE-LOCK-001",
        "stale-lock",
        "LockError: index.lock exists",
        Status.PENDING,
        3,
        ("rm .git/index.lock", "git status"),
        description="The lock of a git that was killed.",
    ),
    Recovery(
        "PAT-MISSING-MODULE-001",
        "missing-module",
        "ModuleNotFoundError: No module named <*>",
        Status.APPROVED,
        14,
        ("pip install {{ module }}", "pytest {{ path }}"),
        0.92,
        NOW - 90_000,
        True,
    ),
    Recovery(
        "PAT-PORT-001", "port-taken", "OSError: [Errno 98] Address already in use", Status.APPROVED, 6,
        ("lsof -ti :{{ port }}", "kill {{ pid }}"), 0.5, NOW - 900, False,
    ),
)  # fmt: skip
ANTI_PATTERNS = (
    AntiPattern(
        "ANTI-PAT-002",
        "Release without a free tag",
        "The recipe fails when the tag exists already.",
        "2025-11-18",
        4,
        ("PAT-RELEASE-001",),
        "Ask git for the tag before the build",
        "active",
    ),
    AntiPattern("ANTI-PAT-001", "Rigid locale", "", "2025-10-02", 7, (), "", "fixed_in_v1.1"),
)
OLD = 'class Provider(ColorProvider):\n    locale = "{{ locale }}"\n    all_colors = {{ colors }}\n' + "".join(
    f"    # {n}\n" for n in range(12)
)
NEW = OLD.replace("{{ locale }}", "{{ locale }}{% if script %}_{{ script }}{% endif %}").replace("# 7", "# seven")


@dataclass(kw_only=True)
class FakePast:
    """The part of the fake façade that looks back; `past_trouble` is why nothing can be read."""

    reports: tuple[ReportFile, ...] = REPORTS
    weeks: tuple[WeekFigures, ...] = WEEKS
    evolutions: tuple[Evolution, ...] = EVOLUTIONS
    recoveries: tuple[Recovery, ...] = RECOVERIES
    anti_patterns: tuple[AntiPattern, ...] = ANTI_PATTERNS
    past_trouble: str = ""
    reported: list[str] = field(default_factory=list)  # weeks whose report was written
    judged: list[tuple[str, str]] = field(default_factory=list)  # approved versions, and thumbs

    def _past(self, name: str) -> Any:
        def read(_: Any) -> Any:
            if self.past_trouble:
                raise BrokenInput(self.past_trouble)
            return getattr(self, name)

        return read

    def _report(self, _: Any, week: str | None = None) -> Any:
        """Writes a report of a week, as the real façade does: it is listed then."""
        if self.past_trouble:
            raise BrokenInput(self.past_trouble)
        name = week or "2025-W46"
        self.reported.append(name)
        others = [report for report in self.reports if report.week != name]
        self.reports = (ReportFile(name, f"patterns/reports/weekly/{name}.md", f"# Written {name}\n"), *others)
        return SimpleNamespace(week=name)

    @staticmethod
    def _templates(_: Any, evolution: Evolution) -> tuple[str, str]:
        return OLD, NEW if evolution.draft else OLD

    def past_modules(self) -> dict[str, dict[str, Any]]:
        """The façade's modules that look back, and what is in each."""
        return {
            "weeks": {
                "reports": self._past("reports"),
                "weekly": self._past("weeks"),
                "records": lambda _: {"PAT-LOCALE-PROVIDER-001": (127, 0.73)},
            },
            "reporting": {"generate_weekly_report": self._report},
            "evolutions": {
                "evolutions": self._past("evolutions"),
                "templates": self._templates,
                "digest_of": lambda _, evolution: "seen" if evolution.draft else "",
                "approve_proposed": lambda _, evolution, shown: self.judged.append((evolution.pattern_id, shown)),
                "judge": lambda _, evolution, value: self.judged.append((evolution.pattern_id, str(value))),
            },
            "recoveries": {"recoveries": self._past("recoveries"), "anti_patterns": self._past("anti_patterns")},
        }
