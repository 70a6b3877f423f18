"""A pattern as it stands, judged on the past of its family: what a person edits is measured as the draft was."""

from __future__ import annotations

from collections.abc import Sequence

from engine.analyzers.backtest import backtest
from engine.induction import fit
from engine.model import Backtest, Induction, Instance, Kind, Pattern, Preset, Values


def backtest_as_it_stands(
    pattern: Pattern, instances: Sequence[Instance], *, now: float, sample: int | None = 6
) -> Backtest:
    """The backtest of `pattern` itself, in place of patterns learned anew from earlier members.

    Each later member is fitted and edited as always, and starts like those before it: their values are what the pattern
    reads from their texts. The template has seen some of the members it predicts, so the result is worth comparing with
    that of another version of the same pattern, and says less by itself. `sample` bounds the predictions as it does
    for `backtest`.
    """
    known: dict[str, Values] = {}

    def values_of(member: Instance) -> Values:
        if member.path not in known:
            texts = {file.path: file.text for file in member.files}
            presets = _nearest_first(pattern.presets, member.path)
            known[member.path] = fit(pattern.files, pattern.variables, presets, texts, member.path).all_values
        return known[member.path]

    def learned(members: Sequence[Instance], *, kind: Kind) -> Induction:
        values = tuple(values_of(member) for member in members)
        return Induction(kind, pattern.files, pattern.variables, values, pattern.confidence)

    return backtest(instances, kind=pattern.kind, now=now, sample=sample, induce=learned)


def _nearest_first(presets: Sequence[Preset], path: str) -> list[Preset]:
    """The presets, one that was taken from this member before all others."""
    return sorted(presets, key=lambda preset: preset.name not in path)
