"""What is not a developer's work: dependencies, generated and minified files, locks, recorded snapshots, patui's own.

The path is asked first and costs about a microsecond; the head of the text is asked only for files that were read.
`.gitattributes` (linguist-generated, linguist-vendored) overrules both, in either direction, in what it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pathspec

from engine.sources.skips import Reason

# Directories of what a tool fetched or made, under names nobody uses for anything else: neither read nor watched.
_TOOLS = (
    ".bzr .dart_tool .eggs .git .gradle .hg .hypothesis .ipynb_checkpoints .jj .mypy_cache .next .nox .nuxt "
    ".nyc_output .parcel-cache .pnpm-store .pytest_cache .ruff_cache .sl .svelte-kit .svn .terraform .tox .turbo "
    ".venv .vs __pycache__ __pypackages__ bower_components jspm_packages node_modules site-packages"
)
TOOL_DIRECTORIES = frozenset(_TOOLS.split())
_DEPENDENCIES = (
    ".yarn 3rdparty Carthage Godeps Pods _vendor bower_components dist dist-packages jspm_packages node_modules "
    "site-packages third-party third_party thirdparty vendor vendored venv virtualenv"
)
_VENDORED = frozenset(_DEPENDENCIES.split())
_GENERATED = (TOOL_DIRECTORIES - _VENDORED) | frozenset({"__generated__", "generated", "htmlcov"})
_SNAPSHOTS = frozenset({"__snapshots__", "__image_snapshots__", "cassettes"})

_NAMES = re.compile(
    r"""(?P<lock>(?:package-lock|npm-shrinkwrap|packages\.lock|vcpkg-lock|project\.assets)\.json | pnpm-lock\.ya?ml
            | bun\.lockb | conda-lock\.ya?ml | go(?:\.work)?\.sum | Package\.resolved | Cartfile\.resolved
            | cabal\.project\.freeze | .*\.lock | .*\.lockfile | \.terraform\.lock\.hcl | .*\.ya?ml\.lock)
      | (?P<minified>.*[.-]min\.(?:js|mjs|cjs|css|html|json) | .*\.bundle\.(?:js|css))
      | (?P<snapshot>.*\.snap(?:\.new)? | .*\.ambr)
      | (?P<generated>.*_pb2(?:_grpc)?\.pyi? | .*\.pb\.(?:go|cc|h|swift|dart) | .*\.(?:g|freezed|gr|mocks)\.dart
            | .*\.[Dd]esigner\.(?:cs|vb) | .*\.g(?:\.i)?\.cs | .*[._]generated\.\w+ | zz_generated\..*
            | .*\.(?:js|mjs|cjs|css|ts)\.map)
      | (?P<own>.*\.pattern\.yaml | auto-.*\.template\.yaml)""",
    re.VERBOSE,
)
_BY_GROUP = {
    "lock": Reason.LOCK_FILE,
    "minified": Reason.MINIFIED,
    "snapshot": Reason.SNAPSHOT,
    "generated": Reason.GENERATED,
    "own": Reason.OWN,
}

HEAD = 2_000  # characters and
HEAD_LINES = 20  # lines in which a file says that it is generated
_MARKS = re.compile(
    r"""\bDO\ NOT\ (?:EDIT|MODIFY|CHANGE)\b
      | (?<![\w@])@generated\b
      | <auto-?generated
      | (?im: \b(?:auto(?:matically)?|machine)[ -]?generated\ +(?:by|from|using|with|on|file|code|at)\b
            | \b(?:code|file|module|document|class|header)\ +(?:is|was|has\ been)\ +
                (?:(?:automatically|auto|machine)[ -]?)generated\b
            | ^[ \t]*
                (?:\#+|//+|/?\*+|;+|--+|<!--|%+|"|'|"{3}|\.\.)[ \t]*(?:code\ )?generated\ (?:by|from|using|with)\ \S )
    """,
    re.VERBOSE,
)
_MINIFIABLE = (".js", ".mjs", ".cjs", ".css")
_MINIFIED_LINE = 400  # mean characters a line, over at least
_MINIFIED_TEXT = 2_000  # characters


def by_name(path: str) -> Reason | None:
    """Why the path alone says that this is nobody's work by hand; None when it does not."""
    *directories, name = path.split("/")
    if directories:
        if not _VENDORED.isdisjoint(directories):
            return Reason.VENDORED
        if not _GENERATED.isdisjoint(directories) or ".egg-info/" in path or ".dist-info/" in path:
            return Reason.GENERATED
        if not _SNAPSHOTS.isdisjoint(directories):
            return Reason.SNAPSHOT
        if directories[0] == ".patui":
            return Reason.OWN
    match = _NAMES.fullmatch(name)
    return _BY_GROUP[match.lastgroup] if match and match.lastgroup else None


def by_text(path: str, text: str) -> Reason | None:
    """Why the text says so: a mark in its first lines, or lines that no one typed."""
    head = "\n".join(text[:HEAD].split("\n", HEAD_LINES)[:HEAD_LINES])
    lowered = head.lower()
    # Every mark holds one of these words; asking for them first is twenty times as fast as the expression.
    if ("generated" in lowered or "do not" in lowered) and _MARKS.search(head):
        return Reason.GENERATED
    if (
        path.endswith(_MINIFIABLE)
        and len(text) >= _MINIFIED_TEXT
        and len(text) > _MINIFIED_LINE * (text.count("\n") + 1)
    ):
        return Reason.MINIFIED
    return None


def why_not_work(path: str, text: str) -> Reason | None:
    """Path and text together, for callers without a repository's own rules."""
    return by_name(path) or by_text(path, text)


@dataclass(frozen=True)
class WorkRules:
    """One workspace's rules.

    `excluded` are the patterns of the configuration in .gitignore's language; `own` directories where patui keeps its
    things; `declared` what .gitattributes says of a path: whether it is generated, whether it is vendored.
    """

    excluded: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    declared: Callable[[str], Mapping[Reason, bool]] | None = None
    _spec: pathspec.GitIgnoreSpec | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spec = pathspec.GitIgnoreSpec.from_lines(self.excluded) if self.excluded else None
        object.__setattr__(self, "_spec", spec)

    def of_path(self, path: str) -> Reason | None:
        if self._spec is not None and self._spec.match_file(path):
            return Reason.EXCLUDED
        if any(path.startswith(f"{directory}/") for directory in self.own):
            return Reason.OWN
        said = self.declared(path) if self.declared is not None else {}
        claimed = next((reason for reason, so in said.items() if so), None)
        return claimed or _standing(by_name(path), said)

    def of_text(self, path: str, text: str) -> Reason | None:
        return _standing(by_text(path, text), self.declared(path) if self.declared is not None else {})


def _standing(found: Reason | None, said: Mapping[Reason, bool]) -> Reason | None:
    """What was found, unless it is denied: locks, minified and recorded files are generated too, as forges see it."""
    about = found if found in (Reason.VENDORED, Reason.OWN) else Reason.GENERATED
    return found if said.get(about, True) else None
