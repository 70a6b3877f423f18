"""Where telemetry comes from: whether each source is installed, and when it last told something."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.actions.enabling import is_enabled, place_of
from engine.enabling.part import Part, Place
from engine.enabling.parts import PARTS
from engine.sources.spool import spool_files
from engine.store import settings
from engine.workspace import Workspace

_SHELLS = ("bash", "zsh", "fish")
_IMPORTS = ("atuin", "bash", "zsh", "fish", "transcript", "trajectory")


@dataclass(frozen=True, slots=True)
class Source:
    """`is_installed` is None where nothing needs to be; `last` is 0 for never; `hint` says what would change that."""

    name: str
    is_installed: bool | None
    last: float
    hint: str = ""


def sources(workspace: Workspace) -> list[Source]:
    """Each source, also those that nobody uses. Raises StoreError when the database cannot be read."""
    place = place_of(workspace, (sys.executable, "-P", "-m", "tui"))
    told = _told(workspace)
    found = [_shell(workspace, place, shell, told) for shell in _SHELLS if shutil.which(shell)]
    found += [_part(place, part, told.get(f"source.{part.name.partition('-')[0]}", 0.0)) for part in _others()]
    found += [
        Source("patui run", None, told.get("source.run", 0.0)),
        Source("patui log", None, told.get("source.log", 0.0)),
        Source("test reports", None, told.get("source.tests", 0.0)),
    ]
    imported = {kind: told[f"source.import.{kind}"] for kind in _IMPORTS if f"source.import.{kind}" in told}
    return [*found, Source("imports", None, max(imported.values(), default=0.0), " ".join(imported))]


def _others() -> list[Part]:
    """The parts that tell of what is done, besides the shells."""
    return [part for part in PARTS if part.name.endswith("-hooks") and part.name != "shell-hooks"]


def _part(place: Place, part: Part, last: float) -> Source:
    against = part.against(place)
    is_on = not against and is_enabled(place, part)
    return Source(part.name, is_on, last, against or ("" if is_on else f"`patui enable {part.name}`"))


def _shell(workspace: Workspace, place: Place, shell: str, told: dict[str, float]) -> Source:
    """A hook that somebody put into a start file by hand counts, and so does one that has written a spool."""
    starts = {
        "bash": (place.home / ".bashrc", place.home / ".bash_profile"),
        "zsh": (Path(place.environment.get("ZDOTDIR") or place.home) / ".zshrc",),
        "fish": (place.config / "fish" / "config.fish", place.config / "fish" / "conf.d" / "patui.fish"),
    }[shell]
    is_on = any(_has_hook(path, shell) for path in starts)
    spooled = [at for path, _, at in spool_files(workspace.spool) if path.name.startswith(f"{shell}-")]
    last = max([told.get(f"source.shell.{shell}", 0.0), *spooled])
    return Source(shell, is_on, last, "" if is_on else "`patui enable shell-hooks`")


def _has_hook(path: Path, shell: str) -> bool:
    try:
        return f"hook init {shell}" in path.read_text("utf-8", "replace")
    except OSError:
        return False


def _told(workspace: Workspace) -> dict[str, float]:
    if not os.path.lexists(workspace.database_path):
        return {}
    return {
        name: float(value.get("at", 0.0))
        for name, value in settings.starting_with(workspace.store, "source.").items()
        if isinstance(value, dict)
    }
