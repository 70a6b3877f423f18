"""replay."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from engine.actions.replaying import Replayed
from engine.actions.replaying import replay as do_replay
from engine.workspace import open_workspace
from tui.cli.opening import json_option
from tui.cli.output import emit, say, table


@click.command()
@click.argument("repository", metavar="REPO")
@click.option("--trace", metavar="F|-", help="A JSON line for each suggestion.")
@click.option("--sample", type=click.IntRange(min=1), help="Render at most so many suggestions (default: all).")
@json_option
def replay(repository: str, trace: str | None, sample: int | None, as_json: bool) -> int:
    """Live through the history of REPO commit by commit: what would have been suggested before it was written.

    Nothing is written into REPO.
    """
    with tempfile.TemporaryDirectory(prefix="patui-replay-") as state, ExitStack() as files:
        # Opened before the work, which may take minutes.
        out = None
        if trace:
            out = sys.stdout if trace == "-" else files.enter_context(Path(trace).open("w", encoding="utf-8"))
        with open_workspace(repository, user_state=Path(state)) as workspace:
            found = do_replay(workspace, sample=sample, progress=say)
        for one in found.shown if out is not None else ():
            print(json.dumps(one.as_row(), ensure_ascii=False), file=out)
    if as_json:
        emit(found.as_row())
    else:
        table(["", ""], _rows(found), right=(1,))
    return 0 if found.files_added else 1


def _rows(found: Replayed) -> list[list[str]]:
    row = found.as_row()
    right = row["suggestions_right"]
    shares = {
        "suggested_before": (found.suggested_before, found.in_family),
        "rendered_exact": (found.rendered_exact, found.rendered),
        "rendered_nearly": (found.rendered_nearly, found.rendered),
        "suggestions_right": (right, len(found.shown)),
    }
    return [
        [
            name.replace("_", " "),
            f"{value} ({shares[name][0] / shares[name][1]:.0%})" if shares.get(name, (0, 0))[1] else str(value),
        ]
        for name, value in row.items()
    ]
