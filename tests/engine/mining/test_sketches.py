from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mining.cohesion import core_of
from engine.mining.sketches import MAX_KEYS, Sketch, sketch, sketch_many
from engine.model import Example


def similarity(one: Sketch, other: Sketch) -> float:
    mine, theirs = one.key_set(), other.key_set()
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("class FooBar:\n    name = 'a'\n", "class BazQux:\n    name = 'zz'\n"),
        ("FOO_BAR = foo_bar(1)\n# foo-bar\n", "BAZ_QUX = baz_qux(22)\n# baz-qux\n"),
        ('title: "one"\nport: 80\n', "title: 'two'\nport: 8080\n"),
        ("one\r\n  two\r\nthree\r\n", "one\ntwo\nthree\n"),
    ],
)
def test_names_values_and_line_ends_do_not_count(mine: str, theirs: str) -> None:
    assert similarity(sketch("src/foo_bar.py", mine), sketch("src/baz_qux.py", theirs)) == 1


def test_directory_names_are_names_too() -> None:
    one, other = (
        sketch(f"things/{name}/main.py", f"def setup_{name}():\n    return {name.title()}()\n")
        for name in ("foo", "quux")
    )
    assert one.key_set() == other.key_set()


def test_json_counts_keys() -> None:
    one, other = sketch("a.json", '{"a_key": 1, "other": {"deep": 2}}'), sketch("b.json", '{"other": "x", "deep": []}')
    assert len(one.key_set()) == 3
    assert one.key_set() > other.key_set()


@pytest.mark.parametrize(("text", "lines"), [("", 0), ("\n\n", 0), ("{\n}\n", 0), ("alpha\n\nbeta\n---\n", 2)])
def test_lines_that_say_something(text: str, lines: int) -> None:
    assert sketch("x.txt", text).lines == lines


def test_different_structure_is_different() -> None:
    assert similarity(sketch("a.py", "import os\nos.exit()\n"), sketch("b.py", "class A:\n    x = 1\n")) == 0


def test_large_file_is_sampled_and_what_was_left_out_is_unknown() -> None:
    letters = "abcdefghij"
    words = ["".join(letters[int(digit)] for digit in str(number)) for number in range(1000, 4000)]
    large = sketch("x.txt", "\n".join(words))
    assert len(large.key_set()) == MAX_KEYS and max(large.key_set()) == large.limit
    core = core_of([sketch("y.txt", "\n".join(words[:500])).key_set()] * 2)
    assert core.coverage(large.key_set(), large.limit) == 1


def test_many_in_order() -> None:
    made = sketch_many([Example("a.py", "import os\n", 3.0, "ann", True), Example("b.py", "x = y\n")])
    assert [(one.path, one.created, one.author, one.by_agent) for one in made] == [
        ("a.py", 3.0, "ann", True),
        ("b.py", 0.0, "", False),
    ]


@given(st.text(), st.text(), st.floats(allow_nan=False), st.text(), st.booleans())
def test_bytes_and_pickle_bring_it_back(path: str, text: str, created: float, author: str, by_agent: bool) -> None:
    one = sketch(path, text, created=created, author=author, by_agent=by_agent)
    assert Sketch.from_bytes(one.to_bytes()) == one
    assert pickle.loads(pickle.dumps(one)) == one


@given(st.binary(max_size=80))
def test_foreign_bytes_are_refused_or_read(blob: bytes) -> None:
    try:
        Sketch.from_bytes(blob)
    except ValueError:
        return


@pytest.mark.parametrize(
    "header",
    [
        "# Copyright 2020 Ann\n# Licensed under the Apache License\n\n",
        "#!/usr/bin/env python\n# SPDX-License-Identifier: MIT\n",
        "/*\n * The MIT License\n * granted, free of charge\n */\n",
        "<!-- Copyright Ann -->\n",
        "// Licence: see LICENCE\n// Copyright Ann\n\n",
    ],
)
def test_licence_at_the_head_has_no_keys(header: str) -> None:
    text = "one two\nthree four\nfive six\n"
    with_header = sketch("a/b.x", header + text)
    assert (
        with_header.key_set() - sketch("a/b.x", "#!/usr/bin/env python\n").key_set() == sketch("a/b.x", text).key_set()
    )
    assert with_header.lines > 3


def test_other_comments_at_the_head_keep_their_keys() -> None:
    text = "# What this file is for\n\n# Copyright Ann\ncode here\n"
    assert sketch("a/b.x", text).key_set() == sketch("a/b.x", "# What this file is for\ncode here\n").key_set()


def test_licence_further_down_counts() -> None:
    assert sketch("a/b.x", "code here\n# Copyright Ann\n").key_set() > sketch("a/b.x", "code here\n").key_set()
