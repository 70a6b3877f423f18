"""What is imported before the first frame: a start that reads the world is felt by everybody, every day."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SHOW = """
import sys
from pathlib import Path
from engine.workspace import open_workspace
from tui.app import PatuiApp

class Watched(PatuiApp):
    modules = None
    def _display(self, screen, renderable):
        if renderable is not None and not self._batch_count and Watched.modules is None:
            Watched.modules = sorted(sys.modules)
            self.call_later(self.exit)
        super()._display(screen, renderable)

with open_workspace(sys.argv[1], user_state=Path(sys.argv[2]), user_config=Path(sys.argv[2])) as workspace:
    workspace.store
    Watched(workspace).run(headless=True, size=(120, 36))
print("\\n".join(Watched.modules))
"""
_LATER = {
    "yaml": "a start without rule files reads no YAML",
    "jinja2": "no template is parsed",
    "rapidfuzz": "nothing is compared",
    "watchdog": "the engine watches, not the app",
    "sqlite_utils": "the schema is there already",
    "pygments": "no code is coloured",
    "engine.documents": "a start without rule files reads no YAML",
    "engine.library": "no pattern is read",
    "engine.template": "no pattern is read",
    "engine.model.evidence": "the candidates come after the frame",
    "engine.actions": "the feed comes after the frame",
    "tui.screens.candidates": "another screen",
    "tui.screens.patterns": "another screen",
    "tui.screens.apply": "a form",
    "textual.widgets._markdown": "reports",
}


@pytest.fixture(scope="module")
def before_the_frame(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    folder = tmp_path_factory.mktemp("first")
    root, state = folder / "work", folder / "state"
    root.mkdir()
    command = [sys.executable, "-c", _SHOW, str(root), str(state)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    shown = ""
    for _ in range(2):  # the first makes the database
        shown = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return frozenset(shown.split())


def test_the_frame_is_shown(before_the_frame: frozenset[str]) -> None:
    assert {"tui.app", "tui.screens.live", "engine.store.connection"} <= before_the_frame


@pytest.mark.parametrize("module", _LATER)
def test_what_the_first_frame_does_not_show_is_not_imported(before_the_frame: frozenset[str], module: str) -> None:
    early = sorted(name for name in before_the_frame if name == module or name.startswith(f"{module}."))
    assert not early, _LATER[module]
