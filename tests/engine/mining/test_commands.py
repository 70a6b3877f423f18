"""Command lines in words and in parts."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mining.argument_types import common_type, type_of
from engine.mining.commands import command_of, commands_of, needs_shell
from engine.mining.shell_words import split_line


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("git  status", [["git", "status"]]),
        ("git commit -m 'fix it' && git push", [["git", "commit", "-m", "fix it"], ["git", "push"]]),
        ("a; b || c & d", [["a"], ["b"], ["c"], ["d"]]),
        ('echo "no \\"x\\" $HOME"', [["echo", 'no "x" $HOME']]),
        ("cat <<EOF > a.txt\nhello; world\nEOF\nls", [["cat", "<<", "EOF", ">", "a.txt"], ["ls"]]),
        ("make 2>&1 | tee log", [["make", "2>&1", "|", "tee", "log"]]),
        ("(cd a && make)", [["cd", "a"], ["make"]]),
        ("echo $(date | cut -c 1) `x y`", [["echo", "$(date | cut -c 1)", "`x y`"]]),
        ("diff <(a b) c", [["diff", "<(a b)", "c"]]),
        ("a; and b (c d)", [["a"], ["b", "(c d)"]]),
        ("echo a#b # comment", [["echo", "a#b"]]),
        ("a \\\n b", [["a", "b"]]),
        ("echo $'a\\'b'", [["echo", "a\\'b"]]),
        ("for f in *; do rm $f; done", [["for", "f", "in", "*;", "do", "rm", "$f;", "done"]]),
        ("echo 'open", [["echo", "'open"]]),
        ("echo $(open", [["echo", "$(open"]]),
        ("  # only a comment", []),
        ("", []),
    ],
)
def test_lines_in_words(line: str, calls: list[list[str]]) -> None:
    assert [list(call) for call in split_line(line)] == calls


@given(st.text(alphabet="ab '\"\\|&;<>()`$#{}\n-=1\x00é", max_size=40))
def test_any_line_has_words(line: str) -> None:
    assert all(call for call in split_line(line))
    for command in commands_of(line):
        assert all(0 <= place < len(command.argv) for place in command.arguments)


@given(st.lists(st.text(alphabet="ab '\"\\|&;<>()`$#{}\n-=1é", max_size=6), min_size=1, max_size=5))
def test_quoted_words_come_back(words: list[str]) -> None:
    assert split_line(shlex.join(["x", *words])) == (("x", *words),)


@pytest.mark.parametrize(
    ("line", "skeleton", "arguments"),
    [
        ("git push origin fix/a", ("git", "push"), [("origin", "word"), ("fix/a", "branch")]),
        ("git -C x log -5", ("git", "log", "-#", "-C"), [("x", "word"), ("-5", "number")]),
        ("FOO=1 sudo -u web python3.11 -m pytest -x t.py", ("pytest", "-x"), [("t.py", "path")]),
        ("uv run pytest", ("pytest",), []),
        ("npx jest --ci", ("jest", "--ci"), []),
        ("docker compose -f a.yml up -d web", ("docker", "compose", "up", "-d", "-f"),
         [("a.yml", "path"), ("web", "word")]),
        ("python manage.py migrate shop", ("manage.py", "migrate"), [("shop", "word")]),
        ("gh pr create --title='X y'", ("gh", "pr", "create", "--title"), [("X y", "string")]),
        ("frob build web", ("frob", "build"), [("web", "word")]),
        ("./scripts/deploy.sh staging", ("deploy.sh",), [("staging", "word")]),
        ("cat a | grep b > out", ("cat", ">", "|grep"), [("a", "word"), ("b", "word"), ("out", "word")]),
        ("git tag v1.2.3", ("git", "tag"), [("v1.2.3", "version")]),
        ("sudo", ("sudo",), []),
    ],
)  # fmt: skip
def test_parts(line: str, skeleton: tuple[str, ...], arguments: list[tuple[str, str]]) -> None:
    (command,) = commands_of(line)
    assert command.skeleton == skeleton
    assert list(command.typed_arguments()) == arguments


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("https://a.b/c", "url"), ("git@host:a/b.git", "url"), ("1.2.3", "version"), ("v2.0.0-rc1", "version"),
        ("42", "number"), ("2026-01-31", "date"), ("deadbee1", "hash"), ("a@b.org", "email"), ("10.0.0.1:80", "host"),
        ("a b", "string"), ("", "string"), ("feature/x", "branch"), ("src/a.py", "path"),
       ("*.py", "path"), ("web", "word"),
    ],
)  # fmt: skip
def test_types(word: str, kind: str) -> None:
    assert type_of(word) == kind


def test_types_in_common() -> None:
    assert common_type(["a/b", "c"]) == "path"
    assert common_type(["1.2.3", "2.0"]) == "version"
    assert common_type(["a b", "c"]) == "string"


def test_what_needs_a_shell() -> None:
    assert needs_shell(("a", "|", "b")) and needs_shell(("a", ">", "b")) and needs_shell(("echo", "$HOME"))
    assert not needs_shell(("git", "commit", "-m", "a b"))


def test_no_words_at_all() -> None:
    assert command_of(()).skeleton == ("",)


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("make build VERSION=1.2", False),
        ("make build VERSION={{ version }}", False),
        ("docker run -e A=1 web", False),
        ("VERSION=1.2 make build", True),
        ("make > log", True),
        ("make | tail", True),
        ("kill $PID", True),
        ("kill `cat pid`", True),
    ],
)
def test_what_only_a_shell_understands(line: str, needed: bool) -> None:
    assert needs_shell(tuple(line.split())) is needed


def test_text_that_an_editor_is_told_is_no_command() -> None:
    told = "edit 1:1\nimport os\nrm('x')\nend_of_edit"
    assert split_line(told) == (("edit", "1:1"),)
    assert split_line(told.replace("end_of_edit", "end_of_file"))[-1] == ("end_of_file",)
