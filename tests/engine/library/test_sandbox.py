"""The sandbox: what it renders, what it refuses, and that it survives every template."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import MissingValue, PatuiError, TemplateError
from engine.library.sandbox import Sandbox
from engine.model import Values

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seconds=20) as made:
        yield made


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("a\n\n", {}, "a\n\n"),
        ("{{ name | plural | pascal }}", {"name": "user_group"}, "UserGroups"),
        ("{{ names | join(', ') }}", {"names": ["a", "b"]}, "a, b"),
        ("{% for r in rows %}{{ loop.index }}{{ r.type }}{% endfor %}", {"rows": [{"type": "x"}]}, "1x"),
        ("{{ name }}", {"name": "{{ 1 + 1 }}<&>\r\n\udc80é"}, "{{ 1 + 1 }}<&>\r\n\udc80é"),
        ("{{ 'on' if on else 'off' }}", {"on": False}, "off"),
        ("{{ 'x' * 300000 }}", {}, "x" * 300_000),
        ("{{ name | length }}", {"name": "y" * 300_000}, "300000"),
    ],
)
def test_rendering(sandbox: Sandbox, source: str, values: Values, expected: str) -> None:
    assert sandbox.render(source, values) == expected


@pytest.mark.parametrize("name", ["nonesuch", "größe"])
def test_a_missing_value_is_named(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(MissingValue) as caught:
        sandbox.render("{{ " + name + " }}", {})
    assert caught.value.names == (name,)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a\n{% if %}", "line 2"),
        ("\n\n{{ 1 / 0 }}", "line 3: division by zero"),
        ("\n{{ name.nonesuch }}", "line 2: .*nonesuch"),
        ("{{ name | nonesuch }}", "line 1: No filter named 'nonesuch'"),
        ("{{ name.__class__.__mro__ }}", "unsafe"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ names.append('c') }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "RecursionError"),
        ("{{ raise() }}", "raise"),
    ],
)
def test_what_a_template_must_not_do_is_refused_with_words(sandbox: Sandbox, source: str, words: str) -> None:
    with pytest.raises(PatuiError, match=words):
        sandbox.render(source, {"name": "a", "names": ["b"]})
    assert sandbox.render("{{ name }}", {"name": "still here"}) == "still here"


@pytest.mark.parametrize(
    "source",
    [
        "{{ 10 ** 100000000 }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_that_overruns_its_time_is_ended(source: str) -> None:
    with Sandbox(seconds=0.3) as sandbox, pytest.raises(TemplateError, match=r"did not finish within 0\.3 s"):
        sandbox.render(source, {})


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'x' * 1000000000 }}",
        "{% for a in range(90000) %}{{ 'x' * 10000 }}{% endfor %}",
        "{% set a = namespace(x=['x' * 1000]) %}{% for b in range(30) %}{% set a.x = a.x + a.x %}{% endfor %}",
    ],
)
def test_a_template_that_needs_too_much_memory_is_ended(source: str) -> None:
    with Sandbox(seconds=20, memory=160 * MEGABYTE) as sandbox:
        with pytest.raises(TemplateError, match=r"memory|too much"):
            sandbox.render(source, {})
        assert sandbox.render("{{ name }}", {"name": "the next child"}) == "the next child"


def test_a_template_cannot_print_without_end() -> None:
    with (
        Sandbox(seconds=20, memory=1024 * MEGABYTE) as sandbox,
        pytest.raises(TemplateError, match="printed more than 32 MB"),
    ):
        sandbox.render("{% for a in range(40) %}{{ 'x' * 1048576 }}{% endfor %}", {})


def test_one_child_serves_all_and_close_ends_it() -> None:
    sandbox = Sandbox(seconds=20)
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda n: sandbox.render("{{ n }}" * 50, {"n": str(n)}), range(40)))
    assert texts == [str(n) * 50 for n in range(40)]
    sandbox.close()
    sandbox.close()
    assert sandbox.render("again", {}) == "again"
    sandbox.close()


def test_the_child_imports_nothing_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = "import pathlib; pathlib.Path(__file__).with_name('sprung').touch()"
    for module in ("jinja2", "engine", "json", "sitecustomize"):
        (tmp_path / f"{module}.py").write_text(trap)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "jinja2.py"))
    with Sandbox(seconds=20) as sandbox:
        assert sandbox.render("{{ name | snake }}", {"name": "FooBar"}) == "foo_bar"
    assert not (tmp_path / "sprung").exists()


def test_a_child_that_was_killed_is_replaced() -> None:
    with Sandbox(seconds=20) as sandbox:
        sandbox.render("a", {})
        child = sandbox._child
        assert child is not None
        os.kill(child.pid, 9)
        child.wait()
        assert sandbox.render("b", {}) == "b"
