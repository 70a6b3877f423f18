"""Secrets by other people's rules: values drawn from the shapes that scanners look for, in command lines as manuals
write them. Nothing here knows the rules of `engine.redact`."""

from __future__ import annotations

import random
import re
import re._constants as codes
import re._parser as parser
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_PRINTABLE = string.ascii_letters + string.digits + "-_"
_MOST_REPEATS = 80


@dataclass(frozen=True, slots=True)
class Sample:
    """A line with its secret ("": there is none), and what it is an example of."""

    shape: str
    line: str
    secret: str = ""


def drawn_by(expression: str, group: int, rng: random.Random) -> str:
    """A text that the `group` of a scanner's expression stands for. ValueError when it is none that Python reads."""
    try:
        tree = parser.parse(_in_python(expression), re.VERBOSE if re.match(r"\s*\(\?[a-z]*x", expression) else 0)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from None
    part = _group(tree, group) if group else tree
    return "".join(_drawn(part if part is not None else tree, rng))


def _in_python(expression: str) -> str:
    """Go and Rust write flags in the middle, other classes and another end of the text."""
    text = re.sub(r"\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)", "", expression)
    for name, characters in {"alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "digit": "0-9", "xdigit": "0-9a-f"}.items():
        text = text.replace(f"[:{name}:]", characters)
    text = re.sub(r"\\x\{([0-9a-fA-F]{1,2})\}", r"\\x\1", text).replace(r"\z", r"\Z")
    return re.sub(r"\(\?P?<([a-zA-Z]\w*)>", r"(?P<\1>", text)


def _group(tree: Any, number: int) -> Any:
    for op, given in tree:
        if op is codes.SUBPATTERN and given[0] == number:
            return given[3]
        for part in _parts(op, given):
            if (found := _group(part, number)) is not None:
                return found
    return None


def _parts(op: Any, given: Any) -> list[Any]:
    if op is codes.SUBPATTERN:
        return [given[3]]
    if op is codes.BRANCH:
        return list(given[1])
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [given[2]]
    return []


def _drawn(tree: Any, rng: random.Random) -> Iterator[str]:
    for op, given in tree:
        if op is codes.LITERAL:
            yield chr(given)
        elif op is codes.NOT_LITERAL:
            yield rng.choice(_PRINTABLE.replace(chr(given), ""))
        elif op is codes.ANY:
            yield rng.choice(_PRINTABLE)
        elif op is codes.IN:
            yield rng.choice(_characters(given))
        elif op is codes.BRANCH:
            yield from _drawn(rng.choice(given[1]), rng)
        elif op is codes.SUBPATTERN:
            yield from _drawn(given[3], rng)
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, part = given
            for _ in range(rng.randint(least, max(least, min(most, least + _MOST_REPEATS // 4)))):
                yield from _drawn(part, rng)


def _characters(given: Any) -> str:
    kept, is_not = set(), False
    for op, what in given:
        if op is codes.NEGATE:
            is_not = True
        elif op is codes.LITERAL:
            kept.add(chr(what))
        elif op is codes.RANGE:
            kept.update(map(chr, range(what[0], what[1] + 1)))
        elif what is codes.CATEGORY_DIGIT:
            kept.update(string.digits)
        elif what is codes.CATEGORY_WORD:
            kept.update(_PRINTABLE.replace("-", ""))
        elif what is codes.CATEGORY_SPACE:
            kept.add(" ")
    return "".join(sorted(set(_PRINTABLE) - kept if is_not else kept)) or "x"


def tokens_by_gitleaks(path: Path, rng: random.Random, count: int = 6) -> Iterator[tuple[str, str, list[str]]]:
    """For each rule of a gitleaks configuration: its name, its first keyword, and values drawn by it."""
    for rule in tomllib.loads(path.read_text("utf-8"))["rules"]:
        expression, keyword = rule.get("regex", ""), (rule.get("keywords") or [rule["id"].split("-")[0]])[0]
        for group in (rule.get("secretGroup", 1), 0):
            try:
                values = [drawn_by(expression, group, rng).strip("\"'` =;,") for _ in range(count)]
            except ValueError:
                break
            if any(len(value) >= 8 for value in values):
                yield rule["id"], keyword, values
                break


def tokens_by_kingfisher(folder: Path, rng: random.Random, count: int = 4) -> Iterator[tuple[str, str, list[str]]]:
    """The same for kingfisher's rules, a file for each service."""
    for path in sorted(folder.glob("*.yml")):
        for rule in (yaml.safe_load(path.read_text("utf-8")) or {}).get("rules", ()):
            if rule.get("visible") is False:
                continue
            try:
                drawn = [drawn_by(rule["pattern"], 1, rng).strip("\"'` =;,:-") for _ in range(count)]
            except ValueError:
                continue
            values = [value for value in drawn if len(value) >= 12 and not re.search(r"://|\s", value)]
            if values:
                yield rule["id"], path.stem, values


# Where a token stands in the command lines of a developer: {t} is the token, {K} the keyword in capitals, {k} small.
PLACES = (
    "export {K}_TOKEN={t}",
    "{K}_API_KEY={t} python deploy.py",
    "curl -H 'Authorization: Bearer {t}' https://api.example.com/v1/items",
    'curl -s -H "X-Api-Key: {t}" https://api.example.com/v1/me',
    "curl 'https://api.example.com/v1/items?api_key={t}&page=2'",
    "docker run -e {K}_SECRET={t} -p 8080:80 app",
    "./deploy --token {t} --env prod",
    "{k} login --api-key={t}",
    'echo \'{{"{k}_token": "{t}"}}\' > config.json',
    "git remote set-url origin https://oauth2:{t}@git.example.com/a/b.git",
    "gh secret set {K}_TOKEN --body {t}",
    "sed -i 's/^{K}_KEY=.*/{K}_KEY={t}/' .env",
)
# Tokens that say themselves what they are, without a word beside them.
BARE = ("deploy {t}", "echo {t} | pbcopy", "./check.sh prod {t} 3", "python client.py '{t}'")


def in_places(shape: str, keyword: str, values: list[str], rng: random.Random) -> Iterator[Sample]:
    """The values in command lines; bare only where the shape has a beginning of its own."""
    word = re.sub(r"\W+", "_", keyword).strip("_") or "service"
    first = values[0][:3]
    is_own = (all(value.startswith(first) for value in values) and len(values) > 1) or any("." in v for v in values)
    for value in values:
        place = rng.choice((*PLACES, *BARE) if is_own else PLACES)
        yield Sample(shape, place.format(t=value, K=word.upper(), k=word.lower()), value)


_PLACE = re.compile(r"\{\{(.*?)\}\}(?!\})")
_CHOICE = re.compile(r"\[(-[^|\]]*)\|(--?[^|\]]*)\]")
_SECRET_NAME = re.compile(
    r"(?:[a-z]+[_ -])*"
    r"(?:password|passphrase|passwd|pass|passcode|token|secret|api[_-]?key|access[_-]key|account_key|authkey)\d?"
)
_NAMES_A_PLACE = re.compile(r"[/\\.]|file|name|_id|label|path|HKEY")


def password(rng: random.Random) -> str:
    """As people choose them: words with a number, phrases, a machine's, one with signs, letters alone."""
    words = ("sunrise", "Kestrel", "marmalade", "Orchid", "violin", "harbour", "Copper", "lantern", "meadow", "saffron")
    one, two = rng.sample(words, 2)
    return rng.choice(
        (
            f"{one}{rng.randint(1, 9999)}",
            f"{one}-{two}{rng.randint(1, 99)}",
            "".join(rng.choice(string.ascii_letters + string.digits) for _ in range(rng.randint(10, 24))),
            f"{one.title()}{rng.randint(1, 99)}{rng.choice('!#%+@^')}",
            f"{one}{two}",
        )
    )


def commands_of_tldr(folder: Path, rng: random.Random) -> Iterator[Sample]:
    """The commands of tldr pages with their places filled, a password or a token where the page says so."""
    for path in sorted(folder.glob("*/*.md")):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("`") and line.endswith("`") and len(line) > 2:
                yield _filled(path.stem, line[1:-1], rng)


def _filled(shape: str, command: str, rng: random.Random) -> Sample:
    secrets: list[str] = []

    def fill(found: re.Match[str]) -> str:
        inner = found[1]
        if choice := _CHOICE.fullmatch(inner):
            return rng.choice((choice[1], choice[2]))
        if _SECRET_NAME.fullmatch(inner) and not _NAMES_A_PLACE.search(inner):
            secrets.append(password(rng))
            return secrets[-1]
        return (
            inner.split("|")[0]
            if "|" in inner
            else inner.split(" ...")[0].replace(" ", "_")
            if " ..." in inner
            else inner
        )

    line = _PLACE.sub(fill, command)
    return Sample(shape, line, secrets[0] if secrets else "")


_ANGLE = re.compile(r"<([A-Za-z][\w -]{0,40})>")
_TALK = re.compile(r"\s*(?:[#%>*|;$@-]|//|<!)")


def commands_of_cheats(folder: Path, rng: random.Random) -> Iterator[Sample]:
    """The lines of cheat sheets in which `<password>` and the like stand for what is typed there."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".md", ".cheat", "") or not path.is_file():
            continue
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for line in lines:
            if "<" not in line or _TALK.match(line) or len(line) > 300:
                continue
            secrets: list[str] = []

            def fill(found: re.Match[str], secrets: list[str] = secrets) -> str:
                name = found[1].lower()
                if _SECRET_NAME.fullmatch(name):
                    secrets.append(password(rng))
                    return secrets[-1]
                return name.replace(" ", "_")

            filled = _ANGLE.sub(fill, line)
            if secrets:
                yield Sample(path.stem, filled.strip().strip("`"), secrets[0])
