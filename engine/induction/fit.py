"""Fit: the inverse of rendering. Which preset and which values bring a pattern closest to texts that are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz.distance import LCSseq

from engine.errors import MissingValue, TemplateError
from engine.induction.attempts import Attempt, Pairs, Task, attempt
from engine.induction.complete import path_values
from engine.induction.matching import match_text
from engine.induction.recover import recover
from engine.induction.tokens import lines_of, tokens_of
from engine.induction.tuning import tuned
from engine.induction.typing_cost import estimate, least_given, worth_typing
from engine.model import FileTemplate, Fit, Preset, RawTemplate, Template, Value, Values, Variable
from engine.template import match_path, render, variables_of

_TUNED = 2  # attempts that are made cheaper one by one
_TRIED = 3  # presets from which an inexact text is read
CHEAP = 15.0  # seconds; a reading that is exact for less needs no comparison with others
_SHORT = 80_000  # characters, of all presets together: so much is compared token by token
_LONG = 200_000  # characters beyond which similarity is counted in lines


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
    task = Task(variables, presets, derived, pairs, used)
    many_lines = _many_lines(variables, presets)
    starts: list[Preset | None] = [*presets] or [None]
    attempts = []
    read = _read_exactly(pairs, derived, many_lines)
    if read is not None:
        attempts += [_cheaper(task, read, preset) for preset in _cheapest(task, read, starts)]
    if not any(attempt.exact and attempt.seconds < CHEAP for attempt in attempts):
        # A sibling with the path's words replaced, and the rest edited: hardly ever worse than a copy.
        untouched = [_cheaper(task, {}, preset) for preset in _nearest(task, starts)]
        untouched.sort(key=lambda attempt: attempt.seconds)
        for near in untouched[:_TRIED] if not any(attempt.exact for attempt in attempts) else ():
            attempts.append(_cheaper(task, _read_roughly(task, near.preset, many_lines), near.preset))
        attempts.append(untouched[0])
    attempts.sort(key=lambda one: one.seconds)
    best = min((tuned(task, one) for one in attempts[:_TUNED]), key=lambda one: one.seconds)
    return _as_fit(task, best)


def _cheaper(task: Task, found: Values, preset: Preset | None) -> Attempt:
    """The cheaper of typing all that was found, and of leaving blocks to be edited where that looks like less."""
    start = preset.values if preset else None
    given = least_given(task.variables, task.derived, found, start, task.used)
    worth = worth_typing(task.variables, task.derived, given, start)
    tried = attempt(task, worth, preset)
    if len(worth) == len(given):
        return tried
    return min(tried, attempt(task, given, preset), key=lambda one: one.seconds)


def _cheapest(task: Task, found: Values, starts: Sequence[Preset | None]) -> list[Preset | None]:
    """The two presets over which `found` takes the fewest characters, blocks that are nearly right apart."""
    costs = []
    for preset in starts:
        start = preset.values if preset else None
        given = least_given(task.variables, task.derived, found, start, task.used)
        given = worth_typing(task.variables, task.derived, given, start)
        costs.append(estimate(task.variables, task.derived, found, given, start))
    return [starts[index] for index in sorted(range(len(starts)), key=lambda index: (costs[index], index))[:2]]


def _as_fit(task: Task, best: Attempt) -> Fit:
    rendered = best.rendered
    exact = best.exact
    sizes = [len(one) + len(two) for one, two in rendered]
    score = sum(similarity(one, two) * size for (one, two), size in zip(rendered, sizes, strict=True))
    return Fit(
        preset=best.preset.name if best.preset else None,
        values=best.given,
        all_values=best.values,
        exact=exact,
        similarity=1.0 if exact else min(score / max(1, sum(sizes)), 0.9999),
        missed=tuple(line for one, two in rendered for line in missed_lines(one, two)),
        rendered="".join(one for one, _ in rendered),
    )


# ── reading values ───────────────────────────────────────────────────────────────────────────────────────────────────


def _read_roughly(task: Task, preset: Preset | None, many_lines: Collection[str]) -> dict[str, Value]:
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


def _nearest(task: Task, starts: Sequence[Preset | None]) -> list[Preset | None]:
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
