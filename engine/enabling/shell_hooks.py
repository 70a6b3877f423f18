"""Shell hooks: a line at the end of what each shell reads when it starts."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePath

from engine.enabling.blocks import with_block, without_block
from engine.enabling.part import Part, PartFile, Place

_NAME = "shell-hooks"


def _files(place: Place) -> Sequence[PartFile]:
    """The start files of the shells in use: the one that is logged in with, and those whose file is there."""
    zsh = Path(place.environment.get("ZDOTDIR") or place.home)
    starts = {
        "bash": place.home / ".bashrc",
        "zsh": zsh / ".zshrc",
        "fish": place.config / "fish" / "config.fish",
    }
    mine = PurePath(place.environment.get("SHELL", "")).name
    return [
        PartFile(path, partial(_put, lines=_lines(shell, place.command)), partial(without_block, name=_NAME))
        for shell, path in starts.items()
        if path.exists() or (shell == mine and shutil.which(shell))
    ]


def _lines(shell: str, command: Sequence[str]) -> str:
    """Nothing is said and nothing fails in a shell whose patui has gone."""
    call = shlex.join([*command, "hook", "init", shell])
    there = f"test -x {shlex.quote(command[0])}"
    if shell == "fish":
        return f"{there}; and status is-interactive; and {call} | source"
    return f'if {there}; then case $- in *i*) eval "$({call})";; esac; fi'


def _put(text: str, lines: str) -> str:
    return with_block(text, _NAME, lines)


def _against(place: Place) -> str:
    return "" if _files(place) else "neither bash, zsh nor fish is in use: there is no file for it to stand in"


SHELL_HOOKS = Part(_NAME, "tell patui what is run in bash, zsh and fish", _files, against=_against)
