"""signatures."""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

import click

from engine.actions.signatures import grouped
from tui.cli.output import say

_BLOCK = 2000  # lines written at once
_REMEMBERED = 20_000  # templates whose JSON is kept


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Accepted for scripts: the output is always JSON lines.")
def signatures(file: str, as_json: bool) -> int:
    """Group the messages of a log: one JSON line for each line of FILE (- for stdin), in its order."""
    if file == "-":
        lines = _print(sys.stdin.buffer)
    else:
        with open(file, "rb") as log:
            lines = _print(log)
    say(f"{lines} lines")
    return 0


def _print(log: BinaryIO) -> int:
    """Prints a line for each of `log`, in blocks, and gives their number."""
    tails: dict[str, str] = {}
    block: list[str] = []
    number = 0
    for number, signature, template in grouped(log):
        tail = tails.get(signature)
        if tail is None:
            if len(tails) >= _REMEMBERED:
                tails.clear()
            # ASCII: a template may hold what a terminal or a reader of lines would act on
            tail = f', "signature_id": {json.dumps(signature)}, "template": {json.dumps(template)}}}\n'
            tails[signature] = tail
        block.append(f'{{"line": {number}{tail}')
        if len(block) == _BLOCK:
            sys.stdout.write("".join(block))
            block.clear()
    sys.stdout.write("".join(block))
    sys.stdout.flush()
    return number
