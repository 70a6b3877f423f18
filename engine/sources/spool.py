"""The spool: one file a shell, one line a command, appended by the shell's hook and read from where reading ended.

A line is `1 <end, µs> <duration, µs> <exit code> <session> <directory> <command>`, tabs between, with `\\\\`, `\\n`,
`\\t`, `\\r` and `\\0` escaped; one that starts with `2` is an agent's (`agent_events`). Only whole lines are read: the
shell may be in the middle of one.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
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


def lines_with(path: Path, holds: Callable[[str], bool]) -> list[int]:
    """Where the lines stand of which `holds` is true, as written or as meant."""
    found, at = [], 0
    try:
        with path.open("rb") as file:
            for line in file:
                if line.strip():
                    texts = [line.decode("utf-8", "replace")]
                    parsed, event = _parsed(line.rstrip(b"\n"), at), agent_event(line, at)
                    texts += [parsed.command, parsed.directory] if parsed else []
                    texts += [event.command, event.output, event.directory, *event.paths] if event else []
                    found += [at] if any(map(holds, texts)) else []
                at += len(line)
    except OSError:
        return []
    return found


def blot_out(path: Path, offsets: Sequence[int]) -> None:
    """Overwrites these lines with blanks where they stand, so that the others keep their places."""
    if not offsets:
        return
    with path.open("r+b") as file:
        for offset in offsets:
            file.seek(offset)
            line = file.readline()
            file.seek(offset)
            file.write(b" " * (len(line) - line.endswith(b"\n")))
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
