from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.gitignore import IgnoreFile


@pytest.mark.parametrize(
    ("rules", "name", "expected"),
    [
        ("*.log", "a.log", True),
        ("*.log", "sub/a.log", True),
        ("*.log", "a.log.txt", None),
        ("*.log\n!a.log", "a.log", False),
        ("!a.log\n*.log", "a.log", True),
        ("build/", "build/", True),
        ("build/", "build", None),
        ("build/", "sub/build/", True),
        ("/build", "sub/build", None),
        ("a/b", "a/b", True),
        ("a/b", "x/a/b", None),
        ("a/b", "a/b/c", None),  # whoever walks never gets there
        ("**/b", "x/y/b", True),
        ("**/b", "b", True),
        ("a/**", "a/", None),
        ("a/**", "a/x/y", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-b-b", None),
        ("a*/c", "abc/c", True),
        ("a*c", "a/c", None),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", None),
        ("[]x]", "]", True),
        ("[[:digit:]]*", "7up", True),
        ("x[", "x[", None),
        ("\\#x", "#x", True),
        ("#x", "#x", None),
        ("x  ", "x", True),
        ("x\\ ", "x ", True),
        ("x\r\n", "x", True),
        ("\ufeffx", "x", True),
        ("?", "a", True),
        ("?", "/", None),
    ],
)
def test_verdicts(rules: str, name: str, expected: bool | None) -> None:
    assert IgnoreFile(rules.encode()).verdict(name.encode()) is expected


@given(st.binary(max_size=60), st.binary(max_size=30))
def test_any_bytes_get_an_answer(rules: bytes, name: bytes) -> None:
    assert IgnoreFile(rules).verdict(name) in (True, False, None)


def test_many_stars_cost_no_time() -> None:
    """Backtracking over thirty stars would not end."""
    assert IgnoreFile(b"*a" * 30 + b"b").verdict(b"a" * 250) is None
