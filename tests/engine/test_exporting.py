"""Exported recipes: a real shell gives each command exactly the words that patui would run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import UsageError
from engine.exporting import export_recipe
from engine.model import Kind, Pattern, Variable

SHELLS = [shell for shell in ("sh", "bash", "zsh", "fish") if shutil.which(shell)]


def pattern(steps: Sequence[Mapping[str, object]], *variables: Variable) -> Pattern:
    return Pattern("PAT-X-001", "My release", Kind.EXECUTION, variables, steps=tuple(steps))


def called(
    shell: str, text: str, arguments: Sequence[str], cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """What the function says on stdout; startup files of the shell are not read."""
    quiet = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}.get(shell, [])
    call = "my_release $argv" if shell == "fish" else 'my_release "$@"'
    command = [shell, *quiet, "-c", f"{text}\n{call}", "--" if shell == "fish" else shell, *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, check=False, timeout=20)


def target(shell: str) -> str:
    return "fish" if shell == "fish" else "sh"


words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12).filter(
    lambda word: "{{" not in word and word not in ("|", "|&")
)


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(literals=st.lists(words, max_size=6), value=words, other=words)
def test_words_arrive_as_they_are(shell: str, literals: list[str], value: str, other: str) -> None:
    argv = ["printf", "%s\\0", *literals, "{{ a }}", "x{{ b }}y'{{ a }}"]
    found = pattern([{"argv": argv}], Variable("a"), Variable("b"))
    done = called(shell, export_recipe(found, target(shell)), [value, other])
    expected = [*literals, value, f"x{other}y'{value}"]
    assert done.stdout == b"".join(word.encode() + b"\0" for word in expected), done.stderr


NASTY = [
    "$HOME",
    "`id`",
    "$(id)",
    "a b",
    "*",
    "~",
    "#",
    "!x",
    "a;b",
    "&",
    "|",
    ">",
    "'",
    '"',
    "\\",
    "",
    "-n",
    "{a,b}",
    "%",
    "if",
]


@pytest.mark.parametrize("shell", SHELLS)
def test_nothing_in_a_word_means_anything_to_the_shell(shell: str) -> None:
    literals = [word for word in NASTY if word != "|"]
    found = pattern([{"argv": ["printf", "%s\\0", *literals, "{{ a }}"]}], Variable("a"))
    for value in NASTY:
        done = called(shell, export_recipe(found, target(shell)), [value])
        assert done.stdout.split(b"\0")[:-1] == [word.encode() for word in [*literals, value]], done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_a_step_that_fails_stops_the_rest(shell: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").touch()
    (tmp_path / "sub" / "a.txt").touch()
    steps: list[dict[str, object]] = [
        {"argv": ["ls", "*.txt"], "expand": ["*.txt"], "cwd": "sub"},
        {"argv": ["printf", "x\\n", "|", "tr", "x", "{{ to }}"]},
        {"argv": ["sleep", "1", ">", "y"], "by_hand": "needs a shell"},
        {"argv": ["false"]},
        {"argv": ["echo", "not reached"]},
    ]
    text = export_recipe(pattern(steps, Variable("to", default="z")), target(shell))
    done = called(shell, text, [], tmp_path)
    assert (done.stdout, done.returncode) == (b"a.txt\nb.txt\nz\n", 1)
    assert called(shell, text, ["q"], tmp_path).stdout == b"a.txt\nb.txt\nq\n"
    assert "# needs a shell; look at it before you make it a step: sleep 1 > y" in text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_missing_value_is_said_and_nothing_runs(shell: str) -> None:
    text = export_recipe(pattern([{"argv": ["echo", "{{ version }}"]}], Variable("version")), target(shell))
    done = called(shell, text, [])
    assert (done.returncode, done.stdout) == (2, b"") and b"usage: my_release VERSION" in done.stderr


def test_a_just_recipe_takes_its_values_from_the_environment() -> None:
    steps = [
        {"argv": ["git", "tag", "v{{ version }}", "-m", "it's {{.Out}}\nnow"]},
        {"argv": ["echo", "{{ version | upper }}"]},
    ]
    text = export_recipe(pattern(steps, Variable("version", default='1 "x"')), "just")
    assert text.split("\n")[3:] == [
        'my-release $arg_version_upper $arg_version="1 \\"x\\"":',
        "    #!/bin/sh",
        "    nl=$(printf '\\nx'); nl=${nl%x}",
        """    git tag v"$arg_version" -m 'it'\\''s {{{{.Out}}'"$nl"'now' || exit""",
        '    echo "$arg_version_upper" || exit',
        "",
    ]


def test_only_recipes_are_exported_and_only_to_what_is_known() -> None:
    with pytest.raises(UsageError, match="takes recipes only"):
        export_recipe(Pattern("PAT-F-001", "f", Kind.FILE), "sh")
    with pytest.raises(UsageError, match="not to 'make'"):
        export_recipe(pattern([{"argv": ["a"]}]), "make")
