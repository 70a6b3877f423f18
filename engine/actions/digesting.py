"""What was recorded and not yet looked at: told to the viewers, and learned from.

Everything that was done ends up as a row of `execution_logs`, whoever wrote it, and is looked at once, in the order of
the rows; so an orchestrator that knows only SQL is served like the shell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.actions.draining import Drain, drain_users_own
from engine.model import ErrorRecord, Event, EventType, Execution, Source
from engine.store import errors as error_table
from engine.store import executions as execution_table
from engine.store import settings
from engine.workspace import Workspace

_TAKEN = "executions.taken"
_BATCH = 200
# More than this at once is a history that was imported or adopted: `analyze` looks at it as a whole.
_BACKLOG = 5000
_TOLD = 20  # of a batch; more in one go is nothing that somebody follows line by line
_UNTOLD = frozenset({"ls", "ll", "cd", "pwd", "clear", "exit", "history", "true", ":"})
_OWN_SECONDS = 60.0  # how often the workspace of the user is looked after


class Learner(Protocol):
    """Looks at each new execution once; what it finds it proposes and tells by itself."""

    def on_execution(self, execution: Execution, errors: Sequence[ErrorRecord]) -> None: ...


@dataclass
class Digester:
    """Takes in the spool and looks at what is new. Kept by the engine from tick to tick."""

    workspace: Workspace
    learners: Sequence[Learner] = ()
    _drain: Drain = field(init=False)
    _own: float = 0.0
    _version: int = -1

    def __post_init__(self) -> None:
        self._drain = Drain(self.workspace)

    def run(self, *, everything: bool = False) -> int:
        """How many executions were new. One batch, unless `everything`; microseconds when nothing is."""
        self._drain.run()
        now = self.workspace.clock()
        if everything or not 0.0 <= now - self._own < _OWN_SECONDS:
            self._own = now
            drain_users_own(self.workspace)
        version = self.workspace.store.data_version()
        if version == self._version and not everything:
            return 0
        count = self._batch()
        total = count
        while everything and count:
            count = self._batch()
            total += count
        if total < _BATCH:
            self._version = version
        return total

    def _batch(self) -> int:
        store = self.workspace.store
        taken = int(settings.get(store, _TAKEN, 0))
        newest = execution_table.newest(store)
        if newest < taken:  # rows were deleted, and their numbers are used again
            taken = newest
            settings.put(store, _TAKEN, taken)
        if newest - taken > _BACKLOG:
            self._tell_many(newest - taken - _BATCH)
            taken = newest - _BATCH
        new = execution_table.after(store, taken, _BATCH)
        if not new:
            return 0
        shown = [one for one in new if self._is_told(one)]
        if len(shown) > _TOLD:
            self._tell_many(len(shown) - _TOLD)
        numbers = {one.id for one in shown[-_TOLD:]}
        for one in new:
            if not self._claim(one.id):
                continue
            errors = error_table.of_execution(store, one.id) if one.success is False else []
            if one.id in numbers:
                self.workspace.notifier.tell(_event(one, errors))
            for learner in self.learners:
                learner.on_execution(one, errors)
        return len(new)

    def _claim(self, number: int) -> bool:
        """Whether this process is the one that looks at a row: the engine and `analyze` may run at once."""
        with self.workspace.store.write():
            taken = int(settings.get(self.workspace.store, _TAKEN, 0))
            if number > taken:
                settings.put(self.workspace.store, _TAKEN, number)
                return True
        return False

    def _is_told(self, execution: Execution) -> bool:
        if execution.source is Source.IMPORT:
            return False
        return not (execution.success and execution.operation_kind.split(" ")[0] in _UNTOLD)

    def _tell_many(self, count: int) -> None:
        self.workspace.notifier.tell(
            Event(EventType.NOTICE, self.workspace.clock(), f"took in {count:,} executions", about={"count": count})
        )


def _event(execution: Execution, errors: Sequence[ErrorRecord]) -> Event:
    failed = execution.success is False
    what = execution.command or execution.operation_kind or "an execution"
    text = what.split("\n")[0]
    if errors:
        text = f"{text}: {errors[0].type}: {errors[0].message}".split("\n")[0]
    elif failed and execution.exit_code:
        text = f"{text}: exit {execution.exit_code}"
    about = {
        "execution": execution.id,
        "operation_kind": execution.operation_kind,
        "success": execution.success,
        "exit_code": execution.exit_code,
        "seconds": execution.seconds,
        "by_agent": execution.by_agent,
        "error_signature": execution.error_signature,
        "pattern_id": execution.pattern_id,
    }
    kept = {name: value for name, value in about.items() if value not in (None, "", False) or name == "success"}
    return Event(EventType.ERROR if failed else EventType.EXECUTION, execution.at, text[:300], about=kept)
