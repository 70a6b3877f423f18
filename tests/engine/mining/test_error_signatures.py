"""Errors in the output of commands: what is found, which names are parameters, what counts as the same error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.error_corpus import CASES, variants
from engine.mining.signatures import errors_of
from engine.mining.signatures.cleaning import HEAD, TAIL, plain_lines

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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zsh: command not found: gti", "bash: line 3: kubectl: command not found"),
        ("./a.go:5:2: undefined: foo", "cmd/b.go:50:20: undefined: pkg.Bar"),
        (
            "TypeError: f() takes 1 positional argument but 2 were given",
            "TypeError: g() takes 2 positional arguments but 9 were given",
        ),
        (
            "npm error code ETARGET\nnpm error notarget No matching version found for react@99.",
            "npm error code ETARGET\nnpm error notarget No matching version found for @types/node@0.0.1.",
        ),
        (
            "ssh: connect to host a.b port 22: Connection timed out",
            "ssh: connect to host 10.0.0.1 port 2222: Connection timed out",
        ),
        (
            "Error: Cannot find module './a'\n    at x (a.js:1:1)",
            "Error: Cannot find module '../b/c.js'\n    at y (b.js:9:1)",
        ),
        ("thread 'main' panicked at 'no', src/main.rs:4:5", "thread 'main' panicked at src/b.rs:9:5:\nno"),
        (
            "src/a.ts:3:5 - error TS2345: Argument of type 'A' is wrong.",
            "b.ts(3,5): error TS2345: Argument of type '{ a: B; }' is wrong.",
        ),
    ],
)
def test_the_same_error(one: str, other: str) -> None:
    assert errors_of(one)[0].signature == errors_of(other)[0].signature


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Error: Cannot find module './a'\n    at x (a.js:1:1)", "Error: Cannot find module 'a'\n    at x (a.js:1:1)"),
        ("AttributeError: 'NoneType' object has no attribute 'x'", "AttributeError: 'A' object has no attribute 'x'"),
        ("a.py:1:1: F401 `x` imported but unused", "a.py:1:1: F841 `x` imported but unused"),
        ("fatal: refusing to merge unrelated histories", "fatal: bad revision 'x'"),
        ("E   assert 1 == 2", "E   assert 1 in 2"),
    ],
)
def test_another_error(one: str, other: str) -> None:
    assert errors_of(one)[0].signature != errors_of(other)[0].signature


def test_megabytes_are_read_in_bounded_time_and_the_last_error_is_found() -> None:
    # what stands in the middle of a long output is left out: work is bounded by the size of both ends
    noise = "compiling module\n" * 300_000
    assert [error.type for error in errors_of(noise + "fatal: refusing to merge unrelated histories\n")] == [
        "git-fatal"
    ]
    assert len(plain_lines(noise)) < (HEAD + TAIL) / len("compiling module\n") + 3


def test_an_exception_without_a_message_is_told_apart_by_where_it_was_raised() -> None:
    def bare(function: str) -> str:
        return (
            f'Traceback (most recent call last):\n  File "a.py", line 3, in {function}\n    assert x\nAssertionError\n'
        )

    assert errors_of(bare("load"))[0].signature != errors_of(bare("save"))[0].signature
    assert errors_of(bare("load"))[0].template == "in load"


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
