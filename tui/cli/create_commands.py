"""create: the plan's question before a file is made by hand."""

from __future__ import annotations

import sys

import click

from engine.actions import applying, review, suggesting
from engine.actions.find import Standing
from engine.errors import Conflict, MissingValue
from engine.workspace import Workspace
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, say

_NOTHING = 1


@click.command()
@click.argument("path")
@json_option
@click.pass_context
def create(context: click.Context, path: str, as_json: bool) -> int:
    """Before PATH is made by hand: the pattern that fits it, and the choice to continue or to apply it.

    Without a terminal nothing is made: the suggestion is printed. A slash at the end means a directory.
    """
    workspace = opened(context)
    if suggesting.exists(workspace, path):
        raise Conflict(f"{path} has content already")
    found = suggesting.before_creating(workspace, path)
    asks = not as_json and sys.stdin.isatty()
    if as_json:
        emit({"suggestion": found.as_row() if found else None})
    elif found is not None:
        say(f"💡 {found.text}")
    if not asks:
        if found is None:
            say("no pattern is known for this place")
        return 0 if found is not None else _NOTHING
    choices = ["y", "n", "p"] + ["o"] * bool(found and found.known.second)
    answer = click.prompt("", type=click.Choice(choices), default="y", err=True) if found else "y"
    if found is not None:
        suggesting.answer(workspace, found, accepted=answer in ("p", "o"))
    if answer == "n":
        return _NOTHING
    if answer == "y" or found is None:
        say(f"made {suggesting.make_empty(workspace, path)}, empty")
        return 0
    return _apply(workspace, found.known.second if answer == "o" else found.pattern_id, path)


def _apply(workspace: Workspace, pattern_id: str, path: str) -> int:
    """Shows what the pattern writes, and writes it; a draft is approved first, when the person says so."""
    shown = applying.preview(workspace, pattern_id, path)
    if shown.missing:
        raise MissingValue(shown.missing)
    for write in shown.plan.writes:
        say(f"+ {write.path}")
        for line in write.text.splitlines():
            say(f"  │ {line}")
    if shown.standing is Standing.OWN_DRAFT:
        if not click.confirm(f"{pattern_id} is a draft: approve it and write?", err=True):
            return _NOTHING
        review.approve(workspace, pattern_id, review.show(workspace, pattern_id).digest)
    done = applying.write(workspace, shown.plan)
    say(f"wrote {', '.join(done.paths)}. `patui undo` takes it back")
    return 0
