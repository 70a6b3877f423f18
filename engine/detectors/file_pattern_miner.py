"""AUTO-002: notices that a developer makes similar files by hand, and offers a template at the third.

Pure but for its ports. Of the files of the last `window_hours` those near to the new one are compared with each other
exactly as a whole scan would compare them (`engine.mining`), so a family that was first seen live keeps its signature
when the next scan finds it. A file that lies near to no other costs no comparison.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from engine.mining.clusters import MIN_LINES
from engine.mining.families import find_families
from engine.mining.nearness import near
from engine.mining.shapes import extension
from engine.mining.sketches import Sketch, sketch
from engine.model import Candidate, Clock, Family, Kind, Notifier, Suggestion, SuggestionKind

# Files of the window that are looked at, those of the same extension and others, the newest of each: they bound the
# work of one call to some ten milliseconds.
MOST_RECENT = 160
MOST_OTHERS = 60

Propose = Callable[[Family], Candidate | None]

_WORDS = {
    ".yaml": "YAML", ".yml": "YAML", ".json": "JSON", ".toml": "TOML", ".ini": "INI", ".cfg": "INI", ".xml": "XML",
    ".py": "Python", ".js": "JavaScript", ".mjs": "JavaScript", ".jsx": "JavaScript", ".ts": "TypeScript",
    ".tsx": "TypeScript", ".java": "Java", ".kt": "Kotlin", ".go": "Go", ".rs": "Rust", ".rb": "Ruby", ".php": "PHP",
    ".c": "C", ".h": "C header", ".cpp": "C++", ".cs": "C#", ".swift": "Swift", ".sh": "shell", ".sql": "SQL",
    ".md": "Markdown", ".rst": "reStructuredText", ".txt": "text", ".html": "HTML", ".css": "CSS", ".scss": "SCSS",
    ".tf": "Terraform", ".vue": "Vue", ".svelte": "Svelte", ".proto": "Protocol Buffers", ".csv": "CSV",
}  # fmt: skip
_SECTION = re.compile(
    r"^(?:#{1,6}\s+(?P<heading>.+?)\s*#*|\[+(?P<table>[^\]\n]+)\]+"
    r"|\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:class|def|function|interface|struct|enum|fn|func|type)\s+(?P<definition>\w+).*"
    r"|(?:  )?[\"']?(?P<key>[\w.-]+)[\"']?\s*[:=](?!=).*)$",
    re.MULTILINE,
)
_FIRST_WORD = re.compile(r"^(\w+|[^\w\s])", re.MULTILINE)


class FileLog(Protocol):
    """The files of the live window. One path is one file: remembering it again replaces the sketch, not the time."""

    def remember(self, sketch: Sketch, at: float) -> None:
        """Keeps `sketch`; `at` is when it was seen. `sketch.created` is when the file was made."""

    def beside(self, path: str, since: float, until: float, alike: int, others: int) -> Sequence[Sketch]:
        """The sketch of `path`, where it was made between `since` and `until`; then those of the newest other files
        made then: `alike` of its extension, and `others`."""
        ...


class Rules(Protocol):
    """The part of the detection rules that matters here (`engine.config.DetectionRules` has it)."""

    @property
    def similarity_threshold(self) -> float: ...

    @property
    def min_files(self) -> int: ...

    @property
    def window_hours(self) -> float: ...


class FilePatternMiner:
    """The plan's hook. `propose` drafts the pattern of a family; None: nothing to offer, nobody is told."""

    def __init__(self, files: FileLog, propose: Propose, notifier: Notifier, clock: Clock, rules: Rules) -> None:
        self._files = files
        self._propose = propose
        self._notifier = notifier
        self._clock = clock
        self._rules = rules

    def on_file_created(self, path: str, content: str, *, author: str = "", by_agent: bool = False) -> Candidate | None:
        """Takes a file that was made or saved, `path` relative to the workspace; the candidate if a family is complete.

        A file of the window that is saved again counts once, and is offered again only when its family changed.
        """
        now = self._clock()
        since = now - self._rules.window_hours * 3600
        recent = self._files.beside(path, since, now, MOST_RECENT - 1, MOST_OTHERS)
        before = next((one for one in recent if one.path == path), None)
        new = sketch(path, content, created=before.created if before else now, author=author, by_agent=by_agent)
        if new.lines < MIN_LINES:
            return None
        self._files.remember(new, now)
        others = [one for one in recent if one.path != path]
        family = self._family(new, others)
        if family is None or (before and _same(family, self._family(before, others))):
            return None
        candidate = self._propose(family)
        if candidate is None:
            return None
        self._notifier.suggest(
            Suggestion(
                key=f"family:{family.signature}",
                kind=SuggestionKind.FAMILY,
                title=f"You have created {len(family.members)} similar {_things(family)}. Generate a template?",
                detail=", ".join(member.path for member in family.members[-3:]),
                path=path,
                pattern=candidate.pattern_id,
                time=now,
            )
        )
        return candidate

    def _family(self, one: Sketch, others: Sequence[Sketch]) -> Family | None:
        alike, ending = near(one, others), extension(posixpath.basename(one.path))
        if len(alike) + 1 < self._rules.min_files:
            return None
        families = find_families(
            [one, *alike],
            threshold=self._rules.similarity_threshold,
            min_files=self._rules.min_files,
            among=[one, *(other for other in others if other.path.endswith(ending))],
        )
        return next((family for family in families if one.path in family.files), None)


def signature(path: str, content: str) -> dict[str, Any]:
    """What the plan calls a file's signature.

    `structure` is the sequence of first words of the lines that are not indented, runs collapsed; `sections` are the
    headings, tables, definitions or top-level keys, in order.
    """
    structure: list[str] = []
    for word in _FIRST_WORD.findall(content):
        if not structure or structure[-1] != word:
            structure.append(word)
    sections = dict.fromkeys(next(group for group in found.groups() if group) for found in _SECTION.finditer(content))
    return {
        "extension": extension(posixpath.basename(path)),
        "structure": structure,
        "sections": list(sections),
        "directory": posixpath.dirname(path),
    }


def _same(one: Family, other: Family | None) -> bool:
    return other is not None and (one.signature, len(one.members)) == (other.signature, len(other.members))


def _things(family: Family) -> str:
    """`YAML files`, `Dockerfiles`, `directories`: what the members are called in a sentence."""
    if family.kind is Kind.SCAFFOLD:
        return "directories"
    suffix = extension(posixpath.basename(family.files[0]))
    if not suffix.startswith("."):
        return f"{suffix} files" if not suffix.endswith("file") else f"{suffix}s"
    return f"{_WORDS.get(suffix.lower(), suffix)} files"
