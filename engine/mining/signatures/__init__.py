"""Signatures of error output: what is the same error with other names in it gets the same id."""

from engine.mining.signatures.errors import errors_of
from engine.mining.signatures.found import VERSION, Diagnostic, Found, known_as
from engine.mining.signatures.logs import Grouper

__all__ = ["VERSION", "Diagnostic", "Found", "Grouper", "errors_of", "known_as"]
