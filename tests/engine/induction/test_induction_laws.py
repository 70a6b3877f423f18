"""The laws of induction: examples come back byte for byte, in any order, and fit undoes rendering."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import TooDifferent
from engine.induction import fit, induce, presets_of, render_files
from engine.model import Example, Induction, Instance, Kind

LINES = (
    "",
    "import os",
    "from app.models import User",
    "class UserView(View):",
    "class OrderView(View):",
    "    name = 'user'",
    '    url = "https://example.org/{{ id }}"',
    "{% raw %}",
    "{# not a comment #}",
    "\tkey: value",
    "- item one",
    "- item two",
    "- größer",
    "* 版本 1.2.3",
    "version: 1.2.3",
    "version: 1.10.0",
    "}",
    "\ufeff# bom",
    "end\x0bof\x0cline\x85and\u2028more",
)
ENDS = ("\n", "\n", "\n", "\r\n", "\r")

line = st.one_of(st.sampled_from(LINES), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """Two to five texts that share lines of one base, with lines dropped, changed and added."""
    base = draw(st.lists(line, min_size=1, max_size=12))
    ends = draw(st.sampled_from((("\n",), ("\r\n",), ENDS)))
    found = []
    for _ in range(draw(st.integers(2, 5))):
        rows = []
        for row in base:
            change = draw(st.integers(0, 9))
            if change == 0:
                continue
            if change == 1:
                row = draw(line)
            rows.append(row + draw(st.sampled_from(ends)))
            if change == 2:
                rows.append(draw(line) + draw(st.sampled_from(ends)))
        text = "".join(rows)
        found.append(text.rstrip("\r\n") if draw(st.booleans()) else text)
    return found


words = st.sampled_from(("user", "order", "blog_post", "item-list", "HTTPServer", "v1", "a"))


def instances(contents: Sequence[str], names: Sequence[str]) -> list[Instance]:
    paths = [f"app/{name}/{index}/views.py" for index, name in enumerate(names)]
    return [Instance(path, (Example(path, text),)) for path, text in zip(paths, contents, strict=True)]


def rendered(induction: Induction, index: int, target: str) -> str:
    return "".join(text for _, text, _ in render_files(induction.files, induction.values[index], target))


@given(texts(), st.lists(words, min_size=5, max_size=5))
@settings(max_examples=120, deadline=None)
def test_every_example_comes_back_byte_for_byte(contents: list[str], names: list[str]) -> None:
    examples = instances(contents, names[: len(contents)])
    try:
        induction = induce(examples)
    except TooDifferent:
        return
    for index, example in enumerate(examples):
        assert rendered(induction, index, example.path) == example.files[0].text


@given(texts(), st.lists(words, min_size=5, max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_examples_does_not_matter(contents: list[str], names: list[str], random: object) -> None:
    examples = instances(contents, names[: len(contents)])
    shuffled = list(examples)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    try:
        induction = induce(examples)
    except TooDifferent:
        return
    other = induce(shuffled)
    assert other.files == induction.files
    assert other.variables == induction.variables
    assert [other.values[shuffled.index(example)] for example in examples] == list(induction.values)


@given(texts(), st.lists(words, min_size=5, max_size=5))
@settings(max_examples=80, deadline=None)
def test_fit_undoes_rendering(contents: list[str], names: list[str]) -> None:
    examples = instances(contents, names[: len(contents)])
    try:
        induction = induce(examples)
    except TooDifferent:
        return
    presets = presets_of(induction, [example.path for example in examples])
    for index, example in enumerate(examples):
        text = rendered(induction, index, example.path)
        found = fit(induction.files, induction.variables, presets, {example.path: text}, example.path)
        assert found.exact
        assert found.rendered == text
        assert found.similarity == 1.0
        assert not found.missed


@given(texts(), st.lists(words, min_size=5, max_size=5), st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_fit_reads_any_text_without_raising(contents: list[str], names: list[str], other: str) -> None:
    examples = instances(contents, names[: len(contents)])
    try:
        induction = induce(examples)
    except TooDifferent:
        return
    presets = presets_of(induction, [example.path for example in examples])
    found = fit(induction.files, induction.variables, presets, {"app/x/9/views.py": other}, "app/x/9/views.py")
    assert found.exact == (found.rendered == other)
    assert (found.similarity == 1.0) == found.exact
    assert 0.0 <= found.similarity <= 1.0


@given(st.lists(texts(), min_size=1, max_size=3), st.lists(words, min_size=5, max_size=5, unique=True))
@settings(max_examples=60, deadline=None)
def test_every_file_of_a_scaffold_comes_back(columns: list[list[str]], names: list[str]) -> None:
    count = min(len(column) for column in columns)
    examples = []
    for index in range(count):
        base = f"plugins/{names[index]}"
        files = tuple(
            Example(f"{base}/part{number}.py", column[index])
            for number, column in enumerate(columns)
            if column[index] or number == 0
        )
        examples.append(Instance(base, files))
    try:
        induction = induce(examples, kind=Kind.SCAFFOLD)
    except TooDifferent:
        return
    for index, example in enumerate(examples):
        wanted = {file.path: file.text for file in example.files}
        found = render_files(induction.files, induction.values[index], example.path, scaffold=True)
        assert {path: text for path, text, _ in found} == wanted
