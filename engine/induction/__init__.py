"""The template core: examples to a template (`induce`), a text back to values (`fit`), few values to all (`complete`).

paths ─┐
tokens ┼─ align ─ blocks (holes, loops) ─ linking ─ naming ─ assemble      induce
       └─ matching, recover ─ attempts, tuning ─ fit                       fit
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.induction.attempts import render_one
from engine.induction.complete import Completed, complete, path_values
from engine.induction.fit import fit_texts
from engine.induction.induce import LEAST_LITERAL, induce, literal_share
from engine.induction.typing_cost import asked, typing_length
from engine.model import FileTemplate, Fit, Induction, Preset, Values, Variable
from engine.template import render

__all__ = [
    "LEAST_LITERAL",
    "Completed",
    "asked",
    "complete",
    "fit",
    "induce",
    "literal_share",
    "path_values",
    "presets_of",
    "render_files",
    "typing_length",
]

MOST_PRESETS = 12


def presets_of(induction: Induction, names: Sequence[str]) -> tuple[Preset, ...]:
    """The examples' values as presets under `names` (one per example), typical ones first, at most MOST_PRESETS.

    The more values an example shares with the others the more typical it is; of equals the last is the newest.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for values in induction.values:
        counts.update((name, repr(value)) for name, value in values.items())
    scores = [sum(counts[name, repr(value)] for name, value in values.items()) for values in induction.values]
    order = sorted(range(len(scores)), key=lambda index: (-scores[index], -index))
    return tuple(Preset(names[index], induction.values[index]) for index in order[:MOST_PRESETS])


def fit(
    files: Sequence[FileTemplate],
    variables: Sequence[Variable],
    presets: Sequence[Preset],
    texts: Mapping[str, str],
    target: str,
) -> Fit:
    """The preset and values with which a pattern comes closest to `texts` (path -> text) at `target`.

    `target` is the file's path, or a scaffold's directory; `texts` has paths relative to the workspace. Never raises
    for any text; `exact` means that rendering gives the texts byte for byte.
    """
    return fit_texts(files, variables, presets, texts, target)


def render_files(
    files: Sequence[FileTemplate], values: Values, target: str, *, scaffold: bool | None = None
) -> list[tuple[str, str, bool]]:
    """(path, text, executable) of every file that is switched on. Raises MissingValue and TemplateError.

    The one file of a file pattern lies at `target`; the files of a scaffold lie below it, where their paths say. Which
    of the two it is, is seen from the number of files; a scaffold of one file needs `scaffold=True`.
    """
    below = len(files) > 1 if scaffold is None else scaffold
    rendered = []
    for file in files:
        text = render_one(file, values)
        if text is not None:
            path = f"{target.rstrip('/')}/{render(file.path, values)}" if below else target
            rendered.append((path, text, file.executable))
    return rendered
