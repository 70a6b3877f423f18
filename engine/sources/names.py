"""File names as the system has them (bytes) and as patui speaks them (`str`, `/` between parts).

A byte that is no UTF-8 becomes `%XX`. The way back is a guess only where a name contains such a text literally; readers
therefore try the literal name first.
"""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path

_ESCAPED = re.compile(rb"%([89A-F][0-9A-F])")


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):  # only ever registered for decoding
        raise error
    return "".join(f"%{byte:02X}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("patui-percent", _escape)


def shown(name: bytes) -> str:
    """The name in patui's words: equal to the name wherever it is UTF-8."""
    return name.decode("utf-8", "patui-percent")


def spoken(argument: str) -> str:
    """A name from the command line, where bytes that are no UTF-8 are lone surrogates, in patui's words."""
    return shown(os.fsencode(argument))


def raw(path: str) -> bytes:
    """The bytes of a path that is not escaped. A lone surrogate, which no path of ours holds, raises ValueError."""
    return path.encode("utf-8")


def on_disk(root: Path, name: bytes) -> bytes:
    """Where a name relative to `root` lies, for calls of the system."""
    return os.fsencode(root) + b"/" + name


def unescaped(path: str) -> bytes:
    """The bytes of a path in which `%80` to `%FF` stand for bytes that are no UTF-8."""
    return _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), raw(path))
