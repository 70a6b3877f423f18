"""Which of several values that come back is the parameter."""

from __future__ import annotations

from engine.mining.sequences import mine
from engine.model import Execution

LINES = (
    "git switch -c {0}",
    "echo '# {0}' >> lexers/{1}.py",
    "git commit -am 'Lexers: {0}'",
    "git push -u origin {0}",
    "git merge --no-ff -m 'Merge {0}' {0}",
)


def mined(values: list[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    done = [
        Execution(100.0 * number + step, line.format(*value), success=True, session="s", id=10 * number + step + 1)
        for number, value in enumerate(values)
        for step, line in enumerate(LINES)
    ]
    (routine,) = mine(done)
    return routine.steps


def test_a_whole_value_wins_over_a_piece_of_it_that_stands_in_one_more_step() -> None:
    steps = mined([("fix-json-escapes", "json"), ("fix-html-entities", "html"), ("fix-rust-lifetimes", "rust")])
    assert steps[0] == ("git", "switch", "-c", "{{ branch }}")
    assert steps[1][1] == "# {{ branch }}"
    assert steps[2][-1] == "Lexers: {{ branch }}" and steps[3][-1] == "{{ branch }}"
    assert steps[4][-2:] == ("Merge {{ branch }}", "{{ branch }}")


def test_a_version_is_not_cut_where_all_of_them_end_alike() -> None:
    done = [
        Execution(100.0 * number + step, line.format(version), success=True, session="s", id=10 * number + step + 1)
        for number, version in enumerate(("1.0.0", "1.1.0", "2.0.0"))
        for step, line in enumerate(("hatch version {0}", "git tag v{0}"))
    ]
    (routine,) = mine(done)
    assert routine.steps == (("hatch", "version", "{{ version }}"), ("git", "tag", "v{{ version }}"))
