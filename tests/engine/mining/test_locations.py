from __future__ import annotations

import pytest

from engine.mining.locations import locate


@pytest.mark.parametrize(
    ("paths", "template", "name"),
    [
        (["components/a/m.json", "components/b/m.json"], "components/{{ component }}/m.json", "component-m"),
        (["x/color/de_DE/__init__.py", "x/color/fr_FR/__init__.py"], "x/color/{{ locale }}/__init__.py", "color-x"),
        (["tests/plugins/test_a.py", "tests/plugins/test_b.py"], "tests/plugins/test_{{ plugin }}.py", "plugin-test"),
        (["rules/one.js", "rules/two.js"], "rules/{{ rule }}.js", "rule"),
        (["data/aaa/aaa_test.py", "data/bbb/bbb_test.py"], "data/{{ name }}/{{ name }}_test.py", "data-test"),
        (["sets/foo_bar/FooBar.ts", "sets/ba_qu/BaQu.ts"], "sets/{{ set }}/{{ set | pascal }}.ts", "set"),
        (["migrations/0001.sql", "migrations/0002.sql"], "migrations/{{ number }}.sql", "migration"),
        (["a/x/y/c.py", "a/b/d/c.py"], "a/{{ name }}/{{ name_2 }}/c.py", "a-c"),
        (["one/Dockerfile", "two/Dockerfile"], "{{ name }}/Dockerfile", "dockerfile"),
        (["a/c.py", "a/b/c.py"], "", ""),
        (["views/a{{b}}/v.html", "views/c{{b}}/v.html"], "views/{{ view }}/v.html", "view-v"),
        (["v{{x/a.py", "v{{x/b.py"], "v{{ '{' }}{x/{{ v_x }}.py", ""),
    ],
)  # fmt: skip
def test_locate(paths: list[str], template: str, name: str) -> None:
    location = locate(paths)
    assert location.template == template
    if name:
        assert "-".join(location.words) == name


def test_directories() -> None:
    location = locate(["plugins/a", "plugins/b"], directories=True)
    assert (location.template, location.words) == ("plugins/{{ plugin }}", ("plugin", "scaffold"))
