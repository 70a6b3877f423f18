"""The past, predicted: nothing sees the future, every second is counted as the model says, and a loss is a loss."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import savings
from engine.analyzers.backtest import HALF_LIFE, MONTH, NEWEST, SHORTEST_HISTORY, backtest, members_per_month
from engine.errors import MissingValue, TooDifferent
from engine.induction import Completed
from engine.model import (
    Example,
    FileTemplate,
    Fit,
    Induction,
    Instance,
    Kind,
    Literal,
    Slot,
    Template,
    Values,
    Variable,
)

DAY = 86_400.0
NOW = 1000 * DAY
K, PLACE = savings.KEYSTROKE, savings.PLACE
FILES = (FileTemplate(Template((Literal("x"),)), Template(())),)


def member(number: int, text: str = "", *, by_agent: bool = False, created: float | None = None) -> Instance:
    at = NOW - 100 * DAY + number * DAY if created is None else created
    path = f"m/{number:03d}.txt"
    return Instance(path, (Example(path, text or f"text {number}\n", at, by_agent=by_agent),), at)


class Learner:
    """Stands for induction: remembers what it was shown, and renders what it is told."""

    def __init__(
        self,
        rendered: Callable[[str, Values], Mapping[str, str]],
        *,
        variables: Sequence[Variable] = (),
        given: Values | None = None,
    ) -> None:
        self.shown: list[list[str]] = []
        self.fitted: list[tuple[str, tuple[str, ...]]] = []
        self._rendered = rendered
        self._variables = tuple(variables)
        self._given = given or {}

    def induce(self, members: Sequence[Instance], *, kind: Kind) -> Induction:
        self.shown.append([member.path for member in members])
        body = Template(tuple(Slot(variable.name) for variable in self._variables))
        files = tuple(replace(file, body=body) for file in FILES)
        return Induction(kind, files, self._variables, tuple({} for _ in members), 1.0)

    def fit(self, files: Any, variables: Any, presets: Any, texts: Mapping[str, str], target: str) -> Fit:
        self.fitted.append((target, tuple(preset.name for preset in presets)))
        exact = self._rendered(target, self._given) == texts
        return Fit(None, self._given, self._given, exact, 1.0 if exact else 0.5, (), "")

    def complete(self, variables: Any, files: Any, target: str, given: Values, preset: Any) -> Completed:
        sources = {one.name: "path" if one.derivation else "default" for one in self._variables}
        return Completed(dict(given), {**sources, **dict.fromkeys(given, "given")}, ())

    def render(self, files: Any, values: Values, target: str) -> list[tuple[str, str, bool]]:
        return [(path, text, False) for path, text in self._rendered(target, values).items()]

    @property
    def parts(self) -> dict[str, Any]:
        return {"induce": self.induce, "fit": self.fit, "complete": self.complete, "render": self.render}


def perfect(family: Sequence[Instance]) -> Learner:
    texts = {one.path: {file.path: file.text for file in one.files} for one in family}
    return Learner(lambda target, values: texts[target])


# ── what is predicted from what ──────────────────────────────────────────────────────────────────────────────────────


def test_no_prediction_sees_the_future() -> None:
    family = [member(number) for number in range(30)]
    learner = perfect(family)
    result = backtest(family, kind=Kind.FILE, now=NOW, sample=None, **learner.parts)
    assert (result.support, result.later, result.predicted, result.exact) == (30, 27, 27, 27)
    assert [one.path for one in result.predictions] == [one.path for one in family[3:]]
    for target, presets in learner.fitted:
        assert all(preset < target for preset in presets)
        assert 3 <= len(presets) <= NEWEST
    # Learned anew for each member, from the newest before it.
    assert [(shown[0], shown[-1], len(shown)) for shown in learner.shown[:9:4]] == [
        ("m/000.txt", "m/002.txt", 3),
        ("m/000.txt", "m/006.txt", 7),
        ("m/001.txt", "m/010.txt", 10),
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_to_predict(count: int) -> None:
    result = backtest([member(number) for number in range(count)], kind=Kind.FILE, now=NOW)
    assert (result.support, result.later, result.predicted, result.hours_saved, result.gap_closed) == (
        count,
        0,
        0,
        0,
        0,
    )
    assert not result.sampled


def test_a_sample_is_spread_and_scaled() -> None:
    family = [member(number) for number in range(43)]
    whole = backtest(family, kind=Kind.FILE, now=NOW, sample=None, **perfect(family).parts)
    some = backtest(family, kind=Kind.FILE, now=NOW, sample=4, **perfect(family).parts)
    assert (some.later, some.predicted, some.sampled) == (40, 4, True)
    assert [one.path for one in some.predictions] == ["m/012.txt", "m/022.txt", "m/032.txt", "m/042.txt"]
    mean = sum(one.saved_seconds for one in some.predictions) / 4
    assert some.hours_saved == pytest.approx(mean * 40 / 3600)
    assert not whole.sampled
    assert whole.hours_saved == pytest.approx(sum(one.saved_seconds for one in whole.predictions) / 3600)


@given(st.integers(0, 2**32), st.integers(0, 20), st.sampled_from([None, 1, 3, 8]))
def test_the_order_of_the_input_does_not_matter(seed: int, count: int, sample: int | None) -> None:
    family = [member(number, f"line {number % 3}\nline {number}\n") for number in range(count)]
    shuffled = random.Random(seed).sample(family, len(family))
    results = [
        backtest(one, kind=Kind.FILE, now=NOW, sample=sample, **perfect(family).parts) for one in (family, shuffled)
    ]
    assert results[0] == results[1]


def test_a_huge_member_is_not_predicted_but_counts() -> None:
    family = [*(member(number) for number in range(4)), member(4, "x" * 200_001)]
    result = backtest(family, kind=Kind.FILE, now=NOW, **perfect(family).parts)
    assert (result.later, result.predicted, result.sampled) == (2, 1, True)


def test_what_agents_made_teaches_and_is_not_counted() -> None:
    family = [member(number, by_agent=number in (1, 4, 6)) for number in range(8)]
    learner = perfect(family)
    result = backtest(family, kind=Kind.FILE, now=NOW, sample=None, **learner.parts)
    assert (result.support, result.later) == (8, 3)
    assert [one.path for one in result.predictions] == ["m/003.txt", "m/005.txt", "m/007.txt"]
    assert learner.shown[1] == [one.path for one in family[:5]]
    people = [one.created for one in family if not one.files[0].by_agent]
    mean = sum(one.saved_seconds for one in result.predictions) / 3
    assert result.hours_per_month == pytest.approx(mean * members_per_month(people, NOW) / 3600)


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────

# Before: three equal siblings. The fourth differs in two places, far apart.
OLD = "alpha beta gamma delta\n" * 3
NEW = OLD.replace("alpha", "omega", 1)[::-1].replace("atled", "amgis", 1)[::-1]
COPY = 2 * PLACE + 10 * K
NAMED = Variable("name", derivation="stem")
ASKED = Variable("title")
SWITCH = Variable("flag")


@pytest.mark.parametrize(
    ("rendered", "variables", "given", "seconds"),
    [
        (NEW, [], {}, 0.0),
        (NEW, [NAMED], {}, 0.0),
        (NEW, [NAMED, ASKED, SWITCH], {}, 2 * K),
        (NEW, [NAMED, ASKED, SWITCH], {"title": "omega"}, 5 * K + K),
        (NEW, [SWITCH], {"flag": True}, K),
        (NEW, [ASKED], {"title": ["ab", "cde"]}, 6 * K),
        (OLD, [], {}, COPY),
        (OLD, [ASKED], {}, COPY + K),
        ("", [], {}, savings.typing_cost(NEW).seconds),
    ],
)
def test_seconds_of_a_prediction(
    rendered: str, variables: list[Variable], given: dict[str, Any], seconds: float
) -> None:
    family = [*(member(number, OLD) for number in range(3)), member(3, NEW)]
    learner = Learner(
        lambda target, values: {target: rendered if values == given else ""}, variables=variables, given=given
    )
    result = backtest(family, kind=Kind.FILE, now=NOW, **learner.parts)
    [prediction] = result.predictions
    assert prediction.copy_seconds == pytest.approx(COPY)
    assert prediction.limit_seconds == pytest.approx(10 * K)  # two new words
    assert prediction.pattern_seconds == pytest.approx(seconds)
    assert result.exact == (rendered == NEW)
    assert result.gap_closed == pytest.approx((COPY - seconds) / (COPY - 10 * K))
    assert result.hours_saved == pytest.approx((COPY - seconds) / 3600)


def test_where_copying_was_better_the_hours_are_negative() -> None:
    family = [member(number, OLD) for number in range(4)]
    result = backtest(family, kind=Kind.FILE, now=NOW, **Learner(lambda target, _: {target: NEW}).parts)
    assert result.hours_saved == pytest.approx(-2 * (PLACE + 5 * K) / 3600)
    assert result.hours_per_month < 0
    assert result.gap_closed == 0.0  # there was no gap to close


def test_a_long_value_is_left_out_when_editing_is_less_work() -> None:
    long = "omega beta gamma delta\n" * 2
    family = [*(member(number, OLD) for number in range(3)), member(3, NEW)]

    def rendered(target: str, values: Values) -> dict[str, str]:
        start = NEW if "long" in values else OLD.replace("alpha", "omega", 1)
        return {target: start if "short" in values else ""}

    learner = Learner(rendered, variables=[Variable("long"), Variable("short")], given={"long": long, "short": "omega"})
    [prediction] = backtest(family, kind=Kind.FILE, now=NOW, **learner.parts).predictions
    # `short` is typed, `long` is accepted as it stands, one word is edited.
    assert prediction.pattern_seconds == pytest.approx(5 * K + K + PLACE + 5 * K)


def test_a_family_without_a_template_saves_and_costs_nothing() -> None:
    def refuse(members: Sequence[Instance], *, kind: Kind) -> Induction:
        raise TooDifferent("nothing in common")

    family = [member(number) for number in range(9)]
    result = backtest(family, kind=Kind.FILE, now=NOW, **{**perfect(family).parts, "induce": refuse})
    assert (result.predicted, result.exact, result.hours_saved, result.gap_closed) == (6, 0, 0.0, 0.0)


def test_where_nothing_can_be_learned_the_person_copies() -> None:
    family = [member(number) for number in range(9)]
    learner = perfect(family)

    def only_three(members: Sequence[Instance], *, kind: Kind) -> Induction:
        if len(members) > 3:
            raise TooDifferent("grown apart")
        return learner.induce(members, kind=kind)

    result = backtest(family, kind=Kind.FILE, now=NOW, **{**learner.parts, "induce": only_three})
    assert result.exact == 1
    assert all(one.pattern_seconds == one.copy_seconds for one in result.predictions[1:])
    assert len(learner.shown) == 1


def test_a_rendering_that_fails_is_typed_by_hand() -> None:
    def fail(target: str, values: Values) -> dict[str, str]:
        raise MissingValue(["x"])

    family = [member(number, OLD) for number in range(4)]
    learner = Learner(fail)
    fit = Fit(None, {}, {}, False, 0.0, (), "")
    result = backtest(family, kind=Kind.FILE, now=NOW, **{**learner.parts, "fit": lambda *_: fit})
    assert result.predictions[0].pattern_seconds == pytest.approx(savings.typing_cost(OLD).seconds)


# ── scaffolds ────────────────────────────────────────────────────────────────────────────────────────────────────────


def scaffold(number: int, files: Mapping[str, str]) -> Instance:
    path = f"m/s{number}"
    at = NOW - 100 * DAY + number * DAY
    return Instance(path, tuple(Example(f"{path}/{name}", text, at) for name, text in files.items()), at)


@pytest.mark.parametrize(
    ("rendered", "seconds"),
    [
        ({"a.py": OLD, "b.py": NEW}, 0.0),
        ({"a.py": OLD, "b.py": NEW, "extra.py": "x"}, PLACE),
        ({"a.py": OLD, "b.py": OLD}, COPY),
        ({"b.py": NEW}, savings.typing_cost(OLD).seconds),
    ],
)
def test_a_scaffold_is_counted_file_by_file(rendered: dict[str, str], seconds: float) -> None:
    family = [*(scaffold(number, {"a.py": OLD, "b.py": OLD}) for number in range(3))]
    family.append(scaffold(3, {"a.py": OLD, "b.py": NEW}))
    learner = Learner(lambda target, _: {f"{target}/{name}": text for name, text in rendered.items()})
    [prediction] = backtest(family, kind=Kind.SCAFFOLD, now=NOW, **learner.parts).predictions
    assert prediction.copy_seconds == pytest.approx(COPY)
    assert prediction.pattern_seconds == pytest.approx(seconds)


def test_a_file_named_otherwise_in_the_sibling_is_still_copied() -> None:
    family = [scaffold(number, {f"s{number}.py": OLD, f"s{number}.md": "# doc\n"}) for number in range(4)]
    result = backtest(family, kind=Kind.SCAFFOLD, now=NOW, **perfect(family).parts)
    assert result.predictions[0].copy_seconds == 0.0


# ── the rate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("days", [60, 200, 1000])
def test_a_steady_family_keeps_its_rate(days: int) -> None:
    times = [NOW - (day + 0.5) * DAY for day in range(days)]
    assert members_per_month(times, NOW) == pytest.approx(MONTH / DAY, rel=0.01)


def test_one_member_weighs_by_its_age() -> None:
    def one(age: float) -> float:
        history = max(age, SHORTEST_HISTORY)
        return MONTH * math.log(2) / HALF_LIFE * 2 ** (-age / HALF_LIFE) / (1 - 2 ** (-history / HALF_LIFE))

    for age in (0.0, DAY, 60 * DAY, 600 * DAY):
        assert members_per_month([NOW - age], NOW) == pytest.approx(one(age))


def test_members_of_one_commit_count_once() -> None:
    times = [NOW - 40 * DAY, NOW - 20 * DAY, NOW - DAY]
    assert members_per_month(times + [NOW - DAY] * 200, NOW) == members_per_month(times, NOW)


def test_three_files_within_an_hour_are_no_rate_of_thousands() -> None:
    assert 2 < members_per_month([NOW - 3600, NOW - 1800, NOW], NOW) < 5


def test_unknown_times_give_no_rate() -> None:
    assert members_per_month([0.0, 0.0], NOW) == 0.0
    assert members_per_month([0.0, NOW], NOW) == members_per_month([NOW], NOW)


def test_what_stopped_long_ago_is_worth_little() -> None:
    recent = [member(number) for number in range(12)]
    old = [replace(one, created=one.created - 800 * DAY) for one in recent]
    results = [backtest(family, kind=Kind.FILE, now=NOW, **perfect(family).parts) for family in (recent, old)]
    assert results[0].hours_saved == results[1].hours_saved
    assert results[1].hours_per_month < results[0].hours_per_month / 100


# ── with the real induction ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_family_that_the_path_decides_is_predicted_exactly() -> None:
    names = ["orders", "users", "invoices", "payments", "coupons", "shipments"]
    family = []
    for number, name in enumerate(names):
        text = f"from shop.base import Handler\n\n\nclass {name.title()}Handler(Handler):\n    name = '{name}'\n"
        path = f"shop/handlers/{name}.py"
        family.append(Instance(path, (Example(path, text, NOW - 9 * DAY + number),), NOW - 9 * DAY + number))
    result = backtest(family, kind=Kind.FILE, now=NOW)
    assert (result.predicted, result.exact) == (3, 3)
    assert result.gap_closed > 0.9
    assert result.hours_saved > 0
    assert result.hours_per_month > 0
