"""What the readers of the tool families share: their shape, and which stack frames are the developer's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from engine.mining.signatures.found import Diagnostic

# Takes the lines and the index of one; gives what starts there and the index behind it, or None.
Reader = Callable[[Sequence[str], int], tuple[list[Diagnostic], int] | None]

LONGEST_BLOCK = 2000  # lines of one traceback or one test's report

_FOREIGN = re.compile(
    r"site-packages|dist-packages|node_modules|[/\\]lib[/\\]python\d|<frozen |<string>|<stdin>|^node:|^internal[/\\]|"
    r"[/\\]\.cargo[/\\]registry|^[/\\]rustc[/\\]|[/\\]go[/\\](?:src|pkg)[/\\]|[/\\]usr[/\\](?:local[/\\])?(?:lib"
    r"|share)[/\\]|"
    r"^(?:java|javax|jdk|sun|org\.junit|org\.springframework|org\.gradle|org\.apache)\.|[/\\]gems[/\\]|[/\\]vendor[/\\]"
)


def in_app(place: str) -> bool:
    """Whether a frame of the file (or Java class) `place` belongs to the developer's own code."""
    return _FOREIGN.search(place) is None


def number(text: str | None) -> int:
    """A line number; 0 for none."""
    return int(text) if text and len(text) < 9 and text.isascii() and text.isdigit() else 0
