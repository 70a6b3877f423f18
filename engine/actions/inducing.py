"""AUTO-008 from the command line: induce a draft from example files, fit a pattern to a file, render it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine import drafting
from engine.actions.find import Found, Standing, find
from engine.actions.rendering import Rendered, render_pattern
from engine.errors import BrokenInput, MissingValue, UsageError
from engine.failed_fits import note_failed_fit
from engine.induction import complete
from engine.induction import fit as fit_files
from engine.model import (
    Example,
    Family,
    Fit,
    Kind,
    Member,
    Pattern,
    Value,
    Values,
    Variable,
)
from engine.sources.names import spoken
from engine.sources.skips import Reason
from engine.sources.tree import read_example
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that was written: its pattern, and its file relative to the workspace."""

    pattern: Pattern
    path: str


def induce(workspace: Workspace, files: Sequence[str], name: str = "") -> Drafted:
    """Drafts a template from example files. `UsageError` for fewer than two; `TooDifferent` when little is shared."""
    paths = list(dict.fromkeys(spoken(workspace.relative(file)) for file in files))
    if len(paths) < 2:
        raise UsageError("a template needs at least two different files")
    examples = [_must_read(workspace, path) for path in paths]
    mark = hashlib.sha256("\0".join(sorted(paths)).encode()).hexdigest()[:16]
    family = Family(
        name=name,
        kind=Kind.FILE,
        members=tuple(Member(example.path, (example.path,), example.created) for example in examples),
        signature=f"files:{mark}",
        confidence=1.0,
    )
    instances = [drafting.instance(member, [example]) for member, example in zip(family.members, examples, strict=True)]
    pattern, candidate = drafting.draft(
        family, instances, store=workspace.store, shelf=workspace.shelf, trust=workspace.trust, now=workspace.clock()
    )
    return Drafted(pattern, candidate.path)


def _must_read(workspace: Workspace, path: str) -> Example:
    read = workspace.read_example(path)
    if isinstance(read, Example):
        return read
    raise BrokenInput(f"{path}: {_why(read)}")


def _why(reason: str) -> str:
    return "there is no such file" if reason == Reason.VANISHED else reason


@dataclass
class Fitter:
    """Fits one pattern to many files."""

    workspace: Workspace
    reference: str

    @cached_property
    def _found(self) -> Found:
        return find(self.workspace, self.reference).must_render()

    def fit(self, file: str, target: str) -> Fit:
        """The values with which the pattern comes closest to `file`, as if it lay at `target`.

        `file` may lie anywhere; for a scaffold it is a directory. What an approved pattern cannot give is noted as
        a failed use.
        """
        pattern = self._found.pattern
        where = spoken(self.workspace.relative(target))
        found, texts = self._fitted(pattern, file, where)
        if pattern.kind is Kind.FILE and self._found.standing is Standing.TRUSTED:
            note_failed_fit(self.workspace, pattern, where, texts[where], found)
        return found

    def _fitted(self, pattern: Pattern, file: str, where: str) -> tuple[Fit, dict[str, str]]:
        if pattern.kind is Kind.SCAFFOLD:
            folder = Path(file)
            texts = {f"{where}/{path.relative_to(folder).as_posix()}": _text(path) for path in _below(folder)}
        else:
            texts = {where: _text(Path(file) if Path(file).exists() else self.workspace.root / file)}
        return fit_files(pattern.files, pattern.variables, pattern.presets, texts, where), texts


def _below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: a scaffold is fitted to a directory")
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _text(path: Path) -> str:
    read = read_example(path.parent.absolute(), spoken(path.name), max_bytes=2**24)
    if isinstance(read, Example):
        return read.text
    raise BrokenInput(f"{path}: {_why(read.reason)}")


@dataclass
class Renderer:
    """Renders one pattern for many targets."""

    workspace: Workspace
    reference: str

    @cached_property
    def _found(self) -> Found:
        return find(self.workspace, self.reference).must_render()

    def render(self, target: str, values: Values, preset: str | None = None) -> list[Rendered]:
        """The files of the pattern at `target`. `MissingValue` names what is required and not known."""
        pattern, where = self._found.pattern, spoken(self.workspace.relative(target))
        completed = complete(pattern.variables, pattern.files, where, values, preset_values(pattern, preset))
        if completed.missing:
            raise MissingValue(completed.missing)
        return render_pattern(self.workspace, pattern, completed.values, where)


def preset_values(pattern: Pattern, name: str | None) -> Values | None:
    """The values of the preset called `name`; None for None. `UsageError` names those there are."""
    if name is None:
        return None
    for preset in pattern.presets:
        if preset.name == name:
            return preset.values
    raise UsageError(f"no preset {name!r}; there are: {', '.join(preset.name for preset in pattern.presets) or 'none'}")


def checked_values(data: Any, source: str) -> dict[str, Value]:
    """`data` from JSON as values. `UsageError` when it is no object of strings, booleans and lists."""
    if not isinstance(data, Mapping):
        raise UsageError(f"{source}: values are an object, not {type(data).__name__}")
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{source}: a value holds bytes that are no UTF-8") from None
    return {str(name): _checked(value, f"{source}: {name}") for name, value in data.items()}


def _checked(value: Any, where: str) -> Value:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [{str(key): str(text) for key, text in item.items()} for item in value]
    raise UsageError(f"{where}: a value is a string, a boolean, a list of strings or a list of objects")


def variable_document(variable: Variable) -> dict[str, Any]:
    """A variable as `induce --json` prints it."""
    return {
        "name": variable.name,
        "type": str(variable.type),
        "from": variable.derivation or None,
        "default": variable.default,
        "choices": list(variable.choices),
        "required": variable.required,
        "description": variable.description,
        "examples": list(variable.examples),
    }
