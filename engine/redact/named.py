"""Values that stand under a name which says that they are secret: `api_key: "…"`, `DB_PASSWORD=…`, `Bearer …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.redact.secret import Secret, is_reference, is_stand_in, looks_random

_VALUE = (
    r"""(?:(?P<q>["'])(?P<quoted>(?:(?!(?P=q))[^\\\n]|\\.){1,4000})(?P=q)|(?P<bare>[^\s"'`,;&|<>(){}\[\]]{1,4000}))"""
)

# A value that a machine may have drawn, and the name before it: `"apiKey": "…`, `token => …`, `client_secret=…`
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_NAME_BEFORE = re.compile(
    r"(?:pass(?:word|wd|phrase|code)|pwd|token|secret|credentials?|"
    r"(?:api|access|auth|account|admin|client|deploy|encrypt(?:ion)?|license|master|private|secret|service|session|"
    r"shared|signing|storage|webhook)[_.-]?key)(?:[_-]?(?:\d+|value|string|base64|b64))?"
    r"[\"']?\]?[ \t]{0,3}(?::=|=>|[:=])\s{0,3}(?:[brfu]{0,2}(?P<q>[\"']))?$",
    re.IGNORECASE,
)
_LOOK_BACK = 80
# In the environment: the name in capitals ends with a telling word, and the value follows at once.
_ENVIRONMENT = re.compile(
    rf"(?:PASS(?:WORD|WD|PHRASE|CODE)?|PWD|TOKEN|SECRET|CREDENTIALS?|AUTH|KEY|PAT)(?:_\d+)?={_VALUE}"
)
_NAME_END = re.compile(r"(?:^|[^A-Za-z0-9_.$\[{(-])([A-Z][A-Z0-9_]*)?$")
# A field of a connection string, a query or a form; believed in command lines only.
_FIELD = re.compile(
    r"(?<![A-Za-z0-9$])(?:[\w.-]{0,40}[_.-])?(?:pass(?:word|wd|phrase)?|pwd|token|secret|api_?key|access_?key)"
    rf"(?:=|[\"']\s?:\s?(?=[\"'])){_VALUE}",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:[aA]uthorization|AUTHORIZATION)[\"']?\s{0,3}[:=]\s{0,3}f?[\"']?"
    r"(?:(?i:bearer|basic|token|apikey|digest)\s+)?(?P<bare>[\w.~+/=:-]{6,4000})"
)
_BEARER = re.compile(r"(?:[bB]earer|BEARER)\s+(?P<bare>[\w.~+/-]{8,4000}=*)")
_NAMED_HEADER = re.compile(
    r"(?<![\w:-])[\w-]{0,30}(?:token|api-?key|secret|password|auth-key):\s?(?P<bare>[\w.~+/=:-]{6,4000})", re.IGNORECASE
)
_USERINFO = re.compile(
    r"://(?:[^\s/:@\"'<>?#]{0,200}:(?P<bare>[^\s/@\"'<>]{1,500})|(?P<user>[^\s/:@\"'<>?#]{16,500}))@"
)
_PATH = re.compile(r"(?:~|\.{1,2})?/[\w.@/~-]+|[A-Za-z]:\\.*|\.{1,2}")
_COUNT = re.compile(r"\d{1,5}|\d{1,9}(?:\.\d{1,9})?[a-z]{0,2}")
# Names that are telling words alone or end with one, and as a rule hold something else.
_EVERYDAY_NAMES = frozenset("PWD OLDPWD KEY AUTH PASS PAT SORT_KEY PRIMARY_KEY PUBLIC_KEY HOST_KEY FOREIGN_KEY".split())  # noqa: SIM905


def secrets_under_names(text: str, is_command: bool) -> Iterator[Secret]:
    """Values under telling names; in a command line (`is_command`) weaker signs are believed."""
    lowered = text.lower()
    if "@" in text:
        yield from _userinfo(text, is_command)
    if "authorization" in lowered:
        yield from (_secret(found, "header") for found in _HEADER.finditer(text) if _is_credential(found, 6))
    if "bearer" in lowered:
        yield from (_secret(found, "bearer") for found in _BEARER.finditer(text) if _is_credential(found, 12))
    if not any(word in lowered for word in ("pass", "pwd", "token", "secret", "key", "credential", "auth")):
        return
    if is_command:
        yield from (_secret(found, "password") for found in _FIELD.finditer(text) if not _is_harmless(found))
        yield from (_secret(found, "header") for found in _NAMED_HEADER.finditer(text) if _is_credential(found, 6))
    if "=" in text:
        yield from _environment(text)
    yield from _drawn(text)


def _drawn(text: str) -> Iterator[Secret]:
    for run in _RUN.finditer(text):
        start, end = run.span()
        # `NAME=value` is one run: the name ends at the first equals sign.
        start += run[0].find("=") + 1 if "=" in run[0][:-2] else 0
        if not looks_random(text[start:end].strip("=")):
            continue
        name = _NAME_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
        if name is None:
            continue
        if name["q"]:
            closing = text.find(name["q"], end, end + 200)
            yield Secret("key", start, closing if closing > 0 else end)
        elif text[end : end + 1] not in ("(", ".", "["):  # else it is an expression, not a value
            yield Secret("key", start, end)


def _environment(text: str) -> Iterator[Secret]:
    for found in _ENVIRONMENT.finditer(text):
        before = _NAME_END.search(text, max(0, found.start() - _LOOK_BACK), found.start())
        if before is None:
            continue
        name = (before[1] or "") + found[0].partition("=")[0]
        value = _value(found)
        if _is_harmless(found) or (name in _EVERYDAY_NAMES and not looks_random(value)):
            continue
        if "PASS" in name or not _COUNT.fullmatch(value):
            yield _secret(found, "password" if "PASS" in name else "environment")


def _userinfo(text: str, is_command: bool) -> Iterator[Secret]:
    for found in _USERINFO.finditer(text):
        if found["user"]:
            if looks_random(found["user"]):
                yield Secret("url", found.start("user"), found.end("user"))
        elif not is_reference(found["bare"]) and (is_command or not is_stand_in(found["bare"])):
            yield _secret(found, "url")


def _is_credential(found: re.Match[str], shortest: int) -> bool:
    """Whether what stands behind an authorization word is a credential and not the next word of a sentence."""
    value = found["bare"]
    if found.string[found.end() : found.end() + 1] in ("(", "‹"):  # a call, in code; a name whose value is hidden
        return False
    return len(value) >= shortest and not is_stand_in(value) and bool(re.search(r"\d|=$|[a-z][A-Z].*[a-z][A-Z]", value))


def _is_harmless(found: re.Match[str]) -> bool:
    value = _value(found)
    return is_stand_in(value) or bool(_PATH.fullmatch(value))


def _value(found: re.Match[str]) -> str:
    return found["quoted"] if found["q"] else found["bare"]


def _secret(found: re.Match[str], kind: str) -> Secret:
    part = "quoted" if found.groupdict().get("quoted") else "bare"
    return Secret(kind, found.start(part), found.end(part))
