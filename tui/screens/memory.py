"""What the app keeps of a workspace from one start to the next: where one was, and how one likes to see it.

A small JSON file of this user, outside the workspace. What cannot be read is forgotten: nothing in it is worth a word.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

VERSION: Final = 1
_LARGEST: Final = 1_000_000  # bytes


@dataclass
class Memory:
    """`of_all` is for every screen, `screens` per screen what it wants back. `path` None keeps nothing."""

    path: Path | None = None
    of_all: dict[str, Any] = field(default_factory=dict)
    screens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def word(self, name: str, default: str = "") -> str:
        """A text that is kept for all screens."""
        found = self.of_all.get(name)
        return found if isinstance(found, str) else default

    def save(self) -> None:
        """Writes the file whole or not at all. A disk that refuses costs the memory, and nothing else."""
        if self.path is None:
            return
        text = json.dumps({"version": VERSION, "all": self.of_all, "screens": self.screens})
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(prefix=".patui-", dir=self.path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(made).replace(self.path)
            except BaseException:
                Path(made).unlink(missing_ok=True)
                raise
        except OSError:
            return


def path_for(directory: Path, root: Path) -> Path:
    """Where below `directory` the memory of the workspace at `root` lies."""
    return directory / f"{hashlib.sha256(os.fsencode(root)).hexdigest()[:32]}.json"


def load(path: Path | None) -> Memory:
    """The memory at `path`; an empty one where there is none, or none of this version."""
    if path is None:
        return Memory()
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return Memory(path)
    if not isinstance(document, Mapping) or document.get("version") != VERSION:
        return Memory(path)
    of_all, screens = document.get("all"), document.get("screens")
    return Memory(
        path,
        dict(of_all) if isinstance(of_all, Mapping) else {},
        {name: dict(kept) for name, kept in screens.items() if isinstance(kept, Mapping)}
        if isinstance(screens, Mapping)
        else {},
    )
