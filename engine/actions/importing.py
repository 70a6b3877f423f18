"""`patui import`: what the developer already has, read once however often it is read."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from engine.errors import BrokenInput, UsageError
from engine.mining.signatures import errors_of
from engine.model import Execution, Source
from engine.recording import inside, keep
from engine.redact import redact
from engine.sources.importers.entries import Entry, Passed, content
from engine.sources.importers.shell_histories import bash_history, fish_history, zsh_history
from engine.sources.importers.trajectories import trajectory
from engine.sources.importers.transcripts import transcript
from engine.store import executions as execution_table
from engine.store import settings
from engine.store.atuin import atuin_rows
from engine.workspace import Workspace

_BATCH = 500
_PAUSE_SECONDS = 1800.0  # a longer one between two commands begins another session
_STEP_SECONDS = 15.0  # between commands whose times nobody kept
_LONGEST_SESSION = 100  # commands, where nothing else tells sessions apart
_CONTEXT = 3  # commands before one, by which it is known again in a file without times
_LEAVES = re.compile(r"\s*(?:exit|logout)\b")
_VIEWERS = re.compile(
    r"\s*(?:cat|less|more|head|tail|open|goto|scroll_\w+|grep|rg|find\w*|search_\w+|ls|edit|create)\b"
)
_COMPLAINT = re.compile(
    r"[Nn]o such|not found|cannot |[Cc]ould not|[Pp]ermission denied|[Ii]nvalid|unrecognized|error", re.ASCII
)
_REFUSED = re.compile(r"\s*Your proposed edit has introduced new syntax error")  # SWE-agent's own editor
_UNSURE = frozenset({"output", "error"})
_PERSON, _AGENT = 1, 2  # what atuin writes as `author_kind`
_AGENTS = re.compile(r"claude|codex|copilot|cursor|gemini|opencode|aider|goose|cline|agent|amp\b|pi\b", re.IGNORECASE)


@dataclass
class Imported:
    """How many were taken in, were known already, are of no use, and could not be read."""

    imported: int = 0
    known: int = 0
    skipped: int = 0
    broken: int = 0

    def shape(self) -> dict[str, int]:
        return asdict(self)


Read = Callable[[Path], Iterator[Entry | Passed]]


def import_commands(workspace: Workspace, kind: str, path: Path | None = None) -> Imported:
    """Takes in a history, transcripts or trajectories; `kind` is one of `IMPORTERS`. Without a path, the usual place.

    All commands go to this workspace, wherever they were run. Raises BrokenInput for what is no such file.
    """
    read, usual, suffix = IMPORTERS[kind]
    counts = Imported()
    for file in _files(path or usual(workspace), suffix):
        _take(workspace, kind, file, read(file), counts)
    if counts.imported or counts.known:
        settings.put(workspace.store, f"source.import.{kind}", {"at": workspace.clock()})
    return counts


def _take(workspace: Workspace, kind: str, file: Path, found: Iterable[Entry | Passed], counts: Imported) -> None:
    entries: list[Entry] = []
    for one in found:
        if isinstance(one, Passed):
            counts.broken += one.is_broken
            counts.skipped += not one.is_broken
        else:
            entries.append(one)
    executions = _executions(workspace, kind, file, entries)
    known = execution_table.known(workspace.store, [one.key for one in executions])
    is_plain = not any(entry.at or entry.name for entry in entries)
    if is_plain and executions[_CONTEXT:] and executions[_CONTEXT].key in known:
        # The shell drops the oldest lines: what stood behind others then stands first, and is still the same.
        known |= {one.key for one in executions[:_CONTEXT]}
    for batch in _batches(one for one in executions if one.key not in known):
        keep(workspace.store, batch)
        counts.imported += len(batch)
    counts.known += sum(one.key in known for one in executions)


def _executions(workspace: Workspace, kind: str, file: Path, entries: list[Entry]) -> list[Execution]:
    timed = _with_times(entries, file)
    whole = hashlib.sha256(content(file)).hexdigest()[:16] if kind == "trajectory" else ""
    sessions = _sessions(kind, f"{file.stem}:{whole}" if whole else "", timed)
    seen: Counter[str] = Counter()
    executions = []
    # What names a record must not tell what was hidden in it.
    commands = [redact(entry.command) for entry in entries]
    for index, (entry, original, session) in enumerate(zip(timed, entries, sessions, strict=True)):
        before = [str(original.at)] if original.at else commands[max(0, index - _CONTEXT) : index]
        if original.name.startswith("agent:"):
            key = original.name
        else:
            name = f"{whole}:{original.name}" if original.name else _digest(commands[index], *before)
            key = f"import:{kind}:{name}"
        seen[key] += 1
        ended = entry.at + (entry.seconds or 0.0)
        executions.append(
            Execution(
                at=min(ended, workspace.clock()),
                command=entry.command,
                cwd=inside(entry.directory, workspace.root),
                exit_code=entry.exit_code,
                success=entry.success,
                seconds=entry.seconds,
                session=session,
                source=Source.AGENT if entry.by_agent and kind != "atuin" else Source.IMPORT,
                by_agent=entry.by_agent,
                error_output=entry.output if entry.success is False else "",
                key=key if seen[key] == 1 else f"{key}:{seen[key]}",
            )
        )
    return executions


def _with_times(entries: list[Entry], file: Path) -> list[Entry]:
    """Where nobody kept the times, the last command was run when the file was written, each a little before the next;
    between two known times, just after the first."""
    if not entries:
        return entries
    written = file.stat().st_mtime
    times = [entry.at for entry in entries]
    after = written
    for index in range(len(times) - 1, -1, -1):
        if not times[index]:
            times[index] = after - _STEP_SECONDS
        after = times[index]
    return [
        entry if entry.at == at >= 1.0 else replace(entry, at=max(1.0, at))
        for entry, at in zip(entries, times, strict=True)
    ]


def _sessions(kind: str, name_of_all: str, entries: list[Entry]) -> list[str]:
    """The sessions that the file names; else a new one after a pause, after the shell was left, and now and then."""
    found: list[str] = []
    name, count, before = "", 0, 0.0
    for entry in entries:
        if entry.session:
            found.append(entry.session)
            continue
        if name_of_all:
            found.append(f"{kind}:{name_of_all}")
            continue
        if not name or entry.at - before > _PAUSE_SECONDS or count >= _LONGEST_SESSION:
            name, count = f"{kind}:{int(entry.at)}", 0
        found.append(name)
        count, before = count + 1, entry.at + (entry.seconds or 0.0)
        if _LEAVES.match(entry.command):
            name = ""
    return found


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _batches(executions: Iterable[Execution]) -> Iterator[list[Execution]]:
    rest = iter(executions)
    while batch := list(islice(rest, _BATCH)):
        yield batch


# ── the kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _files(path: Path, suffix: str) -> list[Path]:
    if path.is_dir() and suffix:
        found = sorted(file for file in path.rglob(f"*{suffix}") if file.is_file())
        if not found:
            raise BrokenInput(f"{path} holds no file that ends with {suffix}")
        return found
    return [path]


def _history(read: Callable[[bytes], Iterator[Entry | Passed]]) -> Read:
    return lambda path: read(content(path))


def _trajectory(path: Path) -> Iterator[Entry | Passed]:
    def shows_error(output: str, action: str) -> bool:
        if _REFUSED.match(output) or _complains(output, action):
            return True
        # What is only shown may be about errors without being one; and `errors_of` takes a failure for granted, so that
        # the last line of any output is one to it.
        return not _VIEWERS.match(action) and any(one.type not in _UNSURE for one in errors_of(output, action))

    try:
        yield from trajectory(content(path), shows_error)
    except BrokenInput as error:
        yield Passed(f"{path} {error}", is_broken=True)


def _complains(output: str, action: str) -> bool:
    """Whether a program says under its own name what went wrong: `cat: a: No such file or directory`."""
    program = action.split(maxsplit=1)[0].rpartition("/")[2] if action.split() else ""
    first = output.lstrip().split("\n", 1)[0]
    is_own = first.startswith((f"{program}: ", f"bash: {program}: ", f"/bin/sh: 1: {program}: "))
    return bool(program) and is_own and bool(_COMPLAINT.search(first))


def _atuin(path: Path) -> Iterator[Entry | Passed]:
    person = _user()
    for row in atuin_rows(path):
        yield _atuin_entry(row, person)


def _atuin_entry(row: Mapping[str, Any], person: str) -> Entry | Passed:
    at, taken, code = row["timestamp"], row["duration"], row["exit"]
    if not isinstance(row["command"], str) or not isinstance(at, (int, float)) or not 0 < at < 2.5e20:
        return Passed("no command, or no time", is_broken=True)
    if row["deleted_at"] is not None or not row["command"].strip():
        return Passed("deleted, or empty")
    runs = isinstance(taken, (int, float)) and taken < 0
    if code == -1 and (runs or taken is None):
        return Passed("is still running, or its end was never told")
    author = str(row["author"] or "")
    own = author in ("", person, str(row["hostname"] or "").rpartition(":")[2])
    return Entry(
        row["command"],
        at / 1e9,
        seconds=taken / 1e9 if isinstance(taken, (int, float)) and taken >= 0 else None,
        directory=row["cwd"] if isinstance(row["cwd"], str) and row["cwd"].startswith("/") else "",
        exit_code=code if isinstance(code, int) else None,
        success=code == 0 if isinstance(code, int) else None,
        session=str(row["session"] or ""),
        by_agent=_is_agents(row, own, author),
        name=str(row["id"]),
    )


def _is_agents(row: Mapping[str, Any], own: bool, author: str) -> bool:
    """Newer versions of atuin say who it was; of others the author's name tells."""
    if row["author_kind"] in (_PERSON, _AGENT):
        return bool(row["author_kind"] == _AGENT)
    return bool(row["intent"]) or (not own and bool(_AGENTS.search(author)))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _usual_zsh(workspace: Workspace) -> Path:
    home = Path(os.environ.get("ZDOTDIR") or Path.home())
    names = (".zsh_history", ".zhistory", ".histfile")
    return next((home / name for name in names if (home / name).is_file()), home / names[0])


def _usual_transcripts(workspace: Workspace) -> Path:
    """Claude Code keeps a folder a project, named after its path; Codex one for all."""
    claude = Path(os.environ.get("CLAUDE_CONFIG_DIR") or Path.home() / ".claude")
    project = claude / "projects" / re.sub(r"[^A-Za-z0-9]", "-", str(workspace.root))
    codex = Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex") / "sessions"
    return project if project.is_dir() or not codex.is_dir() else codex


def _no_usual(workspace: Workspace) -> Path:
    raise UsageError("give the file, or a folder of them: trajectories have no usual place")


IMPORTERS: Mapping[str, tuple[Read, Callable[[Workspace], Path], str]] = {
    "atuin": (_atuin, lambda _: _data_home() / "atuin" / "history.db", ""),
    "bash": (_history(bash_history), lambda _: Path.home() / ".bash_history", ""),
    "zsh": (_history(zsh_history), _usual_zsh, ""),
    "fish": (_history(fish_history), lambda _: _data_home() / "fish" / "fish_history", ""),
    "transcript": (_history(transcript), _usual_transcripts, ".jsonl"),
    "trajectory": (_trajectory, _no_usual, ".traj"),
}
"""kind -> (how a file is read, its usual place, what files in a folder end with)."""
