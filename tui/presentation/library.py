"""The library: patterns as rows, and what a pattern says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from engine.model import Pattern, Plan
from tui.presentation import ink
from tui.presentation.candidates import kind_name
from tui.presentation.text import amount, clean, crop_path, joined, number, pad, percent, spread

_WIDE_ROW: Final = 52


@dataclass(frozen=True, slots=True)
class Entry:
    """A pattern of the library with how often it was used, and the share of these uses that succeeded."""

    pattern: Pattern
    uses: int = 0
    success: float | None = None


def pattern_row(entry: Entry, width: int) -> Content:
    """One line: name, kind where there is room, version, uses and their success (or what the file says of it)."""
    pattern = entry.pattern
    success = pattern.success_rate if entry.success is None else entry.success
    columns = [
        Content.styled(f"{clean(pattern.version)[:8]:>8}", ink.MUTED),
        Content.styled(f"{number(entry.uses) + '×' if entry.uses else '':>7}", ink.MUTED),
        Content(f"{'' if success is None else percent(success):>6}"),
    ]
    if width >= _WIDE_ROW:
        columns.insert(0, Content.styled(f"{kind_name(pattern.kind):>14}", ink.MUTED))
    return spread(Content(clean(pattern.name)), Content.assemble(*columns), width)


def pattern_title(pattern: Pattern, width: int) -> Content:
    facts = [
        Content.styled(clean(pattern.name), ink.STRONG),
        Content(clean(pattern.version)),
        Content.styled(kind_name(pattern.kind), ink.MUTED),
        Content.styled(clean(pattern.pattern_id), ink.MUTED),
    ]
    while len(facts) > 1 and joined(facts).cell_length > width:
        facts.pop()
    return joined(facts).truncate(width, ellipsis=True)


def target_row(target: str, width: int, *, chosen: bool, conflict: bool) -> Content:
    """One line of the `--missing` review: [x] the target, left out ones without the x."""
    box = "[x] " if chosen else "[ ] "
    note = Content.styled("exists", ink.BAD) if conflict else Content("")
    left = Content.assemble((box, ink.STRONG if chosen else ink.FAINT), crop_path(clean(target), max(width - 12, 4)))
    return spread(left if chosen else left.stylize(ink.MUTED), note, width)


def plan_title(plan: Plan) -> Content:
    return Content.assemble(
        ("apply ", ink.MUTED),
        (clean(plan.name), ink.STRONG),
        f" {clean(plan.version)} ",
        ("to what lacks it", ink.MUTED),
    )


def targets_chosen(chosen: int, total: int) -> Content:
    return Content.assemble(f"{chosen} of {amount(total, 'place')}")


def facts(pattern: Pattern) -> list[Content]:
    """What a pattern says of itself: description, whose examples it learned from, presets."""
    rows: list[Content] = []
    if pattern.description:
        rows.append(Content(" ".join(clean(line) for line in pattern.description.split("\n"))))
    if pattern.presets:
        names = " ".join(clean(preset.name) for preset in pattern.presets[:8])
        rows.append(Content.assemble((pad("like", 8), ink.MUTED), names))
    members = pattern.evidence.get("support")
    if isinstance(members, int) and members:
        rows.append(Content.assemble((pad("learned", 8), ink.MUTED), f"from {amount(members, 'example')}"))
    return rows
