"""What other programs load so that patui learns what was done."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from engine.sources.shell_hooks import hook_text


def shell_hook(shell: str, user_state: Path | None = None) -> str:
    """The hook of a shell; makes the folder it writes into, which only this user can enter."""
    spool = (user_state or platformdirs.user_state_path("patui")) / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    spool.chmod(0o700)
    return hook_text(shell, spool)
