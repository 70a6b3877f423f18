"""patui's engine, headless.

    from engine import open_workspace

    with open_workspace("path/to/repository") as workspace:
        workspace.file_pattern_miner().on_file_created("plugins/new.py", text)

Nothing heavy is imported until it is used: `patui --version` and the hooks stay fast.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes 7 ms, and the hooks come by here
if TYPE_CHECKING:
    from typing import Any

    from engine.workspace import Workspace as Workspace
    from engine.workspace import open_workspace as open_workspace

__version__ = "0.1.0"
__all__ = ["Workspace", "__version__", "open_workspace"]


def __getattr__(name: str) -> Any:
    if name in ("Workspace", "open_workspace"):
        from engine import workspace

        return getattr(workspace, name)
    raise AttributeError(f"module 'engine' has no attribute {name!r}")
