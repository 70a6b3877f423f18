"""The child in which a tick works, and the other end of its pipes.

    python -P -m engine.actions.tick_child ROOT      jobs on stdin, one a line; a JSON line on stdout when one is done

It ends with its parent: when stdin is closed there is nothing more to do, and a job at work is broken off.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

from engine.actions.schedule import Job

PATIENCE_SECONDS: Final = 5.0
_BLOCK = 1 << 16


@dataclass
class TickChild:
    """The parent's end."""

    process: subprocess.Popen[bytes]
    _rest: bytes = b""

    @staticmethod
    def started(root: Path) -> TickChild:
        """A child of low priority, with nothing of the workspace importable, in a group of its own."""
        return TickChild(
            subprocess.Popen(
                # -P: a module that lies in the workspace must never be imported.
                [sys.executable, "-P", "-m", "engine.actions.tick_child", str(root)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=tempfile.gettempdir(),
                start_new_session=True,  # what it starts itself is ended with it
                preexec_fn=_be_nice,
            )
        )

    def do(self, job: Job, seconds: float) -> dict[str, Any] | None:
        """What the child says of a job; None when it took longer than `seconds`. A child that died has failed."""
        if self.process.stdin is None or self.process.stdout is None:  # never: both were asked for
            return None
        end = time.monotonic() + seconds
        with suppress(OSError):
            self.process.stdin.write(f"{job}\n".encode())
            self.process.stdin.flush()
        descriptor = self.process.stdout.fileno()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            block = os.read(descriptor, _BLOCK)
            if not block:
                return {"ok": False, "says": {"error": f"the process ended with {self.process.wait()}"}}
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\n")
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else None

    def end(self) -> None:
        """Ends the child and what it started; at once when it has nothing to do."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def _be_nice() -> None:
    os.nice(10)


# ── the child's end ──────────────────────────────────────────────────────────────────────────────────────────────────


def main(root: str) -> int:
    from engine.actions.jobs import carry_out
    from engine.workspace import open_workspace

    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wanted: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(wanted,), daemon=True).start()
    with suppress(KeyboardInterrupt, BrokenPipeError), open_workspace(root) as workspace:
        while name := wanted.get():
            answer = carry_out(workspace, Job(name))
            os.write(out, json.dumps(answer, default=str).encode() + b"\n")
    return 0


def _listen(wanted: SimpleQueue[str]) -> None:
    """Takes what the parent wants; when the parent is gone, so is the child, whatever it does."""
    for line in sys.stdin:
        wanted.put(line.strip())
    wanted.put("")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
