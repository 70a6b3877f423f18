"""Names for variables from where they stand: the key before the value, the word before the bracket, its kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from engine.cases import apply_filters, words_of
from engine.template.names import RESERVED

# Names that Jinja or its extensions give a meaning of their own, though its grammar would take them.
_GLOBALS = "autoescape context cycler dict endautoescape ignore joiner lipsum missing namespace range required trans"
_TAKEN = RESERVED | frozenset(_GLOBALS.split())
_KEY = re.compile(r"(?<![\w/-])([^\W\d][\w-]*)[\"'`]?\]?\)?\s*(?:\?=|:=|\+=|=>|==|=|:(?!/))\s*")
_CALL = re.compile(r"([^\W\d]\w*)[(\[{<]\s*[\"'`]?$")
_DECLARED = re.compile(
    r"\b(class|def|fn|func|fun|function|sub|macro|interface|struct|trait|enum|record|type|namespace|package|module"
    r"|service|message|table|view|import|from|extends|use|return|FROM)\s+$",
)
_IMPORTED = re.compile(r"^\s*(?:from\s+\S+\s+)?import\s.*,\s*$")
_TAG = re.compile(r"<([a-zA-Z][\w-]*)[^<>]*>\s*$")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LAST_WORDS = re.compile(r"(?:[^\W\d_]+[^\w\n]+){0,2}[^\W\d_]+[^\w\n]*$")
_FIRST_WORD = re.compile(r"^[^\w\n]*([^\W\d_]{3,})")
_KINDS = (
    (re.compile(r"https?://\S+"), "url"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "email"),
    (re.compile(r"\d{4}-\d{2}-\d{2}([T ][\d:.]+Z?)?"), "date"),
    (re.compile(r"(19|20)\d\d"), "year"),
    (re.compile(r"v?\d+(\.\w+)+"), "version"),
    (re.compile(r"-?\d+"), "number"),
    (re.compile(r"(true|false|True|False|yes|no)"), "flag"),
)
_NAMES = {
    **dict.fromkeys(("def", "fn", "func", "fun", "sub"), "function"),
    "function": "function",
    "import": "imported",
    "from": "module",
    "extends": "base",
    "FROM": "image",
    "use": "used",
    "return": "returned",
}
_MARKS = {",": "comma", ".": "full_stop", ";": "semicolon", "-": "dash", "\\": "backslash", '"': "quote", "'": "quote"}
_STOP_WORDS = """
    self this return from the a an def import of to in is and class const let var public static for with on by or as at
    it its that be are was if not
"""
_STOP = frozenset(_STOP_WORDS.split())
_LONGEST = 28
_NEAR = 160  # characters of context that are looked at: lines may be of any length


def hole_name(
    before: str, after: str, values: Sequence[str], above: str = "", avoid: Collection[str] = frozenset()
) -> str:
    """A name for a hole that stands after `before` and before `after` on its line, below the line `above`.

    Names in `avoid` are passed over: words that only one example is about.
    """
    before, after, above = before[-_NEAR:], after[:_NEAR], above[:_NEAR]
    block = any("\n" in value.rstrip("\n") for value in values)
    names = _names(before, after, [value[:_NEAR] for value in values], above, block)
    return next((name for name in names if name not in avoid), "content" if block else "text")


def _names(before: str, after: str, values: Sequence[str], above: str, block: bool) -> Iterator[str]:
    """Names for a hole, the most telling first."""
    if not block or before.strip():
        yield from (identifier(key) for key in reversed(_KEY.findall(before)))
    if _IMPORTED.match(before):
        yield "imported"
    if match := _DECLARED.search(before):
        yield _NAMES.get(match[1], f"{match[1]}_name")
    for pattern, kind in _KINDS:
        if values and all(pattern.fullmatch(value.strip()) for value in values if value):
            word = _last_word(before)
            yield identifier(f"{word}_{kind}" if word and kind == "number" else kind)
            yield kind
    for pattern in (_CALL, _TAG):
        if match := pattern.search(before):
            yield identifier(match[1])
    if before.strip().startswith(("#", "//", "/*", "*", "--", ";")) and len(before.strip()) < 4:
        yield "comment" if block or (above and not above.startswith("#!")) else "title"
    if word := _last_word(before):
        yield identifier(word + "_body" if block else word)
    if block or not before.strip():
        heading = _heading(above)
        if heading:
            yield identifier(heading + "_body" if block else heading)
    if re.match(r"[\"']?\s*[:=]", after):
        yield "name"
    if match := _FIRST_WORD.search(after):
        # One word in front of a word is its kind (`private reader`); anything else only stands before it.
        is_kind = all(re.fullmatch(r"\s*\w*\s*", value) for value in values)
        yield identifier(match[1] + ("_kind" if is_kind else "_prefix"))


def _last_word(text: str) -> str:
    """The word that `text` ends with, or one of the two before it where it says nothing by itself; "" for none."""
    words = _LAST_WORDS.search(text)
    telling = [word for word in _WORD.findall(words[0]) if word.lower() not in _STOP] if words else []
    return telling[-1] if telling else ""


def _heading(above: str) -> str:
    """What the line `above` is about: its last key, its last word that says something, or its last word."""
    keys = _KEY.findall(above)
    return keys[-1] if keys else _last_word(above) or "".join(_WORD.findall(above)[-1:])


def switch_name(body: str, taken: Collection[str] = ()) -> str:
    """A name for the switch of the optional text `body`: `with_` and the key or the words it starts with, more of them
    where fewer are taken. A text without words is `with_blank_line`, or `with_` and what its mark is called."""
    lines = [line[:_NEAR] for line in body.splitlines() if any(character.isalnum() for character in line)]
    if not lines:
        mark = _MARKS.get(body.strip()[:1], "mark")
        return f"with_{mark}" if body.strip() else "with_blank_line" if "\n" in body else "with_space"
    keys = [key for key in _KEY.findall(lines[0])[:1] if key.lower() not in _STOP]
    words = [word for word in words_of(lines[0]) if word.lower() not in _STOP] or words_of(lines[0])
    names = [identifier("with_" + keys[0])] if keys else []
    names += [identifier("with_" + "_".join(words[:count])) for count in (3, 4, 5)]
    return next((name for name in names if name not in taken), names[0])


def list_name(above: str, before: str, body: str) -> str:
    """A plural name for the list of a loop below the line `above`."""
    before, above, body = before[-_NEAR:], above[:_NEAR], body[:_NEAR]
    keys = _KEY.findall(before) or _KEY.findall(above)
    if keys:
        return identifier(apply_filters(keys[-1].lower(), ("plural",)))
    first = _FIRST_WORD.search(body)
    word = _heading(above) or (first[1] if first else "")
    return identifier(apply_filters(word.lower(), ("plural",))) if word else "items"


def item_name(name: str) -> str:
    one = apply_filters(name, ("singular",))
    return one if one not in (name, *_TAKEN) else f"{name}_item"


def identifier(text: str) -> str:
    """`text` as a readable snake_case identifier."""
    words = [word.lower() for word in words_of(text[:_NEAR])]
    name = ""
    for word in words:
        word = re.sub(r"[^a-z0-9]", "", word)
        if word and (not name or len(name) + len(word) < _LONGEST):
            name = f"{name}_{word}" if name else word
    if not name or not name[0].isalpha():
        name = f"value_{name}".rstrip("_")
    return f"{name}_value" if name in _TAKEN else name


def unique(name: str, taken: Collection[str], hints: Sequence[str] = ()) -> str:
    """`name`, with a hint or a number where it is taken."""
    if name not in taken:
        return name
    for hint in hints:
        other = identifier(f"{hint}_{name}")
        if other not in taken and other != name:
            return other
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
