"""What the plan's classes are tied to: the parts of a workspace, as `engine.workspace.Workspace` has them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.config import Config
    from engine.library.shelf import Shelf
    from engine.model import Clock, Example, Notifier
    from engine.store.connection import Store
    from engine.trust import Trust


class Parts(Protocol):
    """The parts that are asked below the workspace itself, which stands above them all."""

    @property
    def root(self) -> Path: ...

    @property
    def home(self) -> Path: ...

    @property
    def config(self) -> Config: ...

    @property
    def trust(self) -> Trust: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def notifier(self) -> Notifier: ...

    @property
    def store(self) -> Store: ...

    @property
    def shelf(self) -> Shelf: ...

    def make_home(self) -> None: ...

    def read_example(self, path: str) -> Example | str: ...
