"""`patui hook agent`: one event of a coding agent, from its hook into the spool.

The agent waits for it, so it needs the standard library only, prints nothing and never fails. What it writes is a line
of `engine.sources.agent_events`, its secrets masked by the rules of the shell hooks; the engine looks at it again
before anything is stored.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time

from engine.sources.agent_answers import SHELL_TOOLS, ending, exit_code_in, shell_line, text_of

TYPE_CHECKING = False  # `typing` takes 7 ms, and an agent waits
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MOST_INPUT = 16_000_000  # bytes; what an agent sends when it writes a large file
MOST_COMMAND = 8192
MOST_OUTPUT = 8192
_LONGEST_LINE = 2000  # of an output that is looked at for secrets; the rest of such a line goes
_PATIENCE_SECONDS = 5.0
_EVENTS = {"PreToolUse": "before", "PostToolUse": "after", "PostToolUseFailure": "failure", "Stop": "stop"}
_WRITERS = frozenset({"Write", "Edit", "MultiEdit", "NotebookEdit", "apply_patch"})
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.M)


def answer() -> None:
    """Takes the event on stdin and ends the process with exit 0, whatever happens."""
    try:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE_SECONDS)
        if not os.environ.get("PATUI_DISABLE") and not os.isatty(0):
            line = line_of(_read(), time.time())
            if line:
                append(spool_directory(), line)
    except BaseException:  # noqa: BLE001, S110 - an agent must not notice that its hook failed
        pass
    os._exit(0)


def _read() -> bytes:
    """All of stdin, so that its writer meets no closed pipe; nothing when it is more than anybody sends."""
    blocks, size = [], 0
    while block := os.read(0, 1 << 20):
        size += len(block)
        if size <= MOST_INPUT:
            blocks.append(block)
    return b"".join(blocks) if size <= MOST_INPUT else b""


def spool_directory() -> str:
    """The spool of this user, as `platformdirs` names the folder around it."""
    if sys.platform.startswith("linux"):
        state = os.environ.get("XDG_STATE_HOME", "")
        return os.path.join(state if state.strip() else os.path.expanduser("~/.local/state"), "patui", "spool")  # noqa: PTH111, PTH118 - pathlib takes 5 ms
    import platformdirs  # 15 ms, elsewhere than on Linux

    return os.path.join(platformdirs.user_state_dir("patui"), "spool")  # noqa: PTH118


def append(directory: str, line: tuple[str, bytes]) -> None:
    """One write, which the system appends as a whole: an agent's hooks may run side by side."""
    os.makedirs(directory, mode=0o700, exist_ok=True)  # noqa: PTH103
    session, text = line
    name = session if re.fullmatch(r"[\w-]{1,80}", session, re.ASCII) else "other"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(os.path.join(directory, f"agent-{name}.spool"), flags, 0o600)  # noqa: PTH118
    if os.write(descriptor, text) < len(text):  # the disk is full: the next line must not grow onto this one
        os.write(descriptor, b"\n")


def line_of(text: bytes, now: float) -> tuple[str, bytes] | None:
    """The session and the spool's line of an event; None for what is none of ours."""
    event = json.loads(text)
    name = _EVENTS.get(text_of(event.get("hook_event_name")))
    if name is None:
        return None
    session = text_of(event.get("session_id")) or "agent"
    told = {"at": round(now, 3), "event": name, "session": session[:200], "cwd": text_of(event.get("cwd"))[:4096]}
    if name != "stop":
        about = _tool(event, name)
        if about is None:
            return None
        told |= about
    plain = json.dumps({key: value for key, value in told.items() if value not in (None, "")}, separators=(",", ":"))
    return session, b"2\t" + plain.encode("ascii") + b"\n"


def _tool(event: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """What the event tells of a command or of a file that was written."""
    tool, given = text_of(event.get("tool_name")), event.get("tool_input")
    if not isinstance(given, dict):
        return None
    told: dict[str, Any] = {"tool": tool[:80], "use": text_of(event.get("tool_use_id"))[:200]}
    if tool in SHELL_TOOLS:
        command = shell_line(given)
        if not command.strip():
            return None
        told["command"] = _masked(command[:MOST_COMMAND])
        return told if name == "before" else told | _ending(event, name)
    if tool not in _WRITERS or name == "before":
        return None
    path = text_of(given.get("file_path") or given.get("notebook_path"))
    patch = text_of(given.get("command") or given.get("input") or given.get("patch")) if tool == "apply_patch" else ""
    paths = [path] if path else _PATCHED.findall(patch)
    told["paths"] = [_masked(one.strip()[:4096]) for one in paths[:100]]
    return told if told["paths"] and name == "after" else None


def _ending(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    """How a command ended: `exit`, `ok`, and the end of its output unless it went well."""
    seconds = event.get("duration_ms")
    told: dict[str, Any] = {}
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds >= 0:
        told["seconds"] = seconds / 1000
    if name == "failure":
        output = text_of(event.get("error"))
        if event.get("is_interrupt") is True:
            return told
        code = exit_code_in(output)
        return told | {"ok": False, "exit": 1 if code is None else code, "output": _end(output)}
    code, output, is_open = ending(event.get("tool_response"))
    if is_open:
        return told
    if code is None:
        # Claude Code tells of failures by an event of their own; another agent's plain text says nothing of the end.
        if not isinstance(event.get("tool_response"), dict):
            return told | {"output": _end(output)}
        code = 0
    return told | {"exit": code, "ok": code == 0, "output": "" if code == 0 else _end(output)}


def _end(output: str) -> str:
    """The last of an output, line by line without its secrets."""
    lines = output[-MOST_OUTPUT * 2 :].splitlines()
    safe = "\n".join(line[:_LONGEST_LINE] for line in lines)[-MOST_OUTPUT:]
    if "PRIVATE KEY" in safe:
        return _masked(safe)
    from engine.redact.shell_rules import mask_lines

    return "\n".join(mask_lines(safe.split("\n")))


def _masked(text: str) -> str:
    from engine.redact.shell_rules import mask

    return mask(text)
