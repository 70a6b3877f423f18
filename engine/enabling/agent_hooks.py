"""Agent hooks: `patui hook agent` in the settings of Claude Code and of Codex, which share one shape."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from engine.enabling.part import Part, PartFile, Place
from engine.errors import BrokenInput

_TAIL = "hook agent"
_SECONDS = 5
# What of the agent's doings is told, and for which tools.
_CLAUDE = {"PreToolUse": "Bash", "PostToolUse": "Bash|Write|Edit|MultiEdit|NotebookEdit"}
_CLAUDE_EVENTS = {**_CLAUDE, "PostToolUseFailure": _CLAUDE["PostToolUse"], "Stop": ""}
_CODEX_EVENTS = {"PreToolUse": "Bash", "PostToolUse": "Bash|apply_patch", "Stop": ""}


def _files(place: Place) -> Sequence[PartFile]:
    claude = Path(place.environment.get("CLAUDE_CONFIG_DIR") or place.home / ".claude")
    codex = Path(place.environment.get("CODEX_HOME") or place.home / ".codex")
    command = f"{shlex.join(place.command)} {_TAIL}"
    return [
        PartFile(path, partial(_put, events=events, command=command, path=path), partial(_take, path=path))
        for path, events in ((claude / "settings.json", _CLAUDE_EVENTS), (codex / "hooks.json", _CODEX_EVENTS))
        if path.parent.is_dir()
    ]


def _put(text: str, *, events: Mapping[str, str], command: str, path: Path) -> str:
    document = _read(text, path)
    if _commands(document) == {event: [command] for event in events}:
        return text
    document = _without(document)
    hooks = document.setdefault("hooks", {})
    for event, matcher in events.items():
        entry: dict[str, Any] = {"matcher": matcher} if matcher else {}
        entry["hooks"] = [{"type": "command", "command": command, "timeout": _SECONDS}]
        hooks.setdefault(event, []).append(entry)
    return _written(document, text)


def _take(text: str, *, path: Path) -> str:
    document = _read(text, path)
    if not _commands(document):
        return text
    kept = _without(document)
    return _written(kept, text) if kept else ""


def _read(text: str, path: Path) -> dict[str, Any]:
    """The settings, whose shape is checked as far as it is changed."""
    try:
        document = json.loads(text, object_pairs_hook=_once) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise BrokenInput(f"{path} is not plain JSON ({error}): nothing in it was changed") from None
    hooks = document.get("hooks", {}) if isinstance(document, dict) else None
    if not isinstance(hooks, dict) or not all(isinstance(entries, list) for entries in hooks.values()):
        raise BrokenInput(f"{path} holds something else than settings with hooks: nothing in it was changed")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return dict(pairs)


def _is_ours(handler: object) -> bool:
    command = handler.get("command") if isinstance(handler, dict) else None
    return isinstance(command, str) and "patui" in command and command.endswith(f" {_TAIL}")


def _handlers(entry: object) -> list[Any]:
    handlers = entry.get("hooks") if isinstance(entry, dict) else None
    return handlers if isinstance(handlers, list) else []


def _commands(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Our commands, by event."""
    ours = {
        event: [h["command"] for entry in entries for h in _handlers(entry) if _is_ours(h)]
        for event, entries in document.get("hooks", {}).items()
    }
    return {event: commands for event, commands in ours.items() if commands}


def _without(document: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without our handlers, and without what is empty because of that."""
    hooks: dict[str, Any] = {}
    for event, entries in document.get("hooks", {}).items():
        kept = []
        for entry in entries:
            handlers = _handlers(entry)
            others = [handler for handler in handlers if not _is_ours(handler)]
            if len(others) == len(handlers):
                kept.append(entry)
            elif others:
                kept.append({**entry, "hooks": others})
        if kept or not entries:
            hooks[event] = kept
    rest = {name: value for name, value in document.items() if name != "hooks"}
    if not hooks and document.get("hooks"):
        return rest
    return {name: hooks if name == "hooks" else value for name, value in document.items()}


def _written(document: Mapping[str, Any], like: str) -> str:
    """As the file was written before: its indentation, its last line end."""
    found = re.match(r"\{\r?\n([ \t]+)\S", like)
    indent: str | int | None = found[1] if found else None if like.strip() and "\n" not in like.strip() else 2
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    end = "\n" if not like or like.endswith("\n") else ""
    return text.replace("\n", "\r\n") + end.replace("\n", "\r\n") if "\r\n" in like else text + end


def _against(place: Place) -> str:
    return "" if _files(place) else "neither Claude Code nor Codex has a folder here (~/.claude, ~/.codex)"


AGENT_HOOKS = Part(
    "agent-hooks",
    "tell patui what Claude Code and Codex run and write (changes the agents' settings)",
    _files,
    asks_alone=True,
    against=_against,
)
