"""Volatile parts of a message replaced by their type: the message becomes a template, the texts its parameters.

A mask is written `‹type›`. Quoted text counts as a name whatever it holds (tools quote what the user called something),
unless it holds no letter or digit (an expected `;`), or is a word that means the same everywhere (`None`).
Every pattern is made of escaped literals and fixed, bounded classes, so that matching takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 1000  # characters of a message that are looked at

EXTENSIONS = (
    "py|pyi|pyx|ipynb|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|css|scss|less|html|htm|json|jsonl|yaml|yml|toml|ini"
    "|cfg|conf|"
    "env|lock|md|rst|txt|csv|tsv|xml|sql|sh|bash|zsh|c|cc|cpp|cxx|h|hh|hpp|hxx|o|a|so|rs|go|mod|sum|java|kt|kts|"
    "scala|rb|php|pl|lua|swift|cs|fs|ex|exs|erl|hs|ml|tf|tfvars|proto|gradle|properties|log|out|db|sqlite|sqlite3|"
    "png|jpg|svg|pdf|zip|tar|gz|tgz|whl|jar|pem|key|crt|j2|tmpl|mk|cmake|dockerfile"
)
# Files whose name is the tool's word and not the user's.
_TOOLS_FILES = (
    r"(?:package|package-lock|tsconfig|composer)\.json|go\.(?:mod|sum|work)|Cargo\.(?:toml|lock)|pyproject\.toml|"
    r"\[Errno -?\d{1,5}\]|os error \d{1,5}|setup\.(?:py|cfg)|requirements\.txt|docker-compose\.ya?ml|Node\.js|e\.g|i\.e"
)
_NOTHING = frozenset(("None", "NoneType"))  # what is done to nothing is an error of its own
_MEANT = frozenset(("null", "undefined", "self", "EOF", "end of file", "end of input", "<eof>"))

_QUOTED = (
    r"(?<![A-Za-z0-9_])'[^'\n]{1,300}'(?![A-Za-z0-9_])|\"[^\"\n]{1,300}\"|`[^`'\n]{1,300}[`']|"
    "‘[^‘’\n]{1,300}’|“[^“”\n]{1,300}”"
)
_CLOCK = r"[0-2]?\d:[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_KINDS = (
    ("kept", rf"(?<![\w/.])(?:{_TOOLS_FILES})(?![\w/])"),
    ("quoted", _QUOTED),
    ("url", r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s'\"<>`]{1,500}"),
    ("list", r"\[(?:'[^'\n]{0,200}'(?:, )?){1,50}\]|\[(?:\"[^\"\n]{0,200}\"(?:, ?)?){1,50}\]"),
    ("spec", r"(?<![\w.@/-])@?[A-Za-z][\w./-]{0,200}@[v^~]?\d[\w.+-]{0,64}"),
    ("email", r"(?<![\w.])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
    (
        "uuid",
        r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9A-Za-z])",
    ),
    ("time", rf"(?<!\d)\d{{4}}[-/]\d\d[-/]\d\d[T ]{_CLOCK}|(?<![\d:]){_CLOCK}(?![\d:])"),
    ("date", r"(?<!\d)\d{4}[-/]\d\d[-/]\d\d(?!\d)"),
    (
        "ip",
        r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.]\d)|(?<![\w:])\[?::1?\]?(?=:\d)"
        r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}",
    ),
    ("port", r"(?<=localhost:)\d{1,5}|(?<=::)\d{1,5}|(?<= :)\d{1,5}|(?<=\b[Pp]ort )\d{1,5}"),
    (
        "hex",
        r"(?<![0-9A-Za-z])(?:0[xX][0-9a-fA-F]{1,64}|(?=[a-f]{0,63}\d)(?=\d{0,63}[a-f])[0-9a-f]{7,64})(?![0-9A-Za-z])",
    ),
    (
        "path",
        r"(?<![\w/<])(?:~|\.{1,2})?(?:/[\w.@%+~=-]{1,128}){2,64}/?(?:\?[\w=&%.-]{1,300})?|(?<![\w/<])(?:~"
        r"|\.{1,2})/[\w.@%+~=-]{1,128}/?|"
        r"(?<![\w./<])/[\w.@%+~-]{2,128}(?![\w/])|"
        r"(?<![\w/])[A-Za-z]:\\[^\s:'\"<>|]{1,300}|"
        r"(?<![\w/.])[\w.@-]{1,128}(?:/[\w.@+-]{1,128}){2,64}|"
        rf"(?<![\w/.])(?:[\w.@-]{{1,128}}/)?[\w.@-]{{1,128}}\.(?:{EXTENSIONS})(?![\w/-])",
    ),
    ("duration", r"(?<![\w.])\d+(?:\.\d+)?(?:ms|us|µs|ns|s|sec|min|m|h)(?![A-Za-z0-9])"),
    ("size", r"(?<![\w.])\d+(?:\.\d+)? ?(?:[KMGT]i?B|kB|bytes|B)(?![A-Za-z0-9])"),
    ("version", r"(?<![\w.])[v^~]?\d+\.\d+\.\d+(?:[.+-][0-9A-Za-z.+-]{1,64})?"),
    ("name", r"(?<![\w.])[A-Za-z_]\w{0,100}(?:\.\w{1,100}){0,16}(?=\(\))"),
    ("dotted", r"(?<![\w.])[A-Za-z_][\w-]{0,100}(?:\.[A-Za-z_][\w-]{0,100}){1,16}(?![\w(])"),
    (
        "snake",
        r"(?<![\w.-])(?:[a-z][a-z0-9]{0,60}_\w{1,100}|_{1,2}[a-z]\w{0,100}|(?!ER|EN|EA)[A-Z][A-Z0-9]{0,60}_[A-Z0-9_]{1,100})(?!\w)",
    ),
    ("number", r"(?<![\w.])[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?(?![A-Za-z_])%?"),
)
_ANY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))
_SHOWN = {"dotted": "name", "snake": "name", "spec": "name"}
# How many there were decides between "argument" and "arguments"; the error is the same.
_PLURAL = re.compile(r"(‹number› (?:[a-z]{1,30} ){0,2}?[a-z]{2,30}[a-rt-z])s(?![a-z])")
_TRAILING = ".,;:!?)]}"
_CLOSING = frozenset("'\"`’”")

Span = tuple[int, int, str]  # from, to, kind of mask


def mask(message: str, known: Sequence[Span] = ()) -> tuple[str, tuple[str, ...]]:
    """The template of `message` and the texts that were masked, in order.

    `known` are spans that the caller has recognised already (in order, not overlapping); what lies between is searched.
    """
    message = message[:LONGEST]
    parts: list[str] = []
    texts: list[str] = []
    at = 0
    for start, end, kind in (*known, (len(message), len(message), "")):
        # Behind a recognised span stands its closing quote, which opens nothing.
        behind = at + 1 if at and message[at : at + 1] in _CLOSING else at
        for found in _ANY.finditer(message, min(behind, start), start):
            span = _span(found, message)
            if span is None:
                continue
            if parts and parts[-1] == "‹ip›" and message[at : span[0]] == ":":
                span = span[0], span[1], "port"
            parts += message[at : span[0]], f"‹{span[2]}›"
            texts.append(message[span[0] : span[1]])
            at = span[1]
        parts.append(message[at:start])
        if kind:
            parts.append(f"‹{kind}›")
            texts.append(message[start:end])
        at = end
    return _PLURAL.sub(r"\1", "".join(parts)).replace("‹number› were ", "‹number› was "), tuple(texts)


def _span(found: re.Match[str], message: str) -> Span | None:
    kind = found.lastgroup or ""
    start, end = found.span()
    if kind == "kept":
        return None
    if kind == "quoted":
        inner = message[start + 1 : end - 1]
        nothing = inner in _NOTHING and (start == 0 or message[:start].endswith("Item "))
        if nothing or inner in _MEANT or not any(map(str.isalnum, inner)):
            return None
        return start + 1, end - 1, "name"
    if kind in ("url", "path"):
        while end > start + 1 and message[end - 1] in _TRAILING:
            end -= 1
    return start, end, _SHOWN.get(kind, kind)
