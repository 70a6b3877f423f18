"""Errors in the output of commands: what is found, which names are parameters, what counts as the same error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.error_corpus import CASES, variants
from engine.mining.signatures import errors_of

TRACEBACK = """Traceback (most recent call last):
  File "{path}", line {line}, in main
    import {name}
  File "/usr/lib/python3.11/site-packages/x.py", line 3, in foreign
ModuleNotFoundError: No module named '{name}'
"""


@pytest.mark.parametrize(
    ("output", "kind", "template", "parameters"),
    [
        (
            TRACEBACK.format(path="a.py", line=3, name="flask"),
            "ModuleNotFoundError",
            "No module named '‹name›'",
            ("flask",),
        ),
        ("bash: foo: command not found", "command-not-found", "'‹name›': command not found", ("foo",)),
        ("zsh: command not found: foo", "command-not-found", "'‹name›': command not found", ("foo",)),
        ("a.ts(1,2): error TS2304: Cannot find name 'x'.", "TS2304", "Cannot find name '‹name›'.", ("x",)),
        ("./a.go:1:2: undefined: x", "go-error", "undefined: ‹name›", ("x",)),
        ("a.c:1:2: error: expected ';' before '}' token", "cc-error", "expected ';' before '}' token", ()),
        (
            '\x1b[1ma.py\x1b[0m:3: error: Item "None" has no attribute "x"  [union-attr]',
            "union-attr",
            'Item "None" has no attribute "‹name›"',
            ("x",),
        ),
        (
            "Error: listen EADDRINUSE: address already in use :::3000\n    at f (/app/a.js:1:2)",
            "Error",
            "listen EADDRINUSE: address already in use ‹address›",
            (":::3000",),
        ),
        (
            '  File "a.py", line 3\n    >>>>>>> 12ab\n    ^\nSyntaxError: invalid decimal literal',
            "SyntaxError",
            "merge conflict marker",
            (),
        ),
        (
            "all is well\nsomething else",
            "output",
            "something else",
            (),
        ),
        ("", "", "", ()),
    ],
)
def test_the_primary_error(output: str, kind: str, template: str, parameters: tuple[str, ...]) -> None:
    found = errors_of(output)
    if not kind:
        assert found == ()
        return
    assert (found[0].type, found[0].template, found[0].parameters) == (kind, template, parameters)


def test_the_exception_that_ended_the_program_is_first_and_its_cause_second() -> None:
    chain = (
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 'x'\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        'Traceback (most recent call last):\n  File "a.py", line 9, in main\n    f()\nValueError: no 7\n'
    )
    assert [(error.type, error.line) for error in errors_of(chain)] == [("ValueError", 9), ("KeyError", 1)]


def test_frames_are_the_developers_own() -> None:
    (error,) = errors_of(TRACEBACK.format(path="shop/a.py", line=3, name="flask"))
    assert (error.path, error.line, error.frames) == ("shop/a.py", 3, ("shop/a.py:main",))


def test_a_summary_is_reported_only_without_a_cause() -> None:
    make = "make: *** [Makefile:3: all] Error 2\n"
    assert [error.tool for error in errors_of("a.c:1:2: error: ‘x’ undeclared\n" + make)] == ["cc"]
    assert [error.tool for error in errors_of(make)] == ["make"]


def test_the_same_message_about_something_else_is_the_same_error_and_another_message_is_not() -> None:
    groups: dict[str, set[str]] = {}
    for case in CASES:
        for output in variants(case, 4, seed=7):
            groups.setdefault(case.name, set()).add(errors_of(output, case.command)[0].signature)
    split = {name: len(found) for name, found in groups.items() if len(found) > 1}
    assert not split
    assert len(set.union(*groups.values())) == len(groups)


@given(st.text(max_size=400))
def test_any_text_is_read(output: str) -> None:
    for error in errors_of(output):
        assert error.signature.startswith("s1-") and len(error.signature) == 19


@given(
    st.lists(
        st.sampled_from(["error: ", 'File "', "E ", "___", "(", "'", "/", "a.b", ":", "1", "\n", " at ", "npm error "])
    )
)
def test_pieces_of_messages_are_read(pieces: list[str]) -> None:
    errors_of("".join(pieces))
