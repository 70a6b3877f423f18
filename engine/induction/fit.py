"""Fit: the inverse of rendering. Which preset and which values bring a pattern closest to texts that are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz.distance import LCSseq

from engine.errors import MissingValue, TemplateError
from engine.induction.complete import complete_from, path_values
from engine.induction.matching import match_text
from engine.induction.recover import recover
from engine.induction.tokens import lines_of, tokens_of
from engine.model import FileTemplate, Fit, Preset, RawTemplate, Template, Value, Values, Variable, VariableType
from engine.template import render, variables_of

_TRIED = 3  # presets from which an inexact text is read
_LONG = 200_000  # characters beyond which similarity is counted in lines


def fit_texts(
    files: Sequence[FileTemplate],
    variables: Sequence[Variable],
    presets: Sequence[Preset],
    texts: Mapping[str, str],
    target: str,
) -> Fit:
    """The best fit of a pattern to `texts` (path -> text) at `target`: a file's path, or a scaffold's directory.

    Never raises for any text: what cannot be read stays at the preset's value. A value is in `Fit.values` only when
    the preset, the defaults and the path do not say it already.
    """
    derived = path_values(variables, files, target)
    many_lines = _many_lines(variables, presets)
    pairs = _paired(files, texts, target, derived)
    read = _read_exactly(pairs, derived, many_lines)
    candidates = [read] if read is not None else []
    if read is None or not _renders(pairs, _filled(variables, derived, read, presets)):
        ranked: list[Preset | None] = [*_nearest(presets, variables, pairs, derived)[:_TRIED]] or [None]
        for preset in ranked:
            base = complete_from(variables, derived, {}, preset.values if preset else None).values
            found: dict[str, Value] = {}
            for file, text in pairs:
                if isinstance(file.body, Template) and text is not None:
                    exact = match_text(file.body.nodes, _plain(text, file.eol), {**derived, **found}, many_lines)
                    found.update(
                        exact
                        if exact is not None
                        else recover(file.body, _plain(text, file.eol), {**derived, **found}, base, many_lines)
                    )
            found.update(_present(pairs))
            candidates.append(found)
    best: Fit | None = None
    for found in candidates:
        fit = _choose(variables, presets, derived, found, pairs)
        if best is None or fit.similarity > best.similarity:
            best = fit
    return best if best is not None else _choose(variables, presets, derived, {}, pairs)


def _many_lines(variables: Sequence[Variable], presets: Sequence[Preset]) -> Collection[str]:
    """The variables whose known values span lines."""
    names = set()
    for variable in variables:
        known = [*variable.examples, variable.default, *(preset.values.get(variable.name) for preset in presets)]
        if any(isinstance(value, str) and "\n" in value for value in known):
            names.add(variable.name)
    return names


Pairs = Sequence[tuple[FileTemplate, str | None]]


def _paired(
    files: Sequence[FileTemplate], texts: Mapping[str, str], target: str, derived: Mapping[str, str]
) -> list[tuple[FileTemplate, str | None]]:
    """Each file template with its text; None where the texts have no such file."""
    if len(files) == 1 and len(texts) == 1 and not files[0].switch:
        return [(files[0], next(iter(texts.values())))]
    pairs: list[tuple[FileTemplate, str | None]] = []
    for file in files:
        try:
            path = render(file.path, derived)
        except (MissingValue, TemplateError):
            pairs.append((file, None))
            continue
        text = texts.get(path)
        pairs.append((file, text if text is not None else texts.get(f"{target.rstrip('/')}/{path}")))
    return pairs


def _plain(text: str, eol: str) -> str:
    return text if eol == "\n" else text.replace(eol, "\n")


def _present(pairs: Pairs) -> dict[str, Value]:
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


def _filled(
    variables: Sequence[Variable], derived: Mapping[str, str], read: Values, presets: Sequence[Preset]
) -> Mapping[str, Value]:
    return complete_from(variables, derived, read, presets[0].values if presets else None).values


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


def _renders(pairs: Pairs, values: Values) -> bool:
    return all((_safely(file, values) or "") == (text or "") for file, text in pairs)


def _nearest(
    presets: Sequence[Preset], variables: Sequence[Variable], pairs: Pairs, derived: Mapping[str, str]
) -> list[Preset]:
    """The presets by how near they render, untouched, to the texts."""
    scored = []
    for index, preset in enumerate(presets):
        values = complete_from(variables, derived, {}, preset.values).values
        score = sum(line_similarity(_safely(file, values) or "", text or "") for file, text in pairs)
        scored.append((-score, index, preset))
    return [preset for _, _, preset in sorted(scored, key=lambda entry: entry[:2])]


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


def _choose(
    variables: Sequence[Variable],
    presets: Sequence[Preset],
    derived: Mapping[str, str],
    found: Values,
    pairs: Pairs,
) -> Fit:
    """The preset that needs the fewest characters typed to reach the values `found`."""
    used = {name for file, _ in pairs for name in variables_of(file.body)} | {file.switch for file, _ in pairs}
    best: tuple[float, int, Preset | None, dict[str, Value]] | None = None
    for index, preset in enumerate([*presets, None] if presets else [None]):
        given = least_given(variables, derived, found, preset.values if preset else None, used)
        missing = complete_from(variables, derived, given, preset.values if preset else None).missing
        cost = sum(typing_length(value) for value in given.values()) + 1000 * len(missing)
        if best is None or (cost, index) < best[:2]:
            best = (cost, index, preset, given)
    if best is None:  # cannot happen: there is always the round without a preset
        best = (0.0, 0, None, {})
    _, _, preset, given = best
    values = complete_from(variables, derived, given, preset.values if preset else None).values
    rendered = [(_safely(file, values) or "", text or "") for file, text in pairs]
    score = [similarity(one, two) for one, two in rendered]
    sizes = [len(one) + len(two) for one, two in rendered]
    exact = all(one == two for one, two in rendered)
    mean = sum(s * n for s, n in zip(score, sizes, strict=True)) / sum(sizes) if sum(sizes) else 1.0
    missed = tuple(line for one, two in rendered for line in missed_lines(one, two))
    return Fit(
        preset.name if preset else None,
        given,
        values,
        exact,
        1.0 if exact else min(mean, 0.9999),
        missed,
        "".join(one for one, _ in rendered),
    )


def least_given(
    variables: Sequence[Variable],
    derived: Mapping[str, str],
    wanted: Values,
    preset: Values | None,
    used: Collection[str],
) -> dict[str, Value]:
    """The values of `wanted` that must be given so that completion yields all of it.

    Analogy makes one given value change others, so values are added one by one until nothing is wrong; at most one
    round per variable.
    """
    given: dict[str, Value] = {}
    names = [variable.name for variable in variables if variable.name in wanted and variable.name in used]
    for _ in range(len(names)):
        values = complete_from(variables, derived, given, preset).values
        wrong = [name for name in names if name not in given and values.get(name) != wanted[name]]
        if not wrong:
            break
        given[wrong[0]] = wanted[wrong[0]]
    return given


def typing_length(value: Value) -> int:
    """Characters a person types for a value; a switch is one key."""
    if isinstance(value, bool):
        return 1
    if isinstance(value, str):
        return max(1, len(value))
    return sum(len(item) if isinstance(item, str) else sum(map(len, item.values())) for item in value) + 1


def missed_lines(rendered: str, text: str) -> list[str]:
    """The lines of `text` that `rendered` lacks."""
    left, right = lines_of(rendered), lines_of(text)
    kept = {block.b + k for block in LCSseq.editops(left, right).as_matching_blocks() for k in range(block.size)}
    return [line.rstrip("\r\n") for index, line in enumerate(right) if index not in kept]


def typed_value(variable: Variable, text: str) -> Value:
    """A value typed as text, in the variable's type (`yes`, `true`, `1` and `on` turn a switch on)."""
    if variable.type is VariableType.BOOLEAN:
        return text.strip().lower() in ("yes", "y", "true", "1", "on")
    return text
