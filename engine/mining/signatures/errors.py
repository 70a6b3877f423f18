"""The errors in the output of one failed command, the one to look at first."""

from __future__ import annotations

from collections.abc import Sequence

from engine.mining.signatures import command_errors, compiler_errors, python_errors, runtime_errors
from engine.mining.signatures.cleaning import plain_lines
from engine.mining.signatures.found import Diagnostic, Found, Rank, found

MOST = 200  # distinct errors of one output
_LOOKED_AT = 4000  # diagnostics of one output, distinct or not
_READERS = (
    *python_errors.READERS,
    *compiler_errors.READERS,
    *runtime_errors.READERS,
    *command_errors.READERS,
    *command_errors.LAST,
)


def errors_of(output: str, command: str = "") -> tuple[Found, ...]:
    """The distinct errors in `output`, the primary first; empty when the output holds no word at all.

    Primary is what a developer would look at: the exception that ended the program, else the first diagnostic, else the
    first summary. `command` names the tool where the output does not. Never raises; time is linear in a bounded output.
    """
    diagnostics = _read(plain_lines(output))
    best = min((d.rank for d in diagnostics), default=Rank.GUESS)
    ordered = _ordered([d for d in diagnostics if d.rank == best])
    if not ordered and (last := _last_words(output)):
        ordered = [Diagnostic("output", last, "", rank=Rank.GUESS)]
    tool = _program(command)
    distinct: dict[str, Found] = {}
    for diagnostic in ordered:
        if len(distinct) >= MOST:
            break
        one = found(diagnostic if diagnostic.tool else _of_tool(diagnostic, tool))
        distinct.setdefault(one.signature, one)
    return tuple(distinct.values())


def _read(lines: Sequence[str]) -> list[Diagnostic]:
    diagnostics: list[Diagnostic] = []
    at = 0
    while at < len(lines) and len(diagnostics) < _LOOKED_AT:
        if lines[at]:
            for read in _READERS:
                if (result := read(lines, at)) is not None:
                    diagnostics += result[0]
                    at = max(result[1], at + 1)
                    break
            else:
                at += 1
        else:
            at += 1
    return diagnostics


def _ordered(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """What ended an interpreter stands last, and its causes before it; other tools name the cause first."""
    ended = [d for d in diagnostics if d.tool in ("python", "java")]
    if ended and not any(d.tool == "pytest" for d in diagnostics):
        return ended[::-1] + [d for d in diagnostics if d.tool not in ("python", "java")]
    return diagnostics


def _last_words(output: str) -> str:
    return next((line.strip() for line in reversed(plain_lines(output[-8192:])) if any(map(str.isalnum, line))), "")


def _program(command: str) -> str:
    """The program that a command line runs: its first word that is neither an assignment nor a wrapper."""
    for word in command.split()[:8]:
        if "=" not in word and word not in ("sudo", "time", "env", "nice", "exec", "uv", "run", "poetry", "npx"):
            return word.rpartition("/")[2][:60]
    return ""


def _of_tool(diagnostic: Diagnostic, tool: str) -> Diagnostic:
    return Diagnostic(
        diagnostic.type,
        diagnostic.message,
        tool,
        diagnostic.path,
        diagnostic.line,
        diagnostic.frames,
        diagnostic.rank,
        diagnostic.detail,
    )
