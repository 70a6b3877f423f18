# ruff: noqa: E501 - a table reads best with a case a line

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import documents
from engine.cases import FORMS
from engine.errors import InvalidDocument
from engine.library.pattern_file import parse_document, to_document
from engine.model import (
    FileTemplate,
    Kind,
    Literal,
    Pattern,
    Preset,
    RawTemplate,
    Repeat,
    Slot,
    Status,
    Switch,
    Template,
    Variable,
    VariableType,
)
from engine.template import parse, render, to_jinja

# ── the round trip ───────────────────────────────────────────────────────────────────────────────────────────────────

line = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
# What is hard to hold in YAML or in Jinja2.
hard = st.sampled_from(
    ["{{", "{%", "{#", "}}", "\n", "\r\n", "\t", " ", "  ", "a: b", "- ", "#", "'", '"', "\\", "\x00", "é", "{"]
)
text = st.one_of(
    st.lists(hard, max_size=6).map("".join), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
words = ("name", "kind", "tests", "fields", "items_2", "größe")
types = {
    "name": VariableType.STRING,
    "kind": VariableType.INTEGER,
    "tests": VariableType.BOOLEAN,
    "fields": VariableType.RECORDS,
    "items_2": VariableType.LIST,
    "größe": VariableType.STRING,
}
slots = st.builds(
    Slot,
    st.sampled_from(["name", "kind", "größe"]),
    st.lists(st.sampled_from(["snake", "pascal", "upper"]), max_size=2).map(tuple),
)
literals = st.builds(Literal, text)
leaves = st.one_of(literals, slots)
bodies = st.lists(leaves, min_size=1, max_size=3).map(tuple)
nodes = st.one_of(
    leaves,
    st.builds(Switch, st.just("tests"), bodies, st.one_of(st.just(()), bodies)),
    st.builds(Repeat, st.just("field"), st.just("fields"), st.just((Slot("field.type"), Literal("\n"))), text),
    st.builds(Repeat, st.just("item"), st.just("items_2"), st.just((Literal("- "), Slot("item"))), text),
)


def as_read(template: Template) -> Template:
    """The template in the shape that parsing gives it: neighbouring literals joined, empty ones gone."""
    read = parse(to_jinja(template))
    assert isinstance(read, Template)
    return read


templates = st.lists(nodes, max_size=5).map(lambda found: as_read(Template(tuple(found))))
raws = st.sampled_from(["{{ name | default('x') }}", "{% set a = 1 %}{{ a }}\n\n", "{{ name + 'é' }}\n  "]).map(
    RawTemplate
)
paths = st.lists(leaves, min_size=1, max_size=3).map(lambda found: as_read(Template((Literal("p/"), *found))))
values: dict[VariableType, st.SearchStrategy[Any]] = {
    VariableType.STRING: text,
    VariableType.INTEGER: st.one_of(text, st.integers().map(str), st.sampled_from(["007", "-0", "+1", "1.0", "0x1"])),
    VariableType.BOOLEAN: st.booleans(),
    VariableType.LIST: st.lists(text, max_size=3),
    VariableType.RECORDS: st.lists(st.dictionaries(st.sampled_from(["type", "name"]), text), max_size=2),
}
plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), text),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(text, inner, max_size=2)),
    max_leaves=5,
)
mappings = st.dictionaries(text, plain, max_size=2)
unknown_keys = st.dictionaries(st.sampled_from(["owner", "x-team", "später"]), plain, max_size=2)


@st.composite
def variables(draw: st.DrawFn, name: str) -> Variable:
    kind = types[name]
    scalar = kind in (VariableType.STRING, VariableType.INTEGER)
    return Variable(
        name=name,
        type=kind,
        derivation=draw(st.sampled_from(["", "stem", "dir[0] | pascal", "match.name"])),
        description=draw(text),
        choices=tuple(draw(st.lists(values[kind], max_size=2))) if scalar else (),
        default=draw(st.one_of(st.none(), values[kind])),
        required=draw(st.booleans()),
        examples=tuple(draw(st.lists(values[kind], max_size=2))),
        extra=draw(unknown_keys),
    )


argvs = st.lists(st.one_of(st.text("a {}'\"|$\n1ü", max_size=8), st.just("{{ tests }}")), min_size=1, max_size=3)
steps = st.fixed_dictionaries(
    {"argv": argvs}, optional={"cwd": st.just("a/b"), "expand": st.just(["*"]), "by_hand": line}
)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    kind = draw(st.sampled_from(Kind))
    files = st.builds(
        FileTemplate,
        path=paths,
        body=st.one_of(templates, raws),
        eol=st.sampled_from(["\n", "\r\n", "\r"]),
        switch=st.sampled_from(["", "tests"]),
        executable=st.booleans(),
        extra=unknown_keys,
    )
    most = 1 if kind is Kind.FILE else 2
    preset_values = st.fixed_dictionaries({}, optional={name: values[types[name]] for name in words})
    ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
    return Pattern(
        pattern_id=draw(ids),
        name=draw(line),
        kind=kind,
        variables=tuple(draw(variables(name)) for name in words),
        files=tuple(draw(st.lists(files, min_size=1, max_size=most))),
        presets=tuple(
            draw(
                st.lists(
                    st.builds(Preset, line, preset_values, unknown_keys), max_size=2, unique_by=lambda one: one.name
                )
            )
        ),
        steps=tuple(
            draw(st.lists(steps if kind in (Kind.EXECUTION, Kind.RECOVERY) else mappings, min_size=1, max_size=2))
        ),
        aliases=tuple(draw(st.lists(ids, max_size=2))),
        suggested_name=draw(st.one_of(st.just(""), line)),
        version=draw(st.sampled_from(["1.0.0", "1.0", "2"])),
        status=draw(st.sampled_from(Status)),
        description=draw(text),
        confidence=draw(st.floats(0, 1)),
        provenance=draw(mappings),
        evidence=draw(mappings),
        match=draw(mappings),
        invariants=tuple(draw(st.lists(text, max_size=2))),
        verification=draw(mappings),
        success_rate=draw(st.one_of(st.none(), st.floats(0, 1))),
        time_savings_estimate=draw(mappings),
        lineage=tuple(draw(st.lists(mappings, max_size=1))),
        extra=draw(unknown_keys),
    )


@settings(max_examples=60, deadline=None)
@given(patterns())
def test_what_is_written_is_read_back(pattern: Pattern) -> None:
    document = to_document(pattern)
    assert parse_document(document, "x.yaml") == pattern
    assert to_document(parse_document(document, "x.yaml")) == document


# ── how it reads ─────────────────────────────────────────────────────────────────────────────────────────────────────

PROVIDER = Pattern(
    pattern_id="PAT-PROVIDER-001",
    name="provider",
    kind=Kind.FILE,
    aliases=("AUTO-2025-11-22-001",),
    variables=(
        Variable("locale", derivation="dir[0]", examples=("fr_FR", "de_DE")),
        Variable("year", VariableType.INTEGER, default="2025", choices=("2024", "2025"), required=False),
        Variable("tests", VariableType.BOOLEAN, default=False),
        Variable("fields", VariableType.RECORDS, default=[{"name": "id", "type": "int"}]),
    ),
    presets=(Preset("like fr_FR", {"locale": "fr_FR", "year": "2024", "tests": True}),),
    files=(
        FileTemplate(
            parse("providers/{{ locale }}/__init__.py"),  # type: ignore[arg-type]
            parse(
                "class {{ locale | pascal }}:\n{%- for field in fields %}\n    {{ field.name }} = 1\n{%- endfor %}\n"
            ),
            eol="\r\n",
        ),
    ),
    confidence=0.875,
    evidence={"support": 3},
    extra={"owner": "me"},
)
DOCUMENT = """\
pattern_id: PAT-PROVIDER-001
aliases:
  - AUTO-2025-11-22-001
name: provider
kind: file
version: "1.0.0"
status: pending
confidence: 0.875
evidence:
  support: 3
variables:
  - name: locale
    type: string
    from: dir[0]
    examples:
      - fr_FR
      - de_DE
  - name: year
    type: integer
    choices:
      - 2024
      - 2025
    default: 2025
    required: false
  - name: tests
    type: boolean
    default: false
  - name: fields
    type: records
    default:
      - name: id
        type: int
presets:
  - name: like fr_FR
    values:
      locale: fr_FR
      year: 2024
      tests: true
files:
  - path: providers/{{ locale }}/__init__.py
    template: |
      class {{ locale | pascal }}:
      {%- for field in fields %}
          {{ field.name }} = 1
      {%- endfor %}
    eol: crlf
owner: me
"""


def test_a_person_can_read_it() -> None:
    assert to_document(PROVIDER) == DOCUMENT
    assert parse_document(DOCUMENT, "x") == PROVIDER


def test_a_short_document_is_enough() -> None:
    short = "pattern_id: P-1\nname: p\nkind: file\neol: crlf\nfiles:\n- {path: a.txt, template: hello}\n"
    assert parse_document(short, "x") == Pattern(
        "P-1",
        "p",
        Kind.FILE,
        files=(FileTemplate(Template((Literal("a.txt"),)), Template((Literal("hello"),)), eol="\r\n"),),
    )


# ── what is wrong with it ────────────────────────────────────────────────────────────────────────────────────────────


def problems_of(document: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        parse_document(document, "x.yaml")
    assert str(caught.value).startswith("x.yaml: ")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"name": None}, ["name: is missing"]),
        ({"name": "a\nb"}, ["name: must be one line of at most 200 characters"]),
        ({"pattern_id": "../x"}, ["pattern_id: must be letters, digits, dots and dashes, not '../x'"]),
        ({"aliases": ["ok", 3, "a b"]}, ["aliases[1]: must be text, not 3", "aliases[1]: must be letters, digits, dots and dashes, not 'a b'"]),
        ({"kind": None}, ["kind: is missing"]),
        ({"kind": "folder"}, ["kind: must be one of file, scaffold, execution, recovery, refactor, revision, not 'folder'"]),
        ({"version": 1.0}, ["version: must be text, not 1.0: put it in quotes"]),
        ({"status": "done"}, ["status: must be one of pending, approved, rejected, deferred, archived, not 'done'"]),
        ({"confidence": 75}, ["confidence: must be a number from 0 to 1, not 75"]),
        ({"success_rate": "high"}, ["success_rate: must be a number from 0 to 1, not 'high'"]),
        ({"match": []}, ["match: must be a mapping, not a list"]),
        ({"invariants": "x"}, ["invariants: must be a list, not 'x'"]),
        ({"lineage": [1]}, ["lineage[0]: must be a mapping, not 1"]),
        ({"eol": "unix"}, ["eol: must be one of lf, crlf, cr, not 'unix'"]),
        ({"variables": [{"name": "a b"}]}, ["variables[0].name: must be a word that a template can use, not 'a b'"]),
        ({"variables": [{"name": "for"}]}, ["variables[0].name: must be a word that a template can use, not 'for'"]),
        ({"variables": [{"type": "str"}]}, ["variables[0].name: is missing", "variables[0].type: must be one of string, integer, boolean, list, records, not 'str'"]),
        ({"variables": [{"name": "a", "default": True}]}, ["variables[0].default: must be text, not true: put it in quotes"]),
        ({"variables": [{"name": "a", "default": 1.1}]}, ["variables[0].default: must be text, not 1.1: put it in quotes"]),
        ({"variables": [{"name": "a", "type": "list", "examples": [["x"], "y"]}]}, ["variables[0].examples[1]: must be a list of texts, not 'y'"]),
        ({"variables": [{"name": "a", "type": "records", "default": [{"n": None}]}]}, ["variables[0].default: must be a list of mappings from text to text, not a list"]),
        ({"variables": [{"name": "a", "type": "boolean", "choices": [True]}]}, ["variables[0].choices: must not be given for the type boolean"]),
        ({"variables": [{"name": "a", "required": "no"}]}, ["variables[0].required: must be true or false, not 'no'"]),
        ({"variables": [{"name": "a", "from": "stem | shout"}]}, ["variables[0].from: 'stem | shout': no filter is called 'shout'; known are"]),
        ({"variables": [{"name": "a"}, {"name": "a"}]}, ["variables: has the name 'a' twice"]),
        ({"variables": ["a"]}, ["variables[0]: must be a mapping, not 'a'", "variables[0].name: is missing"]),
        ({"presets": [{"name": "p", "values": {"b": 1}}]}, ["presets[0].values.b: is not among the variables"]),
        ({"presets": [{"values": {}}]}, ["presets[0].name: is missing"]),
        ({"files": []}, ["files: must be one file for the kind file, not 0"]),
        ({"files": [], "kind": "scaffold"}, ["files: must not be empty for the kind scaffold"]),
        ({"kind": "recovery"}, ["steps: must not be empty for the kind recovery"]),
        ({"kind": "recovery", "steps": [{"note": "x"}]}, ["steps[0].argv: is missing: a list of words"]),
        ({"kind": "execution", "steps": [{"argv": []}]}, ["steps[0].argv: must have at least one word"]),
        ({"kind": "execution", "steps": [{"argv": "git push"}]}, ["steps[0].argv: must be a list, not 'git push'"]),
        ({"kind": "execution", "steps": [{"argv": ["a", 1.1, "{{ b }} {{ c | upper }}"], "cwd": "../x"}]}, ["steps[0].argv[1]: must be text, not 1.1", "steps[0].argv[2]: uses b, c, which the variables do not list", "steps[0].cwd: must be a directory inside the workspace, not '../x'"]),
        ({"files": [{"template": ""}]}, ["files[0].path: is missing"]),
        ({"files": [{"path": "a"}]}, ["files[0].template: is missing (an empty file has an empty text)"]),
        ({"files": [{"path": "a", "template": "x\n{% if %}"}]}, ["files[0].template: line 2: "]),
        ({"files": [{"path": "a", "template": "{{ b }}{{ c }}"}]}, ["files[0].template: uses b, c, which the variables do not list"]),
        ({"files": [{"path": "{{ 1 + 1 }}", "template": ""}]}, ["files[0].path: uses more of Jinja2 than a path may: "]),
        ({"files": [{"path": "a", "template": "", "switch": "b"}]}, ["files[0].switch: must name a variable of the type boolean, not 'b'"]),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(change: dict[str, Any], problems: list[str]) -> None:
    good = {"pattern_id": "P-1", "name": "p", "kind": "file", "files": [{"path": "a", "template": "x"}]}
    assert parse_document(documents.dump(good), "x").name == "p"
    found = problems_of(documents.dump(good | change))
    assert len(found) == len(problems), found
    for one, expected in zip(found, problems, strict=True):
        assert one.startswith(expected), found


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("", "must be a mapping, not null"),
        ("- a\n", "must be a mapping, not a list"),
        ("a: *b\n", "a: uses the alias *b: write the value out"),
        ("{", "line 2, column 1: is not YAML here"),
    ],
)
def test_what_is_no_pattern_at_all(document: str, problem: str) -> None:
    assert problems_of(document)[0].startswith(problem)


def test_problems_of_different_parts_come_together() -> None:
    wrong = documents.dump({"pattern_id": "P 1", "variables": [{}], "files": [{"path": 1}], "confidence": -1})
    assert len(problems_of(wrong)) == 7


def test_an_edited_template_that_uses_more_of_jinja_stays_as_it_is() -> None:
    source = "{% set x = name | default('y') %}{{ x }}\n"
    edited = replace(PROVIDER, files=(replace(PROVIDER.files[0], body=RawTemplate(source)),))
    assert parse_document(to_document(edited), "x").files[0].body == RawTemplate(source)


def test_the_documentation_shows_what_is_true() -> None:
    page = (Path(__file__).parents[3] / "docs" / "patterns.md").read_text()
    example = page.partition("```yaml\n")[2].partition("```")[0]
    pattern = parse_document(example, "docs/patterns.md")
    assert to_document(pattern) == example
    body = pattern.files[0].body
    assert isinstance(body, Template)
    assert render(body, pattern.presets[0].values) == (
        'class OrderHandler:\n    route = "/orders"\n\n    def get(self) -> Response: ...\n\n'
        "    def create(self) -> Response: ...\n\n    page_size = 50\n"
    )
    for form in FORMS:
        assert f"`{form}`" in page, form
    for key in documents.load(to_document(PROVIDER), "x"):
        assert f"`{key}`" in page or key == "owner", key
