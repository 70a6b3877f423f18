"""A secret's place in a text, and what is none although it stands where one would."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """`text[start:end]` is secret; `kind` says what of (a word for people, such as `github`)."""

    kind: str
    start: int
    end: int


# A reference to where the value is: $VAR ${VAR} $(cmd) `cmd` <token> {{ x }} %(x)s %VAR% @file ‹secret:x›
_REFERENCE = re.compile(r"\$[A-Za-z_({!@*#?].*|`.*|<.*|\{.*|%\(.*|%\w+%|@.*|‹.*|\[.*", re.DOTALL)
# A mask or an outline: *** XXXX-XXXX ... 0000 aaaa
_MASK = re.compile(r"[xX*.•…_0-]+|(.)\1*")
# Words that stand for a value in manuals and defaults; none protects anything.
_STAND_INS = frozenset(
    """
    none null nil true false yes no on off undefined default empty required optional string str text value int bool
    password passwd passphrase pass pwd pw token secret key apikey api_key api-key access_token auth_token secret_key
    username user name login changeme change_me replaceme placeholder redacted masked hidden example todo tbd foo bar
    your your_token your_password your_secret your_api_key yourpassword yourtoken mypassword my_password prompt stdin
    """.split()  # noqa: SIM905 - a list of sixty words is read more easily so
)


def is_stand_in(value: str) -> bool:
    """Whether `value` names, masks or refers to a secret instead of being one."""
    value = value.strip("\"'")
    return value.lower() in _STAND_INS or is_reference(value) or bool(_MASK.fullmatch(value) or not value)


def is_reference(value: str) -> bool:
    """Whether `value` says where the secret is."""
    return bool(_REFERENCE.fullmatch(value))


_RUNS = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")


def looks_random(value: str) -> bool:
    """Whether a value was drawn by a machine: long, of letters and digits that keep changing, and not of words."""
    if len(value) < 16 or not value.isascii() or not any(map(str.isdigit, value)):
        return False
    if _HEX.fullmatch(value):
        return len(set(value.lower())) >= 8
    runs: list[str] = _RUNS.findall(value)
    in_words = sum(len(run) for run in runs if len(run) >= 4)
    return len(runs) >= max(5, len(value) // 4) and in_words <= 0.4 * len(value) and len(set(value)) >= 10
