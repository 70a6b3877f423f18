"""What a person keeps of what a pattern wrote, by the Keystroke-Level Model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from engine.savings import copy_cost, edit_cost

_MOST = 8  # workarounds in words


@dataclass(frozen=True, slots=True)
class Kept:
    """`share` of the saving that stayed, in 0..1; `seconds_left` is what the edits cost; `workarounds` say what they
    were."""

    share: float
    seconds_left: float
    workarounds: tuple[str, ...] = ()


def kept_of(written: str, now: str, siblings: Sequence[str] = ()) -> Kept:
    """What is left of `written` in the text as it is `now` (empty when the file is gone).

    What was saved is what the file would have cost by hand: a copy of one of the `siblings`, edited, or typed where
    that is cheaper. What the edits cost is taken from it.
    """
    if written == now:
        return Kept(1.0, 0.0)
    if not now.strip() and written.strip():
        return Kept(0.0, copy_cost(siblings, written).seconds, ("removed the whole file",))
    saved = copy_cost(siblings, written).seconds
    left = edit_cost(written, now).seconds
    return Kept(max(0.0, 1.0 - left / saved) if saved > 0 else 0.0, left, changes(written, now))


def changes(before: str, after: str) -> tuple[str, ...]:
    """The lines that were added, removed or changed, in words."""
    old, new = before.splitlines(), after.splitlines()
    runs: list[tuple[list[str], list[str]]] = []
    joined = False
    for code in LCSseq.opcodes(old, new):
        if code.tag == "equal":
            joined = False
            continue
        gone, came = old[code.src_start : code.src_end], new[code.dest_start : code.dest_end]
        runs[-1:] = [(runs[-1][0] + gone, runs[-1][1] + came)] if joined else [*runs[-1:], (gone, came)]
        joined = True
    words = []
    for gone, came in runs[:_MOST]:
        if gone and came:
            words.append(f"changed {_shown(gone)} to {_shown(came)}")
        elif came:
            words.append(f"added {_shown(came)}")
        else:
            words.append(f"removed {_shown(gone)}")
    return tuple(words)


def _shown(lines: Sequence[str]) -> str:
    first = " ".join(next((line for line in lines if line.strip()), "").split())
    short = first if len(first) <= 60 else f"{first[:59]}…"
    more = f" and {len(lines) - 1} more lines" if len(lines) > 1 else ""
    return f"“{short}”{more}" if short else f"{len(lines)} blank lines"
