"""candidates, show, approve, reject, defer."""

from __future__ import annotations

from collections.abc import Sequence

import click

from engine.actions import review
from engine.model import Candidate, Kind, Pattern, Status
from engine.workspace import Workspace
from tui.cli import shapes
from tui.cli.differences import show_difference
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, emit_text, say, table
from tui.presentation.steps import step_line
from tui.presentation.text import hours


def print_candidates(workspace: Workspace, statuses: Sequence[Status] | None, as_json: bool) -> int:
    """The candidates in these states; the exit code is 1 when there is none."""
    rows = review.candidates(workspace, statuses)
    if as_json:
        emit({"candidates": [shapes.candidate(row, review.proposed(workspace, row)) for row in rows]})
    elif rows:
        table(
            ["#", "name", "kind", "examples", "saved", "a month", "alike", "status", "id"],
            (
                [
                    str(row.id),
                    row.name,
                    str(row.kind),
                    str(row.support),
                    hours(row.hours_saved),
                    hours(row.hours_per_month),
                    f"{row.confidence:.0%}",
                    str(row.status),
                    row.pattern_id,
                ]
                for row in rows
            ),
            right=(0, 3, 4, 5, 6),
        )
    else:
        say("no candidates. `patui analyze` looks for them now; the app and the engine look by themselves")
    return 0 if rows else 1


@click.command()
@click.option("--all", "every", is_flag=True, help="Also those that were decided.")
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice([one.value for one in Status]), help="Those in this state."
)
@json_option
@click.pass_context
def candidates(context: click.Context, every: bool, statuses: tuple[str, ...], as_json: bool) -> int:
    """List the candidates, most expected hours first."""
    wanted = [Status(one) for one in statuses] or [Status.PENDING]
    return print_candidates(opened(context), None if every else wanted, as_json)


@click.command()
@click.argument("pattern")
@json_option
@click.pass_context
def show(context: click.Context, pattern: str, as_json: bool) -> int:
    """Show PATTERN: an id, an alias, a candidate's number, a name, or a file."""
    shown = review.show(opened(context), pattern)
    if as_json:
        document = shapes.pattern(shown.pattern)
        emit(document | shapes.candidate(shown.candidate, shown.pattern) if shown.candidate else document)
        return 0
    found = shown.pattern
    say(f"{found.pattern_id}  {found.name}  {found.kind}  {found.version}  {found.status}")
    if shown.candidate:
        row = shown.candidate
        saved = f"{hours(row.hours_saved)} would have been saved, {hours(row.hours_per_month)} a month expected"
        say(f"{row.support} examples; {saved}")
    table(
        ["variable", "type", "from", "default", "seen"],
        (
            [v.name, str(v.type), v.derivation, str(v.default or ""), ", ".join(map(str, v.examples[:3]))[:60]]
            for v in found.variables
        ),
    )
    if shown.candidate and shown.candidate.kind is Kind.REVISION and show_difference(opened(context), shown.candidate):
        return 0
    if found.steps:
        table(["step", "command", ""], _step_rows(found))
    else:
        emit_text(shapes.template_text(found))
    return 0


def _step_rows(found: Pattern) -> list[list[str]]:
    """Each step as one would type it, and what stands in the way of running it."""
    rows = []
    for number, step in enumerate(found.steps, 1):
        where = f"in {step['cwd']}" if step.get("cwd") else ""
        by_hand = f"by hand: {step['by_hand']}" if step.get("by_hand") else ""
        rows.append([str(number), step_line(step), "; ".join(filter(None, (where, by_hand)))])
    return rows


def _decided(as_json: bool, row: Candidate, words: str) -> int:
    if as_json:
        emit(shapes.candidate(row))
    say(words)
    return 0


@click.command()
@click.argument("pattern")
@json_option
@click.pass_context
def approve(context: click.Context, pattern: str, as_json: bool) -> int:
    """Approve a candidate as its draft now is; it may write from now on, on this machine."""
    row = review.approve(opened(context), pattern)
    return _decided(as_json, row, f"approved {row.name}: {row.path}")


@click.command()
@click.argument("pattern")
@click.option("--why", default="", help="The reason, kept with the verdict.")
@json_option
@click.pass_context
def reject(context: click.Context, pattern: str, why: str, as_json: bool) -> int:
    """Reject a candidate; it stays listed with --all and can be approved after all."""
    row = review.reject(opened(context), pattern, why)
    return _decided(as_json, row, f"rejected {row.name}; it will not be proposed again")


@click.command()
@click.argument("pattern")
@json_option
@click.pass_context
def defer(context: click.Context, pattern: str, as_json: bool) -> int:
    """Put a candidate off: it comes back after 7 days, or after two more examples."""
    row = review.defer(opened(context), pattern)
    return _decided(as_json, row, f"deferred {row.name}")
