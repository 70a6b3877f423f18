"""Blocks that decide each other are one switch, and values that hold another are one variable."""

from __future__ import annotations

from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.induction import induce
from engine.induction.alternatives import with_alternatives
from engine.induction.compositions import composed
from engine.induction.paths import PathVariable
from engine.induction.pieces import Hole, Option, PathRef, Piece, Text, merged, spell
from engine.model import Example, Induction, Instance, Template
from engine.template import to_jinja

A, B = (True, True, False), (False, False, True)


def option(present: tuple[bool, ...], text: str) -> Option:
    return Option(present, (Text(text),))


@pytest.mark.parametrize(
    ("pieces", "wanted"),
    [
        ([option(A, "x\n"), option(B, "y\n")], [Option(A, (Text("x\n"),), (Text("y\n"),))]),
        ([option(A, "x\n"), option(B, "\n")], [option(A, "x"), Text("\n")]),
        ([option(A, "\n"), option(B, "x\n")], [option(B, "x"), Text("\n")]),
        ([option(A, "  x\n"), option(B, "  \n")], [Text("  "), option(A, "x"), Text("\n")]),
        ([option(A, "p\nx\n"), option(B, "p\ny\n")], [Text("p\n"), Option(A, (Text("x\n"),), (Text("y\n"),))]),
        ([option(A, "x\n"), option(A, "y\n")], [option(A, "x\ny\n")]),
        ([option(A, "x\n"), Text("t\n"), option(B, "y\n")], [option(A, "x\n"), Text("t\n"), option(B, "y\n")]),
        ([option(A, "x"), option(B, "x")], [Text("x")]),
    ],
)
def test_neighbours_that_decide_each_other_are_one(pieces: list[Piece], wanted: list[Piece]) -> None:
    assert with_alternatives(pieces) == wanted


texts = st.text(alphabet="ab \n", max_size=6)
present = st.tuples(st.booleans(), st.booleans(), st.booleans())
flat = st.one_of(st.builds(Text, texts), st.builds(lambda on, body: Option(on, (Text(body),)), present, texts))
nested = st.one_of(flat, st.builds(lambda on, body: Option(on, tuple(body)), present, st.lists(flat, max_size=3)))


@given(st.lists(nested, max_size=8))
def test_joining_changes_no_text(pieces: list[Piece]) -> None:
    joined = with_alternatives(pieces)
    assert [spell(joined, index) for index in range(3)] == [spell(pieces, index) for index in range(3)]


NAME = PathVariable("name", "dir[0]", ("user-list", "order-item", "blog-post"))


@pytest.mark.parametrize(
    ("values", "known", "wanted"),
    [
        (("6.1.3", "6.0.3", "7.0.3"), (), [Hole(("6.1", "6.0", "7.0")), Text(".3")]),
        (("6.1.3", "6.0.4", "7.0.3"), (), None),
        (
            ("mUserList", "mOrderItem", "mBlogPost"),
            (NAME,),
            [Text("m"), PathRef(0, ("pascal",), ("UserList", "OrderItem", "BlogPost"))],
        ),
        (("a\n6.1", None, "a\n7.0"), (), None),
    ],
)
def test_a_value_with_a_constant_beside_it_is_that_value(
    values: tuple[str | None, ...], known: tuple[PathVariable, ...], wanted: list[Piece] | None
) -> None:
    version = Hole(("6.1", "6.0", "7.0"))
    body: list[Piece] = [version, Text("|"), Hole(values)]
    assert composed([body], known) == [merged([version, Text("|"), *(wanted or [Hole(values)])])]


@given(st.lists(st.tuples(*[st.text(alphabet="ab1.", min_size=1, max_size=6)] * 3), max_size=5))
def test_taking_values_apart_changes_no_text(vectors: list[tuple[str, ...]]) -> None:
    body: list[Piece] = [Hole(vector) for vector in vectors]
    [parts] = composed([body], (NAME,))
    assert [spell(parts, index) for index in range(3)] == [spell(body, index) for index in range(3)]


def learn(rows: list[tuple[str, str]]) -> tuple[Induction, str]:
    induction = induce([Instance(path, (Example(path, text),)) for path, text in rows])
    body = induction.files[0].body
    assert isinstance(body, Template)
    return induction, to_jinja(body)


def test_an_option_with_its_alternative_is_one_switch() -> None:
    rows = [
        (f"src/{name}/job.toml", f'[job]\nkind = "nightly"\n{line}\ntimeout = 90\nretries = 4\nqueue = "slow"\n')
        for name, line in (("mail", "cron = true"), ("search", "cron = true"), ("audit", ""))
    ]
    induction, source = learn(rows)
    assert [variable.name for variable in induction.variables if not variable.derivation] == ["with_cron"]
    assert "{% if with_cron %}cron = true{% endif %}\n" in source


def test_a_value_that_two_examples_share_is_still_looked_for() -> None:
    rows = [
        (
            f"docs/{name}/conf.py",
            f'project = "{name}"\nauthor = "{author}"\ncopyright = "{year}, {author}"\nlang = "en"\n',
        )
        for name, author, year in (("mail", "Mel Ox", "2019"), ("web", "Mel Ox", "2021"), ("log", "Bo Ray", "2020"))
    ]
    induction, source = learn(rows)
    assert 'author = "{{ author }}"' in source
    assert 'copyright = "{{ copyright }}, {{ author }}"' in source
    assert len([variable for variable in induction.variables if not variable.derivation]) == 2


def test_the_name_of_a_host_is_one_value() -> None:
    rows = [
        (f"ops/{name}/probe.ini", f"[probe]\nevery = 30\nurl = https://{host}/health\ntimeout = 5\n")
        for name, host in (("mail", "post.example.org"), ("web", "front.example.com"), ("log", "lines.example.dev"))
    ]
    assert "url = https://{{ url }}/health\n" in learn(rows)[1]


HOOKS = ("- id: ruff\n  args: [fix]\n", "- id: mypy\n  args: [strict]\n", "- id: black\n  args: [quiet]\n")


def test_items_that_come_and_go_as_a_whole_are_options_and_no_list() -> None:
    rows = [
        (
            f"tools/{name}/hooks.yaml",
            "repo: local\nhooks:\n" + "".join(HOOKS[k] for k in have) + "fail_fast: true\nlevel: 3\n",
        )
        for name, have in (("mail", (0, 1, 2)), ("web", (1,)), ("log", (0, 2)))
    ]
    source = learn(rows)[1]
    assert "{% for" not in source
    assert all(hook.strip() in source for hook in HOOKS)


def test_words_that_recur_by_chance_are_still_a_list() -> None:
    rows = [
        (
            f"tools/{name}/unit.ini",
            "[unit]\nkind = job\n" + "".join(f"after = {one}\n" for one in have) + "[end]\nlevel = 3\n",
        )
        for name, have in (("mail", ("disk", "net")), ("web", ("net", "user", "time")), ("log", ("disk",)))
    ]
    assert "{% for" in learn(rows)[1] or "{%- for" in learn(rows)[1]


def test_a_block_that_examples_share_word_for_word_is_an_option_beside_text_that_they_do_not_share() -> None:
    shared = "## Installing\n\nRun the installer of your system and open a new shell afterwards.\n"
    words = [["".join(one) for one in islice(permutations(letters), 60)] for letters in ("abcdef", "ghijkl", "mnopqr")]
    free = [
        "".join(mark.join(some[k : k + 6]) + "\n" for k in range(0, 60, 6))
        for mark, some in zip("+/*", words, strict=True)
    ]
    rows = [
        (
            f"docs/{name}/README.md",
            f"# Notes\n\n{text}{shared if index else ''}\nSee the manual for the rest.\nThe end.\n",
        )
        for index, (name, text) in enumerate(zip(("mail", "web", "log"), free, strict=True))
    ]
    source = learn(rows)[1]
    assert "## Installing\n\nRun the installer of your system and open a new shell afterwards." in source
    assert "ghijkl" not in source
