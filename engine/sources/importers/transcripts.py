"""Transcripts of coding agents as JSON lines: Claude Code's projects and Codex' sessions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.sources.agent_answers import SHELL_TOOLS, ending, exit_code_in, shell_line, text_of
from engine.sources.importers.entries import Entry, Passed


def transcript(text: bytes) -> Iterator[Entry | Passed]:
    """Every shell command with its answer; calls of other tools and talk are passed over without a word.

    A call without an answer was broken off, or is still going on: nobody knows how it ended.
    """
    reading = _Reading()
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            yield Passed("no JSON", is_broken=True)
            continue
        if isinstance(told, dict):
            yield from reading.take(told)
    yield from reading.unanswered()


_RUNNING = re.compile(r"Process running with session ID (\d+)")
_STOPPED = ("interrupted", "rejected", "doesn't want", "denied", "requires approval")


@dataclass
class _Reading:
    """Where in the transcript we are: which calls wait for their answer, and whose session it is."""

    session: str = ""
    directory: str = ""
    calls: dict[str, Entry] = field(default_factory=dict)
    running: dict[str, Entry] = field(default_factory=dict)

    def take(self, told: Mapping[str, Any]) -> Iterator[Entry | Passed]:
        at = _moment(told.get("timestamp"))
        if isinstance(told.get("message"), dict):
            yield from self._take_claude(told, at)
            return
        payload = told.get("payload")
        yield from self._take_codex(payload if isinstance(payload, dict) else told, at)

    def unanswered(self) -> Iterator[Entry | Passed]:
        yield from self.calls.values()
        yield from self.running.values()

    def _take_claude(self, told: Mapping[str, Any], at: float) -> Iterator[Entry | Passed]:
        content = told["message"].get("content")
        for part in content if isinstance(content, list) else ():
            if not isinstance(part, dict):
                continue
            given = part.get("input")
            if part.get("type") == "tool_use" and part.get("name") in SHELL_TOOLS and isinstance(given, dict):
                session, directory = text_of(told.get("sessionId")), text_of(told.get("cwd"))
                self._call(text_of(part.get("id")), shell_line(given), at, session, directory)
            elif part.get("type") == "tool_result" and text_of(part.get("tool_use_id")) in self.calls:
                call = self.calls.pop(part["tool_use_id"])
                yield self._answered_by_claude(call, part, told.get("toolUseResult"), at)

    def _answered_by_claude(self, call: Entry, part: Mapping[str, Any], result: object, at: float) -> Entry:
        output = _joined(part.get("content"))
        seconds = at - call.at if at >= call.at > 0 else None
        if part.get("is_error") is True:
            code = exit_code_in(output)
            if code is None and any(word in output[:200] for word in _STOPPED):
                return replace(call, seconds=seconds)  # a person stopped it, or did not let it run
            return replace(call, seconds=seconds, exit_code=1 if code is None else code, success=False, output=output)
        _, _, is_open = ending(result) if isinstance(result, dict) else (None, "", False)
        if is_open:
            return replace(call, seconds=seconds)
        return replace(call, seconds=seconds, exit_code=0, success=True)

    def _take_codex(self, payload: Mapping[str, Any], at: float) -> Iterator[Entry | Passed]:
        kind, number = payload.get("type"), text_of(payload.get("call_id"))
        if "cwd" in payload and kind not in ("function_call", "local_shell_call"):
            self.session = text_of(payload.get("id")) or self.session
            self.directory = text_of(payload.get("cwd")) or self.directory
        elif kind == "function_call" and payload.get("name") in SHELL_TOOLS | {"container.exec"}:
            given = _object(payload.get("arguments"))
            directory = text_of(given.get("workdir")) or self.directory
            self._call(number, shell_line(given), at, self.session, directory)
        elif kind == "function_call" and payload.get("name") == "write_stdin":
            # What goes on is asked after by the number that it was given.
            asked = str(_object(payload.get("arguments")).get("session_id"))
            if asked in self.running:
                self.calls[number] = self.running.pop(asked)
        elif kind == "local_shell_call" and isinstance(payload.get("action"), dict):
            action = payload["action"]
            directory = text_of(action.get("working_directory")) or self.directory
            self._call(number, shell_line(action), at, self.session, directory)
        elif kind in ("function_call_output", "local_shell_call_output") and number in self.calls:
            call = self.calls.pop(number)
            code, output, is_open = ending(payload.get("output"))
            running = _RUNNING.search(output[:300]) if code is None else None
            if running:
                self.running[running[1]] = call
                return
            seconds = at - call.at if at >= call.at > 0 else None
            ended = None if code is None or is_open else code == 0
            yield replace(call, seconds=seconds, exit_code=code, success=ended, output="" if ended else output)

    def _call(self, number: str, command: str, at: float, session: str, directory: str) -> None:
        if command.strip() and number:
            self.calls[number] = Entry(
                command, at, directory=directory, session=session, by_agent=True, name=f"agent:{number}"
            )


def _object(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _joined(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(text_of(part.get("text")) for part in content if isinstance(part, dict))
    return text_of(content)


def _moment(stamp: object) -> float:
    try:
        return datetime.fromisoformat(text_of(stamp)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
