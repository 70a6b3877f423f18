"""Short names for routines and their parameters."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from engine.cases import apply_filters
from engine.mining.commands import command_of
from engine.mining.sequences.history import only_looks
from engine.model import Routine

_FLAG_NAMES = {"-m": "message", "-t": "tag", "-o": "output", "-n": "name", "-u": "user", "-p": "port", "-f": "file"}
_BY_SUBCOMMAND = {
    ("git", "checkout"): "branch", ("git", "switch"): "branch", ("git", "merge"): "branch", ("git", "rebase"): "branch",
    ("git", "branch"): "branch", ("git", "push"): "branch", ("git", "pull"): "branch", ("git", "tag"): "tag",
    ("git", "commit"): "message", ("git", "clone"): "url", ("docker", "build"): "image", ("docker", "push"): "image",
    ("pip", "install"): "package", ("npm", "install"): "package", ("cargo", "add"): "package", ("uv", "add"): "package",
    ("poetry", "add"): "package",
}  # fmt: skip
_BY_PROGRAM = {
    "cd": "directory",
    "mkdir": "directory",
    "ssh": "host",
    "curl": "url",
    "touch": "file",
    "kill": "process",
}
_BY_TYPE = {"word": "name", "string": "text", "hash": "commit"}
_RELEASING = re.compile(r"publish|upload|release")
UNSAID = re.compile(r"[^a-z0-9]+")
"""What a name leaves out."""
_MOST_WORDS = 5


def parameter_name(argv: Sequence[str], place: int, kind: str, taken: Collection[str]) -> str:
    """What a parameter is called: by the flag before it, by what the command works on, by its type."""
    word = argv[place]
    before = argv[place - 1] if place else ""
    command = command_of(tuple(argv))
    if word.startswith("--") and "=" in word:
        name = word[2:].partition("=")[0]
    elif before.startswith("--") and "=" not in before and len(before) > 3:
        name = before[2:]
    elif kind in {"version", "url", "hash", "date", "email"}:
        name = _BY_TYPE.get(kind, kind)
    elif before in _FLAG_NAMES and command.program not in {"make", "tar"}:
        name = _FLAG_NAMES[before] if (command.program, before) != ("git", "-b") else "branch"
    elif command.skeleton[:2] == ("git", "clone") and place in command.arguments[1:]:
        name = "directory"
    elif (command.program, *command.subcommand[:1]) in _BY_SUBCOMMAND:
        name = _BY_SUBCOMMAND[(command.program, command.subcommand[0])]
    else:
        name = _BY_PROGRAM.get(command.program, _BY_TYPE.get(kind, kind))
    name = apply_filters(name, ("snake",)) or "value"
    if not name[0].isalpha():
        name = "value"
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique


def name_of(routine: Routine) -> str:
    """A short readable name: `release`, or the programs and what they do: `git-switch-commit-push`."""
    commands = [command_of(step) for step in routine.steps]
    telling = [one for one in commands if not only_looks(one.skeleton)] or commands
    tagged = any((one.program, *one.subcommand[:1]) == ("git", "tag") for one in telling)
    if tagged and (
        any(_RELEASING.search(" ".join(one.skeleton)) for one in telling) or "version" in routine.types.values()
    ):
        return "release"
    words: list[str] = []
    program = ""
    for one in telling:
        if one.program != program:
            words.append(one.program)
            program = one.program
        words += one.subcommand
        if (
            not one.subcommand
            and one.arguments
            and "{{" not in (first := one.argv[one.arguments[0]])
            and first.isalpha()
        ):
            words.append(first)
    plain = [UNSAID.sub("-", word.lower()).strip("-") for word in words]
    unique = [word for word in dict.fromkeys(plain) if word]
    if len(unique) > _MOST_WORDS:
        unique = [*unique[: _MOST_WORDS - 1], unique[-1]]
    return "-".join(unique) or "routine"
