"""Screen 6: fixes and anti-patterns as rows, and each in words."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from textual.content import Content

from engine.model import Status
from engine.model.figures import AntiPattern, Recovery
from tui.presentation import ink
from tui.presentation.text import amount, clean, crop, day, joined, number, pad, percent, spread

_WIDE_ROW: Final = 56
_WIDEST_ROW: Final = 90


def recovery_row(recovery: Recovery, width: int, now: float, zone: tzinfo | None = None) -> Content:
    """One line: the error, how often it was seen, success, how the last time ended, ● where it waits for a decision."""
    columns = [Content.styled(f"{number(recovery.seen) + '×':>6}", ink.MUTED)]
    if width >= _WIDE_ROW:
        success = "" if recovery.success is None else percent(recovery.success)
        columns.append(Content(f"{success:>6}"))
        columns.append(Content.assemble("  ", _last(recovery, now, zone, 14)))
    else:
        columns.append(Content.assemble(" ", _sign(recovery)))
    mark = Content.styled("●", ink.WAITS) if waits(recovery) else Content(" ")
    name = Content.styled(clean(recovery.signature), ink.STRONG if waits(recovery) else ink.PLAIN)
    if width >= _WIDEST_ROW:
        fix = crop(clean(" && ".join(recovery.steps)), width // 3)
        name = Content.assemble(name, "   ", (fix, ink.MUTED))
    return spread(name, Content.assemble(*columns, " ", mark), width)


def waits(recovery: Recovery) -> bool:
    return recovery.status is not Status.APPROVED


def _sign(recovery: Recovery) -> Content:
    if recovery.last_result is None:
        return Content(" ")
    return Content.styled("✓", ink.GOOD) if recovery.last_result else Content.styled("✗", ink.BAD)


def _last(recovery: Recovery, now: float, zone: tzinfo | None, width: int) -> Content:
    """`✓ yesterday`: how and when the fix ran last."""
    if not recovery.last:
        return Content.styled(pad("never run", width), ink.FAINT)
    return Content.assemble(_sign(recovery), f" {day(recovery.last, now, zone)}").truncate(width, pad=True)


def recovery_title(recovery: Recovery, width: int) -> Content:
    facts = [
        Content.styled(clean(recovery.name), ink.STRONG),
        Content.styled("waits: ⏎ decides", ink.WAITS) if waits(recovery) else Content.styled("approved", ink.MUTED),
        Content.styled(clean(recovery.pattern_id), ink.MUTED),
    ]
    while len(facts) > 1 and joined(facts).cell_length > width:
        facts.pop()
    return joined(facts).truncate(width, ellipsis=True)


def recovery_lines(recovery: Recovery, width: int, now: float, zone: tzinfo | None = None) -> list[Content]:
    """The error, what is known of the fix, and its steps, numbered."""
    lines = _field("error", recovery.signature, width)
    lines += _field("seen", amount(recovery.seen, "time"), width)
    if recovery.success is not None:
        lines += _field("success", percent(recovery.success), width)
    lines.append(Content.assemble((pad("last run", 10), ink.MUTED), _last(recovery, now, zone, 20)))
    if recovery.description:
        lines += _field("about", recovery.description, width)
    lines += [
        Content(""),
        Content.styled("the fix, step by step" if recovery.steps else "no step is recorded", ink.MUTED),
    ]
    for number_, step in enumerate(recovery.steps, 1):
        lead = f"{number_:>3}  "
        pieces = Content(clean(step)).wrap(max(width - len(lead), 8))
        lines += [
            Content.assemble((lead if not index else " " * len(lead), ink.FAINT), piece)
            for index, piece in enumerate(pieces)
        ]
    return [line.truncate(width, pad=True) for line in lines]


def anti_pattern_row(anti: AntiPattern, width: int) -> Content:
    """One line: what keeps failing, how often, and whether it still does."""
    active = anti.status == "active"
    sign = Content.styled("✗ ", ink.BAD) if active else Content.styled("✓ ", ink.MUTED)
    columns = [Content(f"{number(anti.occurrences) + '×':>6}")]
    if width >= _WIDE_ROW or not active:
        columns.append(Content.styled(f"  {crop(clean(anti.status.replace('_', ' ')), 14):<14}", ink.MUTED))
    return spread(Content.assemble(sign, clean(anti.name or anti.id)), Content.assemble(*columns), width)


def anti_pattern_title(anti: AntiPattern, width: int) -> Content:
    return joined([Content.styled(clean(anti.name), ink.STRONG), Content.styled(clean(anti.id), ink.MUTED)]).truncate(
        width, ellipsis=True
    )


def anti_pattern_lines(anti: AntiPattern, width: int) -> list[Content]:
    """What an anti-pattern is, whom it concerns, and what to do about it."""
    lines = _field("what", anti.description, width) if anti.description else []
    lines += _field("seen", amount(anti.occurrences, "time"), width)
    if anti.detected:
        lines += _field("since", anti.detected, width)
    if anti.affected:
        lines += _field("affects", ", ".join(anti.affected), width)
    if anti.fix:
        lines += _field("do", anti.fix, width)
    lines += _field("status", anti.status.replace("_", " "), width)
    return [line.truncate(width, pad=True) for line in lines]


def _field(name: str, text: str, width: int) -> list[Content]:
    """A name and its text, the text's further lines below its first."""
    pieces = Content(clean(" ".join(text.split()))).wrap(max(width - 10, 8)) or [Content("")]
    return [Content.assemble((pad("" if index else name, 10), ink.MUTED), piece) for index, piece in enumerate(pieces)]
