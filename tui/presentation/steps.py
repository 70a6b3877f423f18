"""Steps of a recipe: as one would type them, with their values or the names of their parameters marked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from textual.content import Content

from engine.cases import apply_filters
from engine.model import Candidate, Pattern
from tui.presentation import ink
from tui.presentation.compare import Side
from tui.presentation.files import FileLine, file_lines
from tui.presentation.text import amount, clean, clock, crop, day, hours, pad

_LONGEST: Final = 2_000  # characters of a command that are compared
_SLOT: Final = re.compile(r"\{\{\s*(\w+)((?:\s*\|\s*\w+)*)\s*\}\}")
_PLAIN: Final = re.compile(r"[\w@%+=:,./~^{}*?\[\]#-]+")
_OPERATOR: Final = re.compile(r"\|&?|(?:\d|&)?(?:>>?|<)(?:&\d?)?")
_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)|.)")


def step_line(step: Mapping[str, Any]) -> str:
    """A step in one line; a parameter is `{{ name }}`, words are quoted as a shell would need it."""
    return " ".join(_quoted(word, word) for word in _words(step))


def _quoted(word: str, said: str) -> str:
    bare = _SLOT.sub("x", said)
    return word if _OPERATOR.fullmatch(bare) or (bare and _PLAIN.fullmatch(bare)) else shlex.quote(word)


def _words(step: Mapping[str, Any]) -> list[str]:
    argv = step.get("argv")
    return [word for word in argv if isinstance(word, str)] if isinstance(argv, Sequence) else []


# ── with values ──────────────────────────────────────────────────────────────────────────────────────────────────────


def step_lines(pattern: Pattern, values: Mapping[str, str]) -> list[FileLine]:
    """A numbered line a step: its values marked, names where there are none; behind `#` what is special."""
    text: list[str] = []
    slots: list[tuple[int, int]] = []
    at = 0
    for step in pattern.steps:
        for part, slot in [*_pieces(step, values), ("\n", False)]:
            if slot:
                slots.append((at, at + len(part)))
            text.append(part)
            at += len(part)
    return file_lines("".join(text), slots)


def _pieces(step: Mapping[str, Any], values: Mapping[str, str]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for number, word in enumerate(_words(step)):
        if number:
            pieces.append((" ", False))
        parts = _parts(word, values)
        whole = "".join(part for part, _ in parts)
        if not _OPERATOR.fullmatch(whole) and not _PLAIN.fullmatch(whole.replace("|", "")):
            inner = [(part.replace("'", "'\\''"), slot) for part, slot in parts]
            parts = [("'", False), *inner, ("'", False)]
        pieces += parts
    if not pieces:
        pieces.append(
            (str(step.get("edit", {}).get("path", "an edit")) if isinstance(step.get("edit"), dict) else "", False)
        )
    notes = [
        f"in {step['cwd']}" if step.get("cwd") else "",
        f"by hand: {step['by_hand']}" if step.get("by_hand") else "",
    ]
    if said := "; ".join(filter(None, notes)):
        pieces.append((f"   # {said}", False))
    return [(clean(part).replace("\n", "␊"), slot) for part, slot in pieces]


def _parts(word: str, values: Mapping[str, str]) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    at = 0
    for slot in _SLOT.finditer(word):
        parts.append((word[at : slot.start()], False))
        forms = [form.strip() for form in slot[2].split("|")[1:]]
        if slot[1] in values:
            parts.append((apply_filters(values[slot[1]], forms), True))
        else:
            parts.append(("|".join((slot[1], *forms)), True))
        at = slot.end()
    return [(part, slot) for part, slot in [*parts, (word[at:], False)] if part]


def marked_line(row: tuple[str, Side], width: int, shift: int = 0) -> Content:
    """A step with a sign before it: ▸ next, ✓ done, ✗ failed."""
    from tui.presentation.files import file_line

    sign, side = row
    style = {"✓": ink.GOOD, "✗": ink.BAD, "▸": ink.WAITS}.get(sign, ink.MUTED)
    return Content.assemble((pad(sign, 2), style), file_line(side, max(width - 2, 1), 2, shift))


def output_lines(text: str) -> list[str]:
    """What a command said, as lines: without colours and without what a progress bar wrote over."""
    plain = _ESCAPE.sub("", text)
    return [line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n")]


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def runs_of(candidate: Candidate) -> list[Mapping[str, Any]]:
    """The runs by hand that the evidence tells of, oldest first."""
    runs = candidate.evidence.get("runs")
    return [run for run in reversed(runs) if isinstance(run, dict)] if isinstance(runs, list) else []


def values_of(run: Mapping[str, Any]) -> dict[str, str]:
    values = run.get("values")
    return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}


def fixes_of(candidate: Candidate) -> list[Mapping[str, Any]]:
    """The times the error went away, that the evidence of a recovery tells of, oldest first."""
    found = candidate.evidence.get("occurrences")
    return [one for one in reversed(found) if isinstance(one, dict)] if isinstance(found, list) else []


def values_of_fix(pattern: Pattern, fix: Mapping[str, Any]) -> dict[str, str]:
    """The words with which the steps of a recovery say what was done that time."""
    done = fix.get("fix")
    values: dict[str, str] = {}
    for step, line in zip(pattern.steps, done if isinstance(done, list) else (), strict=False):
        parts = re.split(r"\{\{\s*(\w+)\s*\}\}", " ".join(_words(step)))
        form = "".join(f"(?P<{part}>.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
        names = parts[1::2]
        if len(set(names)) == len(names) and (found := re.fullmatch(form, str(line)[:_LONGEST])) is not None:
            values |= found.groupdict()
    return values


def fix_line(
    fixes: Sequence[Mapping[str, Any]], index: int, width: int, now: float, zone: tzinfo | None = None
) -> Content:
    """`fix 3/4  yesterday 14:02  pytest -q: No module named 'babel'`: which error the steps made go away."""
    if not fixes:
        return Content.styled(" no time that it helped is recorded", ink.MUTED).truncate(width, pad=True)
    fix = fixes[index]
    lead = f"fix {index + 1}/{len(fixes)}  "
    what = ": ".join(clean(str(fix[key])) for key in ("command", "error") if fix.get(key))
    said = "  ".join(filter(None, (_when(fix, now, zone), what)))
    return Content.assemble(" ", (lead, ink.MUTED), crop(said, max(width - len(lead) - 1, 1))).truncate(width, pad=True)


def _when(happened: Mapping[str, Any], now: float, zone: tzinfo | None) -> str:
    try:
        time = datetime.fromisoformat(str(happened.get("at"))).timestamp()
    except ValueError:
        return ""
    return f"{day(time, now, zone)} {clock(time, zone)[:5]}"


def run_line(
    runs: Sequence[Mapping[str, Any]], index: int, width: int, now: float, zone: tzinfo | None = None
) -> Content:
    """`run 3/4  yesterday 14:02  by an agent`: which occurrence the values are from."""
    if not runs:
        return Content.styled(" no run of it is recorded", ink.MUTED).truncate(width, pad=True)
    run = runs[index]
    agent = "by an agent" if run.get("by_agent") else ""
    said = "  ".join(filter(None, (_when(run, now, zone), agent)))
    lead = f"run {index + 1}/{len(runs)}  "
    return Content.assemble(" ", (lead, ink.MUTED), crop(said, max(width - len(lead) - 1, 1))).truncate(width, pad=True)


def worth_rows(candidate: Candidate) -> list[str]:
    """What a recipe saves, and where the figure comes from."""
    known = candidate.evidence
    rows = []
    sessions = known.get("sessions")
    if isinstance(sessions, int) and sessions:
        rows.append(f"in {amount(sessions, 'session')}")
    by_hand, use = known.get("seconds_by_hand"), known.get("seconds_of_a_use")
    if isinstance(by_hand, int | float) and isinstance(use, int | float):
        rows.append(f"{hours(by_hand / 3600)} by hand, {hours(use / 3600)} as a recipe")
        rows.append(f"by {clean(str(known.get('source', '')))}")
    if candidate.hours_saved:
        rows.append(f"would have saved {hours(candidate.hours_saved)} so far")
    return rows
