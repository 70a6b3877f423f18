"""A throw-away workspace with realistic work: a past that was lived through, and work that goes on live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from engine.actions.demo_commands import SERVICES, no_upstream
from engine.actions.demo_files import carrier, handler, query, service
from engine.actions.demo_past import Clock, Shop, git, put
from engine.recording import keep
from engine.workspace import Workspace, open_workspace

NEXT = "rail cargo"  # whose parcels the carrier is for that is begun live
PUSHED = "fix/refunds"  # the branch that is pushed live, and refused


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in the replay: after `wait` seconds, `path` has `text`.

    A directory ends in `/`; without a path a push fails.
    """

    wait: float
    path: str = ""
    text: str = ""


def make(root: Path, now: float, say: Callable[[str], None] = lambda words: None) -> None:
    """Makes the workspace in `root`, whose past ends at `now`. Takes some seconds."""
    clock = Clock(now)
    with open_workspace(root, clock=clock) as workspace:
        Shop(workspace, clock, now).live_through(say)


def steps() -> Iterator[Step]:
    """What happens live: siblings of known families are begun, an error comes back, and files of a new family are
    written."""
    for_carrier, for_service, for_handler = carrier(NEXT, 6), service(SERVICES[7], 7), handler("parcel lost", 5)
    yield Step(5.0, next(iter(for_carrier)))
    yield Step(14.0)
    yield Step(9.0, next(iter(for_handler)))
    for number, (name, what) in enumerate(
        (("daily-sales", "sales"), ("stock-levels", "stock"), ("late-parcels", "parcels"), ("returns-rate", "returns"))
    ):
        for path, text in query(name, what, number).items():
            yield Step(5.0, path, text)
    yield Step(9.0, f"{next(iter(for_service)).rpartition('/')[0]}/")


def replay(root: Path, stopped: Event, plan: Callable[[], Iterator[Step]] = steps) -> None:
    """Does the steps one after the other until `stopped` is set; what exists already is left alone."""
    with open_workspace(root) as workspace:
        for step in plan():
            if stopped.wait(step.wait):
                return
            if not step.path:
                push_refused(workspace)
            elif step.path.endswith("/"):
                (root / step.path).mkdir(parents=True, exist_ok=True)
            elif not (root / step.path).exists():
                put(root, step.path, step.text)


def push_refused(workspace: Workspace) -> None:
    """A branch is begun and pushed, which fails as it did before: what helped then can be run."""
    git(workspace.root, "switch", "-q", "-c", PUSHED)
    keep(workspace.store, no_upstream(workspace.clock(), PUSHED, fixed=False))
