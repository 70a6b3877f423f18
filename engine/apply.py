"""A pattern's files into the workspace, and out again: planned and shown first, written whole or not at all, undoable.

`plan` decides, `write` does exactly what the plan says, `undo` takes back what nobody has touched since. Nothing is
ever overwritten: a path is created, or an empty file there is filled; whatever else stands there is a conflict.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from engine import paths, rooted, template
from engine.errors import Conflict, PatuiError, RefusedError, UnsafePath, UsageError
from engine.model import (
    Application,
    FileTemplate,
    Kind,
    Literal,
    Node,
    Pattern,
    Plan,
    PlannedWrite,
    Template,
    Undone,
    Values,
    WriteAction,
)
from engine.rooted import Found
from engine.store.applications import AppliedFile

DIRECTORY = "directory"  # the action of an `AppliedFile` that is a directory which had to be made


class RenderedFile(NamedTuple):
    """One file as a pattern renders it: `path` relative to the root, `text` with the line ends it is to have."""

    path: str
    text: str
    executable: bool = False


Look: TypeAlias = Callable[[str, bytes], Found]  # what stands at a path, compared with a content
Record: TypeAlias = Callable[[Sequence[AppliedFile]], Application]

_ACTIONS = {Found.NOTHING: WriteAction.CREATE, Found.EMPTY: WriteAction.FILL, Found.SAME: WriteAction.SAME}
_PENDING = (WriteAction.CREATE, WriteAction.FILL)


# ── planning ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(
    pattern: Pattern,
    rendered: Iterable[tuple[str, str, bool]],
    root: Path,
    targets: Sequence[str],
    values: Values,
    unchecked: Sequence[str] = (),
    *,
    allow_protected: bool = False,
    look: Look | None = None,
) -> Plan:
    """What applying `pattern` would write; conflicts stand in the plan, so that they can be shown.

    `rendered` are `RenderedFile`s of all targets; the same file rendered twice is written once. `look` is all that is
    known of the disk (by default `root` is looked at). Raises UnsafePath for a path that may not be written (outside
    the root, through a link, or in a protected place unless `allow_protected`), Conflict when two texts claim one path.
    """
    files = _distinct([RenderedFile(*file) for file in rendered])
    for file in files:
        _check_path(file.path, allow_protected)
    if look is None:
        with rooted.opened(root) as descriptor:
            found = [rooted.look(descriptor, file.path, _bytes_of(file.path, file.text)) for file in files]
    else:
        found = [look(file.path, _bytes_of(file.path, file.text)) for file in files]
    for file, what in zip(files, found, strict=True):
        if what is Found.SYMLINK:
            raise UnsafePath(f"{file.path} is a symbolic link or lies behind one: patui writes through none")
    writes = tuple(
        PlannedWrite(file.path, file.text, _ACTIONS.get(what, WriteAction.CONFLICT), file.executable)
        for file, what in zip(files, found, strict=True)
    )
    return Plan(
        pattern.pattern_id, pattern.version, pattern.name, tuple(targets), writes, dict(values), tuple(unchecked)
    )


def without(plan: Plan, target: str) -> Plan:
    """`plan` with one of its targets left out; UsageError when it has no such target."""
    if target not in plan.targets:
        raise UsageError(f"the plan has no target {target!r}")
    kept = tuple(write for write in plan.writes if _target_of(write.path, plan.targets) != target)
    return replace(plan, targets=tuple(other for other in plan.targets if other != target), writes=kept)


def pending(plan: Plan) -> tuple[PlannedWrite, ...]:
    """What of `plan` would change something on disk."""
    return tuple(write for write in plan.writes if write.action in _PENDING)


def _target_of(path: str, targets: Sequence[str]) -> str:
    """The target (a file, or a directory above) that `path` belongs to: the innermost."""
    owners = [target for target in targets if path == target or target in ("", ".") or path.startswith(f"{target}/")]
    return max(owners, key=len, default="")


def _distinct(files: Sequence[RenderedFile]) -> list[RenderedFile]:
    found: dict[str, RenderedFile] = {}
    for file in files:
        # Two spellings of one name are one file on some systems.
        other = found.setdefault(unicodedata.normalize("NFC", file.path), file)
        if other != file:
            raise Conflict(f"two different texts would be written to {file.path}")
    for path in found:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if (above := "/".join(parts[:depth])) in found:
                raise Conflict(f"{above} would be a file and the directory of {path}")
    return list(found.values())


def _check_path(path: str, allow_protected: bool) -> None:
    if problem := paths.problem_with(path):
        raise UnsafePath(f"{path!r} cannot be written: {problem}")
    if not allow_protected and (reason := paths.protected_by(path)):
        raise UnsafePath(f"{path} belongs to {reason}: writing there needs an approval of its own")


def _bytes_of(path: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise RefusedError(f"the text of {path} holds half a character and cannot be written as UTF-8") from None


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def write(
    plan: Plan, root: Path, *, record: Record, allow_protected: bool = False, durable: bool = False
) -> Application:
    """Write what `plan` says and hand the files to `record`; either all of it stands, or nothing of it.

    `record` gets the files in the order of writing, directories that had to be made among them; the application that
    is returned names files only. `durable` waits for the disk. Everything is checked before the first write, and the
    disk must still be as it was when the plan was made.
    Raises UnsafePath, Conflict, and RefusedError when there is nothing to write or the disk refuses.
    """
    writes = _checked(plan, allow_protected)
    with rooted.opened(root) as descriptor:
        _check_still_so(descriptor, plan)
        done: list[AppliedFile] = []
        try:
            for planned in writes:
                _write_one(descriptor, planned, done, durable)
            recorded = record(tuple(done))
        except BaseException as error:
            left = _take_back(descriptor, done)
            if isinstance(error, OSError):
                raise RefusedError(_refusal(error, left)) from error
            if left and isinstance(error, PatuiError):
                raise RefusedError(f"{error}; these could not be taken back: {', '.join(left)}") from error
            raise
    return replace(recorded, paths=tuple(file.path for file in done if file.action != DIRECTORY))


def _checked(plan: Plan, allow_protected: bool) -> tuple[PlannedWrite, ...]:
    if plan.conflicts:
        raise Conflict(f"other content stands there already: {', '.join(plan.conflicts)}")
    _distinct([RenderedFile(planned.path, planned.text, planned.executable) for planned in plan.writes])
    for planned in plan.writes:
        _check_path(planned.path, allow_protected)
        _bytes_of(planned.path, planned.text)
    if writes := pending(plan):
        return writes
    raise RefusedError("nothing to write: every file stands there already with this very text")


def _check_still_so(root: int, plan: Plan) -> None:
    for planned in plan.writes:
        found = rooted.look(root, planned.path, planned.text.encode())
        if found is Found.SYMLINK:
            raise UnsafePath(f"{planned.path} is a symbolic link or lies behind one: patui writes through none")
        if _ACTIONS.get(found) is not planned.action:
            raise Conflict(f"{planned.path} changed since the plan was shown: plan again")


def _write_one(root: int, planned: PlannedWrite, done: list[AppliedFile], durable: bool) -> None:
    content = planned.text.encode()
    made: list[str] = []
    fills = planned.action is WriteAction.FILL
    try:
        with rooted.parent_of(root, planned.path, made) as (directory, name):
            if fills:  # the file's mode stays what its owner made it
                rooted.fill(directory, name, content, durable=durable)
            else:
                rooted.create(directory, name, content, executable=planned.executable, durable=durable)
    except Conflict as error:
        raise Conflict(f"{planned.path}: {error}") from None
    except OSError as error:
        error.filename = planned.path
        raise
    finally:
        done.extend(AppliedFile(path, DIRECTORY, "", False) for path in made)
    done.append(AppliedFile(planned.path, str(planned.action), rooted.digest(content), fills))


def _take_back(root: int, done: Sequence[AppliedFile]) -> list[str]:
    """Undo half an application; returns what could not be taken back."""
    left = []
    for file in reversed(done):
        try:
            _undo_one(root, file)
        except (OSError, PatuiError):
            left.append(file.path)
    return left


def _refusal(error: OSError, left: Sequence[str]) -> str:
    reason = f"{error.filename}: {error.strerror or error}" if error.filename else str(error)
    return f"{reason}; " + (f"these could not be taken back: {', '.join(left)}" if left else "nothing was written")


# ── undoing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def undo(application: Application | None, files: Sequence[AppliedFile], root: Path) -> Undone:
    """Take back what an application wrote, last first: what it created goes, what it filled is empty again.

    A file that was edited since stays and is named with the reason; a directory goes only when it is empty. What is
    gone already counts as taken back.
    """
    removed: list[str] = []
    kept: dict[str, str] = {}
    with rooted.opened(root) as descriptor:
        for file in reversed(files):
            try:
                if problem := paths.problem_with(file.path):
                    raise UnsafePath(problem)
                _undo_one(descriptor, file)
            except PatuiError as error:
                kept[file.path] = str(error)
            except OSError as error:
                kept[file.path] = error.strerror or str(error)
            else:
                removed.append(file.path)
    directories = {file.path for file in files if file.action == DIRECTORY}
    return Undone(
        application,
        tuple(path for path in removed if path not in directories),
        {path: reason for path, reason in kept.items() if path not in directories},
    )


def _undo_one(root: int, file: AppliedFile) -> None:
    with suppress(FileNotFoundError), rooted.parent_of(root, file.path) as (directory, name):
        if file.action == DIRECTORY:
            rooted.remove_directory(directory, name)
        elif file.text_before_empty:
            rooted.empty(directory, name, file.hash_after)
        elif file.action == WriteAction.CREATE:
            rooted.remove(directory, name, file.hash_after)


# ── what is missing ──────────────────────────────────────────────────────────────────────────────────────────────────

# What tools make beside the directories of developers; hidden ones are left out anyway.
_NOT_SIBLINGS = frozenset({"__pycache__", "node_modules"})


def missing_targets(pattern: Pattern, existing_paths: Iterable[str]) -> tuple[str, ...]:
    """The paths of the family's file in the sibling directories that lack it ("apply to the remaining 14?"), sorted.

    Siblings are the directories where the path template has its last variable directory (for
    `modules/{{ name }}/config.yaml` those in `modules/`) that hold at least one of `existing_paths`; hidden ones are
    none. A pattern whose path has no variable directory, or whose file name has variables that the directory does not
    decide, has no siblings; nor has one whose examples lie at several depths, for nobody knows at which the next does.
    """
    if pattern.kind is not Kind.FILE or not pattern.files or _at_several_depths(pattern):
        return ()
    split = _at_last_variable_directory(pattern.files[0])
    if split is None:
        return ()
    head, tail, depth = split
    existing = set(existing_paths)
    siblings = {"/".join(path.split("/")[:depth]) for path in existing if path.count("/") >= depth}
    found = []
    for sibling in siblings:
        if any(part.startswith(".") or part in _NOT_SIBLINGS for part in sibling.split("/")):
            continue
        values = template.match_path(head, sibling)
        if values is None or not set(template.variables_of(tail)) <= set(values):
            continue
        target = f"{sibling}/{template.render(tail, values)}"
        if target not in existing:
            found.append(target)
    return tuple(sorted(found))


def _at_several_depths(pattern: Pattern) -> bool:
    """Whether a slot of the path stands for several directories at once."""
    slots = set(template.variables_of(pattern.files[0].path))
    values = (value for variable in pattern.variables if variable.name in slots for value in variable.examples)
    return any(isinstance(value, str) and "/" in value for value in values)


def _at_last_variable_directory(file: FileTemplate) -> tuple[Template, Template, int] | None:
    """The path template cut behind its last directory with a slot, and how many parts lie before the cut."""
    parts = _parts(file.path)
    variable = [index for index, part in enumerate(parts[:-1]) if any(not isinstance(node, Literal) for node in part)]
    if not variable:
        return None
    cut = variable[-1] + 1
    return _joined(parts[:cut]), _joined(parts[cut:]), cut


def _parts(path: Template) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in path.nodes:
        if not isinstance(node, Literal):
            parts[-1].append(node)
            continue
        first, *rest = node.text.split("/")
        parts[-1].append(Literal(first))
        parts.extend([Literal(text)] for text in rest)
    return parts


def _joined(parts: Sequence[Sequence[Node]]) -> Template:
    nodes: list[Node] = []
    for index, part in enumerate(parts):
        nodes += [Literal("/"), *part] if index else part
    return Template(tuple(node for node in nodes if not isinstance(node, Literal) or node.text))
