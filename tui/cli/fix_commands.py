"""fix: what to do about the last error."""

from __future__ import annotations

import sys

import click

from engine import recipes
from engine.actions.fixing import FixOutcome, Remedy, Workshop, document
from engine.actions.learning import digester
from engine.errors import UsageError
from engine.model import ErrorRecord, Step, StepKind
from engine.workspace import Workspace
from tui.cli.opening import json_option, opened
from tui.cli.output import clean, emit, say

_NOTHING = 1


@click.command()
@click.option("--number", "-n", "chosen", type=click.IntRange(1), help="Take this one of the fixes that are offered.")
@click.option("--set", "given", multiple=True, metavar="K=V", help="A value that the fix asks for.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and run nothing.")
@click.option(
    "--yes", is_flag=True, help="Run an approved fix unasked, where it installs, fetches and deletes nothing."
)
@json_option
@click.pass_context
def fix(
    context: click.Context, chosen: int | None, given: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool
) -> int:
    """Offer what helped before with the last error, and run it after a confirmation."""
    workspace = opened(context)
    workspace.store.read()
    digester(workspace).run(everything=True)
    workshop = Workshop(workspace)
    error = workshop.last_error()
    if error is None:
        if as_json:
            emit({"error": None, "fixes": []})
        say("no error is waiting for a fix. `patui run -- CMD` and the shell hook bring them here")
        return _NOTHING
    remedies = workshop.remedies(error)
    if as_json:
        emit(document(error, remedies))
        return 0 if remedies else _NOTHING
    say(f"{error.type}: {error.message}".split("\n")[0][:300])
    if not remedies:
        say("nothing is known to have helped with this yet: patui offers what has helped twice")
        return _NOTHING
    for number, remedy in enumerate(remedies, 1):
        _show(number, remedy)
    if chosen is not None and chosen > len(remedies):
        raise UsageError(f"there are {len(remedies)} fixes, not {chosen}")
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    if dry_run or not (terminal or yes):
        if not dry_run:
            say("nothing was run: there is no terminal to ask on")
        return 0
    remedy = remedies[(chosen or 1) - 1]
    if yes and not remedy.runs_unasked and not terminal:
        say("nothing was run: --yes is enough only for an approved fix that installs, fetches and deletes nothing")
        return _NOTHING
    if chosen is None and len(remedies) > 1 and not yes:
        number = click.prompt("which one", type=click.IntRange(1, len(remedies)), default=1, err=True)
        remedy = remedies[number - 1]
    return _run(workspace, workshop, error, remedy, _values(given, remedy, terminal), unasked=yes)


def _run(
    workspace: Workspace,
    workshop: Workshop,
    error: ErrorRecord,
    remedy: Remedy,
    values: dict[str, str],
    *,
    unasked: bool,
) -> int:
    prepared = workshop.ready(remedy, values, cwd=workshop.cwd_of(error))
    again = workshop.rerun_of(error)
    for step in prepared.steps:
        _show_step(step, "run ")
    if again is not None:
        say(f"  then again  {recipes.shown(again)}")
    if not (unasked and remedy.runs_unasked) and not click.confirm(_question(remedy), default=False, err=True):
        say("nothing was run")
        return _NOTHING

    def told(number: int, step: Step) -> bool:
        say(f"$ {recipes.shown(step)}")
        return True

    outcome = workshop.carry_out(error, remedy, prepared, recipes.terminal, before=told)
    return _verdict(outcome)


def _question(remedy: Remedy) -> str:
    marked = f" (it {', '.join(_MARKED[mark] for mark in remedy.marks)})" if remedy.marks else ""
    return f"run this{marked}?"


_MARKED = {
    "installs": "installs",
    "network": "reaches the network",
    "privileged": "needs privileges",
    "deletes": "deletes or ends something",
}


def _verdict(outcome: FixOutcome) -> int:
    if outcome.run.left:
        say("left to do:")
        for step in outcome.run.left:
            _show_step(step, "")
    if outcome.fixed:
        say("fixed: the command is green again" if outcome.again and outcome.again.exit_code == 0 else "fixed")
        return 0
    if outcome.fixed is None and outcome.run.succeeded:
        say("done; run what had failed again to see whether it helped")
        return 0
    say("not fixed")
    return _NOTHING


def _values(given: tuple[str, ...], remedy: Remedy, terminal: bool) -> dict[str, str]:
    values: dict[str, str] = {}
    for entry in given:
        name, equals, value = entry.partition("=")
        if not equals:
            raise UsageError(f"--set {entry}: write it as NAME=VALUE")
        values[name] = value
    for name in remedy.asked:
        if name not in values and terminal:
            values[name] = click.prompt(name, err=True)
    return values


def _show(number: int, remedy: Remedy) -> None:
    rate = "" if remedy.success_rate is None else f", {remedy.success_rate:.0%}"
    marks = f"  [{', '.join(remedy.marks)}]" if remedy.marks else ""
    say(f"{number}. {remedy.source}: helped {remedy.times}×{rate}{marks}")
    for step in remedy.steps:
        _show_step(step, "")
    if remedy.trouble:
        say(f"   patui cannot run this: {remedy.trouble}")


def _show_step(step: Step, label: str) -> None:
    """Each step word for word; an edit line by line."""
    if step.kind is StepKind.COMMAND:
        where = f"   in {clean(step.cwd)}" if step.cwd not in ("", ".") else ""
        click.echo(f"   {label}{clean(recipes.shown(step))}{where}", err=True)
        return
    click.echo(f"   edit {clean(step.path)}", err=True)
    for line in changed_lines(step.before, step.after):
        click.echo(f"     {clean(line)}", err=True)


def changed_lines(before: str, after: str, most: int = 40) -> list[str]:
    """What an edit takes away and adds, line by line, places parted by `⋯`."""
    from engine.mining.edit_rules import hunks

    old, new = before.splitlines(), after.splitlines()
    lines: list[str] = []
    for start, end, first, last in hunks(old, new):
        if lines:
            lines.append("⋯")
        lines += [f"- {line}" for line in old[start:end]] + [f"+ {line}" for line in new[first:last]]
    return lines if len(lines) <= most else [*lines[:most], f"… {len(lines) - most} more lines"]
