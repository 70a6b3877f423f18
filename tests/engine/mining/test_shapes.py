from __future__ import annotations

import pytest

from engine.mining.shapes import fits, places

NAMES = ("Alpha", "Bravo", "Carol", "Delta")


@pytest.mark.parametrize(
    ("pattern", "shape"),
    [
        ("app/{}Controller.php", "app/*Controller.php"),  # a word of a name in Pascal case
        ("hooks/use{}.ts", "hooks/use*.ts"),
        ("tests/test_{}.py", "tests/test_*.py"),
        ("ui/{}.spec.ts", "ui/*.spec.ts"),
        ("{0}-shop/src/main/java/org/{0}/App.java", "*/src/main/java/org/*/App.java"),  # tied by a name in both
    ],
)
def test_place_of_a_convention(pattern: str, shape: str) -> None:
    convention = [pattern.format(name) for name in NAMES]
    paths = [*convention, *(path.rpartition("/")[0] + f"/other{at}.md" for at, path in enumerate(convention))]
    paths += [path.rpartition("/")[0] + "/Else." + path.rpartition(".")[2] for path in convention]
    paths = sorted(set(paths))
    found = places(paths, 3)
    assert sorted(paths[at] for at in found[shape]) == sorted(convention)
    assert all(fits(shape, path) for path in convention)


def test_first_word_in_pascal_case_is_no_place() -> None:
    paths = [f"app/Get{name}.php" for name in NAMES] + [f"app/Put{name}.php" for name in NAMES]
    assert "app/Get*.php" not in places(paths, 3)
