"""Names alone: what can never be written, and what needs an approval of its own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.paths import fold, problem_with, protected_by

ORDINARY = [
    "a.py",
    "src/app/views.py",
    "docs/über uns/naïve.md",
    "tests/.hidden/x",
    ".gitignore",
    ".github/ISSUE_TEMPLATE/bug.md",
    ".github/dependabot.yml",
    "digit/git",
    "agents/claude.py",
    "日本/語.txt",
    "console/context.py",
    "a..b/c...d",
    "x" * 255,
]
IMPOSSIBLE = {
    "": "empty",
    "/etc/passwd": "absolute",
    "../up": "dots",
    "a/../b": "dots",
    "a/..": "dots",
    "./a": "dots",
    "a/./b": "dots",
    ".../a": "dots",
    "a/. ./b": "dots",
    "a//b": "empty",
    "a/": "empty",
    "a\0b": "control",
    "a\nb": "control",
    "a\x1b[31m": "control",
    "a\x85b": "control",
    "a\u2028b": "control",
    "a\u202egnp.py": "control",
    "a\udc80b": "control",
    "a\\..\\b": "backslash",
    "a /b": "blank",
    " a": "blank",
    "a./b": "dot",
    "C:/windows": "drive",
    "NUL": "device",
    "a/con.txt": "device",
    "Com1": "device",
    "x" * 256: "255",
    "é" * 128: "255",
    "/".join(["x" * 200] * 30): "4096",
}
PROTECTED = {
    ".git/hooks/pre-commit": "git",
    "sub/.git/config": "git",
    ".GIT/config": "git",
    ".Git": "git",
    "GIT~1/config": "git",
    ".g\u200cit/config": "git",
    ".\u200dGiT/hooks/x": "git",
    "\uff0e\uff47\uff49\uff54/config": "git",
    ".g\u0131t".replace("\u0131", "i") + "/x": "git",
    ".gitmodules": "git",
    ".github/workflows/ci.yml": "integration",
    ".GitHub/WorkFlows/ci.yml": "integration",
    "packages/a/.github/workflows/ci.yml": "integration",
    ".gitlab-ci.yml": "integration",
    "Jenkinsfile": "integration",
    ".claude/settings.json": "agent",
    ".Claude/x": "agent",
    "CLAUDE.md": "agent",
    "pkg/claude.MD": "agent",
    "AGENTS.md": "agent",
    ".codex/config.toml": "agent",
    ".cursor/rules/x.mdc": "agent",
    ".cursorrules": "agent",
    ".mcp.json": "agent",
    ".github/copilot-instructions.md": "agent",
    ".vscode/tasks.json": "editor",
    ".idea/workspace.xml": "editor",
    ".devcontainer/devcontainer.json": "editor",
    "x.code-workspace": "editor",
    ".husky/pre-commit": "runs by itself",
    ".envrc": "runs by itself",
    ".patui/config/detection_rules.yaml": "patui",
    "ai_policies.yaml": "patui",
}


@pytest.mark.parametrize("path", ORDINARY)
def test_ordinary_paths_are_neither_refused_nor_protected(path: str) -> None:
    assert problem_with(path) == ""
    assert protected_by(path) == ""


@pytest.mark.parametrize(("path", "reason"), IMPOSSIBLE.items())
def test_a_path_that_can_never_be_written_says_why(path: str, reason: str) -> None:
    assert reason in problem_with(path)


@pytest.mark.parametrize(("path", "reason"), PROTECTED.items())
def test_protected_places_are_found_in_any_spelling(path: str, reason: str) -> None:
    assert reason in protected_by(path)


@given(st.text(max_size=30))
def test_what_is_accepted_stays_below_the_root(path: str) -> None:
    if problem_with(path) == "":
        assert not path.startswith("/")
        assert all(part not in ("", ".", "..") for part in path.split("/"))
        assert not any(unicodedata.category(char) == "Cc" for char in path)


@given(
    st.tuples(*(st.sampled_from([char, char.upper(), chr(ord(char) + 0xFEE0)]) for char in ".git")),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from("\u200b\u200c\u200d\u2060\u00ad\ufeff")), max_size=3),
    st.sampled_from(["", ".", " ", ". ."]),
)
def test_every_disguise_of_git_is_git(letters: tuple[str, ...], ignored: list[tuple[int, str]], ending: str) -> None:
    name = "".join(letters)
    for place, char in ignored:
        name = name[:place] + char + name[place:]
    assert fold(name + ending) == ".git"
    assert protected_by(f"a/{name}{ending}/hooks/x")
