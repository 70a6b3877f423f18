"""Detection now: families become candidates, the most promising first, each as soon as it is ready."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from engine import drafting
from engine.actions.find import find
from engine.actions.learning import digester
from engine.actions.recipe_finding import find_recipes
from engine.actions.reporting import write_digests
from engine.actions.scan import Gathered, Progress, families_of, gather, quiet
from engine.analyzers.backtest import backtest
from engine.errors import RefusedError, StoreError, UsageError
from engine.known_work import SHARES
from engine.mining.index import FamilyIndex, representative_paths
from engine.model import Backtest, Candidate, Event, EventType, Example, Family, Kind, Status
from engine.redact import redact
from engine.store import candidates as table
from engine.store import families as family_table
from engine.store import files as file_table
from engine.store import settings
from engine.workspace import Workspace

# A person reviews a dozen drafts, not hundreds; the rest waits for the next run.
MOST_DRAFTS = 40
_HALF_LIFE = 120 * 86_400.0
_BACKGROUND_FILES = 400
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def analyze(workspace: Workspace, progress: Progress = quiet) -> list[Candidate]:
    """Mines the workspace and proposes what would have saved time; returns what was proposed or brought up to date."""
    workspace.store.read()  # what cannot be kept need not be looked for
    digester(workspace, live=False).run(everything=True)
    found = find_recipes(workspace)
    gathered = gather(workspace, progress)
    gathered.withhold_secret_names()
    progress(f"comparing {len(gathered.sketches)} files")
    families = families_of(gathered)
    remember_families(workspace, gathered, families)
    background = _background(gathered)
    now = workspace.clock()
    for family in sorted(families, key=lambda family: -_promise(family, now))[:MOST_DRAFTS]:
        before = table.by_signature(workspace.store, family.signature)
        if before is not None and drafting.is_current(before, family, workspace.shelf):
            found.append(before)
            continue
        progress(f"drafting {family.name}")
        candidate = _drafted(workspace, gathered, family, background, progress)
        if candidate is not None:
            found.append(candidate)
            if before is None:
                _tell(workspace, candidate)
    _remember_skips(workspace, gathered)
    write_digests(workspace)
    progress("")
    return found


def _drafted(
    workspace: Workspace, gathered: Gathered, family: Family, background: Counter[str], progress: Progress
) -> Candidate | None:
    try:
        return drafting.propose(
            family,
            drafting.instances_of(family, gathered.read),
            store=workspace.store,
            shelf=workspace.shelf,
            trust=workspace.trust,
            now=workspace.clock(),
            min_confidence=workspace.config.detection.min_confidence,
            background=background,
        )
    except (StoreError, RefusedError, OSError):
        raise  # the disk or the database: it would be the same for the next family
    except Exception as error:  # noqa: BLE001 - a mistake of ours over one family must not cost the others; it is told
        said = f"{family.name} could not be drafted: {type(error).__name__}: {error}"
        progress(said)
        workspace.notifier.tell(Event(EventType.NOTICE, workspace.clock(), said))
        return None


def remember_families(workspace: Workspace, gathered: Gathered, families: Sequence[Family]) -> None:
    """Keeps what the live engine needs: the families, a few sketches of each, what was skipped."""
    chosen = {path for family in families for path in representative_paths(family)}
    family_table.replace_all(
        workspace.store, families, {s.path: s.to_bytes() for s in gathered.sketches if s.path in chosen}
    )
    index = FamilyIndex()
    for family in families:
        index.learn(family, ())
    settings.put(workspace.store, SHARES, index.shares(sketch.path for sketch in gathered.sketches))
    settings.put(
        workspace.store,
        "mined",
        {
            "files": len(gathered.sketches),
            "commits": gathered.commits,
            "head": gathered.head,
            "at": workspace.clock(),
        },
    )


def _remember_skips(workspace: Workspace, gathered: Gathered) -> None:
    """Keeps what was passed over, for the doctor: some by name, all of them counted."""
    with workspace.store.write():
        file_table.replace_skips(workspace.store, "scan", {redact(s.path): str(s.reason) for s in gathered.skips})
        settings.put(workspace.store, "skipped", dict(gathered.skips.counts))


def _promise(family: Family, now: float) -> float:
    """A guess of what a family is worth before its backtest: how much was made, and how recently."""
    recent: float = sum(0.5 ** (max(0.0, now - member.created) / _HALF_LIFE) for member in family.members)
    files = max(1, len(family.files) // max(1, len(family.members)))
    return (recent + 0.05 * len(family.members)) * files * family.confidence


def _background(gathered: Gathered) -> Counter[str]:
    """How often each sub-word occurs in a sample of the files: a rare word is a variable, a common one is not."""
    step = max(1, len(gathered.sketches) // _BACKGROUND_FILES)
    words: Counter[str] = Counter()
    for sketch in gathered.sketches[::step]:
        example = gathered.read(sketch.path)
        if isinstance(example, Example):
            words.update({word.lower() for word in _WORD.findall(example.text)})
    return words


def _tell(workspace: Workspace, candidate: Candidate) -> None:
    what = "directories" if candidate.kind is Kind.SCAFFOLD else "files"
    saved = f", {candidate.hours_saved:.1f} h" if candidate.hours_saved >= 0.05 else ""
    workspace.notifier.tell(
        Event(
            EventType.CANDIDATE,
            workspace.clock(),
            f"found {candidate.name}: {candidate.support} similar {what}{saved}",
            path=candidate.members[-1] if candidate.members else "",
            about={"candidate": candidate.id, "pattern_id": candidate.pattern_id},
        )
    )


def backtest_pattern(workspace: Workspace, reference: str) -> Backtest:
    """What the pattern would have saved on every past member of its family."""
    found = find(workspace, reference).must_render()
    candidate = found.candidate or table.find(workspace.store, found.pattern.pattern_id)
    signature = candidate.signature if candidate else str(found.pattern.match.get("signature", ""))
    gathered = gather(workspace)
    family = next((family for family in families_of(gathered) if family.signature == signature), None)
    if family is None and candidate is not None:
        family = drafting.family_of(candidate)
    if family is None:
        raise UsageError(f"{reference} has no past in this workspace: nothing to predict")
    instances = drafting.instances_of(family, gathered.read)
    return backtest(instances, kind=family.kind, now=workspace.clock(), sample=None)


def backtestable(workspace: Workspace) -> list[str]:
    """The ids of all candidates and approved patterns that have members."""
    rows = table.listing(workspace.store, (Status.PENDING, Status.DEFERRED, Status.APPROVED))
    return [row.pattern_id for row in rows if row.members]
