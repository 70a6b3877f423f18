"""report."""

from __future__ import annotations

import click

from engine.actions.reporting import generate_weekly_report
from engine.analyzers.report_text import as_document, as_markdown
from tui.cli.opening import json_option, opened
from tui.cli.output import clean, emit, say


@click.command()
@click.option("--week", metavar="2026-W47", help="An ISO week (default: the last whole one).")
@json_option
@click.pass_context
def report(context: click.Context, week: str | None, as_json: bool) -> int:
    """Write the report of a week: what patterns saved, what was done by hand, what keeps failing."""
    workspace = opened(context)
    made = generate_weekly_report(workspace, week)
    if as_json:
        emit(as_document(made))
    else:
        click.echo(clean(as_markdown(made)), nl=False)
    say(f"written to {workspace.home.name}/reports/weekly/{made.week}.md")
    return 0
