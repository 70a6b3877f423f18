"""Steps of a recipe: as one would type them, with their parameters marked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

_SLOT: Final = re.compile(r"\{\{\s*(\w+)((?:\s*\|\s*\w+)*)\s*\}\}")
_PLAIN: Final = re.compile(r"[\w@%+=:,./~^{}*?\[\]#-]+")


def step_line(step: Mapping[str, Any]) -> str:
    """A step in one line; a parameter is `{{ name }}`, words are quoted as a shell would need it."""
    return " ".join(quoted(word) for word in _words(step))


def quoted(word: str) -> str:
    """A word as one would type it; parameters need no quotes by themselves."""
    bare = _SLOT.sub("x", word)
    if word in ("|", "|&") or (_PLAIN.fullmatch(bare) and bare):
        return word
    return shlex.quote(word)


def _words(step: Mapping[str, Any]) -> list[str]:
    argv = step.get("argv")
    return [word for word in argv if isinstance(word, str)] if isinstance(argv, Sequence) else []
