"""The walk that patui is for, by keys in a real terminal: candidates, an approval, a new file, a toast, a filled file.

python -m tests.walk DIR FAMILY NEW_FILE OUT.md      records it on the repository DIR as text frames

DIR is a clone in which patui never ran; NEW_FILE does not exist yet.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal import Terminal

Frame = Callable[[str, str], None]  # what is seen, and the frame
SHELL_ROWS = 7
_LISTED = re.compile(r"^│[▌ ](\S+?)(…?) .* (?:files?|folders?) ", re.MULTILINE)  # long names end in …
_SHOWN = re.compile(r"╭─ (\S+?)(…?) ")  # the panel's title


def walk(terminal: Terminal, root: Path, family: str, new_file: str, note: Frame) -> None:
    """Walks through `terminal`, in which patui opens on `root`; `new_file` belongs to the family called `family`."""
    started = time.monotonic()

    def since() -> str:
        return f"{time.monotonic() - started:.1f} s"

    note("It opens on Live, and an engine starts to read the history", terminal.until("1 Live"))
    terminal.keys("2")
    terminal.until(lambda frame: _LISTED.search(frame) is not None and "approve" in frame)
    first = since()
    frame = terminal.until(lambda frame: _among(_LISTED.findall(frame), family) and _compared(frame))
    note(f"`2`: candidates, the first {first} after it was opened, while the rest is looked for", frame)
    note(f"`/{family}`: the one that interests us, beside one of its examples", _select(terminal, family))
    terminal.keys("a")
    note("`a`: approved", terminal.until(f"approved {family}"))
    terminal.keys("/", "Escape")  # all are shown again
    terminal.split(SHELL_ROWS, root)
    folder = new_file.rpartition("/")[0]
    quoted = shlex.quote(new_file)
    terminal.says(f"mkdir -p {shlex.quote(folder)} && touch {quoted}" if folder else f"touch {quoted}")
    frame = terminal.until("p preview")
    note("In a second pane a new file of the family is begun, empty: a toast comes", _both(terminal, frame))
    terminal.keys("p")
    frame = terminal.until("⏎ writes 1 file")
    note("`p`: what would be written; `like` marks what an example lends, to be checked. Nothing is written yet", frame)
    terminal.keys("Enter")
    frame = terminal.until("filled")
    terminal.says(f"clear; tail -n 5 {quoted}")
    time.sleep(0.5)
    note("`⏎`: written, as the second pane sees", _both(terminal, frame))


def _select(terminal: Terminal, family: str) -> str:
    """Puts the cursor on the family, however late it is found and whatever else answers to the filter."""
    terminal.keys("/")
    terminal.types(family)
    terminal.until(lambda frame: f"│{family}" in frame)
    terminal.keys("Enter")
    terminal.until(" a approve")
    terminal.keys("g")  # what answers best stands first
    return terminal.until(
        lambda frame: _among(_SHOWN.findall(frame), family) and "evidence" in frame and _compared(frame)
    )


def _compared(frame: str) -> bool:
    """Whether an example and what is rendered for it are shown: their first line is."""
    return re.search(r" 1 [ -]", frame) is not None


def _among(names: list[tuple[str, str]], family: str) -> bool:
    """Whether the family is one of these, which may be cut."""
    return any(family == name or (cut and family.startswith(name)) for name, cut in names)


def _both(terminal: Terminal, frame: str) -> str:
    """The app above, the shell below."""
    width = max(map(len, frame.splitlines()))
    return f"{frame}\n{'─' * width}\n{terminal.shell()}"


def all_missing(terminal: Terminal, family: str, note: Frame) -> None:
    """The closing section: every sibling that lacks the file, from the command line beside the app, and one undo."""
    terminal.grow(2 * SHELL_ROWS)
    terminal.keys("1")
    terminal.says("clear")
    terminal.says(f"patui apply {family} --missing")
    asked = terminal.until_shell(lambda shown: "[y/" in shown or "nothing is missing" in shown)
    if "[y/" not in asked:
        return  # a family of one directory has no siblings elsewhere
    terminal.says("y")
    terminal.until_shell("takes it back\n$")
    terminal.says("patui undo")
    terminal.until_shell("\n- ")
    time.sleep(1.0)
    words = f"`patui apply {family} --missing` in the second pane, and one undo; the app above sees it all"
    note(words, _both(terminal, terminal.frame()))


def main(arguments: list[str]) -> int:
    directory, family, new_file, out = arguments
    root = Path(directory).resolve()
    if (root / new_file).exists():
        print(f"{new_file} exists: name one that does not", file=sys.stderr)
        return 2
    said = f"`python -m tests.walk {root.name} {family} {new_file} OUT.md`, in tmux, 120 × 48."
    times = "Times include starting, reading the history, mining, drafting and the backtest."
    whose = f"What the frames show of files is {root.name}'s own text, under its licence."
    parts = [f"# A walk, recorded\n\n{said}\n{times}\n{whose}\n"]
    short = f"~/{root.name}"

    def note(words: str, frame: str) -> None:
        shown = frame.replace(str(root), short.ljust(len(str(root)))) if len(short) < len(str(root)) else frame
        lines = "\n".join(line.rstrip() for line in shown.splitlines())
        parts.append(f"\n## {words}\n\n```text\n{lines}\n```\n")

    with tempfile.TemporaryDirectory() as folder:
        # As after `make run`: the command is the one of this environment, and nothing is remembered from before.
        command = [sys.executable, "-m", "tui", str(root)]
        environment = {
            "XDG_STATE_HOME": f"{folder}/state",
            "XDG_CONFIG_HOME": f"{folder}/config",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        with Terminal(Path(folder) / "tmux", command, Path.cwd(), rows=48, environment=environment) as terminal:
            walk(terminal, root, family, new_file, note)
            terminal.keys("u")
            frame = terminal.until("took back")
            terminal.says(f"clear; wc -c {shlex.quote(new_file)}; rm {shlex.quote(new_file)}")
            time.sleep(0.5)
            note("`u`: taken back; the file is empty again, and is removed", _both(terminal, frame))
            all_missing(terminal, family, note)
            terminal.keys("q")
    Path(out).write_text("".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
