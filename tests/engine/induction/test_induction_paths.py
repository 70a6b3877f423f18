"""What paths decide: templates, derivations, and the words of a path inside a text."""

from __future__ import annotations

import pytest

from engine.induction.paths import PathWords, path_family
from engine.template import match_path, to_jinja

FAMILIES = [
    (["app/users/views.py", "app/orders/views.py"], "app/{{ name }}/views.py", {"name": "dir[0]"}),
    (["components/alert/manifest.json", "components/free_mobile/manifest.json"], None, {"component": "dir[0]"}),
    (["rules/no-eval.js", "rules/max-len.js"], "rules/{{ rule }}.js", {"rule": "stem"}),
    (["tests/test_a_b.py", "tests/test_cart.py"], "tests/test_{{ name }}.py", {"name": "match.name"}),
    (["doc/release-6.2.2.rst", "doc/release-7.0.1.rst"], "doc/release-{{ version }}.rst", {"version": "match.version"}),
    (["m/0001_initial.py", "m/0002_more.py"], None, {"number": "match.number", "name": "match.name"}),
    (["a/de_DE/x.py", "a/fr_FR/x.py"], "a/{{ locale }}/x.py", {"locale": "dir[0]"}),
    (["a/foo_bar/FooBar.py", "a/baz/Baz.py"], "a/{{ name }}/{{ name | pascal }}.py", {"name": "dir[0]"}),
    (["only/one.py"], "only/one.py", {}),
]


@pytest.mark.parametrize(("paths", "template", "derivations"), FAMILIES)
def test_path_families(paths: list[str], template: str | None, derivations: dict[str, str]) -> None:
    family = path_family(paths)
    if template is not None:
        assert to_jinja(family.template) == template
    assert {variable.name: variable.derivation for variable in family.variables} == derivations
    for index, path in enumerate(paths):
        assert match_path(family.template, path) == {v.name: v.values[index] for v in family.variables}


def test_where_the_depth_differs_the_directories_are_one_slot_without_derivation() -> None:
    family = path_family(["a/b/c/x.html", "a/d/x.html", "a/e/f/g/x.html"])
    assert [variable.derivation for variable in family.variables if variable.name == "directory"] == [""]


MARKS = [
    ("class FreeMobileConfig:", ["FreeMobile"]),
    ("FREE_MOBILE = free-mobile", ["FREE_MOBILE", "free-mobile"]),
    ("freedom mobile", []),
    ("free_mobiles", ["free_mobiles"]),
    ("Free Mobile, freeMobile", ["Free Mobile", "freeMobile"]),
]


@pytest.mark.parametrize(("line", "found"), MARKS)
def test_words_of_the_path_are_found_in_every_case_form(line: str, found: list[str]) -> None:
    tokens = list(PathWords(["free_mobile"]).mark(line))
    assert "".join(token.text for token in tokens) == line
    assert [token.text for token in tokens if token.form] == found
