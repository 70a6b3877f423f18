"""One way to fit a pattern to texts, and what it costs: values typed, values accepted, edits that are left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import MissingValue, TemplateError
from engine.induction.complete import complete_from
from engine.induction.typing_cost import asked, typing_length
from engine.model import FileTemplate, Preset, RawTemplate, Value, Values, Variable
from engine.savings import KEYSTROKE, edit_cost
from engine.template import render

EXACT = 0.9  # an exact rendering may cost this much more than one that is edited afterwards

Pairs = Sequence[tuple[FileTemplate, str | None]]


@dataclass(frozen=True, slots=True)
class Task:
    """What is fitted: the pattern, what the path says already, and each file template with its text (or None)."""

    variables: Sequence[Variable]
    presets: Sequence[Preset]
    derived: Mapping[str, str]
    pairs: Pairs
    used: Collection[str]

    def render(self, given: Values, preset: Preset | None) -> list[tuple[str, str]]:
        """(rendered, wanted) of each file."""
        return self.rendered(self.values(given, preset))

    def rendered(self, values: Values) -> list[tuple[str, str]]:
        """The same for complete values."""
        return [(_safely(file, values) or "", text or "") for file, text in self.pairs]

    def values(self, given: Values, preset: Preset | None) -> dict[str, Value]:
        return complete_from(self.variables, self.derived, given, preset.values if preset else None).values


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is typed over which preset, what it renders, and the seconds it leaves to do."""

    preset: Preset | None
    given: dict[str, Value]
    values: dict[str, Value]
    rendered: list[tuple[str, str]]
    seconds: float

    @property
    def exact(self) -> bool:
        return all(one == two for one, two in self.rendered)


def attempt(task: Task, given: dict[str, Value], preset: Preset | None) -> Attempt:
    """The attempt that types `given` over `preset`."""
    values = task.values(given, preset)
    rendered = task.rendered(values)
    taken = asked(task.variables, [file for file, _ in task.pairs], {*task.derived, *given}, values)
    seconds = KEYSTROKE * (sum(map(typing_length, given.values())) + taken)
    if all(one == two for one, two in rendered):
        seconds *= EXACT
    else:
        seconds += sum(edit_cost(one, two).seconds for one, two in rendered)
    return Attempt(preset, given, values, rendered, seconds)


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
