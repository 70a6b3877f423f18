"""SWE-agent's trajectories: one JSON document, a step for each action with what was observed after it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from engine.errors import BrokenInput
from engine.sources.agent_answers import text_of
from engine.sources.importers.entries import Entry, Passed

ShowsError = Callable[[str, str], bool]
"""Whether an output (the first text) of a command (the second) shows that it failed."""


def trajectory(text: bytes, shows_error: ShowsError) -> Iterator[Entry | Passed]:
    """Every action, in order. BrokenInput for what is no trajectory.

    There are no exit codes: an action failed when its observation shows an error, it went well when the same action
    failed before and now shows none, and of all others nobody can tell.
    """
    steps = _steps(text)
    failed: set[str] = set()
    for number, step in enumerate(steps):
        if not isinstance(step, dict):
            yield Passed("no step", is_broken=True)
            continue
        action, observation = text_of(step.get("action")).strip("\n"), text_of(step.get("observation"))
        if not action.strip():
            yield Passed("no action")
            continue
        success = False if shows_error(observation, action) else True if action in failed else None
        if success is False:
            failed.add(action)
        seconds = step.get("execution_time")
        yield Entry(
            action,
            seconds=float(seconds) if isinstance(seconds, (int, float)) and 0 <= seconds < 1e7 else None,
            directory=text_of(_state(step.get("state")).get("working_dir")),
            success=success,
            by_agent=True,
            output=observation.replace("\r\n", "\n") if success is False else "",
            name=str(number),
        )


def _steps(text: bytes) -> list[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenInput(f"is no JSON: {error}") from None
    steps = document.get("trajectory") if isinstance(document, dict) else None
    if isinstance(document, dict) and steps is None and isinstance(document.get("history"), list):
        steps = _of_talk(document["history"])
    if not isinstance(steps, list):
        raise BrokenInput("holds no trajectory: a list of steps with action and observation")
    return steps


def _of_talk(history: list[Any]) -> list[dict[str, Any]]:
    """A demonstration may hold the talk alone: each action, and what was answered to it."""
    steps: list[dict[str, Any]] = []
    for part in history:
        if not isinstance(part, dict):
            continue
        if part.get("role") == "assistant" and text_of(part.get("action")):
            steps.append({"action": part["action"]})
        elif steps and part.get("message_type") == "observation":
            steps[-1].setdefault("observation", part.get("content"))
    return steps


def _state(state: object) -> dict[str, Any]:
    """A mapping, or one written as JSON text, by version."""
    try:
        found = json.loads(state) if isinstance(state, str) else state
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
