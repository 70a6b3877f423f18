"""The edits that people make to most of what a pattern writes, taken into its template as the lines they are; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import LCSseq

from engine.errors import TemplateError
from engine.model import FileTemplate, Pattern, RawTemplate
from engine.template import match_path, parse, to_jinja

_LEAST = 2  # uses in which an edit must have been made
_MOST_SLOTS = 6  # in a line that is looked for: more make looking slow
_MARKS = ("{{", "{%", "{#")
_SLOT = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True, slots=True)
class Written:
    """One file of a use: the text that the pattern gave, and the one that people have `now`."""

    path: str
    text: str
    now: str


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines of a template, from `start` on, in whose place others come."""

    start: int
    gone: int
    came: tuple[str, ...]


def with_common_edits(pattern: Pattern, uses: Sequence[Sequence[Written]]) -> Pattern | None:
    """The pattern with the edits that were made in more than half of the `uses`; None when there is no such edit."""
    files = tuple(_edited(file, uses) for file in pattern.files)
    return replace(pattern, files=files) if files != pattern.files else None


def _edited(file: FileTemplate, uses: Sequence[Sequence[Written]]) -> FileTemplate:
    source = file.body.source if isinstance(file.body, RawTemplate) else to_jinja(file.body)
    lines = source.split("\n")
    shapes = [_shape(line) for line in lines]
    made: Counter[_Edit] = Counter()
    for use in uses:
        mine = [one for one in use if match_path(file.path, one.path) is not None]
        made.update({edit for one in mine for edit in _edits(lines, shapes, one)})
    common = [edit for edit, count in made.items() if count >= _LEAST and count * 2 > len(uses)]
    end = len(lines) + 1
    for edit in sorted(common, key=lambda one: (-one.start, -one.gone, one.came)):  # from the end: places stay right
        if edit.start + edit.gone <= end:
            lines[edit.start : edit.start + edit.gone] = edit.came
            end = edit.start
    try:
        return replace(file, body=parse("\n".join(lines))) if common else file
    except TemplateError:
        return file


def _shape(line: str) -> re.Pattern[str] | None:
    """What a line of the template writes; None for one that says nothing of its own."""
    words = _SLOT.split(line)
    if len(words) > _MOST_SLOTS or any(mark in word for word in words for mark in _MARKS) or not "".join(words).strip():
        return None
    return re.compile(".*".join(map(re.escape, words)))


def _edits(lines: Sequence[str], shapes: Sequence[re.Pattern[str] | None], written: Written) -> list[_Edit]:
    """What was done to one file, in places of the template; edits without a place of their own are left out."""
    old, new = written.text.splitlines(), written.now.splitlines()
    found = []
    for first, last, came in _runs(old, new):
        if any(mark in line for line in came for mark in _MARKS):
            continue
        around = (old[first - 1] if first else None, old[last] if last < len(old) else None)
        start = _place(lines, shapes, old[first:last], around)
        if start is not None and not (came and _stands(lines, start, came)):
            found.append(_Edit(start, last - first, came))
    return found


def _runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
    """From which line to which the old text was changed, and the lines that came instead."""
    runs: list[tuple[int, int, tuple[str, ...]]] = []
    for code in LCSseq.opcodes(old, new):
        if code.tag == "equal":
            continue
        came = tuple(new[code.dest_start : code.dest_end])
        if runs and runs[-1][1] == code.src_start:  # nothing equal between them: one change
            runs[-1] = (runs[-1][0], code.src_end, runs[-1][2] + came)
        else:
            runs.append((code.src_start, code.src_end, came))
    return runs


def _stands(lines: Sequence[str], start: int, came: tuple[str, ...]) -> bool:
    """Whether the template has these lines there already."""
    size = len(came)
    return came in (tuple(lines[start : start + size]), tuple(lines[max(start - size, 0) : start]))


def _place(
    lines: Sequence[str],
    shapes: Sequence[re.Pattern[str] | None],
    gone: Sequence[str],
    around: tuple[str | None, str | None],
) -> int | None:
    """Where in the template `gone` stands between the lines `around` it (None: an end of the file); None where that is
    nowhere, or not certain."""
    end = len(lines) - (lines[-1] == "")

    def writes(number: int, line: str) -> bool:
        shape = shapes[number]
        return lines[number] == line or (shape is not None and shape.fullmatch(line) is not None)

    def follows(start: int) -> bool:
        return start == 0 if around[0] is None else start > 0 and writes(start - 1, around[0])

    def precedes(start: int) -> bool:
        return start == end if around[1] is None else start < end and writes(start, around[1])

    size = len(gone)
    fits = [
        start
        for start in range(end - size + 1)
        if all(writes(start + number, line) for number, line in enumerate(gone))
    ]
    both = [start for start in fits if follows(start) and precedes(start + size)]
    either = [start for start in fits if follows(start) or precedes(start + size)]
    for places in (both, either, fits if gone else ()):
        if len(places) == 1:
            return places[0]
        if places:
            return None
    return None
