"""What a person may change in a pattern without an editor, as values: nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.model.patterns import Value


@dataclass(frozen=True, slots=True)
class Rename:
    """The variable gets another name, wherever it stands."""

    variable: str
    name: str


@dataclass(frozen=True, slots=True)
class SetDefault:
    """The variable gets this default, or none."""

    variable: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class AsText:
    """The variable goes: wherever it stands there is from now on what this value renders to."""

    variable: str
    value: Value


@dataclass(frozen=True, slots=True)
class AsVariable:
    """Text that is the same in every file becomes a variable whose default it is.

    `forms` takes in its other case forms too. `place` n is the n-th place where it is spelled so and no other, from 1,
    counted through all files; 0 is all of them.
    """

    text: str
    name: str
    forms: bool = True
    place: int = 0


Refinement: TypeAlias = "Rename | SetDefault | AsText | AsVariable"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not done; `reason` is a clause that can follow a colon."""

    reason: str
