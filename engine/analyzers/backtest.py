"""What a pattern would have saved: each member of a family predicted from those that were there before it.

A member is predicted by a pattern learned from the newest members before it, as patui learns anew while a family grows;
so a prediction never sees the future, and the pattern knows the same siblings as the person who copies one. What the
prediction costs (values typed, values accepted, edits still needed) stands against that copy, both in seconds of the
Keystroke-Level Model (`engine.savings`).

Members that an agent made teach, but save nobody's typing: they are neither predicted nor counted in hours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine import savings
from engine.errors import MissingValue, TemplateError, TooDifferent
from engine.induction import Completed, asked, presets_of, render_files, typing_length
from engine.induction import complete as complete_values
from engine.induction import fit as fit_texts
from engine.induction import induce as learn
from engine.model import Backtest, FileTemplate, Fit, Induction, Instance, Kind, Prediction, Preset, Values

FIRST = 3  # a family exists from its third member on: the next one is the first that could have been offered
NEWEST = 10  # members a pattern is learned from
MOST_CHARACTERS = 200_000  # a longer member is not predicted: comparing it would take seconds
HALF_LIFE = 60 * 86_400.0  # seconds after which a member counts half for the rate of new ones
SHORTEST_HISTORY = 30 * 86_400.0  # seconds: three files made within an hour are no rate of thousands a month
MONTH = 30.4375 * 86_400.0

Induce = Callable[..., Induction]
FitTexts = Callable[..., Fit]
Complete = Callable[..., Completed]
RenderFiles = Callable[..., Sequence[tuple[str, str, bool]]]


def backtest(
    instances: Sequence[Instance],
    *,
    kind: Kind,
    now: float,
    sample: int | None = 8,
    induce: Induce = learn,
    fit: FitTexts = fit_texts,
    complete: Complete = complete_values,
    render: RenderFiles = render_files,
) -> Backtest:
    """The family's past, predicted. `now` is seconds since the epoch; `sample` bounds how many later members are
    predicted, spread evenly over them and always with the newest (None: all of them).

    `hours_saved` is a plain sum and negative where copying was the better way. `induce`, `fit`, `complete` and `render`
    are those of `engine.induction`; tests give others.
    """
    family = sorted(instances, key=lambda instance: instance.created)
    later = [index for index in range(FIRST, len(family)) if not _by_agent(family[index])]
    fitting = [index for index in later if _size(family[index]) <= MOST_CHARACTERS]
    past = _Past(family, kind, induce, fit, complete, render)
    predictions = tuple(past.predict(index) for index in _spread(fitting, sample))
    saved = sum(prediction.saved_seconds for prediction in predictions)
    mean = saved / len(predictions) if predictions else 0.0
    reachable = sum(prediction.copy_seconds - prediction.limit_seconds for prediction in predictions)
    times = [instance.created for instance in family if not _by_agent(instance)]
    return Backtest(
        support=len(family),
        later=len(later),
        predicted=len(predictions),
        exact=sum(prediction.exact for prediction in predictions),
        gap_closed=saved / reachable if reachable > 0 else 0.0,
        hours_saved=mean * len(later) / 3600,
        hours_per_month=mean * members_per_month(times, now) / 3600,
        predictions=predictions,
    )


def predict_next(before: Sequence[Instance], member: Instance, kind: Kind) -> Prediction:
    """`member` predicted from those that were there before it, in order of creation."""
    newest = list(before)[-NEWEST:]
    return _Past([*newest, member], kind, learn, fit_texts, complete_values, render_files).predict(len(newest))


def members_per_month(times: Sequence[float], now: float) -> float:
    """How many new members a month to expect from now on, when members were made at `times`.

    The rate of a Poisson process, estimated with an exponential kernel: a member of age a weighs 2^(-a / h), h being
    HALF_LIFE, and the sum of the weights is divided by the weight that one member a second would have gathered over
    the family's history T, (h / ln 2)(1 - 2^(-T / h)). T is the age of the first member, but not less than
    SHORTEST_HISTORY. Members made at the same moment (one commit) count once; unknown times (0) do not count.
    """
    moments = {time for time in times if time > 0}
    if not moments:
        return 0.0
    decay = math.log(2) / HALF_LIFE
    weight = sum(math.exp(-decay * max(0.0, now - moment)) for moment in moments)
    history = max(now - min(moments), SHORTEST_HISTORY)
    return MONTH * weight * decay / (1 - math.exp(-decay * history))


@dataclass(frozen=True, slots=True)
class _Model:
    """What was learned from some members, ready to be fitted."""

    induction: Induction
    presets: tuple[Preset, ...]


class _Past:
    """A family in order of creation, and the patterns that could have been learned on the way."""

    def __init__(
        self,
        family: Sequence[Instance],
        kind: Kind,
        induce: Induce,
        fit: FitTexts,
        complete: Complete,
        render: RenderFiles,
    ) -> None:
        self._family = family
        self._kind = kind
        self._induce = induce
        self._fit = fit
        self._complete = complete
        self._render = render

    def predict(self, index: int) -> Prediction:
        member = self._family[index]
        wanted = {file.path: file.text for file in member.files}
        copy = self._copy_seconds(index, wanted)
        before = [file.text for sibling in self._family[max(0, index - NEWEST) : index] for file in sibling.files]
        limit = savings.limit_cost(before, member.path, "\n".join(wanted.values())).seconds
        model = self._model_before(index)
        if model is None:  # nothing could be learned: the person copies
            return Prediction(member.path, member.created, False, 0.0, copy, copy, limit)
        fitted = self._fit(model.induction.files, model.induction.variables, model.presets, wanted, member.path)
        ours = self._pattern_seconds(model, fitted, member.path, wanted)
        typed = sum(map(typing_length, fitted.values.values()))
        return Prediction(member.path, member.created, fitted.exact, fitted.similarity, copy, ours, limit, typed)

    def _pattern_seconds(self, model: _Model, fitted: Fit, target: str, wanted: Mapping[str, str]) -> float:
        """The cheapest use of the pattern: some values are typed, and what is then still wrong is edited.

        A person types a value where that is less work than correcting the file, so long values of the fit are left
        out one by one where that is cheaper; or starts like one of the newest siblings and only edits.
        """
        presets = {preset.name: preset.values for preset in model.presets}

        def seconds(given: Values, preset: Values | None) -> float:
            files, variables = model.induction.files, model.induction.variables
            done = self._complete(variables, files, target, given, preset)
            known = {name for name, source in done.sources.items() if source in ("path", "given")}
            left = self._edit_cost(files, done.values, target, wanted)
            typed = sum(map(typing_length, given.values())) + asked(variables, files, known, done.values)
            return savings.Cost(typed + left.chars, left.places).seconds

        given, preset = dict(fitted.values), presets.get(fitted.preset or "")
        best = seconds(given, preset)
        for name in sorted(given, key=lambda name: -typing_length(given[name])):
            if typing_length(given[name]) * savings.KEYSTROKE <= savings.PLACE:
                break  # going to a place costs as much
            fewer = {other: value for other, value in given.items() if other != name}
            if (cost := seconds(fewer, preset)) < best:
                best, given = cost, fewer
        return min(best, *(seconds({}, like.values) for like in model.presets[-savings.SIBLINGS :]))

    def _model_before(self, index: int) -> _Model | None:
        members = self._family[max(0, index - NEWEST) : index]
        try:
            induction = self._induce(members, kind=self._kind)
        except TooDifferent:
            return None
        return _Model(induction, presets_of(induction, [member.path for member in members]))

    def _edit_cost(
        self, files: Sequence[FileTemplate], values: Values, target: str, wanted: Mapping[str, str]
    ) -> savings.Cost:
        """What turns the rendered files into the wanted ones; a file too many is one place to go to."""
        try:
            rendered = {path: text for path, text, _ in self._render(files, values, target)}
        except (MissingValue, TemplateError):
            rendered = {}
        costs = [savings.edit_cost(rendered.get(path, ""), text) for path, text in wanted.items()]
        costs += [savings.Cost(0, 1) for path in rendered if path not in wanted]
        return savings.Cost(sum(cost.chars for cost in costs), sum(cost.places for cost in costs))

    def _copy_seconds(self, index: int, wanted: Mapping[str, str]) -> float:
        """File by file the cheapest way by hand, which is a little less than copying one whole directory."""
        siblings = self._family[max(0, index - savings.SIBLINGS) : index]
        target = self._family[index].path
        return sum(
            savings.copy_cost([_counterpart(sibling, target, path, text) for sibling in siblings], text).seconds
            for path, text in wanted.items()
        )


def _counterpart(sibling: Instance, target: str, path: str, text: str) -> str:
    """The text of `sibling` that a person would start from for the file `path` of `target`."""
    if len(sibling.files) == 1:
        return sibling.files[0].text
    inner = path.removeprefix(f"{target}/")
    same_place = [file.text for file in sibling.files if file.path.removeprefix(f"{sibling.path}/") == inner]
    if same_place:
        return same_place[0]
    ending = path.rpartition(".")[2]
    alike = [file.text for file in sibling.files if file.path.rpartition(".")[2] == ending]
    return max(alike, key=lambda other: savings.similarity(other, text), default="")


def _spread(indices: Sequence[int], most: int | None) -> list[int]:
    """At most `most` of `indices`, evenly, the last always among them."""
    if most is None or len(indices) <= most:
        return list(indices)
    return [indices[len(indices) - 1 - place * len(indices) // most] for place in reversed(range(most))]


def _by_agent(instance: Instance) -> bool:
    return all(file.by_agent for file in instance.files)


def _size(instance: Instance) -> int:
    return sum(len(file.text) for file in instance.files)
