"""scan, analyze, backtest."""

from __future__ import annotations

import click

from engine.actions import analyze as analyzing
from engine.actions import scan as scanning
from engine.actions.find import find
from engine.model import Status
from tui.cli import shapes
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, say, table
from tui.cli.review_commands import print_candidates
from tui.presentation.text import amount, hours


@click.command()
@click.argument("directory", required=False)
@json_option
@click.pass_context
def scan(context: click.Context, directory: str | None, as_json: bool) -> int:
    """Show the families of similar files in DIRECTORY and in its history. Writes nothing."""
    workspace = opened(context, directory)
    found = scanning.scan(workspace)
    if as_json:
        emit(
            {
                "families": [shapes.family(family) for family in found.families],
                "skipped": dict(found.skipped),
                "files": found.files,
                "commits": found.commits,
            }
        )
    else:
        table(
            ["family", "kind", "members", "alike", "where"],
            (
                [f.name, str(f.kind), str(len(f.members)), f"{f.confidence:.0%}", f.path_template or f.members[-1].path]
                for f in found.families
            ),
            right=(2, 3),
        )
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(found.skipped.items(), key=lambda x: -x[1]))
    say(f"{len(found.families)} families in {found.files} files" + (f"; left out: {left_out}" if left_out else ""))
    return 0 if found.families else 1


@click.command()
@click.argument("directory", required=False)
@click.option("--suggest", is_flag=True, help="Accepted for scripts: candidates are always drafted.")
@click.option("--export", "file", metavar="FILE", help="Write a redacted summary that a team may commit.")
@json_option
@click.pass_context
def analyze(context: click.Context, directory: str | None, suggest: bool, file: str | None, as_json: bool) -> int:
    """Look for patterns now; draft those that would have saved time."""
    workspace = opened(context, directory)
    analyzing.analyze(workspace, progress=say)
    if file:
        from engine.actions.summary import export

        say(f"wrote a summary of {amount(export(workspace, file), 'pattern')} to {file}")
    return print_candidates(workspace, [Status.PENDING], as_json)


@click.command()
@click.argument("pattern", required=False)
@click.option("--all", "every", is_flag=True, help="All candidates and approved patterns.")
@json_option
@click.pass_context
def backtest(context: click.Context, pattern: str | None, every: bool, as_json: bool) -> int:
    """Predict each past member of PATTERN's family from those before it, and count what that would have saved."""
    if not pattern and not every:
        raise click.UsageError("name a pattern, or give --all")
    workspace = opened(context)
    references = analyzing.backtestable(workspace) if every else [find(workspace, pattern or "").pattern.pattern_id]
    rows = [(reference, analyzing.backtest_pattern(workspace, reference)) for reference in references]
    if as_json:
        emit({"patterns": [shapes.backtest(*row) for row in rows]})
    else:
        table(
            ["pattern", "members", "predicted", "exact", "gap closed", "saved", "a month"],
            (
                [
                    name,
                    str(past.support),
                    f"{past.predicted} of {past.later}",
                    str(past.exact),
                    f"{past.gap_closed:.0%}",
                    hours(past.hours_saved),
                    hours(past.hours_per_month),
                ]
                for name, past in rows
            ),
            right=(1, 2, 3, 4, 5, 6),
        )
        say("time by the Keystroke-Level Model, against copying the most similar of the three newest siblings")
    return 0 if rows else 1
