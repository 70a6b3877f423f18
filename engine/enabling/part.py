"""What a part is: texts to put into files and to take out again, both pure, so that showing them costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where parts are put: the workspace, the user's folders, and the words that start this patui."""

    root: Path
    home: Path
    config: Path  # the user's configuration folder, of all programs
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartFile:
    """One file of a part. Texts keep their line ends; bytes that are no UTF-8 pass through; a missing file is "".

    `put` gives the text with the part in it, brought up to date where an older one stands, and unchanged where it is
    current. `take` gives the text without it. Both raise `BrokenInput` for a text they cannot read. When nothing but
    the part has changed since it was put in, the file goes back to what it was byte for byte, without `take`.
    """

    path: Path
    put: Callable[[str], str]
    take: Callable[[str], str]
    executable: bool = False


def _nothing_against(place: Place) -> str:
    return ""


def _no_commands(place: Place, enabling: bool) -> Sequence[Sequence[str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is enabled by itself: `patui enable NAME`.

    `asks_alone`: it changes what another program obeys, so `--all` never takes it along without its own question.
    `against` says why it cannot be enabled at a place, or nothing. `commands` are run after the files were written
    (enabling), or before they are taken out; they are shown first, too.
    """

    name: str
    says: str
    files: Callable[[Place], Sequence[PartFile]]
    asks_alone: bool = False
    against: Callable[[Place], str] = _nothing_against
    commands: Callable[[Place, bool], Sequence[Sequence[str]]] = _no_commands
