"""What coding agents told through their hooks, read from the spool: commands with how they ended, and files written.

A line is `2 <tab> <JSON object>`, ASCII: `at` (seconds), `event` (before, after, failure, stop), `session`, `cwd`,
`tool`, `use` (joins the events of one call), `command`, `exit`, `ok`, `seconds`, `output`, or `paths`; what is not
known is left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """One event of an agent; `offset` names its line. `ok` is None where nobody can tell how a command ended."""

    offset: int
    at: float
    event: str
    session: str
    directory: str = ""
    tool: str = ""
    use: str = ""
    command: str = ""
    exit_code: int | None = None
    ok: bool | None = None
    seconds: float | None = None
    output: str = ""
    paths: tuple[str, ...] = ()


def agent_event(line: bytes, offset: int) -> AgentEvent | None:
    """The event of a line of the spool, or None when it is none."""
    try:
        told = json.loads(line.removeprefix(b"2\t"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    at, seconds = _number(told.get("at")), _number(told.get("seconds"))
    if not at or not at < 253_000_000_000:
        return None
    code, ok, paths = (told.get(key) for key in ("exit", "ok", "paths"))
    texts = {key: value for key in _TEXTS if isinstance(value := told.get(key), str)}
    return AgentEvent(
        offset,
        at,
        event=texts.get("event", ""),
        session=texts.get("session", ""),
        directory=texts.get("cwd", ""),
        tool=texts.get("tool", ""),
        use=texts.get("use", ""),
        command=texts.get("command", ""),
        exit_code=code if isinstance(code, int) and not isinstance(code, bool) and abs(code) < 2**31 else None,
        ok=ok if isinstance(ok, bool) else None,
        seconds=seconds,
        output=texts.get("output", ""),
        paths=tuple(path for path in paths if isinstance(path, str)) if isinstance(paths, list) else (),
    )


_TEXTS = ("event", "session", "cwd", "tool", "use", "command", "output")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 else None
