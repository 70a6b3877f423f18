"""What each job of the schedule does. A job says what it did as plain data; what went wrong is said, never raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.actions import schedule
from engine.actions.schedule import Job
from engine.errors import PatuiError
from engine.store import activity, changes
from engine.workspace import Workspace

Says = dict[str, Any]


def carry_out(workspace: Workspace, job: Job) -> dict[str, Any]:
    """Does one job and remembers that it was done: `{"ok", "says"}`. Doing it again changes nothing."""
    # What comes in while the job is at work was not seen by it.
    marks = activity.marks(workspace.store).as_row()
    seen = changes.latest(workspace.store)
    now = workspace.clock()
    try:
        says = _JOBS[job](workspace)
    except (PatuiError, OSError) as error:
        schedule.note(workspace, job, {"failed": now})
        return {"ok": False, "says": {"error": str(error)}}
    except Exception as error:  # noqa: BLE001 - a mistake of ours in one job must not cost the others; it is told
        schedule.note(workspace, job, {"failed": now})
        return {"ok": False, "says": {"error": f"{type(error).__name__}: {error}"}}
    schedule.note(workspace, job, {"at": now, "failed": 0.0, "marks": marks, "changes": seen, **_state(workspace, job)})
    return {"ok": True, "says": says}


def _state(workspace: Workspace, job: Job) -> dict[str, Any]:
    from engine.actions.reporting import last_week

    return {"week": last_week(workspace)} if job is Job.REPORT else {}


def _take_in(workspace: Workspace) -> Says:
    from engine.actions.learning import digester

    return {"executions": digester(workspace).run(everything=True)}


def _detect(workspace: Workspace) -> Says:
    from engine.actions.analyze import analyze

    found = analyze(workspace)
    return {"candidates": len(found)}


def _report(workspace: Workspace) -> Says:
    from engine.actions.reporting import generate_weekly_report

    row = schedule.state(workspace).get(str(Job.REPORT), {})
    marks = activity.marks(workspace.store).as_row()
    weeks = schedule.weeks_to_report(workspace, row, marks, workspace.clock())
    made = [generate_weekly_report(workspace, week) for week in weeks or (None,)]
    return {"weeks": [one.week for one in made]}


def _digests(workspace: Workspace) -> Says:
    from engine.actions.reporting import write_digests, write_index

    workspace.make_home()
    write_digests(workspace)
    write_index(workspace)
    return {}


def _anti_patterns(workspace: Workspace) -> Says:
    from engine.actions.anti_patterns import detect_anti_patterns

    return {"anti_patterns": len(detect_anti_patterns(workspace))}


def _evolve(workspace: Workspace) -> Says:
    from engine.actions.evolving import evolve_all, measure_outcomes

    return {"outcomes": measure_outcomes(workspace), "patterns": len(evolve_all(workspace))}


def _clean_up(workspace: Workspace) -> Says:
    from engine.actions.cleaning import clean_up

    return clean_up(workspace).as_row()


_JOBS: dict[Job, Callable[[Workspace], Says]] = {
    Job.TAKE_IN: _take_in,
    Job.DETECTION: _detect,
    Job.ANTI_PATTERNS: _anti_patterns,
    Job.EVOLUTION: _evolve,
    Job.REPORT: _report,
    Job.CLEANUP: _clean_up,
    Job.DIGESTS: _digests,
}
