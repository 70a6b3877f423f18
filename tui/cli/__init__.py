"""The `patui` command. What must be fast is answered here, before click and the engine are imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the console script."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from engine import __version__

        print(f"patui {__version__}")
        return
    from tui.cli.group import run

    sys.exit(run(arguments))
