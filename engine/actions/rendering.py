"""Rendering the files of a pattern, with the origin of each piece, whichever renderer its template needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.model import FileTemplate, Pattern, RawTemplate, Values
from engine.template import Segment, render, segments
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rendered:
    """One file as a pattern renders it; `segments` add up to `text` and tell which parts are slots."""

    path: str
    text: str
    executable: bool
    segments: tuple[Segment, ...]


def render_pattern(
    workspace: Workspace, pattern: Pattern, values: Values, target: str, *, tolerant: bool = False
) -> list[Rendered]:
    """Every file of `pattern` that is switched on; a file pattern's lies at `target`, those of a scaffold below it.

    Raises MissingValue and TemplateError; a `tolerant` rendering shows what has no value as ‹name› instead.
    """
    several = len(pattern.files) > 1
    found = []
    for file in pattern.files:
        if file.switch and not values.get(file.switch, True):
            continue
        pieces = _pieces(workspace, file, values, tolerant)
        path = target
        if several:
            path = f"{target.rstrip('/')}/{render(file.path, values, _shown if tolerant else None)}"
        found.append(Rendered(path, "".join(piece.text for piece in pieces), file.executable, pieces))
    return found


def _pieces(workspace: Workspace, file: FileTemplate, values: Values, tolerant: bool) -> tuple[Segment, ...]:
    if isinstance(file.body, RawTemplate):
        text = workspace.render_raw(file.body.source, values)
        return (Segment(text if file.eol == "\n" else text.replace("\n", file.eol), "", 0),)
    pieces = segments(file.body, values, _shown if tolerant else None)
    if file.eol == "\n":
        return tuple(pieces)
    moved, start = [], 0
    for piece in pieces:
        moved.append(replace(piece, text=piece.text.replace("\n", file.eol), start=start))
        start += len(moved[-1].text)
    return tuple(moved)


def _shown(name: str) -> str:
    return f"‹{name}›"
