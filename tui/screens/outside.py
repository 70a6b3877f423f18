"""The programs around the app: the person's editor, and the clipboard."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from textual.app import App, SuspendNotSupported

from tui.presentation.text import amount

_FALLBACKS: Final = ("nano", "vim", "vi")
_COLON: Final = frozenset({"hx", "helix", "subl", "zed"})  # FILE:LINE
_GOTO: Final = frozenset({"code", "codium", "code-insiders", "cursor"})  # --goto FILE:LINE
_CLIPBOARDS: Final = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("TMUX", ("tmux", "load-buffer", "-w", "-")),  # -w: and on to the clipboard of the terminal outside
    ("TMUX", ("tmux", "load-buffer", "-")),  # before tmux 3.2
)
_PATIENCE: Final = 2.0  # seconds


def editor_command(environment: Mapping[str, str], path: Path, line: int = 0) -> list[str]:
    """The command that opens `path` at `line` (0: nowhere special) in the editor this person wants; empty: none."""
    wanted = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = []
    if not command:
        command = [name for name in _FALLBACKS if shutil.which(name, path=environment.get("PATH"))][:1]
    if not command:
        return []
    name = Path(command[0]).name
    if name in _GOTO:
        return [
            *command,
            *([] if "--wait" in command or "-w" in command else ["--wait"]),
            "--goto",
            f"{path}:{line or 1}",
        ]
    if not line:
        return [*command, str(path)]
    return [*command, f"{path}:{line}"] if name in _COLON else [*command, f"+{line}", str(path)]


def edit(app: App[None], path: Path, line: int = 0) -> str:
    """Opens a file in the editor while the app stands aside; empty, or the sentence that says why it could not."""
    command = editor_command(os.environ, path, line)
    if not command:
        return "no editor was found: set $EDITOR"
    try:
        with app.suspend():
            code = subprocess.run(command, check=False).returncode
    except SuspendNotSupported:
        return "this terminal cannot be lent to an editor"
    except OSError as error:
        return f"{command[0]}: {error.strerror or error}"
    return f"{command[0]} ended with {code}" if code else ""


def copy(app: App[None], text: str) -> str:
    """Puts `text` into the clipboard by every way there is, and into a file when no program took it; says where.

    The terminal's own way (OSC 52) works over SSH but never answers, so a program or the file comes with it.
    """
    app.call_later(app.copy_to_clipboard, text)
    for variable, command in _CLIPBOARDS:
        if (not variable or os.environ.get(variable)) and shutil.which(command[0]):
            try:
                subprocess.run(
                    command,
                    input=text.encode(),
                    timeout=_PATIENCE,
                    check=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except (OSError, subprocess.SubprocessError):
                continue
            return f"copied {amount(text.count(chr(10)) or 1, 'line')} ({command[0]})"
    handle, name = tempfile.mkstemp(prefix="patui-copy-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return f"copied by the terminal, if it can; also in {name}"
