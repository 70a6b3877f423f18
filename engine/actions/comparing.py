"""One file of a family beside what a pattern renders for it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.actions.rendering import render_pattern
from engine.errors import BrokenInput
from engine.induction import fit, path_values
from engine.model import Example, Fit, Kind, Pattern, Preset
from engine.store import families
from engine.template import Segment
from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Comparison:
    """One member's file against what the pattern renders for it; `segments` say which parts of `rendered` are slots."""

    member: str
    path: str
    original: str
    rendered: str
    segments: tuple[Segment, ...]
    fit: Fit


def compared(workspace: Workspace, pattern: Pattern, member: str) -> Comparison:
    """One member of the family against what the pattern renders with the values that fit it best.

    `member` is a path of `Candidate.members`; of a directory the file that the pattern misses most is compared.
    """
    texts = _texts(workspace, pattern, member)
    if not texts:
        raise BrokenInput(f"{member}: nothing to compare: its files are gone, or hold no text")
    presets = [preset for preset in pattern.presets if not _is_of(pattern, preset, member)]
    best = fit(pattern.files, pattern.variables, presets, texts, member)
    rendered = {file.path: file for file in render_pattern(workspace, pattern, best.all_values, member, tolerant=True)}
    path = min(texts, key=lambda path: (path in rendered and rendered[path].text == texts[path], path))
    shown = rendered.get(path)
    return Comparison(member, path, texts[path], shown.text if shown else "", shown.segments if shown else (), best)


def _is_of(pattern: Pattern, preset: Preset, member: str) -> bool:
    """Whether `preset` was taken from `member` itself: to start from that would prove nothing."""
    decided = path_values(pattern.variables, pattern.files, member)
    return bool(decided) and all(preset.values.get(name) == value for name, value in decided.items())


def _texts(workspace: Workspace, pattern: Pattern, member: str) -> dict[str, str]:
    """The files of a member as they are now, or as they were added where they are gone."""
    if pattern.kind is not Kind.SCAFFOLD:
        paths = [member]
    else:
        known, _ = families.load(workspace.store)
        paths = next((list(m.files) for family in known for m in family.members if m.path == member), [])
    read = {path: workspace.read_example(path) for path in paths}
    return {path: example.text for path, example in read.items() if isinstance(example, Example)}
