"""From what a tool said to an error with a signature.

The id is `s<version>-<hash>` of type and template. When a version changes how messages are normalised, the earlier
function stays in `_VERSIONS`: `known_as` gives the ids under which an error was stored before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from engine.mining.signatures.forms import known_spans
from engine.mining.signatures.masks import LONGEST, mask

VERSION = 1


CONFLICT = "merge conflict marker"


class Rank(IntEnum):
    """How much a line says about the cause; lower ranks are reported only when nothing higher was found."""

    CAUSE = 0  # a diagnostic, an exception
    SUMMARY = 1  # make, npm or cargo saying that something failed
    GUESS = 2  # a line with the word "error" in it


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error as the tool put it. `line` is 0 where it names none; `detail` is what else tells errors apart."""

    type: str
    message: str
    tool: str
    path: str = ""
    line: int = 0
    frames: tuple[str, ...] = ()
    rank: Rank = Rank.CAUSE
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One error of an output: the fields of `engine.model.ErrorRecord` that the output decides."""

    type: str
    message: str
    template: str
    signature: str
    parameters: tuple[str, ...] = ()
    tool: str = ""
    path: str = ""
    line: int = 0
    frames: tuple[str, ...] = ()


_SIDES = re.compile(r"(assert (?:not )?)([^\n]{1,300}?)( (?:==|!=|<=|>=|<|>|is not|is|not in|in) )([^\n]{1,600})")
_ASSERTED = re.compile(r"(assert (?:not )?)([^\n]{1,600})")


def _normalise_1(diagnostic: Diagnostic) -> tuple[str, tuple[str, ...]]:
    message = diagnostic.message
    if diagnostic.detail == CONFLICT:
        return CONFLICT, ()  # what the parser stumbles over behind a marker differs, the cause does not
    if message.startswith("assert ") and (found := _SIDES.match(message) or _ASSERTED.match(message)):
        # What pytest shows of an assertion are values of the run; the operator is what was asserted.
        spans = [(found.start(i), found.end(i), "value") for i in range(2, (found.lastindex or 2) + 1, 2)]
        template, parameters = mask(message, spans)
    else:
        template, parameters = mask(message, known_spans(message))
    if not message and diagnostic.frames:
        # A bare `assert` says nothing: where it happened is all that tells it from another.
        template = f"in {diagnostic.frames[-1].rpartition(':')[2]}"
    if diagnostic.detail:
        template = f"{template} ({diagnostic.detail})" if template else diagnostic.detail
    return template or diagnostic.type, parameters


_VERSIONS: Mapping[int, Callable[[Diagnostic], tuple[str, tuple[str, ...]]]] = {1: _normalise_1}


def signature_id(version: int, kind: str, template: str) -> str:
    digest = hashlib.sha256(f"{kind}\n{template}".encode(errors="surrogatepass")).hexdigest()
    return f"s{version}-{digest[:16]}"


def found(diagnostic: Diagnostic) -> Found:
    """`diagnostic` with its template and the id of the current version."""
    diagnostic = _bounded(diagnostic)
    template, parameters = _VERSIONS[VERSION](diagnostic)
    return Found(
        diagnostic.type,
        diagnostic.message,
        template,
        signature_id(VERSION, diagnostic.type, template),
        parameters,
        diagnostic.tool,
        diagnostic.path,
        diagnostic.line,
        diagnostic.frames,
    )


def known_as(diagnostic: Diagnostic) -> tuple[str, ...]:
    """The ids of `diagnostic` under every version of the function, newest first."""
    diagnostic = _bounded(diagnostic)
    return tuple(
        signature_id(version, diagnostic.type, _VERSIONS[version](diagnostic)[0])
        for version in sorted(_VERSIONS, reverse=True)
    )


def _bounded(diagnostic: Diagnostic) -> Diagnostic:
    if len(diagnostic.message) <= LONGEST:
        return diagnostic
    return Diagnostic(
        diagnostic.type,
        diagnostic.message[:LONGEST],
        diagnostic.tool,
        diagnostic.path,
        diagnostic.line,
        diagnostic.frames,
        diagnostic.rank,
        diagnostic.detail,
    )
