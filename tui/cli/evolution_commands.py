"""anti-patterns, evolve."""

from __future__ import annotations

import sys

import click

from engine.actions.anti_patterns import detect_anti_patterns, document_of
from engine.errors import RefusedError
from engine.model.evolution import PatternMetrics
from tui.cli.opening import json_option, opened
from tui.cli.output import clean, emit, say, table

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


@click.command()
@click.argument("pattern", required=False)
@click.option("--restore", "version", metavar="VERSION", help="Bring an earlier version of PATTERN back.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def evolve(context: click.Context, pattern: str | None, version: str | None, yes: bool, as_json: bool) -> int:
    """Say how PATTERN (or every used one) does over time, and draft its next version where it is due."""
    from engine.actions.evolutions import proposed
    from engine.actions.evolving import evolve as track
    from engine.analyzers.evolution_tracker import as_document
    from tui.cli.differences import show_difference

    workspace = opened(context)
    if version is not None:
        if pattern is None:
            raise click.UsageError("--restore needs the pattern: patui evolve PATTERN --restore 1.0.0")
        return _restore(context, pattern, version, yes, as_json)
    found = track(workspace, pattern)
    if as_json:
        documents = [as_document(one) for one in found]
        emit(documents[0] if pattern is not None else {"patterns": documents})
    elif pattern is not None:
        _show(found[0])
        row = proposed(workspace, found[0].proposal.candidate) if found[0].proposal else None
        if row is not None:
            show_difference(workspace, row)
    else:
        table(
            ("pattern", "version", "uses", "success", "next"),
            [(one.pattern_id, one.version, str(one.overall.uses), _rate(one), _next(one)) for one in found],
            right=(2, 3),
        )
    if not found:
        say("no pattern was used yet")
    return 0 if found else _NOTHING


def _restore(context: click.Context, pattern: str, version: str, yes: bool, as_json: bool) -> int:
    from engine.actions.evolving import restore

    workspace = opened(context)
    if not yes:
        if not sys.stdin.isatty():
            raise RefusedError(f"say --yes to bring {pattern} {version} back: nobody can be asked here")
        click.confirm(clean(f"Put version {version} of {pattern} into its place?"), abort=True, err=True)
    back = restore(workspace, pattern, version)
    if as_json:
        emit({"pattern_id": back.pattern_id, "version": back.version})
    else:
        say(f"{back.pattern_id} is {back.version} again")
    return 0


def _rate(one: PatternMetrics) -> str:
    rate = one.overall.success_rate
    return "–" if rate is None else f"{rate:.0%}"


def _next(one: PatternMetrics) -> str:
    return f"{one.proposal.version}: patui show {one.proposal.candidate}" if one.proposal else ""


def _show(one: PatternMetrics) -> None:
    from engine.analyzers.evolution_tracker import duration, improvements, issues_in_words

    low, high = one.overall.interval
    lines = [
        f"{one.pattern_id} {one.version}",
        f"{one.overall.uses} uses, {_rate(one)} successful ({low:.0%} to {high:.0%} with 95 % certainty)",
        f"saved a use: {duration(one.overall.saved_seconds)}",
        *(f"issue: {text}" for text in issues_in_words(one)),
        *(f"edited: {text}" for text in one.workarounds[:8]),
        *(f"{text['priority']}: {text['change']} ({text['estimated_impact']})" for text in improvements(one)),
    ]
    if one.proposal is not None:
        lines.append(f"proposed: {one.proposal.version}, {one.proposal.backtest}")
        lines.append(f"`patui show {one.proposal.candidate}`, then `patui approve {one.proposal.candidate}`")
    click.echo(clean("\n".join(lines)))
