"""export."""

from __future__ import annotations

import click

from engine.actions import exporting
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, emit_text


@click.command()
@click.argument("pattern")
@click.option("--to", "target", required=True, metavar="just|sh|fish", help="The tool that shall understand it.")
@json_option
@click.pass_context
def export(context: click.Context, pattern: str, target: str, as_json: bool) -> int:
    """Print a recipe as a just recipe or a shell function."""
    text = exporting.export(opened(context), pattern, target)
    if as_json:
        emit({"target": target, "text": text})
    else:
        emit_text(text)
    return 0
