"""What the commands print: stdout is data, stderr is narration, and nothing from data reaches the terminal unclean."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click


def clean(text: str) -> str:
    """`text` with control characters made visible, as the app shows it; line ends stay."""
    from tui.presentation.text import clean as visible  # with rich, which `--help` does without

    return "\n".join(map(visible, text.replace("\t", "    ").split("\n")))


def emit(document: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def emit_line(document: Any) -> None:
    """One JSON line of a stream on stdout, at once."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def emit_text(text: str) -> None:
    """`text` byte for byte on stdout."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """One line of narration on stderr."""
    click.echo(clean(text), err=True)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Rows with a head on stdout; columns in `right` stand to the right. A pipe gets tabs and no head."""
    cells = [[clean(cell).replace("\n", " ") for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in cells:
            click.echo("\t".join(row))
        return
    from rich.box import SIMPLE_HEAD  # 60 ms, and only for people
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, name in enumerate(head):
        grid.add_column(Text(name), justify="right" if index in right else "left", overflow="fold")
    for row in cells:
        grid.add_row(*map(Text, row))
    Console(no_color="NO_COLOR" in os.environ or None).print(grid)
