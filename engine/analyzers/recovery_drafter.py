"""A fix as a recovery: what is written into the pattern file, and read back from it when the error returns.

The file says all that is needed: the error that it is for, the steps with their parameters, and for each parameter
which piece of the error's text it is (`from_error`), or which word was chosen for which (`choices_by_value`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from engine.cases import apply_filters
from engine.mining.argument_types import common_type
from engine.mining.bindings import atoms_of, evaluate, slots_of
from engine.mining.command_risks import MARKS, marks_of
from engine.mining.edit_rules import EditRule
from engine.mining.episodes import AGAIN
from engine.mining.fixes import Choice, Fix, FixStep, Past
from engine.mining.sequences.names import UNSAID, parameter_name
from engine.model import ErrorRecord, Kind, Pattern, Step, StepKind, Variable, VariableType
from engine.savings import KEYSTROKE, MENTAL

FLAG_BELOW = 0.8
"""A recovery that helps less often than this is flagged."""
_MOST_EXAMPLES = 20
_MASK = re.compile(r"‹(\w+)›")
_SLOT = re.compile(r"\{\{ ([a-z]+\d*(?:\.[a-z]+)?)((?: \| [a-z_]+)*) \}\}")
_NAMED = re.compile(r"\{\{\s*([A-Za-z_]\w*)((?:\s*\|\s*[a-z_]+)*)\s*\}\}")
_KINDS = {"port": "port", "path": "file", "url": "url", "email": "email", "version": "version", "hex": "commit"}
_MONTH = 30 * 86_400.0

Redact = Callable[[str], str]


def signature_of(error_signature: str, fix: Fix) -> str:
    """What makes two recoveries the same: the error, and what is done about it, whatever its parameters are called."""
    # A choice is the piece of the error that it is made by: one exception more does not make it another fix.
    by = {f"{{{{ {choice.name} }}}}": f"{{{{ {choice.by} }}}}" for choice in fix.choices}
    told = [
        [*(by.get(word, word) for word in step.argv), *(step.edit.parts if step.edit else ())] for step in fix.steps
    ]
    digest = sha256(repr(told).encode(errors="surrogatepass")).hexdigest()[:12]
    return f"recovery:{error_signature}:{digest}"


def draft_recovery(error: ErrorRecord, fix: Fix, pasts: Sequence[Past], redact: Redact, now: float) -> Pattern:
    """The recovery of a fix for errors like `error`, without id and place; `pasts` are what it was learned from."""
    own = [pasts[number] for number in fix.occurrences]
    names = _names(fix, error, own)
    seconds = round(sum(_typing(past.steps) for past in own) / max(1, len(own)), 1)
    steps = [_step_document(step, names) for step in fix.steps]
    marks = [mark for mark in MARKS if any(mark in marks_of(step.argv) for step in fix.steps if step.argv)]
    name = _name(error, fix)
    months = max(1.0, (now - fix.first) / _MONTH)
    return Pattern(
        pattern_id="",
        name=name,
        suggested_name=name,
        kind=Kind.RECOVERY,
        description=f"What was done about {error.type} {fix.times} times: {redact(error.template)[:200]}",
        confidence=round(fix.share * (1 - 1 / (1 + fix.times)), 3),
        variables=tuple(_variable(key, name, fix, own, redact) for key, name in names.items()),
        steps=tuple(steps),
        match={
            "error_type": error.type,
            "error_signature": error.signature,
            "signature": signature_of(error.signature, fix),
            "template": redact(error.template)[:500],
            **({"only": {key: redact(text) for key, text in fix.only}} if fix.only else {}),
        },
        provenance={
            "found_in": "errors that went away",
            "sessions": fix.sessions,
            "first": _day(fix.first),
            "last": _day(fix.last),
            "by_people": fix.people,
            "by_agents": fix.times - fix.people,
        },
        evidence={
            "support": fix.times,
            "seen": fix.matching,
            "sessions": fix.sessions,
            "first": _day(fix.first),
            "last": _day(fix.last),
            "marks": marks,
            "occurrences": [_occurrence(past, redact) for past in own[-_MOST_EXAMPLES:][::-1]],
        },
        verification={"rerun": "the command that failed"},
        success_rate=round(fix.share, 3),
        time_savings_estimate={
            "seconds_per_use": seconds,
            "hours_saved": round(seconds * fix.times / 3600, 4),
            "hours_per_month": round(seconds * fix.times / months / 3600, 4),
            "source": "keystroke-level model",
        },
    )


def fix_of(pattern: Pattern) -> Fix | None:
    """The fix that a recovery's file holds; None when it holds none that could be offered."""
    bound: dict[str, str] = {}
    choices: list[Choice] = []
    for number, variable in enumerate(pattern.variables, 1):
        source = variable.extra.get("from_error")
        if not isinstance(source, str):
            bound[variable.name] = f"asked{number}"
            continue
        values = variable.extra.get("choices_by_value")
        if isinstance(values, Mapping):
            choices.append(Choice(f"choice{number}", source, tuple((str(k), str(v)) for k, v in values.items())))
            bound[variable.name] = f"choice{number}"
        else:
            bound[variable.name] = source
    steps: list[FixStep] = []
    for entry in pattern.steps:
        argv, edit, cwd = entry.get("argv"), entry.get("edit"), entry.get("cwd")
        if isinstance(edit, Mapping):
            parts = [edit.get(key, "") for key in ("kind", "where", "before", "after")]
            if all(isinstance(part, str) for part in parts):
                steps.append(FixStep(edit=EditRule.of([parts[0], parts[1], *(_unnamed(p, bound) for p in parts[2:])])))
        elif isinstance(argv, list | tuple) and argv and all(isinstance(word, str) for word in argv):
            words = tuple(_unnamed(word, bound) for word in argv)
            steps.append(FixStep(words, cwd if isinstance(cwd, str) else ""))
    only = pattern.match.get("only")
    support = pattern.evidence.get("support")
    times = support if isinstance(support, int) else 0
    limits = tuple((str(key), str(text)) for key, text in only.items()) if isinstance(only, Mapping) else ()
    return Fix(tuple(steps), tuple(choices), limits, times=times, matching=times) if steps else None


def with_rate(pattern: Pattern, uses: int, succeeded: int) -> dict[str, Any]:
    """The fields of a recovery that change with its outcomes: its rate, and the flag where that is low."""
    rate = round(succeeded / uses, 2) if uses else pattern.success_rate
    extra = {key: value for key, value in pattern.extra.items() if key != "flagged"}
    if rate is not None and rate < FLAG_BELOW:
        extra["flagged"] = f"helped {succeeded} of {uses} times, below {FLAG_BELOW:.0%}"
    return {"success_rate": rate, "extra": extra}


# ── parts of the document ────────────────────────────────────────────────────────────────────────────────────────────


def _names(fix: Fix, error: ErrorRecord, own: Sequence[Past]) -> dict[str, str]:
    """Each expression of the fix -> what its variable is called."""
    names: dict[str, str] = {}
    kinds = _MASK.findall(error.template)
    for step in fix.steps:
        templates = step.argv if step.edit is None else step.edit.parts
        for place, template in enumerate(templates):
            for slot in slots_of(template):
                key = slot.split(" | ")[0]
                if key in names:
                    continue
                if step.edit is not None:
                    names[key] = _unique({2: "old", 3: "new"}.get(place, "name"), names)
                    continue
                number = re.fullmatch(r"parameter(\d+)(?:\..+)?", key)
                kind = kinds[int(number[1]) - 1] if number and int(number[1]) <= len(kinds) else ""
                if key.startswith("path") or key == "line":
                    names[key] = _unique("file" if key.startswith("path") else "line", names)
                elif kind in _KINDS:
                    names[key] = _unique(_KINDS[kind], names)
                else:
                    values = [evaluate(key, atoms_of(past.error)) or "" for past in own]
                    names[key] = _named_by(step.argv, place, common_type(values), set(names.values()))
    return names


def _named_by(argv: Sequence[str], place: int, kind: str, taken: set[str]) -> str:
    """What a word is called by what the command does; options before it say little here (`mkdir -p`)."""
    plain = [n for n, word in enumerate(argv) if n == place or not word.startswith("-")]
    words = tuple(_SLOT.sub("x", argv[n]) for n in plain)
    return parameter_name(words, plain.index(place), kind, taken)


def _unique(name: str, names: Mapping[str, str]) -> str:
    taken, number, unique = set(names.values()), 2, name
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique


def _step_document(step: FixStep, names: Mapping[str, str]) -> dict[str, Any]:
    if step.edit is not None:
        kind, where, before, after = step.edit.parts
        rule = {"kind": kind, "where": where, "before": _named(before, names), "after": _named(after, names)}
        return {"edit": {key: text for key, text in rule.items() if text}, "path": "the file that the error names"}
    document: dict[str, Any] = {"argv": [_named(word, names) for word in step.argv]}
    if step.cwd:
        document["cwd"] = step.cwd
    if marks := marks_of(step.argv):
        document["marks"] = list(marks)
    return document


def _named(template: str, names: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: f"{{{{ {names.get(slot[1], slot[1])}{slot[2]} }}}}", template)


def _unnamed(word: str, bound: Mapping[str, str]) -> str:
    def expression(slot: re.Match[str]) -> str:
        filters = "".join(f" | {name.strip()}" for name in slot[2].split("|")[1:])
        return f"{{{{ {bound[slot[1]]}{filters} }}}}" if slot[1] in bound else slot[0]

    return _NAMED.sub(expression, word)


def _variable(key: str, name: str, fix: Fix, own: Sequence[Past], redact: Redact) -> Variable:
    if key.startswith("asked"):
        return Variable(name, VariableType.INTEGER, description="to be given: it was another one each time")
    choice = next((one for one in fix.choices if one.name == key), None)
    source = choice.by if choice else key
    seen: dict[str, None] = {}
    for past in own:
        text = evaluate(source, atoms_of(past.error))
        if text:
            seen.setdefault(redact(dict(choice.values).get(text, text) if choice else text))
    extra: dict[str, Any] = {"from_error": source}
    if choice:
        extra["choices_by_value"] = {redact(text): redact(word) for text, word in choice.values}
    return Variable(name, examples=tuple(seen)[-8:], description="taken from the error's own text", extra=extra)


def _occurrence(past: Past, redact: Redact) -> dict[str, Any]:
    return {
        "at": datetime.fromtimestamp(past.at, UTC).isoformat(timespec="seconds"),
        "session": redact(past.session),
        "command": redact(past.error.command),
        "error": redact(past.error.message)[:300],
        "fix": [
            redact(" ".join(step.argv)) if step.kind is StepKind.COMMAND else f"edit {redact(step.path)}"
            for step in past.steps
            if step != AGAIN
        ],
        **({"by_agent": True} if past.by_agent else {}),
    }


def _name(error: ErrorRecord, fix: Fix) -> str:
    """A short readable name: `module-not-found-pip-install`."""
    kind = apply_filters(error.type, ("kebab",)).removesuffix("-error") or "error"
    first = next((step for step in fix.steps if step.argv), None)
    if first is None:
        done = "edit"
    else:
        plain = [word for word in first.argv[:3] if re.fullmatch(r"[A-Za-z][\w.-]{0,20}", word)]
        done = " ".join(plain[:2])
    words = UNSAID.sub(
        "-", f"{error.tool if error.type.isupper() or error.type[-1:].isdigit() else ''} {kind} {done}".lower()
    )
    return words.strip("-")[:60] or "recovery"


def _typing(steps: Sequence[Step]) -> float:
    """Seconds that typing the steps takes by the Keystroke-Level Model."""
    lines = [" ".join(step.argv) if step.kind is StepKind.COMMAND else step.after for step in steps if step != AGAIN]
    return sum(KEYSTROKE * (len(line) + 1) + MENTAL for line in lines)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
