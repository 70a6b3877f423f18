"""What became of suggestions, for all that suggest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.store import suggestions

if TYPE_CHECKING:
    from engine.store.connection import Store


@dataclass(frozen=True)
class StoredPast:
    """What became of suggestions, from the database."""

    store: Callable[[], Store]

    def shown_since(self, time: float) -> int:
        return suggestions.shown_since(self.store(), time)

    def is_open(self, key: str) -> bool:
        return any(one.key == key for one in suggestions.open_ones(self.store()))

    def dismissals(self, pattern: str) -> int:
        return suggestions.dismissals(self.store(), pattern)

    def record(self, pattern: str, since: float) -> tuple[int, int]:
        return suggestions.record(self.store(), pattern, since)

    def answers(self, since: float, limit: int) -> Sequence[tuple[float, bool]]:
        return suggestions.answers(self.store(), since, limit)
