"""log, run, hook."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from engine.actions.log import take_log
from engine.errors import BrokenInput
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, emit_line, say
from tui.presentation.text import amount

_BLOCK = 1 << 18
_BROKEN = 3


@click.command()
@click.option("--file", "source", metavar="F|-", default="-", help="Where the records are (default: stdin).")
@click.option("--json", "as_json", is_flag=True, hidden=True)
@click.pass_context
def log(context: click.Context, source: str, as_json: bool) -> int:
    """Take execution records, one JSON object a line; print one answer a record once it is stored."""
    workspace = opened(context)
    broken = False
    for answer in take_log(workspace, _blocks(source)):
        emit_line(answer)
        broken = broken or not answer["ok"]
    return _BROKEN if broken else 0


def _blocks(source: str) -> Iterator[bytes]:
    """What is there to read, as it comes: who writes a record and waits for its answer gets it at once."""
    try:
        descriptor = sys.stdin.fileno() if source == "-" else os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise BrokenInput(f"{source}: {error.strerror}") from None
    try:
        while block := os.read(descriptor, _BLOCK):
            yield block
    except IsADirectoryError:
        raise BrokenInput(f"{source} is a directory, not a file of records") from None
    finally:
        if source != "-":
            os.close(descriptor)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("argv", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run(context: click.Context, argv: tuple[str, ...]) -> int:
    """Run a command unchanged, and remember it with its errors: patui run -- pytest -x."""
    from engine.actions.running import run_recorded

    return run_recorded(argv, context.obj)


@click.group()
def hook() -> None:
    """Print a shell's hook, or be one."""


@hook.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def init(shell: str) -> int:
    """Print the hook of SHELL, to be evaluated by it: eval "$(patui hook init bash)"."""
    from engine.actions.hooks import shell_hook

    click.echo(shell_hook(shell), nl=False)
    return 0


@hook.command()
@click.argument("files", nargs=-1)
def git(files: tuple[str, ...]) -> int:
    """Look at what is staged, as git's pre-commit does; at most two lines on stderr, and never a failure."""
    return 0  # answered in `tui.cli.main`, before click is imported


@hook.command()
def agent() -> int:
    """Take an event of a coding agent's hook on stdin; prints nothing and never fails."""
    return 0  # answered in `tui.cli.main`, before click is imported


@click.command()
@click.option("--match", "text", required=True, metavar="TEXT", help="What is to be removed, letter for letter.")
@click.option("--regex", "is_regex", is_flag=True, help="TEXT is a regular expression.")
@click.option("--dry-run", is_flag=True, help="Say how much there is, and remove nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def purge(context: click.Context, text: str, is_regex: bool, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Remove what was recorded with TEXT in it: from the database, its log and the spool of all shells."""
    from engine.actions import purging

    workspace = opened(context)
    match = purging.holds(text, is_regex)
    found = purging.find(workspace, match)
    is_done = False
    if not found.total:
        say("nothing that was recorded holds it")
    else:
        parts = [f"{number} in {table}" for table, number in found.rows.items()]
        say(", ".join([*parts, *([f"{amount(found.spool, 'line')} of the spool"] if found.spool else [])]))
        if not dry_run and not yes and (as_json or not sys.stdin.isatty()):
            say("nothing was removed, for there is nobody to ask: --yes does it")
        elif not dry_run and (yes or click.confirm(f"remove {amount(found.total, 'record')} for ever?", err=True)):
            found, is_done = purging.purge(workspace, match), True
            say(f"removed {amount(found.total, 'record')}")
    for path in found.files:
        say(f"{path} holds it too: that file is yours to change")
    if as_json:
        removed = found.total if is_done else 0
        emit(
            {
                "removed": removed,
                "found": found.total,
                "rows": found.rows,
                "spool": found.spool,
                "files": [*found.files],
            }
        )
    return 0 if is_done or (dry_run and found.total) else 1
