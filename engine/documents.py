"""The only YAML in patui: read within bounds, written so that a person can edit it and every string comes back exactly.

What may stand in a document: text, whole and decimal numbers, true and false, null, lists, and mappings whose keys
are text. Nothing else is guessed: `yes`, `on`, `2026-11-22`, `007` and `1:30` are text (the core schema of YAML 1.2
less its octal and hexadecimal numbers). Aliases, tags and duplicate keys are refused, so a document is
never larger than it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import InvalidDocument, Problem

MAX_BYTES = 2_000_000
MAX_DEPTH = 40

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {
    word: truth for truth, words in ((True, "true True TRUE"), (False, "false False FALSE")) for word in words.split()
}
# The digit bound keeps a hostile number from costing quadratic time; a longer one is text.
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,299})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,300}|(0|[1-9][0-9]{0,299})(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,3})?")
_SPECIAL_FLOAT = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
_TEXT_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(text: str, source: str) -> Any:
    """The one document in `text`; an empty one is None. `source` names it in messages.

    Raises InvalidDocument with every problem found (a syntax error ends the search, as does too great a depth).
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidDocument(source, [Problem("", f"is larger than {MAX_BYTES // 1_000_000} MB")])
    import yaml  # 30 ms, and most commands read no document

    reader = _Reader(_events(text), source)
    try:
        value = reader.document()
    except yaml.YAMLError as error:
        raise InvalidDocument(source, [*reader.problems, _syntax_problem(error)]) from None
    except UnicodeEncodeError:
        raise InvalidDocument(source, [Problem("", "is not valid Unicode text")]) from None
    if reader.problems:
        raise InvalidDocument(source, reader.problems)
    return value


def _events(text: str) -> Iterator[Any]:
    import yaml

    # libyaml is ten times as fast, but refuses the escapes of lone surrogates that `dump` writes for odd file names.
    fast = yaml.__with_libyaml__ and not re.search(r"\\[uU](0000)?[dD][89a-fA-F]", text)
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader if fast else yaml.SafeLoader)
    return events


def _syntax_problem(error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "is not YAML"
    return Problem(where, f"is not YAML here: {what}" if where else f"is not YAML: {what}")


class _Reader:
    """Builds values from parser events, and notes what is not allowed with the path at which it stands."""

    def __init__(self, events: Iterator[Any], source: str) -> None:
        self.events = events
        self.source = source
        self.problems: list[Problem] = []

    def document(self) -> Any:
        value: Any = None
        seen = 0
        for event in self.events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                seen += 1
                if seen > 1:
                    self.problems.append(Problem("", "holds more than one document"))
                    break
                value = self.node(next(self.events), "", 0)
        return value

    def node(self, event: Any, where: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self.problems.append(Problem(where, f"is nested deeper than {MAX_DEPTH} levels"))
            raise InvalidDocument(self.source, self.problems)
        name = type(event).__name__
        if name == "AliasEvent":
            self.problems.append(Problem(where, f"uses the alias *{event.anchor}: write the value out"))
            return None
        if name == "ScalarEvent":
            return self.scalar(event, where)
        if event.tag not in (None, "!"):
            self.problems.append(Problem(where, f"has the tag {event.tag}: only plain data is read"))
        return self.sequence(where, depth) if name == "SequenceStartEvent" else self.mapping(where, depth)

    def scalar(self, event: Any, where: str) -> Any:
        if event.tag not in _TEXT_TAGS:
            self.problems.append(Problem(where, f"has the tag {event.tag}: only plain data is read"))
        return _resolve(event.value) if event.implicit[0] and event.tag is None else event.value

    def sequence(self, where: str, depth: int) -> list[Any]:
        items: list[Any] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            items.append(self.node(event, f"{where}[{len(items)}]", depth + 1))
        return items

    def mapping(self, where: str, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                self.problems.append(Problem(where, "has a key that is not text"))
                self.node(event, where, depth + 1)
                self.node(next(self.events), where, depth + 1)
                continue
            key = event.value
            inside = f"{where}.{key}" if where else key
            value = self.node(next(self.events), inside, depth + 1)
            if key in entries:
                self.problems.append(Problem(inside, "stands twice"))
            entries[key] = value
        return entries


def _resolve(word: str) -> Any:
    """What an unquoted word means."""
    if word in _NULL:
        return None
    if word in _BOOL:
        return _BOOL[word]
    if _INT.fullmatch(word):
        return int(word)
    if word in _SPECIAL_FLOAT:
        return float(_SPECIAL_FLOAT[word])
    return float(word) if _FLOAT.fullmatch(word) else word


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# Words that some reader of YAML takes for something other than text.
_SURPRISES = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none"])
_PLAIN = re.compile(r"(?:[^\W\d]|[/.](?=[^\W\d]))[\w ./@+()$%^~*=<>;?!&'\"|{},\[\]:#\\-]*")
# Printable to every reader, and no line break to any (YAML 1.1 breaks lines at U+0085, U+2028 and U+2029).
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\x1b": "\\e", "\x85": "\\N"}
_TO_ESCAPE = re.compile('[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|["\\\\]')


def dump(data: Any) -> str:
    """`data` as a YAML document in block style, keys in their order; `load` gives it back exactly (tuples as lists).

    Text of several lines stands as it is (`|`) where YAML can hold it, else line by line in double quotes.
    Raises TypeError for what no document can hold, ValueError for what is nested too deep.
    """
    lines: list[str] = []
    if isinstance(data, (Mapping, list, tuple)) and data:
        _block(data, 0, 1, lines)
    else:
        _value("", data, 0, 0, lines)
    return "\n".join(lines) + "\n"


def _block(data: Mapping[str, Any] | list[Any] | tuple[Any, ...], indent: int, depth: int, lines: list[str]) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"data is nested deeper than {MAX_DEPTH} levels")
    pad = " " * indent
    if isinstance(data, Mapping):
        for key, value in data.items():
            _value(f"{pad}{_key(key, pad)}:", value, indent, depth, lines)
        return
    for value in data:
        if isinstance(value, Mapping) and value:
            first = len(lines)
            _block(value, indent + 2, depth + 1, lines)
            lines[first] = f"{pad}- {lines[first][indent + 2 :]}"
        else:
            _value(f"{pad}-", value, indent, depth, lines)


def _value(head: str, value: Any, indent: int, depth: int, lines: list[str]) -> None:
    """Append `value` behind `head`, whose block stands at column `indent`."""
    if isinstance(value, (Mapping, list, tuple)) and value:
        lines.append(head)
        _block(value, indent + 2, depth + 1, lines)
        return
    if isinstance(value, str) and "\n" in value:
        shown = _literal(value, indent + 2) or _long_quoted(value, indent + 2)
    else:
        shown = [_scalar(value)]
    lines.append(f"{head} {shown[0]}" if head else shown[0])
    lines.extend(shown[1:])


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value) if _needs_quotes(value) else str.__str__(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    raise TypeError(f"a document cannot hold a {type(value).__name__}")


def _float(value: float) -> str:
    shown = repr(value)
    if shown.lstrip("-") in ("inf", "nan"):
        return f"{'-' if value < 0 else ''}.{shown.lstrip('-')}"
    mantissa, e, exponent = shown.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else shown


def _key(key: Any, pad: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a document's keys are text, not {type(key).__name__}")
    shown = _quoted(key) if _needs_quotes(key) else key
    # Readers give up looking for the colon after 1,024 characters unless the key is announced.
    return shown if len(shown) < 1000 else f"? {shown}\n{pad}"


def _needs_quotes(text: str) -> bool:
    return (
        not _PLAIN.fullmatch(text)
        or text.lower().lstrip(".") in _SURPRISES
        or text[-1] in " :"
        or ": " in text
        or " #" in text
        or bool(_UNPRINTABLE.search(text))
    )


def _quoted(text: str) -> str:
    if ('"' in text or "\\" in text) and "\t" not in text and "\n" not in text and not _UNPRINTABLE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _escaped(text) + '"'


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda found: _ESCAPES.get(found[0]) or _code(ord(found[0])), text)


def _code(point: int) -> str:
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _literal(text: str, indent: int) -> list[str] | None:
    """`text` as a literal block with its content at column `indent`, or None when YAML cannot hold it so."""
    if _UNPRINTABLE.search(text) or not text.strip("\n"):
        return None
    chomp = "-" if text[-1] != "\n" else "+" if text.endswith("\n\n") else ""
    # Without the indicator a reader would take leading blanks for indentation.
    hint = "2" if text[0] in " \t\n" else ""
    pad = " " * indent
    lines = text.removesuffix("\n").split("\n")
    return [f"|{hint}{chomp}", *(pad + line if line else "" for line in lines)]


def _long_quoted(text: str, indent: int) -> list[str]:
    """`text` in double quotes, one of its lines a line: a backslash at the end of a line joins it to the next."""
    pad = " " * indent
    shown = ['"\\']
    for line in text.splitlines(keepends=True) if text else ():
        escaped = _escaped(line)
        # Blanks at the start of a continued line are dropped unless the first is escaped.
        shown.append(f"{pad}\\{escaped}\\" if escaped[0] == " " else f"{pad}{escaped}\\")
    shown.append(f'{pad}"')
    return shown
