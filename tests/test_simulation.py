"""Three weeks of a made-up developer, through the commands alone: what patui wrote about them, as golden files.

After a wanted change: `make goldens`, and look at the difference before it is committed.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from benchmarks.simulate import exact_uses, records, simulate, suggested
from benchmarks.simulated_developer import values_of
from benchmarks.simulated_work import Make, story

GOLDEN = Path(__file__).parent / "golden" / "simulation"
SEED, WEEKS = 1, 3
_SUFFIX = ".golden"  # so that no tool takes them for documents of ours


def golden() -> dict[str, str]:
    paths = sorted(path for path in GOLDEN.rglob(f"*{_SUFFIX}"))
    return {path.relative_to(GOLDEN).as_posix().removesuffix(_SUFFIX): path.read_text("utf-8") for path in paths}


@pytest.mark.skipif(sys.platform != "linux", reason="the engine runs on Linux in this test")
def test_three_weeks_leave_the_golden_reports(tmp_path: Path) -> None:
    developer, _ = simulate(tmp_path / "quarter", SEED, WEEKS)

    made = records(developer)

    assert made.keys() == golden().keys()
    for path, text in golden().items():
        assert made[path] == text, path
    offered, of = suggested(developer.written)
    exact, uses = exact_uses(developer.written)
    assert offered >= 0.8 * of > 0
    assert exact >= 0.6 * uses > 0


def test_a_story_is_told_again_by_its_seed() -> None:
    assert story(3, 2) == story(3, 2)
    assert story(3, 2) != story(4, 2)


def test_the_changed_form_is_written_after_the_fourth_week() -> None:
    carriers = [one for one in story(1, 6).work if isinstance(one, Make) and one.family == "carrier"]
    changed = ["TracedCarrier" in next(iter(one.files.values())) for one in carriers]
    assert changed == sorted(changed)
    assert {False, True} == set(changed)


@pytest.mark.parametrize(
    ("steps", "commands", "expected"),
    [
        ([["git", "tag", "v{{ version }}"]], [["git", "tag", "v1.2"]], {"version": "1.2"}),
        ([["a", "{{ x }}"], ["b", "{{ x }}"]], [["a", "1"], ["b", "2"]], None),
        ([["a", "{{ x }}"]], [["a", "1"], ["b"]], None),
        ([["git", "pull"]], [["git", "push"]], None),
    ],
)
def test_values_of_a_recipe_are_read_from_the_commands(
    steps: list[list[str]], commands: list[list[str]], expected: dict[str, str] | None
) -> None:
    assert values_of([{"argv": argv} for argv in steps], commands) == expected


def refresh(place: Path) -> None:
    """Writes the golden files anew."""
    developer, _ = simulate(place, SEED, WEEKS)
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for path, text in records(developer).items():
        whole = GOLDEN / (path + _SUFFIX)
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(text, "utf-8")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        refresh(Path(folder) / "quarter")
