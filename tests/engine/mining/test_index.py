from __future__ import annotations

import pytest

from engine.mining.families import find_families
from engine.mining.index import FamilyIndex, representatives
from engine.mining.sketches import Sketch, sketch
from engine.model import Kind

NAMES = ("alpha", "bravo", "carol", "delta")


def handler(name: str) -> str:
    head = f"from web import route\n\n\n@route('/{name}')\ndef handle_{name}(request):\n"
    return head + "    load(request)\n    return answer(request)\n"


def settings_of(name: str) -> str:
    return f"name: {name}\nlimits:\n  cpu: 2\n  memory: 3\nowner: {name}@example\nalerts: none\n"


def build(sketches: list[Sketch]) -> FamilyIndex:
    """The index as a new process builds it: from families and from sketches that went through the store."""
    index = FamilyIndex()
    for family in find_families(sketches):
        blobs = [one.to_bytes() for one in representatives(family, sketches)]
        index.learn(family, map(Sketch.from_bytes, blobs))
    return index


FILES = [sketch(f"web/handlers/{name}.py", handler(name)) for name in NAMES]
DIRECTORIES = [
    sketch(path, text)
    for name in NAMES
    for path, text in (
        (f"services/{name}/main.py", handler(name).replace("route", "serve")),
        (f"services/{name}/settings.yaml", settings_of(name)),
    )
]


@pytest.fixture
def index() -> FamilyIndex:
    return build([*FILES, *DIRECTORIES])


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("web/handlers/echo.py", ["handler"]),
        ("web/handlers/echo.txt", []),
        ("web/handlers/deep/echo.py", []),
        ("services/echo/settings.yaml", ["service-scaffold"]),
        ("services/echo/other.yaml", []),
        ("web/handlers/alpha.py", []),  # a member is not new
        ("echo.py", []),
    ],
)
def test_for_path(index: FamilyIndex, path: str, names: list[str]) -> None:
    assert [match.name for match in index.for_path(path)] == names


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("services/echo", ["service-scaffold"]),
        ("services/echo/", ["service-scaffold"]),
        ("services/alpha", []),
        ("x", []),
    ],
)
def test_for_directory(index: FamilyIndex, path: str, names: list[str]) -> None:
    matches = index.for_directory(path)
    assert [match.name for match in matches] == names
    assert all(match.kind is Kind.SCAFFOLD for match in matches)


def test_most_specific_place_first() -> None:
    special = [sketch(f"web/handlers/api_{name}.py", settings_of(name)) for name in NAMES]
    assert [match.name for match in build([*FILES, *special]).for_path("web/handlers/api_new.py")] == [
        "handler-api",
        "handler",
    ]


def test_add_finds_the_family_by_content(index: FamilyIndex) -> None:
    best = index.add(sketch("elsewhere/echo.py", handler("echo")))[0]
    assert best.name == "handler" and best.similarity >= 0.75
    assert index.add(sketch("web/handlers/echo.py", "import os\nos.exit()\nprint()\n")) == ()


def test_nearest(index: FamilyIndex) -> None:
    signature, similarity = index.nearest(sketch("services/echo/settings.yaml", settings_of("echo")))
    assert similarity == 1
    assert signature == index.for_directory("services/echo")[0].signature
    assert FamilyIndex().nearest(FILES[0]) == ("", 0.0)


def test_forget(index: FamilyIndex) -> None:
    size = len(index)
    index.forget(index.for_directory("services/echo")[0].signature)
    index.forget("never known")
    assert len(index) == size - 1
    assert index.for_directory("services/echo") == ()
