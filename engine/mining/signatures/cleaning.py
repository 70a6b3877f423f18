"""Output of a command as plain lines: bounded, without escapes, without what a progress bar wrote over."""

from __future__ import annotations

import re

HEAD = 128 * 1024  # characters; compilers name the cause first
TAIL = 512 * 1024  # interpreters and test runners name it last
WIDEST = 4096  # characters of one line; a longer one is data

# CSI, OSC (ended by BEL or ST), and two-character escapes; every class is fixed and bounded.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)"
    r"|\x1b[ -/]{0,4}[0-~]"
)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def plain_lines(output: str) -> list[str]:
    """The lines of `output`; from the middle of a very long one whole lines are left out."""
    if len(output) > HEAD + TAIL:
        output = f"{output[:HEAD].rpartition(chr(10))[0]}\n{output[-TAIL:].partition(chr(10))[2]}"
    text = _ESCAPES.sub("", output).translate(_CONTROLS)
    return [_overwritten(line)[:WIDEST].rstrip() for line in text.split("\n")]


def _overwritten(line: str) -> str:
    """What stands last in a line that a progress bar wrote over and over."""
    line = line.rstrip("\r")
    return line.rpartition("\r")[2] if "\r" in line else line
