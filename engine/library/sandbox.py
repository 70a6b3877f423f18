"""Rendering templates that use more of Jinja2 than our own language: in one warm child process with hard limits.

Jinja2's sandbox keeps a template from Python's inside, not from burning time and memory, nor from the files that an
object in its context can reach. So the child (`sandbox_child`) gets plain JSON values only, has no workspace as working
directory or on its import path, and is killed when a template overruns; the next render starts another.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self

from engine.errors import MissingValue, TemplateError
from engine.model import Values

SECONDS = 3.0
BYTES = 256 * 1024 * 1024
# A template that prints more than this into one file has gone astray.
_MOST_OUTPUT = 32 * 1024 * 1024
# Starting takes .1 s; this only ends the wait for a machine that cannot start a process at all.
_START_SECONDS = 30.0

_BOOT = """
import sys
sys.path.append(sys.argv[1])
from engine.library.sandbox_child import serve
serve(int(sys.argv[2]))
"""


class Sandbox:
    """Renders templates in a child process; safe to use from several threads, started by the first render."""

    def __init__(
        self, *, seconds: float = SECONDS, memory: int = BYTES, clock: Callable[[], float] = monotonic
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._clock = clock
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def render(self, source: str, values: Values) -> str:
        """The text of the Jinja2 template, with our case filters and strict about undefined names.

        Raises MissingValue for a variable without a value, and TemplateError for everything else that goes wrong, an
        overrun of time or memory included.
        """
        request = json.dumps({"source": source, "values": dict(values), "seconds": self._seconds}).encode() + b"\n"
        with self._lock:
            answer = self._ask(request)
        if "missing" in answer:
            raise MissingValue([answer["missing"]])
        if "error" in answer:
            raise TemplateError(answer["error"])
        return str(answer["text"])

    def close(self) -> None:
        """End the child; a later render starts another."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: bytes) -> dict[str, Any]:
        child = self._child
        if child is None or child.poll() is not None:
            child = self._start()
        answer: dict[str, Any] = {"error": "the template was stopped", "exhausted": True}
        try:
            answer = json.loads(self._exchange(child, request, self._seconds))
        except TimeoutError:
            answer["error"] = f"the template did not finish within {self._seconds:g} s"
        except EOFError:
            answer["error"] = "the template ended its process: it used too much time or memory"
        except OverflowError:
            answer["error"] = f"the template printed more than {_MOST_OUTPUT >> 20} MB"
        finally:
            if answer.get("exhausted"):
                self._stop()
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._stop()
        package_root = Path(__file__).resolve().parents[2]
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, str(package_root), str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=os.sep,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        )
        self._child = child
        for pipe in _pipes(child):
            os.set_blocking(pipe.fileno(), False)
        try:
            self._exchange(child, b"", _START_SECONDS)
        except (TimeoutError, EOFError):
            self._stop()
            raise TemplateError("the process that renders such templates does not start") from None
        return child

    def _exchange(self, child: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
        """Write the request, read one line. Raises TimeoutError, EOFError, or OverflowError for too long a line."""
        deadline = self._clock() + seconds
        stdin, stdout = _pipes(child)
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if request:
                selector.register(stdin, selectors.EVENT_WRITE)
            left = memoryview(request)
            while not received.endswith(b"\n"):
                ready = selector.select(max(0.0, deadline - self._clock()))
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    if key.fileobj is stdout:
                        received += _read(stdout)
                    else:
                        left = left[_write(stdin, left) :]
                        if not left:
                            selector.unregister(stdin)
                if len(received) > _MOST_OUTPUT:
                    raise OverflowError
        return bytes(received)

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for pipe in _pipes(child):
                pipe.close()
            child.wait()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise TemplateError("the process that renders such templates has no pipes")
    return child.stdin, child.stdout


def _read(pipe: IO[bytes]) -> bytes:
    chunk = os.read(pipe.fileno(), 1 << 16)
    if not chunk:
        raise EOFError
    return chunk


def _write(pipe: IO[bytes], data: memoryview) -> int:
    try:
        return os.write(pipe.fileno(), data[: 1 << 16])
    except BrokenPipeError:
        raise EOFError from None
