"""Real messages of developers' tools, and the same messages about other names, paths, numbers and versions.

`error_messages.txt` holds what each tool prints, with slots `‹kind›` where it prints something of the user's.
`variants` fills them: the variants of one message are the same error, those of two messages are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

_WORDS = [
    "order",
    "user",
    "invoice",
    "cache",
    "session",
    "report",
    "worker",
    "token",
    "queue",
    "account",
    "widget",
    "mail",
]
_VERBS = ["load", "save", "parse", "build", "render", "fetch", "merge", "handle", "update", "compute", "validate"]
_PACKAGES = ["requests", "numpy", "flask", "lodash", "react", "express", "pandas", "click", "axios", "vite", "left-pad"]
_TYPES = ["str", "int", "float", "bytes", "list", "dict", "Order", "User"]
_SLOT = re.compile("‹([a-z]+[0-9]*)›")
_BRANCHES = ["main", "develop", "feature/login", "fix-123", "release/2.4", "topic"]


@dataclass(frozen=True, slots=True)
class Case:
    """One message: the command that printed it and its output with slots."""

    name: str
    command: str
    output: str


def _value(kind: str, random: Random) -> str:
    word, other = random.choice(_WORDS), random.choice(_WORDS)
    verb = random.choice(_VERBS)
    match kind:
        case "name":
            return random.choice([word, f"{verb}_{word}", f"{word}_{other}s", f"{verb}{word.title()}"])
        case "func":
            return random.choice([f"{verb}_{word}", verb, f"{verb}_{word}_{other}"])
        case "class":
            return word.title() + random.choice(["", other.title(), "Service"])
        case "module":
            return random.choice([random.choice(_PACKAGES), f"{word}s", f"{word}.{other}"])
        case "package":
            return random.choice(_PACKAGES)
        case "type":
            return random.choice(_TYPES)
        case "dir":
            return random.choice(
                ["src", "app", f"lib/{word}", f"packages/{word}/src", "/home/dev/shop", f"/srv/{word}"]
            )
        case "file":
            return random.choice([word, f"{word}_{other}", f"{verb}_{word}", f"{word}s"])
        case "branch":
            return random.choice(_BRANCHES)
        case "line" | "column":
            return str(random.randint(1, 900 if kind == "line" else 79))
        case "number":
            return str(random.randint(0, 5000))
        case "port":
            return str(random.choice([80, 3000, 5432, 8000, 8080, 9229, 65000]))
        case "hex":
            return f"{random.getrandbits(48):012x}"
        case "version":
            return f"{random.randint(0, 9)}.{random.randint(0, 30)}.{random.randint(0, 9)}"
        case "host":
            return random.choice(["localhost", "db.internal", "api.example.com", "registry.example.org", "web01"])
        case "seconds":
            return f"{random.random() * 20:.2f}"
    raise ValueError(f"no such kind of slot: {kind}")


def variants(case: Case, count: int, seed: int = 0) -> Iterator[str]:
    """`count` outputs of `case`; a slot that is named twice (`‹name1›`) gets the same text in one output."""
    for number in range(count):
        random = Random(f"{case.name} {seed} {number}")
        slots = dict.fromkeys(_SLOT.findall(case.output))
        given = {slot: _value(slot.rstrip("0123456789"), random) for slot in slots}
        parts = _SLOT.split(case.output)
        yield "".join(given[part] if index % 2 else part for index, part in enumerate(parts))


def _read(text: str) -> Iterator[Case]:
    for block in text.split("\n## ")[1:]:
        head, _, output = block.partition("\n")
        name, _, command = head.partition(": ")
        yield Case(name, command, output + "\n")


CASES = tuple(_read((Path(__file__).parent / "error_messages.txt").read_text(encoding="utf-8").rstrip("\n")))
