"""The key table and the palettes."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.theme import Theme

from engine.errors import InvalidDocument
from tui import keymap, themes


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
    ],
)
def test_clashes_are_reported(chosen: dict[str, str], expected: list[str]) -> None:
    assert keymap.clashes(chosen) == expected


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
        ("waits", "background", 4.5),
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
    colours = {**theme.variables, "background": str(theme.background)}
    assert contrast(colours[ink], colours[paper]) >= (max(least, 7) if theme.name == "patui-contrast" else least)
