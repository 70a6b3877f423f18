"""tick, cleanup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from engine.actions import crontab
from engine.actions.cleaning import UNUSED_DAYS, Cleaned, clean_up
from engine.actions.ticking import BUDGET_SECONDS, End, JobDone, Ticked
from engine.actions.ticking import tick as do_tick
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, say, table
from tui.presentation.text import amount

_FAILED = 1


@click.command()
@click.option("--budget", type=click.FloatRange(min=0.1), default=BUDGET_SECONDS, show_default=True, metavar="SECONDS")
@click.option("--all", "everything", is_flag=True, help="Do every job now, due or not.")
@click.option("--cron", nargs=2, hidden=True)
@json_option
@click.pass_context
def tick(context: click.Context, budget: float, everything: bool, cron: tuple[str, str] | None, as_json: bool) -> int:
    """Do what is due: take in, look for patterns, report, clean up. Safe to call as often as one likes."""
    if cron:  # how `patui enable schedule` reaches the crontab
        (crontab.put if cron[0] == "put" else crontab.take)(Path(cron[1]))
        return 0
    done = do_tick(opened(context), budget=budget, everything=everything)
    if as_json:
        emit(_document(done))
    elif done.ran:
        table(
            ["job", "", "took", "last", "next", "did"],
            (
                [str(one.job), str(one.end), f"{one.seconds:.1f} s", _time(one.last), _time(one.next), _words(one)]
                for one in done.jobs
            ),
            right=(2,),
        )
    if not done.ran:
        say("another tick is at work on this workspace: nothing to do")
    return _FAILED if done.failed else 0


def _document(done: Ticked) -> dict[str, Any]:
    jobs = [
        {
            "job": str(one.job),
            "state": str(one.end),
            "seconds": round(one.seconds, 3),
            "last": _time(one.last) or None,
            "next": _time(one.next) or None,
            "says": dict(one.says),
        }
        for one in done.jobs
    ]
    return {"ran": done.ran, "seconds": round(done.seconds, 3), "jobs": jobs}


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def _words(one: JobDone) -> str:
    if one.end is End.FAILED:
        return str(one.says.get("error", ""))
    said = {name: value for name, value in one.says.items() if value and not isinstance(value, dict)}
    shown = (f"{name} {len(value) if isinstance(value, list) else value}" for name, value in said.items())
    return ", ".join(shown).replace("_", " ")


@click.command()
@click.option("--archive-unused", is_flag=True, help="Accepted for scripts: unused patterns are always archived.")
@click.option(
    "--days", type=click.FloatRange(min=0), default=UNUSED_DAYS, show_default=True, help="Unused for so long."
)
@click.option("--dry-run", is_flag=True, help="Say what would be put away, and change nothing.")
@json_option
@click.pass_context
def cleanup(context: click.Context, archive_unused: bool, days: float, dry_run: bool, as_json: bool) -> int:
    """Archive approved patterns that nobody uses and anti-patterns that are fixed; forget what is too old to keep."""
    done = clean_up(opened(context), days=days, dry_run=dry_run)
    if as_json:
        emit({"dry_run": dry_run, **done.as_row()})
    else:
        for one in done.archived:
            say(f"{one.candidate.pattern_id} {one.candidate.name}: last used {_time(one.last) or 'never'}; {one.path}")
        for name, why in done.kept:
            say(f"{name} stays where it is: {why}")
        say(("would archive " if dry_run else "archived ") + _archived(done))
    return 0


def _archived(done: Cleaned) -> str:
    forgotten = f"; forgets {done.executions:,} executions and {done.outputs:,} outputs that are too old"
    said = f"{amount(len(done.archived), 'pattern')} and {amount(len(done.anti_patterns), 'anti-pattern')}"
    return (
        said
        + (forgotten if done.executions or done.outputs else "")
        + (". `patui approve ID` takes a pattern back" if done.archived else "")
    )
