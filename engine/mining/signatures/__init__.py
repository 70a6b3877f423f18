"""Signatures of error output: what is the same error with other names in it gets the same id."""

from engine.mining.signatures.errors import errors_of
from engine.mining.signatures.found import VERSION, Found

__all__ = ["VERSION", "Found", "errors_of"]
