"""The case filters of the template language, and their inverse.

A filter is a pure function of the text. Those that rebuild a name from its words (`snake`, `pascal`, …) drop whatever
separates them; `upper`, `lower` and `capital` change letters only; `plural` and `singular` inflect the last word.
`pascal`, `camel`, `title`, `train` and `sentence` keep an acronym (`HTTPServer` stays) unless the whole text shouts
(`HTTP_SERVER`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from engine.cases.plurals import plural, singular
from engine.cases.words import words_of


def _lower_words(text: str) -> list[str]:
    return [word.lower() for word in words_of(text)]


def _capital(text: str) -> str:
    return text[:1].title() + text[1:]


def _keeps_capitals(text: str) -> bool:
    """Whether words in capitals are acronyms here; in a text of several words that has no small letter they are not."""
    return text.upper() != text or len(words_of(text)) < 2 or text.isalnum()


def _humps(text: str) -> list[str]:
    keep = _keeps_capitals(text)
    return [word if keep and len(word) > 1 and word[1].isupper() else _capital(word.lower()) for word in words_of(text)]


def _camel(text: str) -> str:
    return "".join([*_lower_words(text)[:1], *_humps(text)[1:]])


def _sentence(text: str) -> str:
    humps, lower = _humps(text), _lower_words(text)
    rest = [
        hump if len(hump) > 1 and hump[1].isupper() else low for hump, low in zip(humps[1:], lower[1:], strict=True)
    ]
    return " ".join([*humps[:1], *rest])


_FILTERS: dict[str, Callable[[str], str]] = {
    "snake": lambda text: "_".join(_lower_words(text)),
    "camel": _camel,
    "pascal": lambda text: "".join(_humps(text)),
    "kebab": lambda text: "-".join(_lower_words(text)),
    "constant": lambda text: "_".join(_lower_words(text)).upper(),
    "title": lambda text: " ".join(_humps(text)),
    "train": lambda text: "-".join(_humps(text)),
    "words": lambda text: " ".join(_lower_words(text)),
    "sentence": _sentence,
    "dotted": lambda text: ".".join(_lower_words(text)),
    "slashed": lambda text: "/".join(_lower_words(text)),
    "joined": lambda text: "".join(_lower_words(text)),
    "upper": str.upper,
    "lower": str.lower,
    "capital": _capital,
    "plural": plural,
    "singular": singular,
}

FORMS: tuple[str, ...] = tuple(_FILTERS)
"""The names of the filters, commonest first: where several fit, the earlier one is the better guess."""


@lru_cache(maxsize=1 << 16)
def _apply(value: str, name: str) -> str:
    return _FILTERS[name](value)


def apply_filters(value: str, filters: Sequence[str]) -> str:
    """The value through the filters from left to right. Raises KeyError for a name that is not in `FORMS`."""
    for name in filters:
        value = _apply(value, name)
    return value


@lru_cache(maxsize=1 << 16)
def form_of(text: str) -> tuple[str, ...]:
    """The forms that the text may be in, in the order of `FORMS`: those whose filter leaves it as it is.

    `foo` may be in snake, camel, kebab, words, dotted, slashed, joined and lower; `Foo bar` is a sentence.
    """
    return tuple(name for name in FORMS if _apply(text, name) == text)


def _candidates(text: str, name: str) -> tuple[str, ...]:
    """Values that the filter may have come from, the most widely useful first; none needs to be right."""
    match name:
        case "plural":
            return (singular(text), text)
        case "singular" | "lower":
            return (text,)
        case "upper":
            return (text.lower(), text)
        case "capital":
            small = text[:1].lower() + text[1:]
            return (text, small) if text[1:2].isupper() else (small, text)
        case _:
            return ("_".join(_lower_words(text)), text)


def invert(text: str, filters: Sequence[str]) -> str | None:
    """A value that the filters render to exactly this text, or None when there is none to be found.

    The value is the most canonical one: words in small letters with `_` between, which every form can be made from,
    unless the text holds capitals that this would lose (`HTTPServer` in pascal).
    """
    return next(iter(inversions(text, filters)), None)


@lru_cache(maxsize=1 << 14)
def _inversions(text: str, filters: tuple[str, ...]) -> tuple[str, ...]:
    values = [text]
    for name in reversed(filters):
        values = list(dict.fromkeys(candidate for value in values for candidate in _candidates(value, name)))
    return tuple(value for value in values if apply_filters(value, filters) == text)


def inversions(text: str, filters: Sequence[str]) -> tuple[str, ...]:
    """All values that `invert` can find, the most canonical first."""
    return _inversions(text, tuple(filters))
