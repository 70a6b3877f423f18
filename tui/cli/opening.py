"""Opening the workspace a command works on, and the options that every command has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from engine.workspace import Workspace, nearest_workspace, open_workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def opened(context: click.Context, directory: str | None = None) -> Workspace:
    """The workspace of `directory`, of `-C DIR`, or around here; closed when the command ends."""
    chosen = directory or context.obj
    workspace = open_workspace(chosen or nearest_workspace())
    context.call_on_close(workspace.close)
    return workspace


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(command)


def pattern_argument(command: Command) -> Command:
    return click.argument("pattern")(command)
