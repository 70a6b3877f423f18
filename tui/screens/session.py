"""What the screens of one running app share: the workspace, and what the frame around every screen shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tui.presentation.bars import State, Tab
from tui.presentation.toasts import Toasts

if TYPE_CHECKING:
    from engine.model import Candidate, Suggestion
    from engine.workspace import Workspace


@dataclass
class Session:
    """Shared by the app and its screens, changed on the UI thread only."""

    workspace: Workspace
    zone: tzinfo | None = None
    state: State = field(default_factory=lambda: State(""))
    pending: int = 0
    patterns: int = 0
    proposed: int = 0  # patterns of which a new version is proposed, as last listed
    waiting: frozenset[int] = frozenset()  # ids of the pending candidates, as last listed
    seen: set[int] = field(default_factory=set)  # ids of candidates that stood under the cursor
    suggestions: tuple[Suggestion, ...] = ()
    toasts: Toasts = field(default_factory=Toasts)
    last_done: Literal["", "verdict", "application"] = ""
    decided: int = 0  # how many verdicts the last decision was
    trouble: str = ""
    painted: bool = False  # the first frame stands: from now on there is time to read
    panes: dict[str, int] = field(default_factory=dict)  # cells of what was resized, by screen, width class and pane

    def __post_init__(self) -> None:
        self.state = replace(self.state, path=short_path(self.workspace.root))

    @property
    def now(self) -> float:
        return self.workspace.clock()

    @property
    def quiet(self) -> bool:
        return self.workspace.config.suggestion.quiet

    def remember(self, seen: object, panes: object = None) -> None:
        """Takes in which candidates were looked at before the last end of the app, and how large the panes were."""
        if isinstance(seen, list):
            self.seen |= {number for number in seen if isinstance(number, int)}
        if isinstance(panes, dict):
            self.panes |= {name: cells for name, cells in panes.items() if type(cells) is int}

    def listed(self, candidates: list[Candidate]) -> None:
        """Takes note of which candidates wait."""
        self.waiting = frozenset(candidate.id for candidate in candidates)
        self.pending = len(self.waiting)
        self.proposed = sum(candidate.kind == "revision" for candidate in candidates)
        self.count_new()

    def look(self, candidate: int) -> None:
        """Takes note of one that stands under the cursor for the first time."""
        self.seen.add(candidate)
        if candidate in self.waiting:  # to count ten thousand anew at each key takes its time
            self.state = replace(self.state, new=max(self.state.new - 1, 0))

    def count_new(self) -> None:
        self.state = replace(self.state, new=len(self.waiting - self.seen))

    def tabs(self) -> tuple[Tab, ...]:
        """The screens there are, with what each holds."""
        offers = len(self.suggestions)
        return (
            Tab("1", "live", "Live", offers, waits=bool(offers)),
            Tab("2", "candidates", "Candidates", self.pending, bool(self.state.new), "Cand"),
            Tab("3", "patterns", "Patterns", self.patterns, short="Patt"),
            Tab("4", "reports", "Reports", short="Rep"),
            Tab("5", "evolution", "Evolution", self.proposed, bool(self.proposed), "Evo"),
            Tab("6", "recoveries", "Recoveries", short="Rec"),
        )


def short_path(root: Path) -> str:
    """`root` with `~` for the home directory."""
    home = Path.home()
    return f"~/{root.relative_to(home)}" if root.is_relative_to(home) and root != home else str(root)
