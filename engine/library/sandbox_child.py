"""The child process of the sandbox: one JSON request a line on stdin, one JSON answer a line on stdout.

A request is `{"source", "values", "seconds"}`; an answer is `{"text"}`, `{"missing"}` (a variable's name) or
`{"error"}`, with `"exhausted"` when the process should not be used again.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.template import jinja_filters

_UNDEFINED = re.compile(r"'(\w+)' is undefined")


def environment() -> ImmutableSandboxedEnvironment:
    """The environment that a template's text means: also the reference that our own renderer is held against."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    made.filters.update(jinja_filters())
    return made


def serve(memory: int) -> None:
    """Answer requests until stdin ends, with at most `memory` bytes of address space."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, memory)
    jinja = environment()
    _say({"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _limit_time(request["seconds"])
        _say(_answer(jinja, request["source"], request["values"]))


def _answer(jinja: ImmutableSandboxedEnvironment, source: str, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"text": jinja.from_string(source).render(values)}
    except TemplateSyntaxError as error:
        return {"error": f"line {error.lineno}: {error.message}"}
    except UndefinedError as error:
        missing = _UNDEFINED.fullmatch(error.message or "")
        return {"missing": missing[1]} if missing else {"error": _at_line(error, error.message or "undefined")}
    except MemoryError:
        return {"error": "the template needs too much memory", "exhausted": True}
    except Exception as error:  # noqa: BLE001 # a template can raise whatever its expressions raise; the words go to the person
        return {"error": _at_line(error, f"{error} ({type(error).__name__})")}


def _at_line(error: BaseException, what: str) -> str:
    """The message with the template's line, which Jinja2 writes into the traceback."""
    lines: list[int] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f"line {lines[-1]}: {what}" if lines else what


def _limit(kind: int, most: int) -> None:
    try:
        resource.setrlimit(kind, (most, most))
    except (OSError, ValueError):  # not every system has every limit; the parent's clock ends what overruns
        return


def _limit_time(seconds: float) -> None:
    """Let this request use so much processor time, so that a child outlives neither its template nor its parent."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()
