"""log, run, hook."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from engine.actions.log import take_log
from engine.errors import BrokenInput
from tui.cli.opening import opened
from tui.cli.output import emit_line

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
def agent() -> int:
    """Take an event of a coding agent's hook on stdin; prints nothing and never fails."""
    return 0  # answered in `tui.cli.main`, before click is imported
