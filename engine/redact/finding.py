"""All shapes of secrets together: where they overlap, and what stands in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.redact.commands import secrets_of_command
from engine.redact.drawn import HARMLESS, drawn_words
from engine.redact.named import secrets_under_names
from engine.redact.secret import Secret, is_stand_in, looks_random
from engine.redact.shell_rules import found_by_rules
from engine.redact.tokens import issued_tokens

# A command line may go on over a few lines; what has more is a file or an output.
_COMMAND_LINES = 3
# Where a secret is to be had from: openssl's words for it, the name of one.
_SOURCE_OF_SECRET = re.compile(r"(?:env|file|fd|pass):.*|stdin|-|[a-z]+(?:[A-Z_-][a-z]*)*(?:Password|Token|Secret|Key)")

_FILE = re.compile(
    r"[\w.~-]*(?:/[\w.~-]+)+|[\w-]+\.(?:pem|key|crt|cer|json|ya?ml|txt|p12|pfx|pub|env|jks|gpg|asc|file)"
)
# Texts without a secret, for people type the same again and again; those with one are not remembered.
_CLEAN: set[str] = set()
_MOST_CLEAN = 20_000
_SHORT = 300
_HIDDEN = re.compile("‹secret:[^›]{0,80}›")


def find_secrets(text: str) -> tuple[Secret, ...]:
    """The secrets in `text`, in order, none overlapping another."""
    if not text or text in _CLEAN:
        return ()
    found = _found(text)
    if not found and len(text) <= _SHORT:
        if len(_CLEAN) >= _MOST_CLEAN:
            _CLEAN.clear()
        _CLEAN.add(text)
    return found


def _found(text: str) -> tuple[Secret, ...]:
    is_command = text.count("\n", 0, 2000) <= _COMMAND_LINES and len(text) <= 10_000
    found = [*issued_tokens(text), *secrets_of_command(text, is_command), *secrets_under_names(text, is_command)]
    if is_command:
        found += drawn_words(text)
        found += _by_shell_rules(text)
    kept: list[tuple[int, Secret]] = []
    hidden = [found.span() for found in _HIDDEN.finditer(text)] if "‹" in text else []
    # Where shapes overlap, what any of them covers is hidden, and named by the surest of them.
    for rank, secret in sorted(enumerate(found), key=lambda ranked: ranked[1].start):
        if any(secret.start < end and secret.end > start for start, end in hidden):
            continue
        if kept and secret.start < kept[-1][1].end:
            before, other = kept[-1]
            kind = other.kind if before < rank else secret.kind
            kept[-1] = min(before, rank), Secret(kind, other.start, max(other.end, secret.end))
        else:
            kept.append((rank, secret))
    return tuple(secret for _, secret in kept)


def _by_shell_rules(text: str) -> Iterator[Secret]:
    """What the hooks of the shells would hide, less what is plainly none."""
    for kind, start, end in found_by_rules(text):
        if end - start > 2 and text[start] == text[end - 1] and text[start] in "\"'":
            start, end = start + 1, end - 1
        value = text[start:end]
        if (
            not (kind == "token" and HARMLESS.match(value))
            and not is_stand_in(value)
            and not (kind == "option" and _FILE.fullmatch(value) and not looks_random(value))
            and not _SOURCE_OF_SECRET.fullmatch(value.strip("\"'"))
        ):
            yield Secret(kind, start, end)


def holds_token(name: str) -> bool:
    """Whether a name, such as a file's path, has an issued credential in it; a few microseconds."""
    return next(issued_tokens(name), None) is not None


def redact(text: str, mark: Callable[[str], str] | None = None) -> str:
    """`text` with each secret replaced by `‹secret:kind›`, or by `‹secret:kind:mark›` where `mark` says one of it."""
    parts: list[str] = []
    at = 0
    for secret in find_secrets(text):
        told = mark(text[secret.start : secret.end]) if mark else ""
        parts += [text[at : secret.start], f"‹secret:{secret.kind}{':' * bool(told)}{told}›"]
        at = secret.end
    return "".join(parts) + text[at:]
