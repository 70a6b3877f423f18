"""The first analysis of a whole repository: until something can be reviewed, and until all is drafted.

PATUI_REPOSITORIES names repositories with their history (with a `:` between); each is cloned and analysed as new.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from engine.actions.analyze import analyze
from engine.model import Event, EventType, Suggestion
from engine.workspace import open_workspace


@dataclass
class _Ears:
    """When candidates were told of."""

    told: list[float] = field(default_factory=list)

    def suggest(self, suggestion: Suggestion) -> None: ...

    def tell(self, event: Event) -> None:
        if event.type is EventType.CANDIDATE:
            self.told.append(time.perf_counter())


def main() -> None:
    repositories = [Path(one) for one in os.environ.get("PATUI_REPOSITORIES", "").split(":") if one]
    if not repositories:
        print("set PATUI_REPOSITORIES to repositories with a history")
    for repository in repositories:
        with tempfile.TemporaryDirectory() as folder:
            root, ears = Path(folder) / repository.name, _Ears()
            subprocess.run(["git", "clone", "-q", "--shared", str(repository), str(root)], check=True)
            with open_workspace(root, notifier=ears, user_state=Path(folder) / "state") as workspace:
                workspace.make_home()
                began, cpu = time.perf_counter(), time.process_time()
                found = analyze(workspace)
                wall, cpu = time.perf_counter() - began, time.process_time() - cpu
            first = min(ears.told, default=began + wall) - began
        print(f"- {repository.name}: {len(found)} candidates in {wall:.1f} s ({cpu:.1f} s of processor time), "
              f"the first after {first:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
