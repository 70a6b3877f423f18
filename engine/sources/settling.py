"""What was touched and when it counts as settled. Pure: the time is an argument, in seconds of any steady clock.

A path settles when it was left alone for the debounce time, or when it has been waiting for HOLD seconds under
constant writing. When more than BURST paths wait at once, all of them settle together, when the burst is over. When all
that waits is a FEW whole files (closed after writing, or moved into their place) nobody is at work on them any more:
a SOONER part of the debounce time is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

BURST = 50  # paths: more at once were not typed
HOLD = 2.0  # seconds
FEW = 3  # paths: the temporary files and backups of one save, and the file itself
SOONER = 0.4
_TOGETHER = 0.03  # seconds: what settles so closely is reported together


@dataclass(slots=True)
class Touch:
    """A path with unsettled events. `wrote`: more happened than a file being opened for writing and closed again.

    `whole`: by the last of them the file is complete.
    """

    name: bytes
    first: float
    last: float
    by_tool: bool = False
    wrote: bool = False
    gone: bool = False  # it was missing when looked at, and gets a second look
    whole: bool = False


class Settling:
    def __init__(self, debounce: float) -> None:
        self._debounce = debounce
        self._touches: dict[bytes, Touch] = {}
        self._first = self._last = 0.0

    def __len__(self) -> int:
        return len(self._touches)

    def __contains__(self, name: object) -> bool:
        return name in self._touches

    def touch(
        self,
        name: bytes,
        now: float,
        *,
        by_tool: bool = False,
        wrote: bool = True,
        gone: bool = False,
        whole: bool = False,
    ) -> None:
        if not self._touches:
            self._first = now
        self._last = now
        touch = self._touches.get(name)
        if touch is None:
            touch = self._touches[name] = Touch(name, now, now)
        touch.last = now
        touch.by_tool |= by_tool
        touch.wrote |= wrote
        touch.gone |= gone
        touch.whole = whole

    def drop(self, directory: bytes) -> None:
        """Forget everything at or below a directory (`a/b/`)."""
        self._touches = {name: touch for name, touch in self._touches.items() if not name.startswith(directory)}

    def due(self) -> float | None:
        """When something settles next; None while nothing waits."""
        if not self._touches:
            return None
        if len(self._touches) > BURST:
            return min(self._last + self._debounce, self._first + HOLD)
        debounce = self._patience()
        return min(_due(touch, debounce) for touch in self._touches.values())

    def take(self, now: float) -> list[Touch]:
        """What has settled by `now`, in order of the first touch."""
        due = self.due()
        if due is None or due > now:
            return []
        if len(self._touches) > BURST:
            taken = list(self._touches.values())
        else:
            debounce = self._patience()
            taken = [touch for touch in self._touches.values() if _due(touch, debounce) <= now + _TOGETHER]
        for touch in taken:
            del self._touches[touch.name]
        self._first = min((touch.first for touch in self._touches.values()), default=0.0)
        return taken

    def _patience(self) -> float:
        few = len(self._touches) <= FEW and all(touch.whole for touch in self._touches.values())
        return self._debounce * SOONER if few else self._debounce


def _due(touch: Touch, debounce: float) -> float:
    return min(touch.last + debounce, touch.first + HOLD)
