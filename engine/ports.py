"""The ports of the plan's classes over a workspace's database.

Each asks for the store when it needs it: the database is made when it is first used, and may be opened anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from engine.errors import UsageError

# What is not asked for is not imported: the app tells events long before anything is mined.
if TYPE_CHECKING:
    from engine.mining.sketches import Sketch
    from engine.model import Clock, Event, Execution, Suggestion
    from engine.store.connection import Store


@dataclass(frozen=True)
class StoredNews:
    """Suggestions and events go into the database, where every viewer sees them."""

    store: Callable[[], Store]

    def suggest(self, suggestion: Suggestion) -> None:
        from engine.store import suggestions

        suggestions.put(self.store(), suggestion)

    def tell(self, event: Event) -> None:
        from engine.store import feed

        feed.tell(self.store(), event)


@dataclass(frozen=True)
class StoredFiles:
    """The live window of AUTO-002."""

    store: Callable[[], Store]

    def remember(self, sketch: Sketch, at: float) -> None:
        from engine.store import files

        suffix = PurePosixPath(sketch.path).suffix
        files.remember(self.store(), sketch.path, sketch.created or at, sketch.to_bytes(), suffix)

    def beside(self, path: str, since: float, until: float, alike: int, others: int) -> list[Sketch]:
        from engine.mining.shapes import extension
        from engine.mining.sketches import Sketch
        from engine.store import files

        found = files.beside(self.store(), path, extension(PurePosixPath(path).name), since, until, alike, others)
        return [Sketch.from_bytes(row.signature) for row in found]


@dataclass(frozen=True)
class StoredExecutions:
    """What was done, for AUTO-001."""

    store: Callable[[], Store]
    root: Path
    clock: Clock

    def record(self, record: Mapping[str, Any]) -> Execution:
        """Keeps what an orchestrator reports; UsageError when it is no record."""
        from engine.model import Source
        from engine.recording import execution_of, keep

        execution = execution_of(record, source=Source.API, root=self.root, now=self.clock())
        if isinstance(execution, str):
            raise UsageError(f"this is no record of an execution: {execution}")
        return keep(self.store(), [execution])[0].execution

    def recent(self, since: float, limit: int) -> Sequence[Execution]:
        from engine.store import executions

        newest = executions.recent(self.store(), limit)
        return sorted((one for one in newest if one.at >= since), key=lambda one: (one.at, one.id))
