"""What the files that errors name hold when they are seen, and when the same thing is green again.

That is all that tells how an edit made an error go away. A file with a secret in it, a large one, and one outside the
workspace or behind a link is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from engine.model import ErrorRecord, Example, Execution
from engine.redact import find_secrets
from engine.sources.tree import read_example
from engine.store import errors as error_table
from engine.store import file_versions
from engine.store.connection import Store

MOST_BYTES = 256 * 1024
_MOST_FILES = 20  # of one failure
_LOOKED_BACK = 86_400.0


def remember(store: Store, root: Path, errors: Iterable[ErrorRecord], at: float) -> None:
    """Keeps what the files named by errors hold now; those with a secret in them, and large ones, are left out."""
    named = (path for error in errors for path in (error.path, *(frame.split(":")[0] for frame in error.frames)))
    paths = dict.fromkeys(path for name in named if (path := inside(name, root)))
    for path in list(paths)[:_MOST_FILES]:
        text = text_of(root, path)
        if text is not None:
            file_versions.keep(store, path, at, text)


def remember_ends(store: Store, root: Path, execution: Execution) -> None:
    """After something went well: what the files hold by which it may have failed before."""
    waiting = error_table.waiting(store, execution.session, execution.at - _LOOKED_BACK)
    if waiting:
        remember(store, root, waiting, execution.at)


def text_of(root: Path, path: str) -> str | None:
    """The text of a file below the root, reached through no link; None for anything that may not be kept."""
    read = read_example(root, path, max_bytes=MOST_BYTES)
    return read.text if isinstance(read, Example) and not find_secrets(read.text) else None


def inside(path: str, root: Path) -> str:
    """`path`, as a tool wrote it, relative to the root; empty when it lies elsewhere."""
    if not path:
        return ""
    whole = os.path.normpath(root / path)
    top = os.path.normpath(root)
    return os.path.relpath(whole, top) if whole.startswith(top + os.sep) else ""
