"""One shape of secrets in a command line, and the pieces that such shapes are put together from.

Everything here is POSIX extended regular expressions, which every shell has: no lookaround and no lazy operators.
"""

from __future__ import annotations

import re
from functools import cache

BLANK = "[[:space:]]"
WORD_START = "(^|[^[:alnum:]_])"
# A value: in quotes, or up to the next blank or operator, of three characters at least. What starts like a reference
# ($X, <x>, {x}), a path or a mask is none; `VALUE` stands behind a blank and is no option either.
REST = """[^[:space:]"'`;|&<>()]"""
FIRST = """[^][:space:]"'$`<>(){};|&*~./"""
JOINED = f"""("[^"$][^"]*"|'[^']+'|{FIRST}]{REST}{{2}}{REST}*)"""
VALUE = f"""("[^"$][^"]*"|'[^'%]+'|{FIRST}-]{REST}{{2}}{REST}*)"""
# Behind an option that may also take a port or a count.
NO_NUMBER = f"""("[^"$][^"]*"|'[^'%]+'|{FIRST}0-9-]{REST}{{2}}{REST}*|[0-9]+{FIRST}0-9:-]{REST}*)"""
# Inside one call of a program, up to the argument.
CALL = f"[^;|&]*{BLANK}"
WORD = f"[^[:space:]]+{BLANK}+"


class ShellRule:
    """What stands between `before` and `after` is secret; `kind` says what of.

    Nothing is looked for in a line that has none of the `words` (plain text, `*` for anything between) and none of the
    `telling` ones (in small letters, found in capitals too), nor without `when`; and what has no `proof` in it is none.
    A plain class: the hook of the agents reads the table, and must not wait for `typing` or `dataclasses`.
    """

    __slots__ = ("after", "before", "kind", "proof", "run", "secret", "telling", "unless", "when", "words")

    def __init__(
        self,
        kind: str,
        before: str,
        secret: str,
        words: str = "",
        *,
        telling: str = "",
        after: str = "",
        when: str = "",
        proof: str = "",
        run: int = 0,
        unless: str = "",
    ) -> None:
        self.kind = kind
        self.before = before
        self.secret = secret
        self.words = tuple(words.split("|")) if words else ()
        self.telling = tuple(telling.split("|")) if telling else ()
        self.after = after  # plain text without a special character
        self.when = when
        self.proof = proof
        self.unless = tuple(unless.split("|")) if unless else ()  # a line with one of these has another meaning
        self.run = run  # so many letters and digits in a row must be in the line
        self.unless = tuple(unless.split("|")) if unless else ()  # a line with one of these has another meaning
        self.run = run  # so many letters and digits in a row must be in the line

    @property
    def expression(self) -> str:
        """The whole; its first group is what stays before the secret."""
        return f"({self.before}){self.secret}{self.after}"

    @property
    def looking_ahead(self) -> str:
        """The same in one expression with its proof, for fish, which can look ahead."""
        proof = f"(?=[^[:space:]]*?(?:{self.proof}))" if self.proof else ""
        return f"({self.before}){proof}{self.secret}{self.after}"

    @property
    def globs(self) -> list[str]:
        """What a line must have, as patterns of a shell's `case`: no shell has to compile them."""
        found = [_glob(word) for word in self.words]
        run = ["[[:alnum:]]" * self.run] if self.run else []
        return [f"*{glob}*" for glob in (*found, *map(_glob_of_any_case, self.telling), *run)]

    @property
    def words_as_expressions(self) -> list[str]:
        """The same as expressions, for fish."""
        found = [".*".join(map(re.escape, word.split("*"))) for word in self.words]
        run = [f"[[:alnum:]]{{{self.run}}}"] if self.run else []
        return [*found, *map(_glob_of_any_case, self.telling), *run]

    @property
    def globs_against(self) -> list[str]:
        return [f"*{_glob(word)}*" for word in self.unless]

    def may_be_in(self, line: str, small: str) -> bool:
        """Whether a line, and the same in small letters, has one of the words and none that speaks against it."""
        return self.has_words(line, small) and not any(_has(word, line) for word in self.unless)

    def has_words(self, text: str, small: str) -> bool:
        for word in self.telling:
            if word in small:
                return True
        for word in self.words:
            if word in text if "*" not in word else _has(word, text):
                return True
        return bool(self.run and in_python(f"[[:alnum:]]{{{self.run}}}").search(text))


def _glob(word: str) -> str:
    return re.sub(r"([^\w*])", r"\\\1", word)


def _glob_of_any_case(word: str) -> str:
    return "".join(f"[{char.upper()}{char}]" if char.isalpha() else _glob(char) for char in word)


def _has(word: str, line: str) -> bool:
    at = 0
    for part in word.split("*"):
        at = line.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def any_case(words: str) -> str:
    return re.sub("[a-z]", lambda found: f"[{found[0].upper()}{found[0]}]", words)


def in_pcre(expression: str) -> str:
    """The same expression where a backslash escapes inside brackets too: for fish and Python."""
    return re.sub(r"\[\^?\]?(?:[^\[\]]|\[:\w+:\])*\]", lambda found: found[0].replace("\\", "\\\\"), expression)


_CLASSES = {"[:space:]": r"\s", "[:alnum:]": "a-zA-Z0-9", "[:alpha:]": "a-zA-Z"}


@cache
def in_python(expression: str) -> re.Pattern[str]:
    """The same for Python, which has no POSIX classes and reads a `]` at the start of brackets otherwise."""
    expression = in_pcre(expression)
    for name, characters in _CLASSES.items():
        expression = expression.replace(name, characters)
    return re.compile(expression.replace("[]", r"[\]").replace("[^]", r"[^\]"))


def of_program(
    names: str, before: str, secret: str = VALUE, *, words: str, when: str = "", after: str = "", unless: str = ""
) -> ShellRule:
    """A program's argument: `names` with `|` between, then `before` and the secret."""
    return ShellRule("argument", f"({names}){before}", secret, words, when=when, after=after, unless=unless)
