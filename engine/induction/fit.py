"""Fit: the inverse of rendering. Which preset and which values bring a pattern closest to texts that are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from engine.errors import MissingValue, TemplateError
from engine.induction.complete import complete_from, path_values
from engine.induction.matching import match_text
from engine.induction.recover import recover
from engine.induction.tokens import lines_of, tokens_of
from engine.induction.typing_cost import accepted_keys, estimate, least_given, typing_length, worth_typing
from engine.model import FileTemplate, Fit, Preset, RawTemplate, Template, Value, Values, Variable
from engine.savings import KEYSTROKE, edit_cost
from engine.template import match_path, render, variables_of

_TRIED = 3  # presets from which an inexact text is read
_PRUNED = 24  # values that are tried to be left out again
_GROWN = 16  # values of other presets that are tried
_SHORT_VALUE = 12  # characters
EXACT = 0.9  # an exact rendering may cost this much more than one that is edited afterwards
CHEAP = 15.0  # seconds; a reading that is exact for less needs no comparison with others
_SHORT = 80_000  # characters, of all presets together: so much is compared token by token
_LONG = 200_000  # characters beyond which similarity is counted in lines

Pairs = Sequence[tuple[FileTemplate, str | None]]


@dataclass(frozen=True, slots=True)
class _Task:
    """What is fitted: the pattern, what the path says already, and each file template with its text (or None)."""

    variables: Sequence[Variable]
    presets: Sequence[Preset]
    derived: Mapping[str, str]
    pairs: Pairs
    used: Collection[str]

    def render(self, given: Values, preset: Preset | None) -> list[tuple[str, str]]:
        """(rendered, wanted) of each file."""
        values = self.values(given, preset)
        return [(_safely(file, values) or "", text or "") for file, text in self.pairs]

    def values(self, given: Values, preset: Preset | None) -> dict[str, Value]:
        return complete_from(self.variables, self.derived, given, preset.values if preset else None).values


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to fit: what is typed over which preset, what it renders, and the seconds it leaves to do."""

    preset: Preset | None
    given: dict[str, Value]
    rendered: list[tuple[str, str]]
    seconds: float

    @property
    def exact(self) -> bool:
        return all(one == two for one, two in self.rendered)


def fit_texts(
    files: Sequence[FileTemplate],
    variables: Sequence[Variable],
    presets: Sequence[Preset],
    texts: Mapping[str, str],
    target: str,
) -> Fit:
    """The best fit of a pattern to `texts` (path -> text) at `target`: a file's path, or a scaffold's directory.

    Best is what leaves the least to type and to edit, by the Keystroke-Level Model. Never raises for any text: what
    cannot be read stays at the preset's value. A value is in `Fit.values` only when the preset, the defaults and the
    path do not say it already.
    """
    derived = path_values(variables, files, target)
    pairs = _paired(files, texts, target, derived)
    used = {name for file in files for name in variables_of(file.body)} | {file.switch for file in files}
    task = _Task(variables, presets, derived, pairs, used)
    many_lines = _many_lines(variables, presets)
    starts: list[Preset | None] = [*presets] or [None]
    attempts = []
    read = _read_exactly(pairs, derived, many_lines)
    if read is not None:
        attempts += [_attempt(task, read, preset) for preset in _cheapest(task, read, starts)]
    if not any(attempt.exact and attempt.seconds < CHEAP for attempt in attempts):
        # A sibling with the path's words replaced, and the rest edited: hardly ever worse than a copy.
        untouched = [_attempt(task, {}, preset) for preset in _nearest(task, starts)]
        untouched.sort(key=lambda attempt: attempt.seconds)
        for near in untouched[:_TRIED] if not any(attempt.exact for attempt in attempts) else ():
            attempts.append(_attempt(task, _read_roughly(task, near.preset, many_lines), near.preset))
        attempts.append(untouched[0])
    best = min(attempts, key=lambda attempt: attempt.seconds)
    return _as_fit(task, _pruned(task, _grown(task, best)))


def _attempt(task: _Task, found: Values, preset: Preset | None) -> _Attempt:
    """The cheaper of typing all that was found, and of leaving blocks to be edited where that looks like less."""
    start = preset.values if preset else None
    given = least_given(task.variables, task.derived, found, start, task.used)
    worth = worth_typing(task.variables, task.derived, given, start)
    attempt = _try(task, worth, preset)
    if len(worth) == len(given):
        return attempt
    return min(attempt, _try(task, given, preset), key=lambda one: one.seconds)


def _try(task: _Task, given: dict[str, Value], preset: Preset | None) -> _Attempt:
    rendered = task.render(given, preset)
    accepted = accepted_keys(task.variables, task.derived, given)
    seconds = KEYSTROKE * (sum(map(typing_length, given.values())) + accepted)
    if all(one == two for one, two in rendered):
        seconds *= EXACT
    else:
        seconds += sum(edit_cost(one, two).seconds for one, two in rendered)
    return _Attempt(preset, given, rendered, seconds)


def _cheapest(task: _Task, found: Values, starts: Sequence[Preset | None]) -> list[Preset | None]:
    """The two presets over which `found` takes the fewest characters, blocks that are nearly right apart."""
    costs = []
    for preset in starts:
        start = preset.values if preset else None
        given = least_given(task.variables, task.derived, found, start, task.used)
        given = worth_typing(task.variables, task.derived, given, start)
        costs.append(estimate(task.variables, task.derived, found, given, start))
    return [starts[index] for index in sorted(range(len(starts)), key=lambda index: (costs[index], index))[:2]]


def _pruned(task: _Task, attempt: _Attempt) -> _Attempt:
    """The attempt without values that cost more to type than they spare, where it is not exact anyway."""
    if attempt.exact:
        return attempt
    longest = sorted(attempt.given, key=lambda name: -typing_length(attempt.given[name]))
    for name in longest[:_PRUNED]:
        other = _try(task, {key: value for key, value in attempt.given.items() if key != name}, attempt.preset)
        if other.seconds < attempt.seconds:
            attempt = other
    return attempt


def _grown(task: _Task, attempt: _Attempt) -> _Attempt:
    """The attempt with short values of other presets, and other settings of switches, where they spare more edits."""
    if attempt.exact:
        return attempt
    tries = 0
    for name in [variable.name for variable in task.variables if variable.name in task.used]:
        if name in attempt.given or name in task.derived:
            continue
        base = task.values(attempt.given, attempt.preset).get(name)
        others = {repr(preset.values.get(name)): preset.values.get(name) for preset in task.presets}
        for other in others.values():
            if other is None or other == base or typing_length(other) > _SHORT_VALUE or tries >= _GROWN:
                continue
            tries += 1
            more = _try(task, {**attempt.given, name: other}, attempt.preset)
            if more.seconds < attempt.seconds:
                attempt = more
    return attempt


def _as_fit(task: _Task, attempt: _Attempt) -> Fit:
    rendered = attempt.rendered
    exact = attempt.exact
    sizes = [len(one) + len(two) for one, two in rendered]
    score = sum(similarity(one, two) * size for (one, two), size in zip(rendered, sizes, strict=True))
    return Fit(
        preset=attempt.preset.name if attempt.preset else None,
        values=attempt.given,
        all_values=task.values(attempt.given, attempt.preset),
        exact=exact,
        similarity=1.0 if exact else min(score / max(1, sum(sizes)), 0.9999),
        missed=tuple(line for one, two in rendered for line in missed_lines(one, two)),
        rendered="".join(one for one, _ in rendered),
    )


# ── reading values ───────────────────────────────────────────────────────────────────────────────────────────────────


def _read_roughly(task: _Task, preset: Preset | None, many_lines: Collection[str]) -> dict[str, Value]:
    base = task.values({}, preset)
    found = _present(task.pairs)
    for file, text in task.pairs:
        if isinstance(file.body, Template) and text is not None:
            plain = _plain(text, file.eol)
            known = {**task.derived, **found}
            exact = match_text(file.body.nodes, plain, known, many_lines) if len(task.pairs) > 1 else None
            found.update(exact if exact is not None else recover(file.body, plain, known, base, many_lines))
    return found


def _many_lines(variables: Sequence[Variable], presets: Sequence[Preset]) -> Collection[str]:
    """The variables whose known values span lines."""
    names = set()
    for variable in variables:
        known = [*variable.examples, variable.default, *(preset.values.get(variable.name) for preset in presets)]
        if any(isinstance(value, str) and "\n" in value for value in known):
            names.add(variable.name)
    return names


def _paired(
    files: Sequence[FileTemplate], texts: Mapping[str, str], target: str, derived: Mapping[str, str]
) -> list[tuple[FileTemplate, str | None]]:
    """Each file template with its text; None where the texts have no such file."""
    if len(files) == 1 and len(texts) == 1 and not files[0].switch:
        return [(files[0], next(iter(texts.values())))]
    base = target.rstrip("/") + "/"
    left = {path.removeprefix(base): text for path, text in texts.items()}
    pairs: list[tuple[FileTemplate, str | None]] = []
    for file in files:
        try:
            path = render(file.path, derived)
        except (MissingValue, TemplateError):
            path = next((path for path in left if match_path(file.path, path) is not None), "")
        pairs.append((file, left.pop(path, None)))
    return pairs


def _plain(text: str, eol: str) -> str:
    return text if eol == "\n" else text.replace(eol, "\n")


def _present(pairs: Pairs) -> dict[str, Value]:
    """The switches of whole files: on where the texts have the file."""
    return {file.switch: bool(text) for file, text in pairs if file.switch}


def _read_exactly(pairs: Pairs, derived: Mapping[str, str], many_lines: Collection[str]) -> dict[str, Value] | None:
    found: dict[str, Value] = _present(pairs)
    for file, text in pairs:
        if text is None or (file.switch and not text):
            if file.switch:
                continue
            return None
        if isinstance(file.body, RawTemplate):
            return None
        values = match_text(file.body.nodes, _plain(text, file.eol), {**derived, **found}, many_lines)
        if values is None:
            return None
        found.update(values)
    return found


def render_one(file: FileTemplate, values: Values) -> str | None:
    """The file's text, None when its switch is off; raises MissingValue and TemplateError."""
    if file.switch and not values.get(file.switch, True):
        return None
    if isinstance(file.body, RawTemplate):
        raise TemplateError("this template uses more of Jinja than patui's own renderer: only the sandbox renders it")
    text = render(file.body, values)
    return text if file.eol == "\n" else text.replace("\n", file.eol)


def _safely(file: FileTemplate, values: Values) -> str | None:
    try:
        return render_one(file, values)
    except (MissingValue, TemplateError):
        if isinstance(file.body, RawTemplate):
            return None
        try:
            return render(file.body, values, lambda name: "")
        except TemplateError:
            return ""


def _nearest(task: _Task, starts: Sequence[Preset | None]) -> list[Preset | None]:
    """The presets that may render nearest to the texts, untouched: of long texts a few, chosen by their equal lines."""
    if sum(len(text or "") for _, text in task.pairs) * len(starts) <= _SHORT:
        return list(starts)
    scores = [sum(line_similarity(one, two) for one, two in task.render({}, preset)) for preset in starts]
    order = sorted(range(len(starts)), key=lambda index: (-scores[index], index))
    return [starts[index] for index in order[:_TRIED]]


def line_similarity(one: str, two: str) -> float:
    """The share of characters in lines that both have in order, 0..1."""
    if one == two:
        return 1.0
    left, right = lines_of(one), lines_of(two)
    same = sum(
        len(left[block.a + k]) for block in LCSseq.editops(left, right).as_matching_blocks() for k in range(block.size)
    )
    return 2 * same / max(1, len(one) + len(two))


def similarity(one: str, two: str) -> float:
    """The share of characters in tokens that both have in order, 0..1; 1 exactly for equal texts."""
    if one == two:
        return 1.0
    if len(one) + len(two) > _LONG:
        return min(line_similarity(one, two), 0.9999)
    left, right = tokens_of(one), tokens_of(two)
    same = sum(
        len(left[block.a + k]) for block in LCSseq.editops(left, right).as_matching_blocks() for k in range(block.size)
    )
    return min(2 * same / max(1, len(one) + len(two)), 0.9999)


def missed_lines(rendered: str, text: str) -> list[str]:
    """The lines of `text` that `rendered` lacks."""
    left, right = lines_of(rendered), lines_of(text)
    kept = {block.b + k for block in LCSseq.editops(left, right).as_matching_blocks() for k in range(block.size)}
    return [line.rstrip("\r\n") for index, line in enumerate(right) if index not in kept]
