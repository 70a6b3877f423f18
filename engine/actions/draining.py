"""The spool of the shells and agents into the database: each command once, also when the reader is killed in between.

Each database remembers how far it has read each file, and moves on in the transaction that keeps the commands. A
command belongs to the nearest workspace around its directory; what lies in none belongs to the user's own workspace.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.model import Event, EventType, Execution, Source
from engine.recording import Kept, inside, keep
from engine.redact import redact
from engine.sources.agent_events import AgentEvent
from engine.sources.spool import SpoolLine, spool_files, take
from engine.store import settings
from engine.store import spool as positions_table
from engine.workspace import Workspace, enclosing_workspace, is_workspace

# `patui run` records what it ran, with its output.
_TOLD_BY_ITSELF = re.compile(r"\s*patui\s+(?:-C\s+\S+\s+)?run\s")
_LOOK_BACK = 1 << 16  # bytes: where the announcement of a call that has ended is looked for
KEPT_DAYS = 60.0  # a file of the spool that no shell wrote to for so long is deleted


@dataclass
class Drain:
    """Takes what is new in the spool into one workspace; keep it between two runs, it remembers what has not changed.

    `users_own`: whether the commands that belong to no workspace are this one's.
    """

    workspace: Workspace
    users_own: bool = False
    _seen: dict[str, tuple[int, float]] = field(default_factory=dict)
    _owners: dict[str, bool] = field(default_factory=dict)

    def run(self) -> list[Kept]:
        """Everything new, oldest file first; a few microseconds a file when nothing is."""
        kept: list[Kept] = []
        files = [file for file in spool_files(self.workspace.spool) if self._seen.get(file[0].name) != file[1:]]
        if not files:
            return kept
        positions = positions_table.positions(self.workspace.store)
        for path, size, written in files:
            kept += self._take_file(path, size, positions.get(path.name, 0))
            self._seen[path.name] = size, written
        return kept

    def _take_file(self, path: Path, size: int, offset: int) -> list[Kept]:
        kept: list[Kept] = []
        if offset > size:  # made anew under the same name
            offset = 0
        while offset < size:
            taken = take(path, offset)
            if taken.offset == offset:
                break
            now = self.workspace.clock()
            executions = [
                self._execution(path.name, line, now)
                for line in taken.lines
                if self._is_mine(line.directory) and not _TOLD_BY_ITSELF.match(line.command)
            ]
            events = [event for event in taken.events if self._is_mine(event.directory)]
            executions += self._of_agent(path, offset, events)
            with self.workspace.store.write():
                kept += keep(self.workspace.store, executions)
                for event in events:
                    self._tell_written(event)
                positions_table.move(self.workspace.store, path.name, taken.offset, now)
                if executions or events:
                    self._delivered(path.name, max([one.at for one in executions] + [one.at for one in events]))
            offset = taken.offset
        return kept

    def _execution(self, file: str, line: SpoolLine, now: float) -> Execution:
        return Execution(
            at=line.at or now,
            command=line.command,
            cwd=inside(line.directory, self.workspace.root),
            exit_code=line.exit_code,
            success=line.exit_code == 0,
            seconds=line.seconds,
            session=line.session,
            source=Source.SHELL,
            key=f"spool:{file}:{line.offset}",
        )

    def _of_agent(self, path: Path, offset: int, events: Sequence[AgentEvent]) -> list[Execution]:
        """The commands that have ended. What took no time of its own to tell began when the call was announced."""
        if not events:
            return []
        before = take(path, max(0, offset - _LOOK_BACK)).events if offset else ()
        began = {event.use: event.at for event in (*before, *events) if event.use and event.event == "before"}
        return [
            Execution(
                at=event.at,
                command=event.command,
                cwd=inside(event.directory, self.workspace.root),
                exit_code=event.exit_code,
                success=event.ok,
                seconds=event.seconds if event.seconds is not None else _since(began.get(event.use), event.at),
                session=event.session,
                source=Source.AGENT,
                by_agent=True,
                error_output=event.output if event.ok is False else "",
                key=f"agent:{event.use}" if event.use else f"spool:{path.name}:{event.offset}",
            )
            for event in events
            if event.command and event.event in ("after", "failure") and not _TOLD_BY_ITSELF.match(event.command)
        ]

    def _tell_written(self, event: AgentEvent) -> None:
        """A file that an agent wrote, in the feed; those of other places are nobody's business here."""
        for path in event.paths:
            whole = os.path.normpath(Path(event.directory) / path)
            place = inside(whole, self.workspace.root)
            if place == whole or place == "." or place.split("/")[0] == self.workspace.home.name:
                continue
            about = {"by_agent": True, "tool": event.tool, "session": event.session}
            self.workspace.notifier.tell(Event(EventType.FILE, event.at, "written by an agent", redact(place), about))

    def _delivered(self, file: str, at: float) -> None:
        """Note for `doctor` when each shell, and when an agent, told something last."""
        kind = file.partition("-")[0]
        names = ["source.agent"] if kind == "agent" else ["source.shell", f"source.shell.{kind}"]
        for name in names:
            settings.put(self.workspace.store, name, {"at": at})

    def _is_mine(self, directory: str) -> bool:
        if directory not in self._owners:
            place = Path(os.path.normpath(directory)) if directory.startswith("/") else None
            if self.users_own:
                mine = place is None or enclosing_workspace(place) is None
            else:
                mine = place is not None and self._is_nearest(place)
            self._owners[directory] = mine
        return self._owners[directory]

    def _is_nearest(self, place: Path) -> bool:
        """Whether this workspace is the first on the way up from `place`."""
        for directory in (place, *place.parents):
            if _same(directory, self.workspace.root):
                return True
            if is_workspace(directory):
                return False
        return False


def drain(workspace: Workspace) -> list[Kept]:
    """What is new in the spool, into this workspace and into the user's own."""
    kept = Drain(workspace).run()
    drain_users_own(workspace)
    return kept


def drain_users_own(workspace: Workspace) -> None:
    """What was run in no workspace, into the workspace of the user; nothing when no such command waits."""
    if not any(True for _ in spool_files(workspace.spool)):
        return
    with workspace.users_own() as own:
        Drain(own, users_own=True).run()


def delete_old(workspace: Workspace) -> int:
    """Deletes the files of the spool that no shell has written to for `KEPT_DAYS`; how many."""
    oldest = workspace.clock() - KEPT_DAYS * 86_400
    gone = 0
    for path, _, written in spool_files(workspace.spool):
        if written < oldest:
            path.unlink(missing_ok=True)
            positions_table.forget(workspace.store, path.name)
            gone += 1
    return gone


def _since(began: float | None, ended: float) -> float | None:
    return None if began is None else max(0.0, ended - began)


def _same(one: Path, other: Path) -> bool:
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False
