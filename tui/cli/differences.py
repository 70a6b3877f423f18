"""Two texts as the lines that differ, with a few around them: what the next version of a pattern changes."""

from __future__ import annotations

from collections.abc import Iterator

import click

from engine.errors import PatuiError
from engine.model import Candidate
from engine.workspace import Workspace
from tui.cli.output import clean, say

_AROUND = 3


def difference(old: str, new: str) -> Iterator[str]:
    """The lines of both texts: `-` before those that go, `+` before those that come, a blank before those that stay
    around them, and `…` where more of these are left out. Nothing for equal texts."""
    from rapidfuzz.distance import LCSseq  # 20 ms, and few commands show a difference

    before, after = old.splitlines(), new.splitlines()
    runs: list[tuple[bool, list[str], list[str]]] = []  # whether equal, the old lines, the new ones
    for one in LCSseq.opcodes(before, after):
        gone, came = before[one.src_start : one.src_end], after[one.dest_start : one.dest_end]
        if runs and not runs[-1][0] and one.tag != "equal":
            runs[-1] = (False, runs[-1][1] + gone, runs[-1][2] + came)
        else:
            runs.append((one.tag == "equal", gone, came))
    if all(equal for equal, _, _ in runs):
        return
    for place, (equal, gone, came) in enumerate(runs):
        if not equal:
            yield from (f"-{line}" for line in gone)
            yield from (f"+{line}" for line in came)
            continue
        head = _AROUND if place else 0
        tail = _AROUND if place + 1 < len(runs) else 0
        if len(gone) <= head + tail + 1:
            yield from (f" {line}" for line in gone)
        else:
            yield from (f" {line}" for line in gone[:head])
            yield "…"
            yield from (f" {line}" for line in gone[len(gone) - tail :])


def show_difference(workspace: Workspace, candidate: Candidate) -> bool:
    """Prints what a next version changes in the one that stands; False where one of the two cannot be read."""
    from engine.actions.evolutions import next_version

    try:
        found = next_version(workspace, candidate)
    except PatuiError:
        return False
    lines = list(difference(found.now, found.proposed))
    say(f"{found.version} → {found.proposed_version}" + ("" if lines else ": the text stays, only checks are added"))
    for line in lines:
        click.echo(clean(line))
    return True
