"""What to do about an error: the recoveries and fixes that are known for it, one of them run, and what came of it.

    workshop = Workshop(workspace)
    error = workshop.last_error()                 # or error_by_id(number)
    remedies = workshop.remedies(error)           # at most three, the surest first; milliseconds
    ready = workshop.ready(remedy, {"pid": "7"})  # exactly what will run: show it, ask
    outcome = workshop.carry_out(error, remedy, ready, recipes.piped(print))

Nothing is asked here. An approved recovery runs only while this machine trusts its file; a candidate and what history
says run because a person confirmed those very steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine import recipes
from engine.analyzers.recovery_drafter import fix_of, signature_of, with_rate
from engine.errors import NotTrusted, PatuiError, UsageError
from engine.file_memory import inside, remember, remember_ends, text_of
from engine.library.pattern_file import to_document
from engine.library.shelf import content_of
from engine.mining.command_risks import MARKS, marks_of
from engine.mining.commands import commands_of
from engine.mining.episodes import identity
from engine.mining.fixes import Fix, Offer, is_sure, learn, offer
from engine.model import ErrorRecord, Execution, Kind, Pattern, Source, Status, Step, StepKind
from engine.recipes import Done, Ready, Runner, RunOutcome
from engine.recording import keep
from engine.recovering import localised, pasts_of, usual_for
from engine.store import candidates, figures
from engine.store import errors as error_table
from engine.store import executions as execution_table
from engine.workspace import Workspace

MOST = 3
LOOKED_BACK = 7 * 86_400.0  # an error that is older is nobody's present trouble
_LEAST_SHARE = 0.34
_ORDER = ("approved", "candidate", "history")


@dataclass(frozen=True, slots=True)
class Remedy:
    """One offer: final words, where it comes from (`approved`, `candidate`, `history`), and what speaks for it.

    `asked` are values that a person has to give. `trouble` says why it cannot be run by patui; empty when it can.
    """

    source: str
    steps: tuple[Step, ...]
    times: int
    success_rate: float | None
    marks: tuple[str, ...]
    pattern_id: str = ""
    name: str = ""
    version: str = ""
    asked: tuple[str, ...] = ()
    by_people: int = 0
    last: float = 0.0
    path: str = ""
    trouble: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(recipes.shown(step) for step in self.steps)

    @property
    def runs_unasked(self) -> bool:
        """Whether `--yes` is enough: approved, and nothing in it that a person should see first."""
        return self.source == "approved" and not self.marks and not self.asked and not self.trouble


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What was run; `again` is how the command that had failed ended afterwards (None: it was not run again)."""

    run: RunOutcome
    again: Done | None = None
    fixed: bool | None = None


@dataclass
class Workshop:
    """Finds, readies and runs remedies of one workspace."""

    workspace: Workspace

    # ── the error ────────────────────────────────────────────────────────────────────────────────────────────────────

    def last_error(self) -> ErrorRecord | None:
        """The newest error that nothing has made go away yet: the primary one of the newest execution with such."""
        store, now = self.workspace.store, self.workspace.clock()
        newest = error_table.newest_waiting(store, now - LOOKED_BACK)
        return localised(newest, self.workspace.root) if newest else None

    def error_by_id(self, number: int) -> ErrorRecord | None:
        found = error_table.get(self.workspace.store, number)
        return localised(found, self.workspace.root) if found else None

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────

    def remedies(self, error: ErrorRecord) -> tuple[Remedy, ...]:
        """At most three, approved recoveries first, then what was learned, by how often it helped, people first."""
        error = localised(error, self.workspace.root)
        texts = self._texts(error)
        found = [*self._approved(error, texts), *self._learned(error, texts)]
        distinct: dict[tuple[object, ...], Remedy] = {}
        for one in sorted(found, key=_rank):
            distinct.setdefault(tuple((step.argv, step.path, step.after) for step in one.steps), one)
        return tuple(distinct.values())[:MOST]

    def _approved(self, error: ErrorRecord, texts: Mapping[str, str]) -> list[Remedy]:
        found = []
        for path, pattern in self._files_for(error):
            fix = fix_of(pattern)
            offered = offer(fix, error, texts) if fix else None
            if fix is None or offered is None:
                continue
            trusted = self._is_trusted(path)
            rate = self._rate(pattern)
            remedy = _remedy("approved", offered, fix, rate, pattern.pattern_id, pattern.name)
            why = "" if trusted else f"{self.workspace.shelf.relative(path)} was not approved on this machine"
            found.append(
                replace(
                    remedy,
                    version=pattern.version,
                    path=self.workspace.shelf.relative(path),
                    trouble=remedy.trouble or why,
                )
            )
        return found

    def _files_for(self, error: ErrorRecord) -> list[tuple[Path, Pattern]]:
        """The recoveries for a signature; a file that does not hold it is not parsed."""
        found = []
        for path in sorted((self.workspace.home / "specs" / "self_heal").glob("*.yaml"))[:500]:
            try:
                if error.signature.encode() not in content_of(path, path.name):
                    continue
                pattern = self.workspace.shelf.load(path)
            except PatuiError:
                continue  # told where patterns are listed
            fits = pattern.match.get("error_signature") == error.signature and pattern.status is Status.APPROVED
            if fits and pattern.kind is Kind.RECOVERY:
                found.append((path, pattern))
        return found

    def _learned(self, error: ErrorRecord, texts: Mapping[str, str]) -> list[Remedy]:
        store, root = self.workspace.store, self.workspace.root
        pasts = pasts_of(store, root, error.signature)
        if not pasts:
            return []
        found = []
        for fix in learn(pasts, usual_for(store, error.signature)):
            if not is_sure(fix, error.signature, _LEAST_SHARE):
                continue
            offered = offer(fix, error, texts)
            if offered is None:
                continue
            row = candidates.by_signature(store, signature_of(error.signature, fix))
            if row is not None and row.status in (Status.REJECTED, Status.APPROVED, Status.ARCHIVED):
                continue  # refused, or offered by its file
            source = "candidate" if row is not None else "history"
            found.append(
                _remedy(source, offered, fix, fix.share, row.pattern_id if row else "", row.name if row else "")
            )
        return found

    def _texts(self, error: ErrorRecord) -> dict[str, str]:
        path = inside(error.path, self.workspace.root)
        text = text_of(self.workspace.root, path) if path else None
        return {path: text} if text is not None else {}

    def _rate(self, pattern: Pattern) -> float | None:
        uses = execution_table.of_pattern(self.workspace.store, pattern.pattern_id)
        ended = [one.success for one in uses if one.success is not None]
        return sum(ended) / len(ended) if ended else pattern.success_rate

    def _is_trusted(self, path: Path) -> bool:
        return self.workspace.trust.is_trusted(path, content_of(path, path.name))

    # ── running one ──────────────────────────────────────────────────────────────────────────────────────────────────

    def ready(self, remedy: Remedy, values: Mapping[str, str] | None = None, *, cwd: str = "") -> Ready:
        """Exactly what will run; UsageError when a value is missing, NotTrusted or RefusedError when it may not run."""
        if remedy.trouble:
            raise NotTrusted(remedy.trouble)
        steps = recipes.bound(remedy.steps, values or {})
        if missing := recipes.parameters_of(
            step for step in steps if set(recipes.parameters_of([step])) & {*remedy.asked}
        ):
            raise UsageError(f"no value for {', '.join(missing)}: give it with --set {missing[0]}=…")
        return recipes.ready(
            steps,
            name=remedy.name,
            pattern_id=remedy.pattern_id,
            version=remedy.version,
            kind=Kind.RECOVERY,
            cwd=cwd,
        )

    def cwd_of(self, error: ErrorRecord) -> str:
        """Where the failed command ran; a fix runs there too."""
        failed = execution_table.get(self.workspace.store, error.execution_id) if error.execution_id else None
        return failed.cwd if failed else ""

    def rerun_of(self, error: ErrorRecord) -> Step | None:
        """The command that failed, as a step to run again; None where it cannot be run without a shell."""
        failed = execution_table.get(self.workspace.store, error.execution_id) if error.execution_id else None
        if failed is None:
            return None
        calls = commands_of(failed.command) if failed.command else ()
        argv = failed.argv or (calls[0].argv if len(calls) == 1 else ())
        step = Step(StepKind.COMMAND, tuple(argv), cwd=failed.cwd)
        return step if argv and "‹secret:" not in "".join(argv) and not recipes.why_not_run(step) else None

    def carry_out(
        self,
        error: ErrorRecord,
        remedy: Remedy,
        prepared: Ready,
        run: Runner,
        *,
        rerun: bool = True,
        before: Callable[[int, Step], bool] = lambda number, step: True,
        after: Callable[[int, Done], None] = lambda number, done: None,
    ) -> FixOutcome:
        """Runs the steps, then what had failed, and remembers what came of it.

        One row of `execution_logs` is one use of the recovery; the command that is run again is a row of its own.
        """
        workspace, root = self.workspace, self.workspace.root
        again = self.rerun_of(error) if rerun else None
        if again is not None and prepared.steps and prepared.steps[-1].argv == again.argv:
            again = None
        edited = [replace(error, path=step.path) for step in prepared.steps if step.kind is StepKind.EDIT]
        remember(workspace.store, root, [error, *edited], workspace.clock())
        outcome = recipes.carry_out(prepared, root, run, before=before, after=after)
        seen: Done | None = None
        fixed: bool | None = None
        if outcome.succeeded and again is not None and before(len(prepared.steps), again):
            seen = recipes.run_step(again, root, run)
            after(len(prepared.steps), seen)
            fixed = self._record_again(error, again, seen)
        elif outcome.done and not outcome.succeeded:
            fixed = False
        elif outcome.succeeded and again is None:
            fixed = True if prepared.steps and _does_again(prepared.steps[-1], error) else None
        if outcome.done:
            self._record_use(remedy, prepared, outcome, fixed)
        if fixed:
            error_table.settle(workspace.store, error_table.same_waiting(workspace.store, error), -1)
        return FixOutcome(outcome, seen, fixed)

    def _record_again(self, error: ErrorRecord, step: Step, seen: Done) -> bool:
        """Keeps the run that shows whether it helped; it did when the error is not seen any more."""
        failed = seen.exit_code != 0
        failing = execution_table.get(self.workspace.store, error.execution_id)
        execution = Execution(
            at=self.workspace.clock(),
            command=failing.command if failing and failing.command else recipes.shown(step),
            argv=step.argv,
            cwd=step.cwd,
            exit_code=seen.exit_code,
            success=not failed,
            seconds=seen.seconds,
            session=error.session,
            source=Source.PATUI,
            error_output=seen.output if failed else "",
        )
        (kept,) = keep(self.workspace.store, [execution])
        if not failed:
            remember_ends(self.workspace.store, self.workspace.root, kept.execution)
        others = {identity(one) for one in kept.errors}
        return not failed or (bool(others) and identity(error) not in others)

    def _record_use(self, remedy: Remedy, prepared: Ready, outcome: RunOutcome, fixed: bool | None) -> None:
        if not remedy.pattern_id:
            return
        use = Execution(
            at=self.workspace.clock(),
            command=" && ".join(recipes.shown(step) for step in prepared.steps if step.argv),
            operation_kind=f"fix {remedy.name}".strip(),
            success=outcome.succeeded if fixed is None else fixed,
            seconds=outcome.seconds,
            source=Source.PATUI,
            pattern_id=remedy.pattern_id,
            pattern_version=remedy.version,
            inputs={"steps": [{"argv": list(one.step.argv), "exit_code": one.exit_code} for one in outcome.done]},
            error_output="".join(one.output for one in outcome.done if one.exit_code)[-8000:],
        )
        keep(self.workspace.store, [use])
        self._update(remedy)

    def _update(self, remedy: Remedy) -> None:
        """The success rate in the figures and in the file, which stays trusted: only its figures changed."""
        workspace = self.workspace
        uses = execution_table.of_pattern(workspace.store, remedy.pattern_id)
        ended = [one.success for one in uses if one.success is not None]
        figures.count_use(
            workspace.store, remedy.pattern_id, remedy.version, len(uses), sum(ended), len(ended) - sum(ended)
        )
        if remedy.source != "approved" or not remedy.path:
            return
        path = workspace.root / remedy.path
        pattern = workspace.shelf.load(path)
        changed = replace(pattern, **with_rate(pattern, len(ended), sum(ended)))
        if changed != pattern and self._is_trusted(path):
            text = to_document(changed)
            workspace.shelf.save(path, text)
            workspace.trust.approve(path, text.encode())


def document(error: ErrorRecord, remedies: Sequence[Remedy]) -> dict[str, object]:
    """The JSON of `patui fix --json`."""
    return {
        "error": {
            "id": error.id,
            "type": error.type,
            "message": error.message,
            "signature": error.signature,
            "tool": error.tool,
            "path": error.path,
            "line": error.line,
            "command": error.command,
            "time": error.at,
        },
        "fixes": [
            {
                "pattern_id": one.pattern_id or None,
                "name": one.name,
                "steps": [_step_document(step) for step in one.steps],
                "times": one.times,
                "success_rate": None if one.success_rate is None else round(one.success_rate, 4),
                "source": one.source,
                "marks": list(one.marks),
                "asked": list(one.asked),
                "by_people": one.by_people,
                "trouble": one.trouble,
            }
            for one in remedies
        ],
    }


def _step_document(step: Step) -> dict[str, object]:
    if step.kind is StepKind.EDIT:
        return {"argv": [], "edit": {"path": step.path, "before": step.before, "after": step.after}}
    return {"argv": list(step.argv), **({"cwd": step.cwd} if step.cwd else {})}


def _remedy(source: str, offered: Offer, fix: Fix, rate: float | None, pattern_id: str, name: str) -> Remedy:
    trouble = next(
        (f"{recipes.shown(step)}: {why}" for step in offered.steps if (why := recipes.why_not_run(step))), ""
    )
    found = {mark for step in offered.steps for mark in marks_of(step.argv)}
    return Remedy(
        source=source,
        steps=offered.steps,
        times=fix.times,
        success_rate=rate,
        marks=tuple(mark for mark in MARKS if mark in found),
        pattern_id=pattern_id,
        name=name,
        asked=offered.asked,
        by_people=fix.people,
        last=fix.last,
        trouble=trouble,
    )


def _rank(one: Remedy) -> tuple[object, ...]:
    """Approved first; among equals what people did before what only agents did, then by how often and how lately."""
    return (
        _ORDER.index(one.source),
        one.source != "approved" and not one.by_people,
        -(one.success_rate or 0.0) * one.times,
        -one.last,
    )


def _does_again(step: Step, error: ErrorRecord) -> bool:
    return bool(step.argv) and any(call.program == step.argv[0] for call in commands_of(error.command))
