"""Git hooks: `patui hook git` before each commit, beside what stands in the hook already."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from engine.enabling.blocks import with_block, without_block
from engine.enabling.part import Part, PartFile, Place
from engine.errors import BrokenInput
from engine.sources import gitcommand

_NAME = "git-hooks"
_SHEBANG = "#!/bin/sh\n"
_SHELLS = ("sh", "bash", "dash", "zsh", "ksh")


def _folder(place: Place) -> Path | None:
    """Where git looks for hooks here, `core.hooksPath` respected; None outside a repository."""
    git = shutil.which("git")
    if git is None:
        return None
    # Not as patui else asks git, which switches hooks off for its own calls.
    asked = [git, "rev-parse", "--git-path", "hooks"]
    done = subprocess.run(asked, cwd=place.root, env=gitcommand.environment(), capture_output=True, check=False)
    return place.root / os.fsdecode(done.stdout.removesuffix(b"\n")) if done.returncode == 0 else None


def _files(place: Place) -> Sequence[PartFile]:
    folder = _folder(place)
    if folder is None:
        return []
    path = folder / "pre-commit"
    call = shlex.join([*place.command, "hook", "git"])
    line = f"if test -x {shlex.quote(place.command[0])}; then {call} </dev/null || :; fi"
    return [PartFile(path, partial(_put, line=line, path=path), _take, executable=True)]


def _put(text: str, line: str, path: Path) -> str:
    """Ours comes first: a hook may end anywhere, and this one never stops it."""
    if without_block(text, _NAME) != text:
        return with_block(text, _NAME, line)
    text = text or _SHEBANG
    first, end, rest = text.partition("\n")
    program = Path(first.removeprefix("#!").split()[-1]).name if first.startswith("#!") and first[2:].split() else ""
    if program not in _SHELLS:
        raise BrokenInput(f"{path} is no shell script: call `patui hook git` in it, or use pre-commit")
    return f"{first}{end or chr(10)}{with_block('', _NAME, line)}{rest}"


def _take(text: str) -> str:
    left = without_block(text, _NAME)
    return "" if left == _SHEBANG and left != text else left


def _against(place: Place) -> str:
    return "" if _folder(place) is not None else "this is no git repository"


GIT_HOOKS = Part(
    _NAME,
    "say in a commit when a pattern is detected in staged files (writes into .git)",
    _files,
    asks_alone=True,
    against=_against,
)
