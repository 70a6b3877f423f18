"""The user's crontab: the line of a schedule put into it and taken out again, every other line as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

from engine.enabling.blocks import with_block, without_block
from engine.errors import BrokenInput, UsageError
from engine.regular_file import read_file

_PATIENCE_SECONDS = 30
_MOST_BYTES = 1_000_000


def put(line_file: Path) -> None:
    """Puts the line of a file of ours into the crontab, or renews it there."""
    line = read_file(line_file, str(line_file), _MOST_BYTES).decode()
    _write(with_block(_read(), line_file.stem, line))


def take(line_file: Path) -> None:
    """Takes it out again; a crontab without it stays as it is."""
    before = _read()
    after = without_block(before, line_file.stem)
    if after != before:
        _write(after)


def _read() -> str:
    done = _crontab("-l")
    # cron says so with an exit code when a user has none yet.
    return done.stdout if done.returncode == 0 else ""


def _write(text: str) -> None:
    done = _crontab("-", given=text)
    if done.returncode:
        raise BrokenInput(f"crontab: {done.stderr.strip() or f'exit {done.returncode}'}")


def _crontab(word: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["crontab", word],
            input=given if given is not None else "",
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("crontab is not installed") from None
    except subprocess.TimeoutExpired:
        raise BrokenInput("crontab does not answer") from None
