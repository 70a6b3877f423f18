"""What `patui apply` does with a recipe: shows each step, asks, runs it, and says what is left when one fails."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from engine import recipes
from engine.actions import running_recipes
from engine.actions.running_recipes import RecipePreview
from engine.errors import RefusedError, UsageError
from engine.model import Step, Value
from engine.recipes import Done, RunOutcome
from engine.workspace import Workspace
from tui.cli.output import clean, emit, say
from tui.presentation.text import amount


def apply_recipe(
    workspace: Workspace,
    reference: str,
    given: Mapping[str, Value],
    *,
    from_step: int,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """The exit code: 0 when every step ended well, 1 when one failed, was refused, or is to be done by hand."""
    values = {name: _text(name, value) for name, value in given.items()}
    shown = running_recipes.preview(workspace, reference, values)
    asks = sys.stdin.isatty() and not yes and not as_json
    if dry_run:
        if as_json:
            emit(preview_document(shown))
        else:
            _show(shown)
        return 0
    if shown.missing and asks:
        values |= _asked(shown)
    ready = running_recipes.prepare(workspace, reference, values, from_step)
    if not yes and not asks:
        raise RefusedError("nothing is run without being asked: answer at a terminal, or give --yes")
    if not as_json:
        _show(running_recipes.preview(workspace, reference, values))
    consent = _Consent(yes, from_step - 1, from_step - 1 + len(ready.steps))
    runner = recipes.piped(lambda text: click.echo(clean(text), nl=False, err=True)) if as_json else recipes.terminal
    outcome = running_recipes.run(workspace, ready, runner, before=consent, after=_ended)
    follow = from_step + len(outcome.done) - (1 if outcome.done and outcome.done[-1].exit_code else 0)
    if as_json:
        emit(outcome_document(ready.pattern_id, ready.version, outcome, follow))
    if outcome.succeeded:
        say(f"{ready.name}: {amount(len(outcome.done), 'step')} done in {outcome.seconds:.1f} s")
        return 0
    reasons = [one.by_hand for one in running_recipes.preview(workspace, reference, values).steps]
    _say_left(ready.name, ready.pattern_id, values, outcome, follow, reasons)
    return 1


def _text(name: str, value: Value) -> str:
    if isinstance(value, str):
        return value
    raise UsageError(f"{name}: a parameter of a recipe is one text")


def _asked(shown: RecipePreview) -> dict[str, str]:
    """Asks for each missing value until it is one."""
    variables = {variable.name: variable for variable in shown.pattern.variables}
    values = {}
    for name in shown.missing:
        variable = variables[name]
        seen = ", ".join(clean(str(one)) for one in variable.choices or variable.examples[:3])

        def checked(text: str, name: str = name) -> str:
            try:
                return recipes.checked(variables[name], text)
            except UsageError as error:
                raise click.BadParameter(str(error)) from None

        hint = f"{name} ({variable.extra.get('kind') or variable.type}{', such as ' + seen if seen else ''})"
        values[name] = str(click.prompt(clean(hint), value_proc=checked, err=True))
    return values


class _Consent:
    """Shows a step and asks for it; `a` is the answer for all that are left."""

    def __init__(self, yes: bool, offset: int, total: int) -> None:
        self._all = yes
        self._offset = offset
        self._total = total

    def __call__(self, number: int, step: Step) -> bool:
        place = f" (in {step.cwd})" if step.cwd else ""
        say(f"[{self._offset + number + 1}/{self._total}] {recipes.shown(step)}{place}")
        if self._all:
            return True
        answer = click.prompt("run it? [Y]es, [a]ll that are left, [n]o", default="y", show_default=False, err=True)
        self._all = answer.strip().lower() in ("a", "all")
        return self._all or answer.strip().lower() in ("y", "yes")


def _ended(number: int, done: Done) -> None:
    if done.exit_code:
        if done.output.startswith("patui: "):
            say(done.output.rstrip("\n"))
        say(f"✗ exit {done.exit_code} after {done.seconds:.1f} s")


def _show(shown: RecipePreview) -> None:
    pattern = shown.pattern
    say(f"{pattern.pattern_id}  {pattern.name}  {pattern.version}  {amount(len(shown.steps), 'step')}")
    for number, one in enumerate(shown.steps, 1):
        notes = [f"in {one.cwd}" if one.cwd else "", f"by hand: {one.by_hand}" if one.by_hand else ""]
        note = "; ".join(filter(None, notes))
        say(f"  {number}. {one.line}" + (f"   ({note})" if note else ""))
    if shown.missing:
        say(f"  without a value yet: {', '.join(shown.missing)}")


def _say_left(
    name: str, pattern_id: str, values: Mapping[str, str], outcome: RunOutcome, follow: int, reasons: Sequence[str]
) -> None:
    failed = bool(outcome.done and outcome.done[-1].exit_code)
    left = [outcome.done[-1].step, *outcome.left] if failed else list(outcome.left)
    say(f"{name} {'stopped at a step that failed' if failed else 'was stopped'}; left:")
    for number, step in enumerate(left, follow):
        say(f"  {number}. {recipes.shown(step)}")
    why = reasons[follow - 1] if left and not failed else ""
    if why:
        say(f"step {follow} is yours to do: {why}")
        follow += 1
        if len(left) == 1:
            return
    sets = [
        part for key, value in values.items() if not key.startswith("secret") for part in ("--set", f"{key}={value}")
    ]
    say("go on with: " + shlex.join(["patui", "apply", pattern_id, "--from-step", str(follow), *sets]))


def steps_document(shown: RecipePreview) -> list[dict[str, Any]]:
    return [{"argv": list(one.step.argv), "cwd": one.cwd, "by_hand": one.by_hand} for one in shown.steps]


def preview_document(shown: RecipePreview) -> dict[str, Any]:
    return {
        "pattern_id": shown.pattern.pattern_id,
        "version": shown.pattern.version,
        "steps": steps_document(shown),
        "values": dict(shown.values),
        "sources": dict(shown.sources),
        "missing": list(shown.missing),
    }


def outcome_document(pattern_id: str, version: str, outcome: RunOutcome, follow: int) -> dict[str, Any]:
    return {
        "pattern_id": pattern_id,
        "version": version,
        "succeeded": outcome.succeeded,
        "steps": [
            {"argv": list(one.step.argv), "exit_code": one.exit_code, "seconds": round(one.seconds, 3)}
            for one in outcome.done
        ],
        "left": [{"argv": list(step.argv)} for step in outcome.left],
        "from_step": None if outcome.succeeded else follow,
    }
