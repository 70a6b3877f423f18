"""How patui calls git: read-only, silent, off the network, and deaf to what a repository's configuration would run.

A repository's own settings can name programs (fsmonitor, pager, external diff, textconv, hooks). None of the commands
used here starts one under these arguments; `GIT_*` of the caller, which inside a hook point elsewhere, are dropped.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

_ARGUMENTS = (
    "--no-pager",
    "--no-optional-locks",
    *("-c", "core.fsmonitor="),  # empty is "off" both where this is a switch and where it is a program
    *("-c", "core.quotepath=off"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "log.showSignature=false"),
    *("-c", "diff.relative=false"),
    *("-c", "safe.bareRepository=explicit"),
)

_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # A partial clone fetches what it lacks on first touch. The first switch is young; the second, which allows no
    # transport at all, makes older gits fail at once instead.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}

# Git reads these with every command, or with most: a FIFO or a device in their place holds it for ever.
_READ_ALWAYS = ("HEAD", "config", "index", "packed-refs", "shallow", "commondir", "config.worktree")

_TIMEOUT = 60.0  # seconds; only for the commands whose answer is small
SLOW = 2.0  # seconds after which it is asked whether git can end at all


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **_ENVIRONMENT}


def arguments(*command: str) -> list[str] | None:
    """The full argument list, or None where git is not installed."""
    git = shutil.which("git")
    return None if git is None else [git, *_ARGUMENTS, *command]


def answer(
    root: Path, *command: str, given: bytes = b"", accept: Sequence[int] = (0,), stuck: Callable[[], bool] | None = None
) -> bytes | None:
    """What a short git command prints, run in `root`; None when git is missing, refuses or does not answer.

    `stuck` is asked once when git is SLOW: whether it waits for something that never comes. Git is not asked where a
    file of the repository's own is no file.
    """
    argv = arguments(*command)
    if argv is None or no_file(root):
        return None
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            argv, cwd=root, env=environment(), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
    except OSError:
        return None
    with process:
        try:
            try:
                output, _ = process.communicate(given, timeout=SLOW if stuck is not None else _TIMEOUT)
            except subprocess.TimeoutExpired:
                if stuck is None or stuck():
                    raise
                output, _ = process.communicate(timeout=_TIMEOUT)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            return None
        except BaseException:
            process.kill()
            raise
    return output if process.returncode in accept else None


def no_file(root: Path) -> str:
    """The file of the repository's own (`.git/config`) that is none, but a FIFO or a device; empty when all are."""
    own = root / ".git"
    names = [".git", *(f".git/{name}" for name in _READ_ALWAYS)] if own.is_dir() else [".git"]
    return next((name for name in names if is_special(root / name)), "")


def is_special(path: Path) -> bool:
    """Whether a FIFO, a socket or a device lies at `path`, links followed, as git would."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def rule_files(root: Path) -> list[Path]:
    """The files outside the tree in which git looks for what to ignore."""
    exclude = answer(root, "rev-parse", "--git-path", "info/exclude") or b".git/info/exclude"
    named = answer(root, "config", "--type=path", "--get", "core.excludesFile") or b""
    home = os.environ.get("XDG_CONFIG_HOME") or f"{os.environ.get('HOME', '')}/.config"
    paths = [os.fsdecode(exclude.strip(b"\n")), os.fsdecode(named.strip(b"\n")) or f"{home}/git/ignore"]
    return [root / path for path in paths]


def git_dir(root: Path) -> Path | None:
    """The directory with this worktree's own HEAD and index; None outside a repository."""
    found = answer(root, "rev-parse", "--absolute-git-dir")
    return None if found is None else Path(os.fsdecode(found.removesuffix(b"\n")))


def complaint(root: Path) -> str:
    """Why git does not take `root` for a repository, in git's words; empty when it does."""
    argv = arguments("rev-parse", "--git-dir")
    if argv is None:
        return "git is not installed"
    if blocked := no_file(root):
        return f"{blocked} is not a regular file"
    try:
        done = subprocess.run(
            argv,
            cwd=root,
            env=environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
    return lines[0].removeprefix("fatal: ")


@contextmanager
def streaming(
    root: Path, *command: str, talks: bool = False, stuck: Callable[[], bool] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A running git with its output (and with `talks` its input) as pipes; ended when the block is left.

    `stuck` is asked once, on a thread, when git is SLOW: whether it waits for what never comes; then it is ended.
    Raises FileNotFoundError when git is missing.
    """
    argv = arguments(*command)
    if argv is None:
        raise FileNotFoundError("git is not installed")
    process = subprocess.Popen(
        argv,
        cwd=root,
        env=environment(),
        stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watch = threading.Timer(SLOW, lambda: process.kill() if stuck is not None and stuck() else None)
    watch.daemon = True
    if stuck is not None:
        watch.start()
    try:
        yield process
    finally:
        watch.cancel()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)
        if process.poll() is None:
            process.terminate()
        process.wait()


def _close(pipe: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # what was still buffered has no reader any more
        pipe.close()


def nul_separated(stream: IO[bytes], size: int = 1 << 16) -> Iterator[bytes]:
    """The NUL-terminated tokens of a stream; a last one without its NUL counts."""
    rest = b""
    while chunk := stream.read1(size) if hasattr(stream, "read1") else stream.read(size):
        tokens = (rest + chunk).split(b"\0")
        rest = tokens.pop()
        yield from tokens
    if rest:
        yield rest
