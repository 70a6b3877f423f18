"""The history files of bash, zsh and fish: no exit codes, no directories, and times only where the shell kept them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.sources.importers.entries import Entry, Passed

_BASH_STAMP = re.compile(r"#(\d{9,11})\s*")
_ZSH_STAMP = re.compile(r": *(\d{1,11}):(\d{1,9});")
_META = 0x83


def bash_history(text: bytes) -> Iterator[Entry | Passed]:
    """With HISTTIMEFORMAT, `#seconds` stands before each command, which then may have several lines."""
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    stamped = next((bool(_BASH_STAMP.fullmatch(line)) for line in lines if line.strip()), False)
    at, held = 0.0, list[str]()
    for line in [*lines, "#0000000000" if stamped else ""]:
        stamp = _BASH_STAMP.fullmatch(line)
        if stamp or not stamped:
            if any(part.strip() for part in held):
                yield Entry("\n".join(held).strip("\n"), at)
                at = 0.0
            held = []
        if stamp:
            at = float(stamp[1])
        else:
            held.append(line)
    if any(part.strip() for part in held):
        yield Entry("\n".join(held).strip("\n"), at)


def zsh_history(text: bytes) -> Iterator[Entry | Passed]:
    """Bytes that zsh uses itself are written in two; a line that goes on ends with a backslash."""
    lines = iter(_unmetafied(text).decode("utf-8", "surrogateescape").split("\n"))
    for line in lines:
        while line.endswith("\\"):
            following = next(lines, None)
            if following is None:
                break
            line = f"{line[:-1]}\n{following}"
        stamp = _ZSH_STAMP.match(line)
        command = line[stamp.end() :] if stamp else line
        if not command.strip():
            if stamp:
                yield Passed("empty")
            continue
        if stamp:
            yield Entry(command, float(stamp[1]), float(stamp[2]))
        else:
            yield Entry(command)


def _unmetafied(text: bytes) -> bytes:
    parts = text.split(bytes([_META]))
    return parts[0] + b"".join(bytes([part[0] ^ 0x20]) + part[1:] if part else b"" for part in parts[1:])


def fish_history(text: bytes) -> Iterator[Entry | Passed]:
    """Blocks of `- cmd: …`, `  when: …` and paths: like YAML, and none, since nothing is quoted."""
    command, at = "", 0.0
    for line in [*text.decode("utf-8", "surrogateescape").split("\n"), "- cmd: "]:
        if line.startswith("- cmd:"):
            if command.strip():
                yield Entry(command, at)
            command = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], line[6:].lstrip(" "))
            at = 0.0
        elif line.startswith("  when:"):
            stamp = line[7:].strip()
            at = float(stamp) if stamp.isdigit() and len(stamp) < 12 else 0.0
        elif line.strip() and not line.startswith(("  paths:", "    - ")):
            yield Passed("no line of a fish history", is_broken=True)
