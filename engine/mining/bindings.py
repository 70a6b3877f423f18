"""Where a word of a fix comes from: the error's own text, as it stands there or in another form.

The module that is missing is the one to install; the port that is taken is the one to free. An atom is a piece of an
error with a name for where it was found (`parameter1`, `path`, `argument2`, and what was cut out of these); a word of
a fix is bound when one template of literals and atoms gives it for every occurrence of the error.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.cases import apply_filters
from engine.mining.commands import command_of, commands_of
from engine.model import ErrorRecord

Atoms = Mapping[str, str]
"""Names of where a piece was found -> its text, the plainest first."""

_SLOT = re.compile(r"\{\{ ([a-z]+\d*(?:\.[a-z]+)?(?: \| [a-z_]+)*) \}\}")
_WORD = re.compile(r"[A-Za-z0-9_]")
_FORMS = ("kebab", "snake", "lower", "upper", "camel", "pascal")
_NAME = re.compile(r"@?[\w.-]+(?:/[\w.-]+)?")
_WHOLE = frozenset({"root", "last", "base", "stem"})
_MOST = 12  # parameters and arguments that are looked at


def atoms_of(error: ErrorRecord) -> dict[str, str]:
    """The pieces of an error that a fix may use."""
    return dict(_atoms(error.parameters, error.path, error.line, error.command))


@lru_cache(maxsize=4096)
def _atoms(parameters: tuple[str, ...], path: str, line: int, command: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for number, text in enumerate(parameters[:_MOST], 1):
        found.update(_pieces(f"parameter{number}", text))
    if path:
        found.update(_pieces("path", path))
    if line:
        found["line"] = str(line)
    calls = commands_of(command) if command else ()
    if calls:
        call = calls[-1]
        for number, place in enumerate(call.arguments[:_MOST], 1):
            found.update(_pieces(f"argument{number}", call.value(place)))
    return tuple((name, text) for name, text in found.items() if text and len(text) <= 300)


def _pieces(name: str, text: str) -> Iterator[tuple[str, str]]:
    yield name, text
    cut = {
        "root": re.split(r"[.:]", text, maxsplit=1)[0],  # of a dotted name; a host
        "last": re.split(r"[.:/]", text)[-1],
        "base": posixpath.basename(text),
        "stem": posixpath.splitext(posixpath.basename(text))[0],
        "dir": posixpath.dirname(text),
        "scope": text.split("/")[0] if "/" in text and not text.startswith(("/", ".")) else "",
        "number": numbers[-1] if (numbers := re.findall(r"\d+", text)) else "",
        "before": text.partition("@")[0] if "@" in text[1:] else "",
    }
    seen = {text}
    for kind, piece in cut.items():
        if piece and piece not in seen:
            seen.add(piece)
            yield f"{name}.{kind}", piece


@dataclass(frozen=True, slots=True)
class Bound:
    """A template of a word, and how much of it comes from the error (0: it is a literal)."""

    template: str
    slots: int


def bind_word(words: Sequence[str], atoms: Sequence[Atoms], *, eager: bool = True) -> Bound | None:
    """The template that gives `words[i]` from `atoms[i]` for every i; None when there is none.

    A word that is the same each time is bound all the same when it stands in every error (`eager`): with one example,
    or with the same name each time, it is the name that was meant.
    """
    first = words[0]
    same = all(word == first for word in words)
    if (same and not eager) or not first:
        return Bound(first, 0) if same else None
    for template in _templates(first, atoms[0]):
        if all(fill(template, own) == word for word, own in zip(words[1:], atoms[1:], strict=True)):
            return Bound(template, len(_SLOT.findall(template)))
    return Bound(first, 0) if same else None


def _templates(word: str, atoms: Atoms) -> Iterator[str]:
    """The ways in which a word can be made of atoms: as a whole first, then with one of them in it, then several."""
    parts: list[tuple[int, int, str]] = []
    forms = [(name, text) for name, text in atoms.items()]
    for name, text in forms:
        if text == word:
            yield f"{{{{ {name} }}}}"
    for name, text in forms:
        for form in _FORMS:
            if "." not in name and text != word and apply_filters(text, (form,)) == word:
                yield f"{{{{ {name} | {form} }}}}"
    for name, text in forms:
        if len(text) < 2 or text == word or len(word) > 300:
            continue
        places = [at for at in _places(text, word) if _stands_alone(word, at, at + len(text))]
        if places:
            parts += [(at, at + len(text), name) for at in places]
            yield _put(word, [(at, at + len(text), name) for at in places])
    # sed -i s/old/new/: the longest pieces that do not overlap.
    chosen: list[tuple[int, int, str]] = []
    for part in sorted(parts, key=lambda one: (one[0] - one[1], one[2].count("."))):
        if all(part[1] <= other[0] or part[0] >= other[1] for other in chosen):
            chosen.append(part)
    if len(chosen) > 1:
        yield _put(word, sorted(chosen))


def _places(text: str, word: str) -> Iterator[int]:
    at = word.find(text)
    while at >= 0:
        yield at
        at = word.find(text, at + len(text))


def _stands_alone(word: str, start: int, end: int) -> bool:
    before, after = word[start - 1 : start], word[end : end + 1]
    return not (
        (before and _WORD.match(before) and _WORD.match(word[start]))
        or (after and _WORD.match(after) and _WORD.match(word[end - 1]))
    )


def _put(word: str, parts: Sequence[tuple[int, int, str]]) -> str:
    result, at = "", 0
    for start, end, name in parts:
        result += word[at:start] + f"{{{{ {name} }}}}"
        at = end
    return result + word[at:]


def bindings_of(text: str, atoms: Atoms, most: int = 4) -> list[str]:
    """The text as it is, and as the templates that give it from the error's pieces."""
    if not text:
        return [""]
    whole = [f"{{{{ {name} }}}}" for name, piece in atoms.items() if piece == text]
    parts = list(_templates(text, atoms)) if not whole else []
    return list(dict.fromkeys([*whole[:most], *parts[-1:], *parts[:most], text]))[: most + 1]


def slots_of(template: str) -> list[str]:
    """The expressions in a template: `parameter1`, `path.base | kebab`."""
    return _SLOT.findall(template)


def fill(template: str, atoms: Atoms) -> str | None:
    """The word that a template gives for an error; None when the error has no such piece."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        text = evaluate(found[1], atoms)
        missing = missing or text is None
        return text or ""

    text = _SLOT.sub(value, template)
    return None if missing else text


def evaluate(expression: str, atoms: Atoms) -> str | None:
    """The text of one expression."""
    name, *filters = expression.split(" | ")
    text = atoms.get(name)
    whole, _, cut = name.partition(".")
    if text is None and cut in _WHOLE and whole in atoms:
        text = atoms[whole]  # where nothing is to be cut off, it is its own root, stem, last …
    if text is None and cut == "number" and atoms.get(whole, "").isdigit():
        text = atoms[whole]
    return None if text is None else apply_filters(text, filters)


def is_related(word: str, text: str) -> bool:
    """Whether two names have to do with one another (`yaml`, `pyyaml`; `PIL`, `pillow`), by their letters."""
    if not _NAME.fullmatch(word):
        return False
    one, other = (re.sub(r"[^a-z0-9]", "", name.lower()) for name in (word, text))
    if min(len(one), len(other)) < 2:
        return False
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one in other or other in one or shared >= 3


def program_words(argv: tuple[str, ...]) -> frozenset[int]:
    """The places of the words that say what is done: the program and its subcommands. The others may vary."""
    command = command_of(argv)
    return frozenset(
        place
        for place in range(len(argv))
        if place not in command.arguments and not (argv[place].startswith("-") and len(argv[place]) > 2)
    )
