"""AUTO-008: a template from examples, and the draft of a pattern with a confidence that was measured.

Confidence is leave-one-out: a template is induced from all examples but one, fitted to the one left out, and the share
of the typing that it saves is counted by the Keystroke-Level Model (`engine.savings`); the mean over at most ROUNDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.errors import TooDifferent
from engine.induction import LEAST_LITERAL, asked, complete, fit, induce, literal_share, presets_of, typing_length
from engine.model import (
    Example,
    FileTemplate,
    Induction,
    Instance,
    Kind,
    Pattern,
    Template,
    Value,
    Variable,
    VariableType,
)
from engine.savings import Cost, edit_cost, typing_cost
from engine.template import to_jinja

ROUNDS = 3
COPY_INSTEAD = (
    "The examples share little: copying is better, so start like the one that is nearest (its preset) and edit."
)
_WHOLE = "whole text"  # no variable of a template can have this name
_SHORT = 40


class TemplateAutoGenerator:
    """Generates a template from files that are there already; `read` gives the example behind a path."""

    def __init__(self, read: Callable[[str], Example], *, background: Mapping[str, int] | None = None) -> None:
        self._read = read
        self._background = background

    def generate_from_examples(self, files: Sequence[str]) -> dict[str, Any]:
        """`template` (Jinja2), `variables`, `confidence` (0..1) and `suggested_name` for the files at these paths.

        Raises TooDifferent when they do not share enough to be one template.
        """
        instances = [Instance(path, (self._read(path),)) for path in files]
        induction = induce(instances, background=self._background)
        body = induction.files[0].body
        return {
            "template": to_jinja(body) if isinstance(body, Template) else body.source,
            "variables": [describe(variable) for variable in induction.variables],
            "confidence": confidence(instances, kind=Kind.FILE, background=self._background),
            "suggested_name": induction.suggested_name,
        }


def describe(variable: Variable) -> dict[str, Any]:
    """A variable in the keys of a pattern file."""
    return {
        "name": variable.name,
        "type": variable.type.value,
        "from": variable.derivation,
        "default": variable.default,
        "choices": list(variable.choices),
        "examples": list(variable.examples),
    }


def draft_pattern(
    instances: Sequence[Instance],
    *,
    kind: Kind,
    name: str,
    pattern_id: str,
    aliases: Sequence[str] = (),
    signature: str = "",
    background: Mapping[str, int] | None = None,
    rounds: int = ROUNDS,
) -> Pattern:
    """The draft of a pattern that makes the next of `instances`; raises TooDifferent where there is none to be had.

    Without `rounds` its confidence is not measured, and 0.
    """
    induction = induce(instances, kind=kind, background=background)
    presets = presets_of(induction, preset_names(instances, induction))
    share = literal_share(induction, instances)
    return Pattern(
        pattern_id=pattern_id,
        name=name,
        kind=kind,
        variables=induction.variables,
        files=induction.files,
        presets=presets,
        aliases=tuple(aliases),
        suggested_name=induction.suggested_name,
        description=_description(induction, len(instances), share),
        confidence=confidence(instances, kind=kind, background=background, rounds=rounds) if rounds else 0.0,
        match={"signature": signature} if signature else {},
        evidence={"learned_from": len(instances), "literal_share": round(share, 3)},
        invariants=_invariants(induction.files),
    )


def confidence(
    instances: Sequence[Instance], *, kind: Kind, background: Mapping[str, int] | None = None, rounds: int = ROUNDS
) -> float:
    """The share of typing saved on an example that the template did not see, the mean of at most `rounds`, in 0..1.

    Of two examples each is predicted by a copy of the other with the path's words replaced, which is the least that a
    template of both can do: what else will differ cannot be seen in two. A single example leaves nothing to measure: 0.
    """
    ordered = sorted(instances, key=lambda instance: (instance.created, instance.path))
    if len(ordered) < 2:
        return 0.0
    if len(ordered) == 2:
        return round(_copied_share(ordered, kind, background), 3)
    step = max(1, len(ordered) // rounds)
    chosen = ordered[::-1][::step][:rounds]
    shares = []
    for left_out in chosen:
        training = [instance for instance in ordered if instance is not left_out]
        try:
            induction = induce(training, kind=kind, background=background)
        except TooDifferent:
            shares.append(0.0)
            continue
        shares.append(max(0.0, saved_share(induction, training, left_out)))
    return round(sum(shares) / len(shares), 3)


def _copied_share(pair: Sequence[Instance], kind: Kind, background: Mapping[str, int] | None) -> float:
    """The share of typing that copying one of a pair for the other saves, the mean of both ways."""
    try:
        induction = induce(pair, kind=kind, background=background)
    except TooDifferent:
        return 0.0
    texts = ["".join(file.text for file in sorted(one.files, key=lambda file: file.path)) for one in pair]
    decided = [variable for variable in induction.variables if variable.derivation]
    shares = []
    for values, copied, instance, text in zip(induction.values[::-1], texts[::-1], pair, texts, strict=True):
        preset = {variable.name: values[variable.name] for variable in decided} | {_WHOLE: copied}
        done = complete([*decided, Variable(_WHOLE)], induction.files, instance.path, {}, preset)
        edits = edit_cost(str(done.values[_WHOLE]), text)
        ours = Cost(1 + edits.chars, edits.places)
        shares.append(max(0.0, 1 - ours.seconds / max(typing_cost(text).seconds, 0.01)))
    return sum(shares) / len(shares)


def saved_share(induction: Induction, training: Sequence[Instance], instance: Instance) -> float:
    """The share of typing `instance` that the induced template saves; below 0 where it costs more than typing."""
    presets = presets_of(induction, preset_names(training, induction))
    texts = {file.path: file.text for file in instance.files}
    found = fit(induction.files, induction.variables, presets, texts, instance.path)
    preset = next((one.values for one in presets if one.name == found.preset), None)
    done = complete(induction.variables, induction.files, instance.path, found.values, preset)
    known = {name for name, source in done.sources.items() if source in ("given", "path")}
    taken = asked(induction.variables, induction.files, known, done.values)
    text = "".join(texts.values())
    edits = edit_cost(found.rendered, text)
    ours = Cost(sum(map(typing_length, found.values.values())) + taken + edits.chars, edits.places)
    return 1 - ours.seconds / max(typing_cost(text).seconds, 0.01)


def preset_names(instances: Sequence[Instance], induction: Induction) -> list[str]:
    """What a person calls each example: what its path decides (`fr_FR`), or its path where that is not unique."""
    decided = [variable.name for variable in induction.variables if variable.derivation]
    short = [_short_name(values, decided) for values in induction.values]
    if all(short) and len(set(short)) == len(short):
        return short
    return [instance.path for instance in instances]


def _short_name(values: Mapping[str, Value], decided: Sequence[str]) -> str:
    words = [str(values[name]) for name in decided if isinstance(values[name], str)]
    return " ".join(dict.fromkeys(words))[:_SHORT]


def _description(induction: Induction, count: int, share: float) -> str:
    open_ones = [variable for variable in induction.variables if not variable.derivation]
    switches = sum(variable.type is VariableType.BOOLEAN for variable in open_ones)
    files = len(induction.files)
    what = "One file" if files == 1 else f"{files} files"
    text = (
        f"{what}, learned from {count} examples; asks for {len(open_ones) - switches} values and {switches} switches."
    )
    return text if share >= LEAST_LITERAL else f"{text} {COPY_INSTEAD}"


def _invariants(files: Sequence[FileTemplate]) -> tuple[str, ...]:
    """What every file of the family has: its longest literal lines, as a person would recognise it."""
    found = []
    for file in files:
        if isinstance(file.body, Template):
            lines = [line.strip() for node in file.body.nodes for line in getattr(node, "text", "").split("\n")]
            found += sorted({line for line in lines if len(line) > 20}, key=lambda line: (-len(line), line))[:2]
    return tuple(found[:4])
