"""Candidates as rows, and what stands beside a candidate: title, variables, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from textual.content import Content

from engine.model import Candidate, Kind, Pattern, Status, Value, Variable, VariableType
from tui.presentation import ink
from tui.presentation.steps import worth_rows
from tui.presentation.text import amount, clean, crop, crop_path, day, hours, joined, number, pad, percent, spread

_UNITS: Final = {
    Kind.FILE: ("file", "files"),
    Kind.SCAFFOLD: ("folder", "folders"),
    Kind.EXECUTION: ("run", "runs"),
    Kind.RECOVERY: ("fix", "fixes"),
    Kind.REFACTOR: ("change", "changes"),
    Kind.REVISION: ("use", "uses"),
}
_KINDS: Final = {
    Kind.FILE: "file template",
    Kind.SCAFFOLD: "scaffold",
    Kind.EXECUTION: "recipe",
    Kind.RECOVERY: "recovery",
    Kind.REFACTOR: "refactor",
    Kind.REVISION: "new version",
}
_WIDE_ROW: Final = 50
_SIGNS: Final = {Status.APPROVED: "✓", Status.REJECTED: "✗", Status.DEFERRED: "…", Status.ARCHIVED: "-"}


def kind_name(kind: Kind) -> str:
    return _KINDS[kind]


def support(candidate: Candidate) -> str:
    """`14 files`, `6 runs`."""
    return amount(candidate.support, *_UNITS[candidate.kind])


def candidate_row(candidate: Candidate, width: int, *, new: bool = False, selected: bool = False) -> Content:
    """One line: name, how often seen, hours saved so far, confidence where there is room, ● while not yet looked at.

    ■ stands before the name of a selected one.
    """
    columns = [
        Content.styled(f"{support(candidate):>10}", ink.MUTED),
        Content(f"{next_version(candidate)[2:9] or hours(candidate.hours_saved):>7}"),
    ]
    if width >= _WIDE_ROW:
        sure = "" if candidate.kind is Kind.REVISION else percent(candidate.confidence)
        columns.append(Content.styled(f"{sure:>6}", ink.MUTED))
    sign = _SIGNS.get(candidate.status, "")
    mark = Content.styled("●", ink.WAITS) if new else Content(sign or " ")
    right = Content.assemble(*columns, " ", mark)
    name = Content.styled(clean(candidate.name), ink.STRONG if new else ink.PLAIN)
    return spread(Content.assemble("■ ", name) if selected else name, right, width)


def candidate_title(candidate: Candidate, width: int) -> Content:
    """The border title of the detail: what it is and what it is worth."""
    revises = candidate.kind is Kind.REVISION
    facts = [
        Content.styled(clean(candidate.name), ink.STRONG),
        Content.styled(kind_name(candidate.kind), ink.MUTED),
        Content(support(candidate)),
        Content(next_version(candidate) if revises else worth(candidate)),
        Content.styled("" if revises else f"{percent(candidate.confidence)} sure", ink.MUTED),
    ]
    while len(facts) > 1 and joined(facts).cell_length > width:
        facts.pop(1 if len(facts) == 5 else -1)
    return joined(facts).truncate(width, ellipsis=True)


def next_version(candidate: Candidate) -> str:
    """`→ 1.1.0` where a candidate is the next version of a pattern, else nothing."""
    version = candidate.evidence.get("version")
    return f"→ {clean(version)}" if candidate.kind is Kind.REVISION and isinstance(version, str) else ""


def worth(candidate: Candidate) -> str:
    """`3.2 h, 20 min a month`: what it would have saved so far, and what it is expected to save."""
    saved, monthly = hours(candidate.hours_saved), hours(candidate.hours_per_month)
    return f"{saved}, {monthly} a month" if candidate.hours_saved else f"{monthly} a month"


@dataclass(frozen=True, slots=True)
class Rendered:
    """How a rendering came out: lines that differ, and values it took besides what the path decides."""

    differing: int
    given: int

    def words(self, width: int) -> Content:
        """As much of it as fits."""
        source = f"from its path + {amount(self.given, 'value')}" if self.given else "from its path"
        closeness = "exact ✓" if not self.differing else amount(self.differing, "line differs", "lines differ")
        text = f"rendered {source}, {closeness}"
        return Content.styled(
            crop(text if len(text) <= width else closeness, width), "" if self.differing else ink.GOOD
        )


def example_line(
    path: str, index: int, count: int, width: int, rendered: Rendered | None = None, *, split: bool = False
) -> Content:
    """`example 2/14  providers/color/de_AT/__init__.py   rendered …, exact ✓` (in halves when `split`)."""
    left_width = (width - 1) // 2 if split else width - (16 if rendered else 0)
    lead = f"example {index + 1}/{count}  " if left_width >= 40 else f"{index + 1}/{count}  "
    left = Content.assemble(" ", (lead, ink.MUTED), crop_path(clean(path), max(left_width - len(lead) - 2, 1)))
    if rendered is None:
        return left.truncate(width, ellipsis=True, pad=True)
    if split:
        left = left.truncate(left_width, ellipsis=True, pad=True)
        return Content.assemble(left, "  ", rendered.words(width - left_width - 3)).truncate(width, pad=True)
    right = rendered.words(width - left.cell_length - 3)
    return Content.assemble(left, "   ", right).truncate(width, ellipsis=True, pad=True)


def versions_line(version: str, proposed: str, width: int, *, split: bool = False) -> Content:
    """`1.0.0 as it stands` and `1.1.0 as it is proposed`, each above its side when `split`."""
    if not proposed:
        return Content(" ").truncate(width, pad=True)
    left, right = f"{clean(version)} as it stands", f"{clean(proposed)} as it is proposed"
    if split:
        half = (width - 1) // 2
        return Content.assemble(
            (pad(crop(f" {left}", half), half), ink.MUTED), "  ", (crop(right, width - half - 2), ink.STRONG)
        ).truncate(width, pad=True)
    return Content.assemble(" ", (f"{left} → ", ink.MUTED), (right, ink.STRONG)).truncate(width, pad=True)


# ── variables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def variable_rows(pattern: Pattern, width: int) -> list[Content]:
    """One line a variable: name, where its value comes from, examples."""
    if not pattern.variables:
        return [Content.styled("none: every file is the same", ink.MUTED)]
    return [variable_row(variable, pattern.variables, width) for variable in pattern.variables]


def variable_row(variable: Variable, others: Sequence[Variable], width: int) -> Content:
    """One of these lines; the columns are as wide as all of the variables need."""
    name_width = min(max(len(other.name) for other in others) + 2, max(width // 3, 8))
    source_width = min(max(len(source_of(other)) for other in others) + 2, max(width // 3, 10))
    return Content.assemble(
        (pad(crop(clean(variable.name), name_width - 1), name_width), ink.PLAIN),
        (pad(crop(source_of(variable), source_width - 1), source_width), ink.MUTED),
        crop(examples_of(variable), max(width - name_width - source_width, 0)),
    )


def source_of(variable: Variable) -> str:
    """Where the value comes from when nobody types it."""
    if variable.derivation:
        return "from path"
    if variable.type is VariableType.BOOLEAN:
        return "switch"
    if variable.type in (VariableType.LIST, VariableType.RECORDS):
        return "list"
    if variable.choices:
        return f"one of {len(variable.choices)}"
    return "default" if variable.default is not None else "you type it"


def examples_of(variable: Variable) -> str:
    """What the value looked like so far, in one line."""
    if variable.type is VariableType.BOOLEAN:
        seen = [example is True for example in variable.examples]
        return f"on in {sum(seen)} of {len(seen)}" if seen else ("on" if variable.default is True else "off")
    if variable.type in (VariableType.LIST, VariableType.RECORDS):
        lengths = [len(example) for example in variable.examples if isinstance(example, list)]
        if not lengths:
            return ""
        low, high = min(lengths), max(lengths)
        return amount(low, "item") if low == high else f"{low} to {amount(high, 'item')}"
    return " ".join(dict.fromkeys(short_value(example) for example in variable.examples[:8]))


def short_value(value: Value | None) -> str:
    """A value in one line, for reading only."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return amount(len(value), "item")
    lines = clean(value.split("\n", 1)[0]).strip()
    more = value.count("\n")
    return f"{lines} (+{amount(more, 'line')})" if more else lines or "(empty)"


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def evidence_rows(candidate: Candidate, width: int, now: float, zone: tzinfo | None = None) -> list[Content]:
    """What speaks for the candidate, each line from recorded evidence; what is not recorded is not said."""
    known = candidate.evidence
    rows: list[Content | str] = [_seen(candidate)]
    first, last = (_date(known.get(key), now, zone) for key in ("first", "last"))
    if first and last and first != last:
        rows.append(f"{first} → {last}")
    past = known.get("backtest")
    if isinstance(past, dict):
        rows += _backtest(past)
    elif isinstance(past, str) and candidate.kind is Kind.REVISION:
        pieces = Content(f"backtest: {clean(past)}").wrap(max(width, 8))
        rows += pieces
    elif candidate.kind is Kind.EXECUTION:
        rows += worth_rows(candidate)
    elif candidate.hours_saved:
        rows.append(f"would have saved {hours(candidate.hours_saved)} so far")
    if candidate.members and candidate.kind is not Kind.EXECUTION:
        when = f" ({last})" if last else ""
        path = crop_path(clean(candidate.members[-1]), max(width - 6 - len(when), 8))
        rows.append(Content.assemble(("last: ", ink.MUTED), path, (when, ink.MUTED)))
    if candidate.detected_at:
        rows.append(Content.styled(f"found {day(candidate.detected_at, now, zone)}", ink.MUTED))
    if candidate.why:
        rows.append(Content.assemble(("why: ", ink.MUTED), clean(candidate.why)))
    return [Content.assemble(row).truncate(width, ellipsis=True) for row in rows]


def _seen(candidate: Candidate) -> str:
    people, agents = (_whole(candidate.evidence.get(key)) for key in ("authors", "by_agents"))
    by = f", by {amount(people, 'person', 'people')}" if people else ""
    seen = "used" if candidate.kind is Kind.REVISION else "seen"
    return f"{seen} {number(candidate.support)}×{by}" + (f", {number(agents)} by agents" if agents else "")


def _date(written: object, now: float, zone: tzinfo | None) -> str:
    """An ISO date as people say it; empty when there is none."""
    try:
        return day(datetime.fromisoformat(str(written)).replace(tzinfo=zone or UTC).timestamp(), now, zone)
    except ValueError:
        return ""


def _backtest(past: dict[str, Any]) -> list[Content | str]:
    predicted, later, exact = (_whole(past.get(key)) for key in ("predicted", "later", "exact"))
    rows: list[Content | str] = []
    if predicted:
        close = _whole(past.get("mostly_right"))
        rows.append(f"backtest: {close} of {predicted} later files ≥ 80 %")
        rows.append(f"          {exact} exact" + (f", a sample of {later}" if later > predicted else ""))
    saved = past.get("hours_saved")
    if isinstance(saved, int | float):
        rows.append(f"would have saved {hours(float(saved))} over copying")
    return rows


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


# ── filtering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def matching(names: Sequence[str], query: str, cutoff: float = 60.0) -> list[int]:
    """Indexes of the names that answer to `query`, best first; all in order when the query is blank."""
    query = query.strip()
    if not query:
        return list(range(len(names)))
    from rapidfuzz import fuzz, process, utils  # 30 ms: only when somebody filters

    found = process.extract(
        query, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=cutoff, limit=None
    )
    lowered = query.lower()
    ranked = sorted(found, key=lambda hit: (lowered not in hit[0].lower(), -hit[1], hit[2]))
    return [index for _, _, index in ranked]
