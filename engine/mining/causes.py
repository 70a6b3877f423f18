"""Why something failed, read from what it said: rules over texts, the most telling first.

A rule claims a text only where its words leave no doubt; what no rule claims is unknown, and is called so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.mining.cause_rules import RULES
from engine.model.failures import Blame, Cause

_LONGEST = 8000  # characters of a text that are looked at: its end, where the error stands
_LONGEST_LINE = 600
_QUOTE = 160

_CODES = {
    124: Cause.TIMEOUT,
    126: Cause.PERMISSION,
    127: Cause.MISSING_DEPENDENCY,
    137: Cause.OUT_OF_MEMORY,
}
# A key or a name that a template lacks is the template's fault where a pattern filled it, the code's elsewhere.
_BY_PATTERN = re.compile(r"^\W*(?:KeyError|UndefinedError)\b|KeyError: ['\"]|'\w+' is undefined", re.MULTILINE)
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])_(?=[A-Za-z])")
_GENERIC = frozenset({Cause.BAD_INPUT, Cause.CODE_ERROR, Cause.MISSING_FILE, Cause.ALREADY_EXISTS, Cause.UNKNOWN})
_PASSED = re.compile(
    r"^\W*(?:pass(?:ed|es|ing)?|ok(?:ay)?|true|success\w*|succeeded|verified|none|skip\w*|n/?a)?\W*$", re.I
)
_PASSING_CODE = re.compile(r"(?:exit|return|status)\s*(?:code|status)?\s*(?:is|==?|:|=)?\s*0\W*$", re.I)


def cause_in(text: str) -> Blame:
    """The cause that a text names; unknown when its words leave doubt."""
    shown = "\n".join(line[:_LONGEST_LINE] for line in text[-_LONGEST:].split("\n"))
    # Names of errors are words written together: `PermissionDenied`, `ACCESS_REFUSED`.
    for text_as in (shown, _JOINED.sub(" ", shown)):
        for cause, rule in RULES:
            if found := rule.search(text_as):
                return Blame(cause, _detail(found), _quote(text_as, found))
    return Blame(Cause.UNKNOWN)


def cause_of(
    messages: Sequence[str],
    output: str = "",
    *,
    verification: str = "",
    exit_code: int | None = None,
    by_pattern: bool = False,
) -> Blame:
    """Why one execution failed.

    `messages` are its errors (type and message, the primary first), `output` all it said, `verification` what checked
    its result. The first text that names a cause decides; a cause that any program may have gives way to a
    verification that failed.
    """
    blame = Blame(Cause.UNKNOWN)
    for text in (*messages[:3], output):
        said = cause_in(text) if text else blame
        if said.cause not in _GENERIC:
            blame = said
            break
        if blame.cause is Cause.UNKNOWN:
            blame = said
    if by_pattern and blame.cause is Cause.CODE_ERROR and any(map(_BY_PATTERN.search, (*messages[:1], output))):
        return Blame(Cause.TEMPLATE_TOO_RIGID, blame.detail, blame.quote)
    only = not (any(messages) or output.strip())  # nothing but its verification says why
    if blame.cause in _GENERIC and (has_failed(verification) or (only and not _has_passed(verification))):
        said = cause_in(verification) if blame.cause is Cause.UNKNOWN and not (messages or output) else blame
        if said.cause in (Cause.MISSING_DEPENDENCY, Cause.TEMPLATE_TOO_RIGID, Cause.WRONG_CONTEXT):
            return said
        return Blame(Cause.VERIFICATION_FAILED, "", _short(verification))
    if blame.cause is Cause.UNKNOWN and exit_code in _CODES:
        return Blame(_CODES[exit_code], "", f"exit code {exit_code}")
    return blame


def _has_passed(verification: str) -> bool:
    """Whether a verification says that all was right, or says nothing."""
    plain = verification.strip()
    return not plain or bool(_PASSED.match(plain) or _PASSING_CODE.search(plain))


def has_failed(verification: str) -> bool:
    """Whether what stands as verification says that the result was not right."""
    plain = verification.strip()
    if not plain or _PASSED.match(plain):
        return False
    if re.search(
        r"fail|mismatch|not |n't|reject|missing|wrong|invalid|differ|unexpected|below|error|false|expected .*got"
        r"|strict|incomplete|too ",
        plain,
        re.IGNORECASE,
    ):
        return True
    return False if _PASSING_CODE.search(plain) else bool(re.search(r"exit(?: code)? [1-9]", plain))


def _detail(found: re.Match[str]) -> str:
    return next((text for name, text in found.groupdict().items() if text), "")[:80]


def _quote(text: str, found: re.Match[str]) -> str:
    """The line that says so."""
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)].strip()
    return line if len(line) <= _QUOTE else _short(text[found.start() :])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else f"{line[: _QUOTE - 1]}…"
