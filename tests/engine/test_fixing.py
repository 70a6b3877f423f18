"""A remedy is run as it was shown, and what came of it is counted: a row a use, a rate in the file, a flag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.actions.fixing import Workshop, document
from engine.actions.learning import digester
from engine.actions.recoveries import recoveries
from engine.actions.review import approve
from engine.errors import NotTrusted
from engine.file_memory import remember, remember_ends
from engine.model import ErrorRecord, Event, Execution, Kind, Source, Status, Suggestion, SuggestionKind
from engine.recording import keep
from engine.sources.run import Ran
from engine.store import candidates
from engine.store import executions as execution_table
from engine.workspace import open_workspace


class Listener:
    def __init__(self) -> None:
        self.suggestions: list[Suggestion] = []
        self.events: list[Event] = []

    def suggest(self, suggestion: Suggestion) -> None:
        self.suggestions.append(suggestion)

    def tell(self, event: Event) -> None:
        self.events.append(event)


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Story:
    """A workspace in which things fail and are fixed; `does` records one command, as `patui run` would."""

    def __init__(self, root: Path) -> None:
        self.clock, self.heard = Clock(), Listener()
        self.workspace = open_workspace(
            root, clock=self.clock, notifier=self.heard, user_state=root / ".s", user_config=root / ".c"
        )
        self.root, self.session = root, "a"

    def does(self, command: str, output: str = "") -> None:
        self.clock.now += 5.0
        (kept,) = keep(
            self.workspace.store,
            [
                Execution(
                    self.clock.now, command, exit_code=int(bool(output)), success=not output, session=self.session,
                    source=Source.RUN, error_output=output,
                )
            ],
        )  # fmt: skip
        if kept.errors:
            remember(self.workspace.store, self.root, kept.errors, self.clock.now)
        else:
            remember_ends(self.workspace.store, self.root, kept.execution)
        digester(self.workspace, live=False).run(everything=True)

    def last(self) -> ErrorRecord:
        error = Workshop(self.workspace).last_error()
        assert error is not None
        return error


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    story = Story(tmp_path)
    with story.workspace:
        yield story


def missing(name: str) -> str:
    return f"Error: Cannot find module '{name}'\n"


def learn(story: Story) -> str:
    for number, name in enumerate(("chalk", "zod", "lodash")):
        story.session = f"s{number}"
        story.does("node app.js", missing(name))
        story.does(f"./vendor {name}")
        story.does("node app.js")
        story.clock.now += 4000.0
    (row,) = [row for row in candidates.listing(story.workspace.store) if row.kind is Kind.RECOVERY]
    return row.pattern_id


def run(story: Story, again: Ran) -> bool | None:
    """Runs the first remedy with a runner that runs nothing: `node` ends as told."""
    workshop, error = Workshop(story.workspace), story.last()
    remedy = workshop.remedies(error)[0]

    def runner(argv: Sequence[str], cwd: Path) -> Ran:
        return again if argv[0] == "node" else Ran(0, 1.0, "")

    return workshop.carry_out(error, remedy, workshop.ready(remedy), runner).fixed


def test_outcomes_are_counted_and_a_low_rate_is_flagged(story: Story) -> None:
    pattern_id = learn(story)
    workspace = story.workspace
    row = approve(workspace, pattern_id)
    path = workspace.root / row.path
    for again, fixed in (
        (Ran(0, 1.0, ""), True),
        (Ran(1, 1.0, missing("ink")), False),
        (Ran(1, 1.0, "Error: disk\n"), True),
    ):
        story.clock.now += 100.0
        story.does("node app.js", missing("ink"))
        assert run(story, again) is fixed
        story.clock.now += 10.0
        story.does("node app.js")
    uses = execution_table.of_pattern(workspace.store, pattern_id)
    assert [one.success for one in uses] == [True, False, True] and {one.source for one in uses} == {Source.PATUI}
    metrics = workspace.store.row("SELECT * FROM pattern_metrics WHERE pattern_id = ?", (pattern_id,))
    assert metrics is not None
    assert (metrics["total_uses"], metrics["success_count"], metrics["failure_count"]) == (3, 2, 1)
    pattern = workspace.shelf.load(path)
    assert pattern.success_rate == 0.67 and "2 of 3" in str(pattern.extra["flagged"])
    assert Workshop(workspace)._is_trusted(path)
    (shown,) = [one for one in recoveries(workspace) if one.status is Status.APPROVED]
    assert shown.steps[0].startswith("./vendor {{ ")
    assert shown.success is not None and round(shown.success, 2) == 0.67 and shown.last_result is True


def test_a_known_fix_is_told_when_its_error_comes_in(story: Story) -> None:
    learn(story)
    assert [one.kind for one in story.heard.suggestions][-1] is SuggestionKind.RECOVERY
    story.does("node app.js", missing("ink"))
    assert "./vendor ink — f fix" in story.heard.events[-1].text
    assert story.heard.suggestions[-1].detail == "./vendor ink"


def test_what_is_not_trusted_does_not_run(story: Story) -> None:
    row = approve(story.workspace, learn(story))
    path = story.workspace.root / row.path
    path.write_text(path.read_text().replace("./vendor", "./evil"))
    story.does("node app.js", missing("ink"))
    workshop = Workshop(story.workspace)
    (remedy,) = workshop.remedies(story.last())
    with pytest.raises(NotTrusted):
        workshop.ready(remedy)


def test_an_approved_edit_is_made_in_the_file_that_the_error_names(story: Story) -> None:
    def broken(name: str, wrong: str, right: str) -> str:
        (story.root / name).write_text(f"o = order()\nprint(o.{wrong}, o.{right})\n")
        return f'{name}:2: error: "Order" has no attribute "{wrong}"; maybe "{right}"?  [attr-defined]\n'

    for number, (wrong, right) in enumerate((("totals", "total"), ("sizes", "size"), ("kindly", "kind"))):
        story.session = f"s{number}"
        name = f"m{number}.py"
        story.does("mypy .", broken(name, wrong, right))
        (story.root / name).write_text(f"o = order()\nprint(o.{right}, o.{right})\n")
        story.does("mypy .")
        story.clock.now += 4000.0
    (row,) = [row for row in candidates.listing(story.workspace.store) if row.kind is Kind.RECOVERY]
    approve(story.workspace, row.pattern_id)
    story.does("mypy .", broken("new.py", "weights", "weight"))
    workshop, error = Workshop(story.workspace), story.last()
    (remedy,) = workshop.remedies(error)
    assert remedy.source == "approved" and remedy.lines == ("edit new.py",)
    shown = document(error, [remedy])["fixes"]
    assert isinstance(shown, list) and shown[0]["steps"][0]["edit"]["path"] == "new.py"
    ran: list[tuple[str, ...]] = []

    def runner(argv: Sequence[str], cwd: Path) -> Ran:
        ran.append(tuple(argv))
        return Ran(0, 1.0, "")

    assert workshop.carry_out(error, remedy, workshop.ready(remedy), runner).fixed is True
    assert (story.root / "new.py").read_text() == "o = order()\nprint(o.weight, o.weight)\n" and ran == [("mypy", ".")]
    assert Workshop(story.workspace).last_error() is None
