"""Compilers and linters of other languages: gcc, clang, ld, rustc and cargo, go, tsc, eslint, javac, csc."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.mining.signatures.found import Diagnostic, Rank
from engine.mining.signatures.reading import Reader, number

_PATH = r"(?P<path>(?:[A-Za-z]:\\)?[^\s:(][^:(\n]{0,300})"
_GCC = re.compile(
    _PATH + r":(?P<line>\d+):(?:\d+:)? (?:fatal )?error: (?P<message>.{1,2000}?)(?: \[(?P<code>-W[\w=+-]{1,60})\])?$"
)
_WARNED = re.compile(
    _PATH + r":(?P<line>\d+):(?:\d+:)? warning: (?P<message>.{1,2000}?) \[(?P<code>-Werror[\w=+-]{1,60})\]$"
)
_LD = re.compile(
    r"(?:\S{0,300}:\s?)?(?P<message>undefined reference to .{1,300}|multiple definition of .{1,300}"
    r"|cannot find -l\S{1,100})(?:: .{1,200})?$"
)
_LIB = re.compile(r"cannot find -l(?P<name>[\w.+-]{1,100})")


def gcc(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """gcc, clang, javac and the linker."""
    text = lines[at]
    if "error" in text and (found := _GCC.match(text) or _WARNED.match(text)):
        tool = "javac" if found["path"].endswith(".java") else "cc"
        kind = found["code"] or f"{tool}-error"
        return [Diagnostic(kind, found["message"], tool, found["path"], number(found["line"]))], at + 1
    if ("undefined reference" in text or "multiple definition" in text or "cannot find -l" in text) and (
        found := _LD.search(text[:600])
    ):
        message = _LIB.sub(lambda lib: f"cannot find library '{lib['name']}'", found["message"].split("; ")[0])
        return [Diagnostic("ld-error", message, "ld")], at + 1
    if text.startswith(("collect2: error", "clang: error: linker command failed")):
        return [Diagnostic("ld-error", text.partition("error: ")[2], "ld", rank=Rank.SUMMARY)], at + 1
    return None


_RUSTC = re.compile(r"error(?:\[(?P<code>[A-Z]\d{2,5}|clippy::\w{1,60})\])?: (?P<message>.{1,1000})$")
_ARROW = re.compile(r" {0,12}--> (?P<path>.{1,400}?):(?P<line>\d+)(?::\d+)?$")
_CARGO = re.compile(r"could not compile |aborting due to |process didn't exit successfully|test failed, to rerun")
_RUST_PANIC = re.compile(
    r"thread '(?P<thread>[^'\n]{1,200})' (?:\(\d+\) )?panicked at (?:'(?P<old>.{0,1000})', )?(?P<path>[^:\n]{1,300}"
    r"):(?P<line>\d+)(?::\d+)?:?$"
)


def rust(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """rustc and cargo; a diagnostic is followed by an arrow within a few lines."""
    text = lines[at]
    if text.startswith("thread '") and (found := _RUST_PANIC.match(text)):
        message = found["old"] or (lines[at + 1] if at + 1 < len(lines) else "")
        return [Diagnostic("panic", message, "rust", found["path"], number(found["line"]))], at + 1
    found = _RUSTC.match(text) if text.startswith("error") else None
    if found is None:
        return None
    if _CARGO.match(found["message"]):
        return [Diagnostic("cargo", found["message"], "cargo", rank=Rank.SUMMARY)], at + 1
    for place in map(_ARROW.match, lines[at + 1 : at + 4]):
        if place:
            kind = found["code"] or "rustc-error"
            return [Diagnostic(kind, found["message"], "rustc", place["path"], number(place["line"]))], at + 1
    if found["code"]:
        return [Diagnostic(found["code"], found["message"], "rustc")], at + 1
    return None


_GO = re.compile(r"(?:vet: )?(?P<path>[^\s:][^:\n]{0,300}\.go):(?P<line>\d+):(?:\d+:)? (?P<message>\S.{0,1000})$")
_GO_MODULE = re.compile(
    r"(?:go: (?:finding module|downloading|added|upgraded|warning).{0,300}|(?:go|go (?:build|mod|run|test|get"
    r"|vet)): (?P<message>\S.{0,1000}))$"
)
_GO_PACKAGE = re.compile(
    r"(?P<message>(?:package \S{1,200} is not in |no required module provides package |cannot find package "
    r"|import cycle not allowed|no Go files in ).{0,600})$"
)
_GO_PANIC = re.compile(r"(?P<what>panic|fatal error): (?P<message>.{1,1000}?)(?: \[recovered\])?$")
_GO_FRAME = re.compile(r"\t(?P<path>/?\S{1,400}\.go):(?P<line>\d+)(?: \+0x[0-9a-f]+)?$")
_GO_TEST = re.compile(r" {0,40}--- FAIL: (?P<name>\S{1,200}) \(")
_GO_SAID = re.compile(r"\s{1,40}(?P<path>[\w./-]{1,200}\.go):(?P<line>\d+): (?P<message>.{1,1000})$")


def go(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """go build, vet, run, test and mod; panics with their in-app place."""
    text = lines[at]
    if ".go:" in text and (found := _GO.match(text)):
        return [Diagnostic("go-error", found["message"], "go", found["path"], number(found["line"]))], at + 1
    if text.startswith("go") and (found := _GO_MODULE.match(text)):
        return ([Diagnostic("go-module", found["message"], "go")] if found["message"] else []), at + 1
    if text.startswith(("package ", "no required", "cannot find package", "import cycle", "no Go files")) and (
        found := _GO_PACKAGE.match(text)
    ):
        return [Diagnostic("go-module", found["message"], "go")], at + 1
    if text.startswith(("panic: ", "fatal error: all goroutines")) and (found := _GO_PANIC.match(text)):
        place = next(
            (p for p in map(_GO_FRAME.match, lines[at + 1 : at + 60]) if p and "/go/src/" not in p["path"]), None
        )
        path, line = (place["path"], number(place["line"])) if place else ("", 0)
        return [Diagnostic("panic", found["message"], "go", path, line)], at + 1
    if "--- FAIL: " in text and (found := _GO_TEST.match(text)):
        said = next((s for s in map(_GO_SAID.match, lines[at + 1 : at + 3]) if s), None)
        if said:
            return [
                Diagnostic(
                    "go-test",
                    said["message"],
                    "go",
                    said["path"],
                    number(said["line"]),
                    (f"{said['path']}:{found['name']}",),
                )
            ], at + 1
    return None


_TSC = re.compile(
    r"(?P<path>[^\s(:][^(\n]{0,300}?)(?:\((?P<line>\d+),\d+\): "
    r"|:(?P<row>\d+):\d+ - )error (?P<code>[A-Z]{2,6}\d{1,6}): (?P<message>.{1,1000}?)(?: \[[^\]\n]{1,300}proj\])?$"
)
_TSC_BARE = re.compile(r"error (?P<code>(?:TS|CS|MSB|NU)\d{1,6}): (?P<message>.{1,1000})$")
_ESLINT = re.compile(
    r" {1,6}(?P<line>\d+):\d+ {1,6}(?P<level>error"
    r"|warning) {1,6}(?P<message>\S.{0,600}?)(?: {2,80}(?P<rule>@?[a-z][\w/@.-]{1,80}))?$"
)
_ESLINT_UNIX = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,300}): ?(?:line )?(?P<line>\d+)(?:, col "
    r"|:)\d+[,:] (?:Error - )?(?P<message>.{1,600}?) (?:\[Error/(?P<rule>[^\]\n]{1,80})\]|\((?P<named>@?[a-z][\w/@."
    r"-]{1,80})\))$"
)
_ESLINT_PATH = re.compile(r"(?:/|[A-Za-z]:\\|\.{0,2}/)?[^\s:][^:\n]{0,400}\.\w{1,6}$")


def script(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """tsc (both formats), csc, eslint (stylish, unix and compact)."""
    text = lines[at]
    if "error " in text and (found := _TSC.match(text)):
        tool = "tsc" if found["code"].startswith("TS") else "dotnet"
        line = number(found["line"] or found["row"])
        return [Diagnostic(found["code"], found["message"], tool, found["path"], line)], at + 1
    if text.startswith("error ") and (found := _TSC_BARE.match(text)):
        return [Diagnostic(found["code"], found["message"], "tsc")], at + 1
    if text.endswith((")", "]")) and (found := _ESLINT_UNIX.match(text)) and "rror" in text:
        kind = found["rule"] or found["named"]
        return [Diagnostic(kind, found["message"], "eslint", found["path"], number(found["line"]))], at + 1
    return None


def eslint(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """A file's block of eslint's default format: its path, then a line for each finding. Warnings fail no run."""
    if at + 1 >= len(lines) or not _ESLINT.match(lines[at + 1]) or not _ESLINT_PATH.match(lines[at]):
        return None
    findings = []
    index = at + 1
    while index < len(lines) and (found := _ESLINT.match(lines[index])):
        if found["level"] == "error":
            kind = found["rule"] or ("parsing" if found["message"].startswith("Parsing error") else "eslint")
            findings.append(Diagnostic(kind, found["message"], "eslint", lines[at], number(found["line"])))
        index += 1
    return findings, index


READERS: tuple[Reader, ...] = (script, gcc, rust, go, eslint)
