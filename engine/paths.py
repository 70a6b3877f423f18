"""Which relative paths patui may write to: a rule about names alone, without looking at any disk.

`problem_with` refuses what can never be written: paths that leave the root, that a checkout on another system cannot
hold, or that deceive the eye. `protected_by` names the folders and files that something else runs or obeys (git,
continuous integration, editors, agents); patterns may write there only after a separate approval.

Names are compared as the most forgiving file system would: case folded, compatibility-normalised, without characters
that are ignored, without trailing dots and blanks. So `.GIT`, `.git.` and `.g\\u200cit` are all `.git`.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 4096

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})

_GIT = "git's own files"
_CI = "what continuous integration runs"
_EDITOR = "an editor's settings"
_AGENT = "an agent's settings"
_HOOK = "what runs by itself on a developer's machine"
_OWN = "patui's own files"

_NAMES = {
    _GIT: ".git git~1 .gitmodules .gitconfig",
    _CI: """
        .gitlab-ci.yml .gitlab-ci.yaml .circleci .travis.yml .buildkite .woodpecker .woodpecker.yml .drone.yml .forgejo
        .gitea azure-pipelines.yml bitbucket-pipelines.yml jenkinsfile""",
    _EDITOR: """
        .vscode .idea .fleet .zed .vs .vim .vimrc .nvimrc .nvim.lua .exrc .helix .dir-locals.el .dir-locals-2.el
        .devcontainer .devcontainer.json""",
    _AGENT: """
        .claude .claude.json claude.md claude.local.md .codex agents.md agents.override.md agent.md .cursor .cursorrules
        .cursorignore .gemini gemini.md .windsurf .windsurfrules .cline .clinerules .roo .roomodes .continue .aider
        .aider.conf.yml .kiro .amazonq .goose .goosehints .junie .trae .augment .opencode opencode.json opencode.jsonc
        .mcp.json""",
    _HOOK: ".husky .githooks .envrc .pre-commit-config.yaml .pre-commit-config.yml lefthook.yml .lefthook.yml",
    _OWN: ".patui ai_policies.yaml",
}
_PROTECTED_NAMES = {name: reason for reason, names in _NAMES.items() for name in names.split()}
_PROTECTED_PAIRS = {
    (".github", "workflows"): _CI,
    (".github", "actions"): _CI,
    (".github", "copilot-instructions.md"): _AGENT,
    (".github", "instructions"): _AGENT,
    (".github", "prompts"): _AGENT,
    (".github", "chatmodes"): _AGENT,
    (".github", "agents"): _AGENT,
    (".github", "hooks"): _AGENT,
}
_PROTECTED_ENDINGS = {".code-workspace": _EDITOR, ".sublime-project": _EDITOR}


def problem_with(path: str) -> str:
    """Why `path` can never be written below a root, or an empty text."""
    if not path:
        return "the path is empty"
    if path.startswith("/"):
        return "the path is absolute"
    if any(unicodedata.category(char) in _FORBIDDEN_CATEGORIES or char in _BIDIRECTIONAL for char in path):
        return "the path holds a control character"
    if "\\" in path:
        return "the path holds a backslash, which is a separator on other systems"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"the path is longer than {MAX_PATH_BYTES} bytes"
    for index, part in enumerate(path.split("/")):
        if problem := _problem_with_part(part, first=index == 0):
            return problem
    return ""


def _problem_with_part(part: str, *, first: bool) -> str:
    folded = fold(part)
    if part == "":
        return "a part of the path is empty"
    if folded.strip(". ") == "":  # `.`, `..`, and what other systems make of `...` or `. .`
        return "the path leaves its place with a part of dots"
    if part != part.strip(" ") or part.endswith("."):
        return f"{part!r} begins or ends in a blank or ends in a dot, which other systems drop"
    if first and re.fullmatch(r"[A-Za-z]:.*", part):
        return f"{part!r} looks like a drive"
    if _RESERVED.fullmatch(folded):
        return f"{part!r} is a device on other systems"
    if len(part.encode()) > MAX_NAME_BYTES:
        return f"a part of the path is longer than {MAX_NAME_BYTES} bytes"
    return ""


def protected_by(path: str) -> str:
    """What stands behind a protected place (`git's own files` …), or an empty text when `path` is an ordinary one."""
    parts = [fold(part) for part in path.split("/")]
    for part in parts:
        if reason := _PROTECTED_NAMES.get(part, ""):
            return reason
    for pair in pairwise(parts):
        if reason := _PROTECTED_PAIRS.get(pair, ""):
            return reason
    return next((reason for ending, reason in _PROTECTED_ENDINGS.items() if parts[-1].endswith(ending)), "")


def fold(part: str) -> str:
    """One part of a path as the most forgiving file system compares it."""
    visible = "".join(char for char in part if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return folded.rstrip(". ") or folded
