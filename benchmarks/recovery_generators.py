"""Real generator templates as sources: a folder of checked-out cookiecutter and copier templates, read when measured.

Each folder below PATUI_GENERATORS is one generator with its `cookiecutter.json` or `copier.yml`; one of another make
(django's app template, ansible's role skeleton, sphinx-quickstart) is given a `cookiecutter.json` beside its files.
Beyond cookiecutter's own keys `{"repeat": [...]}` draws a list of one to four of these, and `{"some": [...]}` some, in
their order (copier's questions with several answers). A filter of a generator's own that is not known here
and only looks something up (the name in git's settings) hands its text on.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
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
_COPIER = {"_copier_conf": {"answers_file": ".copier-answers.yml", "dst_path": "."}, "current_year": "2026"}
_HANDED_ON = (
    "git_user_name",
    "git_user_email",
    "use_prerelease_versions",
    "latest_plone",
    "python_comment",
    "image_prefix",
)
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
    folders: Sequence[Path] = field(default=())
    """Where templates that a template includes lie."""


def generators(folder: Path) -> Iterator[Generator]:
    for root in sorted(one for one in folder.iterdir() if one.is_dir()):
        copier = root / "copier.yml"
        cookie = root / "cookiecutter.json"
        suffix, unrendered = "", []
        if cookie.exists():
            questions = json.loads(cookie.read_text(encoding="utf-8"))
            options, unrendered = questions.get("_jinja2_env_vars", {}), questions.get("_copy_without_render", [])
            files_root = root
        elif copier.exists():
            try:
                asked = yaml.safe_load(copier.read_text(encoding="utf-8"))
            except yaml.YAMLError:
                continue
            questions = {**_COPIER, **{key: _answer(one) for key, one in asked.items() if not key.startswith("_")}}
            files_root, options = root / asked.get("_subdirectory", "."), asked.get("_envops", {})
            suffix = asked.get("_templates_suffix", ".jinja")
        else:
            continue
        options = {key: value for key, value in options.items() if key != "keep_trailing_newline"}
        files = dict(_files(root.name, files_root, suffix, unrendered))
        yield _generator(root.name, questions, files, options, (files_root, root))


def _answer(question: object) -> object:
    if not isinstance(question, dict):
        return question
    if question.get("type") == "bool":
        default = question.get("default")
        return default if isinstance(default, bool) else False
    choices = question.get("choices")
    if isinstance(choices, dict):
        choices = [one["value"] if isinstance(one, dict) else one for one in choices.values()]
    if isinstance(choices, list):
        plain = [one if isinstance(one, str) else next(iter(one.values())) for one in choices if one]
        usual = question.get("default")
        kept = usual if isinstance(usual, list) else plain
        return {"some": plain, "usual": kept} if question.get("multiselect") else plain
    default = question.get("default", "")
    example = str(question.get("placeholder", ""))
    return default if default not in (None, "") else "" if "{" in example else example


def _generator(
    label: str,
    questions: Mapping[str, object],
    files: Mapping[str, str],
    options: Mapping[str, Any],
    folders: Sequence[Path],
) -> Generator:
    inputs: dict[str, Draw] = {}
    optional: dict[str, object] = {}
    derived: dict[str, str] = {}
    constants: dict[str, object] = {}
    for key, value in questions.items():
        if isinstance(value, str) and ("{{" in value or "{%" in value):
            value = _NOW.sub("2026", value)
            if set(re.findall(r"\w+", value)) & questions.keys():
                derived[key] = value
                continue
        draw = _draw(key, value) if not key.startswith("_") and key not in _COPIER else None
        if draw is None:
            constants[key] = value
            continue
        inputs[key] = draw
        if isinstance(value, (list, bool)) or draw.__name__ == "yes_or_no":
            optional[key] = value[0] if isinstance(value, list) else value
        elif isinstance(value, dict) and "some" in value:
            optional[key] = value.get("usual", [])
    return Generator(label, inputs, optional, derived, constants, files, options, folders)


def _draw(key: str, value: object) -> Draw | None:
    """How an input is drawn, by its name and its default; None where nobody would change it."""
    if isinstance(value, bool):
        return flag
    if isinstance(value, list):
        plain = [one for one in value if isinstance(one, (str, bool))]
        return (lambda rng: rng.choice(plain)) if len(plain) == len(value) > 1 else None
    if isinstance(value, dict) and "some" in value:
        return lambda rng: sorted(
            rng.sample(value["some"], rng.randint(1, len(value["some"]))), key=value["some"].index
        )
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


def _files(label: str, root: Path, suffix: str, unrendered: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(path, text) of the files below `root` that are templates: those that end in `suffix`, if there is one."""
    found: list[tuple[str, str]] = []
    tops = [one for one in sorted(root.iterdir()) if "{{" in one.name and one.is_dir()]
    for top in [root] if suffix or not tops else tops:
        for file in sorted(top.rglob("*")):
            path = file.relative_to(root).as_posix()
            if not file.is_file() or file.name in ("cookiecutter.json", "copier.yml") or not path.endswith(suffix):
                continue
            inner = file.relative_to(top).as_posix()
            if any(fnmatch(inner, one) or inner.startswith(one.rstrip("/") + "/") for one in unrendered):
                continue
            try:
                body = file.read_bytes().decode()
            except UnicodeDecodeError:
                continue
            if ("{{" in body or "{%" in body) and len(body) <= LARGEST and "_copier_answers" not in body:
                for ending in (suffix, *_SUFFIXES):
                    path = path.removesuffix(ending)
                found.append((path, _NOW.sub("2026", body)))
    random.Random(label).shuffle(found)
    yield from found[:MOST_FILES]


def environment(generator: Generator, known: Mapping[str, frozenset[str]]) -> Marking:
    made = Marking(known, frozenset(generator.derived), **generator.options)
    made.loader = jinja2.FileSystemLoader([str(folder) for folder in generator.folders])
    made.filters["slugify"] = lambda text, separator="-": re.sub(r"[^a-z0-9]+", separator, str(text).lower()).strip(
        separator
    )
    made.filters["jsonify"] = lambda value: json.dumps(value, indent=4)
    made.filters["repr"] = repr
    made.filters["to_nice_yaml"] = lambda value: yaml.safe_dump(value, default_flow_style=False)
    made.filters["package_path"] = lambda text: str(text).replace(".", "/")
    made.filters["pascal_case"] = made.filters["pascal"]
    for filter_name in _HANDED_ON:
        made.filters[filter_name] = lambda text: text
    return made


Unrenderable = (jinja2.TemplateError, TypeError, ValueError, KeyError, AttributeError)
