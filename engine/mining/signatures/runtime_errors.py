"""Uncaught exceptions of other runtimes: Node, Java, Ruby, PHP; and the test runners that print them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.mining.signatures.found import Diagnostic, Rank
from engine.mining.signatures.reading import LONGEST_BLOCK, Reader, in_app, number

_RAISED = re.compile(
    r"(?P<lead>\s{0,12}(?:Uncaught |\[?Uncaught exception: |Unhandled rejection )?)(?P<type>[A-Z]\w{0,60}(?:Error|E"
    r"xception|Warning)|Error|AggregateError)(?: \[(?P<code>[A-Z_]{2,60})\])?: (?P<message>.{1,2000})$"
)
_AT = re.compile(
    r"\s{1,12}at (?:async )?(?:(?P<name>[^\s(][^(\n]{0,200}?) \()?(?:file://)?(?P<path>[^()\n]{1,400}?):(?P<line>\d"
    r"+):\d+\)?(?: \{)?$"
)
_JAVA_AT = re.compile(
    r"\s{1,8}at (?P<class>[\w.$/@]{1,300})\.(?P<name>[\w$<>]{1,100})\((?P<path>[^():\n]{1,200})(?::(?P<line>\d+))?\)"
)
_JAVA = re.compile(
    r"(?:Exception in thread \"[^\"\n]{1,100}\" "
    r"|Caused by: )?(?P<type>(?:[a-z_]\w{0,40}\.){1,10}[A-Z]\w{0,80}(?:Exception"
    r"|Error))(?:: (?P<message>.{0,2000}))?$"
)


def node(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """An error with a stack of `at` lines, or one that node, jest or webpack shows with its code."""
    text = lines[at]
    found = _RAISED.match(text) if "rror" in text else None
    if found is None:
        return None
    path, line, frames = "", 0, []
    index = at + 1
    stacked = False
    while index < min(len(lines), at + 200):
        if place := _AT.match(lines[index]):
            stacked = True
            if in_app(place["path"]):
                frames.append(f"{place['path']}:{place['name'] or '<anonymous>'}")
                if not path:
                    path, line = place["path"], number(place["line"])
        elif stacked or not lines[index].startswith(("Require stack", "- ", "  ", "    ")):
            break
        index += 1
    if not stacked and found["type"].endswith("Warning"):
        return None
    kind = found["code"] if found["code"] else found["type"]
    rank = Rank.CAUSE if stacked or not found["lead"].isspace() else Rank.SUMMARY
    frames.reverse()
    return [Diagnostic(kind, found["message"], "node", path, line, tuple(frames), rank)], index if stacked else at + 1


def java(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """A Java exception with its frames; the cause that stands last is an error of its own."""
    if "." not in lines[at] or not (found := _JAVA.match(lines[at])):
        return None
    path, line, frames = "", 0, []
    index = at + 1
    while index < min(len(lines), at + LONGEST_BLOCK) and (lines[index].lstrip().startswith(("at ", "... "))):
        if (place := _JAVA_AT.match(lines[index])) and in_app(place["class"]):
            frames.append(f"{place['class']}:{place['name']}")
            if not path:
                path, line = place["path"], number(place["line"])
        index += 1
    frames.reverse()
    return [Diagnostic(found["type"], found["message"] or "", "java", path, line, tuple(frames))], index


_MAVEN = re.compile(r"\[ERROR\] (?P<path>/[^:\n]{1,400}\.\w{1,6}):\[(?P<line>\d+),\d+\] (?P<message>.{1,1000})$")
_RUBY = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,300}):(?P<line>\d+):in [`'](?P<name>[^'\n]{1,200})': (?P<message>.{1,1000}) \((?P<typ"
    r"e>[A-Z][\w:]{1,100})\)$"
)
_PHP = re.compile(
    r"(?:PHP )?(?P<what>Fatal error|Parse error"
    r"|Warning): {1,2}(?:Uncaught )?(?:(?P<type>[A-Z]\w{1,80}): )?(?P<message>.{1,600}?) (?:in"
    r"|at) (?P<path>/\S{1,400}?\.\w{1,6})(?: on line |:)(?P<line>\d+)"
)
_JEST = re.compile(r"\s{2,8}(?P<message>expect\((?:received|element|jest\.fn\(\))\)\.\S{1,100})(?: //.{0,100})?")
_VITEST = re.compile(r"(?P<type>AssertionError): (?P<message>expected .{1,600})$")


def others(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """Maven, Ruby, PHP, jest's matchers: one line says it."""
    text = lines[at]
    if text.startswith("[ERROR] /") and (found := _MAVEN.match(text)):
        return [Diagnostic("javac-error", found["message"], "javac", found["path"], number(found["line"]))], at + 1
    if ":in " in text and (found := _RUBY.match(text)):
        frame = (f"{found['path']}:{found['name']}",)
        return [
            Diagnostic(found["type"], found["message"], "ruby", found["path"], number(found["line"]), frame)
        ], at + 1
    if text.startswith(("PHP ", "Fatal error", "Parse error")) and (found := _PHP.match(text)):
        kind = found["type"] or found["what"]
        return [Diagnostic(kind, found["message"], "php", found["path"], number(found["line"]))], at + 1
    if text.startswith("Module not found: "):
        return [Diagnostic("module-not-found", text.partition(": ")[2].removeprefix("Error: "), "webpack")], at + 1
    if "expect(" in text and (found := _JEST.match(text)):
        return [Diagnostic("expect", found["message"].partition(".")[2].partition("(")[0], "jest")], at + 1
    return None


READERS: tuple[Reader, ...] = (node, java, others)
