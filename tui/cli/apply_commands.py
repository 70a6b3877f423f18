"""apply and undo."""

from __future__ import annotations

import sys

import click

from engine.actions import applying
from engine.actions.find import find
from engine.errors import Conflict, MissingValue
from engine.model import Kind, Plan, WriteAction
from tui.cli import shapes
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, say
from tui.cli.template_commands import values_of
from tui.presentation.text import amount

_SIGNS = {
    WriteAction.CREATE: "+ new file  ",
    WriteAction.FILL: "+ empty now ",
    WriteAction.SAME: "= there     ",
    WriteAction.CONFLICT: "! has content",
}


def _show(plan: Plan, texts: bool) -> None:
    for write in plan.writes:
        say(f"{_SIGNS[write.action]} {write.path}  {len(write.text.encode())} B")
        if texts:
            for line in write.text.splitlines():
                say(f"  │ {line}")


@click.command()
@click.argument("pattern")
@click.option("--path", "target", help="The file to make, or for a scaffold the directory.")
@click.option("--missing", is_flag=True, help="Every sibling directory that lacks the family's file, as one plan.")
@click.option("--skip", multiple=True, metavar="PATH", help="With --missing: leave this one out.")
@click.option("--preset", help="Start from the values of this example.")
@click.option("--set", "assignments", multiple=True, metavar="K=V", help="Give a value.")
@click.option("--values", "file", type=click.Path(exists=True, dir_okay=False), help="A JSON object of values.")
@click.option("--from-step", type=click.IntRange(min=1), default=1, help="Of a recipe: begin with this step.")
@click.option("--dry-run", is_flag=True, help="Show the plan; write and run nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--allow-protected", is_flag=True, help="Also into folders that tools run or obey (.github/workflows …).")
@json_option
@click.pass_context
def apply(
    context: click.Context,
    pattern: str,
    target: str | None,
    missing: bool,
    skip: tuple[str, ...],
    preset: str | None,
    assignments: tuple[str, ...],
    file: str | None,
    from_step: int,
    dry_run: bool,
    yes: bool,
    allow_protected: bool,
    as_json: bool,
) -> int:
    """Show what PATTERN would write at --path, and write it; a recipe runs step by step."""
    workspace = opened(context)
    given = values_of(assignments, file)
    found = find(workspace, pattern)
    if found.pattern.kind is Kind.EXECUTION:
        if target or missing or preset:
            raise click.UsageError("a recipe takes values by --set, and no --path, --missing or --preset")
        from tui.cli.recipe_commands import apply_recipe

        return apply_recipe(workspace, pattern, given, from_step=from_step, dry_run=dry_run, yes=yes, as_json=as_json)
    if bool(target) == missing:
        raise click.UsageError("give either --path or --missing")
    if missing:
        plan = applying.missing(workspace, pattern, given, preset)
        for path in skip:
            plan = applying.without(plan, workspace.relative(path))
        if not plan.writes:
            say("nothing is missing: no sibling directory lacks the family's file")
            return 1
        if as_json and dry_run:
            emit(shapes.plan(plan))
    else:
        shown = applying.preview(workspace, pattern, target or "", given, preset)
        if shown.missing:
            raise MissingValue(shown.missing)
        plan = shown.plan
        if as_json and dry_run:
            emit(shapes.preview(shown))
    if not as_json:
        _show(plan, texts=not missing and (dry_run or sys.stdin.isatty()))
    if plan.conflicts and not missing:
        raise Conflict(f"{plan.conflicts[0]} has content already; patui overwrites nothing: move it away first")
    if dry_run:
        return 0
    if not yes and not as_json and sys.stdin.isatty():
        count = len(plan.writes) - len(plan.conflicts)
        if not click.confirm(f"write {amount(count, 'file')}?", err=True):
            return 1
    done = applying.write(workspace, plan, allow_protected=allow_protected)
    if as_json:
        emit(shapes.application(done, plan.unchecked))
    some = ", ".join(plan.unchecked[:3]) + (f" and {len(plan.unchecked) - 3} more" if len(plan.unchecked) > 3 else "")
    check = f", {amount(len(plan.unchecked), 'value')} to check: {some}" if plan.unchecked else ""
    say(f"wrote {amount(len(done.paths), 'file')}{check}. `patui undo` takes it back")
    return 0


@click.command()
@json_option
@click.pass_context
def undo(context: click.Context, as_json: bool) -> int:
    """Take the last application back; files that were edited since are kept and named."""
    result = applying.undo(opened(context))
    if as_json:
        emit(shapes.undone(result))
    if result.application is None:
        say("nothing to undo")
        return 1
    for path in result.removed:
        say(f"- {path}")
    for path, why in result.kept.items():
        say(f"= {path} is kept: {why}")
    return 0 if result.removed or not result.kept else 1
