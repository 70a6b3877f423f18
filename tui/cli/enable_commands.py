"""enable and disable: parts of patui in other programs' files, shown before they are written."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from engine.actions.enabling import (
    PartPlan,
    carry_out,
    diff_of,
    is_enabled,
    parts_named,
    place_of,
    plan_disabling,
    plan_enabling,
)
from tui.cli.opening import opened
from tui.cli.output import emit, say, table

_options = (
    click.argument("names", nargs=-1, metavar="[PART]..."),
    click.option("--all", "everything", is_flag=True, help="Every part; what changes an agent's settings asks first."),
    click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing."),
    click.option("-y", "--yes", is_flag=True, help="Do not ask."),
    click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
    click.pass_context,
)


def _with_options(command: Any) -> Any:
    for option in reversed(_options):
        command = option(command)
    return command


@click.command()
@_with_options
def enable(
    context: click.Context, names: tuple[str, ...], everything: bool, dry_run: bool, yes: bool, as_json: bool
) -> int:
    """Put parts of patui into place: shell-hooks, agent-hooks …; without a PART, list them.

    Each shows what it would change first, keeps a backup, and is taken out exactly by `patui disable`.
    """
    place = place_of(opened(context), own_command())
    if not names and not everything:
        listed = [(part, is_enabled(place, part), part.against(place)) for part in parts_named(())]
        if as_json:
            emit({"parts": [{"name": p.name, "enabled": on, "says": p.says, "against": no} for p, on, no in listed]})
        else:
            rows = [("on" if on else "-", p.name, f"{p.says} ({no})" if no else p.says) for p, on, no in listed]
            table(["", "part", ""], rows)
        return 0
    plans = [plan_enabling(place, part) for part in parts_named(names)]
    return _do(plans, dry_run, yes, as_json, named=names)


@click.command()
@_with_options
def disable(
    context: click.Context, names: tuple[str, ...], everything: bool, dry_run: bool, yes: bool, as_json: bool
) -> int:
    """Take parts of patui out again (without a PART: all of them); each file is what it was before."""
    place = place_of(opened(context), own_command())
    plans = [plan_disabling(place, part) for part in parts_named(names)]
    return _do([plan for plan in plans if names or not plan.is_done], dry_run, yes, as_json, named=names)


def own_command() -> tuple[str, ...]:
    """The words by which other programs can start this patui, wherever they are."""
    script = Path(sys.argv[0])
    found = script if script.name == "patui" and script.is_file() else shutil.which("patui")
    return (str(Path(found).absolute()),) if found else (sys.executable, "-P", "-m", "tui")


def _do(plans: list[PartPlan], dry_run: bool, yes: bool, as_json: bool, *, named: tuple[str, ...]) -> int:
    answers: list[dict[str, Any]] = []
    refused = False
    for plan in plans:
        state = _one(plan, dry_run, yes, as_json, is_named=plan.part.name in named)
        refused = refused or state == "refused"
        files = [{"path": str(edit.path), "diff": diff_of(edit)} for edit in plan.edits]
        commands = [list(words) for words in plan.commands]
        answer = {"name": plan.part.name, "state": state, "files": files, "commands": commands}
        answers.append({**answer, "against": plan.against} if plan.against else answer)
    if as_json:
        emit({"parts": answers})
    elif not plans:
        say("nothing is enabled")
    return 1 if refused else 0


def _one(plan: PartPlan, dry_run: bool, yes: bool, as_json: bool, *, is_named: bool) -> str:
    """What became of a part: unavailable, unchanged, planned, enabled, disabled or refused."""
    name, verb = plan.part.name, "enable" if plan.enabling else "disable"
    if plan.against:
        say(f"{name}: {plan.against}")
        return "refused" if is_named else "unavailable"
    if plan.is_done:
        say(f"{name}: {'is enabled' if plan.enabling else 'is not enabled'}")
        return "unchanged"
    if not as_json:
        _show(plan)
    if dry_run:
        return "planned"
    # What another program obeys needs a yes of its own: the one for everything is none for it.
    if not yes or (plan.enabling and plan.part.asks_alone and not is_named):
        if as_json or not sys.stdin.isatty():
            own = f"`patui {verb} {name} --yes` does it"
            say(f"{name}: nothing was changed, for there is nobody to ask; {own}")
            return "refused" if not yes else "left"
        if not click.confirm(f"{verb} {name}?", err=True):
            return "refused"
    for complaint in carry_out(plan):
        say(f"{name}: {complaint}")
    say(f"{name}: {verb}d")
    return f"{verb}d"


def _show(plan: PartPlan) -> None:
    say(f"{plan.part.name}: {plan.part.says}")
    for edit in plan.edits:
        what = " (new file)" if edit.before is None else " (goes)" if edit.after is None else ""
        say(f"  {edit.path}{what}")
        for line in diff_of(edit):
            say(f"  │ {line}")
    for words in plan.commands:
        say(f"  $ {' '.join(words)}")
