"""What stands in the place of a secret says of which kind it was and, by a keyed hash, when it is the same again.

The key is this user's and lies outside every workspace: who has a database, or a pattern made from it, can tell nothing
of a secret by trying words, and the same secret has another mark for another user.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path

_KEY_BYTES = 32
_HASH_DIGITS = 8


class Marking:
    """Marks by the key in `directory`, which is made (mode 0600) when the first secret is marked."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "secrets.key"

    def __call__(self, secret: str) -> str:
        """Eight hexadecimal digits; nothing where the key can neither be read nor made."""
        if not self._key:
            return ""
        return hmac.new(self._key, secret.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:_HASH_DIGITS]

    @cached_property
    def _key(self) -> bytes:
        try:
            return self._read() or self._made()
        except OSError:
            return b""

    def _read(self) -> bytes:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return b""
        try:
            key = os.read(descriptor, _KEY_BYTES + 1)
        finally:
            os.close(descriptor)
        return key if len(key) == _KEY_BYTES else b""

    def _made(self) -> bytes:
        """A new key, or the one that another process made meanwhile: it appears whole, by a link."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(_KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, self._path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return self._read()
