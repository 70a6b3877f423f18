"""`patui enable` and `disable`: shown first, written with a backup, and taken out exactly.

What a file was before a part was put in lies with patui's own state, next to the digest of what was written. As long as
the file still is what was written, disabling gives back every byte; after that, the part takes out its own lines.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from engine.enabling.part import Part, PartFile, Place
from engine.enabling.parts import PARTS
from engine.errors import BrokenInput, Conflict, UnsafePath, UsageError
from engine.regular_file import read_file
from engine.rooted import digest
from engine.workspace import Workspace

_MOST = 4_000_000  # bytes of a file that a part is put into
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One file before and after; None where there is none. `path` is where the bytes lie, links followed.

    `without` is what disabling will give back.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    without: bytes | None = None
    executable: bool = False


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What enabling or disabling one part would do. `against` says why nothing can be done."""

    part: Part
    enabling: bool
    edits: tuple[FileEdit, ...]
    commands: tuple[tuple[str, ...], ...]
    against: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return not self.edits


def place_of(workspace: Workspace, command: Sequence[str]) -> Place:
    """The place of this user and workspace; `command` are the words that start this patui."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Place(workspace.root, Path.home(), config, tuple(command), dict(os.environ))


def parts_named(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts of these names, in the order of the table; all without a name. UsageError for an unknown one."""
    known = {part.name for part in PARTS}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no part {name!r}; there are {', '.join(part.name for part in PARTS)}")
    return tuple(part for part in PARTS if not names or part.name in names)


def plan_enabling(place: Place, part: Part) -> PartPlan:
    """What `patui enable` would write. Raises BrokenInput for a file that it cannot read, UnsafePath for a link."""
    against = part.against(place)
    if against:
        return PartPlan(part, True, (), (), against)
    edits = []
    for file in part.files(place):
        path, before = _look(place, file)
        after = _bytes(file.put(_text(before)))
        if after != before:
            edits.append(FileEdit(path, before, after, _without(part, file, path, before), file.executable))
    return PartPlan(part, True, tuple(edits), _commands(part, place, True) if edits else ())


def plan_disabling(place: Place, part: Part) -> PartPlan:
    """What `patui disable` would write: each file as it was, or without the part where it was edited since."""
    edits = []
    for file in part.files(place):
        path, before = _look(place, file)
        if before is None:
            continue
        after = _without(part, file, path, before)
        if after != before:
            edits.append(FileEdit(path, before, after, after, file.executable))
    return PartPlan(part, False, tuple(edits), _commands(part, place, False) if edits else ())


def is_enabled(place: Place, part: Part) -> bool:
    """Whether the part stands, current or not, in any of its files."""
    try:
        return bool(plan_disabling(place, part).edits)
    except (BrokenInput, UnsafePath):
        return False


def carry_out(plan: PartPlan) -> list[str]:
    """Does what was shown; what its commands complained of. Conflict when a file has changed since it was shown."""
    complaints = [] if plan.enabling else _run(plan.commands)
    for edit in plan.edits:
        if _content(edit.path) != edit.before:
            raise Conflict(f"{edit.path} has changed meanwhile: look again")
        if plan.enabling:
            _remember(plan.part, edit)
        _write(edit)
        if not plan.enabling:
            _forget(plan.part, edit.path)
    return complaints + (_run(plan.commands) if plan.enabling else [])


def diff_of(edit: FileEdit, around: int = 2) -> list[str]:
    """The lines that go and come, with a few around them, each behind ` `, `-` or `+`.

    A part changes one stretch of a file, so what is common at both ends is all there is to find.
    """
    before, after = (_text(content).splitlines() for content in (edit.before, edit.after))
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return [
        *(f" {line}" for line in before[max(0, start - around) : start]),
        *(f"-{line}" for line in before[start : len(before) - end]),
        *(f"+{line}" for line in after[start : len(after) - end]),
        *(f" {line}" for line in before[len(before) - end :][:around]),
    ]


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _look(place: Place, file: PartFile) -> tuple[Path, bytes | None]:
    """Where the file lies, and what is in it. A user's own links are followed, those of a workspace are not."""
    path = Path(os.path.normpath(file.path))
    if path.is_relative_to(place.root):
        parents = path.parents[: len(path.relative_to(place.root).parts) - 1]
        if any(step.is_symlink() for step in (path, *parents)):
            raise UnsafePath(f"{path} is, or lies behind, a symlink; patui writes through none in a workspace")
    else:
        try:
            path = path.resolve()
        except (OSError, RuntimeError) as error:
            raise UnsafePath(f"{path} cannot be reached: {error}") from None
    return path, _content(path)


def _without(part: Part, file: PartFile, path: Path, before: bytes | None) -> bytes | None:
    """The file as it would be without the part: the very bytes of old where nothing else has changed."""
    if before is None:
        return None
    record = _record(part, path)
    if record.get("after") == digest(before):
        return _backup(part, path) if record["existed"] else None
    text = file.take(_text(before))
    return None if record and not record["existed"] and not text.strip() else _bytes(text)


def _content(path: Path) -> bytes | None:
    if not os.path.lexists(path):
        return None
    content = read_file(path, str(path), _MOST + 1)
    if len(content) > _MOST:
        raise BrokenInput(f"{path} is larger than {_MOST:,} bytes")
    return content


def _write(edit: FileEdit) -> None:
    """Whole or not at all, with the mode that the file had; folders that are made for it are the user's alone."""
    if edit.after is None:
        edit.path.unlink(missing_ok=True)
        return
    edit.path.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if edit.executable else 0o700)
    mode = edit.path.stat().st_mode & 0o7777 if edit.path.exists() else 0o644
    descriptor, temporary = tempfile.mkstemp(prefix=".patui-", dir=edit.path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(edit.after)
            os.fchmod(file.fileno(), mode | 0o111 if edit.executable else mode)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(edit.path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


# ── what was there before ────────────────────────────────────────────────────────────────────────────────────────────


def _folder() -> Path:
    return platformdirs.user_state_path("patui") / "enabled"


def _name(part: Part, path: Path) -> str:
    return f"{part.name}-{digest(os.fsencode(path))[:16]}"


def _record(part: Part, path: Path) -> dict[str, Any]:
    try:
        found = json.loads((_folder() / f"{_name(part, path)}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and {"after", "existed"} <= found.keys() else {}


def _backup(part: Part, path: Path) -> bytes:
    return read_file(_folder() / f"{_name(part, path)}.before", f"the backup of {path}", _MOST)


def _remember(part: Part, edit: FileEdit) -> None:
    """A backup of what the file is without the part, and which folders are made for it."""
    folder, name = _folder(), _name(part, edit.path)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _keep(folder / f"{name}.before", edit.without or b"")
    made = [str(parent) for parent in edit.path.parents if not parent.exists()]
    record: dict[str, Any] = {"part": part.name, "path": str(edit.path), "after": digest(edit.after or b"")}
    record |= {"existed": edit.without is not None, "made": made or _record(part, edit.path).get("made", [])}
    _keep(folder / f"{name}.json", json.dumps(record).encode())


def _keep(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)


def _forget(part: Part, path: Path) -> None:
    """Folders that were made for the file go when nothing else is in them. The backup stays until the next one."""
    made = _record(part, path).get("made", [])
    for folder in made if isinstance(made, list) else []:
        with suppress(OSError):
            Path(folder).rmdir()
    (_folder() / f"{_name(part, path)}.json").unlink(missing_ok=True)


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _commands(part: Part, place: Place, enabling: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words) for words in part.commands(place, enabling))


def _run(commands: Sequence[Sequence[str]]) -> list[str]:
    complaints = []
    for words in commands:
        try:
            done = subprocess.run(
                list(words),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PATIENCE_SECONDS,
                cwd=tempfile.gettempdir(),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            complaints.append(f"{words[0]}: {error}")
            continue
        if done.returncode:
            complaints.append(f"{' '.join(words)}: {done.stderr.strip() or f'exit {done.returncode}'}")
    return complaints
