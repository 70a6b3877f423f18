"""Lines of logs grouped by template, in one pass, with one configuration.

A line is masked word by word; lines with the same masked text are one form. Forms of the same length that differ in one
word are one group once that place has been seen to vary: it holds a mask in one of them, only a digit differs, or it
has held `VARIED` different words. Forms that differ in several words that look like names (`com.example.Order`) are one
group from three on, and a template with a mask takes in the forms that it says. The first word never varies, and two
words must stay. A group keeps the id of its first form when its template widens.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.mining.signatures.log_masks import MASK, joined, masked_word, message_of

VERSION = 1
VARIED = 4  # different words in one place make it a variable
VARIED_VERBS = 12  # … where they are verbs (started, stopped), which say what happened
VARIED_NAMES = 3  # forms that differ in words that look like names only
WIDEST = 80  # words of a form that takes part in widening; longer ones are data
LONGEST = 8192  # characters of a line that are looked at
REMEMBERED = 200_000  # words, and masked texts; beyond, memory starts anew and only costs time
MOST_WIDE = 50  # templates of one length with one first word that a new form is compared with
MOST_EARLIER = 5000  # forms of one length with one first word that a new template may take in
MOST_PLACES = 150_000  # places that are watched; in a log that never repeats, later lines are not compared

Form = tuple[str, ...]

_NUMBERS = re.compile(r"\d+")
_VERB = re.compile(r"[A-Za-z-]{2,40}(?:ed|ing)")
_NAME_LIKE = frozenset("._$@/\\#0123456789")
_OPENING = frozenset("=:([{\"'")
_CLOSING = frozenset(")]}\"',;:.!?")


@dataclass(slots=True)
class _Group:
    """A template; its id is that of `first`, the oldest form in it. `into` is the group that took it in, if one did.

    `gaps` is the white space before each word; None where it is one blank.
    """

    form: Form
    first: Form
    born: int
    gaps: Sequence[str] | None
    into: _Group | None = None


@dataclass(slots=True)
class _Place:
    """What stood in one place of otherwise equal forms; `variable` once it was seen to vary."""

    words: dict[str, _Group]
    variable: _Group | None = None


@dataclass(slots=True)
class _Names:
    """Forms that are equal but for words that look like names; one group, the wide one, once they were joined."""

    groups: list[_Group]
    widened: bool = False


class Grouper:
    """`add` takes the lines of one log in order and answers with the group each belongs to so far.

    `form_of` and `resolve` part the two steps for whoever reads a file wholly: after the last line `resolve` gives the
    final group of each form. Memory is bounded by the number of forms, not of lines.
    """

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._masked: dict[str, _Group] = {}
        self._groups: dict[Form, _Group] = {}
        self._places: dict[tuple[Form, str, str, Form], _Place] = {}
        self._named: dict[Form, _Names] = {}
        self._wide: dict[tuple[int, str], list[_Group]] = {}
        self._earlier: dict[tuple[int, str], list[_Group]] = {}
        self._resolved: dict[int, tuple[str, str]] = {}

    def add(self, line: str) -> tuple[str, str]:
        """The signature id and the template of `line`."""
        return self.resolve(self.form_of(line))

    def form_of(self, line: str) -> _Group:
        """The form that `line` was first seen in; `resolve` tells its group at any later time."""
        words = self._words
        message = message_of(line[:LONGEST].strip())
        try:
            masked = " ".join([words[word] for word in message.split(" ")])
        except KeyError:
            masked = self._mask(message)
        group = self._masked.get(masked)
        if group is None:
            if len(self._masked) >= REMEMBERED:
                self._masked.clear()
            group = self._masked[masked] = self._form(masked)
        return group

    def resolve(self, group: _Group) -> tuple[str, str]:
        """The signature id and the template that stand for `group` now."""
        root = _root(group)
        known = self._resolved.get(root.born)
        if known is None:
            if len(self._resolved) >= REMEMBERED // 4:
                self._resolved.clear()
            known = self._resolved[root.born] = _signature(root.first), _written(root)
        return known

    def _mask(self, message: str) -> str:
        if len(self._words) >= REMEMBERED:
            self._words.clear()
        known = self._words
        out = []
        for word in message.split(" "):
            if word not in known:
                known[word] = masked_word(word)
            out.append(known[word])
        return " ".join(out)

    def _form(self, masked: str) -> _Group:
        """The group of a masked text: words that repeat with another number (`blk_<*> blk_<*>`) count once."""
        pieces = re.split(r"(\s+)", joined(masked))
        words: list[str] = []
        gaps: list[str] = []
        for index in range(0, len(pieces), 2):
            word = pieces[index]
            if words and words[-1] == word and MASK in word and _worded(word):
                continue
            words.append(word)
            gaps.append(pieces[index - 1] if index else "")
        plain = not gaps[0] and all(gap == " " for gap in gaps[1:])
        return self._group(tuple(words), None if plain else gaps)

    def _group(self, form: Form, gaps: Sequence[str] | None) -> _Group:
        if form in self._groups:
            return self._groups[form]
        group = _Group(form, form, len(self._groups), gaps)
        self._groups[form] = group
        if len(form) <= WIDEST:
            self._widen(group)
        return group

    def _widen(self, group: _Group) -> None:
        form = group.form
        start = len(form), form[0]
        for known in self._wide.get(start, ()):
            if _fits(form, known.form):
                self._merge([group], known)
                return
        earlier = self._earlier.setdefault(start, [])
        if len(earlier) < MOST_EARLIER:
            earlier.append(group)
        parts = [_parts(word) for word in form]
        fixed = sum(map(_worded, form))
        entered = []
        for index in range(1, len(form)):
            before, core, behind = parts[index]
            if fixed - (_worded(core) and not _worded(before)) < 2:
                continue
            key = (form[:index], before, behind, form[index + 1 :])
            place = self._places.get(key)
            if place is None:
                if len(self._places) >= MOST_PLACES:
                    continue
                place = self._places[key] = _Place({})
            if place.variable is not None:
                self._merge([group], place.variable)
                return
            place.words[core] = group
            entered.append((index, place))
        for index, place in entered:
            if (found := _varies(place.words)) is not None:
                before, _, behind = parts[index]
                wide = (*form[:index], before + found + behind, *form[index + 1 :])
                place.variable = self._join([*place.words.values()], wide)
                place.words = {}
        self._widen_names(group, parts)

    def _widen_names(self, group: _Group, parts: Sequence[tuple[str, str, str]]) -> None:
        form = group.form
        names = [index > 0 and _named(part) for index, part in enumerate(parts)]
        left = sum(_worded(word) for word, name in zip(form, names, strict=True) if not name)
        if sum(names) < 2 or left < 2:
            return
        key = tuple(
            (before if before.endswith("=") else "") + "\0" if name else word
            for word, name, (before, _, _) in zip(form, names, parts, strict=True)
        )
        same = self._named.get(key)
        if same is None:
            if len(self._named) < MOST_PLACES:
                self._named[key] = _Names([group])
            return
        same.groups.append(group)
        differing = [i for i in range(len(form)) if any(one.form[i] != form[i] for one in same.groups)]
        if not same.widened and (len(same.groups) < VARIED_NAMES or len(differing) < 2):
            if len(same.groups) > VARIED_VERBS:
                same.groups.pop()
            return  # where one word differs, its place decides
        wide = list(form)
        for index in differing:
            before, _, behind = parts[index]
            words = [one.form[index] for one in same.groups]
            alike = all(word.startswith(before) and word.endswith(behind) for word in words)
            wide[index] = before + MASK + behind if alike else MASK
        same.widened, same.groups = True, [self._join(same.groups, tuple(wide))]

    def _join(self, groups: Sequence[_Group], wide: Form) -> _Group:
        target = self._group(wide, groups[0].gaps)
        start = len(wide), wide[0]
        wides = self._wide.setdefault(start, [])
        if target.into is None and target not in wides and len(wides) < MOST_WIDE:
            wides.append(target)
            self._merge([one for one in self._earlier.get(start, ()) if _fits(one.form, wide)], target)
        self._merge(groups, target)
        return target

    def _merge(self, groups: Sequence[_Group], target: _Group) -> None:
        """The groups become one with the widest template and the oldest id."""
        root = _root(target)
        for group in groups:
            taken = _root(group)
            if taken is root:
                continue
            taken.into = root
            self._resolved.pop(root.born, None)
            if taken.born < root.born:
                root.born, root.first, root.gaps = taken.born, taken.first, taken.gaps
                self._resolved.pop(root.born, None)


def _root(group: _Group) -> _Group:
    while group.into is not None:
        if group.into.into is not None:
            group.into = group.into.into
        group = group.into
    return group


def _varies(words: dict[str, _Group]) -> str | None:
    """What a place that held `words` is to be written as; None while it has not varied enough."""
    if len(words) < 2:
        return None
    shapes = {_NUMBERS.sub(MASK, word) for word in words}
    if len(shapes) == 1:
        return shapes.pop()
    if MASK in words:
        return MASK
    verbs = sum(1 for word in words if _VERB.fullmatch(word))
    return MASK if len(words) >= (VARIED_VERBS if 2 * verbs >= len(words) else VARIED) else None


def _parts(word: str) -> tuple[str, str, str]:
    """A word as its key or opening brackets, its core, and what closes it: `(user=` `root` `),`."""
    start = 0
    for index in range(len(word) - 1):
        if word[index] in _OPENING:
            start = index + 1
    end = len(word)
    while end > start and word[end - 1] in _CLOSING:
        end -= 1
    return (word[:start], word[start:end], word[end:]) if end > start else ("", word, "")


def _fits(form: Form, wide: Form) -> bool:
    """Whether `wide` says what `form` says: the words are the same where it has no mask standing alone."""
    return all(ours in (theirs, MASK) for theirs, ours in zip(form, wide, strict=True))


def _named(part: tuple[str, str, str]) -> bool:
    """Whether a word looks like somebody's name for something: a mask, a value of a key, or no word of a language."""
    before, core, _ = part
    return MASK in core or before.endswith("=") or not _NAME_LIKE.isdisjoint(before + core)


def _worded(word: str) -> bool:
    return any(map(str.isalpha, word))


def _signature(form: Form) -> str:
    digest = hashlib.sha256(" ".join(form).encode(errors="surrogatepass")).hexdigest()
    return f"l{VERSION}-{digest[:16]}"


def _written(group: _Group) -> str:
    gaps = group.gaps
    if gaps is None or len(gaps) != len(group.form):
        return " ".join(group.form).strip()
    return "".join(gap + word for gap, word in zip(gaps, group.form, strict=True)).strip()
