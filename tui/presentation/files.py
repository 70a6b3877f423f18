"""Whole files to read: a preview with its slots marked, a template with its variables' names in place of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.content import Content

from engine.model import FileTemplate, Literal, Node, Pattern, RawTemplate, Repeat, Slot, Switch, Template, WriteAction
from tui.presentation import ink
from tui.presentation.code import Paint
from tui.presentation.compare import Side, Slots, slots_by_line
from tui.presentation.diff import half
from tui.presentation.text import amount, clean, crop_path, size

ACTIONS = {
    WriteAction.CREATE: "new file",
    WriteAction.FILL: "fills the empty file",
    WriteAction.SAME: "is already so",
    WriteAction.CONFLICT: "exists with other content: is left alone",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above a file: its path, and what will happen to it."""

    path: str
    note: str = ""
    bad: bool = False


FileLine = Side | Heading


def file_lines(text: str, slots: Slots = (), paint: Paint | None = None) -> list[FileLine]:
    """The numbered lines of `text`; `slots` are filled ranges `(start, end)`, `paint` its syntax colours."""
    marks = slots_by_line(text, slots)
    lines = text.replace("\r\n", "\n").split("\n") if "\r\n" in text and not slots else text.split("\n")
    if lines and lines[-1] == "" and len(lines) > 1:
        lines.pop()
    return [
        Side(index + 1, line.removesuffix("\r"), marks.get(index, ()), (paint or {}).get(index + 1, ()))
        for index, line in enumerate(lines)
    ]


def file_line(line: FileLine, width: int, digits: int = 3, shift: int = 0) -> Content:
    """One line of a file, or the heading above one, in exactly `width` cells."""
    if isinstance(line, Side):
        return half(line, " ", width, digits, shift)
    note = f"  {line.note}" if line.note else ""
    path = crop_path(clean(line.path), max(width - len(note) - 4, 4))
    rest = max(width - len(path) - len(note) - 4, 0)
    return Content.assemble(
        ("── ", "$rule"), (path, ink.STRONG), (note, ink.BAD if line.bad else ink.MUTED), " ", ("─" * rest, "$rule")
    ).truncate(width, pad=True)


def file_title(path: str, action: WriteAction, width: int) -> Content:
    """The border title of a preview: the path, and what happens there."""
    note = ACTIONS[action]
    style = ink.BAD if action is WriteAction.CONFLICT else ink.MUTED
    return Content.assemble((crop_path(clean(path), max(width - len(note) - 2, 8)), ink.STRONG), "  ", (note, style))


def writing(writes: Iterable[tuple[str, WriteAction]], missing: Sequence[str] = ()) -> Content:
    """What ⏎ would do: `will write 1 file, 2.1 kB`; `writes` are texts and actions."""
    if missing:
        names = ", ".join(clean(name) for name in missing[:3]) + ("…" if len(missing) > 3 else "")
        return Content.assemble(("● ", ink.WAITS), f"needs {names}")
    done = list(writes)
    texts = [text for text, action in done if action in (WriteAction.CREATE, WriteAction.FILL)]
    conflicts = sum(action is WriteAction.CONFLICT for _, action in done)
    left = f", {amount(conflicts, 'file')} left alone" if conflicts else ""
    if not texts:
        return Content.styled(f"nothing to write{left or ': it is all there'}", ink.MUTED)
    total = size(sum(len(text.encode("utf-8", "replace")) for text in texts))
    return Content.assemble(f"⏎ writes {amount(len(texts), 'file')}, {total}", (left, ink.BAD))


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────


def template_lines(pattern: Pattern) -> list[FileLine]:
    """Every file of a pattern as its template reads: ‹name› for slots, [if …] and [for …] around what depends."""
    lines: list[FileLine] = []
    for file in pattern.files:
        if len(pattern.files) > 1 or not lines:
            lines.append(Heading(path_of(file), _when(file)))
        if isinstance(file.body, RawTemplate):
            lines += file_lines(file.body.source)
        else:
            lines += file_lines(*_written(file.body.nodes))
    return lines


def path_of(file: FileTemplate) -> str:
    """A path template as people read it: `providers/‹category›/‹locale›/__init__.py`."""
    return "".join(f"‹{text}›" if slot else text for text, slot in _pieces(file.path.nodes))


def path_start(template: Template) -> str:
    """The part of a path that is the same for all: what a person starts typing after."""
    start = ""
    for node in template.nodes:
        if not isinstance(node, Literal):
            break
        start += node.text
    else:
        return start
    return start[: start.rfind("/") + 1]


def _when(file: FileTemplate) -> str:
    return f"when {clean(file.switch)}" if file.switch else ""


def _written(nodes: Sequence[Node]) -> tuple[str, list[tuple[int, int]]]:
    text: list[str] = []
    slots: list[tuple[int, int]] = []
    at = 0
    for piece, slot in _pieces(nodes):
        if slot:
            slots.append((at, at + len(piece)))
        text.append(piece)
        at += len(piece)
    return "".join(text), slots


def _pieces(nodes: Sequence[Node]) -> Iterable[tuple[str, bool]]:
    for node in nodes:
        if isinstance(node, Literal):
            yield node.text, False
        elif isinstance(node, Slot):
            yield "|".join((node.name, *node.filters)), True
        elif isinstance(node, Switch):
            yield f"if {node.name}", True
            yield from _pieces(node.body)
            if node.otherwise:
                yield "else", True
                yield from _pieces(node.otherwise)
            yield "end", True
        elif isinstance(node, Repeat):
            yield f"for {node.item} in {node.over}", True
            yield from _pieces(node.body)
            yield "end", True
