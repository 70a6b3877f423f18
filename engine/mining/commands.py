"""A call in parts: program, subcommand, flags, arguments. Two calls with one skeleton are the same step.

The program is what does the work: `sudo -u web python3 -m pytest -x` is pytest with the flag `-x`. Programs that are
known to have subcommands are listed; for others a verb in the first place is one, and what else is one shows only in
how a history uses them (`engine.mining.sequences.steps`).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from engine.mining.argument_types import type_of
from engine.mining.command_words import (
    DEEP,
    GROUPS,
    MODULE_RUNNERS,
    PLAIN,
    RUNNERS,
    SCRIPT_RUNNERS,
    VALUE_FLAGS,
    VERBS,
    WITH_SUBCOMMANDS,
    WRAPPER_VALUES,
    WRAPPERS,
)
from engine.mining.shell_words import PIPES, split_line

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_REDIRECTION = re.compile(r"(?:\d{1,3}|&)?[<>]")
_BEGINS_REDIRECTION = frozenset("0123456789&<>")
_SUBCOMMAND = re.compile(r"[a-z][a-z-]*(?::[a-z-]+)*")
_NUMBERED = re.compile(r"(-[A-Za-z]?)\d+")
_OPTION = re.compile(r"-{1,2}[A-Za-z0-9?]|--$")
_VERSIONED = re.compile(r"(python|pip|ruby|node|perl|lua|clang|gcc|php)[\d.]+")
_LEADING = WRAPPERS | RUNNERS.keys() | MODULE_RUNNERS | SCRIPT_RUNNERS


class Opening(Enum):
    """What is known of a program's first argument."""

    SUBCOMMAND = "subcommand"  # the subcommand was read
    ARGUMENT = "argument"  # a value: the program has no subcommands
    UNKNOWN = "unknown"  # either: a history that repeats it makes it a subcommand


@dataclass(frozen=True, slots=True)
class Command:
    """`argv` as typed. `arguments` are the places in `argv` of the words that are values; `flags` are sorted names,
    `|name` among them for each later program of a pipeline and `>` for a redirection."""

    argv: tuple[str, ...]
    program: str
    subcommand: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    arguments: tuple[int, ...] = ()
    opening: Opening = Opening.ARGUMENT

    @property
    def skeleton(self) -> tuple[str, ...]:
        """What makes it the same step as another: everything but the values."""
        return (self.program, *self.subcommand, *self.flags)

    def typed_arguments(self) -> tuple[tuple[str, str], ...]:
        """Each value with its type, in order; of `--flag=value` the value."""
        return tuple((value, type_of(value)) for value in map(self.value, self.arguments))

    def value(self, place: int) -> str:
        word = self.argv[place]
        return word.partition("=")[2] if word.startswith("-") and "=" in word else word


@lru_cache(maxsize=1 << 15)
def commands_of(line: str) -> tuple[Command, ...]:
    """The commands of a line as it was typed; several for a compound line, none for a blank one."""
    return tuple(command_of(words) for words in split_line(line))


def needs_shell(argv: tuple[str, ...]) -> bool:
    """Whether the words of a step mean something only to a shell: a pipe, a redirection, an expansion, a variable set
    for one command. `make V=1` sets none: behind the program it is an argument like another."""
    if argv and _ASSIGNMENT.match(argv[0]):
        return True
    return any(word in PIPES or _REDIRECTION.match(word) or "$" in word or "`" in word for word in argv if word)


def command_of(argv: tuple[str, ...]) -> Command:
    """The parts of one call; its words need not come from a shell."""
    start = _behind_wrappers(argv)
    if start >= len(argv):
        return Command(argv, argv[0] if argv else "", opening=Opening.ARGUMENT)
    program = _program(argv[start])
    start += 1
    subcommand: list[str] = []
    opening = _opening(program)
    wanted = _depth(program) if opening is Opening.SUBCOMMAND else 0
    flags: list[str] = []
    arguments: list[int] = []
    at = start
    while at < len(argv):
        word = argv[at]
        if word in PIPES:
            rest = command_of(argv[at + 1 :])
            flags += ["|" + rest.program, *rest.flags]
            arguments += [at + 1 + place for place in rest.arguments]
            break
        if word[:1] in _BEGINS_REDIRECTION and _REDIRECTION.match(word):
            flags.append(word)
            if word[-1] in "<>|-" and at + 1 < len(argv):
                at += 1
                arguments.append(at)
        elif word.startswith("-") and len(word) > 1 and _OPTION.match(word):
            name, equals, _ = word.partition("=")
            flags.append(
                _NUMBERED.sub(r"\1#", name) if name[1:2].isdigit() or (len(name) > 2 and name[1] != "-") else name
            )
            if equals or flags[-1] != name:
                arguments.append(at)
            elif len(subcommand) < wanted and name in VALUE_FLAGS and at + 1 < len(argv):
                at += 1
                arguments.append(at)
        elif len(subcommand) < wanted and _SUBCOMMAND.fullmatch(word):
            subcommand.append(word)
            key = (program, *subcommand)
            wanted = DEEP.get(key, 2 if key in GROUPS else wanted)
        elif not arguments and not subcommand and opening is Opening.UNKNOWN and word in VERBS:
            subcommand.append(word)
            opening = Opening.SUBCOMMAND
        else:
            wanted = 0
            arguments.append(at)
        at += 1
    names = tuple(sorted(set(flags))) if flags else ()
    return Command(argv, program, tuple(subcommand), names, tuple(arguments), opening)


def _behind_wrappers(argv: tuple[str, ...]) -> int:
    """The place of the word that names the program: behind assignments, `sudo`, `env`, `uv run`, `python -m` …"""
    if argv and argv[0] not in _LEADING and "=" not in argv[0] and "/" not in argv[0] and not argv[0][-1:].isdigit():
        return 0
    at = 0
    while at < len(argv):
        word = argv[at]
        if _ASSIGNMENT.match(word):
            at += 1
            continue
        name = _program(word)
        following = argv[at + 1] if at + 1 < len(argv) else ""
        if name in WRAPPERS:
            after = _behind_options(argv, at + 1, WRAPPER_VALUES.get(name, ""))
            after += name == "timeout"
        elif following in RUNNERS.get(name, ()):
            after = _behind_options(argv, at + 2, "")
        elif name in MODULE_RUNNERS and following == "-m":
            after = at + 2
        elif name in SCRIPT_RUNNERS and _is_fixed_script(following):
            after = at + 1
        else:
            return at
        if after >= len(argv):
            return at
        at = after
    return at


def _behind_options(argv: tuple[str, ...], at: int, with_value: str) -> int:
    while at < len(argv) and (argv[at].startswith("-") or _ASSIGNMENT.match(argv[at])):
        at += 2 if len(argv[at]) == 2 and argv[at][1] in with_value else 1
    return at


def _is_fixed_script(word: str) -> bool:
    """`manage.py`, `bin/console`: scripts that are programs of their own in every project that has them."""
    return posixpath.basename(word) in {"manage.py", "setup.py", "artisan", "console", "gradlew", "mvnw", "noxfile.py"}


@lru_cache(maxsize=1 << 12)
def _program(word: str) -> str:
    name = posixpath.basename(word.rstrip("/")) or word
    versioned = _VERSIONED.fullmatch(name)
    return versioned[1] if versioned else name


def _opening(program: str) -> Opening:
    if program in WITH_SUBCOMMANDS:
        return Opening.SUBCOMMAND
    return Opening.ARGUMENT if program in PLAIN else Opening.UNKNOWN


def _depth(program: str) -> int:
    return 2 if program in {"gh", "glab", "aws", "az", "gcloud", "doctl", "linode-cli", "oci"} else 1
