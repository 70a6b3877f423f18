"""The text that a shell evaluates so that its commands reach the spool.

The hooks are plain shell with builtins only; what they hide is made from the one table of `engine.redact.shell_rules`.
"""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from pathlib import Path

from engine.redact.shell_rule import ShellRule, in_pcre
from engine.redact.shell_rules import RULES

SHELLS = ("bash", "zsh", "fish")


def hook_text(shell: str, spool: Path) -> str:
    """The hook of `shell` (one of `SHELLS`), writing below the directory `spool`."""
    text = (files("engine.sources") / "hooks" / f"patui.{shell}").read_text("utf-8")
    filled = {"SPOOL": (_fish_quoted if shell == "fish" else shlex.quote)(str(spool))}
    filled |= _for_fish() if shell == "fish" else {"TABLE": "\n".join(map(_case, RULES))}
    return re.sub("@([A-Z]+)@", lambda found: filled[found[1]], text)


def _case(rule: ShellRule) -> str:
    """A rule for bash and zsh: nothing happens to a line without its words."""
    words = (rule.kind, rule.expression, rule.after, rule.proof, rule.when)
    hide = f"__patui_hide {' '.join(map(shlex.quote, words))}"
    against = f"({'|'.join(rule.globs_against)}) ;; " if rule.unless else ""
    return f"    case $REPLY in {against}({'|'.join(rule.globs)}) {hide} ;; esac"


def _for_fish() -> dict[str, str]:
    """fish can look ahead, and each test is a builtin: one expression says where a rule applies."""
    return {
        "GATE": _fish_quoted("|".join(dict.fromkeys(word for rule in RULES for word in rule.words_as_expressions))),
        "KINDS": _words([rule.kind for rule in RULES]),
        "RULES": _words([in_pcre(rule.looking_ahead) for rule in RULES]),
        "AFTERS": _words([rule.after for rule in RULES]),
        "WHENS": _words([_ahead(rule) for rule in RULES]),
        "NUMBERS": " ".join(str(number + 1) for number in range(len(RULES))),
    }


def _ahead(rule: ShellRule) -> str:
    parts = [f"(?=[\\s\\S]*?(?:{'|'.join(rule.words_as_expressions)}))"]
    parts += [f"(?![\\s\\S]*?(?:{'|'.join(map(re.escape, rule.unless))}))"] if rule.unless else []
    parts += [f"(?=[\\s\\S]*?(?:{in_pcre(rule.when)}))"] if rule.when else []
    return "^" + "".join(parts)


def _words(words: list[str]) -> str:
    return " ".join(map(_fish_quoted, words))


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
