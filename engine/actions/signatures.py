"""The lines of a log with the template that each belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from engine.mining.signatures import Grouper

LONGEST_LINE = 64 * 1024  # bytes; what a line holds beyond is not looked at


def grouped(log: BinaryIO) -> Iterator[tuple[int, str, str]]:
    """Number (from 1), signature id and template of each line of `log`; lines end at a line feed only.

    The log is read to its end first, because a template may still widen. Memory grows by 8 bytes a line.
    """
    grouper = Grouper()
    forms = [grouper.form_of(line) for line in _lines(log)]
    for number, form in enumerate(forms, 1):
        yield number, *grouper.resolve(form)


def _lines(log: BinaryIO) -> Iterator[str]:
    while line := log.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = log.readline(LONGEST_LINE)
        yield line.decode(errors="replace")
