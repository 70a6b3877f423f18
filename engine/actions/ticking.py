"""`patui tick`: whatever is due, done once, in bounded time.

The tick holds a lock beside the database and does the work in a child (`engine.actions.tick_child`), which it ends when
the time is up; a job that was cut short has changed nothing but what it had committed, and is due again.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from engine.actions import schedule
from engine.actions.schedule import Job, Standing
from engine.actions.tick_child import TickChild
from engine.workspace import Workspace

BUDGET_SECONDS: Final = 900.0
_SHARE = {Job.DETECTION: 0.6}  # of the budget: looking for patterns must not cost the report

Monotonic = Callable[[], float]


class End(StrEnum):
    """How a job ended."""

    DONE = "done"
    FAILED = "failed"  # it says why
    STOPPED = "stopped"  # the time was up
    WAITS = "waits"  # due, and the time was up before its turn
    NOT_DUE = "not due"


@dataclass(frozen=True, slots=True)
class JobDone:
    """One job of a tick. `says` is what it did, in keys of its own; `last` and `next` are seconds since the epoch."""

    job: Job
    end: End
    last: float
    next: float
    seconds: float = 0.0
    says: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did; `ran` is false when another one was at work."""

    ran: bool
    jobs: tuple[JobDone, ...] = ()
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return any(one.end is End.FAILED for one in self.jobs)


def tick(
    workspace: Workspace,
    *,
    budget: float = BUDGET_SECONDS,
    everything: bool = False,
    patient: bool = False,
    clock: Monotonic = time.monotonic,
) -> Ticked:
    """Does what is due, or with `everything` each job, within `budget` seconds. `patient` as in `standings`."""
    start = clock()
    workspace.make_home()
    workspace.store.read()
    with _locked(workspace) as held:
        if not held:
            return Ticked(False)
        before = schedule.standings(workspace, patient=patient)
        wanted = [one.job for one in before if one.due or everything]
        # What the others find changes the digests: whether they are due is known at the end only.
        if wanted and Job.DIGESTS not in wanted:
            wanted.append(Job.DIGESTS)
        ends = dict(_carry_out(workspace, wanted, start, budget, clock))
        if Job.REPORT not in wanted:
            schedule.note_marks(workspace)
        schedule.note_since(workspace, workspace.clock())
        after = {one.job: one for one in schedule.standings(workspace)}
        jobs = tuple(_done(ends.get(one.job), after[one.job], one) for one in before)
        return Ticked(True, jobs, clock() - start)


def _done(end: JobDone | None, after: Standing, before: Standing) -> JobDone:
    if end is None:
        return JobDone(before.job, End.NOT_DUE, after.last, after.next)
    return JobDone(before.job, end.end, after.last, after.next, end.seconds, end.says)


def _carry_out(
    workspace: Workspace, wanted: Sequence[Job], start: float, budget: float, clock: Monotonic
) -> Iterator[tuple[Job, JobDone]]:
    """Each wanted job in turn; a child that was ended is followed by one for the jobs that are left."""
    left = list(wanted)
    child: TickChild | None = None
    try:
        while left:
            job = left.pop(0)
            began = clock()
            remaining = start + budget - began
            if remaining <= 0:
                yield job, JobDone(job, End.WAITS, 0.0, 0.0)
                continue
            child = child or TickChild.started(workspace.root)
            answer = child.do(job, min(remaining, _SHARE.get(job, 1.0) * budget))
            seconds = clock() - began
            if answer is None:
                child.end()
                child = None
                schedule.note(workspace, job, {"failed": workspace.clock()})
                yield job, JobDone(job, End.STOPPED, 0.0, 0.0, seconds)
            else:
                end = End.DONE if answer.get("ok") else End.FAILED
                yield job, JobDone(job, end, 0.0, 0.0, seconds, answer.get("says", {}))
    finally:
        if child is not None:
            child.end()


@contextmanager
def _locked(workspace: Workspace) -> Iterator[bool]:
    """Whether this process has the tick to itself. The lock dies with the process; its file stays."""
    path = workspace.database_path.parent / "tick.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
