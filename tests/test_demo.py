"""The demo's past is lived through by patui's own actions: every screen has something true to show afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.actions import anti_patterns, applying, demo, evolutions, live, recoveries, review, running_recipes, weeks
from engine.actions.fixing import Workshop
from engine.actions.learning import digester
from engine.model import Kind, Status
from engine.recipes import piped
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.widgets.row_list import RowList

NOW = 1_763_647_318.0  # 2025-11-20 14:01:58 UTC


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    place = tmp_path_factory.mktemp("demo")
    (root := place / "shop").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        patch.setenv("XDG_CONFIG_HOME", str(place / "config"))
        demo.make(root, NOW)
        with open_workspace(root, clock=lambda: NOW) as workspace:
            yield workspace


def test_something_of_each_kind_waits_and_something_was_approved(shop: Workspace) -> None:
    waiting = {row.kind for row in review.candidates(shop)}
    assert waiting >= {Kind.FILE, Kind.SCAFFOLD, Kind.RECOVERY, Kind.REVISION}
    assert {row.kind for row in review.candidates(shop, (Status.APPROVED,))} == {
        Kind.FILE,
        Kind.EXECUTION,
        Kind.RECOVERY,
    }
    assert len(live.open_suggestions(shop)) == 1, "what was decided or is over is not offered any more"


def test_weeks_have_reports_and_figures(shop: Workspace) -> None:
    assert [report.week for report in weeks.reports(shop)][:2] == ["2025-W46", "2025-W45"]
    figures = weeks.weekly(shop)
    assert len(figures) >= 8
    assert all(week.uses for week in figures)
    assert sum(week.hours_saved for week in figures) > 0


def test_a_pattern_drifted_and_its_next_version_is_proved_on_its_uses(shop: Workspace) -> None:
    drifted, *others = evolutions.evolutions(shop)
    assert drifted.name == "shipping"
    assert drifted.proposed_version > drifted.version == "1.0.0"
    assert "exact 0 → 6" in drifted.backtest
    assert drifted.success is not None
    assert drifted.success < 0.5
    now, proposed = evolutions.templates(shop, drifted)
    assert "EURO" in proposed
    assert "EURO" not in now
    assert not any(other.proposed_version for other in others)


def test_fixes_were_used_and_something_keeps_failing(shop: Workspace) -> None:
    found = {recovery.status: recovery for recovery in recoveries.recoveries(shop)}
    assert (found[Status.APPROVED].success, found[Status.APPROVED].last_result) == (1.0, True)
    assert found[Status.PENDING].seen == 4
    assert {anti.status for anti in recoveries.anti_patterns(shop)} >= {"active"}
    assert anti_patterns.detect_anti_patterns(shop)


# ── in the app ───────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(pilot: Pilot[None]) -> RowList[Any]:
    return pilot.app.screen.query_one("#list", RowList)


def painted(pilot: Pilot[None]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_every_kind_of_candidate_shows_what_it_would_do(shop: Workspace) -> None:
    app = PatuiApp(shop, screen="candidates")
    waiting = {row.kind: row for row in review.candidates(shop)}
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(rows_of(pilot).rows) == len(review.candidates(shop)))
        rows_of(pilot).go_to(waiting[Kind.RECOVERY].id)
        await until(pilot, lambda: "make deps ADD=‹orjson›" in painted(pilot))
        assert "No module named 'orjson'" in painted(pilot), "the error beside its fix"
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "make deps ADD=‹babel›" in painted(pilot))
        rows_of(pilot).go_to(waiting[Kind.REVISION].id)
        await until(pilot, lambda: "from shop.money import EURO" in painted(pilot))
        for words in ("new version", "1.0.0 as it stands", ".0 as it is proposed", "backtest: on 6 recorded"):
            assert words in painted(pilot), words


@pytest.mark.parametrize("size", [(60, 40), (84, 30), (120, 40), (200, 50)])
async def test_no_screen_is_empty(shop: Workspace, size: tuple[int, int]) -> None:
    app = PatuiApp(shop, screen="live")
    async with app.run_test(size=size) as pilot:
        for key, screen, words in (
            ("2", "candidates", "shipping-test"),
            ("3", "patterns", "8×"),
            ("4", "reports", "2025-W46"),
            ("5", "evolution", "1.0.0 → "),
            ("6", "recoveries", "ModuleNotFoundError: No module"),
        ):
            await pilot.press(key)
            await until(pilot, lambda screen=screen: app.screen.name == screen)  # type: ignore[misc]
            await until(pilot, lambda words=words: words in painted(pilot))  # type: ignore[misc]


# ── what changes it ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_can_be_run_in_it_really_runs(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    release = next(pattern for pattern in applying.library(shop) if pattern.kind is Kind.EXECUTION)
    known = running_recipes.preview(shop, release.pattern_id)
    values = {name: "9.9.9" if name == "version" else "search" for name in known.missing}
    ready = running_recipes.prepare(shop, release.pattern_id, values)
    assert running_recipes.run(shop, ready, piped(lambda _: None)).succeeded


def test_a_push_that_is_refused_live_is_fixed_by_what_helped_before(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    demo.push_refused(shop)
    digester(shop).run(everything=True)
    workshop = Workshop(shop)
    error = workshop.last_error()
    assert error is not None
    remedy = workshop.remedies(error)[0]
    assert remedy.source == "approved"
    assert workshop.carry_out(error, remedy, workshop.ready(remedy), piped(lambda _: None)).fixed


def test_the_replay_writes_what_is_not_there_and_stops(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    plan = [demo.Step(0.0, "kept.txt", "other"), demo.Step(0.0, "new.txt", "new"), demo.Step(9.0, "late.txt", "late")]
    stopped = Event()

    def steps() -> Iterator[demo.Step]:
        yield from plan[:2]
        stopped.set()
        yield plan[2]

    demo.replay(tmp_path, stopped, steps)
    written = {path.name: path.read_text() for path in tmp_path.glob("*.txt")}
    assert written == {"kept.txt": "mine", "new.txt": "new"}
