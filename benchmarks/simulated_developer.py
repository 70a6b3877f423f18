"""The made-up developer at work: writes, commits, runs, reviews, and asks patui for everything by its commands alone.

Commands are run in this process (`tui.cli.group.run`), each at its moment by PATUI_CLOCK, so that a quarter takes
minutes. What became of each file is kept as it was seen from outside.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.simulated_files import ALONE, FAMILIES, Files
from benchmarks.simulated_work import BRANCH, DRIFT_WEEK, RELEASE, START, Broke, Make, Ran, Routine, Story
from engine.savings import edit_cost
from tui.cli.group import run

_WEEK = 7 * 86_400.0
_REVIEW_DAYS = (0, 2, 4)
_EVENING = 9.5 * 3600  # after START's hour of a day
_BY_HAND_EVERY = 7  # one file in so many is written by hand although a pattern stands
_SLOT = re.compile(r"\{\{ (\w+)[^}]*\}\}")
_ROUTINE = {tuple(step.split()[:2]) for step, _ in (*RELEASE, *BRANCH)}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out) if self.out.strip() else {}


@dataclass(frozen=True, slots=True)
class Written:
    """One member of a family: how many there were before it, whether a pattern was offered for its path before it was
    written, whether it was applied, came out byte for byte, and the seconds of editing that were left (by the
    Keystroke-Level Model); `version` of the pattern."""

    family: str
    at: float
    before: int
    offered: bool
    pattern_id: str = ""
    version: str = ""
    applied: bool = False
    exact: bool = False
    edit_seconds: float = 0.0


@dataclass
class Developer:
    """Works through a story below `place`: the repository in `place/shop`, what patui keeps of a user beside it."""

    place: Path
    reviews: bool = True
    written: list[Written] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    """Every command that was given to manage patterns (not to use them)."""
    decided: dict[str, Row] = field(default_factory=dict)
    """Candidates that were decided on, by pattern id, as they were listed then."""
    refused: list[str] = field(default_factory=list)
    recipes_run: int = 0
    fixes_run: int = 0
    _rows: list[Row] = field(default_factory=list)
    _count: dict[str, int] = field(default_factory=dict)
    _deferred: bool = False

    @property
    def root(self) -> Path:
        return self.place / "shop"

    # ── the machine ──────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The environment of this developer, for as long as the block runs."""
        before = dict(os.environ)
        os.environ |= {
            "XDG_STATE_HOME": str(self.place / "state"),
            "XDG_CONFIG_HOME": str(self.place / "config"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "NO_COLOR": "1",
        }
        for key, value in {"NAME": "Ada Park", "EMAIL": "ada@shop.example"}.items():
            os.environ |= {f"GIT_AUTHOR_{key}": value, f"GIT_COMMITTER_{key}": value}
        try:
            yield
        finally:
            os.environ.clear()
            os.environ |= before

    def patui(self, at: float, *words: str) -> Answer:
        """One command at a moment."""
        os.environ["PATUI_CLOCK"] = repr(at)
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["-C", str(self.root), *words])
        streams = [stream.buffer.getvalue().decode() for stream in (out, err)]
        return Answer(code, streams[0], streams[1])

    def manage(self, at: float, *words: str) -> Answer:
        """A command with which patterns are managed; remembered for what it takes to type."""
        self.typed.append(shlex.join(["patui", *(word for word in words if word != "--json")]))
        return self.patui(at, *words)

    def git(self, at: float, *words: str) -> None:
        when = f"{int(at)} +0000"
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", *words], cwd=self.root, env=os.environ | dates, check=True, capture_output=True)

    def log(self, at: float, records: Sequence[Mapping[str, object]]) -> None:
        source = self.place / "records.jsonl"
        source.write_text("".join(json.dumps(record) + "\n" for record in records))
        answer = self.patui(at, "log", "--file", str(source))
        if answer.code:
            raise SystemExit(f"patui log: {answer.out}{answer.err}")

    # ── the days ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def live_through(self, story: Story, weeks: int) -> None:
        """The whole story, and the Monday after it."""
        with self.at_work():
            self._begin()
            work = list(story.work)
            for day in range(weeks * 7 + 1):
                evening = START.timestamp() + day * 86_400 + _EVENING
                while work and work[0].at <= evening:
                    self._do(work.pop(0))
                if day % 7 in _REVIEW_DAYS:
                    self._evening(evening)
            self._end(evening)

    def _begin(self) -> None:
        self.root.mkdir(parents=True)
        (self.place / "work").mkdir()
        start = START.timestamp() - 86_400
        self.git(start, "init", "-q", "-b", "main")
        self.git(start, "init", "-q", "--bare", "../origin.git")
        self.git(start, "remote", "add", "origin", "../origin.git")
        for number, (path, text) in enumerate(ALONE.items()):
            self._commit(start - 40 * 86_400 + number * 86_400, {path: text}, f"Add {path}")
        self.git(start, "push", "-q", "-u", "origin", "main")
        self.manage(start, "init")

    def _do(self, what: Make | Ran | Routine | Broke) -> None:
        if isinstance(what, Make):
            self._make(what)
        elif isinstance(what, Ran):
            kind = {"operation_kind": str(what.record.get("command", "")).partition(" ")[0]}
            session = {"timestamp": what.at, "session_id": f"day-{int(what.at // 86_400)}"}
            self.log(what.at, [session | kind | what.record])
        elif isinstance(what, Routine):
            self._routine(what)
        else:
            self._broke(what)

    def _evening(self, at: float) -> None:
        self.patui(at, "tick", "--json")
        if self.reviews:
            self._review(at + 60)

    def _end(self, at: float) -> None:
        """What is done at the end of a quarter, by hand."""
        self.manage(at + 100, "evolve", "--json")
        self.manage(at + 200, "anti-patterns", "--json")
        self.manage(at + 300, "cleanup", "--archive-unused", "--days", "45", "--json")
        self.patui(at + 400, "tick", "--json")

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, make: Make) -> None:
        before = self._count.get(make.family, 0)
        self._count[make.family] = before + 1
        row = self._row_of(make.family)
        offered = row is not None and self._offers(make, row)
        done = Written(make.family, make.at, before, offered)
        by_hand = before % _BY_HAND_EVERY == _BY_HAND_EVERY - 1
        if row is not None and row["status"] == "approved" and not by_hand:
            done = self._apply(make, row, done)
        self.written.append(done)
        self._commit(make.at + 600, make.files, f"Add {make.target}")

    def _row_of(self, family: str) -> Row | None:
        """The newest candidate or pattern that stands for a family."""
        rows = [row for row in self._rows if family_of(row) == family and row["status"] in ("approved", "pending")]
        return min(rows, key=lambda row: (row["status"] != "approved", -row["support"], row["id"]), default=None)

    def _offers(self, make: Make, row: Row) -> bool:
        """Whether patui has this pattern to offer at this very path, before anything is there."""
        slash = "/" if len(make.files) > 1 else ""
        found = self.patui(make.at, "create", make.target + slash, "--json").document.get("suggestion")
        return found is not None and found["pattern_id"] == row["pattern_id"]

    def _apply(self, make: Make, row: Row, done: Written) -> Written:
        """Applies the pattern with the values that fit what is wanted; the rest is edited afterwards."""
        wanted = self.place / "work" / "wanted"
        source = _put_all(wanted, make)
        fit = self.patui(make.at, "fit", row["pattern_id"], str(source), "--as", make.target, "--json")
        words = ["apply", row["pattern_id"], "--path", make.target, "--json"]
        if fit.code == 0:
            values = self.place / "work" / "values.json"
            values.write_text(json.dumps(fit.document["values"]))
            words += ["--values", str(values)]
            words += ["--preset", fit.document["preset"]] if fit.document["preset"] else []
        answer = self.patui(make.at + 10, *words)
        if answer.code:
            self.refused.append(f"{row['pattern_id']} at {make.target}: {answer.err.strip()}")
            return done
        got = {path: (self.root / path).read_text() if (self.root / path).exists() else "" for path in make.files}
        left = sum(edit_cost(got[path], text).seconds for path, text in make.files.items())
        version = str(row.get("version", ""))
        return Written(
            done.family, done.at, done.before, done.offered, row["pattern_id"], version, True, got == make.files, left
        )

    def _commit(self, at: float, files: Files, message: str) -> None:
        for path, text in files.items():
            whole = self.root / path
            whole.parent.mkdir(parents=True, exist_ok=True)
            whole.write_text(text)
            os.utime(whole, (at, at))
        self.git(at, "add", "--", *files)
        self.git(at, "commit", "-q", "-m", message)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _routine(self, routine: Routine) -> None:
        for row in self._rows:
            if row["status"] == "approved" and row["kind"] == "execution":
                values = values_of(row["steps"], [shlex.split(step) for step, _ in routine.steps])
                if values is not None:
                    sets = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
                    self._follow(routine, row["pattern_id"], sets)
                    return
        at, records = routine.at, []
        for step, seconds in routine.steps:
            records.append(_command(at, step, seconds, f"{routine.name}-{int(routine.at)}"))
            at += seconds + 4
        self.log(at, records)

    def _follow(self, routine: Routine, pattern_id: str, sets: Sequence[str]) -> None:
        """Runs a recipe; a step that is left to the person is done by hand, and the recipe goes on behind it."""
        step = 1
        while step <= len(routine.steps):
            words = ["apply", pattern_id, *sets, "--from-step", str(step), "--yes", "--json"]
            answer = self.patui(routine.at, *words)
            if answer.code == 0:
                self.recipes_run += 1
                return
            step = answer.document.get("from_step") or len(routine.steps) + 1
            self.refused.append(f"{pattern_id}: {answer.err.strip()}")
            if step <= len(routine.steps):
                command = shlex.split(routine.steps[step - 1][0])
                subprocess.run(command, cwd=self.root, check=True, capture_output=True)
            step += 1

    def _broke(self, broke: Broke) -> None:
        session = f"{broke.kind}-{int(broke.at)}"
        failed = _command(broke.at, broke.command, 3.0, session) | {"exit_code": 1, "error_output": broke.error}
        if broke.kind == "upstream" and any(row["kind"] == "recovery" and _repairs(row) for row in self._rows):
            branch = broke.repair.split()[-1]
            self.git(broke.at, "switch", "-q", "-c", branch)
            self._fix(broke, failed)
            self.git(broke.at, "switch", "-q", "main")
            return
        repair = _command(broke.at + 30, broke.repair, broke.seconds / 2, session)
        again = _command(broke.at + 30 + broke.seconds, broke.command, 3.0, session)
        self.log(broke.at + 60 + broke.seconds, [failed, repair, again])

    def _fix(self, broke: Broke, failed: Mapping[str, object]) -> None:
        self.log(broke.at, [failed])
        answer = self.patui(broke.at + 5, "fix", "--yes", "--json")
        if answer.code:
            self.refused.append(f"fix of {broke.kind}: {answer.err.strip()}")
        self.fixes_run += answer.code == 0

    # ── the review ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _review(self, at: float) -> None:
        """Decides on all that waits, as one who knows what is wanted, and looks at what stands now."""
        for row in self._candidates(at):
            if row["status"] != "pending":
                continue
            self.decided.setdefault(row["pattern_id"], row | {"decided_at": at})
            if not self._deferred and family_of(row) == "runbook":
                self._deferred = True
                self.manage(at, "defer", row["pattern_id"], "--json")
            elif self._is_wanted(row):
                answer = self.manage(at, "approve", row["pattern_id"], "--json")
                if answer.code:
                    self.refused.append(f"approve {row['pattern_id']}: {answer.err.strip()}")
                    self.manage(at, "reject", str(row["id"]), "--why", "cannot be approved", "--json")
            else:
                self.manage(at, "reject", row["pattern_id"], "--why", "not worth it", "--json")
        self._rows = self._candidates(at)
        # What is approved is shared with the repository, as a team would.
        self.git(at, "add", "-A")
        if subprocess.run(["git", "diff", "--cached", "--quiet"], cwd=self.root, check=False).returncode:
            self.git(at, "commit", "-q", "-m", "Share patterns")

    def _candidates(self, at: float) -> list[Row]:
        rows: list[Row] = self.patui(at, "candidates", "--all", "--json").document.get("candidates", [])
        for row in rows:
            if row["status"] != "approved" or row["kind"] not in ("file", "scaffold"):
                continue
            row["version"] = self.patui(at, "show", row["pattern_id"], "--json").document.get("version", "")
        return rows

    def _is_wanted(self, row: Row) -> bool:
        if row["kind"] == "execution":
            return all(_program(step) in _ROUTINE for step in row["steps"])
        same = (one for one in [row, *self._rows] if one["pattern_id"] == row["pattern_id"])
        return row["kind"] == "recovery" or any(family_of(one) for one in same)


def family_of(row: Row) -> str | None:
    """The family whose members all examples of a candidate are."""
    members = row["members"]
    for family in FAMILIES:
        of_files = row["kind"] in ("file", "scaffold", "revision") and members
        if of_files and all(member.startswith(family.place) for member in members):
            return family.name
    return None


def values_of(steps: Sequence[Row], commands: Sequence[Sequence[str]]) -> dict[str, str] | None:
    """The values with which the steps of a recipe are these commands; None when no values are."""
    if [bool(step.get("argv")) for step in steps] != [True] * len(commands):
        return None
    values: dict[str, str] = {}
    for step, words in zip(steps, commands, strict=True):
        if len(step["argv"]) != len(words):
            return None
        for template, word in zip(step["argv"], words, strict=True):
            names = _SLOT.findall(template)
            form = "(.+?)".join(re.escape(part) for part in _SLOT.split(template)[::2])
            found = re.fullmatch(form, word)
            if found is None:
                return None
            for name, value in zip(names, found.groups(), strict=True):
                if values.setdefault(name, value) != value:
                    return None
    return values


def _program(step: Row) -> tuple[str, ...]:
    return tuple(step.get("argv", ())[:2])


def _repairs(row: Row) -> bool:
    return (
        any("--set-upstream" in step.get("argv", ()) for step in row.get("steps", ())) and row["status"] == "approved"
    )


def _command(at: float, command: str, seconds: float, session: str) -> dict[str, object]:
    times = {"timestamp": at, "duration_seconds": round(seconds, 1)}
    kind = {"operation_kind": command.split()[0]}
    return {"command": command, **kind, "exit_code": 0, "session_id": session, **times}


def _put_all(folder: Path, make: Make) -> Path:
    """The wanted files below `folder`; the file, or for several their directory."""
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    for path, text in make.files.items():
        whole = folder / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(text)
    return folder / make.target


def drifted(at: float) -> bool:
    """Whether the changed form is written at a time."""
    return at >= START.timestamp() + DRIFT_WEEK * _WEEK - 9 * 3600


if __name__ == "__main__":  # a look at one seed: python -m benchmarks.simulated_developer FOLDER WEEKS
    from benchmarks.simulated_work import story

    developer = Developer(Path(sys.argv[1]))
    developer.live_through(story(1, int(sys.argv[2])), int(sys.argv[2]))
    for one in developer.written:
        print(one)
    print(*developer.typed, *developer.refused, developer.recipes_run, developer.fixes_run, sep="\n")
