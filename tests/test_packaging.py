"""The wheel works by itself: themes, catalogue, defaults and schema are found inside the installed package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_has_the_packages_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if "dist-info" not in name} == {"engine", "tui", "themes"}
    assert any(name.startswith("engine/catalogue/") for name in names)
    assert any(name.startswith("engine/defaults/") for name in names)
    assert any(name.startswith("themes/") and name.endswith(".tcss") for name in names)


def test_an_installed_patui_works_from_another_directory(wheel: Path, tmp_path: Path, repository: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, "-c", str(ROOT / "requirements.lock"), str(wheel)], check=True)
    environment = {**os.environ, "PYTHONPATH": ""}

    def patui(*words: str) -> str:
        command = [str(tmp_path / "venv" / "bin" / "patui"), *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    assert patui("--version").startswith("patui ")
    (family,) = json.loads(patui("scan", str(repository), "--json"))["families"]
    assert len(family["files"]) == 8
    checked = (
        "from engine.library.shelf import Shelf; from pathlib import Path; print(len(Shelf(Path('x')).catalogue()))"
    )
    listed = subprocess.run([str(python), "-c", checked], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(listed.stdout) >= 3
    themes = "import themes, importlib.resources as r; print(sorted(p.name for p in r.files(themes).iterdir()))"
    listed = subprocess.run([str(python), "-c", themes], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ".tcss" in listed.stdout
