"""How coding agents write down a command and its ending, in their hooks and in their transcripts alike.

With the standard library only: an agent waits for its hook.
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False  # `typing` takes 7 ms, and an agent waits
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SHELL_TOOLS = frozenset({"Bash", "shell", "shell_command", "local_shell", "exec_command", "run_shell_command"})
_EXIT = re.compile(r"\bexit(?:ed)?(?: with)?(?: a)?(?: non-?zero)?(?: exit)?(?: code| status)*[:= ]+(\d{1,3})\b", re.I)


def shell_line(given: Mapping[str, Any]) -> str:
    """The command line in what a shell tool was given; Codex' own gives ["bash", "-lc", "the line"]."""
    command = given.get("command", given.get("cmd"))
    if isinstance(command, list):
        words = [word for word in command if isinstance(word, str)]
        return words[2] if len(words) == 3 and words[1] in ("-c", "-lc") else " ".join(words)
    return text_of(command)


def exit_code_in(output: str) -> int | None:
    """The exit code that the first lines of an answer name."""
    found = _EXIT.search(output[:300])
    return int(found[1]) if found else None


def ending(response: object) -> tuple[int | None, str, bool]:
    """The exit code and the output that a response tells of, and whether the command goes on or was broken off."""
    if isinstance(response, list):  # parts, as messages have them
        response = "\n".join(text_of(part.get("text")) for part in response if isinstance(part, dict))
    if isinstance(response, str):
        try:
            parsed = json.loads(response) if response[:1] == "{" else None
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            return exit_code_in(response), response, False
        response = parsed
    if not isinstance(response, dict):
        return None, "", False
    details = response.get("metadata")
    places = (response, details) if isinstance(details, dict) else (response,)
    codes = [place.get(key) for place in places for key in ("exit_code", "exitCode", "returnCode", "code")]
    code = next((one for one in codes if isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**31), None)
    texts = [text_of(response.get(key)) for key in ("output", "stdout", "stderr")]
    is_open = response.get("interrupted") is True or bool(response.get("backgroundTaskId"))
    return code, "\n".join(text for text in texts if text), is_open


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""
