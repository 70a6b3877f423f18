"""The spool: one file a shell, one line a command, appended by the shell's hook and read from where reading ended.

A line is `1 <end, µs> <duration, µs> <exit code> <session> <directory> <command>`, tabs between, with `\\\\`, `\\n`,
`\\t`, `\\r` and `\\0` escaped; one that starts with `2` is an agent's (`agent_events`). Only whole lines are read: the
shell may be in the middle of one.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.sources.agent_events import AgentEvent, agent_event

LONGEST_READ = 1_000_000  # bytes taken from a file at a time
_ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\0": "\0"}
_ESCAPED = re.compile(r"\\[\\ntr0]")
_SUFFIX = ".spool"


@dataclass(frozen=True, slots=True)
class SpoolLine:
    """A command as its shell told it. `at` is when it ended (0: the shell has no clock); `offset` names the line."""

    offset: int
    at: float
    seconds: float
    exit_code: int
    session: str
    directory: str
    command: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read of a file, where to go on, and how many lines were none (a disk that was full, say)."""

    lines: tuple[SpoolLine, ...]
    offset: int
    broken: int = 0
    events: tuple[AgentEvent, ...] = ()


def spool_files(directory: Path) -> Iterator[tuple[Path, int, float]]:
    """Each file of the spool with its size and when it was written last. A missing spool has none."""
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        try:
            state = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if entry.name.endswith(_SUFFIX) and stat.S_ISREG(state.st_mode):
            yield Path(entry.path), state.st_size, state.st_mtime


def take(path: Path, offset: int) -> Taken:
    """The whole lines of a file from `offset` on, at most `LONGEST_READ` bytes; nothing when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return Taken((), offset)
    try:
        block = os.pread(descriptor, LONGEST_READ, offset)
    except OSError:
        return Taken((), offset)
    finally:
        os.close(descriptor)
    end = block.rfind(b"\n") + 1
    if not end and len(block) == LONGEST_READ:
        return Taken((), offset + len(block), 1)  # a line that long is none of ours
    lines: list[SpoolLine] = []
    events: list[AgentEvent] = []
    broken, at = 0, offset
    for line in block[:end].split(b"\n")[:-1]:
        if (parsed := _parsed(line, at)) is not None:
            lines.append(parsed)
        elif line.startswith(b"2\t") and (event := agent_event(line, at)) is not None:
            events.append(event)
        elif line.strip():
            broken += 1
        at += len(line) + 1
    return Taken(tuple(lines), offset + end, broken, tuple(events))


def blot_out(path: Path, lines: Sequence[SpoolLine | AgentEvent]) -> None:
    """Overwrites the commands of these lines (of an agent's, all that it tells), so that the others stay."""
    with path.open("r+b") as file:
        for line in lines:
            file.seek(line.offset)
            raw = file.readline()
            head = raw.rsplit(b"\t", 1)[0] + b"\t"
            file.seek(line.offset + len(head))
            file.write(b" " * (len(raw) - len(head) - raw.endswith(b"\n")))
        file.flush()
        os.fsync(file.fileno())


def _parsed(line: bytes, offset: int) -> SpoolLine | None:
    fields = line.split(b"\t", 6)
    if len(fields) != 7 or fields[0] != b"1":
        return None
    ended, taken, code = fields[1:4]
    session, directory, command = (field.decode("utf-8", "surrogateescape") for field in fields[4:])
    try:
        at, seconds, exit_code = int(ended or b"0") / 1e6, int(taken or b"0") / 1e6, int(code or b"0")
    except ValueError:
        return None
    command = _plain(command)
    if not command.strip():
        return None
    return SpoolLine(offset, at, max(0.0, seconds), exit_code, session, _plain(directory), command)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text)
