"""The palettes of the `themes` package as Textual themes.

A palette file has `name`, `dark`, a table `[colors]` (Textual's own names) and a table `[variables]` with every name of
`VARIABLES`: presentation and the stylesheet use those and nothing else. A palette that lacks one is refused whole: a
missing colour would otherwise show up as a crash on the screen that needs it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from textual.theme import Theme

import themes
from engine.errors import InvalidDocument, Problem

# Not by importlib.resources: it costs 5 ms, and Textual needs a file all the same.
_FOLDER: Final = Path(themes.__path__[0])

DARK: Final = "patui-dark"
LIGHT: Final = "patui-light"
ANSI: Final = "patui-ansi"
FALLBACK: Final[Mapping[str, str]] = {
    "waits": "text-accent",
    "muted": "text-muted",
    "faint": "text-disabled",
    "rule": "panel-lighten-1",
    "rule-focus": "secondary",
    "cursor-background": "panel-lighten-1",
    "cursor-background-blurred": "panel",
    "slot": "text-primary",
    "slot-background": "primary-muted",
    "added": "text-success",
    "added-background": "panel",
    "added-strong": "success-muted",
    "removed": "text-error",
    "removed-background": "panel",
    "removed-strong": "error-muted",
    "good": "text-success",
    "bad": "text-error",
    "code-keyword": "text-secondary",
    "code-string": "text-warning",
    "code-comment": "text-muted",
    "code-number": "text-warning",
    "code-name": "text-primary",
}
"""Which of Textual's generated colours stands for ours in a theme that is not ours."""
VARIABLES: Final = tuple(FALLBACK)


def stylesheet() -> Path:
    """Where the app's TCSS lies (the package is never imported from a zip: Textual needs a file)."""
    return _FOLDER / "patui.tcss"


def load_themes() -> tuple[Theme, ...]:
    """Every palette of the package, by name. Raises InvalidDocument with all problems of the first bad one."""
    return tuple(parse_theme(path.read_text("utf-8"), path.name) for path in sorted(_FOLDER.glob("*.toml")))


def parse_theme(text: str, source: str) -> Theme:
    """One palette file as a theme. Raises InvalidDocument."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidDocument(source, [Problem("", str(error))]) from error
    colors, variables = document.get("colors", {}), document.get("variables", {})
    problems = [Problem("name", "is missing")] if not isinstance(document.get("name"), str) else []
    problems += [Problem("colors.primary", "is missing")] if "primary" not in colors else []
    problems += [Problem(f"variables.{name}", "is missing") for name in VARIABLES if name not in variables]
    if problems:
        raise InvalidDocument(source, problems)
    return Theme(
        name=document["name"],
        dark=bool(document.get("dark", True)),
        ansi=bool(document.get("ansi", False)),
        variables=dict(variables),
        **colors,
    )


def fallbacks(theme: Theme) -> dict[str, str]:
    """Our variables for a theme that lacks them."""
    generated = theme.to_color_system().generate()
    return {name: generated[source] for name, source in FALLBACK.items()}
