"""The pattern file: a Pattern as a YAML document that a person can read, edit and review (docs/patterns.md).

Writing and reading back is the identity. Reading reports every problem at once, each with its path; keys that this
version does not know survive.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from engine import documents
from engine.errors import InvalidDocument, Problem, TemplateError
from engine.library.fields import Fields, shown
from engine.library.values import read_value, write_value
from engine.model import FileTemplate, Kind, Pattern, Preset, RawTemplate, Status, Template, Variable, VariableType
from engine.template import derive, is_variable_name, parse, to_jinja, variables_of

EOLS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
_EOL_NAMES = {eol: name for name, eol in EOLS.items()}
# Ids and aliases become parts of file names.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_LONGEST_NAME = 200
_PARAMETER = re.compile(r"\{\{\s*([A-Za-z_]\w{0,60})(?:\s*\|\s*[a-z_]{1,20}){0,4}\s*\}\}")


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_document(pattern: Pattern) -> str:
    """The text of the pattern's file. What is empty or as usual is left out."""
    types = {variable.name: variable.type for variable in pattern.variables}
    data: dict[str, Any] = {
        "pattern_id": pattern.pattern_id,
        "aliases": list(pattern.aliases),
        "name": pattern.name,
        "suggested_name": pattern.suggested_name,
        "kind": pattern.kind.value,
        "version": pattern.version,
        "status": pattern.status.value,
        "description": pattern.description,
        "confidence": pattern.confidence,
        "provenance": pattern.provenance,
        "evidence": pattern.evidence,
        "match": pattern.match,
        "invariants": list(pattern.invariants),
        "variables": [_variable_data(variable) for variable in pattern.variables],
        "presets": [_preset_data(preset, types) for preset in pattern.presets],
        "files": [_file_data(file) for file in pattern.files],
        "steps": list(pattern.steps),
        "verification": pattern.verification,
        "success_rate": pattern.success_rate,
        "time_savings_estimate": pattern.time_savings_estimate,
        "lineage": list(pattern.lineage),
    }
    return documents.dump(_without_empty(data) | dict(pattern.extra))


def _variable_data(variable: Variable) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": variable.name,
        "type": variable.type.value,
        "from": variable.derivation,
        "description": variable.description,
        "choices": [write_value(variable.type, choice) for choice in variable.choices],
    }
    data = _without_empty(data)
    if variable.default is not None:  # an empty default is one
        data["default"] = write_value(variable.type, variable.default)
    if not variable.required:
        data["required"] = False
    if variable.examples:
        data["examples"] = [write_value(variable.type, example) for example in variable.examples]
    return data | dict(variable.extra)


def _preset_data(preset: Preset, types: Mapping[str, VariableType]) -> dict[str, Any]:
    string = VariableType.STRING
    values = {name: write_value(types.get(name, string), value) for name, value in preset.values.items()}
    return {"name": preset.name, "values": values, **preset.extra}


def _file_data(file: FileTemplate) -> dict[str, Any]:
    body = file.body.source if isinstance(file.body, RawTemplate) else to_jinja(file.body)
    data: dict[str, Any] = {"path": to_jinja(file.path), "template": body, "eol": _EOL_NAMES[file.eol]}
    if file.switch:
        data["switch"] = file.switch
    if file.executable:
        data["executable"] = True
    return data | dict(file.extra)


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def parse_document(text: str, source: str) -> Pattern:
    """The pattern in `text`; `source` names it in messages. Raises InvalidDocument with every problem."""
    problems: list[Problem] = []
    fields = Fields(documents.load(text, source), "", problems)
    if problems:
        raise InvalidDocument(source, problems)
    variables = tuple(_variable(row) for row in fields.rows("variables"))
    types = {variable.name: variable.type for variable in variables}
    eol = _eol(fields, "\n")
    pattern = Pattern(
        pattern_id=_id(fields.text("pattern_id", required=True), fields.at("pattern_id"), problems),
        aliases=tuple(
            _id(alias, f"aliases[{number}]", problems) for number, alias in enumerate(fields.texts("aliases"))
        ),
        name=_name(fields, "name", required=True),
        suggested_name=_name(fields, "suggested_name"),
        kind=_kind(fields),
        version=fields.text("version", "1.0.0"),
        status=fields.choice("status", Status, Status.PENDING),
        description=fields.text("description"),
        confidence=fields.share("confidence") or 0.0,
        provenance=fields.mapping("provenance"),
        evidence=fields.mapping("evidence"),
        match=fields.mapping("match"),
        invariants=fields.texts("invariants"),
        variables=variables,
        presets=tuple(_preset(row, types) for row in fields.rows("presets")),
        files=tuple(_file(row, eol, types) for row in fields.rows("files")),
        steps=_steps(fields, types),
        verification=fields.mapping("verification"),
        success_rate=fields.share("success_rate"),
        time_savings_estimate=fields.mapping("time_savings_estimate"),
        lineage=fields.mappings("lineage"),
        extra=fields.rest(),
    )
    problems.extend(_contradictions(pattern))
    if problems:
        raise InvalidDocument(source, problems)
    return pattern


def _id(text: str, where: str, problems: list[Problem]) -> str:
    if text and not _ID.fullmatch(text):
        problems.append(Problem(where, f"must be letters, digits, dots and dashes, not {shown(text)}"))
    return text


def _name(fields: Fields, key: str, *, required: bool = False) -> str:
    name = fields.text(key, required=required)
    if len(name) > _LONGEST_NAME or any(unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") for char in name):
        fields.problem(key, f"must be one line of at most {_LONGEST_NAME} characters")
    return name


def _kind(fields: Fields) -> Kind:
    if not fields.has("kind"):
        fields.problem("kind", "is missing")
    return fields.choice("kind", Kind, Kind.FILE)


def _variable(fields: Fields) -> Variable:
    name = fields.text("name", required=True)
    if name and not is_variable_name(name):
        fields.problem("name", f"must be a word that a template can use, not {shown(name)}")
    kind = fields.choice("type", VariableType, VariableType.STRING)
    derivation = fields.text("from")
    if derivation:
        try:
            derive(derivation, "")
        except TemplateError as error:
            fields.problem("from", str(error))

    def value(data: Any, where: str) -> Any:
        return read_value(kind, data, where, fields.problems)

    default = fields.get("default")
    choices = fields.each("choices", value)
    if kind not in (VariableType.STRING, VariableType.INTEGER) and choices:
        fields.problem("choices", f"must not be given for the type {kind.value}")
    return Variable(
        name=name,
        type=kind,
        derivation=derivation,
        description=fields.text("description"),
        choices=choices,
        default=None if default is None else value(default, fields.at("default")),
        required=fields.truth("required", True),
        examples=fields.each("examples", value),
        extra=fields.rest(),
    )


def _preset(fields: Fields, types: Mapping[str, VariableType]) -> Preset:
    values = {}
    for name, data in fields.mapping("values").items():
        where = fields.at(f"values.{name}")
        if name not in types:
            fields.problem(f"values.{name}", "is not among the variables")
        elif (value := read_value(types[name], data, where, fields.problems)) is not None:
            values[name] = value
    return Preset(name=_name(fields, "name", required=True), values=values, extra=fields.rest())


def _file(fields: Fields, eol: str, types: Mapping[str, VariableType]) -> FileTemplate:
    path = _template(fields, "path", types)
    if isinstance(path, RawTemplate):
        fields.problem("path", "uses more of Jinja2 than a path may: names, case filters, if and for")
        path = Template(())
    if not fields.has("path"):
        fields.problem("path", "is missing")
    if not fields.has("template"):
        fields.problem("template", "is missing (an empty file has an empty text)")
    body = _template(fields, "template", types)
    switch = fields.text("switch")
    if switch and types.get(switch) is not VariableType.BOOLEAN:
        fields.problem("switch", f"must name a variable of the type boolean, not {shown(switch)}")
    return FileTemplate(
        path=path,
        body=body,
        eol=_eol(fields, eol),
        switch=switch,
        executable=fields.truth("executable", False),
        extra=fields.rest(),
    )


def _steps(fields: Fields, types: Mapping[str, VariableType]) -> tuple[Mapping[str, Any], ...]:
    if fields.data.get("kind") in (Kind.EXECUTION, Kind.RECOVERY):
        return tuple(_step(row, types) for row in fields.rows("steps"))
    return fields.mappings("steps")


def _step(fields: Fields, types: Mapping[str, VariableType]) -> Mapping[str, Any]:
    """A step as it stands in the file. One with `argv` is a command: a list of words, whose parameters are listed."""
    if fields.has("argv") or not fields.has("edit"):
        if not fields.has("argv"):
            fields.problem("argv", "is missing: a list of words")
        fields.texts("argv")
        words = fields.data.get("argv")
        if words == []:
            fields.problem("argv", "must have at least one word")
        for number, word in enumerate(words if isinstance(words, list) else ()):
            if not isinstance(word, str):
                continue
            unknown = [name for name in dict.fromkeys(_PARAMETER.findall(word)) if name not in types]
            if unknown:
                fields.problem(f"argv[{number}]", f"uses {', '.join(unknown)}, which the variables do not list")
            if "\0" in word:
                fields.problem(f"argv[{number}]", "must not hold a NUL")
    where = fields.text("cwd")
    if where.startswith(("/", "~")) or ".." in where.split("/"):
        fields.problem("cwd", f"must be a directory inside the workspace, not {shown(where)}")
    fields.texts("expand")
    fields.text("by_hand")
    return fields.data


def _template(fields: Fields, key: str, types: Mapping[str, VariableType]) -> Template | RawTemplate:
    try:
        template = parse(fields.text(key))
    except TemplateError as error:
        fields.problem(key, str(error))
        return Template(())
    # A raw template may use names that Jinja2 itself knows; the sandbox says what it lacks.
    unknown = (
        [] if isinstance(template, RawTemplate) else [name for name in variables_of(template) if name not in types]
    )
    if unknown:
        fields.problem(key, f"uses {', '.join(unknown)}, which the variables do not list")
    return template


def _eol(fields: Fields, default: str) -> str:
    name = fields.text("eol")
    if name and name not in EOLS:
        fields.problem("eol", f"must be one of {', '.join(EOLS)}, not {shown(name)}")
    return EOLS.get(name, default)


def _contradictions(pattern: Pattern) -> list[Problem]:
    """What is wrong with the whole although each part may be right."""
    problems: list[Problem] = []
    for key, names in (
        ("variables", [variable.name for variable in pattern.variables]),
        ("presets", [preset.name for preset in pattern.presets]),
    ):
        twice = sorted({name for name in names if name and names.count(name) > 1})
        problems.extend(Problem(key, f"has the name {name!r} twice") for name in twice)
    if pattern.kind is Kind.FILE and len(pattern.files) != 1:
        problems.append(Problem("files", f"must be one file for the kind file, not {len(pattern.files)}"))
    if pattern.kind is Kind.SCAFFOLD and not pattern.files:
        problems.append(Problem("files", "must not be empty for the kind scaffold"))
    if pattern.kind in (Kind.EXECUTION, Kind.RECOVERY) and not pattern.steps:
        problems.append(Problem("steps", f"must not be empty for the kind {pattern.kind.value}"))
    return problems
