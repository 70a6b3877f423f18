"""English plurals of the last word of a name, by rule and by a table of exceptions; what stands before it is kept.

Everyday programming nouns go to the plural and back; what the rules do not know gains or loses an `s`. Both directions
are idempotent, and names whose last word is not plain ASCII letters stay as they are.
"""

from __future__ import annotations

from functools import lru_cache

from engine.cases.words import words_of


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


_IRREGULAR = {
    "analysis": "analyses",
    "axis": "axes",
    "calf": "calves",
    "child": "children",
    "criterion": "criteria",
    "crisis": "crises",
    "diagnosis": "diagnoses",
    "elf": "elves",
    "foot": "feet",
    "goose": "geese",
    "half": "halves",
    "hypothesis": "hypotheses",
    "index": "indexes",
    "knife": "knives",
    "leaf": "leaves",
    "life": "lives",
    "loaf": "loaves",
    "man": "men",
    "matrix": "matrices",
    "mouse": "mice",
    "parenthesis": "parentheses",
    "person": "people",
    "quiz": "quizzes",
    "self": "selves",
    "shelf": "shelves",
    "synopsis": "synopses",
    "synthesis": "syntheses",
    "thesis": "theses",
    "thief": "thieves",
    "tooth": "teeth",
    "vertex": "vertices",
    "wife": "wives",
    "wolf": "wolves",
    "woman": "women",
}
_BACK = {plural: singular for singular, plural in _IRREGULAR.items()} | {
    "appendices": "appendix",
    "indices": "index",
    "persons": "person",
    "schemata": "schema",
}
# One form for both numbers, or words that only look like a plural.
_SAME = _table(
    """
    aircraft analytics as aws basis chaos chassis css data debris diabetes dns does ethics fish gps has https
    information iris is its js kubernetes kudos lens less maths metadata news os physics police postgres redis
    series sheep sms software species sudo tennis this tls us was
    """
)
_SINGULAR_IN_S = _table("alias atlas bias canvas christmas cosmos gas pancreas texas")
# A final -us or -is is a singular's (status, analysis) unless the word less its s stands here.
_ENDS_IN_U_OR_SI = _table("bayou cpu emu flu gnu gpu haiku menu npu sku tpu vcpu ansi")
# Without these, -ches, -shes, -xes and -uses lose their e, and -ies becomes -y.
_ENDS_IN_E = _table(
    """
    ache cache headache niche psyche avalanche cliche axe use abuse cause clause excuse fuse house muse pause
    reuse ruse spouse warehouse brownie calorie cookie movie rookie selfie zombie
    """
)
_TAKES_OES = _table("echo hero potato tomato torpedo veto")
_SIBILANTS = ("s", "x", "z", "ch", "sh")


def _singular_word(word: str) -> str:
    if word in _BACK:
        return _BACK[word]
    if len(word) < 3 or not word.endswith("s") or word in _SAME or word in _SINGULAR_IN_S or word in _IRREGULAR:
        return word
    if word[:-1] in _ENDS_IN_U_OR_SI or word[:-1] in _ENDS_IN_E:
        return word[:-1]
    if word.endswith(("ss", "us", "sis")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    stem = word[:-2]
    if word.endswith("es") and (
        stem in _SINGULAR_IN_S or stem in _TAKES_OES or stem.endswith(("ss", "us", "x", "zz", "ch", "sh"))
    ):
        return stem
    return word[:-1]


def _plural_word(word: str) -> str:
    base = _singular_word(word)
    if base in _IRREGULAR:
        return _IRREGULAR[base]
    if base in _SAME:
        return base
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ies"
    if base.endswith(_SIBILANTS) or base in _TAKES_OES:
        return base + "es"
    # A rare word whose plain plural would be read as a singular takes -es, so that the plural of a plural is itself.
    return base + "s" if _singular_word(base + "s") == base else base + "es"


def _inflect(text: str, new_word: str, word: str) -> str:
    pairs = zip(word.lower() + "?", new_word + "!", strict=False)
    kept = next(at for at, (old, new) in enumerate(pairs) if old != new)
    ending = new_word[kept:]
    shouting = len(word) > 1 and text.isupper()
    return text[: len(text) - len(word) + kept] + (ending.upper() if shouting else ending)


def _last_word(text: str) -> str:
    words = words_of(text)
    return words[-1] if words and text.endswith(words[-1]) and words[-1].isascii() and words[-1].isalpha() else ""


@lru_cache(maxsize=1 << 14)
def plural(text: str) -> str:
    """The name with its last word in the plural: `user_category` gives `user_categories`, `USERS` stays."""
    word = _last_word(text)
    return _inflect(text, _plural_word(word.lower()), word) if word else text


@lru_cache(maxsize=1 << 14)
def singular(text: str) -> str:
    """The name with its last word in the singular: `UserCategories` gives `UserCategory`, `status` stays."""
    word = _last_word(text)
    return _inflect(text, _singular_word(word.lower()), word) if word else text
