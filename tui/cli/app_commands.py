"""The app, the engine alone, and the demo."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

from engine.workspace import LONG_PATIENCE, nearest_workspace, open_workspace
from tui.cli.output import say

NO_TERMINAL = 2


def run_engine(directory: str | None) -> int:
    """The engine in this process: one JSON event a line on stdout until SIGTERM or SIGINT."""
    from engine import service

    return service.run(_chosen(directory))


def run_app(directory: str | None, *, demo: bool = False) -> int:
    """The app on a workspace; exit code 2 when there is no terminal to show it on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("patui: the app needs a terminal. Without one: `patui --engine-only`, `patui candidates`, `patui --help`")
        return NO_TERMINAL
    return _demo() if demo else _show(_chosen(directory))


def _chosen(directory: str | None) -> Path:
    return Path(directory).expanduser() if directory else nearest_workspace()


def _show(directory: Path, user_state: Path | None = None) -> int:
    from tui.app import PatuiApp  # 200 ms, and only the app needs it

    closing = Event()
    with open_workspace(directory, user_state=user_state, patience=LONG_PATIENCE) as workspace, ExitStack() as engines:
        workspace.store  # noqa: B018 - a database that cannot be opened is said before the screen is taken

        def start_engine() -> None:
            from engine.actions.engine_process import ensure_engine

            gc.freeze()  # what stands after the first frame stays: no key press waits while it is looked through
            if not closing.is_set():
                engines.callback(ensure_engine(workspace).stop)

        # A key waits this long for what a thread computes, at each step of its way, and not ten times as long.
        sys.setswitchinterval(0.0005)
        app = PatuiApp(workspace, after_paint=start_engine)
        engines.callback(closing.set)
        app.run()
        return app.return_code or 0


def _demo() -> int:
    from engine.actions import demo

    with tempfile.TemporaryDirectory(prefix="patui-demo-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "shop"
        root.mkdir()
        # What is approved in it is approved in it alone, also by the engine, which is another process.
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
        began = time.monotonic()
        say("living through half a year in a shop that does not exist, by patui's own commands:")
        demo.make(root, time.time(), lambda words: say(f"  {words} …"))
        say(f"  done in {time.monotonic() - began:.0f} s; the app opens")
        stopped = Event()
        player = Thread(target=demo.replay, args=(root, stopped), daemon=True)
        player.start()
        try:
            return _show(root)
        finally:
            stopped.set()
            player.join(2.0)
