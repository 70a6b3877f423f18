"""signatures."""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

import click

from engine.actions.signatures import grouped
from tui.cli.output import say

_BLOCK = 2000  # lines written at once


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Accepted for scripts: the output is always JSON lines.")
def signatures(file: str, as_json: bool) -> int:
    """Group the messages of a log: one JSON line for each line of FILE (- for stdin), in its order."""
    if file == "-":
        lines, templates = _print(sys.stdin.buffer)
    else:
        with open(file, "rb") as log:
            lines, templates = _print(log)
    say(f"{lines} lines, {templates} templates")
    return 0


def _print(log: BinaryIO) -> tuple[int, int]:
    tails: dict[tuple[str, str], str] = {}
    block: list[str] = []
    lines = 0
    for lines, signature, template in grouped(log):
        tail = tails.get((signature, template))
        if tail is None:
            # ASCII: a template may hold what a terminal or a reader of lines would act on
            tail = f', "signature_id": {json.dumps(signature)}, "template": {json.dumps(template)}}}\n'
            tails[signature, template] = tail
        block.append(f'{{"line": {lines}{tail}')
        if len(block) == _BLOCK:
            sys.stdout.write("".join(block))
            block.clear()
    sys.stdout.write("".join(block))
    sys.stdout.flush()
    return lines, len(tails)
