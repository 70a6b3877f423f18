"""`patui hook git`: looks at what is staged, says at most two lines on stderr, asks nothing and never stops a commit.

A person waits for the commit: what is not known after a quarter of a second is not said.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from engine.model import Status

if TYPE_CHECKING:
    from engine.mining.sketches import Sketch
    from engine.workspace import Workspace

SECONDS: Final = 0.25
_MOST_FILES = 100
_MOST_BYTES = 65_536
_NAMED = 3


def run() -> NoReturn:
    """What git's pre-commit calls: ends the process with 0, whatever happens."""
    try:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        lines = said_of(Path.cwd())
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stderr.write("".join(f"{_clean(line)}\n" for line in lines[:2]))
        sys.stderr.flush()
    finally:
        os._exit(0)


def said_of(directory: Path) -> list[str]:
    """What there is to say of the files that are staged as new, at most two lines."""
    paths = staged(directory)
    if not paths:
        return []
    from engine.workspace import nearest_workspace, open_workspace

    with open_workspace(nearest_workspace(directory)) as workspace:
        if workspace.config.suggestion.quiet:
            return []
        inside = f"{workspace.home.name}/"
        texts = _texts(workspace.root, [path for path in paths if not path.startswith(inside)])
        if not texts:
            return []
        from engine.mining.sketches import sketch

        sketches = [sketch(path, text) for path, text in texts.items()]
        known = _known(workspace, sketches) if os.path.lexists(workspace.database_path) else []
        return known or _new(workspace, sketches)


def _known(workspace: Workspace, sketches: Sequence[Sketch]) -> list[str]:
    """Of the families that are known, the one that has most of the files."""
    from engine.mining.index import FamilyIndex
    from engine.mining.sketches import Sketch
    from engine.store import candidates, families, settings, suggestions

    known, blobs = families.load(workspace.store)
    index = FamilyIndex(workspace.config.detection.similarity_threshold)
    for family in known:
        index.learn(family, [Sketch.from_bytes(blobs[path]) for path in family.files if path in blobs])
    shares = settings.get(workspace.store, "families.shares", {})
    least_share = workspace.config.suggestion.min_precision
    found: dict[str, list[str]] = {}
    for one in sketches:
        sure = (match for match in index.for_path(one.path) if shares.get(match.signature, 0.0) >= least_share)
        for match in (index.add(one) or tuple(sure))[:1]:
            found.setdefault(match.signature, []).append(one.path)
    least = workspace.config.suggestion.quiet_after_dismissals
    for signature, files in sorted(found.items(), key=lambda pair: -len(pair[1])):
        row = candidates.by_signature(workspace.store, signature)
        if row is None or row.status in (Status.REJECTED, Status.ARCHIVED):
            continue
        if suggestions.dismissals(workspace.store, row.pattern_id) < least:
            what = f"{_named(files)} {'is' if len(files) == 1 else 'are'} {row.pattern_id} ({row.name})"
            is_approved = row.status is Status.APPROVED
            do = f"patui apply {row.pattern_id} --path …" if is_approved else f"patui show {row.pattern_id}"
            return [f"patui: pattern detected in staged files: {what}", f"patui: `{do}` for the next one"]
    return []


def _new(workspace: Workspace, sketches: Sequence[Sketch]) -> list[str]:
    """What the staged files have in common, where no family is known."""
    rules = workspace.config.detection
    if len(sketches) < rules.min_files:
        return []
    from engine.mining.families import find_families

    new = find_families(sketches, threshold=rules.similarity_threshold, min_files=rules.min_files)
    if not new:
        return []
    files = list(new[0].files)
    return [
        f"patui: pattern detected in staged files: {len(files)} are alike: {_named(files)}",
        f"patui: `patui induce {shlex.join(files[:_NAMED])}` makes a template of them",
    ]


def staged(directory: Path) -> list[str]:
    """The files that the next commit adds, relative to the top of the repository."""
    from engine.sources import gitcommand
    from engine.sources.names import shown

    argv = gitcommand.arguments("diff", "--cached", "--name-only", "--diff-filter=A", "--no-renames", "-z")
    if argv is None:
        return []
    # `git commit -a` and `-p` commit another index than the usual one, and name it.
    index = {name: os.environ[name] for name in ("GIT_INDEX_FILE",) if name in os.environ}
    done = subprocess.run(
        argv, cwd=directory, env={**gitcommand.environment(), **index}, capture_output=True, check=False
    )
    return [shown(name) for name in done.stdout.split(b"\0") if name][:_MOST_FILES]


def _texts(root: Path, paths: Sequence[str]) -> dict[str, str]:
    from engine.sources.authorship import why_not_work

    found = {}
    for path in paths:
        whole = root / path
        try:
            if whole.is_symlink() or not whole.is_file() or whole.stat().st_size > _MOST_BYTES:
                continue
            text = whole.read_bytes().decode()
        except (OSError, ValueError):
            continue
        if text.strip() and why_not_work(path, text) is None:
            found[path] = text
    return found


def _named(files: Sequence[str]) -> str:
    rest = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return ", ".join(files[:_NAMED]) + rest


def _clean(line: str) -> str:
    """No control character of a file name reaches the terminal."""
    return "".join(char if char.isprintable() else "?" for char in line)
