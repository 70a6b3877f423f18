"""Screen 5: patterns over time as rows, and what is proposed for one."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from engine.model.figures import Evolution, VersionFigures
from tui.presentation import ink
from tui.presentation.charts import bar, sparkline
from tui.presentation.text import amount, clean, joined, number, pad, percent, spread

_SPARK: Final = 12  # weeks
_BAR: Final = 16  # cells
_WIDE_ROW: Final = 40
_SIGNS: Final = {"high": "▲", "medium": "■", "low": "▽"}


def evolution_row(evolution: Evolution, width: int) -> Content:
    """One line: name, the success of the last weeks, the success of all, ● where a new version waits."""
    success = "" if evolution.success is None else percent(evolution.success)
    columns = [Content(f"{success:>6}")]
    if width >= _WIDE_ROW:
        columns.insert(0, Content.styled(f"{sparkline(evolution.weeks, _SPARK, 1.0):>{_SPARK}}", ink.MUTED))
        columns.insert(1, Content.styled(f"{number(evolution.uses) + '×':>6}", ink.MUTED))
    mark = Content.styled("●", ink.WAITS) if evolution.proposed_version else Content(" ")
    name = Content.styled(clean(evolution.name), ink.STRONG if evolution.proposed_version else ink.PLAIN)
    return spread(name, Content.assemble(*columns, " ", mark), width)


def evolution_title(evolution: Evolution, width: int) -> Content:
    facts = [
        Content.styled(clean(evolution.name), ink.STRONG),
        Content(clean(evolution.version)),
        Content.styled(clean(evolution.pattern_id), ink.MUTED),
    ]
    while len(facts) > 1 and joined(facts).cell_length > width:
        facts.pop()
    return joined(facts).truncate(width, ellipsis=True)


def comparison_title(evolution: Evolution, width: int) -> Content:
    """The title above the two texts: which version stands on which side."""
    if not evolution.proposed_version:
        return Content.assemble(clean(evolution.version), "  ", ("as it is: no new version is proposed", ink.MUTED))
    line = Content.assemble(
        clean(evolution.version),
        " → ",
        (clean(evolution.proposed_version), ink.WAITS),
        ("   as it stands, and as it is proposed", ink.MUTED),
    )
    return line.truncate(width, ellipsis=True)


def evolution_lines(evolution: Evolution, width: int) -> list[Content]:
    """What is known of a pattern over time: success, versions, what goes wrong, what is recommended."""
    lines: list[Content] = []
    if evolution.trouble:
        lines += Content.assemble(("✗ ", ink.BAD), clean(evolution.trouble)).wrap(max(width, 8))
    uses = amount(evolution.uses, "use") if evolution.uses else "not used yet"
    success = f"{percent(evolution.success)} with success" if evolution.success is not None else ""
    saved = f"{clean(evolution.time_saved)} saved each" if evolution.time_saved else ""
    lines.append(joined([Content(uses), success, saved]))
    if evolution.weeks:
        spark = sparkline(evolution.weeks, max(min(width - 16, 26), 1), 1.0)
        lines.append(Content.assemble((pad("by week", 10), ink.MUTED), spark, (" now", ink.MUTED)))
    if evolution.proposed_version and evolution.backtest:
        lines += _hanging(Content.styled(pad("backtest", 10), ink.MUTED), clean(evolution.backtest), width)
    for index, version in enumerate(evolution.versions):
        lines.append(Content.assemble((pad("" if index else "versions", 10), ink.MUTED), _version(version)))
    for issue in evolution.issues:
        lines += _hanging(Content.assemble(("✗ ", ink.BAD)), clean(issue), width)
    for one in evolution.improvements:
        sign = Content.styled(f"{_SIGNS.get(one.priority, '·')} ", ink.STRONG)
        told = one.impact.replace(f" (backtest {evolution.backtest})", "") if evolution.backtest else one.impact
        impact = f" ({clean(told)})" if told else ""
        priority = f"{clean(one.priority)}: " if one.priority else ""
        lines += _hanging(sign, f"{priority}{clean(one.change)}{impact}", width)
    return [line.truncate(width, pad=True) for line in lines]


def _version(version: VersionFigures) -> Content:
    known = "" if version.success is None else f"{percent(version.success):>6} "
    line = "" if version.success is None else bar(version.success, _BAR)
    return Content.assemble(
        f"{clean(version.version)[:9]:<9}", (f"{number(version.uses) + '×':>6}", ink.MUTED), known, (line, ink.MUTED)
    )


def _hanging(sign: Content, text: str, width: int) -> list[Content]:
    """Text behind a sign, its further lines below its first word."""
    indent = sign.cell_length
    pieces = Content(text).wrap(max(width - indent, 8))
    return [Content.assemble(sign if not index else " " * indent, piece) for index, piece in enumerate(pieces)]
