"""Runs a command on the user's terminal as if patui were not there, and keeps the end of what it printed.

Streams that are a terminal stay one: the command gets a terminal of its own, whose bytes are passed on both ways, with
the window's size and its changes. Streams that are pipes or files stay that. Signals reach the command, and how it
ended is told exactly.
"""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import selectors
import signal
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

KEPT_BYTES = 64_000
_BLOCK = 1 << 16
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_LAST_SECONDS = 0.2  # a child of the command may hold its output open; what comes later is passed on by nobody


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: `returncode` as `subprocess` has it (negative: a signal), and the end of its output."""

    returncode: int
    seconds: float
    tail: str

    @property
    def exit_code(self) -> int:
        """As a shell tells it."""
        return self.returncode if self.returncode >= 0 else 128 - self.returncode


@dataclass
class _Tail:
    """The last bytes of an output."""

    _blocks: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, block: bytes) -> None:
        self._blocks.append(block)
        self._size += len(block)
        while self._size - len(self._blocks[0]) >= KEPT_BYTES:
            self._size -= len(self._blocks.pop(0))

    def text(self) -> str:
        whole = b"".join(self._blocks)[-KEPT_BYTES:]
        return whole.decode("utf-8", "replace").replace("\r\n", "\n")


def run(argv: Sequence[str], cwd: Path | None = None) -> Ran:
    """Runs `argv` in this directory (or in `cwd`) and environment, on this process' streams; blocks until it has ended.

    A command that is missing or may not be run ends with 127 or 126, as in a shell.
    """
    terminals = [number for number in (0, 1, 2) if os.isatty(number)]
    started = time.monotonic()
    tail = _Tail()
    try:
        returncode = _run(
            list(argv), tail, on_terminal=1 in terminals or 2 in terminals, stdin_is_terminal=0 in terminals, cwd=cwd
        )
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EACCES, errno.ENOEXEC, errno.ENOTDIR):
            raise
        said = f"patui: {argv[0]}: {error.strerror}\n"
        sys.stderr.write(said)
        tail.add(said.encode("utf-8", "replace"))
        returncode = 126 if error.errno in (errno.EACCES, errno.ENOEXEC) else 127
    return Ran(returncode, time.monotonic() - started, tail.text())


def _run(argv: list[str], tail: _Tail, *, on_terminal: bool, stdin_is_terminal: bool, cwd: Path | None) -> int:
    master, slave = pty.openpty() if on_terminal else (-1, -1)
    copies: dict[int, int] = {}  # what is read -> where it goes
    pipes: list[int] = []
    try:
        targets = {}
        for number in (1, 2):
            if os.isatty(number):
                targets[number] = slave
            else:
                reader, targets[number] = os.pipe()
                copies[reader] = number
                pipes.append(targets[number])
        if on_terminal:
            copies[master] = 1 if os.isatty(1) else 2
            _copy_size(copies[master], master)
            with suppress(termios.error):  # the settings of the user's terminal, before it is made raw
                termios.tcsetattr(slave, termios.TCSANOW, termios.tcgetattr(copies[master]))
        own_stdin = on_terminal and stdin_is_terminal
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            stdin=slave if own_stdin else None,
            stdout=targets[1],
            stderr=targets[2],
            start_new_session=own_stdin,
            preexec_fn=_take_terminal(slave) if own_stdin else _default_signals,
            close_fds=True,
        )
        for descriptor in (*pipes, *([slave] if on_terminal else [])):
            os.close(descriptor)
        pipes, slave = [], -1
        with _signals(process, copies.get(master, -1), master), _raw(0) if own_stdin else nullcontext():
            return _pump(process, copies, tail, feed=master if own_stdin else -1)
    finally:
        for descriptor in (*pipes, *copies, slave, *([] if master in copies else [master])):
            if descriptor >= 0:
                with suppress(OSError):
                    os.close(descriptor)


def _pump(process: subprocess.Popen[bytes], copies: dict[int, int], tail: _Tail, *, feed: int) -> int:
    """Passes bytes on until the command has ended and its output is read."""
    ended = 0.0
    with selectors.DefaultSelector() as waiting:
        for reader in copies:
            waiting.register(reader, selectors.EVENT_READ)
        if feed >= 0:
            waiting.register(0, selectors.EVENT_READ)
        reading = set(copies)
        while reading:
            ready = waiting.select(0.05 if ended or feed < 0 or process.poll() is not None else 0.5)
            for key, _ in ready:
                block = _read(key.fd)
                if key.fd == 0:
                    _write(feed, block or b"\x04")
                    if not block:
                        waiting.unregister(0)
                elif block:
                    tail.add(block)
                    _write(copies[key.fd], block)
                else:
                    waiting.unregister(key.fd)
                    reading.discard(key.fd)
            if process.poll() is not None:
                ended = ended or time.monotonic()
                if not ready and time.monotonic() - ended >= _LAST_SECONDS:
                    break
        return process.wait()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _BLOCK)
    except InterruptedError:
        return b""
    except OSError:  # a terminal whose other end was closed says so with an error
        return b""


def _write(descriptor: int, block: bytes) -> None:
    """All of it; nothing when the reader is gone: the command will hear of it by itself."""
    while block:
        try:
            block = block[os.write(descriptor, block) :]
        except OSError:
            return


def _take_terminal(slave: int) -> Callable[[], None]:
    def take() -> None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        _default_signals()

    return take


def _default_signals() -> None:
    for number in (signal.SIGINT, *_PASSED_ON):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def _signals(process: subprocess.Popen[bytes], terminal: int, master: int) -> Iterator[None]:
    """Signals for the command are passed on; Ctrl-C reaches it by itself, and is not for us."""

    def pass_on(number: int, _: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)

    def resized(_: int, __: FrameType | None) -> None:
        _copy_size(terminal, master)

    before = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
    if master >= 0:
        before[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, resized)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _raw(descriptor: int) -> Iterator[None]:
    before = termios.tcgetattr(descriptor)
    try:
        tty.setraw(descriptor)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _copy_size(source: int, target: int) -> None:
    with suppress(OSError):
        fcntl.ioctl(target, termios.TIOCSWINSZ, fcntl.ioctl(source, termios.TIOCGWINSZ, b"\0" * 8))
