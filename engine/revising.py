"""The next version of a pattern: learned anew from what people have now, edited as they edit most of what it writes, or
guarded against what failed.

Every impact it claims is a backtest on the recorded uses: files are predicted by versions that have not seen them, and
a guard is worth the share of the uses that failed for want of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from engine.analyzers.evolution_tracker import bumped, priority
from engine.analyzers.template_generator import draft_pattern, preset_names
from engine.errors import InvalidDocument, TooDifferent
from engine.guarding import Revision, guarded, sketched
from engine.induction import fit, induce, presets_of, typing_length
from engine.kept_edits import Written, with_common_edits
from engine.library.pattern_file import parse_document, to_document
from engine.library.shelf import Shelf, content_of
from engine.model import (
    Candidate,
    Example,
    Instance,
    Kind,
    Pattern,
    Preset,
    Status,
    Values,
    VariableType,
)
from engine.model.evolution import EDITED, Comparison, PatternMetrics, Proposal
from engine.savings import Cost, edit_cost
from engine.store import applications, candidates, executions, outcomes
from engine.store.connection import Store
from engine.template import to_jinja
from engine.trust import Trust

MOST_EXAMPLES = 10
PREDICTED = 6  # recorded uses on which two versions are compared
_LEAST = 3  # uses on which a next version must prove itself
_ENOUGH = 3  # uses from which a version can be learned without the first examples


@dataclass(frozen=True, slots=True)
class Bench:
    """What a proposal is made with. `now` is only kept as the day of a new candidate."""

    store: Store
    shelf: Shelf
    trust: Trust
    read: Callable[[str], Example | str]
    now: float


def propose(bench: Bench, metrics: PatternMetrics, found: tuple[Path, Pattern] | None) -> Proposal | None:
    """Drafts the next version of a flagged pattern, and keeps it as a candidate; None when it was rejected already, or
    when nothing failed but the taste of those who edited."""
    pattern = found[1] if found else None
    revision = None
    if pattern is not None and pattern.kind is Kind.FILE:
        revision = _learned_anew(bench, pattern) or _edited_alike(bench, pattern)
    # A check helps against what fails by itself; where people only edit what was written, the text must change.
    issues = tuple(one for one in metrics.issues if one.error != EDITED)
    if revision is None and not issues:
        return None
    revision = revision or guarded(replace(metrics, issues=issues), pattern or sketched(bench.store, metrics))
    return _kept(bench, metrics, revision, found)


# ── learned anew ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _learned_anew(bench: Bench, pattern: Pattern) -> Revision | None:
    used = _read_all(bench, _used_paths(bench.store, pattern.pattern_id))
    members = pattern.evidence.get("members")
    known = [str(path) for path in members] if isinstance(members, list) else []
    known = [path for path in known if path not in {one.path for one in used}]
    old = _read_all(bench, known[-MOST_EXAMPLES:])
    return revised(pattern, old, used)


def revised(pattern: Pattern, members: Sequence[Instance], used: Sequence[Instance]) -> Revision | None:
    """The version learned from the original `members` and the `used` files as people have them now, oldest first; None
    where it does not leave less to do on the uses than the version that stands."""
    if len(used) < _LEAST:
        return None
    # What people have now alone, where that is enough: of a family that drifted the first examples teach the old way.
    choices = [list(used)[-MOST_EXAMPLES:]] * (len(used) >= _ENOUGH) + [[*members, *used][-MOST_EXAMPLES:]]
    judged = [(examples, compare(pattern, examples, used[-PREDICTED:])) for examples in choices if len(examples) >= 3]
    good = [(examples, found) for examples, found in judged if found is not None and found.better]
    if not good:
        return None
    examples, compared = min(good, key=lambda one: one[1].seconds_after)
    try:
        learned = as_of_late(draft_pattern(examples, kind=pattern.kind, name=pattern.name, pattern_id=""), examples)
    except TooDifferent:
        return None
    part = bump_of(pattern, learned)
    changed = replace(
        pattern,
        version=bumped(pattern.version, part),
        status=Status.PENDING,
        variables=learned.variables,
        files=learned.files,
        presets=learned.presets,
        description=learned.description,
        invariants=learned.invariants,
        confidence=learned.confidence,
        lineage=(*pattern.lineage, {"version": pattern.version, "replaced_because": compared.in_words()}),
    )
    gain = (compared.exact_after - compared.exact_before) / compared.uses
    less = compared.seconds_before - compared.seconds_after
    improvement = {
        "priority": priority(max(gain, 1 - compared.seconds_after / max(compared.seconds_before, 0.01)), 1.0),
        "change": what_changed(pattern, changed),
        "estimated_impact": f"{gain:+.0%} exact uses, {less:.0f} s less work a use (backtest {compared.in_words()})",
    }
    return Revision(changed, compared.in_words(), (improvement,))


def as_of_late(pattern: Pattern, examples: Sequence[Instance]) -> Pattern:
    """The same pattern, starting like the newest of `examples`: their presets first, and as defaults what most of the
    last three have."""
    found = [
        fit(pattern.files, pattern.variables, pattern.presets, {file.path: file.text for file in one.files}, one.path)
        for one in examples[-_ENOUGH:]
    ]
    newest = [one.all_values for one in found if one.exact]
    variables = []
    for variable in pattern.variables:
        values = [values[variable.name] for values in newest if variable.name in values]
        common = next((value for value in reversed(values) if values.count(value) * 2 > len(newest)), None)
        usual = variable.default is not None or variable.type is VariableType.BOOLEAN
        changed = common is not None and usual and not variable.derivation
        variables.append(replace(variable, default=common) if changed else variable)
    order = sorted(pattern.presets, key=lambda preset: _like(preset, newest))
    return replace(pattern, variables=tuple(variables), presets=tuple(order))


def _like(preset: Preset, newest: Sequence[Values]) -> int:
    """0 for the values of the newest use, 1 for those of the one before it, the same number for all that are older."""
    places = [place for place, values in enumerate(reversed(newest)) if values == preset.values]
    return places[0] if places else len(newest)


def compare(pattern: Pattern, examples: Sequence[Instance], used: Sequence[Instance]) -> Comparison | None:
    """The version that stands against versions learned without the use that they predict."""
    before, after = [], []
    for use in used:
        rest = [one for one in examples if one.path != use.path]
        if len(rest) < 2:
            continue
        try:
            learned = _induced(pattern, rest)
        except TooDifferent:
            return None
        before.append(work_left(pattern, use))
        after.append(work_left(learned, use))
    if not before:
        return None
    return Comparison(
        len(before),
        sum(exact for exact, _ in before),
        sum(exact for exact, _ in after),
        sum(seconds for _, seconds in before) / len(before),
        sum(seconds for _, seconds in after) / len(after),
        sum(new < old for (_, old), (_, new) in zip(before, after, strict=True)),
    )


def work_left(pattern: Pattern, use: Instance) -> tuple[bool, float]:
    """Whether the pattern gives the file exactly, and the seconds of typing and editing that it leaves (KLM)."""
    texts = {file.path: file.text for file in use.files}
    found = fit(pattern.files, pattern.variables, pattern.presets, texts, use.path)
    edits = edit_cost(found.rendered, "".join(texts.values()))
    return found.exact, Cost(sum(map(typing_length, found.values.values())) + edits.chars, edits.places).seconds


def _induced(pattern: Pattern, examples: Sequence[Instance]) -> Pattern:
    """What `draft_pattern` learns, without the confidence that it measures."""
    found = induce(examples, kind=pattern.kind)
    presets = presets_of(found, preset_names(examples, found))
    return replace(pattern, variables=found.variables, files=found.files, presets=presets)


def bump_of(before: Pattern, after: Pattern) -> str:
    """Which number of the version a change moves: the contract (what must be given, where files go) the major one,
    something to give that has a default the minor one, wording alone the patch."""
    old = {variable.name: variable for variable in before.variables}
    new = {variable.name: variable for variable in after.variables}
    if [to_jinja(file.path) for file in before.files] != [to_jinja(file.path) for file in after.files]:
        return "major"
    asked = [name for name, one in new.items() if name not in old and one.default is None and not one.derivation]
    lost = [name for name, one in old.items() if name not in new and not one.derivation]
    retyped = [name for name, one in new.items() if name in old and one.type is not old[name].type]
    if lost or retyped or [name for name in asked if new[name].type is not VariableType.BOOLEAN and new[name].required]:
        return "major"
    return "minor" if set(new) != set(old) else "patch"


def what_changed(before: Pattern, after: Pattern) -> str:
    """The change in words: variables that came or went, else the text."""
    old, new = ({variable.name for variable in one.variables} for one in (before, after))
    came, went = sorted(new - old), sorted(old - new)
    words = [f"Add {', '.join(came[:6])}"] * bool(came) + [f"Drop {', '.join(went[:6])}"] * bool(went)
    return "; ".join(words) or "Bring the text up to what people keep"


def _used_paths(store: Store, pattern_id: str) -> list[str]:
    """Files that applications wrote and that were not taken back, and those that did not fit, the oldest first."""
    timed = [
        (one.at, path) for one in applications.listing(store, pattern_id) if not one.undone_at for path in one.paths
    ]
    for one in executions.of_pattern(store, pattern_id):
        if one.operation_kind == "fit" and isinstance(one.inputs, dict) and isinstance(one.inputs.get("path"), str):
            timed.append((one.at, one.inputs["path"]))
    return list(dict.fromkeys(path for _, path in sorted(timed)))[-MOST_EXAMPLES:]


def _read_all(bench: Bench, paths: Sequence[str]) -> list[Instance]:
    read = [(path, bench.read(path)) for path in paths]
    return [Instance(path, (one,)) for path, one in read if isinstance(one, Example) and one.text.strip()]


# ── edited alike ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _edited_alike(bench: Bench, pattern: Pattern) -> Revision | None:
    stand = [one for one in applications.listing(bench.store, pattern.pattern_id) if not one.undone_at]
    uses: list[list[Written]] = []
    for one in sorted(stand, key=lambda one: (-one.at, -one.id)):
        texts = outcomes.texts_of(bench.store, one.id)
        read = [(path, text, bench.read(path)) for path, text in texts.items()]
        found = [Written(path, text, now.text) for path, text, now in read if isinstance(now, Example) and now.text]
        uses += [found] * bool(found)
        if len(uses) == PREDICTED:
            break
    return edited_alike(pattern, uses[::-1])


def edited_alike(pattern: Pattern, uses: Sequence[Sequence[Written]]) -> Revision | None:
    """The version with the edits that people made in most of the `uses`, oldest first; None where there is no such
    edit, or it does not leave less to do."""
    learned = with_common_edits(pattern, uses)
    if learned is None:
        return None
    made = [Instance(use[0].path, tuple(Example(one.path, one.now) for one in use)) for use in uses]
    before, after = ([work_left(one, use) for use in made] for one in (pattern, learned))
    compared = Comparison(
        len(made),
        sum(exact for exact, _ in before),
        sum(exact for exact, _ in after),
        sum(seconds for _, seconds in before) / len(made),
        sum(seconds for _, seconds in after) / len(made),
        sum(new < old for (_, old), (_, new) in zip(before, after, strict=True)),
    )
    if compared.seconds_after >= compared.seconds_before or compared.eased * 2 <= compared.uses:
        return None
    words = (
        f"on {compared.uses} recorded uses, most of them edited alike: exact {compared.exact_before} → "
        f"{compared.exact_after}, work left {compared.seconds_before:.0f} s → {compared.seconds_after:.0f} s a use"
    )
    changed = replace(
        learned,
        version=bumped(pattern.version, "patch"),
        status=Status.PENDING,
        lineage=(*pattern.lineage, {"version": pattern.version, "replaced_because": words}),
    )
    gain = (compared.exact_after - compared.exact_before) / compared.uses
    less = compared.seconds_before - compared.seconds_after
    improvement = {
        "priority": priority(max(gain, less / max(compared.seconds_before, 0.01)), 1.0),
        "change": "Take the edits that most uses have into the text",
        "estimated_impact": f"{gain:+.0%} exact uses, {less:.0f} s less work a use (backtest {words})",
    }
    return Revision(changed, words, (improvement,))


# ── kept ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _kept(
    bench: Bench, metrics: PatternMetrics, revision: Revision, found: tuple[Path, Pattern] | None
) -> Proposal | None:
    pattern = revision.pattern
    signature = f"revision:{metrics.pattern_id}:{metrics.version}"
    known = candidates.by_signature(bench.store, signature)
    changes = _change_in(pattern)
    if _was_rejected(bench.store, metrics.pattern_id, (signature, pattern.version, changes)):
        return None
    safe = "".join(one if one.isalnum() or one in "._-" else "_" for one in metrics.pattern_id).lstrip(".")[:100]
    try:
        text = to_document(pattern)
        parse_document(text, metrics.pattern_id)
    except (InvalidDocument, TypeError, ValueError):
        return _not_to_approve(bench, revision, safe)
    path = bench.shelf.home / "drafts" / f"{safe or 'pattern'}-v{pattern.version}.pattern.yaml"
    if known is None or known.status in (Status.PENDING, Status.DEFERRED):
        _save(bench, path, text)
    draft = bench.shelf.relative(path)
    row = Candidate(
        id=0,
        pattern_id=metrics.pattern_id,
        name=pattern.name,
        kind=Kind.REVISION,
        status=Status.PENDING,
        confidence=round(metrics.overall.interval[0], 4),
        support=metrics.overall.uses,
        hours_saved=0.0,
        hours_per_month=0.0,
        signature=signature,
        path=draft,
        detected_at=bench.now,
        aliases=(f"{safe}-v{pattern.version}",),
        evidence={
            "revises": metrics.version,
            "version": pattern.version,
            "backtest": revision.backtest,
            "change": changes,
            "pattern": bench.shelf.relative(found[0]) if found else "",
        },
    )
    with bench.store.write():
        standing = candidates.put(bench.store, row)
    return Proposal(pattern.version, draft, revision.backtest, revision.improvements, standing.id)


def _was_rejected(store: Store, pattern_id: str, proposed: tuple[str, str, str]) -> bool:
    """Whether a person rejected this already: the next version after the same one, of the same number, or with the same
    change."""
    signature, version, change = proposed
    return any(
        one.kind is Kind.REVISION
        and one.pattern_id == pattern_id
        and (
            one.signature == signature or one.evidence.get("version") == version or one.evidence.get("change") == change
        )
        for one in candidates.listing(store, (Status.REJECTED,))
    )


def _change_in(pattern: Pattern) -> str:
    """The same for proposals that differ in nothing but figures and numbers of versions."""
    checks = pattern.extra.get("preconditions")
    asked = sorted(
        {(str(one.get("root_cause")), str(one.get("check"))) for one in checks or () if isinstance(one, dict)}
    )
    parts = (asked, pattern.variables, pattern.files, pattern.steps)
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _not_to_approve(bench: Bench, revision: Revision, name: str) -> Proposal | None:
    """A draft to read, under a name that a pattern can have: what other programs call it, no pattern file can say, so
    nobody is asked to approve it."""
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in name).strip("-")[:100] or "pattern"
    pattern = replace(revision.pattern, pattern_id=plain)
    try:
        text = to_document(pattern)
        parse_document(text, plain)
    except (InvalidDocument, TypeError, ValueError):
        return None
    path = bench.shelf.home / "drafts" / f"{plain}-v{pattern.version}.pattern.yaml"
    _save(bench, path, text)
    return Proposal(pattern.version, bench.shelf.relative(path), revision.backtest, revision.improvements)


def _save(bench: Bench, path: Path, text: str) -> None:
    """Writes a draft, unless it stands so already or a person has edited it."""
    if os.path.lexists(path):
        before = content_of(path, bench.shelf.relative(path))
        if before == text.encode() or not bench.trust.is_own_draft(path, before):
            return
    bench.shelf.save(path, text)
    bench.trust.mark_draft(path, text.encode())
