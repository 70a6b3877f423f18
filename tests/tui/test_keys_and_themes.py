"""The key table and the palettes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from textual.theme import Theme

from engine.errors import InvalidDocument
from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import FakeEngine
from tui import keymap, themes
from tui.app import PatuiApp
from tui.widgets.row_list import RowList
from tui.widgets.variable_form import LineField, Toggle


def test_every_key_has_an_id_of_its_own_and_a_sentence() -> None:
    assert max(Counter(key.id for key in keymap.KEYS).values()) == 1
    assert all(key.sentence and "." in key.id for key in keymap.KEYS)
    assert all(getattr(binding, "id", None) for binding in keymap.bindings("app", "candidates", "list"))


def test_no_key_does_two_things_in_one_place() -> None:
    taken = Counter((key.id.split(".")[0], name) for key in keymap.KEYS for name in key.keys.split(","))
    assert [place for place, times in taken.items() if times > 1] == []


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, []),
        ({"candidates.approve": "Y"}, []),
        ({"candidates.approve": "r"}, ["r is both candidates.approve and candidates.reject"]),
        ({"candidates.approve": "r", "candidates.reject": "a"}, []),
        ({"candidates.approve": "u"}, ["u is both frame.undo and candidates.approve"]),
        ({"candidates.defer": "j"}, ["j is both candidates.defer and list.down"]),
        ({"patterns.missing": "q"}, ["q is both app.quit and patterns.missing"]),
        ({"app.quit": "ctrl+q"}, []),
        ({"live.open": "ctrl+q"}, ["ctrl+q always quits: live.open is never reached by it"]),
        ({"live.open": "a"}, []),
        ({"reports.write": "u"}, ["u is both frame.undo and reports.write"]),
        ({"recoveries.copy": "3"}, ["3 is both app.patterns and recoveries.copy"]),
        ({"evolution.full": "slash"}, ["slash is both evolution.full and evolution.filter"]),
        ({"apply.like": "tab"}, ["tab is both apply.like and move.next"]),
        ({"move.next": "ctrl+n", "apply.like": "tab"}, []),
    ],
)
def test_clashes_are_reported(chosen: dict[str, str], expected: list[str]) -> None:
    assert keymap.clashes(chosen) == expected


async def test_every_key_that_works_somewhere_can_be_changed(opened: Opened) -> None:
    """What has no id is Textual's own: the way out, copying what the mouse marked, sideways, and editing a text."""
    its_own = {"quit", "screen.copy_text", "scroll_left", "scroll_right", "page_left", "page_right"}
    async with opened("live") as pilot:
        for number, screen in enumerate(("live", "candidates", "patterns", "reports", "evolution", "recoveries"), 1):
            await pilot.press(str(number))
            await until(pilot, lambda screen=screen: pilot.app.screen.name == screen)  # type: ignore[misc]
            found = pilot.app.screen.active_bindings.values()
            fixed = {active.binding.action for active in found if active.binding.id not in keymap.BY_ID}
            assert fixed <= its_own


async def test_a_form_obeys_a_keymap_and_quitting_always_works(engine: FakeEngine) -> None:
    chosen = {"move.next": "ctrl+n", "field.turn": "ctrl+t", "apply.cancel": "ctrl+x", "app.quit": "f9"}
    workspace = engine.workspace(Path.home())
    workspace.config = replace(workspace.config, keymap=chosen)
    app = PatuiApp(workspace, screen="patterns")
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: bool(app.screen.query_one("#list", RowList).rows))
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.screen.query(Toggle)))
        await until(pilot, lambda: isinstance(app.focused, LineField))
        first = app.focused
        await pilot.press("tab")
        assert app.focused is first
        await pilot.press("ctrl+n", "ctrl+n", "ctrl+t")
        await until(pilot, lambda: app.screen.query_one(Toggle).value == "on")
        await pilot.press("escape")
        assert app.screen.query(Toggle)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running)


def test_unknown_ids_are_reported() -> None:
    assert keymap.unknown({"candidates.approve": "y", "candidates.bless": "b"}) == ["candidates.bless"]


def test_the_palettes_are_whole() -> None:
    loaded = themes.load_themes()
    dark = {theme.name: theme.dark for theme in loaded}
    assert dark == {"patui-ansi": True, "patui-contrast": True, "patui-dark": True, "patui-light": False}
    for theme in loaded:
        assert set(themes.VARIABLES) <= set(theme.variables)
        assert set(themes.fallbacks(theme)) == set(themes.VARIABLES)
    assert themes.stylesheet().is_file()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = 'x'\n[colors]\nprimary = '#fff'\n", "variables.waits: is missing"),
        ("[colors]\n", "name: is missing"),
        ("name = \n", "Invalid value"),
    ],
)
def test_a_broken_palette_is_refused_with_its_problems(text: str, problem: str) -> None:
    with pytest.raises(InvalidDocument, match=problem):
        themes.parse_theme(text, "x.toml")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "theme", [theme for theme in themes.load_themes() if not theme.ansi], ids=lambda theme: theme.name
)
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("foreground", "background", 7.0),
        ("foreground", "panel", 7.0),
        ("foreground", "cursor-background", 4.5),
        ("waits", "background", 4.5),
        ("waits", "panel", 4.5),
        ("waits", "cursor-background", 3.0),
        ("muted", "panel", 4.0),
        ("good", "background", 4.5),
        ("bad", "panel", 4.5),
        ("bad", "cursor-background", 3.0),
        ("good", "cursor-background", 3.0),
        ("faint", "cursor-background", 2.5),
        ("foreground", "added-background", 4.5),
        ("foreground", "removed-background", 4.5),
        *((f"code-{name}", "background", 4.0) for name in ("keyword", "string", "number", "name")),
        ("code-comment", "background", 3.0),
        ("muted", "background", 4.5),
        ("muted", "cursor-background", 4.0),
        ("faint", "background", 3.0),
        ("slot", "slot-background", 4.5),
        ("added", "added-background", 4.5),
        ("removed", "removed-background", 4.5),
        ("added", "added-strong", 4.5),
        ("removed", "removed-strong", 4.5),
        ("bad", "background", 4.5),
    ],
)
def test_text_can_be_read(theme: Theme, ink: str, paper: str, least: float) -> None:
    own = {name: str(getattr(theme, name)) for name in ("foreground", "background", "panel")}
    colours = {**theme.variables, **own}
    assert contrast(colours[ink], colours[paper]) >= (max(least, 7) if theme.name == "patui-contrast" else least)
