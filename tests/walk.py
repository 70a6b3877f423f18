"""The walk that patui is for, by keys in a real terminal: candidates, an approval, a new file, a toast, a filled file.

python -m tests.walk DIR FAMILY NEW_FILE OUT.md      records it on the repository DIR as text frames
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal import Terminal

Frame = Callable[[str, str], None]  # what is seen, and the frame


def walk(terminal: Terminal, root: Path, family: str, new_file: str, note: Frame) -> None:
    """Walks through `terminal`, in which patui opens on `root`; `new_file` belongs to the family called `family`."""
    started = time.monotonic()
    terminal.until(lambda frame: "patui" in frame and "Live" in frame)
    terminal.keys("2")
    frame = terminal.until(lambda frame: family in frame and "approve" in frame)
    note(f"{time.monotonic() - started:.1f} s after it was opened: candidates, with what they would have saved", frame)
    while f"▌{family} " not in frame:
        terminal.keys("j")
        frame = terminal.until(lambda now, before=frame: now != before)  # type: ignore[misc]
    frame = terminal.until(lambda frame: f"─ {family} " in frame and "evidence" in frame and " 1  " in frame)
    note("The one that interests us, beside one of its examples", frame)
    terminal.keys("a")
    note("`a`: approved", terminal.until(f"approved {family}"))
    (root / new_file).parent.mkdir(parents=True, exist_ok=True)
    (root / new_file).touch()
    note(f"In a second pane: `touch {new_file}`", terminal.until("p preview"))
    terminal.keys("p")
    note("`p`: what would be written, and which values are still to be checked", terminal.until("⏎ writes 1 file"))
    terminal.keys("Enter")
    note("`⏎`: written", terminal.until("filled"))


def main(arguments: list[str]) -> int:
    directory, family, new_file, out = arguments
    root = Path(directory).absolute()
    said = f"`python -m tests.walk {root.name} {family} {new_file}`, 120 columns."
    parts = [f"# A walk, recorded\n\n{said} Times include starting, mining,\ndrafting and the backtest.\n"]

    def note(words: str, frame: str) -> None:
        parts.append(f"\n## {words}\n\n```text\n{frame.replace(str(root), '~/' + root.name)}\n```\n")

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tui", str(root)]
        state = {"XDG_STATE_HOME": f"{folder}/state", "XDG_CONFIG_HOME": f"{folder}/config"}
        with Terminal(Path(folder) / "tmux", command, Path(os.sep), environment=state) as terminal:
            walk(terminal, root, family, new_file, note)
            parts.append(f"\nThe file as it now is:\n\n```text\n{(root / new_file).read_text()}```\n")
            terminal.keys("u")
            note("`u`: taken back", terminal.until("took back"))
            terminal.keys("q")
    Path(out).write_text("".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
