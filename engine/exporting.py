"""Recipes in the language of other tools: a `just` recipe, a shell function for sh, bash and zsh, one for fish.

Words are quoted so that a shell gives each command exactly the words that patui would run; values are parameters in
double quotes and never read as code. The functions are to be called in the workspace's directory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import UsageError
from engine.mining.shell_words import PIPES
from engine.model import Kind, Pattern, Variable

_SLOT = re.compile(r"\{\{\s*([A-Za-z_]\w{0,60})((?:\s*\|\s*[a-z_]{1,20}){0,4})\s*\}\}")
_BARE = re.compile(r"[A-Za-z0-9_./:@%+,-]+")
_RESERVED = frozenset(
    {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function", "select"}
    | {"time", "coproc", "begin", "end", "switch", "and", "or", "not", "command", "builtin", "in", "repeat", "foreach"}
)
_GLOB = re.compile(r"[*?]+|\[[^\]]+\]")


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A value of the function. A value in a case form of its own is one more parameter: shells have no case forms."""

    name: str
    default: str | None
    says: str


def export_recipe(pattern: Pattern, target: str) -> str:
    """The text for `just`, `sh` or `fish`; UsageError for another target, or when the pattern is no recipe."""
    if pattern.kind is not Kind.EXECUTION:
        raise UsageError(f"{pattern.pattern_id} is a {pattern.kind}, and {target} takes recipes only")
    writers = {"just": _just, "sh": _sh, "bash": _sh, "zsh": _sh, "fish": _fish}
    if target not in writers:
        raise UsageError(f"recipes are exported to {', '.join(writers)}, not to {target!r}")
    return writers[target](pattern)


def _parameters(pattern: Pattern) -> list[_Parameter]:
    """Those that must be given first, in order of appearance."""
    variables = {variable.name: variable for variable in pattern.variables}
    found: dict[str, _Parameter] = {}
    for step in pattern.steps:
        for word in step["argv"]:
            for slot in _SLOT.finditer(word):
                variable = variables.get(slot[1], Variable(slot[1]))
                name = _shell_name(slot)
                plain = isinstance(variable.default, str) and not slot[2].strip()
                seen = ", ".join(_line(str(example)) for example in variable.examples[:3])
                form = f" in the form {slot[2].strip(' |')}" if slot[2].strip() else ""
                found.setdefault(
                    name,
                    _Parameter(
                        name,
                        str(variable.default) if plain else None,
                        f"{slot[1]}{form}" + (f", such as {seen}" if seen else ""),
                    ),
                )
    return sorted(found.values(), key=lambda one: one.default is not None)


def _shell_name(slot: re.Match[str]) -> str:
    """Prefixed: `path` and `status` are words of some shells' own."""
    return "_".join(["arg", slot[1], *(form.strip() for form in slot[2].split("|")[1:])])


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _name(pattern: Pattern, joint: str) -> str:
    name = re.sub(r"[^a-z0-9]+", joint, pattern.name.lower()).strip(joint) or "recipe"
    return name if name[0].isalpha() else f"recipe{joint}{name}"


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _command(step: Mapping[str, Any], quote: Callable[[str], str]) -> str:
    """A step as a line of the shell; the words that a shell expanded before stay open to it."""
    expanded = step.get("expand") or ()
    words = [quote(word) if word in _RESERVED else _word(word, quote, word in expanded) for word in step["argv"]]
    return " ".join("|" if word in PIPES else said for word, said in zip(step["argv"], words, strict=True))


def _word(word: str, quote: Callable[[str], str], expanded: bool) -> str:
    parts: list[str] = []
    at = 0
    for slot in _SLOT.finditer(word):
        parts += [_literal(word[at : slot.start()], quote, expanded), f'"${_shell_name(slot)}"']
        at = slot.end()
    parts.append(_literal(word[at:], quote, expanded))
    return "".join(parts) or "''"


def _literal(text: str, quote: Callable[[str], str], expanded: bool) -> str:
    if not expanded:
        return "" if not text else text if _BARE.fullmatch(text) else quote(text)
    parts: list[str] = []
    at = 0
    for glob in _GLOB.finditer(text):
        parts += [_literal(text[at : glob.start()], quote, False), glob[0]]
        at = glob.end()
    return "".join([*parts, _literal(text[at:], quote, False)])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _quoted_on_one_line(text: str) -> str:
    """For just, where a line of a recipe is a line: `nl` holds a line break."""
    return '"$nl"'.join(_quoted(line) if line else "" for line in text.split("\n"))


def _quoted_for_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# ── the targets ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _head(pattern: Pattern, parameters: Sequence[_Parameter]) -> list[str]:
    lines = [f"# {_line(pattern.name)}: {_line(pattern.description)} ({pattern.pattern_id} {_line(pattern.version)})"]
    return lines + [f"#   {one.name.removeprefix('arg_')}: {one.says}" for one in parameters]


def _by_hand(step: Mapping[str, Any]) -> list[str]:
    line = _line(" ".join(step["argv"]))
    return [f"# {_line(str(step['by_hand']))}; look at it before you make it a step: {line}"]


def _script(pattern: Pattern, quote: Callable[[str], str]) -> list[str]:
    lines: list[str] = []
    moved = False
    for step in pattern.steps:
        command = _command(step, quote)
        if step.get("by_hand"):
            lines += _by_hand(step)
        elif step.get("cwd") and not moved:
            lines.append(f"(cd {_word(step['cwd'], quote, False)} && {command}) || exit")
        else:
            lines.append(f"{command} || exit")
        moved = moved or step["argv"][0] == "cd"
    return lines


def _sh(pattern: Pattern) -> str:
    parameters, name = _parameters(pattern), _name(pattern, "_")
    required = sum(one.default is None for one in parameters)
    usage = " ".join(
        one.name.removeprefix("arg_").upper() if one.default is None else f"[{one.name.removeprefix('arg_').upper()}]"
        for one in parameters
    )
    lines = [*_head(pattern, parameters), f"{name}() ("]
    body = []
    if required:
        said = _quoted(f"usage: {name} {usage}")
        body.append(f"if [ \"$#\" -lt {required} ]; then printf '%s\\n' {said} >&2; exit 2; fi")
    for number, one in enumerate(parameters, 1):
        body.append(f"{one.name}=${{{number}}}")
        if one.default is not None:
            body[-1:] = [
                f"{one.name}={_quoted(one.default)}",
                f'if [ "$#" -ge {number} ]; then {one.name}=${{{number}}}; fi',
            ]
    body += _script(pattern, _quoted)
    return "\n".join([*lines, *(f"  {line}" for line in body), ")", ""])


def _just(pattern: Pattern) -> str:
    """A recipe whose body is one script; its parameters are environment variables, so nothing is pasted into code."""
    parameters = _parameters(pattern)
    said = "".join(
        f" ${one.name}" if one.default is None else f" ${one.name}={_just_text(one.default)}" for one in parameters
    )
    script = [line.replace("{{", "{{{{") for line in _script(pattern, _quoted_on_one_line)]
    body = ["#!/bin/sh", "nl=$(printf '\\nx'); nl=${nl%x}", *script]
    return "\n".join(
        [*_head(pattern, parameters), f"{_name(pattern, '-')}{said}:", *(f"    {line}" for line in body), ""]
    )


def _just_text(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def _fish(pattern: Pattern) -> str:
    parameters, name = _parameters(pattern), _name(pattern, "_")
    required = sum(one.default is None for one in parameters)
    body = ["set -l here $PWD"]
    if required:
        usage = " ".join(one.name.removeprefix("arg_").upper() for one in parameters)
        body.append(f"test (count $argv) -ge {required}; or begin; echo usage: {name} {usage} >&2; return 2; end")
    for number, one in enumerate(parameters, 1):
        if one.default is None:
            body.append(f"set -l {one.name} $argv[{number}]")
        else:
            body.append(f"set -l {one.name} {_quoted_for_fish(one.default)}")
            body.append(f"test (count $argv) -ge {number}; and set {one.name} $argv[{number}]")
    moved = False
    for step in pattern.steps:
        command = _command(step, _quoted_for_fish)
        if step.get("by_hand"):
            body += _by_hand(step)
            continue
        if step.get("cwd") and not moved:
            body.append(f"cd {_word(step['cwd'], _quoted_for_fish, False)}; or begin; cd $here; return 1; end")
        body.append(f"{command}; or begin; set -l code $status; cd $here; return $code; end")
        moved = moved or step["argv"][0] == "cd"
        if step.get("cwd") and not moved:
            body.append("cd $here")
    body.append("cd $here")
    return "\n".join([*_head(pattern, parameters), f"function {name}", *(f"    {line}" for line in body), "end", ""])
