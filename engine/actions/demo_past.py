"""Half a year in the demo's shop, lived through by patui's own actions, each at its moment.

People write files, commit and run commands by hand; then some of what patui found is approved and used, what was
written is edited afterwards as people do, reports are written at the end of their weeks. So every screen of the demo
has something true to show, and nothing in it was put there.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from engine.actions import applying, evolving, inducing, review, running_recipes, weeks
from engine.actions.analyze import analyze
from engine.actions.anti_patterns import detect_anti_patterns
from engine.actions.demo_commands import (
    SERVICES,
    branch,
    denied,
    in_a_row,
    module_missing,
    no_upstream,
    release,
    slow,
)
from engine.actions.demo_files import ALONE, Files, carrier, handler, service
from engine.actions.fixing import Workshop
from engine.actions.learning import digester
from engine.actions.reporting import generate_weekly_report
from engine.model import Candidate, Execution, Kind
from engine.recording import keep
from engine.sources.run import Ran
from engine.weeks import week_of
from engine.workspace import Workspace

DAY = 86_400.0
BY_HAND = 62.0  # days ago: until then nobody had patui
_CHANGED = 30.0  # days ago: from then on people write carriers in the new form
_REPORTS = 8  # weeks
_PEOPLE = (("Ada Park", "ada@shop.example"), ("Tom Reyes", "tom@shop.example"), ("Mei Lind", "mei@shop.example"))

_CARRIERS = ("north parcel", "city courier", "sea freight", "night express", "green bike", "mountain post")
_EVENTS = ("order placed", "order cancelled", "payment received", "stock low", "refund issued")
# Days ago, and what the file is for that a pattern wrote.
_MORE_CARRIERS = (
    (58, "harbour line"), (53, "canal boats"), (51, "tram post"), (45, "drone hop"), (40, "valley vans"),
    (34, "island ferry"), (29, "cargo trikes"), (24, "locker net"), (19, "moon mail"), (15, "desert trucks"),
    (10, "snow sleds"), (8, "tunnel pods"), (4, "cloud lift"), (2, "pigeon fast"),
)  # fmt: skip
_MORE_EVENTS = (
    (55, "parcel sent"), (48, "parcel back"), (41, "price changed"), (33, "review written"), (26, "cart left"),
    (18, "gift packed"), (9, "coupon used"), (3, "invoice paid"),
)  # fmt: skip
_TAKEN_BACK = "moon mail"
_RELEASED = (171, 149, 130, 112, 95, 73, 57, 50, 43, 36, 22, 15, 8, 1)  # days ago
_BRANCHES = (38, 31, 27, 20, 16, 11, 5, 2)
_MODULES = ((118, "babel"), (77, "httpx"), (40, "pydantic"), (12, "orjson"))  # and what was not installed
_PUSHED = (
    (99, "fix/rounding"),
    (82, "try/cache"),
    (66, "fix/labels"),
    (47, "fix/zones"),
    (28, "try/bulk"),
    (6, "fix/tax"),
)
_REFUSED = (13, 9, 6, 4, 1)
_WAITED = (58, 56, 55, 53)  # the cause was found then


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class Shop:
    """The shop in `workspace`, whose clock is `clock`; `today` is when its past ends."""

    workspace: Workspace
    clock: Clock
    today: float
    _commits: int = 0
    _digest: Callable[[], object] = field(init=False)

    def __post_init__(self) -> None:
        self._digest = partial(digester(self.workspace, live=False).run, everything=True)

    def live_through(self, say: Callable[[str], None] = lambda words: None) -> None:
        """All of it, in order. Some seconds; `say` hears which time is lived through."""
        _make_repository(self.workspace.root)
        happened = sorted([*self._by_hand(), *self._with_patterns(), *self._weeks()], key=lambda one: -one[0])
        told = ""
        for days, do in happened:
            self.clock.now = self.today - days * DAY
            words = "the time before patui" if days > BY_HAND else "eight weeks with it"
            if words != told:
                told = words
                say(words)
            do()
        self.clock.now = self.today

    # ── what happens: days ago, and what is done then ────────────────────────────────────────────────────────────────

    def _by_hand(self) -> Iterator[tuple[float, Callable[[], object]]]:
        yield 200.0, partial(self._commit, ALONE)
        for number, words in enumerate(_CARRIERS):
            yield 170.0 - 19 * number, partial(self._commit, carrier(words, number))
        for number, name in enumerate(SERVICES[:7]):
            yield 165.0 - 24 * number, partial(self._commit, service(name, number))
        for number, words in enumerate(_EVENTS):
            yield 160.0 - 21 * number, partial(self._commit, handler(words, number))
        for number, days in enumerate(_RELEASED):
            if days > BY_HAND:
                steps = in_a_row(self._at(days), release(number), f"release-{number}", looks_around=number % 3 == 1)
                yield days, partial(self._run, steps)
        for days, module in _MODULES:
            yield days, partial(self._run, module_missing(self._at(days), module))
        for days, name in _PUSHED:
            if days > BY_HAND:
                yield days, partial(self._run, no_upstream(self._at(days), name))
        for number, days in enumerate(_BRANCHES):
            yield days + 0.2, partial(self._run, in_a_row(self._at(days + 0.2), branch(number), f"branch-{number}"))
        for number, days in enumerate(_REFUSED):
            yield days + 0.3, partial(self._run, denied(self._at(days + 0.3), SERVICES[number]))
        for number, days in enumerate(_WAITED):
            yield days + 0.4, partial(self._run, slow(self._at(days + 0.4), number))

    def _with_patterns(self) -> Iterator[tuple[float, Callable[[], object]]]:
        yield BY_HAND, self._decide
        for number, (days, words) in enumerate(_MORE_CARRIERS, len(_CARRIERS)):
            yield days, partial(self._make, carrier(words, number, new=days < _CHANGED), back=words == _TAKEN_BACK)
        for number, (days, words) in enumerate(_MORE_EVENTS, len(_EVENTS)):
            yield days + 0.1, partial(self._make, handler(words, number))
        for number, days in enumerate(_RELEASED):
            if days < BY_HAND:
                yield days, partial(self._release, number)
        for days, name in _PUSHED:
            if days < BY_HAND:
                yield days, partial(self._fix, name)

    def _weeks(self) -> Iterator[tuple[float, Callable[[], object]]]:
        monday = (self.today // DAY + 3) % 7  # days since the last one, for weeks that begin at midnight UTC
        for back in range(_REPORTS):
            ended = monday + self.today % DAY / DAY + 7 * back
            yield ended - 0.1, partial(self._report, self._at(ended + 1))
        yield 0.05, self._look_back

    def _at(self, days: float) -> float:
        return self.today - days * DAY

    # ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _commit(self, files: Files) -> None:
        root, at = self.workspace.root, self.clock.now
        for path, text in files.items():
            put(root, path, text, at)
        name, address = _PEOPLE[self._commits % len(_PEOPLE)]
        self._commits += 1
        git(root, "add", "--", *files, author=(name, address, at))
        git(root, "commit", "-q", "-m", f"Add {Path(next(iter(files))).stem}", author=(name, address, at))

    def _run(self, executions: Iterable[Execution]) -> None:
        keep(self.workspace.store, executions)
        self._digest()

    # ── with patterns ────────────────────────────────────────────────────────────────────────────────────────────────

    def _decide(self) -> None:
        """Looks at what was found: approves what will be used, and leaves some of it for whoever opens the demo."""
        analyze(self.workspace)
        for row in review.candidates(self.workspace):
            if self._is_wanted(row):
                review.approve(self.workspace, row.pattern_id)
            elif row.kind is Kind.EXECUTION:
                review.reject(self.workspace, row.pattern_id, "too short to need a name")

    def _is_wanted(self, row: Candidate) -> bool:
        if row.kind is Kind.FILE:
            return row.members[0].startswith(("shop/", "web/"))
        return row.kind is Kind.RECOVERY or "release" in row.name

    def _pattern(self, kind: Kind, word: str) -> str:
        """The id of the pattern of a kind that `word` is about."""
        return next(
            pattern.pattern_id
            for pattern in applying.library(self.workspace)
            if pattern.kind is kind and pattern.evidence and word in str((pattern.files, pattern.steps))
        )

    def _make(self, files: Files, *, back: bool = False) -> None:
        """Has the pattern write the first of the files, and edits that as long as it is not what is wanted."""
        path, text = next(iter(files.items()))
        pattern = self._pattern(Kind.FILE, path.split("/")[1])
        work = self.workspace.root.parent / "wanted"
        put(work.parent, work.name, text)
        wanted = inducing.Fitter(self.workspace, pattern).fit(str(work), path)
        plan = applying.preview(self.workspace, pattern, path, wanted.values, wanted.preset or None).plan
        applying.write(self.workspace, plan)
        if back:
            applying.undo(self.workspace)
        self.clock.now += 420
        self._commit(files)

    def _release(self, number: int) -> None:
        values = dict(word.split("=") for step, _ in release(number) for word in step.split() if "=" in word)
        pattern = self._pattern(Kind.EXECUTION, "ship")
        known = running_recipes.preview(self.workspace, pattern)
        given = {name: values["VERSION" if name == "version" else "SERVICE"] for name in known.sources}
        took = {step.split()[0] + step.split()[1]: seconds for step, seconds in release(number)}

        def run(argv: Sequence[str], cwd: Path) -> Ran:
            return Ran(0, took.get("".join(argv[:2]), 1.0), "")

        running_recipes.run(self.workspace, running_recipes.prepare(self.workspace, pattern, given), run)

    def _fix(self, name: str) -> None:
        """A push is refused, and what helped before is run."""
        self._run(no_upstream(self.clock.now, name, fixed=False))
        self.clock.now += 20
        workshop = Workshop(self.workspace)
        error = workshop.last_error()
        if error is not None and (remedies := workshop.remedies(error)):
            ready = workshop.ready(remedies[0], cwd=workshop.cwd_of(error))
            workshop.carry_out(error, remedies[0], ready, lambda argv, cwd: Ran(0, 2.0, ""))

    # ── looking back ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _report(self, within: float) -> None:
        evolving.measure_outcomes(self.workspace, settled=True)
        generate_weekly_report(self.workspace, week_of(within, weeks.zone_of(self.workspace)))

    def _look_back(self) -> None:
        detect_anti_patterns(self.workspace)
        evolving.evolve(self.workspace)


def put(root: Path, path: str, text: str, at: float | None = None) -> None:
    """Writes a file, last changed at `at` (now, if that is None)."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    if at is not None:
        os.utime(file, (at, at))


def _make_repository(root: Path) -> None:
    """With a remote beside it, so that what is pushed in the demo goes somewhere."""
    origin = root.parent / "origin.git"
    git(root.parent, "init", "-q", "--bare", "-b", "main", str(origin))
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", str(origin))


def git(root: Path, *arguments: str, author: tuple[str, str, float] | None = None) -> None:
    """Runs git in the shop, nothing of the person's own configuration in it. `author` is a name, an address, a time."""
    name, address, at = author or ("patui demo", "demo@shop.example", 1_700_000_000.0)
    people = {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", name), ("EMAIL", address), ("DATE", f"{int(at)} +0000"))
    }
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(
        ["git", "-C", str(root), "-c", "gc.auto=0", *arguments],
        check=True,
        env={**os.environ, **people, **quiet},
        stdout=subprocess.DEVNULL,
    )
