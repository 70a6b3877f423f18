"""Changing a draft in place: by keys alone and by mouse alone, on a frozen world; and what the line says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.model import (
    AsText,
    AsVariable,
    Pattern,
    Preset,
    Refinement,
    Refusal,
    Rename,
    SetDefault,
    Status,
    Value,
    Variable,
    VariableType,
)
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import PATTERN, FakeEngine
from tests.tui.test_flows import compared, footer, notice, press, rows
from tui.presentation import refining as words
from tui.screens.choosing import WordScreen
from tui.screens.refining import VariableList
from tui.widgets.bars import Words
from tui.widgets.edit_line import EditLine
from tui.widgets.panel import Panel


def line(pilot: Pilot[None]) -> EditLine:
    return pilot.app.screen.query_one(EditLine)


def note(pilot: Pilot[None]) -> str:
    return line(pilot).query_one(".note", Words).content.plain


def variables(pilot: Pilot[None]) -> VariableList:
    return pilot.app.screen.query_one(VariableList)


async def tuning(pilot: Pilot[None]) -> None:
    """To the variables of the first candidate."""
    await compared(pilot)
    await until(pilot, lambda: len(variables(pilot).rows) == 3)
    await press(pilot, "t")
    assert variables(pilot).has_focus


# ── by keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [(60, 34), (84, 34), (120, 34), (200, 50)])
async def test_a_variable_is_renamed_and_that_is_taken_back(
    opened: Opened, engine: FakeEngine, size: tuple[int, int]
) -> None:
    async with opened(size=size) as pilot:
        await tuning(pilot)
        await press(pilot, "c")
        assert line(pilot).display and line(pilot).region.height >= 2
        await press(pilot, *"safe")
        await until(pilot, lambda: note(pilot) == "✗ another variable is called safe")
        await press(pilot, "enter")
        assert engine.changes == []
        await press(pilot, *"_r", "enter")
        await until(pilot, lambda: [change for _, change in engine.changes] == [Rename("locale", "safe_r")])
        await until(pilot, lambda: notice(pilot) == "locale is safe_r now · u undo")
        assert variables(pilot).variable == replace(PATTERN.variables[0], name="safe_r", derivation="match.safe_r")
        await press(pilot, "u")
        await until(pilot, lambda: engine.draft == PATTERN)
        await until(pilot, lambda: notice(pilot) == "locale-provider is as it was before the change")
        await until(pilot, lambda: variables(pilot).rows[0] == PATTERN.variables[0])
        await press(pilot, "escape")
        assert rows(pilot).has_focus
        assert engine.decided == []


async def test_a_change_is_what_was_approved_and_a_verdict_is_taken_back_first(
    opened: Opened, engine: FakeEngine
) -> None:
    async with opened() as pilot:
        await tuning(pilot)
        await press(pilot, "c", *"place", "enter")
        await until(pilot, lambda: len(engine.changes) == 1)
        await until(pilot, lambda: "locale is place now" in notice(pilot))
        await press(pilot, "escape", "a")
        await until(pilot, lambda: engine.whys == [f"digest of {PATTERN.pattern_id} 1"])
        await until(pilot, lambda: notice(pilot).startswith("approved"))
        await press(pilot, "u")
        await until(pilot, lambda: engine.decided == [])
        assert len(engine.changes) == 1
        await until(pilot, lambda: len(rows(pilot).rows) == 5 and notice(pilot) == "locale-provider waits again")
        await press(pilot, "u")
        await until(pilot, lambda: engine.changes == [])


async def test_a_default_and_a_switch_that_becomes_text(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await tuning(pilot)
        await press(pilot, "j", "equals_sign")
        assert line(pilot).text == "off"
        await press(pilot, "down", "enter")
        await until(pilot, lambda: [change for _, change in engine.changes] == [SetDefault("safe", True)])
        panel = pilot.app.screen.query_one("#variables-panel", Panel)
        await until(pilot, lambda: panel._note.plain == "exact 3 → 2 of 5, saves 41 s → 38 s each")
        await press(pilot, "t")
        await until(pilot, lambda: note(pilot) == "✗ 1 of 2 examples would differ: de_AT")
        await press(pilot, "down")
        await until(pilot, lambda: note(pilot) == "✗ 1 of 2 examples would differ: fr_FR")
        await press(pilot, "enter")
        await until(pilot, lambda: engine.changes[-1][1] == AsText("safe", False))
        await until(pilot, lambda: notice(pilot) == "safe is text now: off, 1 example differ · u undo")
        await until(pilot, lambda: len(variables(pilot).rows) == 2)


async def test_what_cannot_be_done_says_why(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await tuning(pilot)
        await press(pilot, "t")
        await until(pilot, lambda: notice(pilot).startswith("✗ locale: the path is made of it"))
        await press(pilot, "equals_sign")
        await until(pilot, lambda: notice(pilot).startswith("✗ locale: its value comes from the path"))
        assert not line(pilot).display


async def test_a_word_of_the_template_becomes_a_variable(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await until(pilot, lambda: len(variables(pilot).rows) == 3)
        await press(pilot, "plus")
        await until(pilot, lambda: isinstance(pilot.app.screen, WordScreen))
        await press(pilot, *"colorpr", "enter")
        await until(pilot, lambda: line(pilot).display)
        assert line(pilot).text == "color_provider"
        await until(pilot, lambda: note(pilot) == "✓ every example renders as before")
        await press(pilot, *"base", "enter")
        await until(pilot, lambda: [change for _, change in engine.changes] == [AsVariable("ColorProvider", "base")])
        await until(pilot, lambda: variables(pilot).variable is not None and len(variables(pilot).rows) == 4)
        assert variables(pilot).variable == engine.draft.variables[-1]


async def test_text_that_no_word_is_like_can_be_typed(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await until(pilot, lambda: len(variables(pilot).rows) == 3)
        await press(pilot, "plus")
        await until(pilot, lambda: isinstance(pilot.app.screen, WordScreen))
        await press(pilot, *"zzz", "enter")
        await until(pilot, lambda: line(pilot).display)
        await until(pilot, lambda: note(pilot) == "✗ 'zzz' stands nowhere in the template's text")
        await press(pilot, "enter", "escape")
        assert engine.changes == []
        assert not line(pilot).display


async def test_while_a_name_is_typed_no_letter_decides_and_quitting_still_works(
    opened: Opened, engine: FakeEngine
) -> None:
    async with opened() as pilot:
        await tuning(pilot)
        await press(pilot, "c", *"ard/u+q")
        assert line(pilot).text == "ard/u+q"
        assert engine.decided == []
        assert "approve" not in footer(pilot)
        assert "⏎ save" in footer(pilot)
        await press(pilot, "ctrl+q")
        assert not pilot.app.is_running or pilot.app._exit


async def test_leaving_shows_the_draft_as_it_is(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await tuning(pilot)
        await press(pilot, "c", "x", "escape")
        assert not line(pilot).display
        assert variables(pilot).has_focus
        panel = pilot.app.screen.query_one("#diff-panel", Panel)
        await until(pilot, lambda: "preview" not in panel._note.plain)
        assert engine.changes == []


# ── by mouse ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def click_key(pilot: Pilot[None], words: str) -> None:
    """Clicks what the footer says."""
    await pilot.pause()
    at = footer(pilot).index(words)
    await pilot.click("#keys", offset=(at + 1, 0))
    await pilot.pause()


async def test_the_mouse_alone_selects_a_variable_and_makes_it_text(opened: Opened, engine: FakeEngine) -> None:
    async with opened() as pilot:
        await compared(pilot)
        await until(pilot, lambda: len(variables(pilot).rows) == 3)
        await pilot.click(VariableList, offset=(3, 1))
        await pilot.pause()
        assert variables(pilot).variable == PATTERN.variables[1]
        await click_key(pilot, "to text")
        await until(pilot, lambda: line(pilot).display and "save" in footer(pilot))
        await click_key(pilot, "save")
        await until(pilot, lambda: [change for _, change in engine.changes] == [AsText("safe", False)])
        await until(pilot, lambda: not line(pilot).display and "back" in footer(pilot))
        await click_key(pilot, "back")
        await until(pilot, lambda: rows(pilot).has_focus)
        assert engine.decided == [] and all(one.status is Status.PENDING for one in engine.candidates)


# ── what the line means ──────────────────────────────────────────────────────────────────────────────────────────────

LISTED = replace(
    PATTERN,
    variables=(
        *PATTERN.variables,
        Variable("count", VariableType.INTEGER, examples=("3", "5")),
        Variable("color_map", default="red", choices=("red", "blue")),
    ),
    presets=(
        Preset("fr_FR", {"safe": True, "colors": ["a"], "count": "5"}),
        Preset("de_AT", {"safe": False, "colors": ["b", "c"], "count": "5"}),
    ),
)


@pytest.mark.parametrize(
    ("edit", "typed", "expected"),
    [
        (words.Edit(Rename, "locale"), " place ", Rename("locale", "place")),
        (words.Edit(SetDefault, "count"), "7", SetDefault("count", "7")),
        (words.Edit(SetDefault, "count"), "seven", Refusal("it is a whole number")),
        (words.Edit(SetDefault, "color_map"), "", SetDefault("color_map", None)),
        (words.Edit(SetDefault, "safe"), "on", SetDefault("safe", True)),
        (words.Edit(SetDefault, "safe"), "maybe", Refusal("↑ and ↓ go through on and off")),
        (words.Edit(AsText, "colors"), "de_AT", AsText("colors", ["b", "c"])),
        (words.Edit(AsText, "colors"), "b, c", Refusal("↑ and ↓ go through the examples")),
        (words.Edit(AsText, "colors"), "", Refusal("choose a value")),
        (words.Edit(AsText, "color_map"), "", AsText("color_map", "")),
        (words.Edit(AsText, "gone"), "x", Refusal("the variable is gone")),
        (words.Edit(AsVariable, text="x"), "n", AsVariable("x", "n")),
        (words.Edit(AsVariable, text="x", turn=1), "n", AsVariable("x", "n", forms=False)),
        (words.Edit(AsVariable, text="x", turn=3), "n", AsVariable("x", "n", forms=False, place=2)),
    ],
)
def test_what_the_line_means(edit: words.Edit, typed: str, expected: Refinement | Refusal) -> None:
    assert words.refinement_of(edit, typed, LISTED) == expected


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (words.Edit(Rename, "locale"), "locale"),
        (words.Edit(SetDefault, "safe"), "off"),
        (words.Edit(SetDefault, "count"), ""),
        (words.Edit(AsText, "count"), "5"),
        (words.Edit(AsText, "color_map"), "red"),
        (words.Edit(AsText, "colors"), "fr_FR"),
        (words.Edit(AsVariable, text="ColorMap"), "color_map_2"),
        (words.Edit(AsVariable, text="4.2"), "value_4_2"),
        (words.Edit(AsVariable, text="→"), "value"),
    ],
)
def test_what_the_line_starts_with(edit: words.Edit, expected: str) -> None:
    assert words.start(edit, LISTED) == expected


@pytest.mark.parametrize(
    ("spelled", "forms", "expected"),
    [(2, 5, [0, 1, 2, 3, 0]), (2, 2, [0, 2, 3, 0]), (1, 1, [0, 0]), (0, 3, [0, 0])],
)
def test_a_new_variable_reaches_all_places_or_one(spelled: int, forms: int, expected: list[int]) -> None:
    edit, found = words.Edit(AsVariable, text="x"), [0]
    for _ in expected[1:]:
        edit = replace(edit, turn=words.turned(edit, 1, spelled, forms))
        found.append(edit.turn)
    assert found == expected


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (None, ""),
        ({"before": {"exact": 3}, "after": {}}, ""),
        ({"before": {}, "after": {"predicted": 0}}, "no later member to measure the change on"),
        (
            {"before": {"exact": 3, "seconds": 41.4}, "after": {"predicted": 5, "exact": 3, "seconds": 41.0}},
            "exact 3 of 5, saves 41 s each",
        ),
        (
            {"before": {"exact": 3, "seconds": 41.4}, "after": {"predicted": 5, "exact": 2, "seconds": -2.0}},
            "exact 3 → 2 of 5, saves 41 s → -2 s each",
        ),
    ],
)
def test_what_is_measured(noted: Any, expected: str) -> None:
    assert words.measured(noted) == expected


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ((), "✓ every example renders as before"),
        (("a",), "✗ 1 of 4 examples would differ: a"),
        (("a", "b", "c", "d"), "✗ 4 of 4 examples would differ: a, b, c …"),
    ],
)
def test_what_becomes_of_the_examples(lost: tuple[str, ...], expected: str) -> None:
    assert words.outcome(lost, 4).plain == expected


def test_long_values_are_chosen_by_the_example_that_has_them() -> None:
    block: Callable[[str], Value] = lambda text: f"{text}\n"  # noqa: E731
    pattern: Pattern = replace(PATTERN, presets=(Preset("one", {"locale": block("a")}),))
    assert words.choices_of(pattern, "locale") == {"one": "a\n"}
    assert words.by_example(pattern, pattern.variables[0])
    assert not words.by_example(PATTERN, PATTERN.variables[0])
