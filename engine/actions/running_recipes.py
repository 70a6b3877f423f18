"""Applying a recipe: its steps with the values filled in, shown first, then run one by one, and remembered as a use."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine import recipes
from engine.actions.find import Found, Standing, find
from engine.errors import MissingValue, UsageError
from engine.model import Execution, Kind, Pattern, Source, Step, Variable
from engine.recipes import Done, Ready, Runner, RunOutcome
from engine.recording import inside, keep
from engine.sources.run import Ran
from engine.workspace import Workspace

_HIDDEN = "‹secret:given›"


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """One step as it would run; what has no value yet is still `{{ name }}`. `by_hand` says why patui will not run it
    (empty: it will), `cwd` is relative to the workspace."""

    step: Step
    line: str
    cwd: str = ""
    by_hand: str = ""


@dataclass(frozen=True, slots=True)
class RecipePreview:
    """`sources` says of each value where it comes from (given, default, missing), `problems` what is wrong with it."""

    pattern: Pattern
    standing: Standing
    steps: tuple[PreviewStep, ...]
    values: Mapping[str, str]
    sources: Mapping[str, str]
    missing: tuple[str, ...]
    problems: Mapping[str, str]


def preview(workspace: Workspace, reference: str, values: Mapping[str, str] | None = None) -> RecipePreview:
    """What running the recipe would do with what is known so far; runs nothing and tolerates missing values.

    UsageError when `reference` is no recipe, or for a value that no parameter takes.
    """
    found = find(workspace, reference).must_render()
    return _preview(found, values or {})


def _preview(found: Found, given: Mapping[str, str]) -> RecipePreview:
    pattern = found.pattern
    if pattern.kind is not Kind.EXECUTION:
        raise UsageError(f"{pattern.pattern_id} is no recipe, but a {pattern.kind}")
    steps = recipes.steps_of(pattern)
    variables = {variable.name: variable for variable in pattern.variables}
    names = recipes.parameters_of(steps)
    if unknown := [name for name in given if name not in names]:
        raise UsageError(f"{pattern.name} has no parameter {unknown[0]!r}; it has {', '.join(names) or 'none'}")
    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name in names:
        variable = variables.get(name, Variable(name))
        default = variable.default if isinstance(variable.default, str) else None
        value = given.get(name, default)
        if value is None:
            sources[name] = "missing"
            continue
        values[name], sources[name] = value, "given" if name in given else "default"
        if name in given:
            try:
                recipes.checked(variable, value)
            except UsageError as error:
                problems[name] = str(error).removeprefix(f"{name}: ")
    missing = tuple(name for name in names if name not in values)
    shown = _placed(pattern, steps, values)
    return RecipePreview(pattern, found.standing, shown, values, sources, missing, problems)


def _placed(pattern: Pattern, steps: Sequence[Step], values: Mapping[str, str]) -> tuple[PreviewStep, ...]:
    """Each step with its directory: `cd` moves those after it, and never out of the workspace."""
    placed: list[PreviewStep] = []
    here = ""
    for entry, step, final in zip(pattern.steps, steps, recipes.bound(steps, values), strict=False):
        cwd = posixpath.normpath(posixpath.join(here, step.cwd)) if here or step.cwd else ""
        by_hand = entry.get("by_hand")
        # What was learned is looked at, not what is filled in: a value is a word, whatever stands in it.
        why = by_hand if isinstance(by_hand, str) else ""
        if step.argv[0] == "cd":
            here, why = _moved(cwd, final.argv)
        else:
            why = why or recipes.why_not_run(step)
        placed.append(PreviewStep(replace(final, cwd=cwd), recipes.shown(final), cwd, why))
    return tuple(placed)


def _moved(cwd: str, argv: Sequence[str]) -> tuple[str, str]:
    """Where `cd` leads from `cwd`, or why it leads nowhere that patui would go."""
    target = argv[-1] if len(argv) > 1 else "~"
    there = posixpath.normpath(posixpath.join(cwd, target))
    if target.startswith(("/", "~", "-")) or there == ".." or there.startswith("../"):
        return cwd, "leaves the workspace"
    return there, ""


def prepare(workspace: Workspace, reference: str, values: Mapping[str, str], from_step: int = 1) -> Ready:
    """Exactly what will run, from step `from_step` (the first is 1) on.

    NotTrusted unless the recipe was approved here as it now is; MissingValue, UsageError for a value of a wrong type.
    """
    found = find(workspace, reference).must_write()
    shown = _preview(found, values)
    if shown.missing:
        raise MissingValue(shown.missing)
    if shown.problems:
        name, words = next(iter(shown.problems.items()))
        raise UsageError(f"{name}: {words}")
    if not 1 <= from_step <= len(shown.steps):
        raise UsageError(f"{found.pattern.name} has the steps 1 to {len(shown.steps)}, and no step {from_step}")
    return Ready(
        name=found.pattern.name,
        steps=tuple(one.step for one in shown.steps[from_step - 1 :]),
        pattern_id=found.pattern.pattern_id,
        version=found.pattern.version,
        kind=found.pattern.kind,
        values=tuple(shown.values.items()),
    )


def run(
    workspace: Workspace,
    ready: Ready,
    runner: Runner,
    *,
    before: Callable[[int, Step], bool] = lambda number, step: True,
    after: Callable[[int, Done], None] = lambda number, done: None,
) -> RunOutcome:
    """Runs what `prepare` gave, and keeps the use. `before` may stop it at each step; a step that must be done by hand
    stops it too. Who calls has shown the steps and asked."""
    found = find(workspace, ready.pattern_id).must_write()  # it may have been changed or rejected since
    placed = _Placed(workspace.root, runner, _expandable(found.pattern))
    reasons = [one.by_hand for one in _preview(found, dict(ready.values)).steps][-len(ready.steps) :]

    def allowed(number: int, step: Step) -> bool:
        placed.step = step
        return not reasons[number] and before(number, step)

    outcome = recipes.carry_out(ready, workspace.root, placed, before=allowed, after=after)
    if outcome.done:
        keep(workspace.store, [_use(workspace, found.pattern, ready, outcome)])
    return outcome


@dataclass
class _Placed:
    """A runner that keeps each step in its directory below the root, and expands what a shell expanded."""

    root: Path
    runner: Runner
    expandable: frozenset[str]
    step: Step | None = None

    def __call__(self, argv: Sequence[str], cwd: Path) -> Ran:
        wanted = self.root / self.step.cwd if self.step is not None and self.step.cwd else self.root
        if argv[0] == "cd":
            wanted = wanted / argv[-1]
        if not wanted.is_dir() or not wanted.resolve().is_relative_to(self.root):
            return Ran(1, 0.0, f"patui: {argv[-1] if argv[0] == 'cd' else wanted.name}: no such directory here\n")
        if argv[0] == "cd":
            return Ran(0, 0.0, "")
        return self.runner([word for one in argv for word in self._expanded(one, wanted)], wanted)

    def _expanded(self, word: str, place: Path) -> Sequence[str]:
        """The files a pattern stands for, as a shell would give them; itself when there are none."""
        if word not in self.expandable or word.startswith("/"):
            return (word,)
        try:
            return sorted(path.relative_to(place).as_posix() for path in place.glob(word)) or (word,)
        except (ValueError, NotImplementedError):
            return (word,)


def _expandable(pattern: Pattern) -> frozenset[str]:
    lists = [step.get("expand") for step in pattern.steps]
    return frozenset(word for words in lists if isinstance(words, list) for word in words if isinstance(word, str))


def _use(workspace: Workspace, pattern: Pattern, ready: Ready, outcome: RunOutcome) -> Execution:
    last = outcome.done[-1]
    failed = last.exit_code != 0
    kind = pattern.match.get("execution_signature")
    operation = kind.get("operation_kind") if isinstance(kind, Mapping) else ""
    hidden = [value for name, value in ready.values if name.startswith("secret") and value]
    return Execution(
        at=workspace.clock(),
        command=_without(hidden, " && ".join(recipes.shown(done.step) for done in outcome.done)),
        cwd=inside(str(workspace.root), workspace.root),
        exit_code=last.exit_code,
        # What a person stopped is neither: it is not the recipe that failed.
        success=False if failed else None if outcome.left else True,
        seconds=outcome.seconds,
        session=os.environ.get("PATUI_SESSION", ""),
        source=Source.PATUI,
        operation_kind=operation if isinstance(operation, str) and operation else pattern.name,
        pattern_id=ready.pattern_id,
        pattern_version=ready.version,
        inputs={name: _without(hidden, value) for name, value in ready.values},
        error_output=_without(hidden, last.output) if failed else "",
    )


def _without(hidden: Sequence[str], text: str) -> str:
    for value in hidden:
        text = text.replace(value, _HIDDEN)
    return text
