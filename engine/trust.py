"""What this user approved, and what patui itself drafted, on this machine: by path and content, outside any workspace.

A repository can hold anything, so nothing in it can vouch for itself: a pattern file is trusted only while its very
bytes stand at the very path at which they were approved here. Any edit, a copy elsewhere, or another machine asks anew.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from pathlib import Path

from engine.errors import BrokenInput


class Trust:
    """Records in `directory` (a folder of the user's own, made when something is first recorded).

    A record is an empty file named by the digest of its content, in a folder named by the digest of its path.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def approve(self, path: Path, content: bytes) -> None:
        """Trust `content` at `path`. What was approved there before stays approved: git may bring it back."""
        self._record("approved", path, content)

    def is_trusted(self, path: Path, content: bytes) -> bool:
        """Whether this very content was approved at this path."""
        return self._has("approved", path, content)

    def mark_draft(self, path: Path, content: bytes) -> None:
        """Remember that patui wrote `content` to `path`; what it wrote there before is forgotten."""
        shutil.rmtree(self._folder("drafts", path), ignore_errors=True)
        self._record("drafts", path, content)

    def is_own_draft(self, path: Path, content: bytes) -> bool:
        """Whether this very content is what patui last wrote to this path."""
        return self._has("drafts", path, content)

    def revoke(self, path: Path) -> None:
        """Forget everything about `path`."""
        for kind in ("approved", "drafts"):
            shutil.rmtree(self._folder(kind, path), ignore_errors=True)

    def _folder(self, kind: str, path: Path) -> Path:
        real = os.fsencode(os.path.realpath(path))
        return self.directory / kind / hashlib.sha256(real).hexdigest()[:40]

    def _file(self, kind: str, path: Path, content: bytes) -> Path:
        real = os.fsencode(os.path.realpath(path))
        # The length keeps a byte from moving between path and content.
        return self._folder(kind, path) / hashlib.sha256(b"%d\0%b%b" % (len(real), real, content)).hexdigest()

    def _record(self, kind: str, path: Path, content: bytes) -> None:
        file = self._file(kind, path, content)
        try:
            for folder in (self.directory, self.directory / kind, file.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = file.with_name(f".{secrets.token_hex(8)}")
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
            temporary.replace(file)
        except OSError as error:
            raise BrokenInput(
                f"{self.directory}: what is approved cannot be recorded there: {error.strerror}"
            ) from error

    def _has(self, kind: str, path: Path, content: bytes) -> bool:
        file = self._file(kind, path, content)
        try:
            return stat.S_ISREG(file.lstat().st_mode) and all(
                _only_mine(place) for place in (self.directory, self.directory / kind, file.parent, file)
            )
        except OSError:
            return False


def _only_mine(path: Path) -> bool:
    """Whether nobody else could have put something here."""
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
