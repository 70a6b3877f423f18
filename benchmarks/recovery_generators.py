"""Real generator templates as sources: a folder of checked-out cookiecutter and copier templates, read when measured.

Each folder below PATUI_GENERATORS is one generator with its `cookiecutter.json` or `copier.yml`; one of another make
(django's app template, ansible's role skeleton, sphinx-quickstart) is given a `cookiecutter.json` beside its files.
Beyond cookiecutter's own keys `{"repeat": [...]}` draws a list of one to four of these.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from benchmarks.recovery_sources import Draw, flag, name, person, sentence, version, word
from benchmarks.recovery_traces import Marking
from engine.cases import apply_filters

LARGEST = 30_000  # characters of a template file
MOST_FILES = 10  # of one generator, drawn by chance: a large one must not outweigh the others
_SUFFIXES = ("-tpl", ".j2", ".jinja", "_t")
_NOW = re.compile(r"\{%-?\s*now\b.*?%\}")
_YES_NO = ({"y", "n"}, {"yes", "no"}, {"Yes", "No"}, {"true", "false"})


@dataclass(frozen=True, slots=True)
class Generator:
    """`inputs` are drawn; `optional` are those of them that a person mostly leaves at their `defaults` (flags and
    choices); `derived` are templates over what stands before them; `files` maps path templates to body templates."""

    name: str
    inputs: Mapping[str, Draw]
    optional: Mapping[str, object]
    derived: Mapping[str, str]
    constants: Mapping[str, object]
    files: Mapping[str, str]
    options: Mapping[str, Any]


def generators(folder: Path) -> Iterator[Generator]:
    for root in sorted(one for one in folder.iterdir() if one.is_dir()):
        copier = root / "copier.yml"
        cookie = root / "cookiecutter.json"
        if cookie.exists():
            questions, files_root, options = json.loads(cookie.read_text(encoding="utf-8")), root, {}
        elif copier.exists():
            try:
                asked = yaml.safe_load(copier.read_text(encoding="utf-8"))
            except yaml.YAMLError:
                continue
            questions = {key: _answer(one) for key, one in asked.items() if not key.startswith("_")}
            files_root, options = root / asked.get("_subdirectory", "."), asked.get("_envops", {})
        else:
            continue
        options = {key: value for key, value in options.items() if key != "keep_trailing_newline"}
        yield _generator(root.name, questions, files_root, options)


def _answer(question: object) -> object:
    if not isinstance(question, dict):
        return question
    choices = question.get("choices")
    if isinstance(choices, dict):
        return list(choices.values())
    if isinstance(choices, list):
        return [one if isinstance(one, str) else next(iter(one.values())) for one in choices if one]
    default = question.get("default", "")
    if question.get("type") == "bool":
        return bool(default)
    return default if default not in (None, "") else question.get("placeholder") or question.get("help", "")


def _generator(label: str, questions: Mapping[str, object], root: Path, options: Mapping[str, Any]) -> Generator:
    inputs: dict[str, Draw] = {}
    optional: dict[str, object] = {}
    derived: dict[str, str] = {}
    constants: dict[str, object] = {}
    for key, value in questions.items():
        if isinstance(value, str) and ("{{" in value or "{%" in value):
            derived[key] = _NOW.sub("2026", value)
            continue
        draw = _draw(key, value) if not key.startswith("_") else None
        if draw is None:
            constants[key] = value
            continue
        inputs[key] = draw
        if isinstance(value, (list, bool)) or draw.__name__ == "yes_or_no":
            optional[key] = value[0] if isinstance(value, list) else value
    return Generator(label, inputs, optional, derived, constants, dict(_files(label, root)), options)


def _draw(key: str, value: object) -> Draw | None:
    """How an input is drawn, by its name and its default; None where nobody would change it."""
    if isinstance(value, bool):
        return flag
    if isinstance(value, list):
        plain = [one for one in value if isinstance(one, (str, bool))]
        return (lambda rng: rng.choice(plain)) if len(plain) == len(value) > 1 else None
    if isinstance(value, dict):
        return (lambda rng: rng.sample(value["repeat"], rng.randint(1, 4))) if "repeat" in value else None
    text = str(value)
    for pair in _YES_NO:
        if text in pair:

            def yes_or_no(rng: random.Random, pair: set[str] = pair) -> str:
                return rng.choice(sorted(pair))

            return yes_or_no
    for pattern, draw in _BY_KEY:
        if re.search(pattern, key):
            return _in_form(draw, text) if draw is name else draw
    if text.isdigit():
        return lambda rng: str(rng.randint(1024, 9999))
    return None


def email(rng: random.Random) -> str:
    return f"{word(rng)}@{word(rng)}.org"


def year(rng: random.Random) -> str:
    return str(rng.randint(2012, 2026))


def url(rng: random.Random) -> str:
    return f"https://{word(rng)}.example.{rng.choice(('org', 'com', 'dev'))}"


_BY_KEY: tuple[tuple[str, Draw], ...] = (
    (r"e?mail", email),
    (r"url|website|homepage|tracker", url),
    (r"description|summary|tagline", sentence),
    (r"version|release$", version),
    (r"year|copyright_date", year),
    (r"user(?!type)|github|handle|\borg\b|organi[sz]ation|owner|domain|namespace|pypi", lambda rng: word(rng)),
    (r"full_?name|author|company|holder", person),
    (r"name|slug|title|^project$|plugin|module|package", name),
)


def _in_form(draw: Draw, default: str) -> Draw:
    if " " in default or (default[:1].isupper() and default.lower() != default):
        form = "title"
    elif "-" in default:
        form = "kebab"
    elif "_" in default:
        form = "snake"
    else:
        return lambda rng: word(rng)
    return lambda rng: apply_filters(str(draw(rng)), (form,))


def _files(label: str, root: Path) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    tops = [one for one in sorted(root.iterdir()) if "{{" in one.name and one.is_dir()] or [root]
    for top in tops:
        for file in sorted(top.rglob("*")):
            if not file.is_file() or file.name in ("cookiecutter.json", "copier.yml"):
                continue
            try:
                body = file.read_bytes().decode()
            except UnicodeDecodeError:
                continue
            if ("{{" in body or "{%" in body) and len(body) <= LARGEST and "{% include" not in body:
                path = file.relative_to(root).as_posix()
                for suffix in _SUFFIXES:
                    path = path.removesuffix(suffix)
                found.append((path, _NOW.sub("2026", body)))
    random.Random(label).shuffle(found)
    yield from found[:MOST_FILES]


def environment(generator: Generator, known: Mapping[str, frozenset[str]]) -> Marking:
    made = Marking(known, frozenset(generator.derived), **generator.options)
    made.filters["slugify"] = lambda text, separator="-": re.sub(r"[^a-z0-9]+", separator, str(text).lower()).strip(
        separator
    )
    made.filters["jsonify"] = lambda value: json.dumps(value, indent=4)
    made.filters["repr"] = repr
    made.filters["to_nice_yaml"] = lambda value: yaml.safe_dump(value, default_flow_style=False)
    return made


Unrenderable = (jinja2.TemplateError, TypeError, ValueError, KeyError, AttributeError)
