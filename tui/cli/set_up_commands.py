"""init and doctor."""

from __future__ import annotations

import click

from engine.actions import set_up
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, say, table


@click.command()
@click.argument("directory", required=False)
@click.option("--dir", "home", help="Keep patui's files in this folder of the workspace: patterns or .patui.")
@json_option
@click.pass_context
def init(context: click.Context, directory: str | None, home: str | None, as_json: bool) -> int:
    """Make patui's folder and database, ready to be shared: approved patterns in git, figures not."""
    made = set_up.init(opened(context, directory), home)
    if as_json:
        emit({"home": made.home, "database": made.database, "created": list(made.created)})
    say(f"{made.home}/ is ready; drafts, reports and figures in it stay on this machine")
    return 0


@click.command()
@click.argument("directory", required=False)
@json_option
@click.pass_context
def doctor(context: click.Context, directory: str | None, as_json: bool) -> int:
    """Say what works, what does not, and which files were skipped and why."""
    checks = set_up.doctor(context.obj or directory)
    if as_json:
        emit({"checks": [{"name": c.name, "ok": c.ok, "says": c.says, "details": list(c.details)} for c in checks]})
    else:
        table(["", "check", ""], (["ok" if c.ok else "!!", c.name, c.says] for c in checks))
        for check in checks:
            for detail in check.details:
                say(f"  {check.name}: {detail}")
    return 0 if all(check.ok for check in checks) else 1
