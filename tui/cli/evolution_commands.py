"""anti-patterns, evolve."""

from __future__ import annotations

import click

from engine.actions.anti_patterns import detect_anti_patterns, document_of
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, say, table

_NOTHING = 1


@click.command("anti-patterns")
@json_option
@click.pass_context
def anti_patterns(context: click.Context, as_json: bool) -> int:
    """Say what keeps failing, why, and what to do about it; the registry is brought up to date."""
    workspace = opened(context)
    found = detect_anti_patterns(workspace)
    if as_json:
        emit({"anti_patterns": [document_of(row) for row in found]})
    elif found:
        table(
            ("id", "times", "status", "why", "name", "what to do"),
            [
                (row.id, str(row.occurrences), row.status, row.cause.replace("_", " "), row.name, row.recommendation)
                for row in found
            ],
            right=(1,),
        )
    else:
        say("nothing failed three times in the last 7 days")
    return 0 if found else _NOTHING
