"""import: what the developer already has."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions.importing import IMPORTERS, import_commands
from engine.actions.importing_tests import REPORTS, import_report
from tui.cli.opening import opened
from tui.cli.output import emit, say
from tui.presentation.text import amount

_BROKEN = 3


@click.command(name="import")
@click.argument("kind", type=click.Choice([*IMPORTERS, *REPORTS]))
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, hidden=True)
@click.pass_context
def import_(context: click.Context, kind: str, path: Path | None, as_json: bool) -> int:
    """Read what KIND has kept at PATH (default: the usual place); reading it again doubles nothing.

    Prints {"imported", "known", "skipped", "broken"}. Nothing is changed there.
    """
    if kind in REPORTS and path is None:
        raise click.UsageError(f"give the report: patui import {kind} PATH")
    workspace = opened(context)
    if kind in REPORTS and path is not None:
        counts = import_report(workspace, kind, path)
    else:
        counts = import_commands(workspace, kind, path)
    emit(counts.shape())
    say(f"{amount(counts.imported, 'record')} taken in; {counts.known} were known already")
    return _BROKEN if counts.broken and not (counts.imported or counts.known or counts.skipped) else 0
