"""The text that a shell evaluates so that its commands reach the spool.

The hooks are plain shell with builtins only; what they hide is made from the one table of `engine.redact.shell_rules`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from engine.redact.shell_rules import GATE, RULES

SHELLS = ("bash", "zsh", "fish")


def hook_text(shell: str, spool: Path) -> str:
    """The hook of `shell` (one of `SHELLS`), writing below the directory `spool`."""
    text = (files("engine.sources") / "hooks" / f"patui.{shell}").read_text("utf-8")
    is_fish = shell == "fish"
    quote = _fish_quoted if is_fish else shlex.quote
    filled = {
        "SPOOL": quote(str(spool)),
        "GATE": quote(GATE),
        "KINDS": _words(quote, [rule.kind for rule in RULES]),
        "RULES": _words(quote, [rule.looking_ahead if is_fish else rule.expression for rule in RULES]),
        "HINTS": _words(quote, [rule.words for rule in RULES]),
        "PROOFS": _words(quote, [rule.proof for rule in RULES]),
        "AFTERS": _words(quote, [rule.after for rule in RULES]),
        # In fish each test is one more builtin, so that there is always one and only one before the rule itself.
        "WHENS": _words(quote, [rule.when or (is_fish and (rule.words or ".")) or "" for rule in RULES]),
        "NUMBERS": " ".join(str(number + 1) for number in range(len(RULES))),
    }
    return re.sub("@([A-Z]+)@", lambda found: filled[found[1]], text)


def _words(quote: Callable[[str], str], words: list[str]) -> str:
    return " ".join(quote(word) for word in words)


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
