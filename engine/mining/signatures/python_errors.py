"""Python: tracebacks with their chains, pytest's reports, mypy, ruff and its kin, pip."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.mining.signatures.found import CONFLICT, Diagnostic, Rank
from engine.mining.signatures.reading import LONGEST_BLOCK, Reader, in_app, number

_HEAD = re.compile(r"(?P<lead>[^\n]{0,200}?)(?:Traceback|Exception Group Traceback) \(most recent call last\):$")
_FRAME = re.compile(
    r'(?P<lead>[ |+]{0,40}?) {2}File "(?P<path>[^"\n]{1,400})", line (?P<line>\d+)(?:, in (?P<name>.{1,200}))?$'
)
_RAISED = re.compile(r"(?P<type>[A-Za-z_][\w.]{0,200}?)(?:: (?P<message>.*)|:)?$")
_TYPE = re.compile(
    r"(?:[\w.]{0,150}\.)?[A-Z_]\w{0,80}|[\w.]{0,150}(?:Error|Exception|Warning|Exit|Interrupt|error|timeout|Timeout)"
)
_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_MARKER = re.compile(r"\s{0,40}(?:<{7} |={7}$|>{7} )")


def traceback(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """A traceback, or the report of a syntax error, which has no head."""
    head = _HEAD.match(lines[at]) if lines[at].endswith("(most recent call last):") else None
    frame = None if head else _FRAME.match(lines[at])
    if head is None and frame is None:
        return None
    frames: list[str] = []
    path, line, source = "", 0, ""
    for index in range(at + 1 if head else at, min(len(lines), at + LONGEST_BLOCK)):
        text = lines[index].lstrip("|+ ") if lines[index].lstrip()[:1] in "|+" else lines[index]
        if found := _FRAME.match(lines[index]):
            if in_app(found["path"]):
                path, line = found["path"], number(found["line"])
                if found["name"]:
                    frames.append(f"{path}:{found['name']}")
            source = lines[index + 1] if index + 1 < len(lines) else ""
            continue
        if not text or text[0] == " " or not (raised := _RAISED.match(text)) or not _TYPE.fullmatch(raised["type"]):
            if text and text[0] != " " and not head:
                return None
            continue
        if not head and not raised["type"].endswith(_SYNTAX):
            return None  # the tail of a traceback whose head was cut off is read from its head only
        detail = CONFLICT if _MARKER.match(source) and raised["type"].endswith(_SYNTAX) else ""
        message = (raised["message"] or "").strip() or _below(lines, index)
        kind = "SyntaxError" if detail else raised["type"]
        return [Diagnostic(kind, message, "python", path, line, tuple(frames), detail=detail)], index + 1
    return None


def _below(lines: Sequence[str], index: int) -> str:
    """The message of an exception that begins with a line end."""
    if lines[index].endswith(":") and index + 1 < len(lines) and not _HEAD.match(lines[index + 1]):
        return lines[index + 1].strip()
    return ""


_TEST = re.compile(r"_{3,200} (?:ERROR (?:at (?:setup|teardown) of|collecting) )?(?P<name>\S.{0,200}?) _{3,200}$")
_E = re.compile(r"E {1,7}(?P<text>\S.*)$")
_PLACE = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,300}\.\w{1,5}):(?P<line>\d+): ?(?P<type>[A-Za-z_][\w.]{0,120})?(?: .{0,100})?$"
)
_EXCEPTION = re.compile(r"(?P<type>(?:[A-Za-z_]\w{0,80}\.){0,8}[A-Za-z_]\w{0,80})(?:: (?P<message>.*)|:)?$")
_FAILED = re.compile(r"(?:FAILED|ERROR) (?P<path>[^\s:]{1,300}\.py)(?:::(?P<name>\S{1,300}))?(?: - (?P<text>.+))?$")
_SECTION = re.compile(r"={3,200} .{1,100} ={3,200}$|-{3,200} Captured .{1,60} -{3,200}$")


def pytest_block(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """One failed test, or one file that could not be collected: its last exception."""
    head = _TEST.match(lines[at]) if lines[at].startswith("___") else None
    if head is None:
        return None
    frames: list[str] = []
    path, line, kind, text, source, rest = "", 0, "", "", "", ""
    index = at + 1
    while index < min(len(lines), at + LONGEST_BLOCK):
        this = lines[index]
        if this.startswith(("___", "===")) and (_TEST.match(this) or _SECTION.match(this)):
            break
        if this.startswith("E ") and (found := _E.match(this)):
            if shown := _FRAME.match(this[1:]):
                path, line = shown["path"], number(shown["line"])
            if not (lines[index - 1].startswith("E ") or lines[index - 1] == "E") or not text:
                text, kind = found["text"], ""
                source = lines[index - 1]
            else:
                rest = found["text"]  # of a syntax error the exception stands last
                if rest.startswith(
                    ("SyntaxError", "IndentationError", "TabError", "ModuleNotFoundError", "ImportError")
                ):
                    text = rest
                source = found["text"] if _MARKER.match(found["text"]) else source
        elif (found := _PLACE.match(this)) and in_app(found["path"]):
            path, line, kind = found["path"], number(found["line"]), found["type"] or kind
            if kind in ("in", ""):
                kind = ""
        index += 1
    if not text:
        return None
    raised = _EXCEPTION.match(text)
    message = text
    if raised and not text.startswith("assert ") and (raised["type"] == kind or _TYPE.fullmatch(raised["type"])):
        kind, message = raised["type"], raised["message"] or ""
    detail = CONFLICT if _MARKER.match(source) and kind.endswith(_SYNTAX) else ""
    kind = "SyntaxError" if detail else kind
    frames.append(f"{path}:{head['name']}")
    kind = kind or ("AssertionError" if text.startswith("assert ") else "Failed")
    return [Diagnostic(kind, message.strip(), "pytest", path, line, tuple(frames), detail=detail)], index


def pytest_summary(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """A line of pytest's short summary; what stands alone with `--tb=no`."""
    found = _FAILED.match(lines[at]) if lines[at].startswith(("FAILED ", "ERROR ")) else None
    if found is None:
        return None
    text = found["text"] or ""
    raised = _EXCEPTION.match(text)
    kind, message = ("AssertionError", text) if text.startswith("assert ") else ("Failed", text)
    if raised and _TYPE.fullmatch(raised["type"]):
        kind, message = raised["type"], raised["message"] or ""
    frames = (f"{found['path']}:{found['name']}",) if found["name"] else ()
    return [Diagnostic(kind, message.strip(), "pytest", found["path"], 0, frames, Rank.SUMMARY)], at + 1


_MYPY = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,300}):(?P<line>\d+):(?:\d+:)?(?:\d+:\d+:)? error: (?P<message>.{1,2000}?)(?:  \[(?P<c"
    r"ode>[a-z][a-z-]{1,40})\])?$"
)
_CODED = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,300}\.(?:pyi?|ipynb)):(?:cell \d+:)?(?P<line>\d+):(?:\d+:)? (?P<code>[A-Z]{1,4}\d{2,5"
    r"}):? (?:\[\*\] )?(?P<message>.{1,1000})$"
)
_INVALID = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,300}\.(?:pyi?|ipynb)):(?P<line>\d+):(?:\d+:)? (?:(?P<code>SyntaxError"
    r"|invalid-syntax): ?)(?P<message>.{1,1000})$"
)
_FULL = re.compile(
    r"(?P<code>[A-Z]{1,4}\d{2,5}|invalid-syntax|unformatted|SyntaxError):? (?:\[\*\] )?(?P<message>.{1,1000})$"
)
_ARROW = re.compile(r" {1,8}--> (?P<path>.{1,400}?):(?P<line>\d+)(?::\d+)?$")
_FORMATTED = re.compile(r"(?:would reformat|Would reformat:) (?P<path>\S.{0,400})$")
_PYRIGHT = re.compile(
    r" {0,4}(?P<path>[^\s:][^:\n]{0,300}):(?P<line>\d+):\d+ - error: (?P<message>.{1,1000}?)(?: \((?P<code>report\w"
    r"{1,60})\))?$"
)


def checked(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """mypy, pyright, ruff (both formats), flake8, pylint, black: a line each."""
    text = lines[at]
    if found := _CODED.match(text) or _INVALID.match(text):
        detail = _conflict(lines, at)
        return [
            Diagnostic(found["code"], found["message"], "ruff", found["path"], number(found["line"]), detail=detail)
        ], at + 1
    if ": error: " in text and (found := _MYPY.match(text)) and found["path"].endswith((".py", ".pyi")):
        kind = found["code"] or "mypy"
        return [Diagnostic(kind, found["message"], "mypy", found["path"], number(found["line"]))], at + 1
    if " - error: " in text and (found := _PYRIGHT.match(text)) and found["path"].endswith((".py", ".pyi")):
        kind = found["code"] or "pyright"
        return [Diagnostic(kind, found["message"], "pyright", found["path"], number(found["line"]))], at + 1
    if at + 1 < len(lines) and (place := _ARROW.match(lines[at + 1])) and (found := _FULL.match(text)):
        kind, detail = found["code"], _conflict(lines, at)
        return [Diagnostic(kind, found["message"], "ruff", place["path"], number(place["line"]), detail=detail)], at + 2
    if found := _FORMATTED.match(text):
        return [Diagnostic("format", "would reformat", "formatter", found["path"])], at + 1
    return None


def _conflict(lines: Sequence[str], at: int) -> str:
    """What the source lines shown below a syntax error say about it."""
    shown = (line.partition("|")[2].strip() for line in lines[at + 2 : at + 12] if "|" in line)
    return CONFLICT if "yntax" in lines[at] and any(map(_MARKER.match, shown)) else ""


_PIP = re.compile(
    r"(?:ERROR|error): (?P<message>(?:No matching distribution|Could not find a version|Could not install"
    r"|Failed building|Could not open requirements|Cannot install|Package '|Invalid requirement"
    r"|externally-managed).{0,1000})$"
)
_UV = re.compile(r" {1,4}(?:×|x) (?P<message>\S.{1,1000})$")


_LAUNCHED = re.compile(
    r"\S{0,300}python[\d.]{0,8}(?:\.exe)?: (?P<message>(?:can't open|No module named|Error while finding).{1,600})$"
)


def installed(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """pip, uv, the interpreter's own. Of pip's two lines about a missing distribution the second is the shorter."""
    if "python" in lines[at] and (found := _LAUNCHED.match(lines[at])):
        return [Diagnostic("python", found["message"], "python")], at + 1
    if found := _PIP.match(lines[at]):
        rank = Rank.SUMMARY if found["message"].startswith("Could not find a version") else Rank.CAUSE
        return [Diagnostic("pip", found["message"], "pip", rank=rank)], at + 1
    if found := _UV.match(lines[at]):
        return [Diagnostic("uv", found["message"], "uv")], at + 1
    return None


READERS: tuple[Reader, ...] = (traceback, pytest_block, pytest_summary, checked, installed)
