"""Finding families in what people added: git history first, then the files of the work tree that no commit added."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from engine.mining.families import find_families
from engine.mining.sketches import Sketch, sketch_example
from engine.model import Example, Family, Scan
from engine.redact import find_secrets, holds_token
from engine.sources import attributes, git, tree
from engine.sources.authorship import WorkRules
from engine.sources.skips import Reason, Skips
from engine.workspace import Workspace

Progress = Callable[[str], None]


def quiet(text: str) -> None:
    """The progress of who does not want to hear it."""


@dataclass
class Gathered:
    """What a workspace holds for the miners: a sketch of each file, and how to get at its text again.

    The text of what history added is kept packed, for git would have to be asked again file by file; what lies in the
    work tree is read again.
    """

    workspace: Workspace
    skips: Skips
    sketches: list[Sketch] = field(default_factory=list)
    commits: int = 0
    head: str = ""
    _packed: dict[str, tuple[Example, bytes]] = field(default_factory=dict, repr=False)
    _secret: set[str] = field(default_factory=set, repr=False)

    def read(self, path: str) -> Example | str:
        """The file as it was added, or the reason why it is no example."""
        if path not in self._packed:
            read = self.workspace.read_example(path)
        else:
            example, packed = self._packed[path]
            text = zlib.decompress(packed).decode()
            read = str(Reason.SECRET) if find_secrets(text) else replace(example, text=text)
        if read == Reason.SECRET and path not in self._secret:
            self._secret.add(path)
            self.skips.add(Reason.SECRET, path)
        return read

    def withhold_secret_names(self) -> None:
        """Leaves out what bears a credential in its path, for paths are kept in the database."""
        named = {sketch.path for sketch in self.sketches if holds_token(sketch.path)}
        self.sketches = [sketch for sketch in self.sketches if sketch.path not in named]
        for path in sorted(named):
            self.skips.add(Reason.SECRET, path)

    def keep(self, example: Example) -> None:
        """Remembers the text of `example`."""
        self._packed[example.path] = replace(example, text=""), zlib.compress(example.text.encode(), 1)


def scan(workspace: Workspace, progress: Progress = quiet) -> Scan:
    """The families of the workspace. Writes nothing."""
    gathered = gather(workspace, progress, texts=False)
    families = families_of(gathered)
    return Scan(families, dict(gathered.skips.counts), len(gathered.sketches), gathered.commits)


def families_of(gathered: Gathered) -> tuple[Family, ...]:
    rules = gathered.workspace.config.detection
    return find_families(gathered.sketches, threshold=rules.similarity_threshold, min_files=rules.min_files)


def gather(workspace: Workspace, progress: Progress = quiet, *, texts: bool = True) -> Gathered:
    """Everything that was added by hand, oldest first. With `texts` the contents can be read again."""
    gathered = Gathered(workspace, Skips())
    rules = work_rules(workspace)
    limit = workspace.config.detection.max_file_kb * 1024
    if git.is_repository(workspace.root):
        gathered.head = git.head(workspace.root)
        gathered.commits = git.commit_count(workspace.root)
        progress(f"reading {gathered.commits} commits")

        def added() -> Iterator[Example]:
            for addition in git.additions(workspace.root, max_bytes=limit, skips=gathered.skips, rules=rules):
                if texts:
                    gathered.keep(addition.example)
                yield addition.example

        gathered.sketches.extend(map(sketch_example, added()))
    known = {sketch.path for sketch in gathered.sketches}
    progress("reading the work tree")
    # Beside a history, a file that no commit has is today's work and its time says when. Without one, times are those
    # of a copy or an unpacking: nothing may be said of when and how often.
    dated = gathered.commits > 0
    fresh = (
        example if dated else replace(example, created=0.0)
        for example in tree.walk(workspace.root, max_bytes=limit, skips=gathered.skips, rules=rules)
        if example.path not in known
    )
    gathered.sketches.extend(map(sketch_example, fresh))
    return gathered


def work_rules(workspace: Workspace) -> WorkRules:
    """What is not a developer's work here: the config's exclusions, patui's own files, what .gitattributes says."""
    exclude = tuple(workspace.config.detection.exclude)
    return WorkRules(exclude, (workspace.relative(workspace.home),), attributes.declared(workspace.root))
