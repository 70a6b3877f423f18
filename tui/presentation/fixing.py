"""A fix before it runs, while it runs, and what came of it, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from engine.model import ErrorRecord, Step, StepKind
from tui.presentation import ink
from tui.presentation.text import clean, crop

MARKED: Final = {
    "installs": "it installs something",
    "network": "it reaches the network",
    "privileged": "it needs privileges",
    "deletes": "it deletes or ends something",
}
_SOURCES: Final = {
    "approved": "approved",
    "candidate": "a candidate, not approved yet",
    "history": "from what was done",
}
_MOST: Final = 40  # lines of one edit


def fix_title(error: ErrorRecord, width: int) -> Content:
    """The error itself, on the edge."""
    said = f"{error.type}: {error.message}" if error.type else error.message
    return Content.assemble(("fix ", ink.MUTED), crop(clean(said.split("\n")[0]), max(width - 4, 8)))


def offer_lines(
    *,
    source: str,
    times: int,
    success_rate: float | None,
    marks: Sequence[str],
    steps: Sequence[Step],
    shown: Sequence[str],
    again: str,
    trouble: str,
    asked: Sequence[str],
) -> list[Content]:
    """What speaks for a fix, and exactly what will run; `again` is the command that had failed."""
    rate = "" if success_rate is None else f" · {success_rate:.0%} of them went well"
    lines = [Content.styled(f"{_SOURCES.get(source, source)} · helped {times}×{rate}", ink.MUTED)]
    lines += [Content.styled(f"! {MARKED.get(mark, mark)}", ink.WAITS) for mark in marks]
    lines.append(Content(""))
    for number, (step, words) in enumerate(zip(steps, shown, strict=True), 1):
        where = f"   in {clean(step.cwd)}" if step.cwd not in ("", ".") else ""
        lines.append(Content.assemble((f"{number}  ", ink.FAINT), clean(words), (where, ink.MUTED)))
        if step.kind is StepKind.EDIT:
            lines += edit_lines(step.before, step.after)
    if again:
        lines.append(Content.assemble(("then again  ", ink.FAINT), clean(again)))
    if asked:
        lines += [Content(""), Content.styled(f"⏎ asks for {', '.join(map(clean, asked))} first", ink.MUTED)]
    if trouble:
        lines += [Content(""), Content.assemble(("✗ ", ink.BAD), "patui cannot run this: ", clean(trouble))]
    return lines


def edit_lines(before: str, after: str) -> list[Content]:
    """What an edit takes away and adds, places parted by `⋯`."""
    from engine.mining.edit_rules import hunks

    old, new = before.splitlines(), after.splitlines()
    lines: list[Content] = []
    for start, end, first, last in hunks(old, new):
        if lines:
            lines.append(Content.styled("   ⋯", ink.FAINT))
        lines += [Content.assemble(("   - ", ink.BAD), clean(line)) for line in old[start:end]]
        lines += [Content.assemble(("   + ", ink.GOOD), clean(line)) for line in new[first:last]]
    left = len(lines) - _MOST
    return [*lines[:_MOST], Content.styled(f"   … {left} more lines", ink.MUTED)] if left > 0 else lines


def ended_line(words: str, exit_code: int, seconds: float) -> Content:
    """How one step ended."""
    sign = ("✓ ", ink.GOOD) if exit_code == 0 else ("✗ ", ink.BAD)
    how = f"   {seconds:.1f} s" if exit_code == 0 else f"   ended with {exit_code}"
    return Content.assemble(sign, clean(words), (how, ink.MUTED))


def verdict_line(fixed: bool | None, again: int | None, *, succeeded: bool) -> Content:
    """What came of it, in words; `again` is how what had failed ended when it was run again (None: it was not)."""
    if fixed and again:
        return Content("! that error is gone; another one is in its place")
    if fixed:
        return Content.assemble(("✓ ", ink.GOOD), "fixed" if again is None else "fixed: what had failed is green again")
    if fixed is None and succeeded:
        return Content("done; run what had failed again to see whether it helped")
    return Content.assemble(("✗ ", ink.BAD), "not fixed: the error is still there" if succeeded else "not fixed")
